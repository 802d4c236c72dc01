"""Filter sets, shared by pages and API."""

import django_filters

from common.rest.filters import DateFilter
from goals.models.indicator import Basis
from goals.models.plan import Plan
from goals.models.reading import State
from goals.models.target import Rule


class PlanFilters(django_filters.FilterSet):
    year = django_filters.NumberFilter(field_name="year", min_value=2000, max_value=2099)
    unit = django_filters.CharFilter(field_name="unit__code")
    state = django_filters.ChoiceFilter(choices=Plan.State.choices)


class OfPlan(django_filters.FilterSet):
    """What hangs on a plan."""

    plan = django_filters.CharFilter(field_name="plan__slug")


class ThemeFilters(OfPlan):
    section = django_filters.CharFilter(field_name="section__code")


class IndicatorFilters(django_filters.FilterSet):
    basis = django_filters.ChoiceFilter(choices=Basis.choices)
    measure = django_filters.CharFilter(field_name="measure")


class TargetFilters(OfPlan):
    """`status`, `stale` and `as_of` are about progress: the view's own affair."""

    section = django_filters.CharFilter(field_name="theme__section__code")
    theme = django_filters.CharFilter(field_name="theme__code")
    programme = django_filters.CharFilter(field_name="programmes__code", distinct=True)
    lead_office = django_filters.CharFilter(field_name="lead_office__code")
    rule = django_filters.ChoiceFilter(choices=Rule.choices)
    code = django_filters.CharFilter(field_name="code")


class ReadingFilters(django_filters.FilterSet):
    indicator = django_filters.CharFilter(field_name="indicator__code")
    unit = django_filters.CharFilter(field_name="unit__code")
    state = django_filters.ChoiceFilter(choices=State.choices)
    period_after = DateFilter(field_name="period", lookup_expr="gte")
    period_before = DateFilter(field_name="period", lookup_expr="lte")

"""Filter sets of works, shared by pages and API."""

import django_filters
from django.db.models import Q, QuerySet

from goals.filters import OfPlan
from projects.models import Finding, Milestone, Payment, Project
from projects.models.project import Blocker, Kind, Tier

LARGEST_ID = 9_223_372_036_854_775_807


class ProjectFilters(OfPlan):
    """`status` and `as_of` are about progress: the view's own affair."""

    section = django_filters.CharFilter(field_name="theme__section__code")
    theme = django_filters.CharFilter(field_name="theme__code")
    programme = django_filters.CharFilter(field_name="programmes__code", distinct=True)
    lead_office = django_filters.CharFilter(field_name="lead_office__code")
    kind = django_filters.ChoiceFilter(choices=Kind.choices)
    tier = django_filters.ChoiceFilter(choices=Tier.choices)
    blocker = django_filters.ChoiceFilter(choices=Blocker.choices)
    target = django_filters.CharFilter(field_name="target__code")
    code = django_filters.CharFilter(field_name="code")


class PageFilters(ProjectFilters):
    """Those of the list page: a search beside them."""

    q = django_filters.CharFilter(method="search", max_length=100)

    def search(self, queryset: "QuerySet[Project]", name: str, value: str) -> "QuerySet[Project]":
        for word in value.split()[:5]:
            queryset = queryset.filter(
                Q(name__icontains=word)
                | Q(code__icontains=word)
                | Q(quote__icontains=word)
                | Q(places__icontains=word)
                | Q(lead_office__name__icontains=word)
            )
        return queryset


class OfProject(django_filters.FilterSet):
    """What hangs on a work."""

    project = django_filters.NumberFilter(field_name="project", min_value=1, max_value=LARGEST_ID, decimal_places=0)
    plan = django_filters.CharFilter(field_name="project__plan__slug")
    section = django_filters.CharFilter(field_name="project__theme__section__code")
    theme = django_filters.CharFilter(field_name="project__theme__code")
    lead_office = django_filters.CharFilter(field_name="project__lead_office__code")


class MilestoneFilters(OfProject):
    state = django_filters.ChoiceFilter(choices=Milestone.State.choices)


class InspectionFilters(OfProject):
    finding = django_filters.ChoiceFilter(field_name="findings__state", choices=Finding.State.choices, distinct=True)


class PaymentFilters(OfProject):
    kind = django_filters.ChoiceFilter(choices=Payment.Kind.choices)

"""Filter sets of orders, shared by pages and API."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from common import clock
from common.rest.filters import DateFilter
from goals.filters import OfPlan
from projects.filters import LARGEST_ID
from supervision.models import ENDED, Grade, Order, State
from supervision.permissions import Hand, waiting_for

YES_OR_NO = [("true", _("是")), ("false", _("否"))]


class OrderFilters(OfPlan):
    section = django_filters.CharFilter(method="of_section", label=_("板块"))
    state = django_filters.ChoiceFilter(choices=State.choices, label=_("状态"), empty_label=_("全部"))
    grade = django_filters.ChoiceFilter(choices=Grade.choices, label=_("等级"), empty_label=_("全部"))
    lead_office = django_filters.CharFilter(field_name="lead_office__code", label=_("主办单位"))
    responsible_post = django_filters.CharFilter(field_name="responsible_post__code")
    target = django_filters.NumberFilter(field_name="target", min_value=1, max_value=LARGEST_ID, decimal_places=0)
    project = django_filters.NumberFilter(field_name="project", min_value=1, max_value=LARGEST_ID, decimal_places=0)
    open = django_filters.ChoiceFilter(choices=YES_OR_NO, method="is_open", label=_("未了"), empty_label=_("全部"))
    late = django_filters.ChoiceFilter(choices=YES_OR_NO, method="is_late", label=_("逾期"), empty_label=_("全部"))
    mine = django_filters.ChoiceFilter(choices=YES_OR_NO, method="is_mine", label=_("待我办理"), empty_label=_("全部"))
    issued_after = DateFilter(field_name="issued_on", lookup_expr="gte")
    issued_before = DateFilter(field_name="issued_on", lookup_expr="lte")

    def of_section(self, queryset: "QuerySet[Order]", name: str, value: str) -> "QuerySet[Order]":
        return queryset.filter(Q(target__theme__section__code=value) | Q(project__theme__section__code=value))

    def is_open(self, queryset: "QuerySet[Order]", name: str, value: str) -> "QuerySet[Order]":
        return _either(queryset, Q(state__in=ENDED), value == "false")

    def is_late(self, queryset: "QuerySet[Order]", name: str, value: str) -> "QuerySet[Order]":
        late = Order.objects.late(clock.today()).values("pk")
        return _either(queryset, Q(pk__in=late), value == "true")

    def is_mine(self, queryset: "QuerySet[Order]", name: str, value: str) -> "QuerySet[Order]":
        mine = Order.objects.filter(waiting_for(Hand.of(self.request.user))).values("pk")
        return _either(queryset, Q(pk__in=mine), value == "true")


def _either(queryset: "QuerySet[Any]", condition: Q, wanted: bool) -> "QuerySet[Any]":
    return queryset.filter(condition) if wanted else queryset.exclude(condition)


class PageFilters(OrderFilters):
    """Those of the list page: a search beside them."""

    q = django_filters.CharFilter(method="search", max_length=100)

    def search(self, queryset: "QuerySet[Order]", name: str, value: str) -> "QuerySet[Order]":
        for word in value.split()[:5]:
            queryset = queryset.filter(
                Q(target__name__icontains=word)
                | Q(project__name__icontains=word)
                | Q(requirement__icontains=word)
                | Q(lead_office__name__icontains=word)
            )
        return queryset

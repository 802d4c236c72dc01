"""Filter sets, shared by pages and API; the pages add a search."""

from datetime import date, datetime, time, timedelta
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Post, PostHolder, Role, Unit, User
from audit.models import Event
from common import clock
from common.rest.filters import DateFilter

LONGEST = 100


def _text(**attributes: str) -> forms.TextInput:
    return forms.TextInput(attrs={"class": "form-control", "autocomplete": "off", **attributes})


def _choice() -> forms.Select:
    return forms.Select(attrs={"class": "form-select"})


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date", "class": "form-control"})


def _midnight(day: date) -> datetime:
    """When the day begins: a bound that an index on the moment can serve."""
    return datetime.combine(day, time.min, timezone.get_default_timezone())


class SearchFilter(django_filters.CharFilter):
    """Rows of which one of the fields contains what was typed."""

    def __init__(self, *fields: str, **options: Any) -> None:
        self.fields = fields
        options.setdefault("label", _("搜索"))
        super().__init__(max_length=LONGEST, widget=_text(), **options)

    def filter(self, queryset: "QuerySet[Any]", value: str) -> "QuerySet[Any]":
        condition = Q()
        for field in self.fields if value else ():
            condition |= Q(**{f"{field}__icontains": value})
        return queryset.filter(condition)


class UnitFilters(django_filters.FilterSet):
    """`under` is a unit and everything below it."""

    kind = django_filters.ChoiceFilter(choices=Unit.Kind.choices)
    parent = django_filters.CharFilter(field_name="parent__code")
    under = django_filters.CharFilter(method="below")

    def below(self, queryset: "QuerySet[Unit]", name: str, value: str) -> "QuerySet[Unit]":
        unit = Unit.objects.filter(code=value).first()
        return queryset.filter(path__startswith=unit.path) if unit else queryset.none()


class PostFilters(django_filters.FilterSet):
    unit = django_filters.CharFilter(field_name="unit__code")


class UnitPageFilters(django_filters.FilterSet):
    """The planner's list of units."""

    q = SearchFilter("name", "code")
    kind = django_filters.ChoiceFilter(
        choices=Unit.Kind.choices, label=_("类别"), empty_label=_("全部类别"), widget=_choice()
    )


class PostPageFilters(django_filters.FilterSet):
    """The planner's list of posts; vacant are those that nobody holds today, as holder or deputy."""

    q = SearchFilter("name", "code", "unit__name")
    role = django_filters.ChoiceFilter(
        choices=Post._meta.get_field("role").choices, label=_("岗位职责"), empty_label=_("全部职责"), widget=_choice()
    )
    held = django_filters.ChoiceFilter(
        choices=[("yes", _("有人任职")), ("no", _("空缺"))],
        method="by_holder",
        label=_("任职"),
        empty_label=_("全部岗位"),
        widget=_choice(),
    )

    def by_holder(self, queryset: "QuerySet[Post]", name: str, value: str) -> "QuerySet[Post]":
        held = PostHolder.objects.active().on(clock.today()).values("post")
        return queryset.filter(pk__in=held) if value == "yes" else queryset.exclude(pk__in=held)


class UserFilters(django_filters.FilterSet):
    """The administrator's list of accounts; by role, granted or brought by a post held today."""

    q = SearchFilter("username", "name")
    role = django_filters.ChoiceFilter(
        choices=Role.choices, method="by_role", label=_("角色"), empty_label=_("全部角色"), widget=_choice()
    )
    active = django_filters.ChoiceFilter(
        field_name="is_active",
        choices=[("True", _("启用")), ("False", _("停用"))],
        label=_("状态"),
        empty_label=_("全部状态"),
        widget=_choice(),
    )

    def by_role(self, queryset: "QuerySet[User]", name: str, value: str) -> "QuerySet[User]":
        by_post = PostHolder.objects.on(clock.today()).filter(post__role=value).values("user")
        granted = User.objects.filter(grants__role=value).values("pk")
        return queryset.filter(Q(pk__in=granted) | Q(pk__in=by_post))


class EventFilters(django_filters.FilterSet):
    """The auditor's: by day, actor, action, kind and id of the record, and unit."""

    since = DateFilter(method="from_day", label=_("起始日"), widget=_day())
    until = DateFilter(method="through_day", label=_("截止日"), widget=_day())
    actor = django_filters.CharFilter(
        field_name="actor_name", lookup_expr="icontains", max_length=LONGEST, label=_("操作人"), widget=_text()
    )
    action = django_filters.CharFilter(max_length=60, label=_("动作"), widget=_text(list="actions"))
    record = django_filters.CharFilter(max_length=60, label=_("对象类别"), widget=_text(list="records"))
    record_id = django_filters.CharFilter(max_length=120, label=_("对象"), widget=_text())
    unit = django_filters.CharFilter(method="by_unit", max_length=LONGEST, label=_("单位"), widget=_text())

    class Meta:
        model = Event
        fields: list[str] = []

    def from_day(self, queryset: "QuerySet[Event]", name: str, value: date) -> "QuerySet[Event]":
        return queryset.filter(at__gte=_midnight(value))

    def through_day(self, queryset: "QuerySet[Event]", name: str, value: date) -> "QuerySet[Event]":
        return queryset.filter(at__lt=_midnight(value + timedelta(days=1)))

    def by_unit(self, queryset: "QuerySet[Event]", name: str, value: str) -> "QuerySet[Event]":
        return queryset.filter(Q(unit_code=value) | Q(unit_name__icontains=value))

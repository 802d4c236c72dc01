"""One filter set a register, shared by its page, its export and its API."""

from collections.abc import Mapping
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters.fields import ChoiceField

from accounts.permissions import Access
from common.dates import parse_date
from common.forms import PlainSelect
from common.rest.filters import DateFilter, YesNoFilter
from ledgers.counting import ledger_measure, measures_over
from ledgers.keeping import ROOTS, Keeping
from ledgers.lists import NOT_IN_LIST, ClosedList, Labels, labels_of
from ledgers.models import Row
from ledgers.registry import Ledger, ledger_of_model

STATES = [("valid", _("有效")), ("void", _("已作废")), ("all", _("全部"))]
LONGEST, MOST_WORDS = 200, 10


class _EntryField(ChoiceField):
    def validate(self, value: Any) -> None:
        if value and not self.valid_value(value):
            raise forms.ValidationError(_("清单里没有这一项。"), code=NOT_IN_LIST)


class ListFilter(django_filters.ChoiceFilter):
    """An entry of a closed list, those that planners added among them."""

    field_class = _EntryField

    def __init__(self, closed: ClosedList, **kwargs: Any) -> None:
        super().__init__(choices=(), **kwargs)
        self.closed = closed

    @property
    def described(self) -> str:
        return self.closed.described()


class RowFilters(django_filters.FilterSet):
    """What every register filters by; `filters_for` adds its own lists and flags."""

    unit = django_filters.CharFilter(method="by_unit", label=_("单位"))
    day_after = DateFilter(field_name="day", lookup_expr="gte", label=_("自"))
    day_before = DateFilter(field_name="day", lookup_expr="lte", label=_("至"))
    state = django_filters.ChoiceFilter(
        choices=STATES, method="by_state", label=_("状态"), empty_label=None, widget=PlainSelect
    )
    counted = django_filters.CharFilter(method="by_measure", label=_("计入"))
    through = DateFilter(method="with_measure", label=_("计至"))

    ledger: Ledger

    def __init__(
        self, *args: Any, labels: Labels | None = None, keepings: Mapping[str, Keeping] | None = None, **kwargs: Any
    ) -> None:
        """`labels` and `keepings` (by root): what the caller knows already, and need not be asked again."""
        super().__init__(*args, **kwargs)
        self.keepings = keepings or {}
        closed = [self.ledger.lists[name] for name in self.ledger.filters if name in self.ledger.lists]
        if closed:
            labels = labels or labels_of(closed)
            for name in self.ledger.filters:
                if name in self.ledger.lists:
                    self.filters[name].extra["choices"] = list(labels[self.ledger.lists[name].code].items())

    def by_unit(self, queryset: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        """By its number, which the user's access knows: with it the database reads that unit's rows by day alone."""
        return queryset.filter(unit__in=[u.pk for u in Access.of(self.request.user).seen_units if u.code == value])

    def by_state(self, queryset: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        if value == "void":
            return queryset.filter(voided_at__isnull=False)
        return queryset if value == "all" else queryset.filter(voided_at=None)

    def by_measure(self, queryset: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        """The rows that stand for a measure's figure, of the units that the user sees, on the day `through`."""
        found = ledger_measure(value)
        if found is None or found.ledger is not self.ledger:
            return queryset.none()
        try:
            day = parse_date(self.data.get("through"))
        except forms.ValidationError:
            return queryset.none()
        condition = Q(pk__in=[])
        for root in _roots(self.request):
            kept = self.keepings.get(root)
            condition |= Q(pk__in=found.counted_rows(root, day, kept.counts if kept else None).order_by().values("pk"))
        return queryset.filter(condition)

    def with_measure(self, queryset: "QuerySet[Any]", name: str, value: Any) -> "QuerySet[Any]":
        """The day belongs to `counted`."""
        return queryset

    @property
    def qs(self) -> "QuerySet[Any]":
        """Without a word about the state, what is valid."""
        found = super().qs
        return found if self.data.get("state") else found.filter(voided_at=None)


def _roots(request: Any) -> list[str]:
    return [unit.path for unit in Access.of(request.user).seen_units if unit.kind in ROOTS]


class PageFilters(RowFilters):
    """The same for a page: units to choose from, and the search box."""

    q = django_filters.CharFilter(method="by_words", label=_("搜索"), max_length=LONGEST)

    def __init__(self, *args: Any, units: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("全部单位")), *((unit.code, unit.name) for unit in units)]
        self.form.fields["unit"].widget = PlainSelect(choices=choices)
        for name in ("day_after", "day_before"):
            self.form.fields[name].widget = forms.DateInput(attrs={"type": "date"})
        for name in ("counted", "through"):
            if name in self.form.fields:
                self.form.fields[name].widget = forms.HiddenInput()
        self.form.fields["q"].widget = forms.TextInput(attrs={"type": "search", "maxlength": LONGEST})
        for field in self.form.fields.values():
            if isinstance(field, forms.NullBooleanField):
                field.widget.choices = [("unknown", _("全部")), ("true", _("是")), ("false", _("否"))]  # type: ignore[attr-defined]
            css = "form-select" if isinstance(field.widget, forms.Select) else "form-control"
            field.widget.attrs["class"] = css

    def by_words(self, queryset: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        for word in value[:LONGEST].split()[:MOST_WORDS]:
            condition = Q()
            for field in self.ledger.search:
                condition |= Q(**{f"{field}__icontains": word})
            queryset = queryset.filter(condition)
        return queryset


def filters_for(ledger: Ledger, base: type[RowFilters] = RowFilters) -> type[RowFilters]:
    """The register's own filter set, made once."""
    key = (ledger.key, base)
    if key not in _made:
        own: dict[str, Any] = {"ledger": ledger, "__module__": __name__}
        for name in ledger.filters:
            label = ledger.label(name)
            if name in ledger.lists:
                own[name] = ListFilter(ledger.lists[name], label=label, empty_label=_("全部"), widget=PlainSelect)
            else:
                own[name] = YesNoFilter(label=label)
        for name in ledger.stages:
            choices = ledger.field(name).choices
            own[name] = django_filters.ChoiceFilter(
                choices=choices, label=ledger.label(name), empty_label=_("全部"), widget=PlainSelect
            )
        if not measures_over(ledger):
            own |= {"counted": None, "through": None}
        _made[key] = type(f"{ledger.model.__name__}{base.__name__}", (base,), own)
    return _made[key]


_made: dict[tuple[str, type[RowFilters]], type[RowFilters]] = {}


def filters_of_model(model: type[Row]) -> type[RowFilters]:
    return filters_for(ledger_of_model(model))

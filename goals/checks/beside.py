"""What stands beside a figure that is entered: its unit's earlier figures, and the amounts behind a rate."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Protocol

from django.utils.functional import cached_property

from accounts.models import Unit
from goals.models import Indicator, Reading
from goals.models.reading import State
from goals.progress import month_key, period_end

# Two years before show a season twice.
MONTHS_BACK = 24


class Entered(Protocol):
    """A figure as it is entered."""

    indicator: Indicator
    unit: Unit
    period: date
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    note: str


def size_of(value: Decimal | None, numerator: Decimal | None, denominator: Decimal | None) -> Decimal | None:
    """The figure itself, for a share its percentage; only for comparing, not for counting."""
    if value is not None:
        return value
    if numerator is None or not denominator:
        return None
    return 100 * numerator / denominator


@dataclass(slots=True)
class Past:
    """A figure that was handed in before; its size is asked for dozens of times."""

    period: date
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    size: Decimal | None = field(init=False)

    def __post_init__(self) -> None:
        self.size = size_of(self.value, self.numerator, self.denominator)

    def figures(self) -> tuple[Decimal | None, ...]:
        return (self.value, self.numerator, self.denominator)


@dataclass
class Beside:
    """One entered figure with what stands beside it, oldest first."""

    entered: Entered
    history: Sequence[Past] = ()
    growth_of: Indicator | None = None
    amounts: Mapping[date, Past] = field(default_factory=dict)

    @cached_property
    def indicator(self) -> Indicator:
        return self.entered.indicator

    @property
    def period(self) -> date:
        return self.entered.period

    @cached_property
    def size(self) -> Decimal | None:
        return size_of(self.entered.value, self.entered.numerator, self.entered.denominator)

    @cached_property
    def previous(self) -> Past | None:
        """The unit's figure before this one."""
        return self.history[-1] if self.history else None


Pair = tuple[int, int]


def beside(rows: Sequence[Entered]) -> list[Beside]:
    """For each row what was handed in before it, rows of the same set included. Two queries."""
    if not rows:
        return []
    known, pairs = _known(rows), [(row.indicator.pk, row.unit.pk) for row in rows]
    for row, pair in zip(rows, pairs, strict=True):
        past = Past(row.period, row.value, row.numerator, row.denominator)
        known.setdefault(pair, {})[row.period] = past
    behind = {r.indicator.growth_of_id for r in rows if r.indicator.growth_of_id}
    amounts_of = Indicator.objects.in_bulk(behind) if behind else {}
    in_order = {pair: (periods := sorted(own), [own[p] for p in periods]) for pair, own in known.items()}
    begins = {period: period_end(month_key(period) - MONTHS_BACK) for period in {row.period for row in rows}}
    found = []
    for row, pair in zip(rows, pairs, strict=True):
        periods, pasts = in_order[pair]
        history = pasts[bisect_left(periods, begins[row.period]) : bisect_left(periods, row.period)]
        of = amounts_of.get(row.indicator.growth_of_id or 0)
        found.append(Beside(row, history, of, known.get((of.pk, pair[1]), {}) if of else {}))
    return found


def _known(rows: Iterable[Entered]) -> dict[Pair, dict[date, Past]]:
    rows = list(rows)
    periods = [row.period for row in rows]
    indicators = {r.indicator.pk for r in rows} | {r.indicator.growth_of_id for r in rows if r.indicator.growth_of_id}
    found = Reading.objects.filter(
        indicator__in=indicators,
        unit__in={r.unit.pk for r in rows},
        period__range=(period_end(month_key(min(periods)) - MONTHS_BACK), max(periods)),
        state__in=[State.APPROVED, State.SUBMITTED],
    ).order_by("revision")
    known: dict[Pair, dict[date, Past]] = {}
    columns = ("indicator_id", "unit_id", "period", "value", "numerator", "denominator")
    for indicator, unit, *past in found.values_list(*columns):
        known.setdefault((indicator, unit), {})[past[0]] = Past(*past)
    return known

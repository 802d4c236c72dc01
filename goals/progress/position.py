"""Where the figures stand: data period, year to date, last year's, for each kind of source."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from goals.progress.exact import SCALE, Ratio
from goals.progress.periods import (
    calendar,
    deadline,
    last_due,
    month_key,
    period_end,
    periods_of_year,
    same_day_last_year,
)
from goals.progress.terms import Counted, Event, Month, Reported, Terms, Works


@dataclass(slots=True)
class Position:
    """What the rules ask of the figures on a day. Figures as exact numbers, in plain units.

    `silent_day`: the last period whose deadline has passed, for the pace of a target without data.
    """

    counted: bool
    due: date
    data_period: date | None = None
    now: Ratio | None = None
    base: Ratio | None = None
    last_total: Ratio | None = None
    numerator: int | None = None
    denominator: int | None = None
    periods_left: int = 0
    stale: bool = False
    silent_day: date | None = None
    recent: tuple[int, int] | None = None
    reported: int | None = None
    expected: int | None = None
    partial: tuple[date, int, int] | None = None

    def elapsed(self, day: date) -> Ratio:
        """The elapsed share of the year's pace at a day: in months, counted figures with days of a broken month."""
        if not self.counted:
            return Ratio(day.month, self.due.month)
        return _days(day).times(*reversed(_days(self.due)))


def _days(day: date) -> Ratio:
    length = period_end(month_key(day)).day
    return Ratio((day.month - 1) * length + day.day, length)


def position(terms: Terms, figures: Reported | Counted | Works, as_of: date) -> Position:
    """The position of a source's figures on the as-of day."""
    if isinstance(figures, Reported):
        return _reported(terms, figures, as_of)
    if isinstance(figures, Counted):
        return _counted(terms, figures, as_of)
    return _calendar(terms, as_of, None, needs_confirmation=False)


def _reported(terms: Terms, figures: Reported, as_of: date) -> Position:
    days = calendar(terms.frequency, terms.year, terms.due)
    if days is None:
        return Position(counted=False, due=terms.due)
    months, running = figures.months, terms.basis == "amount"
    found = Position(counted=False, due=days.due)
    so_far, total, seen = 0, 0, 0
    for place, key in enumerate(days.keys):
        if days.ends[place] > as_of:
            break
        month = months.get(key)
        if month is None or month.reported < month.expected or month.expected == 0:
            if month is not None:
                found.partial = (days.ends[place], month.reported, month.expected)
            if running:
                break
        else:
            so_far, found.partial = place + 1, None
            seen += month.value
            total = seen
    late = last_due(terms.frequency, terms.year, terms.due, terms.deadline_day, terms.deadline_lag, as_of)
    found.silent_day = late
    if so_far == 0:
        found.stale = late is not None
        return found
    day = found.data_period = days.ends[so_far - 1]
    found.stale = late is not None and late > day
    month = months[days.keys[so_far - 1]]
    found.periods_left = len(days.ends) - so_far
    found.reported, found.expected = month.reported, month.expected
    found.numerator, found.denominator = month.numerator, month.denominator
    if running:
        # All of them are complete: the sum is there already.
        found.now = Ratio(total, SCALE)
        found.base, found.last_total = _last_year(months, days.keys, so_far)
    else:
        found.now = _at(terms, month)
        found.base = _at(terms, months.get(days.keys[so_far - 1] - 12))
        found.last_total = _at(terms, months.get(days.keys[-1] - 12))
    if terms.rule == "growth" and terms.basis in ("amount", "running_total"):
        found.recent = _recent(terms, months, days.ends[:so_far])
    return found


def _last_year(months: Mapping[int, Month], keys: tuple[int, ...], so_far: int) -> tuple[Ratio | None, Ratio | None]:
    """Last year's amounts through as many periods as this year has, and through the due one; None unless complete."""
    base, total = None, 0
    for place, key in enumerate(keys, start=1):
        month = months.get(key - 12)
        if month is None or month.expected == 0 or month.reported < month.expected:
            return base, None
        total += month.value
        if place == so_far:
            base = Ratio(total, SCALE)
    return base, Ratio(total, SCALE)


def _at(terms: Terms, month: Month | None) -> Ratio | None:
    """What a complete period says by itself."""
    if month is None or not _complete(month):
        return None
    if terms.basis == "share":
        return Ratio(100 * month.numerator, month.denominator) if month.denominator > 0 else None
    units = month.expected if terms.aggregation == "mean" else 1
    return Ratio(month.value, SCALE * units)


def _lateness(found: Position, terms: Terms, ends: list[date], as_of: date) -> None:
    """Of counted figures: stale, and the last period whose deadline has passed."""
    for end in ends:
        if deadline(end, terms.deadline_day, terms.deadline_lag) < as_of:
            found.silent_day = min(end, found.due)
            if found.data_period is None or end > found.data_period:
                found.stale = True


def _year_before(end: date) -> date:
    return period_end(month_key(end) - 12)


def _complete(month: Month | None) -> bool:
    return month is not None and month.expected > 0 and month.reported >= month.expected


def _year_to_date(terms: Terms, months: Mapping[int, Month] | object, end: date) -> Ratio | None:
    """The year to date through a period, None unless it is complete (with amounts, every earlier one too)."""
    table: dict[int, Month] = months  # type: ignore[assignment]
    if terms.basis == "amount":
        total = 0
        for period in periods_of_year(terms.frequency, end.year):
            if period > end:
                break
            month = table.get(month_key(period))
            if not _complete(month):
                return None
            total += month.value  # type: ignore[union-attr]
        return Ratio(total, SCALE)
    return _at(terms, table.get(month_key(end)))


def _recent(terms: Terms, months: object, so_far: Sequence[date]) -> tuple[int, int] | None:
    """The sums of the last three periods (all, if fewer) and of the same ones last year; None unless complete."""
    table: dict[int, Month] = months  # type: ignore[assignment]
    last = so_far[-3:]
    sums = []
    for shift in (0, 12):
        keys = [month_key(end) - shift for end in last]
        if not all(_complete(table.get(key)) for key in keys):
            return None
        if terms.basis == "amount":
            sums.append(sum(table[key].value for key in keys))
            continue
        before = 0
        if len(so_far) > 3:
            earlier = table.get(month_key(so_far[-4]) - shift)
            if earlier is None or not _complete(earlier):
                return None
            before = earlier.value
        sums.append(table[keys[-1]].value - before)
    return (sums[0], sums[1])


def _calendar(terms: Terms, as_of: date, through: date | None, *, needs_confirmation: bool) -> Position:
    """A counted source's data period: the earliest of as-of date, due date, plan's end (and confirmed day)."""
    found = Position(counted=True, due=terms.due)
    day = min(as_of, terms.due, date(terms.year, 12, 31))
    if needs_confirmation:
        day = min(day, through) if through is not None else date.min
    found.data_period = day if day >= date(terms.year, 1, 1) else None
    ends = [period_end(terms.year * 12 + month) for month in range(1, terms.due.month + 1)]
    if needs_confirmation and found.data_period != terms.due:
        _lateness(found, terms, ends, as_of)
    if found.data_period is not None:
        found.periods_left = len(ends) - bisect_right(ends, found.data_period)
    return found


def _counted(terms: Terms, figures: Counted, as_of: date) -> Position:
    found = _calendar(terms, as_of, figures.confirmed_through, needs_confirmation=figures.needs_confirmation)
    day = found.data_period = _day_with_base(terms, figures, found.data_period) if found.data_period else None
    if day is None:
        return found
    found.now, found.numerator, found.denominator = _through(terms, figures.events, day)
    if figures.base_months is not None:
        found.base = _year_to_date(terms, figures.base_months, _year_before(day))
        found.last_total = _year_to_date(terms, figures.base_months, _year_before(terms.due))
        return found
    before = figures.events if figures.base_events is None else figures.base_events
    found.base = _through(terms, before, same_day_last_year(day))[0]
    found.last_total = _through(terms, before, same_day_last_year(terms.due))[0]
    return found


def _day_with_base(terms: Terms, figures: Counted, day: date) -> date | None:
    """A base that was typed is known at the ends of its periods alone: between them the last one is compared."""
    if figures.base_months is None or terms.rule not in ("growth", "decline"):
        return day
    return max((end for end in periods_of_year(terms.frequency, terms.year) if end <= day), default=None)


def _through(terms: Terms, events: Sequence[Event], day: date) -> tuple[Ratio | None, int, int]:
    """Amounts add up since 1 January, changes of a stock since ever."""
    stock = terms.basis in ("level", "share")
    seen: list[Event] = [e for e in events if e.day <= day and (stock or e.day.year == day.year)]
    numerator, denominator = sum(e.numerator for e in seen), sum(e.denominator for e in seen)
    if terms.basis == "share":
        return (Ratio(100 * numerator, denominator) if denominator > 0 else None), numerator, denominator
    return Ratio(sum(e.value for e in seen), SCALE), numerator, denominator

"""Last year's figures where an indicator's source changed on 1 January: both histories stay, and meet here."""

from collections.abc import Mapping, MutableMapping, Sequence
from datetime import date, datetime

from goals import measures
from goals.measures import Wanted
from goals.models.indicator import Indicator
from goals.models.target import Target
from goals.progress.periods import month_key, period_containing, periods_of_year
from goals.progress.subjects import Source, Subject
from goals.progress.terms import Counted, Event, Month, Reported, Works

Figures = Reported | Counted | Works
_STOCKS = ("level", "share")


def has_typed_base(target: Target | Subject) -> bool:
    """Is the target counted now, and was its indicator typed a year ago?"""
    indicator, year = target.indicator, target.plan.year
    return bool(indicator.measure_of(year)) and not indicator.measure_of(year - 1)


def join(
    targets: Sequence[Target | Subject],
    roots: Mapping[int, str],
    figures: MutableMapping[Wanted, Figures],
    known_until: datetime | None,
) -> None:
    """Give each target whose source changed with its year the year before from where it was then."""
    for target in targets:
        indicator, year = target.indicator, target.plan.year
        if not indicator.is_ever_counted:
            continue
        now, before = indicator.measure_of(year), indicator.measure_of(year - 1)
        if now == before:
            continue
        asked = Wanted(indicator.pk, roots[target.plan_id] if now else "", year)
        found = figures[asked]
        if now and not before:
            reported = figures[Wanted(indicator.pk, "", year)]
            assert isinstance(found, Counted) and isinstance(reported, Reported)
            figures[asked] = Counted(
                found.events, found.needs_confirmation, found.confirmed_through, base_months=reported.months
            )
            continue
        old = measures.measure_of(before).figures([Wanted(indicator.pk, roots[target.plan_id], year)], known_until)
        counted = next(iter(old.values()))
        if not isinstance(counted, Counted):
            continue
        if isinstance(found, Reported):
            figures[asked] = Reported(months={**found.months, **as_months(indicator, counted.events, year - 1)})
        elif isinstance(found, Counted):
            figures[asked] = Counted(
                found.events, found.needs_confirmation, found.confirmed_through, base_events=counted.events
            )


def as_months(indicator: Indicator | Source, events: Sequence[Event], year: int) -> dict[int, Month]:
    """Counted events as complete periods of a year, by month key, in the form in which reported figures come."""
    ends = periods_of_year(indicator.frequency, year)
    is_stock = indicator.basis in _STOCKS
    sums: dict[date, list[int]] = {end: [0, 0, 0] for end in ends}
    for event in events:
        if event.day.year > year or (event.day.year < year and not is_stock):
            continue
        first = ends[0] if event.day.year < year else period_containing(event.day, indicator.frequency)
        running = is_stock or indicator.basis == "running_total"
        for end in ends if running else [first]:
            if end >= first:
                for place, amount in enumerate((event.value, event.numerator, event.denominator)):
                    sums[end][place] += amount
    return {month_key(end): Month(found[0], found[1], found[2], 1, 1) for end, found in sums.items()}

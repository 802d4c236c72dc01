"""What every reporting unit owes on a day, for all plans at once: what reminders are made of."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Max, QuerySet
from django.utils import timezone

from accounts.models import Unit
from goals.calendar import WorkingDays
from goals.models import Closing, Plan, Reading, Reopening, ReportingUnit, Target
from goals.models.reading import State
from goals.progress import deadline, due_period, periods_of_year

Slot = tuple[int, int, date]


@dataclass(frozen=True)
class Owed:
    """A figure that a unit owes: until when it is in time, and after which day it counts as overdue.

    The two differ where a figure was returned later: who is asked again isn't late before the next day.
    """

    target: Target
    unit: Unit
    period: date
    limit: date
    late_after: date
    reopened: bool

    @property
    def slot(self) -> Slot:
        return (self.target.indicator_id, self.unit.pk, self.period)


@dataclass
class _Known:
    """What decides whether a slot is still owed."""

    handed_in: set[Slot]
    returned_on: dict[Slot, date]
    closed_through: dict[int, date]
    reopened_until: dict[tuple[int, int, date], date]
    days: WorkingDays


def owed_by_all(today: date, horizon: timedelta) -> tuple[list[Owed], WorkingDays]:
    """The figures of ended periods of adopted plans that nobody has handed in and whose deadline is past or within
    the horizon. Never what a measure counts or a bureau publishes, nor what a closing has shut. Six queries."""
    targets = list(
        Target.objects.filter(plan__state=Plan.State.ADOPTED, indicator__published=False)
        .select_related("plan", "indicator")
        .defer("plan__document")
        .order_by("-plan__year", "order", "pk")
    )
    if not targets:
        return [], WorkingDays()
    by_indicator: dict[int, list[Target]] = {}
    for target in targets:
        if target.indicator.measure_of(target.plan.year):
            continue
        by_indicator.setdefault(target.indicator_id, []).append(target)
    spans = ReportingUnit.objects.filter(indicator__in=_promised()).select_related("unit").order_by("unit__path", "pk")
    known = _known(today, {t.plan.year for t in targets})
    found: dict[Slot, Owed] = {}
    for span in spans:
        for target in by_indicator.get(span.indicator_id, ()):
            for owed in _owed(span, target, known, today, today + horizon):
                found.setdefault(owed.slot, owed)
    return list(found.values()), known.days


def _promised() -> QuerySet[Target, Any]:
    """The indicators of adopted plans, for the database to look up by itself."""
    return Target.objects.filter(plan__state=Plan.State.ADOPTED).order_by().values("indicator")


def _known(today: date, years: Iterable[int]) -> _Known:
    first, last = date(min(years), 1, 1), date(max(years), 12, 31)
    states = [State.SUBMITTED, State.APPROVED, State.RETURNED]
    rows = Reading.objects.filter(state__in=states, period__range=(first, last), indicator__in=_promised())
    handed_in: set[Slot] = set()
    returned_on: dict[Slot, date] = {}
    for *slot, state, moment in rows.values_list("indicator_id", "unit_id", "period", "state", "reviewed_at"):
        key: Slot = tuple(slot)  # type: ignore[assignment]
        if state != State.RETURNED:
            handed_in.add(key)
        elif moment is not None:
            returned_on[key] = max(returned_on.get(key, date.min), _day(moment))
    closings = Closing.objects.filter(plan__state=Plan.State.ADOPTED).order_by()
    reopenings = Reopening.objects.filter(plan__state=Plan.State.ADOPTED, until__gte=today).order_by("until")
    return _Known(
        handed_in=handed_in,
        returned_on=returned_on,
        closed_through=dict(closings.values_list("plan_id").annotate(Max("period"))),
        reopened_until={(r.plan_id, r.unit_id, r.period): r.until for r in reopenings},
        days=WorkingDays.between(first, max(today, first)),
    )


def _owed(span: ReportingUnit, target: Target, known: _Known, today: date, latest: date) -> Iterator[Owed]:
    indicator, plan = target.indicator, target.plan
    last = due_period(indicator.frequency, plan.year, target.due)
    if last is None:
        return
    closed = known.closed_through.get(plan.pk, date.min)
    for period in periods_of_year(indicator.frequency, plan.year):
        if period > last or period >= today or not span.first_day <= period <= span.last_day:
            continue
        slot = (span.indicator_id, span.unit_id, period)
        # The move to a working day is never to an earlier one: what lies beyond the horizon stays there.
        if slot in known.handed_in or deadline(period, indicator.deadline_day, indicator.deadline_lag) > latest:
            continue
        until = known.reopened_until.get((plan.pk, span.unit_id, period)) if period <= closed else None
        if period <= closed and until is None:
            continue
        limit = until or known.days.deadline(indicator, period)
        late_after = max(limit, known.returned_on.get(slot, date.min))
        if limit <= latest:
            yield Owed(target, span.unit, period, limit, late_after, until is not None)


def _day(moment: datetime) -> date:
    return timezone.localtime(moment).date()

"""What is due from whom, and what waits for whom to review."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from accounts.models import Role, Unit, User
from accounts.permissions import Access
from goals.calendar import WorkingDays
from goals.models import Indicator, Plan, Reading, ReportingUnit, Target
from goals.models.reading import State
from goals.permissions import may_review, review_offices
from goals.progress import due_period, month_key, period_end, periods_of_year
from goals.progress.gather import version_in_force
from goals.windows import locked_slots

# The lag is at most three months.
LATEST_DEADLINE = timedelta(days=124)


@dataclass(frozen=True)
class Due:
    """A figure that a unit owes: for which period, until when, and what stands beside it."""

    indicator: Indicator
    unit: Unit
    period: date
    deadline: date
    overdue: bool
    target: Target
    goal: Decimal | None
    allocation: Decimal | None
    reading: Reading | None
    previous: Reading | None
    last_year: Reading | None


def due_for(user: User, today: date) -> list[Due]:
    """What this user's units owe on the day, overdue first: ended periods of adopted plans without a figure handed in.

    Never what a measure counts, a bureau publishes or a closing locks. A fixed number of queries.
    """
    access = Access.of(user)
    if not access.has(Role.REPORTER):
        return []
    targets = (
        Target.objects.visible_to(user)
        .filter(plan__state=Plan.State.ADOPTED, indicator__published=False)
        .select_related("plan", "indicator", "lead_office")
        .prefetch_related("adjustments", "allocations")
    )
    by_indicator = {t.indicator_id: t for t in targets if not t.indicator.measure_of(t.plan.year)}
    spans = ReportingUnit.objects.filter(indicator__in=by_indicator).select_related("unit")
    if not access.everywhere(Role.REPORTER):
        spans = spans.filter(unit__in=access.unit_ids(Role.REPORTER))
    mine = list(spans)
    readings = _readings(mine, by_indicator.values())
    first = min((t.plan.start for t in by_indicator.values()), default=today)
    days = WorkingDays.between(first, max((t.plan.end for t in by_indicator.values()), default=today) + LATEST_DEADLINE)
    owed = [due for span in mine for due in _owed(span, by_indicator[span.indicator_id], readings, today, days)]
    locked = locked_slots(((d.indicator.pk, d.unit.pk, d.period) for d in owed), today)
    owed = [due for due in owed if (due.indicator.pk, due.unit.pk, due.period) not in locked]
    return sorted(owed, key=lambda d: (not d.overdue, d.deadline, d.period, d.target.order, d.unit.path))


Slots = dict[tuple[int, int, date], dict[str, Reading]]


def _readings(spans: Iterable[ReportingUnit], targets: Iterable[Target]) -> Slots:
    """By slot and state the newest reading, of the plans' years and the ones before."""
    years = {t.plan.year for t in targets}
    spans = list(spans)
    if not years or not spans:
        return {}
    found = Reading.objects.filter(
        indicator__in={s.indicator_id for s in spans},
        unit__in={s.unit_id for s in spans},
        period__range=(date(min(years) - 1, 1, 1), date(max(years), 12, 31)),
    ).exclude(state=State.SUPERSEDED)
    slots: Slots = {}
    for reading in found.order_by("revision"):
        slot = (reading.indicator_id, reading.unit_id, reading.period)
        slots.setdefault(slot, {})[reading.state] = reading
    return slots


def _owed(span: ReportingUnit, target: Target, readings: Slots, today: date, days: WorkingDays) -> Iterable[Due]:
    indicator, year = target.indicator, target.plan.year
    last = due_period(indicator.frequency, year, target.due)
    ends = [e for e in periods_of_year(indicator.frequency, year) if last is not None and e <= last and e < today]
    version = version_in_force(target.adjustments.all(), today)
    goal = version.goal if version else target.goal
    allocation = next((a.goal for a in target.allocations.all() if a.unit_id == span.unit_id), None)
    before = _last_of(indicator, span.unit_id, year - 1, readings)
    for period in ends:
        at = readings.get((span.indicator_id, span.unit_id, period), {})
        if not span.first_day <= period <= span.last_day:
            continue
        if State.APPROVED in at or State.SUBMITTED in at:
            before = at.get(State.APPROVED) or at.get(State.SUBMITTED)
            continue
        same = period_end(month_key(period) - 12)
        limit = days.deadline(indicator, period)
        last_year = readings.get((span.indicator_id, span.unit_id, same), {}).get(State.APPROVED)
        standing = at.get(State.DRAFT) or at.get(State.RETURNED)
        beside = (goal, allocation, standing, before, last_year)
        yield Due(indicator, span.unit, period, limit, today > limit, target, *beside)


def _last_of(indicator: Indicator, unit: int, year: int, readings: Slots) -> Reading | None:
    """What the unit last had approved in a year: the first period's 上期 lies in the year before."""
    for period in reversed(periods_of_year(indicator.frequency, year)):
        at = readings.get((indicator.pk, unit, period), {})
        if State.APPROVED in at:
            return at[State.APPROVED]
    return None


def review_queue(user: User) -> list[Reading]:
    """The submitted readings that this reviewer may approve or return, oldest first. Never the own ones.

    A fixed number of queries.
    """
    access = Access.of(user)
    if not access.has(Role.REVIEWER):
        return []
    waiting = list(
        Reading.objects.visible_to(user)
        .filter(state=State.SUBMITTED)
        .select_related("indicator", "unit", "reported_by")
        .order_by("reported_at", "pk")
    )
    offices = review_offices((r.indicator_id, r.period.year) for r in waiting)
    return [r for r in waiting if may_review(access, r, offices[r.indicator_id, r.period.year])]

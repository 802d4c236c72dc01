"""The reporting calendar of a plan: month by month what is asked of whom, until when, and what has come in."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Unit
from goals.calendar import WorkingDays
from goals.models import Closing, Plan, Reading, Reopening, ReportingUnit, Target
from goals.models.reading import State
from goals.progress import deadline, due_period, period_end, periods_of_year

IN_TIME, LATE, DUE, OVERDUE = "in_time", "late", "due", "overdue"
_HANDED_IN = (State.SUBMITTED, State.APPROVED)
Key = tuple[int, int, date]


@dataclass(frozen=True)
class Asked:
    """A target whose indicator has a period that ends with the month; until which day people are asked for it."""

    target: Target
    deadline: date
    is_moved: bool


@dataclass
class Month:
    """A month of the calendar. `tally` counts figures by what became of them, `waiting` those under review."""

    period: date
    has_ended: bool
    asked: list[Asked] = field(default_factory=list)
    tally: Counter[str] = field(default_factory=Counter)
    waiting: int = 0
    waiting_until_now: int = 0
    closing: Closing | None = None
    reopenings: list[Reopening] = field(default_factory=list)

    @property
    def expected(self) -> int:
        return sum(self.tally.values())

    @property
    def handed_in(self) -> int:
        return self.tally[IN_TIME] + self.tally[LATE]

    @property
    def may_close(self) -> bool:
        return self.has_ended and self.closing is None

    @property
    def deadlines(self) -> list[tuple[date, bool, int]]:
        """Each day, whether a holiday or weekend moved it, and how many indicators are asked for by then."""
        days = Counter((a.deadline, a.is_moved) for a in self.asked)
        return [(day, is_moved, count) for (day, is_moved), count in sorted(days.items())]


@dataclass
class Row:
    """A unit's year: per month what became of its figures (nothing where none is asked)."""

    unit: Unit
    months: list[Counter[str]]

    @property
    def cells(self) -> list[tuple[str, str]]:
        """Per month the worst that became of a figure (empty: nothing asked), and all of it in words."""
        return [(_worst(tally), _in_words(number, tally)) for number, tally in enumerate(self.months, start=1)]

    @property
    def overdue(self) -> int:
        return sum(tally[OVERDUE] for tally in self.months)

    @property
    def late(self) -> int:
        return sum(tally[LATE] for tally in self.months)


@dataclass(frozen=True)
class Timetable:
    """The calendar of a plan, and of each of its units."""

    months: Sequence[Month]
    units: Sequence[Row]


def timetable(plan: Plan, today: date) -> Timetable:
    """The plan's reporting calendar as it stands on the day. Six queries, whatever its size."""
    targets = _asked_targets(plan)
    spans = list(ReportingUnit.objects.filter(indicator__in=targets).select_related("unit").order_by("unit__path"))
    entered = _entered(plan, targets)
    days = WorkingDays.between(plan.start, plan.end.replace(year=plan.year + 1, month=4, day=30))
    months = [Month(end, end < today) for end in periods_of_year("monthly", plan.year)]
    _closings(plan, months)
    rows: dict[int, Row] = {}
    for span in spans:
        rows.setdefault(span.unit_id, Row(span.unit, [Counter() for _month in months]))
    by_indicator: dict[int, list[ReportingUnit]] = {}
    for span in spans:
        by_indicator.setdefault(span.indicator_id, []).append(span)
    for target in sorted(targets.values(), key=lambda t: (t.order, t.code)):
        for month in _periods(target, plan.year, months):
            asked = _asked(target, month.period, days)
            month.asked.append(asked)
            if month.has_ended and plan.state != Plan.State.DRAFT:
                for unit_id, fate in _fates(by_indicator.get(target.indicator_id, ()), asked, month, entered, today):
                    month.tally[fate] += 1
                    rows[unit_id].months[month.period.month - 1][fate] += 1
    return Timetable(_with_waiting(months, entered), list(rows.values()))


def _worst(tally: Counter[str]) -> str:
    return next((fate for fate in (OVERDUE, LATE, DUE, IN_TIME) if tally[fate]), "")


def _in_words(month: int, tally: Counter[str]) -> str:
    words = {
        OVERDUE: _("%(n)s 项未报"),
        LATE: _("%(n)s 项迟报"),
        DUE: _("%(n)s 项未到期"),
        IN_TIME: _("%(n)s 项按时"),
    }
    said = "、".join(words[fate] % {"n": tally[fate]} for fate in words if tally[fate])
    return _("%(month)s月：%(said)s") % {"month": month, "said": said or _("无应报")}


def asked_units(plan: Plan) -> "QuerySet[Unit]":
    """The units that report any of the plan's indicators by hand."""
    spans = ReportingUnit.objects.filter(
        indicator__targets__plan=plan, indicator__measure="", indicator__published=False
    )
    return Unit.objects.filter(pk__in=spans.values("unit")).order_by("path")


def _asked_targets(plan: Plan) -> dict[int, Target]:
    """By indicator the plan's target that runs longest; never what a measure counts or a bureau publishes."""
    found = plan.targets.filter(indicator__measure="", indicator__published=False)
    return {t.indicator_id: t for t in found.select_related("indicator", "plan").order_by("due", "-order", "-pk")}


def _entered(plan: Plan, indicators: Iterable[int]) -> dict[Key, tuple[int, int, datetime | None]]:
    """By slot: how many are handed in, how many of these wait, and when the first was."""
    found = Reading.objects.filter(indicator__in=indicators, period__range=(plan.start, plan.end))
    rows = (
        found.exclude(state=State.DRAFT)
        .order_by()
        .values_list("indicator_id", "unit_id", "period")
        .annotate(
            handed_in=Count("pk", filter=Q(state__in=_HANDED_IN)),
            waiting=Count("pk", filter=Q(state=State.SUBMITTED)),
            first=Min("reported_at"),
        )
    )
    return {(i, u, period): (handed_in, waiting, first) for i, u, period, handed_in, waiting, first in rows}


def _closings(plan: Plan, months: Sequence[Month]) -> None:
    """A closing locks all months through its own; the first that did is named."""
    for closing in plan.closings.select_related("closed_by").order_by("-period"):
        for month in months:
            if month.period <= closing.period:
                month.closing = closing
    for reopening in plan.reopenings.select_related("unit", "opened_by"):
        for month in months:
            if month.period == reopening.period:
                month.reopenings.append(reopening)


def _periods(target: Target, year: int, months: Sequence[Month]) -> Iterator[Month]:
    frequency = target.indicator.frequency
    last = due_period(frequency, year, target.due)
    ends = {end for end in periods_of_year(frequency, year) if last is not None and end <= last}
    return (month for month in months if month.period in ends)


def _asked(target: Target, period: date, days: WorkingDays) -> Asked:
    indicator = target.indicator
    asked_by = days.deadline(indicator, period)
    return Asked(target, asked_by, asked_by != deadline(period, indicator.deadline_day, indicator.deadline_lag))


def _fates(
    spans: Iterable[ReportingUnit],
    asked: Asked,
    month: Month,
    entered: Mapping[Key, tuple[int, int, datetime | None]],
    today: date,
) -> Iterator[tuple[int, str]]:
    adopted = asked.target.plan.adopted_at
    asked_from = timezone.localdate(adopted) if adopted else month.period
    for span in spans:
        if not span.first_day <= month.period <= span.last_day:
            continue
        handed_in, _waiting, first = entered.get((span.indicator_id, span.unit_id, month.period), (0, 0, None))
        if not handed_in:
            yield span.unit_id, DUE if today <= asked.deadline else OVERDUE
        else:
            # Nobody is late for what was asked only after its deadline.
            is_late = first is not None and asked_from <= asked.deadline < timezone.localdate(first)
            yield span.unit_id, LATE if is_late else IN_TIME


def _with_waiting(months: list[Month], entered: Mapping[Key, tuple[int, int, datetime | None]]) -> list[Month]:
    by_period: Counter[date] = Counter()
    for (_indicator, _unit, period), (_handed_in, waiting, _first) in entered.items():
        by_period[period] += waiting
    so_far = 0
    for month in months:
        month.waiting = by_period[month.period]
        so_far += month.waiting
        month.waiting_until_now = so_far
    return months


def month_named(plan: Plan, raw: str) -> date | None:
    """The month's end of the plan's year that is written so, or None."""
    ends = {end.isoformat(): end for end in (period_end(plan.year * 12 + month) for month in range(1, 13))}
    return ends.get(raw)

"""What stands beside a row of 我填报 once it is chosen: its months, its villages, its outlook, its evidence."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import Unit, User
from common import clock
from common.display import figure
from goals.checks.beside import size_of
from goals.impact import impacts
from goals.models import Indicator, Plan, Progress, Reading, ReportingUnit, Target
from goals.models.indicator import Aggregation, Basis
from goals.models.progress import TODAY_SLOT
from goals.models.reading import State
from goals.progress import periods_of_year
from goals.progress.gather import row_values, version_in_force
from goals.sheet import Line, plain
from goals.words import Standing

PERIODS_SHOWN = 8
KNOWN = (State.APPROVED, State.SUBMITTED)


@dataclass(frozen=True)
class Past:
    """A period of the graphic: what it brought, and the figure that was handed in for it."""

    period: date
    value: Decimal | None
    reading: Reading | None
    is_current: bool = False


@dataclass(frozen=True)
class Part:
    """A unit of 分村明细: what it reported for the period, and its part of the year's goal."""

    unit: Unit
    reading: Reading | None
    goal: Decimal | None
    is_own: bool


@dataclass
class Parts:
    """分村明细: who reports the indicator, each with its own figure, and what these come to."""

    rows: Sequence[Part] = ()
    total: str = "—"
    reported: int = 0
    reporters: int = 0

    @property
    def has_goals(self) -> bool:
        return any(row.goal is not None for row in self.rows)


@dataclass
class RowPanel:
    """A row of the sheet with all that its officer may want to see. `standing` is its target with the draft counted."""

    line: Line
    target: Target | None
    goal: Decimal | None
    draft: Reading | None
    returned: Reading | None
    handed_in: Reading | None
    pasts: Sequence[Past] = ()
    parts: Parts = field(default_factory=Parts)
    standing: Standing | None = None
    before: str = ""

    @property
    def is_open(self) -> bool:
        """Is the figure still to be handed in?"""
        return self.handed_in is None

    @property
    def brings(self) -> bool:
        """Are the columns what each period brought, and not what stood at its end?"""
        return self.line.indicator.basis in (Basis.AMOUNT, Basis.RUNNING_TOTAL)


def row_panel(user: User, line: Line) -> RowPanel:
    """The panel of one row. A fixed number of queries, however many units report the indicator."""
    indicator, period = line.indicator, line.period
    own = _readings(indicator, line.unit, period)
    at = [r for r in own if r.period == period]
    draft = next((r for r in at if r.state == State.DRAFT), None)
    newest = max(at, key=lambda r: r.revision, default=None)
    _fill(line, draft)
    target = _target(user, indicator, period)
    version = version_in_force(target.adjustments.all(), clock.today()) if target else None
    panel = RowPanel(
        line=line,
        target=target,
        goal=version.goal if version else target.goal if target else None,
        draft=draft,
        returned=_returned(at, newest),
        handed_in=next((r for r in reversed(at) if r.state in KNOWN), None) if draft is None else None,
        pasts=_pasts(indicator, period, own, draft),
        parts=_parts(line, target, draft),
    )
    if draft is not None:
        _look_ahead(panel, draft)
    return panel


def _fill(line: Line, draft: Reading | None) -> None:
    line.seen = 0
    if draft is not None:
        line.cells = {name: plain(getattr(draft, name)) for name in line.names}
        line.note, line.seen, line.warnings = draft.note, draft.version, draft.warnings


def _readings(indicator: Indicator, unit: Unit, period: date) -> list[Reading]:
    """The unit's own, since January of the year before; in order of revision within a period."""
    found = (
        Reading.objects.filter(indicator=indicator, unit=unit, period__range=(date(period.year - 1, 1, 1), period))
        .exclude(state=State.SUPERSEDED)
        .select_related("reviewed_by", "indicator", "unit")
        .order_by("period", "revision")
    )
    return list(found)


def _returned(at: Iterable[Reading], newest: Reading | None) -> Reading | None:
    """What review said last: of the newest revision, or of the one that the draft takes the place of."""
    sent_back = [r for r in at if r.state == State.RETURNED]
    if not sent_back or newest is None or newest.state in KNOWN:
        return None
    return sent_back[-1]


def _target(user: User, indicator: Indicator, period: date) -> Target | None:
    return (
        Target.objects.visible_to(user)
        .filter(indicator=indicator, plan__state=Plan.State.ADOPTED, plan__year=period.year)
        .select_related("plan", "indicator")
        .prefetch_related("adjustments", "allocations__unit")
        .order_by("order", "pk")
        .first()
    )


def _pasts(indicator: Indicator, period: date, own: Iterable[Reading], draft: Reading | None) -> list[Past]:
    """The last periods through this one. Of a running total what each added; nothing is guessed."""
    known = {r.period: r for r in own if r.state in KNOWN}
    if draft is not None:
        known[period] = draft
    ends = [end for year in (period.year - 1, period.year) for end in periods_of_year(indicator.frequency, year)]
    ends = [end for end in ends if end <= period]
    shown = ends[-PERIODS_SHOWN:]
    found = []
    for end in shown:
        reading = known.get(end)
        before = ends[ends.index(end) - 1] if ends.index(end) else None
        found.append(Past(end, _brought(indicator, reading, known, before), reading, end == period))
    return found


def _brought(
    indicator: Indicator, reading: Reading | None, known: dict[date, Reading], before: date | None
) -> Decimal | None:
    if reading is None:
        return None
    if reading.is_share:
        return size_of(None, reading.numerator, reading.denominator)
    if indicator.basis != Basis.RUNNING_TOTAL or before is None or before.year != reading.period.year:
        return reading.value
    last = known.get(before)
    if last is None or last.value is None or reading.value is None:
        return None
    return reading.value - last.value


def _parts(line: Line, target: Target | None, draft: Reading | None) -> Parts:
    """The units that report it in this period, and those that the goal is divided among."""
    reporting = ReportingUnit.objects.filter(indicator=line.indicator).on(line.period).select_related("unit")
    units = {span.unit_id: span.unit for span in reporting}
    reporters = len(units)
    goals = {a.unit_id: a for a in target.allocations.all()} if target else {}
    if reporters < 2 and not goals:
        return Parts()
    units |= {pk: a.unit for pk, a in goals.items() if pk not in units}
    figures = _figures(line, draft) if reporters else {}
    rows = [
        Part(unit, figures.get(pk), goals[pk].goal if pk in goals else None, pk == line.unit.pk)
        for pk, unit in sorted(units.items(), key=lambda item: item[1].path)
    ]
    there = [row.reading for row in rows if row.reading is not None]
    return Parts(rows, _total(line.indicator, there), len(there), reporters)


def _figures(line: Line, draft: Reading | None) -> dict[int, Reading]:
    """By unit what was handed in; of the own unit the draft, for a draft is nobody else's business."""
    handed_in = Reading.objects.filter(indicator=line.indicator, period=line.period, state__in=KNOWN)
    found: dict[int, Reading] = {}
    for reading in handed_in.order_by("revision"):
        found[reading.unit_id] = reading
    if draft is not None:
        found[line.unit.pk] = draft
    return found


def _total(indicator: Indicator, readings: Sequence[Reading]) -> str:
    if not readings:
        return "—"
    if indicator.is_share:
        above = sum((r.numerator or Decimal(0) for r in readings), Decimal(0))
        below = sum((r.denominator or Decimal(0) for r in readings), Decimal(0))
        return f"{figure(above, 4)} / {figure(below, 4)}"
    if indicator.basis == Basis.RATE:
        return "—"
    total = sum((r.value or Decimal(0) for r in readings), Decimal(0))
    return figure(total / len(readings) if indicator.aggregation == Aggregation.MEAN else total, 4)


def _look_ahead(panel: RowPanel, draft: Reading) -> None:
    """预判: the target as it would stand today with the draft approved."""
    for impact in impacts([draft], clock.today()).values():
        values: dict[str, Any] = row_values(TODAY_SLOT, clock.today(), impact.after, timezone.now())
        panel.standing = Standing(impact.target, Progress(target=impact.target, **values))
        panel.before = impact.word_before if impact.changes else ""

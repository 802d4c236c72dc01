"""Where a target's figure comes from: readings in the state of the view, their evidence, and who approved them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from goals.asof import AsOf
from goals.measures import Source, Wanted, measure_of
from goals.models import Adjustment, Evidence, Reading, Target
from goals.models.reading import State

MOST_STEPS = 12


@dataclass(frozen=True)
class Line:
    """A reading as the view has it; `is_later`: approved after the day (后补)."""

    reading: Reading
    state: str
    is_later: bool
    files: int = 0

    @property
    def word(self) -> str:
        return str(State(self.state).label)

    @property
    def is_known(self) -> bool:
        return self.state == State.APPROVED


def readings_of(target: Target, asof: AsOf) -> list[Reading]:
    """Those of periods of this year and the last that ended by the day, newest first; drafts are their unit's own
    affair. One query."""
    first = target.plan.start.replace(year=target.plan.year - 1)
    kind = ContentType.objects.get_for_model(Reading)
    proofs = Evidence.objects.filter(content_type=kind, object_id=OuterRef("pk")).order_by().values("object_id")
    found = (
        Reading.objects.filter(indicator=target.indicator_id, period__range=(first, asof.day))
        .exclude(state=State.DRAFT)
        .select_related("unit", "reported_by", "reviewed_by")
        .annotate(proofs=Coalesce(Subquery(proofs.annotate(n=Count("pk")).values("n")), 0))
        .order_by("-period", "unit__path", "-revision")
    )
    return list(found)


def lines_of(target: Target, readings: Iterable[Reading], asof: AsOf) -> list[Line]:
    """The year's readings as the view has them. As known then, what was submitted, returned, approved or corrected
    later hadn't been."""
    states = [(r, _state(r, asof)) for r in readings if r.period >= target.plan.start]
    return [Line(r, state, _is_later(r, asof), r.proofs) for r, state in states if state]  # type: ignore[attr-defined]


def may_owe_to_later(target: Target, readings: Iterable[Reading], asof: AsOf) -> bool:
    """Can anything that came after the day move the target's figures? Of what is counted only its source knows."""
    if not asof.is_past or asof.known_then:
        return False
    if target.indicator.is_ever_counted:
        return True
    if any(a.decided_at >= asof.until for a in target.adjustments.all()):
        return True
    return any(_is_later(r, asof) for r in readings)


def _is_later(reading: Reading, asof: AsOf) -> bool:
    return asof.is_past and reading.approved_at is not None and reading.approved_at >= asof.until


def _state(reading: Reading, asof: AsOf) -> str | None:
    """The state in the view; None where the reading hadn't been handed in."""
    if not asof.known_then:
        return reading.state
    until = asof.until
    if not _before(reading.reported_at or reading.approved_at or reading.entered_at, until):
        return None
    if _before(reading.superseded_at, until):
        return State.SUPERSEDED
    if _before(reading.approved_at, until):
        return State.APPROVED
    if reading.state == State.RETURNED and _before(reading.reviewed_at, until):
        return State.RETURNED
    return State.SUBMITTED


def _before(moment: datetime | None, until: datetime) -> bool:
    return moment is not None and moment < until


def source_of(target: Target, asof: AsOf, progress: Any) -> Source | None:
    """The rows behind a figure that is counted; None where it is typed."""
    code = target.indicator.measure_of(target.plan.year)
    if not code:
        return None
    wanted = Wanted(target.indicator_id, target.plan.unit.path, target.plan.year)
    through = progress.data_period or asof.day
    return measure_of(code).source(wanted, through, asof.until if asof.known_then else None, asof.shared)


@dataclass(frozen=True)
class Change:
    """Something that happened to a target or its figures: when, who, what."""

    at: datetime
    who: str
    what: str
    reading: Reading | None = None
    adjustment: Adjustment | None = None


def changes_of(lines: Iterable[Line], adjustments: Iterable[Adjustment], asof: AsOf) -> list[Change]:
    """变更记录: the steps of the readings shown and the target's adjustments, newest first."""
    found = [change for line in lines for change in _steps(line.reading)]
    found += [Change(a.decided_at, "", "adjusted", adjustment=a) for a in adjustments]
    known = [c for c in found if not asof.known_then or c.at < asof.until]
    return sorted(known, key=lambda c: c.at, reverse=True)[:MOST_STEPS]


def _steps(reading: Reading) -> list[Change]:
    steps: list[tuple[datetime | None, Any, str]] = [
        (reading.reported_at, reading.reported_by, "corrected" if reading.revision > 1 else "submitted")
    ]
    if reading.approved_at is not None:
        steps.append((reading.approved_at, reading.reviewed_by, "approved"))
    elif reading.state == State.RETURNED:
        steps.append((reading.reviewed_at, reading.reviewed_by, "returned"))
    return [Change(at, str(who or ""), what, reading) for at, who, what in steps if at is not None]

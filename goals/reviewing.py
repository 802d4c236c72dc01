"""审核: what waits for a reviewer, beside everything that is needed to decide."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from accounts.models import User
from common import clock
from goals import evidence
from goals.checks import Past
from goals.checks.beside import size_of
from goals.due import review_queue
from goals.impact import Impact, impacts, slot_of
from goals.models import Evidence, Reading
from goals.models.reading import State
from goals.progress import month_key, period_end


@dataclass(frozen=True)
class Waiting:
    """A submitted reading: what came before it, what it corrects, its earlier rounds, what it does to its target."""

    reading: Reading
    before: Reading | None = None
    last_year: Reading | None = None
    corrects: Reading | None = None
    rounds: Sequence[Reading] = field(default_factory=list)
    impact: Impact | None = None
    files: Sequence[Evidence] = field(default_factory=list)

    @property
    def base(self) -> Reading | None:
        """What it is compared with: what it corrects, else the period before."""
        return self.corrects or self.before

    @property
    def change(self) -> Decimal | None:
        """Against its base; shares compare their percentage."""
        now, then = _size(self.reading), _size(self.base)
        return None if now is None or then is None else now - then

    @property
    def change_percent(self) -> Decimal | None:
        """The same in per cent; None for shares and rates, whose difference is in points, and over a base of zero."""
        then = _size(self.base)
        if self.change is None or not then or self.in_points:
            return None
        return 100 * self.change / abs(then)

    @property
    def in_points(self) -> bool:
        return self.reading.is_share or self.reading.indicator.basis == "rate"

    @property
    def percentage(self) -> Decimal | None:
        """A share's, for its two numbers alone say little."""
        return _size(self.reading) if self.reading.is_share else None


def _size(reading: Reading | None) -> Decimal | None:
    return None if reading is None else size_of(reading.value, reading.numerator, reading.denominator)


def queue(user: User, *, warned: bool = False, unit: str = "") -> tuple[list[Reading], dict[str, str]]:
    """What waits for this reviewer, oldest first, and the units it comes from, by code."""
    waiting = review_queue(user)
    units = {r.unit.code: r.unit.name for r in sorted(waiting, key=lambda r: r.unit.path)}
    chosen = [r for r in waiting if (r.warnings or not warned) and unit in ("", r.unit.code)]
    return chosen, units


def beside(readings: Sequence[Reading]) -> list[Waiting]:
    """What stands beside each. A fixed number of queries."""
    if not readings:
        return []
    history = _history(readings)
    standing = {
        (r.indicator_id, r.unit_id, r.period): Past(r.period, r.value, r.numerator, r.denominator)
        for found in history.values()
        for r in found
        if r.state == State.APPROVED
    }
    would_be = impacts(readings, clock.today(), standing)
    files = evidence.of(readings)
    found = []
    for reading in readings:
        past = history.get((reading.indicator_id, reading.unit_id), [])
        approved = {r.period: r for r in past if r.state == State.APPROVED}
        earlier = [period for period in approved if period < reading.period]
        found.append(
            Waiting(
                reading,
                before=approved[max(earlier)] if earlier else None,
                last_year=approved.get(period_end(month_key(reading.period) - 12)),
                corrects=approved.get(reading.period),
                rounds=[r for r in past if r.period == reading.period and r.revision < reading.revision],
                impact=would_be.get(slot_of(reading)),
                files=files[reading.pk],
            )
        )
    return found


def _history(readings: Sequence[Reading]) -> dict[tuple[int, int], list[Reading]]:
    """By indicator and unit what was decided of them since January of the year before. One query."""
    periods = [r.period for r in readings]
    decided = (
        Reading.objects.filter(
            indicator__in={r.indicator_id for r in readings},
            unit__in={r.unit_id for r in readings},
            period__range=(date(min(periods).year - 1, 1, 1), max(periods)),
            state__in=[State.APPROVED, State.SUPERSEDED, State.RETURNED],
        )
        .select_related("reviewed_by", "reported_by")
        .order_by("period", "revision")
    )
    history: dict[tuple[int, int], list[Reading]] = {}
    for reading in decided:
        history.setdefault((reading.indicator_id, reading.unit_id), []).append(reading)
    return history

"""The wall's two drawings as coordinates: the vessels with their waterline, and the year's course. A template writes
the SVG, so that they are refreshed with the rest, at once and without a script that draws."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from dashboard.rollup import gap_of, tone_of
from goals.models import Plan, Section
from goals.progress.summary import PlanSummary

# The vessels' area, in pixels of the wall.
WIDTH, TOP, FLOOR = 860, 40, 430
VESSEL = 84
# The course's area.
LEFT, RIGHT, HIGH, LOW = 52, 424, 14, 300


@dataclass(frozen=True)
class Vessel:
    """A section: how full it is, where its water should stand (`line`, from `left` to `right`), how far that is off."""

    section: Section
    x: float
    left: float
    right: float
    middle: float
    filled: Decimal | None
    expected: Decimal | None
    gap: Decimal | None
    tone: str
    y: float
    height: float
    line: float | None


@dataclass(frozen=True)
class Vessels:
    """Side by side. `start` is where the first waterline stands: there it is named."""

    vessels: Sequence[Vessel]
    start: float | None


def vessels_of(plan: Plan, summary: PlanSummary) -> Vessels:
    count = max(len(summary.sections), 1)
    step = WIDTH / count
    found = []
    for index, (section, part) in enumerate(summary.sections):
        middle = round(step * (index + 0.5), 1)
        filled, expected = part.completion, part.expected_completion
        top = FLOOR if filled is None else _level(filled)
        line = None if expected is None else _level(expected)
        gap = gap_of(part)
        found.append(
            Vessel(
                section=section,
                x=round(middle - VESSEL / 2, 1),
                left=round(middle - step / 2 + 6, 1),
                right=round(middle + step / 2 - 6, 1),
                middle=middle,
                filled=filled,
                expected=expected,
                gap=gap,
                tone=tone_of(plan, gap),
                y=top,
                height=round(FLOOR - top, 1),
                line=line,
            )
        )
    return Vessels(found, next((v.line for v in found if v.line is not None), None))


def _level(share: Decimal) -> float:
    """How high a share of 100 stands."""
    return round(FLOOR - (FLOOR - TOP) * float(max(Decimal(0), min(share, Decimal(100)))) / 100, 1)


@dataclass(frozen=True)
class Trend:
    """The year's course: what is done and the pace, by month's end, as points; the last point with its figure."""

    actual: str
    pace: str
    last: tuple[float, float] | None
    figure: float | None
    rows: Sequence[tuple[int, float]]
    marks: Sequence[tuple[int, float]]


def trend_of(data: Mapping[str, Any]) -> Trend:
    """From the overview's chart data."""
    actual = [(n, value) for n, value in enumerate(data["actual"]) if value is not None]
    pace = [(n, value) for n, value in enumerate(data["pace"]) if value is not None]
    last = actual[-1] if actual else None
    return Trend(
        actual=_points(actual),
        pace=_points(pace),
        last=None if last is None else _point(*last),
        figure=None if last is None else last[1],
        rows=[(share, _point(0, share)[1]) for share in (0, 25, 50, 75, 100)],
        marks=[(n + 1, _point(n, 0)[0]) for n in range(12)],
    )


def _points(series: Sequence[tuple[int, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in (_point(n, value) for n, value in series))


def _point(month: int, share: float) -> tuple[float, float]:
    across, down = (RIGHT - LEFT) * month / 11, (LOW - HIGH) * max(0.0, min(share, 100.0)) / 100
    return round(LEFT + across, 1), round(LOW - down, 1)

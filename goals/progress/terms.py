"""What goes into the arithmetic and what comes out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from goals.progress.exact import SCALE, Ratio

STATUSES = ("achieved", "on_track", "at_risk", "behind", "missed", "no_data")
REASONS = ("no_reading", "no_base", "zero_base", "goal_in_doubt", "no_schedule")
BANDED_RULES = ("total", "level", "milestones", "growth", "share")


@dataclass(frozen=True, slots=True)
class Bands:
    """How many points behind the pace is still yellow, by rule, in ten-thousandths of a point.

    `shares` are per cents of the goal, in ten-thousandths; the wider of the two counts.
    """

    points: Mapping[str, int]
    shares: Mapping[str, int]

    @classmethod
    def from_json(cls, data: Any) -> "Bands":
        """From {"total": {"points": "10"}, "growth": {"points": "2", "share_of_goal": "10"}, …}, every rule once.

        Raises ValueError naming the rule.
        """
        if not isinstance(data, Mapping):
            raise ValueError("bands")
        unknown = set(data) - set(BANDED_RULES)
        if unknown:
            raise ValueError(f"{sorted(unknown)[0]}?")
        points, shares = {}, {}
        for rule in BANDED_RULES:
            entry = data.get(rule)
            if not isinstance(entry, Mapping) or set(entry) - {"points", "share_of_goal"} or "points" not in entry:
                raise ValueError(rule)
            points[rule] = _points(rule, entry["points"])
            if "share_of_goal" in entry:
                shares[rule] = _points(rule, entry["share_of_goal"])
        return cls(points, shares)

    def for_rule(self, rule: str, goal: int | None) -> int:
        """The band of a rule, in ten-thousandths of a point."""
        own = self.points.get(rule, 0)
        share = self.shares.get(rule)
        # A share of the goal only ever widens the band.
        return own if share is None or goal is None else max(own, share * goal // (100 * SCALE))


def _points(rule: str, raw: Any) -> int:
    try:
        number = Decimal(str(raw))
    except InvalidOperation:
        raise ValueError(rule) from None
    if isinstance(raw, bool) or not number.is_finite() or not 0 <= number <= 1000:
        raise ValueError(rule)
    return int(number * SCALE)


DEFAULT_BANDS = Bands.from_json(
    {
        "total": {"points": "10"},
        "level": {"points": "10"},
        "milestones": {"points": "10"},
        "growth": {"points": "2", "share_of_goal": "10"},
        "share": {"points": "1"},
    }
)


@dataclass(slots=True)
class Terms:
    """What a target promises. Figures are whole ten-thousandths; pace None means the rule's default.

    Nobody changes one; it isn't frozen, for making a frozen one takes three times as long.
    """

    year: int
    due: date
    rule: str
    comparator: str
    goal: int | None
    baseline: int | None = None
    pace: str | None = None
    planned: tuple[tuple[date, int], ...] = ()
    band: int | None = None
    bands: Bands = DEFAULT_BANDS
    in_doubt: bool = False
    basis: str = "amount"
    frequency: str = "monthly"
    aggregation: str = "sum"
    whole: bool = False
    deadline_day: int = 10
    deadline_lag: int = 1
    weight: int = SCALE


class Month(NamedTuple):
    """The approved sums of one period over its reporting units, in ten-thousandths.

    A unit with denominator 0 counts as 0 above and below the line already.
    """

    value: int
    numerator: int
    denominator: int
    reported: int
    expected: int


@dataclass(frozen=True, slots=True)
class Reported:
    """Reported figures of last year and this year, by month key of the period's last month."""

    months: Mapping[int, Month]


class Event(NamedTuple):
    """What a ledger counts on a day: an amount, or a change of a stock, or of numerator and denominator."""

    day: date
    value: int = 0
    numerator: int = 0
    denominator: int = 0


@dataclass(frozen=True, slots=True)
class Counted:
    """Figures counted by day from a ledger. `confirmed_through` matters where the measure asks for confirmation.

    Where the source changed with the year, last year's figures are those that were typed (`base_months`, by month
    key) or that another ledger counted (`base_events`).
    """

    events: Sequence[Event]
    needs_confirmation: bool = False
    confirmed_through: date | None = None
    base_months: Mapping[int, Month] | None = None
    base_events: Sequence[Event] | None = None


class Milestone(NamedTuple):
    """A step of a work: its weight, the day it is due and the day it was done."""

    weight: int
    due: date
    done: date | None
    default: bool = False


@dataclass(frozen=True, slots=True)
class Works:
    """The milestones of the works behind a target."""

    milestones: Sequence[Milestone]


Value = Ratio | int | str | bool | date | None


@dataclass(slots=True)
class Outcome:
    """Where a target stands on a day; exact numbers, None for what isn't known."""

    status: str = "no_data"
    reason: str | None = None
    data_period: date | None = None
    actual: Ratio | None = None
    expected: Ratio | None = None
    attainment: Ratio | None = None
    gap: Ratio | None = None
    deviation: Ratio | None = None
    met: bool | None = None
    stale: bool = False
    forecast: Ratio | None = None
    catch_up: Ratio | None = None
    units_reported: int | None = None
    units_expected: int | None = None
    completion: Ratio | None = None
    expected_completion: Ratio | None = None
    terms: dict[str, Value] = field(default_factory=dict)

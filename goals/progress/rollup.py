"""Rolling up: the weighted means, and which target is worst."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from goals.progress.exact import Ratio

_ORDER = {"behind": 0, "missed": 0, "at_risk": 1}


def roll_up(items: Iterable[tuple[int, Ratio | None, Ratio | None]]) -> tuple[Ratio | None, Ratio | None]:
    """The weighted means of completion and expected completion over (weight, completion, expected).

    Items without a completion are outside; both are None without weight.
    """
    weights, done, expected = 0, Fraction(0), Fraction(0)
    for weight, completion, pace in items:
        if completion is None or pace is None:
            continue
        weights += weight
        done += weight * Fraction(completion.num, completion.den)
        expected += weight * Fraction(pace.num, pace.den)
    if not weights:
        return None, None
    return tuple(Ratio(*(total / weights).as_integer_ratio()) for total in (done, expected))  # type: ignore[return-value]


def worst_first(status: str, deviation: Decimal | None) -> tuple[int, bool, Decimal]:
    """A sort key: behind, then at risk, then by deviation, nulls last."""
    return (_ORDER.get(status, 2), deviation is None, deviation or Decimal(0))

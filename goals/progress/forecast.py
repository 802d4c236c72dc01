"""Where the year ends if nothing changes, and what would catch up. Null for what isn't listed or lacks its data."""

from goals.progress.exact import SCALE, Ratio, figure, ratio
from goals.progress.position import Position
from goals.progress.terms import Terms

_SUMMED = ("amount", "running_total")


def forecast(terms: Terms, at: Position, actual: Ratio | None) -> Ratio | None:
    """The due date's figure to be expected, in the goal's own unit."""
    if terms.rule == "total":
        return _total(at)
    if terms.rule in ("level", "share") or (terms.rule == "growth" and terms.basis == "rate"):
        return actual
    if terms.rule == "growth" and terms.basis in _SUMMED and not at.counted:
        return _growth(at)
    return None


def _total(at: Position) -> Ratio | None:
    """By last year's shape where it is known, by the elapsed share of the year otherwise."""
    assert at.now is not None and at.data_period is not None
    if at.base is not None and at.last_total is not None and at.base.num > 0:
        return ratio(at.now.num * at.last_total.num * at.base.den, at.now.den * at.last_total.den * at.base.num)
    elapsed = at.elapsed(at.data_period)
    return at.now.times(elapsed.den, elapsed.num) if elapsed.num else None


def _growth(at: Position) -> Ratio | None:
    """The rest of last year grown as the last three periods grew, as growth over last year's total."""
    if at.recent is None or at.last_total is None or at.base is None or at.now is None:
        return None
    now_sum, last_sum = at.recent
    if last_sum <= 0 or at.last_total.num <= 0:
        return None
    rest = at.last_total.minus(at.base).times(now_sum, last_sum)
    over = Ratio(at.now.num * rest.den + rest.num * at.now.den, at.now.den * rest.den).minus(at.last_total)
    return ratio(100 * over.num * at.last_total.den, over.den * at.last_total.num)


def catch_up(terms: Terms, at: Position) -> Ratio | None:
    """What the rest of the year needs: an amount a period, a growth, or so many more in the numerator."""
    if terms.goal is None:
        return None
    if terms.rule == "total" and terms.comparator == "at_least" and at.periods_left and at.now is not None:
        return figure(terms.goal).minus(at.now).times(1, at.periods_left)
    if terms.rule == "growth" and terms.basis in _SUMMED:
        return _growth_needed(terms.goal, at)
    if terms.rule == "share" and terms.comparator == "at_least":
        return _more_above(terms.goal, at)
    return None


def _growth_needed(goal: int, at: Position) -> Ratio | None:
    if at.last_total is None or at.base is None or at.now is None:
        return None
    rest = at.last_total.minus(at.base)
    if rest.num <= 0:
        return None
    wanted = at.last_total.times(100 * SCALE + goal, 100 * SCALE).minus(at.now)
    over = wanted.minus(rest)
    return ratio(100 * over.num * rest.den, over.den * rest.num)


def _more_above(goal: int, at: Position) -> Ratio | None:
    if at.numerator is None or at.denominator is None:
        return None
    # goal × denominator ÷ 100 − numerator, with goal and figures in ten-thousandths, rounded up to a whole one.
    above, below = goal * at.denominator - 100 * SCALE * at.numerator, 100 * SCALE * SCALE
    return Ratio(max(0, -(-above // below)), 1)

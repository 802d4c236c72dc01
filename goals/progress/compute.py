"""From terms and figures to where a target stands, rule by rule as `progress-rules.md` orders them."""

from datetime import date

from goals.progress.exact import SCALE, Ratio, figure, ratio
from goals.progress.forecast import catch_up, forecast
from goals.progress.periods import due_period
from goals.progress.position import Position, position
from goals.progress.terms import Counted, Outcome, Reported, Terms, Works

HUNDRED = Ratio(100, 1)
ZERO = Ratio(0, 1)
_WITH_ATTAINMENT = ("total", "level", "share", "milestones")


def compute(terms: Terms, figures: Reported | Counted | Works, as_of: date) -> Outcome:
    """Where the target stands on the as-of day."""
    at = position(terms, figures, as_of)
    outcome = Outcome(data_period=at.data_period, stale=at.stale)
    outcome.units_reported, outcome.units_expected = at.reported, at.expected
    actual, reason = _actual(terms, figures, at)
    works = figures if isinstance(figures, Works) else None
    if reason is None and terms.in_doubt:
        outcome.actual, reason = actual, "goal_in_doubt"
    if reason is None and works is not None and not _scheduled(works, at):
        reason = "no_schedule"
    outcome.reason = reason
    if reason is None:
        _judge(terms, figures, at, actual, outcome)
    _contribute(terms, works, at, outcome)
    outcome.terms = _explained(terms, at, outcome)
    return outcome


def _scheduled(works: Works, at: Position) -> bool:
    """Is there more than the default milestone? One that is done, or whose due date has come, counts."""
    if not works.milestones:
        return False
    waiting = all(m.default and m.done is None for m in works.milestones)
    return not waiting or at.data_period is None or at.data_period >= at.due


def _actual(terms: Terms, figures: Reported | Counted | Works, at: Position) -> tuple[Ratio | None, str | None]:
    """The actual in the goal's own unit, or why there is none."""
    if at.data_period is None:
        return None, "no_reading"
    if isinstance(figures, Works):
        return _weight(figures, at.data_period, done=True), None
    if terms.rule == "share":
        return at.now, None if at.now is not None else "zero_base"
    if at.now is None:
        return None, "no_reading"
    if terms.rule not in ("growth", "decline") or terms.basis == "rate":
        return at.now, None
    if at.base is None:
        return None, "no_base"
    if at.base.num > 0:
        return change(at.now, at.base), None
    if terms.rule == "growth":
        return None, "zero_base"
    both_zero = at.base.num == 0 and at.now.num == 0
    return (ZERO if both_zero else None), None


def change(now: Ratio, base: Ratio) -> Ratio:
    """100 × (now ÷ base − 1), base above zero."""
    above, below = now.num * base.den, base.num * now.den
    return Ratio(100 * (above - below), below)


def _weight(works: Works, day: date, *, done: bool) -> Ratio | None:
    """100 × the weight done (or due) by the day ÷ the weight of all; None without any."""
    total = sum(m.weight for m in works.milestones)
    if total <= 0:
        return None
    reached = sum(m.weight for m in works.milestones if (moment := m.done if done else m.due) and moment <= day)
    return Ratio(100 * reached, total)


def _judge(
    terms: Terms, figures: Reported | Counted | Works, at: Position, actual: Ratio | None, outcome: Outcome
) -> None:
    assert at.data_period is not None
    goal = None if terms.goal is None else figure(terms.goal)
    outcome.actual = actual
    outcome.met = _met(terms, at, actual, goal)
    outcome.expected = _expected(terms, figures, at, at.data_period)
    outcome.attainment = _attainment(terms, actual, outcome.met)
    if terms.rule == "decline":
        outcome.gap = at.now.minus(at.base) if at.now and at.base else None
    elif actual is not None and outcome.expected is not None:
        outcome.gap = actual.minus(outcome.expected)
        outcome.deviation = _deviation(terms, outcome.gap)
    outcome.status = _status(terms, at, outcome)
    if outcome.status not in ("achieved", "missed"):
        outcome.forecast = forecast(terms, at, actual)
        outcome.catch_up = catch_up(terms, at)


def _met(terms: Terms, at: Position, actual: Ratio | None, goal: Ratio | None) -> bool:
    if terms.comparator == "below_last_year":
        assert at.now is not None and at.base is not None
        return at.now.compare(at.base) < 0 or (at.now.num == 0 and at.base.num == 0)
    assert actual is not None and goal is not None
    difference = actual.compare(goal)
    return difference <= 0 if terms.comparator == "at_most" else difference >= 0


def _expected(terms: Terms, figures: Reported | Counted | Works, at: Position, day: date) -> Ratio | None:
    """The pace at a day; None under `below_last_year`, and for works without any milestone."""
    if isinstance(figures, Works):
        return _weight(figures, day, done=False)
    if terms.goal is None:
        return None
    pace = pace_of(terms)
    if pace == "flat":
        return figure(terms.goal)
    baseline = 0 if terms.rule == "total" else terms.baseline or 0
    if pace == "planned":
        reached = [value for end, value in terms.planned if end <= day]
        return figure(reached[-1] if reached else terms.baseline or 0)
    share = at.elapsed(day)
    above = baseline * share.den + (terms.goal - baseline) * share.num
    if terms.whole and terms.rule == "total":
        return Ratio(above // (SCALE * share.den), 1)
    return ratio(above, SCALE * share.den)


def pace_at(terms: Terms, day: date, *, counted: bool = False) -> Ratio | None:
    """The pace at any day of the year, data or not: what a chart draws ahead. After the due date it stays."""
    due = terms.due if counted else due_period(terms.frequency, terms.year, terms.due)
    if due is None:
        return None
    return _expected(terms, Counted(()), Position(counted=counted, due=due), min(day, due))


def pace_of(terms: Terms) -> str:
    """The target's pace, or the rule's default; flat too where the baseline has reached the goal already."""
    pace = terms.pace
    if pace is None:
        linear = terms.rule == "total" or (terms.rule in ("level", "share") and terms.baseline is not None)
        pace = "linear" if linear else "flat"
    if pace == "linear" and terms.rule != "total" and terms.baseline is not None and terms.goal is not None:
        ahead = terms.baseline - terms.goal
        if (ahead <= 0) if terms.comparator == "at_most" else (ahead >= 0):
            return "flat"
    return pace


def _attainment(terms: Terms, actual: Ratio | None, met: bool) -> Ratio | None:
    if terms.rule not in _WITH_ATTAINMENT or actual is None or terms.goal is None:
        return None
    if terms.goal <= 0:
        return HUNDRED if met else ZERO
    if terms.comparator == "at_most":
        return HUNDRED if met else Ratio(100 * terms.goal * actual.den, SCALE * actual.num)
    return max(ZERO, Ratio(100 * SCALE * actual.num, terms.goal * actual.den), key=lambda r: r.num > 0)


def _deviation(terms: Terms, gap: Ratio) -> Ratio | None:
    """Points ahead (positive) or behind of the pace."""
    sign = -1 if terms.comparator == "at_most" else 1
    if terms.rule in ("total", "level"):
        goal = terms.goal or 0
        return gap.times(sign * 100 * SCALE, goal) if goal > 0 else None
    return gap.times(sign)


def _status(terms: Terms, at: Position, outcome: Outcome) -> str:
    met = outcome.met
    if at.data_period == at.due:
        return "achieved" if met else "missed"
    if terms.rule in ("total", "milestones") and terms.comparator == "at_least" and met:
        return "achieved"
    if terms.rule == "total" and terms.comparator == "at_most" and not met:
        return "missed"
    if terms.comparator == "below_last_year":
        assert at.now is not None and at.base is not None
        return "on_track" if met else ("at_risk" if at.now.compare(at.base) == 0 else "behind")
    ahead = 0 if outcome.gap is None else outcome.gap.num
    if (ahead <= 0) if terms.comparator == "at_most" else (ahead >= 0):
        return "on_track"
    if outcome.deviation is not None and outcome.deviation.compare(Ratio(-_band(terms), SCALE)) >= 0:
        return "at_risk"
    return "behind"


def _band(terms: Terms) -> int:
    return terms.band if terms.band is not None else terms.bands.for_rule(terms.rule, terms.goal)


def _contribute(terms: Terms, works: Works | None, at: Position, outcome: Outcome) -> None:
    """What the target adds to the roll-up: its attainment and its pace in per cent of the goal, both 0 to 100."""
    if terms.rule not in _WITH_ATTAINMENT or terms.in_doubt or terms.goal is None:
        return
    outcome.completion = _capped(outcome.attainment or ZERO)
    if terms.comparator == "at_most" or terms.goal <= 0:
        outcome.expected_completion = HUNDRED
        return
    expected = outcome.expected
    if outcome.status == "no_data":
        day = at.data_period if works is not None else at.silent_day
        source: Works | Counted = works if works is not None else Counted(())
        expected = None if day is None else _expected(terms, source, at, day)
    goal_share = ZERO if expected is None else expected.times(100 * SCALE, terms.goal)
    outcome.expected_completion = _capped(goal_share)


def _capped(percent: Ratio) -> Ratio:
    if percent.num <= 0:
        return ZERO
    return HUNDRED if percent.compare(HUNDRED) > 0 else percent


def _explained(terms: Terms, at: Position, outcome: Outcome) -> "dict[str, Ratio | int | str | bool | date | None]":
    """The numbers behind the outcome, by name: enough to print the arithmetic."""
    day = at.data_period
    judged = outcome.status != "no_data"
    return {
        "rule": terms.rule,
        "comparator": terms.comparator,
        "basis": terms.basis,
        "goal": None if terms.goal is None else figure(terms.goal),
        "weight": figure(terms.weight),
        "pace": pace_of(terms) if terms.goal is not None else None,
        "ytd": at.now,
        "last_ytd": at.base,
        "last_total": at.last_total,
        "numerator": None if at.numerator is None else figure(at.numerator),
        "denominator": None if at.denominator is None else figure(at.denominator),
        "elapsed": at.elapsed(day) if day is not None and judged else None,
        "periods_left": at.periods_left,
        "band": Ratio(_band(terms), SCALE),
        "units_reported": at.reported,
        "units_expected": at.expected,
        "partial_period": at.partial[0] if at.partial else None,
        "partial_reported": at.partial[1] if at.partial else None,
        "partial_expected": at.partial[2] if at.partial else None,
        "counted": at.counted,
    }

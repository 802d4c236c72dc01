"""倒排工期: property-tested. Never before its predecessors, never on a holiday, in time or said how late."""

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from projects.scheduling import Cycle, Proposal, Step, in_order, propose

START, END = date(2022, 1, 1), date(2022, 12, 31)


class Days:
    """Monday to Friday, but for holidays and weekends worked in return."""

    def __init__(self, holidays: frozenset[date] = frozenset(), worked: frozenset[date] = frozenset()) -> None:
        self.holidays, self.worked = holidays, worked

    def is_working(self, day: date) -> bool:
        return day in self.worked or (day.weekday() < 5 and day not in self.holidays)

    def count(self, first: date, last: date) -> int:
        return sum(self.is_working(first + timedelta(days=n)) for n in range((last - first).days + 1))


WEEK = Days()
days = st.dates(START, END)


@st.composite
def calendars(draw: st.DrawFn) -> Days:
    holidays = draw(st.frozensets(days, max_size=30))
    weekends = st.sampled_from(
        [START + timedelta(days=n) for n in range(365) if (START + timedelta(days=n)).weekday() > 4]
    )
    return Days(holidays, draw(st.frozensets(weekends, max_size=8)))


@st.composite
def plans(draw: st.DrawFn, longest: int = 12) -> list[Step[int]]:
    """Up to 30 steps; each comes after some of the earlier ones, so that there is no circle."""
    count = draw(st.integers(1, 30))
    return [
        Step(
            n, draw(st.integers(1, longest)), tuple(draw(st.frozensets(st.integers(0, n - 1), max_size=3))) if n else ()
        )
        for n in range(count)
    ]


def must_hold(steps: list[Step[int]], proposal: Proposal[int], calendar: Days) -> None:
    for step in steps:
        span = proposal.spans[step.key]
        assert calendar.is_working(span.start) and calendar.is_working(span.end)
        assert calendar.count(span.start, span.end) == step.days
        for before in step.after:
            assert proposal.spans[before].end < span.start


@given(plans(), calendars(), days)
def test_no_step_begins_before_its_predecessors_have_ended_or_on_a_holiday(
    steps: list[Step[int]], calendar: Days, due: date
) -> None:
    must_hold(steps, propose(steps, start=START, due=due, calendar=calendar), calendar)


@given(plans(longest=5), calendars(), days)
def test_what_fits_ends_on_the_last_working_day_by_the_due_date(
    steps: list[Step[int]], calendar: Days, due: date
) -> None:
    proposal = propose(steps, start=START, due=due, calendar=calendar)
    assume(proposal.fits)

    assert proposal.end is not None and proposal.end <= due
    assert calendar.count(proposal.end, due) == 1
    assert all(span.start >= START for span in proposal.spans.values())


@given(plans(), calendars(), days)
def test_what_does_not_fit_says_by_how_many_working_days(steps: list[Step[int]], calendar: Days, due: date) -> None:
    proposal = propose(steps, start=START, due=due, calendar=calendar)
    assume(not proposal.fits)

    assert proposal.end is not None and proposal.end > due
    assert proposal.late_by == calendar.count(due + timedelta(days=1), proposal.end)
    # From the first working day on, without a gap on the longest chain: it can't be done sooner.
    assert min(span.start for span in proposal.spans.values()) == next(
        START + timedelta(days=n) for n in range(400) if calendar.is_working(START + timedelta(days=n))
    )


@given(plans(), calendars(), days)
def test_a_day_less_of_work_never_ends_later(steps: list[Step[int]], calendar: Days, due: date) -> None:
    shorter = [Step(s.key, max(s.days - 1, 1), s.after) for s in steps]

    late = propose(steps, start=START, due=due, calendar=calendar).late_by
    assert propose(shorter, start=START, due=due, calendar=calendar).late_by <= late


def test_steps_one_after_another_end_on_the_due_date() -> None:
    steps = [Step("设计", 5), Step("施工", 3, ("设计",))]

    proposal = propose(steps, start=START, due=date(2022, 6, 30), calendar=WEEK)

    assert proposal.spans["施工"].start == date(2022, 6, 28)
    assert proposal.spans["施工"].end == date(2022, 6, 30)
    assert proposal.spans["设计"].end == date(2022, 6, 27)
    assert proposal.spans["设计"].start == date(2022, 6, 21)


def test_steps_side_by_side_end_together() -> None:
    steps = [Step("a", 2), Step("b", 9), Step("c", 1, ("a", "b"))]

    proposal = propose(steps, start=START, due=date(2022, 6, 30), calendar=WEEK)

    assert proposal.spans["a"].end == proposal.spans["b"].end == date(2022, 6, 29)


def test_a_due_date_on_a_weekend_ends_on_the_friday_before() -> None:
    proposal = propose([Step("a", 1)], start=START, due=date(2022, 7, 3), calendar=WEEK)

    assert proposal.spans["a"].end == date(2022, 7, 1)


def test_it_says_by_how_many_days_it_is_too_late() -> None:
    proposal = propose([Step("a", 10)], start=date(2022, 6, 27), due=date(2022, 7, 1), calendar=WEEK)

    assert proposal.late_by == 5
    assert proposal.end == date(2022, 7, 8)


def test_no_steps_are_no_schedule() -> None:
    assert propose([], start=START, due=END, calendar=WEEK).spans == {}


def test_a_circle_is_refused_and_named() -> None:
    steps = [Step("a", 1, ("c",)), Step("b", 1, ("a",)), Step("c", 1, ("b",)), Step("d", 1, ("a",))]

    with pytest.raises(Cycle) as refused:
        propose(steps, start=START, due=END, calendar=WEEK)

    assert set(refused.value.keys) == {"a", "b", "c"}


@pytest.mark.parametrize(
    "steps", [[Step("a", 0)], [Step("a", 1, ("b",))], [Step("a", 1), Step("a", 2)]], ids=["no day", "unknown", "twice"]
)
def test_what_is_no_schedule_is_refused(steps: list[Step[str]]) -> None:
    with pytest.raises(ValueError):
        propose(steps, start=START, due=END, calendar=WEEK)


def test_the_order_ignores_what_is_not_there() -> None:
    assert in_order({"b": ["a", "gone"], "a": []}) == ["a", "b"]

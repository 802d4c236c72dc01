"""The time limits: working days around the National Day holiday, the deadline as a bound, each step's rule in words."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from goals.calendar import WorkingDays
from supervision.models import Grade, Order, State, Step
from supervision.rules import COURSE, WHO, check_ahead, count, deadline_for, limit_of, next_due, next_step

# 1 to 7 October off, the 8th and 9th (a weekend) worked: as in 2022.
HOLIDAY = {date(2022, 10, n): False for n in range(1, 8)} | {date(2022, 10, 8): True, date(2022, 10, 9): True}
DAYS = WorkingDays(HOLIDAY)
FRIDAY = date(2022, 9, 30)


def an_order(state: str, grade: str = Grade.ORDER, **fields: object) -> Order:
    """Not stored."""
    fields = {"issued_on": FRIDAY, "deadline": date(2022, 11, 30)} | fields
    return Order(state=state, grade=grade, **fields)


# Deadlines.


@pytest.mark.parametrize(
    ("working_days", "deadline"),
    [(1, date(2022, 10, 8)), (2, date(2022, 10, 9)), (3, date(2022, 10, 10)), (7, date(2022, 10, 14))],
)
def test_working_days_leave_the_holiday_out_and_count_the_worked_weekend(working_days: int, deadline: date) -> None:
    assert deadline_for(FRIDAY, DAYS, working_days, None) == deadline
    assert count(DAYS, FRIDAY, deadline) == working_days


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (FRIDAY, FRIDAY),
        (date(2022, 10, 1), date(2022, 10, 8)),
        (date(2022, 10, 9), date(2022, 10, 9)),
        (date(2022, 10, 15), date(2022, 10, 17)),
    ],
)
def test_a_day_that_is_not_worked_moves_to_the_next_that_is(given: date, kept: date) -> None:
    assert deadline_for(FRIDAY, DAYS, None, given) == kept


def test_today_is_not_past_and_four_hundred_days_are_not_too_far() -> None:
    for day in (FRIDAY, FRIDAY + timedelta(days=400)):
        check_ahead("deadline", day, FRIDAY)
    for day, code in ((FRIDAY - timedelta(days=1), "past"), (FRIDAY + timedelta(days=401), "too_far")):
        with pytest.raises(ValidationError) as caught:
            check_ahead("deadline", day, FRIDAY)
        assert caught.value.error_dict["deadline"][0].code == code


def test_the_days_from_a_day_to_itself_are_none() -> None:
    assert count(DAYS, FRIDAY, FRIDAY) == 0


# What is due next.


@pytest.mark.parametrize(
    ("order", "due", "step"),
    [
        (an_order(State.DRAFT), None, Step.Kind.ISSUE),
        (an_order(State.ISSUED), date(2022, 10, 9), Step.Kind.SIGN),
        (an_order(State.ISSUED, Grade.LISTED), date(2022, 10, 8), Step.Kind.SIGN),
        (an_order(State.SIGNED, heard_on=FRIDAY), date(2022, 10, 19), Step.Kind.FEEDBACK),
        (an_order(State.SIGNED, Grade.LISTED, heard_on=FRIDAY), date(2022, 10, 12), Step.Kind.FEEDBACK),
        (an_order(State.SIGNED, Grade.REMINDER, heard_on=FRIDAY), date(2022, 11, 30), Step.Kind.APPLY),
        (an_order(State.SIGNED, heard_on=date(2022, 11, 28)), date(2022, 11, 30), Step.Kind.APPLY),
        (an_order(State.APPLIED, applied_on=FRIDAY), date(2022, 10, 10), Step.Kind.VERIFY),
        (an_order(State.VERIFIED, verified_on=FRIDAY), date(2022, 10, 10), Step.Kind.CLOSE),
        (an_order(State.CLOSED), None, None),
        (an_order(State.WITHDRAWN), None, None),
    ],
)
def test_each_state_waits_for_one_step_until_its_day(order: Order, due: date | None, step: str | None) -> None:
    order.next_due = next_due(order, DAYS)

    assert (order.next_due, next_step(order)) == (due, step)


def test_no_step_before_the_answer_is_due_after_the_deadline() -> None:
    soon = date(2022, 10, 8)

    assert next_due(an_order(State.ISSUED, deadline=soon), DAYS) == soon
    assert next_due(an_order(State.SIGNED, deadline=soon, heard_on=FRIDAY), DAYS) == soon


# Lateness.


@pytest.mark.parametrize(("day", "late"), [(FRIDAY, 0), (date(2022, 10, 1), 1), (date(2022, 10, 10), 10)])
def test_days_late_are_counted_from_the_day_after(day: date, late: int) -> None:
    assert an_order(State.SIGNED, next_due=FRIDAY).days_late(day) == late


@pytest.mark.parametrize(
    ("state", "applied_on", "over"),
    [
        (State.DRAFT, None, 0),
        (State.ISSUED, None, 5),
        (State.SIGNED, None, 5),
        (State.APPLIED, date(2022, 9, 30), 0),
        (State.APPLIED, date(2022, 10, 2), 2),
        (State.CLOSED, date(2022, 10, 2), 2),
        (State.WITHDRAWN, None, 0),
    ],
)
def test_what_was_answered_keeps_how_late_that_was(state: str, applied_on: date | None, over: int) -> None:
    assert an_order(state, deadline=FRIDAY, applied_on=applied_on).days_over(date(2022, 10, 5)) == over


@pytest.mark.parametrize(("due", "late"), [(None, 0), (FRIDAY, 2), (date(2022, 10, 2), 0), (date(2022, 10, 9), 0)])
def test_a_step_keeps_its_own_lateness(due: date | None, late: int) -> None:
    assert Step(day=date(2022, 10, 2), due=due).days_late == late


# In words.


def test_every_step_of_the_course_has_its_rule_in_words() -> None:
    assert set(WHO) == set(COURSE)
    assert limit_of(Step.Kind.SIGN, Grade.LISTED) == "签发后 1 个工作日内"
    assert limit_of(Step.Kind.FEEDBACK, Grade.REMINDER) == "不作要求"
    assert limit_of(Step.Kind.FEEDBACK, Grade.ORDER) == "每 10 个工作日一次"
    assert limit_of(Step.Kind.APPLY, Grade.ORDER) == "办结期限之前"
    assert limit_of(Step.Kind.VERIFY, Grade.ORDER) == limit_of(Step.Kind.CLOSE, Grade.ORDER) == "收到后 3 个工作日内"
    assert limit_of(Step.Kind.ISSUE, Grade.ORDER) == ""

"""The reporting calendar of a plan: what is asked when, what came in, what is closed."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common import clock
from goals.models import Closing, Indicator, Plan, Reading, Reopening, ReportingUnit
from goals.models.reading import State
from goals.tests.factories import make_indicator, make_office, make_plan, make_reading, make_target, make_user
from goals.timetable import DUE, IN_TIME, LATE, OVERDUE, Month, month_named, timetable

pytestmark = pytest.mark.django_db
TODAY = date(2022, 10, 12)
AUGUST, SEPTEMBER, OCTOBER = date(2022, 8, 31), date(2022, 9, 30), date(2022, 10, 31)


@pytest.fixture
def plan() -> Plan:
    return make_plan(state="adopted")


def asked(plan: Plan, code: str = "indicator", **terms: Any) -> Indicator:
    indicator = make_indicator(code, make_office(), **terms)
    make_target(plan, indicator)
    return indicator


def month_of(plan: Plan, period: date) -> Month:
    return next(m for m in timetable(plan, TODAY).months if m.period == period)


def at(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 9, tzinfo=ZoneInfo("Asia/Shanghai"))


def test_a_quarterly_indicator_is_asked_for_in_four_months(plan: Plan) -> None:
    asked(plan, frequency="quarterly")

    months = timetable(plan, TODAY).months

    assert [m.period.month for m in months if m.asked] == [3, 6, 9, 12]


def test_nothing_is_asked_for_after_the_due_date(plan: Plan) -> None:
    make_target(plan, make_indicator("early"), due=date(2022, 6, 30))

    assert [m.period.month for m in timetable(plan, TODAY).months if m.asked] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("terms", [{"measure": "milestones"}, {"published": True}])
def test_what_is_counted_or_published_is_asked_of_nobody(plan: Plan, terms: dict[str, Any]) -> None:
    asked(plan, **terms)

    table = timetable(plan, TODAY)

    assert not any(m.asked for m in table.months)
    assert table.units == []


def test_a_deadline_on_a_holiday_moves_to_the_next_working_day(plan: Plan) -> None:
    asked(plan, deadline_day=3)

    (september,) = month_of(plan, SEPTEMBER).asked
    (october,) = month_of(plan, OCTOBER).asked

    # The national holiday of 2022 ended on Friday 7 October; the weekend after it was worked.
    assert (september.deadline, september.is_moved) == (date(2022, 10, 8), True)
    assert (october.deadline, october.is_moved) == (date(2022, 11, 3), False)


@pytest.mark.parametrize(
    ("reported", "fate"), [(at(2022, 10, 10), IN_TIME), (at(2022, 10, 11), LATE)], ids=["in time", "late"]
)
def test_a_figure_is_in_time_through_its_deadline(plan: Plan, reported: datetime, fate: str) -> None:
    make_reading(asked(plan), SEPTEMBER, 1, reported_at=reported)

    assert month_of(plan, SEPTEMBER).tally == {fate: 1}


def test_a_correction_after_the_deadline_makes_no_figure_late(plan: Plan) -> None:
    indicator = asked(plan)
    make_reading(indicator, SEPTEMBER, 1, state=State.SUPERSEDED, reported_at=at(2022, 10, 9))
    make_reading(indicator, SEPTEMBER, 2, revision=2, reported_at=at(2022, 10, 12))

    assert month_of(plan, SEPTEMBER).tally == {IN_TIME: 1}


def test_nobody_is_late_for_what_was_asked_after_its_deadline(plan: Plan) -> None:
    Plan.objects.update(adopted_at=at(2022, 10, 11))
    plan.refresh_from_db()
    make_reading(asked(plan), SEPTEMBER, 1, reported_at=at(2022, 10, 12))

    assert month_of(plan, SEPTEMBER).tally == {IN_TIME: 1}


@pytest.mark.parametrize(("deadline_day", "fate"), [(12, DUE), (11, OVERDUE)])
@pytest.mark.parametrize("state", [None, State.DRAFT, State.RETURNED])
def test_what_is_not_handed_in_is_due_and_then_overdue(
    plan: Plan, deadline_day: int, fate: str, state: str | None
) -> None:
    indicator = asked(plan, deadline_day=deadline_day)
    if state:
        make_reading(indicator, SEPTEMBER, 1, state=state)

    assert month_of(plan, SEPTEMBER).tally == {fate: 1}


def test_a_month_that_goes_on_is_judged_by_nobody(plan: Plan) -> None:
    asked(plan)

    october = month_of(plan, OCTOBER)

    assert (october.has_ended, october.expected, len(october.asked)) == (False, 0, 1)


def test_nothing_is_owed_to_a_draft(plan: Plan) -> None:
    asked(plan)
    Plan.objects.update(state=Plan.State.DRAFT)
    plan.refresh_from_db()

    assert not any(m.expected for m in timetable(plan, TODAY).months)


def test_a_unit_is_asked_only_while_it_reports(plan: Plan) -> None:
    asked(plan)
    ReportingUnit.objects.update(first_day=date(2022, 9, 1))

    assert month_of(plan, AUGUST).expected == 0
    assert month_of(plan, SEPTEMBER).expected == 1


def test_submitted_figures_wait_through_the_month(plan: Plan) -> None:
    indicator = asked(plan)
    for period in (AUGUST, SEPTEMBER):
        make_reading(indicator, period, 1, state=State.SUBMITTED)

    september = month_of(plan, SEPTEMBER)

    assert (september.waiting, september.waiting_until_now) == (1, 2)


def test_a_closing_locks_all_months_before_and_the_first_is_named(plan: Plan) -> None:
    for period in (AUGUST, SEPTEMBER):
        Closing.objects.create(plan=plan, period=period, closed_at=clock.now())

    months = timetable(plan, TODAY).months

    assert [m.closing.period if m.closing else None for m in months[6:10]] == [AUGUST, AUGUST, SEPTEMBER, None]
    assert [m.period.month for m in months if m.may_close] == []


def test_a_reopened_window_stands_at_its_month(plan: Plan) -> None:
    Reopening.objects.create(
        plan=plan, unit=make_office(), period=AUGUST, until=TODAY, reason="漏报", opened_at=clock.now()
    )

    assert [r.reason for r in month_of(plan, AUGUST).reopenings] == ["漏报"]
    assert month_of(plan, SEPTEMBER).reopenings == []


def test_a_units_month_shows_the_worst_and_says_all(plan: Plan) -> None:
    make_reading(asked(plan), SEPTEMBER, 1, reported_at=at(2022, 10, 9))
    asked(plan, "other")

    (row,) = timetable(plan, TODAY).units

    assert row.cells[8] == (OVERDUE, "9月：1 项未报、1 项按时")
    assert row.cells[9] == ("", "10月：无应报")
    assert (row.overdue, row.late) == (17, 0)


def test_a_month_is_named_by_its_last_day(plan: Plan) -> None:
    assert month_named(plan, "2022-02-28") == date(2022, 2, 28)
    assert [month_named(plan, raw) for raw in ("2022-02-27", "2021-12-31", "二月", "")] == [None] * 4


def test_it_asks_six_queries_whatever_the_plans_size(plan: Plan) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            timetable(plan, TODAY)
        return len(captured)

    make_reading(asked(plan), SEPTEMBER, 1)
    assert count() == 6
    for number in range(10):
        indicator = asked(plan, f"more.{number}")
        ReportingUnit.objects.create(indicator=indicator, unit=make_office(f"office.{number}"))
        make_reading(indicator, SEPTEMBER, 1, reported_by=make_user(f"reporter.{number}"))
        Reopening.objects.create(
            plan=plan,
            unit=make_office(f"office.{number}"),
            period=AUGUST,
            until=TODAY,
            reason="漏报",
            opened_at=clock.now(),
            opened_by=make_user(f"planner.{number}"),
        )

    assert count() == 6
    assert Reading.objects.count() == 11

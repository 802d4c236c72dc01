"""Working days: the week's, but for what the holiday table says."""

from datetime import date

import pytest

from goals.calendar import WorkingDays, known_exceptions
from goals.models import CalendarDay
from goals.tests.factories import make_indicator

pytestmark = pytest.mark.django_db


def october() -> WorkingDays:
    return WorkingDays.between(date(2022, 10, 1), date(2022, 10, 31))


def test_a_holiday_from_monday_to_friday_is_not_worked() -> None:
    assert not october().is_working(date(2022, 10, 7))


def test_a_weekend_worked_in_return_is_worked() -> None:
    assert october().is_working(date(2022, 10, 8))


def test_a_year_that_nobody_knows_goes_by_the_week() -> None:
    days = WorkingDays.between(date(2050, 1, 1), date(2050, 1, 31))

    assert [days.is_working(date(2050, 1, d)) for d in (1, 2, 3)] == [False, False, True]
    assert known_exceptions(2050) == []


def test_a_deadline_on_a_holiday_moves_to_the_next_working_day() -> None:
    indicator = make_indicator(deadline_day=5)

    assert october().deadline(indicator, date(2022, 9, 30)) == date(2022, 10, 8)


def test_a_deadline_on_a_working_day_stays() -> None:
    assert october().deadline(make_indicator(), date(2022, 9, 30)) == date(2022, 10, 10)


def test_what_a_planner_enters_counts() -> None:
    CalendarDay.objects.create(day=date(2022, 10, 10), is_working=False, name="台风停工")

    assert october().deadline(make_indicator(), date(2022, 9, 30)) == date(2022, 10, 11)


def test_a_holiday_at_the_end_of_the_span_is_known_too() -> None:
    days = WorkingDays.between(date(2022, 9, 1), date(2022, 10, 1))

    assert days.on_or_after(date(2022, 10, 1)) == date(2022, 10, 8)


@pytest.mark.parametrize(
    ("count", "day"), [(1, date(2022, 10, 8)), (3, date(2022, 10, 10)), (0, date(2022, 9, 30)), (-1, date(2022, 9, 29))]
)
def test_working_days_are_counted_over_holidays(count: int, day: date) -> None:
    days = WorkingDays.between(date(2022, 9, 1), date(2022, 10, 31))

    assert days.after(date(2022, 9, 30), count) == day


def test_the_table_is_what_the_state_council_published() -> None:
    table = CalendarDay.objects.filter(day__year=2022).order_by("day")

    assert list(table.values_list("day", "is_working", "name")) == known_exceptions(2022)

"""The holiday table: a planner's edits, and the State Council's arrangement of a year."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Role, User
from audit.models import Event
from common.errors import Conflict, Forbidden, StaleVersion
from goals import holidays
from goals.calendar import WorkingDays
from goals.models import CalendarDay
from goals.tests.factories import make_unit, make_user

pytestmark = pytest.mark.django_db
MONDAY, SATURDAY = date(2022, 10, 17), date(2022, 10, 22)


@pytest.fixture
def planner() -> User:
    return make_user("planner", Role.PLANNER, unit=make_unit())


def works(day: date) -> bool:
    return WorkingDays.between(day, day).is_working(day)


def test_a_day_off_is_no_working_day(planner: User) -> None:
    holidays.save_day(planner, CalendarDay(day=MONDAY, is_working=False, name="停电"))

    assert not works(MONDAY)
    assert Event.objects.get().action == "save"


def test_a_weekend_worked_in_return_is_a_working_day(planner: User) -> None:
    holidays.save_day(planner, CalendarDay(day=SATURDAY, is_working=True, name="调休"))

    assert works(SATURDAY)


def test_the_trail_keeps_a_day_as_it_was(planner: User) -> None:
    day = holidays.save_day(planner, CalendarDay(day=MONDAY, is_working=False, name="停电"))
    day.name = "检修"
    holidays.save_day(planner, day)

    event = Event.objects.latest("sequence")
    assert (event.before["name"], event.after["name"]) == ("停电", "检修")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"day": MONDAY, "is_working": True}, "is_working"),
        ({"day": SATURDAY, "is_working": False}, "is_working"),
        ({"day": date(2022, 10, 3), "is_working": False}, "day"),
        ({"day": date(1999, 12, 31), "is_working": False}, "day"),
        ({"day": MONDAY, "is_working": False, "name": ""}, "name"),
        ({"day": MONDAY, "is_working": False, "name": "a\u202eb"}, "name"),
    ],
    ids=["a Monday worked", "a Saturday off", "twice", "too early", "no name", "direction trick"],
)
def test_what_is_no_exception_is_refused_at_its_field(planner: User, values: dict[str, object], field: str) -> None:
    before = CalendarDay.objects.count()

    with pytest.raises(ValidationError) as refused:
        holidays.save_day(planner, CalendarDay(**({"name": "某日"} | values)))

    assert list(refused.value.message_dict) == [field]
    assert (CalendarDay.objects.count(), Event.objects.count()) == (before, 0)


def test_a_deleted_day_goes_by_its_weekday_again(planner: User) -> None:
    national_day = CalendarDay.objects.get(day=date(2022, 10, 3))

    holidays.delete_day(planner, national_day)

    assert works(date(2022, 10, 3))
    assert Event.objects.get().before["name"] == "国庆节"


def test_the_later_of_two_editors_is_refused(planner: User) -> None:
    first = CalendarDay.objects.get(day=date(2022, 10, 3))
    second = CalendarDay.objects.get(day=date(2022, 10, 3))
    holidays.save_day(planner, first)

    with pytest.raises(StaleVersion):
        holidays.save_day(planner, second)
    holidays.delete_day(planner, CalendarDay.objects.get(pk=first.pk))
    with pytest.raises(Conflict):
        holidays.delete_day(planner, second)


def test_a_year_is_loaded_without_touching_what_was_edited(planner: User) -> None:
    CalendarDay.objects.filter(day__year=2022).exclude(day=date(2022, 10, 3)).delete()
    CalendarDay.objects.update(name="自定")

    loaded = holidays.load_year(planner, 2022)

    assert (loaded.added, loaded.kept) == (24, 1)
    assert CalendarDay.objects.get(day=date(2022, 10, 3)).name == "自定"
    assert len(Event.objects.get().after["added"]) == 24


def test_loading_twice_changes_nothing(planner: User) -> None:
    loaded = holidays.load_year(planner, 2022)

    assert (loaded.added, loaded.kept) == (0, 25)
    assert not Event.objects.exists()


def test_an_unknown_year_is_said_to_be_unknown(planner: User) -> None:
    with pytest.raises(ValidationError) as refused:
        holidays.load_year(planner, 2098)

    assert "还没有 2098 年的国务院节假日安排" in refused.value.message_dict["year"][0]


@pytest.mark.parametrize("role", [Role.REPORTER, Role.REVIEWER, Role.LEADER, Role.AUDITOR, Role.ADMINISTRATOR])
def test_only_planners_keep_the_table(role: Role) -> None:
    user = make_user("somebody", role, unit=make_unit())
    day = CalendarDay.objects.get(day=date(2022, 10, 3))

    for attempt in (
        lambda: holidays.save_day(user, CalendarDay(day=MONDAY, is_working=False, name="停电")),
        lambda: holidays.delete_day(user, day),
        lambda: holidays.load_year(user, 2022),
    ):
        with pytest.raises(Forbidden):
            attempt()

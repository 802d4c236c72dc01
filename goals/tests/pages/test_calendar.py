"""报送日历 and 节假日: the planner's pages of windows and working days."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from common import clock
from goals.models import CalendarDay, Closing, Plan, Reopening
from goals.models.reading import State
from goals.tests.factories import make_indicator, make_office, make_reading, make_target, make_unit, make_user
from goals.tests.pages.factories import AUGUST, SEPTEMBER, Cast, browser_of, make_cast

pytestmark = pytest.mark.django_db
CALENDAR = "/plans/taoyan-2022/calendar/"
HOLIDAYS = "/calendar/holidays/"


@pytest.fixture
def cast() -> Cast:
    return make_cast(frequency="monthly")


@pytest.fixture
def browser(cast: Cast) -> Client:
    return browser_of(cast.planner)


def close(plan: Plan, period: date = SEPTEMBER) -> Closing:
    return Closing.objects.create(plan=plan, period=period, closed_at=clock.now())


def asked_for(cast: Cast, **changes: str) -> dict[str, str]:
    asked = {"unit": str(cast.office.pk), "period": "2022-09-30", "until": "2022-10-20", "reason": "核实后补报"}
    return asked | changes


def test_it_shows_what_is_asked_and_what_is_late(cast: Cast, browser: Client) -> None:
    make_reading(cast.indicator, AUGUST, 3, reported_at=clock.now())

    page = browser.get(CALENDAR).content.decode()

    assert "9月13日" in page
    assert "顺延" in page
    assert "8月：1 项迟报" in page
    assert "9月：1 项未报" in page


def test_closing_warns_of_figures_that_wait(cast: Cast, browser: Client) -> None:
    make_reading(cast.indicator, AUGUST, 3, state=State.SUBMITTED)

    assert "还有 1 项已提交的数据没有审核" in browser.get(CALENDAR).content.decode()


def test_a_month_is_closed(cast: Cast, browser: Client) -> None:
    answer = browser.post(f"{CALENDAR}close/", {"period": "2022-09-30"}, follow=True)

    assert "9月已月结" in answer.content.decode()
    assert Closing.objects.get().closed_by == cast.planner


@pytest.mark.parametrize("period", ["2022-09-29", "2021-09-30", "九月", ""])
def test_no_other_day_is_closed(browser: Client, period: str) -> None:
    assert browser.post(f"{CALENDAR}close/", {"period": period}).status_code == 404
    assert not Closing.objects.exists()


def test_a_month_that_goes_on_or_is_closed_is_not_closed(cast: Cast, browser: Client) -> None:
    close(cast.plan)

    for period in ("2022-10-31", "2022-09-30"):
        answer = browser.post(f"{CALENDAR}close/", {"period": period}, follow=True)
        assert 'role="alert"' in answer.content.decode()
    assert Closing.objects.count() == 1


def test_a_window_is_reopened_for_one_unit(cast: Cast, browser: Client) -> None:
    close(cast.plan)

    browser.post(f"{CALENDAR}reopen/", asked_for(cast))

    found = Reopening.objects.get()
    assert (found.unit, found.period, found.until) == (cast.office, SEPTEMBER, date(2022, 10, 20))
    page = browser.get(CALENDAR).content.decode()
    assert "office 开放至 10月20日" in page
    assert "核实后补报" in page


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("until", "2022-10-11"),
        ("until", "20/10/2022"),
        ("until", "2022-02-30"),
        ("until", ""),
        ("reason", ""),
        ("reason", "　　"),
        ("unit", ""),
        ("unit", "999999"),
        ("unit", "x"),
        ("period", "2022-12-31"),
        ("period", "x"),
    ],
)
def test_a_wrong_reopening_is_refused_at_its_field_and_kept(
    cast: Cast, browser: Client, field: str, value: str
) -> None:
    close(cast.plan)

    answer = browser.post(f"{CALENDAR}reopen/", asked_for(cast, **{field: value}))

    assert answer.status_code == 400
    assert field in answer.context["form"].errors
    assert answer.context["form"]["until"].value() in ("2022-10-20", value)
    assert not Reopening.objects.exists()


def test_a_month_that_is_open_is_not_reopened(cast: Cast, browser: Client) -> None:
    answer = browser.post(f"{CALENDAR}reopen/", asked_for(cast))

    assert answer.status_code == 400
    assert "period" in answer.context["form"].errors


def test_a_unit_that_reports_nothing_of_the_plan_is_no_choice(cast: Cast, browser: Client) -> None:
    close(cast.plan)

    answer = browser.post(f"{CALENDAR}reopen/", asked_for(cast, unit=str(make_unit().pk)))

    assert "unit" in answer.context["form"].errors


ADDRESSES = [CALENDAR, HOLIDAYS]
ACTIONS = [f"{CALENDAR}close/", f"{CALENDAR}reopen/", f"{HOLIDAYS}load/"]


@pytest.mark.parametrize("who", ["official", "reviewer", "leader"])
def test_only_planners_see_and_keep_the_calendar(cast: Cast, who: str) -> None:
    browser = browser_of(getattr(cast, who))
    day = CalendarDay.objects.first()
    assert day is not None

    assert [browser.get(address).status_code for address in ADDRESSES] == [403, 403]
    assert [browser.post(address).status_code for address in ACTIONS] == [403, 403, 403]
    assert browser.post(f"{HOLIDAYS}{day.pk}/delete/").status_code == 403
    assert browser.get(f"{HOLIDAYS}{day.pk}/").status_code == 403


def test_nobody_sees_the_calendar_without_logging_in(cast: Cast) -> None:
    for address in ADDRESSES:
        answer = Client().get(address)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/login/")


def test_a_planner_of_another_subdistrict_finds_no_such_plan(cast: Cast) -> None:
    elsewhere = make_user("elsewhere", Role.PLANNER, unit=make_unit("fusheng"))
    browser = browser_of(elsewhere)

    assert browser.get(CALENDAR).status_code == 404
    assert browser.post(f"{CALENDAR}close/", {"period": "2022-09-30"}).status_code == 404
    assert browser.post(f"{CALENDAR}reopen/", asked_for(cast)).status_code == 404
    assert not Closing.objects.exists()


def test_the_calendar_asks_no_more_for_more_indicators_and_units(cast: Cast, browser: Client) -> None:
    close(cast.plan)

    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            browser.get(CALENDAR)
        return len(captured)

    few = count()
    for number in range(15):
        make_target(cast.plan, make_indicator(f"more.{number}", make_office(f"office.{number}")))

    assert count() == few


def test_the_holidays_of_the_year_are_listed(browser: Client) -> None:
    page = browser.get(HOLIDAYS).content.decode()

    assert "2022-10-03" in page
    assert "国庆节" in page
    assert "2021-10-01" not in page
    assert "2021-10-01" in browser.get(HOLIDAYS, {"year": "2021"}).content.decode()


def test_a_year_without_days_says_so(browser: Client) -> None:
    assert "表中还没有 2050 年的日子" in browser.get(HOLIDAYS, {"year": "2050"}).content.decode()


@pytest.mark.parametrize("year", ["1999", "2100", "二〇二二", "20220", "²022", "-1"])
def test_a_year_that_is_none_is_refused(browser: Client, year: str) -> None:
    assert browser.get(HOLIDAYS, {"year": year}).status_code == 400
    assert browser.post(f"{HOLIDAYS}load/", {"year": year}).status_code == 400


def test_a_day_is_added_changed_and_deleted(browser: Client) -> None:
    browser.post(HOLIDAYS, {"day": "2022-10-17", "is_working": "0", "name": "停电"})
    day = CalendarDay.objects.get(day=date(2022, 10, 17))
    assert not day.is_working

    change = {"day": "2022-10-22", "is_working": "1", "name": "调休", "version": str(day.version)}
    browser.post(f"{HOLIDAYS}{day.pk}/", change)
    day.refresh_from_db()
    assert (day.day, day.is_working, day.name) == (date(2022, 10, 22), True, "调休")

    browser.post(f"{HOLIDAYS}{day.pk}/delete/")
    assert not CalendarDay.objects.filter(pk=day.pk).exists()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("day", "2022-02-30", "没有这一天"),
        ("day", "", ""),
        ("day", "2022-10-22", "这一天是周末"),
        ("day", "2022-10-03", "这一天已在表中"),
        ("is_working", "1", "不需要记为上班"),
        ("is_working", "2", ""),
        ("name", "", ""),
        ("name", "年" * 101, "100"),
    ],
)
def test_a_wrong_day_is_refused_at_its_field(browser: Client, field: str, value: str, said: str) -> None:
    before = CalendarDay.objects.count()

    answer = browser.post(HOLIDAYS, {"day": "2022-10-17", "is_working": "0", "name": "停电", field: value})

    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert answer.context["form"].errors
    assert CalendarDay.objects.count() == before


def test_the_later_of_two_editors_of_a_day_is_told(browser: Client) -> None:
    day = CalendarDay.objects.get(day=date(2022, 10, 3))

    answer = browser.post(
        f"{HOLIDAYS}{day.pk}/", {"day": "2022-10-03", "is_working": "0", "name": "改", "version": "99"}
    )

    assert answer.status_code == 400
    assert "已被他人修改" in answer.content.decode()


def test_an_unknown_year_is_told(browser: Client) -> None:
    answer = browser.post(f"{HOLIDAYS}load/", {"year": "2099"}, follow=True)

    assert "还没有 2099 年的国务院节假日安排" in answer.content.decode()


def test_a_year_is_loaded(browser: Client) -> None:
    CalendarDay.objects.filter(day__year=2022).delete()

    answer = browser.post(f"{HOLIDAYS}load/", {"year": "2022"}, follow=True)

    assert "已载入 25 天" in answer.content.decode()

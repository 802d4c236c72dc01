"""抽查核验: drawing a sample on a page, and recording what was found."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from common import clock
from goals import spot_checks
from goals.models import Closing, SpotCheck, SpotCheckItem
from goals.tests.factories import (
    make_indicator,
    make_office,
    make_plan,
    make_reading,
    make_target,
    make_unit,
    make_user,
)
from goals.tests.pages.factories import AUGUST, JANUARY, SEPTEMBER, Cast, browser_of, make_cast

pytestmark = pytest.mark.django_db
PAGE = "/plans/taoyan-2022/spot-checks/"


@pytest.fixture
def cast() -> Cast:
    cast = make_cast(frequency="monthly")
    for period in (JANUARY, AUGUST):
        make_reading(cast.indicator, period, 3)
    return cast


@pytest.fixture
def browser(cast: Cast) -> Client:
    return browser_of(cast.planner)


@pytest.fixture
def item(cast: Cast) -> SpotCheckItem:
    return spot_checks.draw(cast.planner, cast.plan, 1).items.get()


def address(item: SpotCheckItem) -> str:
    return f"{PAGE}{item.spot_check_id}/{item.pk}/"


def test_a_sample_is_drawn_and_shown(browser: Client) -> None:
    answer = browser.post(PAGE, {"size": "2", "section": "", "unit": ""}, follow=True)

    page = answer.content.decode()
    assert "已抽取 2 项" in page
    assert "还有 2 项待核验" in page
    assert f"随机种子 {SpotCheck.objects.get().seed}" in page


@pytest.mark.parametrize(
    ("field", "value"),
    [("size", "0"), ("size", "101"), ("size", ""), ("size", "多"), ("size", "9" * 30), ("unit", "0"), ("section", "x")],
)
def test_a_wrong_draw_is_refused_at_its_field(browser: Client, field: str, value: str) -> None:
    answer = browser.post(PAGE, {"size": "2", field: value})

    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [field]
    assert not SpotCheck.objects.exists()


def test_a_finding_is_recorded(browser: Client, item: SpotCheckItem) -> None:
    answer = browser.post(
        address(item), {"finding": "wrong", "note": "少报 2 家", "version": str(item.version)}, follow=True
    )

    page = answer.content.decode()
    assert "已记录，数字和进度不变" in page
    assert "少报 2 家" in page


def test_a_finding_without_words_is_refused_beside_it(browser: Client, item: SpotCheckItem) -> None:
    answer = browser.post(address(item), {"finding": "sent_back", "note": " ", "version": str(item.version)})

    assert answer.status_code == 400
    assert f'id="fault{item.pk}"' in answer.content.decode()


@pytest.mark.parametrize("version", ["", "0", "x", "²", "9" * 40])
def test_the_later_of_two_planners_is_told(browser: Client, item: SpotCheckItem, version: str) -> None:
    answer = browser.post(address(item), {"finding": "true", "note": "", "version": version}, follow=True)

    assert "刚刚有人核验过" in answer.content.decode()
    item.refresh_from_db()
    assert item.finding == ""


def test_what_waits_for_a_correction_in_a_closed_month_says_so(
    cast: Cast, browser: Client, item: SpotCheckItem
) -> None:
    Closing.objects.create(plan=cast.plan, period=SEPTEMBER, closed_at=clock.now())
    spot_checks.record(cast.planner, item, "sent_back", "与台账不符")

    page = browser.get(f"{PAGE}{item.spot_check_id}/").content.decode()

    assert "等待更正" in page
    assert "更正前须先开放补报" in page


def test_a_request_that_was_met_says_so(cast: Cast, browser: Client, item: SpotCheckItem) -> None:
    spot_checks.record(cast.planner, item, "sent_back", "与台账不符")
    make_reading(cast.indicator, item.reading.period, 4, state="submitted", revision=2)

    assert "更正待审核" in browser.get(f"{PAGE}{item.spot_check_id}/").content.decode()


def test_a_correction_that_was_returned_shows_its_reason_to_both(
    cast: Cast, browser: Client, item: SpotCheckItem
) -> None:
    spot_checks.record(cast.planner, item, "sent_back", "与台账不符")
    make_reading(cast.indicator, item.reading.period, 4, state="returned", revision=2, reason="台账为 8")

    assert "更正被退回：台账为 8" in browser.get(f"{PAGE}{item.spot_check_id}/").content.decode()
    assert "更正被退回：台账为 8" in browser_of(cast.official).get("/report/").content.decode()


def test_results_stand_by_unit(cast: Cast, browser: Client, item: SpotCheckItem) -> None:
    spot_checks.record(cast.planner, item, "true", "")

    (row,) = browser.get(PAGE).context["units"]

    assert (row.unit, row.findings["true"]) == (cast.office, 1)


@pytest.mark.parametrize("who", ["official", "reviewer", "leader"])
def test_only_planners_check(cast: Cast, item: SpotCheckItem, who: str) -> None:
    browser = browser_of(getattr(cast, who))

    assert browser.get(PAGE).status_code == 403
    assert browser.post(PAGE, {"size": "1"}).status_code == 403
    assert browser.get(f"{PAGE}{item.spot_check_id}/").status_code == 403
    assert browser.post(address(item), {"finding": "true"}).status_code == 403


def test_a_planner_of_another_subdistrict_finds_nothing(item: SpotCheckItem) -> None:
    browser = browser_of(make_user("elsewhere", Role.PLANNER, unit=make_unit("fusheng")))

    assert browser.get(PAGE).status_code == 404
    assert browser.post(address(item), {"finding": "true"}).status_code == 404


def test_a_sample_of_another_plan_is_not_found(browser: Client, item: SpotCheckItem) -> None:
    make_plan("taoyan-2021", year=2021, state="adopted")

    assert browser.get(f"/plans/taoyan-2021/spot-checks/{item.spot_check_id}/").status_code == 404
    wrong = f"/plans/taoyan-2021/spot-checks/{item.spot_check_id}/{item.pk}/"
    assert browser.post(wrong, {"finding": "true"}).status_code == 404


def test_nobody_checks_without_logging_in(item: SpotCheckItem) -> None:
    assert Client().get(PAGE)["Location"].startswith("/login/")


def test_list_and_sample_ask_no_more_for_more(cast: Cast, browser: Client, item: SpotCheckItem) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            browser.get(PAGE)
            browser.get(f"{PAGE}{SpotCheck.objects.latest('pk').pk}/")
        return len(captured)

    few = count()
    for number in range(10):
        indicator = make_indicator(f"more.{number}", make_office(f"office.{number}"))
        make_target(cast.plan, indicator)
        make_reading(indicator, AUGUST, 1, unit=make_office(f"office.{number}"))
        spot_checks.draw(make_user(f"planner.{number}", Role.PLANNER, unit=make_unit()), cast.plan, 100)

    assert count() == few

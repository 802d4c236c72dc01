"""减负账 on its page, and at the indicator where a request begins."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Role
from audit.models import Event
from goals.models import Plan, ReportingUnit
from goals.tests.factories import client_of, make_office, make_unit, make_user
from goals.tests.pages.factories import Cast, browser_of, make_cast
from goals.tests.pages.test_planner import edit

pytestmark = pytest.mark.django_db
PAGE, INDICATOR = "/plans/taoyan-2022/load/", "/indicators/firms/edit/"


@pytest.fixture
def cast() -> Cast:
    return make_cast(frequency="quarterly")


@pytest.fixture
def browser(cast: Cast) -> Client:
    return browser_of(cast.planner)


def add_unit(browser: Client, cast: Cast, **changes: Any) -> Any:
    units = [cast.office.pk, make_office("other_office").pk]
    return edit(browser, INDICATOR, reporting_units=units, **changes)


def test_a_new_request_says_what_it_replaces(cast: Cast, browser: Client) -> None:
    answer = add_unit(browser, cast, replaces="原每月招商快报")

    assert answer.status_code == 302
    assert ReportingUnit.objects.get(unit__code="other_office").replaces == "原每月招商快报"
    assert "原每月招商快报" in browser.get(PAGE).content.decode()
    assert "原每月招商快报" in browser.get(INDICATOR).content.decode()


@pytest.mark.parametrize("replaces", ["", "  ", "　"])
def test_a_new_request_that_says_nothing_is_refused_at_its_field(cast: Cast, browser: Client, replaces: str) -> None:
    answer = add_unit(browser, cast, replaces=replaces)

    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == ["replaces"]
    assert ReportingUnit.objects.count() == 1
    assert not Event.objects.exists()


@pytest.mark.parametrize("replaces", ["a\u202eb", "表" * 501])
def test_words_that_are_none_are_refused_at_their_field(cast: Cast, browser: Client, replaces: str) -> None:
    answer = add_unit(browser, cast, replaces=replaces)

    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == ["replaces"]
    assert ReportingUnit.objects.count() == 1


def test_a_draft_asks_for_no_reason(cast: Cast, browser: Client) -> None:
    Plan.objects.update(state=Plan.State.DRAFT)

    assert add_unit(browser, cast).status_code == 302


def test_the_api_stays_as_it_is(cast: Cast) -> None:
    make_office("other_office")

    answer = client_of(cast.planner).patch(
        "/api/v1/indicators/firms/", {"reporting_units": ["office", "other_office"]}, format="json"
    )

    assert answer.status_code == 200


def test_the_page_shows_the_fields_of_each_unit(browser: Client) -> None:
    page = browser.get(PAGE).content.decode()

    assert '<b class="num">0.33</b>' in page
    assert "印发以来没有新增填报要求" in page


def test_a_request_without_a_reason_is_marked(cast: Cast, browser: Client) -> None:
    ReportingUnit.objects.create(indicator=cast.indicator, unit=make_office("b"), first_day="2022-09-01")

    page = browser.get(PAGE).content.decode()

    assert "未说明" in page
    assert "+0.33" in page


@pytest.mark.parametrize("who", ["official", "reviewer", "leader"])
def test_only_planners_see_the_account(cast: Cast, who: str) -> None:
    assert browser_of(getattr(cast, who)).get(PAGE).status_code == 403


def test_a_planner_of_another_subdistrict_finds_no_account(cast: Cast) -> None:
    elsewhere = make_user("elsewhere", Role.PLANNER, unit=make_unit("fusheng"))

    assert browser_of(elsewhere).get(PAGE).status_code == 404
    assert Client().get(PAGE)["Location"].startswith("/login/")

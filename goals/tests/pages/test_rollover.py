"""接转下年计划 in the browser's forms: the draft is made, and its goals are entered on one sheet."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from goals.models import Plan, Target
from goals.tests.factories import make_indicator, make_plan, make_target
from goals.tests.pages.factories import Cast, browser_of, make_cast

pytestmark = pytest.mark.django_db
SHEET = "/planner/taoyan-2023/goals/"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def browser(cast: Cast) -> Client:
    return browser_of(cast.planner)


@pytest.fixture
def target(browser: Client) -> Target:
    """A target of 2022, whose plan was rolled over."""
    plan = Plan.objects.filter(slug="taoyan-2022").first() or make_plan("taoyan-2022")
    plan.state = "adopted"
    plan.save()
    made = make_target(plan, make_indicator("rolled", unit_of_measure="家"), goal=Decimal(12), name="培育企业")
    browser.post("/planner/taoyan-2022/next-year/")
    return made


def post(browser: Client, target: Target, **entered: str) -> Any:
    return browser.post(SHEET, {f"t{target.pk}-{name}": value for name, value in entered.items()})


def test_making_the_draft_leads_to_its_sheet(browser: Client, target: Target) -> None:
    page = browser.get(SHEET)

    assert page.status_code == 200
    assert "培育企业" in page.content.decode()


def test_a_goal_entered_makes_the_target(browser: Client, target: Target) -> None:
    answer = post(browser, target, goal="1，5")

    assert answer.status_code == 400
    assert post(browser, target, goal="１５")["Location"] == SHEET
    assert Target.objects.get(plan__slug="taoyan-2023", code="rolled").goal == 15


def test_an_empty_row_is_left_for_later(browser: Client, target: Target) -> None:
    post(browser, target, goal="")

    assert not Target.objects.filter(plan__slug="taoyan-2023", code="rolled").exists()


def test_a_wrong_figure_is_told_at_its_field_and_kept(browser: Client, target: Target) -> None:
    page = post(browser, target, goal="十五")

    assert page.status_code == 400
    assert "十五" in page.content.decode()
    assert not Target.objects.filter(plan__slug="taoyan-2023", code="rolled").exists()


def test_dropping_and_entering_at_once_is_refused(browser: Client, target: Target) -> None:
    page = post(browser, target, goal="15", dropped="不再考核")

    assert page.status_code == 400
    assert not Plan.objects.get(slug="taoyan-2023").discontinued.exists()


def test_what_is_dropped_is_listed_with_its_reason(browser: Client, target: Target) -> None:
    post(browser, target, dropped="不再考核")

    assert "不再考核" in browser.get(SHEET).content.decode()


@pytest.mark.parametrize("who", ["official", "reviewer", "leader"])
def test_only_planners_open_the_sheet(cast: Cast, target: Target, who: str) -> None:
    someone = browser_of(getattr(cast, who))

    assert someone.get(SHEET).status_code == 403
    assert someone.post("/planner/taoyan-2022/next-year/").status_code == 403


def test_the_planner_page_offers_it_until_it_is_done(browser: Client, target: Target) -> None:
    assert "接转下年计划" not in browser.get("/planner/taoyan-2022/").content.decode()
    assert "录入目标值" in browser.get("/planner/taoyan-2023/").content.decode()


def test_the_sheet_asks_no_more_for_more_targets(browser: Client, target: Target) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(SHEET).status_code == 200
        return len(captured)

    browser.get(SHEET)
    few = count()
    for number in range(6):
        made = make_target(target.plan, make_indicator(f"more.{number}"))
        assert made.pk
    browser.get(SHEET)

    assert count() == few

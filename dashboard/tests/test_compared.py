"""各街道对比: the plans of a year side by side; each subdistrict sees only itself."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Role, Unit
from dashboard.tests.factories import browser_of
from goals.models import Plan
from goals.progress.recompute import recompute
from goals.tests.factories import make_indicator, make_plan, make_reading, make_target, make_unit, make_user

pytestmark = pytest.mark.django_db
DISTRICT = "/compare/"


def subdistrict(code: str, district: Unit) -> Unit:
    return make_unit(code, "subdistrict", district)


def plan_of(unit: Unit, *, done: int = 0, year: int = 2022) -> Plan:
    """A unit's plan of one target of 12, of which so many were done by February."""
    plan = make_plan(f"{unit.code}-{year}", year=year, state="adopted")
    plan.unit = unit
    plan.save()
    office = make_unit(f"{unit.code}-office", "office", unit)
    indicator = make_indicator(f"{unit.code}.firms", office)
    target = make_target(plan, indicator, goal=Decimal(12), lead_office=office)
    make_reading(indicator, date(year, 1, 31), 0, unit=office)
    make_reading(indicator, date(year, 2, 28), done, unit=office)
    recompute([target.pk])
    return plan


@pytest.fixture
def district() -> Unit:
    return make_unit("yuecheng", "district")


@pytest.fixture
def leader(district: Unit) -> Client:
    return browser_of(make_user("district", Role.LEADER, unit=district))


def test_a_district_leader_sees_its_subdistricts_side_by_side(district: Unit, leader: Client) -> None:
    for code in ("taoyan", "fusheng"):
        plan_of(subdistrict(code, district))

    page = leader.get(DISTRICT)

    assert {row.plan.unit.code for row in page.context["plans"]} == {"taoyan", "fusheng"}


def test_those_with_most_that_lags_come_first(district: Unit, leader: Client) -> None:
    plan_of(subdistrict("ahead", district), done=12)
    plan_of(subdistrict("behind", district), done=0)

    rows = leader.get(DISTRICT).context["plans"]

    assert [row.plan.unit.code for row in rows] == ["behind", "ahead"]
    assert rows[0].worst[0].target.code == "behind.firms"
    assert (rows[0].tone, rows[1].tone) == ("behind", "on_track")


def test_an_earlier_day_shows_that_day(district: Unit, leader: Client) -> None:
    plan_of(subdistrict("taoyan", district), done=2)

    earlier = leader.get(f"{DISTRICT}?as_of=2022-01-31").context["plans"][0]
    now = leader.get(DISTRICT).context["plans"][0]

    assert (earlier.summary.completion, now.summary.completion > 0) == (0, True)


def test_a_subdistrict_sees_only_itself(district: Unit) -> None:
    own = subdistrict("taoyan", district)
    plan_of(own)
    plan_of(subdistrict("fusheng", district))
    browser = browser_of(make_user("leader", Role.LEADER, unit=own))

    page = browser.get(DISTRICT)

    assert [row.plan.unit.code for row in page.context["plans"]] == ["taoyan"]
    assert browser.get("/plans/fusheng-2022/").status_code == 404


def test_another_district_is_not_there(district: Unit, leader: Client) -> None:
    plan_of(subdistrict("taoyan", district))
    plan_of(subdistrict("anchang", make_unit("keqiao", "district")))

    assert [row.plan.unit.code for row in leader.get(DISTRICT).context["plans"]] == ["taoyan"]


def test_only_who_sees_several_finds_it_in_the_navigation(district: Unit, leader: Client) -> None:
    own = subdistrict("taoyan", district)
    plan_of(own)
    local = browser_of(make_user("leader", Role.LEADER, unit=own))

    assert f'href="{DISTRICT}"' in leader.get("/").content.decode()
    assert f'href="{DISTRICT}"' not in local.get("/").content.decode()


def test_a_year_is_chosen(district: Unit, leader: Client) -> None:
    unit = subdistrict("taoyan", district)
    plan_of(unit)
    older = make_plan("taoyan-2021", year=2021, state="closed")
    older.unit = unit
    older.save()

    page = leader.get(f"{DISTRICT}?year=2021")

    assert [row.plan.slug for row in page.context["plans"]] == ["taoyan-2021"]
    assert page.context["years"] == [2022, 2021]


@pytest.mark.parametrize("query", ["year=1999", "year=x", "as_of=2021-12-31", "as_of=tomorrow", "as_of=2099-01-01"])
def test_what_is_not_there_is_refused(district: Unit, leader: Client, query: str) -> None:
    plan_of(subdistrict("taoyan", district))

    assert leader.get(f"{DISTRICT}?{query}").status_code == 400


def test_who_sees_no_plan_finds_nothing(district: Unit) -> None:
    plan_of(subdistrict("taoyan", district))

    assert browser_of(make_user("auditor", Role.AUDITOR, unit=district)).get(DISTRICT).status_code == 404
    assert Client().get(DISTRICT)["Location"].startswith("/login/")


def test_it_asks_no_more_for_more_subdistricts(district: Unit, leader: Client) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert leader.get(DISTRICT).status_code == 200
        return len(captured)

    plan_of(subdistrict("first", district))
    few = count()
    for number in range(8):
        plan_of(subdistrict(f"more{number}", district))

    assert count() == few <= 15

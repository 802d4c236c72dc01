"""总览设置: whether units are listed, by the plan's planners alone."""

import pytest
from django.test import Client

from accounts.models import Role, Unit
from audit.models import Event
from dashboard.models import Ranking
from dashboard.tests.factories import browser_of, make_full_plan, make_leader
from goals.tests.factories import make_office, make_unit, make_user

pytestmark = pytest.mark.django_db
ADDRESS = "/plans/taoyan-2022/ranking/"


@pytest.fixture
def planner() -> Client:
    make_full_plan(1)
    return browser_of(make_user("planner", Role.PLANNER, unit=make_unit()))


def test_offices_are_listed_and_villages_not_until_somebody_says_so(planner: Client) -> None:
    form = planner.get(ADDRESS).context["form"]

    assert (form["offices"].value(), form["villages"].value()) == (True, False)


def test_a_planner_switches_them_and_the_trail_knows(planner: Client) -> None:
    answer = planner.post(ADDRESS, {"villages": "on", "version": "1"})

    assert answer.status_code == 302
    assert Ranking.objects.values_list("offices", "villages").get() == (False, True)
    assert Event.objects.filter(record="ranking", action="save").count() == 1


def test_what_a_faster_colleague_saved_is_not_overwritten(planner: Client) -> None:
    planner.post(ADDRESS, {"offices": "on", "version": "1"})
    planner.post(ADDRESS, {"offices": "on", "villages": "on", "version": "1"})

    answer = planner.post(ADDRESS, {"version": "1"})

    assert answer.status_code == 400
    assert Ranking.objects.values_list("offices", "villages").get() == (True, True)


@pytest.mark.parametrize("role", [Role.LEADER, Role.REPORTER, Role.REVIEWER])
def test_nobody_else_may(planner: Client, role: str) -> None:
    other = browser_of(make_user("other", role, unit=make_office()))

    assert other.get(ADDRESS).status_code == 403
    assert other.post(ADDRESS, {"villages": "on", "version": "1"}).status_code == 403
    assert not Ranking.objects.exists()


def test_another_subdistricts_planner_finds_nothing(planner: Client) -> None:
    unit = Unit.objects.create(code="elsewhere", name="elsewhere", kind="subdistrict")

    assert browser_of(make_user("stranger", Role.PLANNER, unit=unit)).get(ADDRESS).status_code == 404


def test_a_leader_is_not_offered_the_switch(planner: Client) -> None:
    assert ADDRESS not in browser_of(make_leader()).get("/").content.decode()

"""What a planner writes by REST, and what is refused."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from audit.models import Event
from goals.models import Adjustment, Indicator, Target
from goals.tests.factories import (
    client_of,
    make_office,
    make_unit,
    make_user,
)

pytestmark = pytest.mark.django_db
API = "/api/v1/"


@pytest.fixture
def planner() -> APIClient:
    make_office()
    return client_of(make_user("petra", "planner"))


def post(client: APIClient, path: str, **data: Any) -> Any:
    return client.post(f"{API}{path}/", data, format="json")


def build(planner: APIClient) -> dict[str, Any]:
    """A plan with a section, a theme and an indicator, all made by REST."""
    made = {
        "plan": post(planner, "plans", slug="p", name="计划", unit="taoyan", start="2022-01-01", end="2022-12-31"),
        "section": post(planner, "sections", plan="p", code="s", name="板块", order=1),
        "theme": post(planner, "themes", plan="p", section="s", code="t", name="主题"),
        "programme": post(planner, "programmes", plan="p", code="g", name="专项", group="攻坚"),
        "indicator": post(planner, "indicators", code="i", name="指标", basis="amount", reporting_units=["office"]),
    }
    assert {name: answer.status_code for name, answer in made.items()} == dict.fromkeys(made, 201), made
    return made


def post_target(planner: APIClient, **terms: Any) -> Any:
    data = {"plan": "p", "theme": "t", "indicator": "i", "code": "c", "name": "目标", "rule": "total"}
    return post(planner, "targets", **(data | {"comparator": "at_least", "goal": 100} | terms))


def test_a_plan_is_built_from_nothing(planner: APIClient) -> None:
    build(planner)

    answer = post_target(planner, programmes=["g"], lead_office="office", allocations={"office": 60}).json()

    assert answer["due"] == "2022-12-31" and answer["weight"] == 1 and answer["section"] == "s"
    assert answer["allocations"] == {"office": 60} and answer["programmes"] == ["g"]
    assert answer["progress"]["status"] == "no_data"


def test_an_indicator_has_its_defaults(planner: APIClient) -> None:
    made = build(planner)["indicator"].json()

    assert made["frequency"] == "monthly" and made["aggregation"] == "sum" and made["whole"] is False
    assert (made["minimum"], made["maximum"], made["deadline_day"], made["deadline_lag"]) == (None, None, 10, 1)
    assert made["reporting_units"] == ["office"]


def test_an_indicator_without_a_reporting_unit_is_refused(planner: APIClient) -> None:
    answer = post(planner, "indicators", code="i", name="指标", basis="amount")

    assert answer.status_code == 400 and answer.json()["errors"][0]["attr"] == "reporting_units"
    assert not Indicator.objects.exists()


def test_a_rate_has_exactly_one_reporting_unit(planner: APIClient) -> None:
    answer = post(planner, "indicators", code="i", name="指标", basis="rate", reporting_units=["office", "taoyan"])

    assert answer.status_code == 400 and answer.json()["errors"][0]["attr"] == "reporting_units"


@pytest.mark.parametrize(
    ("terms", "attr"),
    [
        ({"rule": "share"}, "rule"),
        ({"goal": None}, "goal"),
        ({"goal": "NaN"}, "goal"),
        ({"due": "2021-12-31"}, "due"),
        ({"due": "2022-02-30"}, "due"),
        ({"pace": "planned"}, "planned"),
        ({"pace": "planned", "planned": {"2022-06-30": 120, "2022-12-31": 100}}, "planned"),
        ({"pace": "planned", "planned": {"2022-12-31": 90}}, "planned"),
        ({"planned": {"2022-12-30": 100}}, "planned"),
        ({"band": -1}, "band"),
        ({"weight": -1}, "weight"),
        ({"theme": "nowhere"}, "theme"),
        ({"indicator": "nothing"}, "indicator"),
        ({"lead_office": "nobody"}, "lead_office"),
        ({"programmes": ["none"]}, "programmes"),
        ({"name": "a\x00b"}, "name"),
        ({"name": "a\u202eb"}, "name"),
        ({"comparator": "below_last_year"}, "comparator"),
    ],
)
def test_terms_that_cannot_be_are_refused_by_name(planner: APIClient, terms: dict[str, Any], attr: str) -> None:
    build(planner)

    answer = post_target(planner, **terms)

    assert answer.status_code == 400 and answer.json()["errors"][0]["attr"].split(".")[0] == attr
    assert not Target.objects.exists()


@pytest.mark.parametrize(
    ("path", "data", "attr"),
    [
        ("plans", {"slug": "q", "name": "x", "unit": "taoyan", "start": "2022-02-01", "end": "2022-12-31"}, "start"),
        ("plans", {"slug": "q", "name": "x", "unit": "taoyan", "start": "2022-01-01", "end": "2022-11-30"}, "end"),
        ("plans", {"slug": "q/r", "name": "x", "unit": "taoyan", "start": "2022-01-01", "end": "2022-12-31"}, "slug"),
        ("sections", {"plan": "p", "code": "s", "name": "x"}, "code"),
        ("themes", {"plan": "p", "section": "none", "code": "t2", "name": "x"}, "section"),
        ("units", {"code": "u", "name": "x", "kind": "castle"}, "kind"),
        ("units", {"code": "office", "name": "x", "kind": "office"}, "code"),
        ("posts", {"code": "p", "name": "x", "unit": "none"}, "unit"),
        ("profiles", {"code": "own", "version": 1, "source": "x", "bands": {"total": {"points": "5"}}}, "bands"),
    ],
)
def test_a_record_that_cannot_be_is_refused_by_name(
    planner: APIClient, path: str, data: dict[str, Any], attr: str
) -> None:
    build(planner)

    answer = post(planner, path, **data)

    assert answer.status_code == 400 and answer.json()["errors"][0]["attr"].split(".")[0] == attr


def test_a_profile_is_named_by_code_and_version(planner: APIClient) -> None:
    bands = {rule: {"points": "5"} for rule in ("total", "level", "milestones", "growth", "share")}
    made = post(planner, "profiles", code="own", version=2, source="文件", bands=bands)

    assert made.status_code == 201
    assert planner.get(f"{API}profiles/own@2/").json()["version"] == 2


def test_a_unit_does_not_become_its_own_descendant(planner: APIClient) -> None:
    answer = planner.patch(f"{API}units/taoyan/", {"parent": "office"}, format="json")

    assert answer.status_code == 400 and answer.json()["errors"][0]["attr"] == "parent"


def test_what_is_referred_to_is_not_deleted(planner: APIClient) -> None:
    build(planner)

    assert planner.delete(f"{API}units/office/").status_code == 409


def test_a_plan_is_not_adopted_while_a_target_has_no_lead_office(planner: APIClient) -> None:
    build(planner)
    post_target(planner)

    assert planner.post(f"{API}plans/p/adopt/").status_code == 400


def test_an_adopted_plans_terms_change_by_adjustment_alone(planner: APIClient) -> None:
    build(planner)
    pk = post_target(planner, lead_office="office").json()["id"]
    adopted = planner.post(f"{API}plans/p/adopt/")
    head = {"category": "policy", "applicant": "经发办", "meeting": "办公会", "document_number": "1号"}

    refused = planner.patch(f"{API}targets/{pk}/", {"goal": 80}, format="json")
    adjusted = planner.post(f"{API}targets/{pk}/adjust/", head | {"in_force_from": "2022-07-01", "goal": 80}, "json")

    assert adopted.json()["state"] == "adopted" and refused.status_code == 409
    assert adjusted.status_code == 201 and Adjustment.objects.get().goal == 80


def test_progress_uses_the_terms_in_force_on_the_day(planner: APIClient) -> None:
    build(planner)
    pk = post_target(planner, lead_office="office").json()["id"]
    planner.post(f"{API}plans/p/adopt/")
    head = {"category": "policy", "applicant": "经发办", "meeting": "办公会", "document_number": "1号"}
    planner.post(f"{API}targets/{pk}/adjust/", head | {"in_force_from": "2022-07-01", "goal": 80}, "json")

    goals = [
        planner.get(f"{API}targets/{pk}/explanation/?as_of={day}").json()["terms"]["goal"]
        for day in ("2022-06-30", "2022-07-01")
    ]

    assert goals == [100, 80]


@pytest.mark.parametrize("role", ["reporter", "reviewer", "leader", "data_feed"])
@pytest.mark.parametrize("path", ["units", "posts", "profiles", "plans", "sections", "indicators", "targets"])
def test_only_a_planner_writes_them(planner: APIClient, role: str, path: str) -> None:
    build(planner)
    other = client_of(make_user("other", role, unit=make_unit()))
    bands = {rule: {"points": "5"} for rule in ("total", "level", "milestones", "growth", "share")}
    data: dict[str, dict[str, Any]] = {
        "units": {"code": "u", "name": "x", "kind": "office"},
        "posts": {"code": "p", "name": "x", "unit": "office"},
        "profiles": {"code": "own", "version": 1, "source": "x", "bands": bands},
        "plans": {"slug": "q", "name": "x", "unit": "taoyan", "start": "2022-01-01", "end": "2022-12-31"},
        "sections": {"plan": "p", "code": "s2", "name": "x"},
        "indicators": {"code": "i2", "name": "x", "basis": "amount", "reporting_units": ["office"]},
        "targets": {"plan": "p", "theme": "t", "indicator": "i", "code": "c", "name": "x", "rule": "total", "goal": 1},
    }
    events = Event.objects.count()

    assert post(other, path, **data[path]).status_code == 403
    assert Event.objects.count() == events

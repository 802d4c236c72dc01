"""Plans, their headings, profiles, units and indicators by REST: what is kept, and what is refused by name."""

from datetime import date
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Post, PostHolder
from goals import measures
from goals.models import Plan, WarningProfile
from goals.tests.factories import (
    client_of,
    make_indicator,
    make_office,
    make_plan,
    make_reading,
    make_target,
    make_user,
)
from goals.tests.pages.factories import SEPTEMBER, Cast, make_cast

pytestmark = pytest.mark.django_db
API = "/api/v1/"
BANDS = {rule: {"points": "5"} for rule in ("total", "level", "milestones", "growth", "share")}


@pytest.fixture
def cast() -> Cast:
    cast = make_cast()
    Plan.objects.update(state=Plan.State.DRAFT)
    return cast


@pytest.fixture
def planner(cast: Cast) -> APIClient:
    return client_of(cast.planner)


def refused(answer: Any) -> set[str]:
    assert answer.status_code == 400, answer.content
    return {e["attr"] for e in answer.json()["errors"]}


def plan(**fields: Any) -> dict[str, Any]:
    return {"slug": "next", "name": "明年", "unit": "taoyan", "start": "2023-01-01", "end": "2023-12-31"} | fields


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"start": None, "end": None}, "start"),
        ({"start": "2023-02-01"}, "start"),
        ({"end": "2023-11-30"}, "end"),
        ({"end": "2024-12-31"}, "end"),
        ({"start": "2000-01-01", "end": "2000-12-31"}, "start"),
        ({"start": "soon"}, "start"),
        ({"profile": "default@9"}, "profile"),
        ({"profile": "default"}, "profile"),
        ({"profile": 5}, "profile"),
        ({"unit": "nowhere"}, "unit"),
        ({"slug": "taoyan-2022"}, "slug"),
        ({"slug": "with blanks"}, "slug"),
        ({"name": "a\x00b"}, "name"),
    ],
)
def test_a_wrong_plan_is_refused_by_field(planner: APIClient, fields: dict[str, Any], named: str) -> None:
    body = {k: v for k, v in plan(**fields).items() if v is not None}

    assert named in refused(planner.post(f"{API}plans/", body, format="json"))
    assert Plan.objects.count() == 1


def test_a_plan_with_targets_keeps_its_year(planner: APIClient) -> None:
    body = {"start": "2023-01-01", "end": "2023-12-31"}

    assert refused(planner.patch(f"{API}plans/taoyan-2022/", body, format="json")) == {"start"}


def test_a_plan_is_renamed_and_gets_another_profile(planner: APIClient) -> None:
    planner.post(f"{API}profiles/", {"code": "own", "version": 2, "source": "文件", "bands": BANDS}, format="json")

    answer = planner.patch(f"{API}plans/taoyan-2022/", {"name": "新名", "profile": "own@2"}, format="json").json()

    assert (answer["name"], answer["profile"], answer["version"]) == ("新名", "own@2", 2)


@pytest.mark.parametrize(
    "bands",
    [
        None,
        [],
        {},
        {"total": {"points": "5"}},
        BANDS | {"total": {"points": "-1"}},
        BANDS | {"total": {"points": "x"}},
        BANDS | {"total": {"points": True}},
        BANDS | {"odd": {"points": "1"}},
        BANDS | {"total": 5},
    ],
)
def test_bands_with_a_gap_or_nonsense_are_refused(planner: APIClient, bands: Any) -> None:
    body = {"code": "own", "version": 1, "source": "文件", "bands": bands}

    assert any(found.startswith("bands") for found in refused(planner.post(f"{API}profiles/", body, format="json")))
    assert WarningProfile.objects.count() == 1


def test_a_profile_that_a_plan_uses_is_not_deleted(planner: APIClient) -> None:
    assert planner.delete(f"{API}profiles/default@1/").status_code == 409
    assert planner.get(f"{API}profiles/default@9/").status_code == 404


def new_profile(planner: APIClient, version: int) -> None:
    body = {"code": "own", "version": version, "source": "文件", "bands": BANDS}
    assert planner.post(f"{API}profiles/", body, format="json").status_code == 201


@pytest.mark.parametrize("change", [{"bands": BANDS | {"total": {"points": "99"}}}, {"source": "改"}, {"version": 7}])
def test_an_edition_that_a_plan_uses_does_not_change(planner: APIClient, change: dict[str, Any]) -> None:
    new_profile(planner, 1)
    planner.patch(f"{API}plans/taoyan-2022/", {"profile": "own@1"}, format="json")

    answer = planner.patch(f"{API}profiles/own@1/", change, format="json")

    assert answer.status_code == 409
    assert "另建新版本" in answer.json()["errors"][0]["detail"]
    assert planner.get(f"{API}profiles/own@1/").json()["bands"] == BANDS


def test_the_way_is_a_new_edition_which_a_draft_chooses(cast: Cast, planner: APIClient) -> None:
    for version in (1, 2):
        new_profile(planner, version)
        planner.patch(f"{API}plans/taoyan-2022/", {"profile": f"own@{version}"}, format="json")

    assert planner.get(f"{API}plans/taoyan-2022/").json()["profile"] == "own@2"
    assert cast.target.mark.dirty_gen >= 1


def test_an_edition_that_nobody_uses_may_be_put_right(planner: APIClient) -> None:
    new_profile(planner, 1)

    answer = planner.patch(f"{API}profiles/own@1/", {"source": "陶街〔2022〕3号"}, format="json")

    assert (answer.status_code, answer.json()["source"]) == (200, "陶街〔2022〕3号")


@pytest.mark.parametrize("change", [{"profile": "own@1"}, {"unit": "office"}])
def test_an_adopted_plan_keeps_its_unit_and_its_profile(planner: APIClient, change: dict[str, Any]) -> None:
    new_profile(planner, 1)
    Plan.objects.update(state=Plan.State.ADOPTED)

    answer = planner.patch(f"{API}plans/taoyan-2022/", change, format="json")

    assert answer.status_code == 409
    assert Plan.objects.get().profile.code == "default"


@pytest.mark.parametrize("path", ["sections", "themes", "programmes"])
def test_a_heading_keeps_its_plan_and_its_code_is_its_own(cast: Cast, planner: APIClient, path: str) -> None:
    make_plan("other", 2021)
    body = {"plan": "taoyan-2022", "code": "mine", "name": "标题", "section": "section"}
    made = planner.post(f"{API}{path}/", body, format="json")
    pk = made.json()["id"]

    assert made.status_code == 201
    assert "code" in refused(planner.post(f"{API}{path}/", body, format="json"))
    assert refused(planner.patch(f"{API}{path}/{pk}/", {"plan": "other"}, format="json")) == {"plan"}
    assert refused(planner.post(f"{API}{path}/", body | {"plan": "nowhere"}, format="json")) >= {"plan"}
    assert planner.patch(f"{API}{path}/{pk}/", {"name": "新标题"}, format="json").json()["name"] == "新标题"
    assert planner.delete(f"{API}{path}/{pk}/").status_code == 204


def test_a_theme_stands_in_a_section_of_its_plan(planner: APIClient) -> None:
    body = {"plan": "taoyan-2022", "code": "mine", "name": "主题", "section": "nowhere"}

    assert refused(planner.post(f"{API}themes/", body, format="json")) == {"section"}


def test_a_theme_with_targets_is_not_deleted(cast: Cast, planner: APIClient) -> None:
    assert planner.delete(f"{API}themes/{cast.target.theme_id}/").status_code == 409


def test_nothing_of_an_adopted_plan_is_deleted(cast: Cast, planner: APIClient) -> None:
    Plan.objects.update(state=Plan.State.ADOPTED)

    assert planner.delete(f"{API}targets/{cast.target.pk}/").status_code == 409
    assert planner.post(f"{API}plans/taoyan-2022/adopt/").status_code == 409


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"basis": "odd"}, "basis"),
        ({"frequency": "odd"}, "frequency"),
        ({"aggregation": "mean"}, "aggregation"),
        ({"minimum": 5, "maximum": 1}, "maximum"),
        ({"deadline_day": 0}, "deadline_day"),
        ({"deadline_lag": 4}, "deadline_lag"),
        ({"reporting_units": ["nowhere"]}, "reporting_units"),
        ({"reporting_units": []}, "reporting_units"),
        ({"reporting_units": "office"}, "reporting_units"),
        ({"feeds": ["nobody"]}, "feeds"),
        ({"measure": "nothing"}, "measure"),
        ({"measure": measures.MILESTONES}, "reporting_units"),
        ({"code": "firms"}, "code"),
        ({"code": "ünïcode"}, "code"),
        ({"whole": "yes"}, "whole"),
    ],
)
def test_a_wrong_indicator_is_refused_by_field(planner: APIClient, fields: dict[str, Any], named: str) -> None:
    body = {"code": "new", "name": "指标", "basis": "amount", "reporting_units": ["office"]} | fields

    answer = planner.post(f"{API}indicators/", body, format="json")

    assert any(found.startswith(named) for found in refused(answer))


def test_an_indicator_with_readings_keeps_its_basis(cast: Cast, planner: APIClient) -> None:
    make_reading(cast.indicator, SEPTEMBER.replace(month=12, day=31), 1)

    assert planner.patch(f"{API}indicators/firms/", {"basis": "level"}, format="json").status_code == 409


def test_a_unit_that_leaves_today_reported_until_yesterday(cast: Cast, planner: APIClient) -> None:
    planner.post(f"{API}units/", {"code": "new", "name": "新办", "kind": "office", "parent": "taoyan"}, format="json")

    planner.patch(f"{API}indicators/firms/", {"reporting_units": ["office", "new"]}, format="json")
    answer = planner.patch(f"{API}indicators/firms/", {"reporting_units": ["office"]}, format="json").json()

    assert answer["reporting_units"] == ["office"]
    # It came and went on the same day: it never reported.
    assert cast.indicator.reporting.count() == 1


def test_an_indicator_that_nothing_uses_is_deleted(planner: APIClient) -> None:
    make_indicator("spare")

    assert planner.delete(f"{API}indicators/spare/").status_code == 204


def test_a_rule_and_its_counting_belong_together(cast: Cast, planner: APIClient) -> None:
    counted = make_indicator("counted", measure=measures.MILESTONES)
    target = make_target(cast.plan, counted, rule="milestones")

    wrong = planner.patch(f"{API}targets/{target.pk}/", {"rule": "total"}, format="json")
    other = planner.patch(f"{API}targets/{cast.target.pk}/", {"rule": "milestones"}, format="json")

    assert refused(wrong) == {"rule"}
    assert "rule" in refused(other)


@pytest.mark.parametrize("path", ["units/office/", "posts/none/"])
def test_a_visitor_reads_nothing(cast: Cast, path: str) -> None:
    assert APIClient().get(API + path).status_code == 401


@pytest.mark.parametrize(
    ("query", "count"),
    [("kind=office", 1), ("kind=village", 0), ("parent=taoyan", 2), ("under=taoyan", 3), ("under=nowhere", 0)],
)
def test_units_are_found_by_kind_parent_and_subtree(cast: Cast, query: str, count: int) -> None:
    from accounts.models import Unit

    Unit.objects.filter(code="other_office").update(kind="centre")

    assert client_of(cast.leader).get(f"{API}units/?{query}").json()["count"] == count


def test_a_posts_role_and_holders_are_told(cast: Cast, planner: APIClient) -> None:
    body = {"code": "statistics", "name": "统计岗", "unit": "office", "role": "reporter"}
    made = planner.post(f"{API}posts/", body, format="json")
    post = Post.objects.get()
    days = [(date(2021, 1, 1), date(2022, 10, 11)), (date(2022, 10, 12), None), (date(2022, 11, 1), date(2022, 11, 5))]
    for number, (first, last) in enumerate(days):
        PostHolder.objects.create(
            post=post, user=make_user(f"u{number}"), held_from=first, held_to=last, is_deputy=number == 2
        )

    holders = planner.get(f"{API}posts/statistics/").json()["holders"]

    assert made.json()["role"] == "reporter"
    assert holders == [
        {"user": "u1", "name": "u1", "from": "2022-10-12", "to": None, "deputy": False},
        {"user": "u2", "name": "u2", "from": "2022-11-01", "to": "2022-11-05", "deputy": True},
    ]


@pytest.mark.parametrize("role", ["planner", "administrator", "king", 5])
def test_a_post_brings_no_role_but_reporter_reviewer_or_leader(planner: APIClient, role: object) -> None:
    make_office()
    body = {"code": "p", "name": "x", "unit": "office", "role": role}

    answer = planner.post(f"{API}posts/", body, format="json")

    assert answer.status_code == 400
    assert [e["attr"] for e in answer.json()["errors"]] == ["role"]


def test_a_post_that_somebody_held_is_not_deleted(cast: Cast, planner: APIClient) -> None:
    post = Post.objects.create(code="p", name="p", unit=cast.office)
    PostHolder.objects.create(post=post, user=cast.official, held_from=date(2021, 1, 1), held_to=date(2021, 2, 1))

    assert planner.delete(f"{API}posts/p/").status_code == 409


def test_posts_are_kept_by_planners(cast: Cast, planner: APIClient) -> None:
    made = planner.post(f"{API}posts/", {"code": "deputy", "name": "副主任", "unit": "office"}, format="json")

    assert made.status_code == 201 and made.json()["holders"] == []
    assert planner.patch(f"{API}posts/deputy/", {"name": "主任"}, format="json").json()["name"] == "主任"
    assert planner.get(f"{API}posts/?unit=office").json()["count"] == 1
    assert planner.delete(f"{API}posts/deputy/").status_code == 204
    assert client_of(cast.leader).post(f"{API}posts/", {"code": "x"}, format="json").status_code == 403

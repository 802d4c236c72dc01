"""REST: orders, filtered; issued by leaders; each step an address; refusals with the field named."""

import json
from datetime import date
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Role
from accounts.tests.factories import queries
from audit.models import Event
from common import clock
from goals.models import Notice
from goals.tests.factories import client_of, make_unit, make_user
from projects.tests.factories import make_project
from supervision.models import Extension, Order, Step
from supervision.tests.factories import DEADLINE, Cast, make_red_target

pytestmark = pytest.mark.django_db
ORDERS = "/api/v1/orders/"


@pytest.fixture
def leader(cast: Cast) -> APIClient:
    return client_of(cast.leader)


def post(client: APIClient, address: str, **body: Any) -> Any:
    return client.post(address, body, format="json")


def attrs(answer: Any) -> set[str]:
    return {error["attr"] for error in answer.json()["errors"]}


def terms(cast: Cast, **given: Any) -> dict[str, Any]:
    return {"target": cast.target.pk, "requirement": "月底前报出名单", "working_days": 10} | given


def test_a_red_target_gets_its_order_which_is_extended_answered_returned_answered_and_closed(cast: Cast) -> None:
    leader, planner, reporter, holder = (client_of(u) for u in (cast.leader, cast.planner, cast.reporter, cast.holder))
    assert leader.get(f"/api/v1/targets/{cast.target.pk}/").json()["progress"]["status"] == "behind"

    made = post(leader, ORDERS, **terms(cast, grade="listed"))
    assert made.status_code == 201, made.json()
    assert (made.json()["state"], made.json()["next_step"], made.json()["next_due"]) == (
        *("issued", "sign"),
        "2022-10-13",
    )
    at = f"{ORDERS}{made.json()['id']}/"

    course: list[tuple[APIClient, str, dict[str, Any], str]] = [
        (reporter, "sign", {}, "signed"),
        (reporter, "extend", {"new_deadline": "2022-11-09", "reason": "会议改期"}, "signed"),
        (leader, "decide", {"grant": True}, "signed"),
        (reporter, "feedback", {"done": "走访 11 家", "next_step": "月底前申报"}, "signed"),
        (holder, "apply", {"result": "名单已报出"}, "applied"),
        (planner, "return", {"reason": "缺两户"}, "signed"),
        (holder, "apply", {"result": "已补齐"}, "applied"),
        (planner, "verify", {"opinion": "属实"}, "verified"),
        (leader, "close", {}, "closed"),
    ]
    for client, name, body, state in course:
        answer = post(client, f"{at}{name}/", **body)
        assert (answer.status_code, answer.json().get("state")) == (200, state), answer.json()

    found = reporter.get(at).json()
    assert (found["deadline"], found["first_deadline"], found["late"]) == ("2022-11-09", "2022-10-26", False)
    assert [s["kind"] for s in found["steps"]] == [
        *("draft", "issue", "sign", "ask_extension", "grant_extension", "feedback"),
        *("apply", "return", "apply", "verify", "close"),
    ]
    assert found["steps"][6]["post"] == "deputy_economy"
    assert Event.objects.filter(record="supervision_order").count() == 11
    assert post(leader, ORDERS, **terms(cast)).status_code == 201, "the item may get another"


def test_an_order_is_named_by_codes_and_dates(cast: Cast, leader: APIClient) -> None:
    cast.issue()

    found = leader.get(ORDERS).json()["results"][0]

    assert (found["plan"], found["section"], found["target"], found["project"]) == (
        *("taoyan-2022", "section"),
        *(cast.target.pk, None),
    )
    assert (found["lead_office"], found["responsible_post"], found["issuing_post"]) == (
        *("office", "deputy_economy"),
        "director",
    )
    assert (found["number"], found["deadline"], found["status"], found["days_over"]) == (1, "2022-10-26", "behind", 0)


def test_a_planner_drafts_and_a_leader_issues_with_changes(cast: Cast, leader: APIClient) -> None:
    planner = client_of(cast.planner)
    assert post(planner, ORDERS, **terms(cast)).status_code == 403

    drafted = post(planner, ORDERS, **terms(cast, state="draft")).json()
    assert (drafted["state"], drafted["deadline"], drafted["next_step"]) == ("draft", None, "issue")
    assert client_of(cast.reporter).get(f"{ORDERS}{drafted['id']}/").status_code == 404

    issued = post(leader, f"{ORDERS}{drafted['id']}/issue/", grade="reminder").json()
    assert (issued["state"], issued["grade"], issued["requirement"]) == ("issued", "reminder", "月底前报出名单")


def test_a_work_is_ordered_too(cast: Cast, leader: APIClient) -> None:
    work = make_project(cast.plan, responsible_post=cast.post)

    found = post(leader, ORDERS, **terms(cast, target=None, project=work.pk)).json()

    assert (found["project"], found["target"], found["name"]) == (work.pk, None, "work")


@pytest.mark.parametrize(
    ("wrong", "attr"),
    [
        ({"deadline": "2022-10-11", "working_days": None}, "deadline"),
        ({"deadline": "soon", "working_days": None}, "deadline"),
        ({"deadline": "2022-10-26"}, "deadline"),
        ({"working_days": None}, "working_days"),
        ({"working_days": 0}, "working_days"),
        ({"working_days": True}, "working_days"),
        ({"working_days": 10**30}, "working_days"),
        ({"requirement": " "}, "requirement"),
        ({"requirement": "\u202e"}, "requirement"),
        ({"requirement": None}, "requirement"),
        ({"grade": "grave"}, "grade"),
        ({"lead_office": "nobody"}, "lead_office"),
        ({"responsible_post": 7}, "responsible_post"),
        ({"target": None}, "target"),
        ({"target": 999_999}, "target"),
        ({"target": True}, "target"),
        ({"project": 999_999}, "project"),
        ({"state": "closed"}, "state"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_stored(
    cast: Cast, leader: APIClient, wrong: dict[str, Any], attr: str
) -> None:
    answer = post(leader, ORDERS, **terms(cast, **wrong))

    assert (answer.status_code, attrs(answer)) == (400, {attr})
    assert not Order.objects.exists() and not Step.objects.exists() and not Notice.objects.exists()


def test_one_of_target_and_project_is_ordered(cast: Cast, leader: APIClient) -> None:
    answer = post(leader, ORDERS, **terms(cast, project=make_project(cast.plan).pk))

    assert (answer.status_code, attrs(answer)) == (400, {"project"})


def test_a_second_order_on_an_item_is_a_conflict(cast: Cast, leader: APIClient) -> None:
    cast.issue()

    assert post(leader, ORDERS, **terms(cast)).status_code == 409
    assert Order.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "body", "attr"),
    [
        ("feedback", {"done": "", "next_step": "申报"}, "done"),
        ("feedback", {"done": "走访"}, "next_step"),
        ("extend", {"new_deadline": "2022-10-26", "reason": "改期"}, "new_deadline"),
        ("extend", {"new_deadline": "2022-10-01", "reason": "改期"}, "new_deadline"),
        ("extend", {"new_deadline": "2022-11-09", "reason": "　"}, "reason"),
        ("extend", {"reason": "改期"}, "new_deadline"),
    ],
)
def test_what_is_wrong_with_a_step_is_named(cast: Cast, name: str, body: dict[str, Any], attr: str) -> None:
    order = cast.signed()

    answer = post(client_of(cast.reporter), f"{ORDERS}{order.pk}/{name}/", **body)

    assert (answer.status_code, attrs(answer)) == (400, {attr})
    assert order.steps.count() == 3 and not Extension.objects.exists()


def test_an_extension_asked_after_the_deadline_names_its_field(cast: Cast) -> None:
    order, reporter = cast.signed(), client_of(cast.reporter)

    with clock.pretending(date(2022, 10, 27)):
        answer = post(reporter, f"{ORDERS}{order.pk}/extend/", new_deadline="2022-11-09", reason="改期")

    assert (answer.status_code, attrs(answer)) == (400, {"new_deadline"})
    assert not Extension.objects.exists()


@pytest.mark.parametrize(("body", "attr"), [({}, "grant"), ({"grant": 1}, "grant"), ({"grant": False}, "decision")])
def test_a_decision_says_yes_or_why_not(cast: Cast, leader: APIClient, body: dict[str, Any], attr: str) -> None:
    order = cast.signed()
    post(client_of(cast.reporter), f"{ORDERS}{order.pk}/extend/", new_deadline="2022-11-09", reason="改期")

    answer = post(leader, f"{ORDERS}{order.pk}/decide/", **body)

    assert (answer.status_code, attrs(answer)) == (400, {attr})
    assert Extension.objects.get().state == "requested"


def test_wf_15_an_order_is_not_closed_by_who_answered_nor_answered_once_closed(cast: Cast, leader: APIClient) -> None:
    order = cast.verified()
    for user in (cast.holder, cast.reporter):
        assert post(client_of(user), f"{ORDERS}{order.pk}/close/").status_code == 403
    assert Order.objects.get().state == "verified"

    assert post(leader, f"{ORDERS}{order.pk}/close/").status_code == 200
    for name, body in (("apply", {"result": "又办"}), ("feedback", {"done": "又办", "next_step": "再办"})):
        user = cast.holder if name == "apply" else cast.reporter
        assert post(client_of(user), f"{ORDERS}{order.pk}/{name}/", **body).status_code == 409
    assert order.steps.count() == 6


STEPS: dict[str, dict[str, Any]] = {
    "issue": {},
    "sign": {},
    "feedback": {"done": "走访", "next_step": "申报"},
    "extend": {"new_deadline": "2022-11-09", "reason": "会议改期"},
    "decide": {"grant": True},
    "apply": {"result": "已办"},
    "verify": {},
    "return": {"reason": "缺两户"},
    "close": {},
    "withdraw": {"reason": "情况有变"},
}


@pytest.mark.parametrize("name", STEPS)
def test_who_only_sees_an_order_takes_no_step(cast: Cast, name: str) -> None:
    order = cast.issue()

    answer = post(client_of(cast.other), f"{ORDERS}{order.pk}/{name}/", **STEPS[name])

    assert answer.status_code in (403, 409)
    assert order.steps.count() == 2


@pytest.mark.parametrize("name", ["", *(f"{name}/" for name in STEPS)])
def test_another_subdistrict_does_not_see_it_and_an_auditor_sees_none(cast: Cast, name: str) -> None:
    order = cast.issue()
    stranger = client_of(make_user("stranger", Role.LEADER, Role.PLANNER, unit=make_unit("elsewhere")))
    auditor = client_of(make_user("auditor", Role.AUDITOR, unit=make_unit()))

    for client, expected in ((stranger, 404), (auditor, 403)):
        where = f"{ORDERS}{order.pk}/{name}"
        answer = client.post(where, STEPS.get(name.strip("/"), {}), format="json") if name else client.get(where)
        assert answer.status_code == expected
    assert stranger.get(ORDERS).json()["count"] == 0
    assert APIClient().get(ORDERS).status_code == 401


def test_a_token_that_only_reads_takes_no_step(cast: Cast) -> None:
    order = cast.issue()

    assert post(client_of(cast.reporter, "read"), f"{ORDERS}{order.pk}/sign/").status_code == 403


def test_no_order_is_deleted_or_overwritten(cast: Cast, leader: APIClient) -> None:
    order = cast.issue()

    for method in (leader.delete, leader.put, leader.patch):
        assert method(f"{ORDERS}{order.pk}/").status_code == 405


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", [2, 1]),
        ("state=signed", [1]),
        ("state=issued&grade=order", [2]),
        ("grade=listed", []),
        ("plan=taoyan-2022&section=section&lead_office=office", [2, 1]),
        ("responsible_post=deputy_economy", [2, 1]),
        ("responsible_post=director", []),
        ("open=false", []),
        ("late=true", [2]),
        ("late=false", [1]),
        ("mine=true", []),
        ("issued_after=2022-10-13", []),
        ("issued_before=2022-10-12", [2, 1]),
        ("search=work", [2]),
        ("ordering=number", [1, 2]),
    ],
)
def test_it_filters(cast: Cast, leader: APIClient, query: str, numbers: list[int]) -> None:
    cast.signed()
    second = cast.issue(thing=make_project(cast.plan, responsible_post=cast.post))
    Order.objects.filter(pk=second.pk).update(next_due=date(2022, 10, 11))

    assert [row["number"] for row in leader.get(f"{ORDERS}?{query}").json()["results"]] == numbers


def test_it_filters_by_item_and_by_whose_turn_it_is(cast: Cast) -> None:
    order, reporter = cast.issue(), client_of(cast.reporter)

    for query, count in ((f"target={cast.target.pk}", 1), ("target=999", 0), ("project=1", 0), ("mine=true", 1)):
        assert reporter.get(f"{ORDERS}?{query}").json()["count"] == count
    assert client_of(cast.planner).get(f"{ORDERS}?mine=true").json()["count"] == 0
    assert order.deadline == DEADLINE


@pytest.mark.parametrize(
    "query", ["state=none", "late=maybe", "target=x", "issued_after=never", "colour=red", "ordering=x"]
)
def test_an_unknown_value_or_parameter_is_named(leader: APIClient, query: str) -> None:
    answer = leader.get(f"{ORDERS}?{query}")

    assert (answer.status_code, attrs(answer)) == (400, {query.split("=")[0]})


def test_queries_of_the_list_do_not_grow(cast: Cast, leader: APIClient) -> None:
    def more(numbers: range) -> None:
        for number in numbers:
            cast.issue(thing=make_red_target(cast.plan, cast.post, f"red{number}"))

    more(range(2))
    leader.get(ORDERS)  # notes the token's use
    few = queries(lambda: leader.get(ORDERS))
    more(range(2, 7))

    assert queries(lambda: leader.get(ORDERS)) == few


def test_the_schema_describes_every_step(leader: APIClient) -> None:
    schema = json.loads(leader.get("/api/schema/", HTTP_ACCEPT="application/vnd.oai.openapi+json").content)

    assert {f"{ORDERS}{{id}}/{name}/" for name in STEPS} <= set(schema["paths"])
    order = schema["components"]["schemas"]["Order"]
    assert {"state", "next_step", "steps", "extensions", "late"} <= set(order["properties"])


def test_a_step_holds_if_match_against_the_order(cast: Cast) -> None:
    order, reporter = cast.issue(), client_of(cast.reporter)
    at = f"{ORDERS}{order.pk}/"
    tag = reporter.get(at)["ETag"]
    assert reporter.post(f"{at}sign/", HTTP_IF_MATCH=tag).status_code == 200
    said = {"done": "走访", "next_step": "申报"}

    stale = reporter.post(f"{at}feedback/", said, format="json", HTTP_IF_MATCH=tag)

    assert stale.status_code == 412
    assert [s.kind for s in order.steps.all()] == ["draft", "issue", "sign"]
    fresh = reporter.get(at)["ETag"]
    assert reporter.post(f"{at}feedback/", said, format="json", HTTP_IF_MATCH=fresh).status_code == 200


def test_an_if_match_that_is_none_is_named(cast: Cast) -> None:
    at = f"{ORDERS}{cast.issue().pk}/sign/"

    answer = client_of(cast.reporter).post(at, HTTP_IF_MATCH="heute")

    assert (answer.status_code, attrs(answer)) == (400, {"If-Match"})

"""REST: projects with their progress, milestones and their steps, inspections, payments."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models import Role
from goals.progress.recompute import recompute
from goals.tests.factories import client_of, make_unit, make_user
from projects.models import Inspection, Milestone, Payment, Project
from projects.standing import PROJECTS
from projects.tests.factories import Cast, make_milestone, make_project

pytestmark = pytest.mark.django_db
PROJECTS_AT, STEPS, INSPECTIONS, PAYMENTS = (
    f"/api/v1/{name}/" for name in ("projects", "milestones", "inspections", "payments")
)


@pytest.fixture
def planner(cast: Cast) -> APIClient:
    return client_of(cast.planner)


@pytest.fixture
def reporter(cast: Cast) -> APIClient:
    return client_of(cast.reporter)


def attrs(answer: Any) -> set[str]:
    return {error["attr"] for error in answer.json()["errors"]}


def test_a_work_comes_with_its_progress_and_codes(cast: Cast, planner: APIClient) -> None:
    cast.schedule()
    found = planner.get(PROJECTS_AT).json()["results"][0]

    assert (found["plan"], found["theme"], found["lead_office"]) == ("taoyan-2022", "theme", "office")
    assert (found["progress"]["status"], found["progress"]["expected"]) == ("behind", 75)
    assert (found["start"], found["due"], found["first_due"]) == ("2022-01-01", "2022-12-31", "2022-12-31")


def test_a_routine_work_has_no_progress(cast: Cast, planner: APIClient) -> None:
    make_project(cast.plan, "routine", tier="routine")

    found = {row["code"]: row["progress"] for row in planner.get(PROJECTS_AT).json()["results"]}
    assert found["routine"] is None and found["work"] is not None


def test_progress_is_given_for_the_day_asked(cast: Cast, planner: APIClient) -> None:
    cast.schedule()

    found = planner.get(PROJECTS_AT + "?as_of=2022-03-15").json()["results"][0]["progress"]
    assert (found["as_of"], found["expected"]) == ("2022-03-15", 0)
    refused = planner.get(PROJECTS_AT + "?as_of=2021-12-31")
    assert (refused.status_code, attrs(refused)) == (400, {"as_of"})


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("status=behind", ["work"]),
        ("status=no_data", ["second"]),
        ("tier=routine", ["routine"]),
        ("kind=event", ["second"]),
        ("theme=none", []),
        ("section=section&lead_office=office&plan=taoyan-2022", ["work", "second", "routine"]),
        ("blocker=funds", ["second"]),
        ("code=second", ["second"]),
        ("search=seco", ["second"]),
        ("stale=true", []),
    ],
)
def test_it_filters(cast: Cast, planner: APIClient, query: str, codes: list[str]) -> None:
    cast.schedule()
    make_project(cast.plan, "second", kind="event", blocker="funds", order=1)
    make_project(cast.plan, "routine", tier="routine", order=2)

    assert [row["code"] for row in planner.get(f"{PROJECTS_AT}?{query}").json()["results"]] == codes


@pytest.mark.parametrize("query", ["status=grey", "stale=maybe", "kind=none", "rule=total", "ordering=lead_office"])
def test_an_unknown_value_or_parameter_is_named(planner: APIClient, query: str) -> None:
    answer = planner.get(f"{PROJECTS_AT}?{query}")

    assert (answer.status_code, attrs(answer)) == (400, {query.split("=")[0]})


def test_a_planner_makes_edits_and_deletes_a_work(cast: Cast, planner: APIClient) -> None:
    body = {"plan": "taoyan-2022", "theme": "theme", "code": "new", "name": "新项目", "kind": "event"}
    made = planner.post(PROJECTS_AT, body | {"lead_office": "office", "weight": 2}, format="json")
    assert made.status_code == 201, made.json()
    assert (made.json()["tier"], made.json()["progress"]["reason"]) == ("headline", "no_schedule")

    where = f"{PROJECTS_AT}{made.json()['id']}/"
    changed = planner.patch(where, {"due": "2022-11-30", "same_as": "work"}, format="json").json()
    assert (changed["due"], changed["first_due"], changed["same_as"], changed["progress"]) == (
        *("2022-11-30", "2022-11-30"),
        *("work", None),
    )
    assert planner.delete(where).status_code == 204
    assert not Project.objects.filter(code="new").exists()


@pytest.mark.parametrize(
    ("body", "attr"),
    [
        ({"theme": "nowhere"}, "theme"),
        ({"due": "2023-01-01"}, "due"),
        ({"due": "soon"}, "due"),
        ({"kind": "miracle"}, "kind"),
        ({"code": "work"}, "code"),
        ({"same_as": "nothing"}, "same_as"),
        ({"target": "nothing"}, "target"),
        ({"cooperating_offices": ["nobody"]}, "cooperating_offices"),
        ({"programmes": ["nothing"]}, "programmes"),
        ({"lead_office": "nobody"}, "lead_office"),
        ({"weight": "heavy"}, "weight"),
        ({"open_ended": "yes"}, "open_ended"),
        ({"plan": "other"}, "plan"),
    ],
)
def test_a_wrong_work_is_refused_by_name(cast: Cast, planner: APIClient, body: dict[str, Any], attr: str) -> None:
    right = {"plan": "taoyan-2022", "theme": "theme", "code": "new", "name": "新项目", "kind": "event"}
    answer = planner.post(PROJECTS_AT, right | body, format="json")

    assert answer.status_code == 400
    assert {a.split(".")[0] for a in attrs(answer)} == {attr}
    assert not Project.objects.filter(code="new").exists()


@pytest.mark.parametrize("who", ["reporter", "leader", "reviewer"])
def test_only_planners_write_works_and_milestones(cast: Cast, who: str) -> None:
    client = client_of(getattr(cast, who))

    assert client.patch(f"{PROJECTS_AT}{cast.project.pk}/", {"name": "x"}, format="json").status_code == 403
    assert (
        client.post(STEPS, {"project": cast.project.pk, "name": "x", "due": "2022-05-01"}, format="json").status_code
        == 403
    )


def test_who_does_not_see_the_plan_sees_none_of_it(cast: Cast) -> None:
    step = cast.project.milestones.get()
    far = client_of(make_user("far", Role.PLANNER, unit=make_unit("elsewhere")))
    auditor = client_of(make_user("auditor", Role.AUDITOR))

    for address in (f"{PROJECTS_AT}{cast.project.pk}/", f"{STEPS}{step.pk}/"):
        assert far.get(address).status_code == 404
        assert auditor.get(address).status_code == 403
    assert far.get(PAYMENTS).json()["count"] == far.get(INSPECTIONS).json()["count"] == 0
    assert APIClient().get(PROJECTS_AT).status_code == 401


# Milestones.


def test_a_milestone_is_made_with_what_it_depends_on(cast: Cast, planner: APIClient) -> None:
    cast.schedule()
    before = cast.step("验收").pk
    body = {"project": cast.project.pk, "name": "移交", "due": "2022-12-15", "weight": 0.5, "depends_on": [before]}
    made = planner.post(STEPS, body, format="json")

    assert made.status_code == 201, made.json()
    assert (made.json()["depends_on"], made.json()["state"], made.json()["default"]) == ([before], "planned", False)


@pytest.mark.parametrize(
    ("body", "attr"),
    [
        ({"due": "2023-01-01"}, "due"),
        ({"due": None}, "due"),
        ({"start": "2022-06-01"}, "start"),
        ({"weight": 0}, "weight"),
        ({"depends_on": [999_999]}, "depends_on"),
        ({"depends_on": "1"}, "depends_on"),
        ({"project": 999_999}, "project"),
        ({"project": True}, "project"),
        ({"name": ""}, "name"),
    ],
)
def test_a_wrong_milestone_is_refused_by_name(cast: Cast, planner: APIClient, body: Any, attr: str) -> None:
    right = {"project": cast.project.pk, "name": "新", "due": "2022-05-01"}
    answer = planner.post(STEPS, right | body, format="json")

    assert (answer.status_code, {str(a).split(".")[0] for a in attrs(answer)}) == (400, {attr})
    assert Milestone.objects.count() == 1


def test_a_circle_is_refused(cast: Cast, planner: APIClient) -> None:
    cast.schedule()
    first, last = cast.step("设计"), cast.step("验收")
    answer = planner.patch(f"{STEPS}{first.pk}/", {"due": "2022-11-30", "depends_on": [last.pk]}, format="json")

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "cycle")


def test_it_is_reported_by_its_office_and_accepted_by_another(
    cast: Cast, reporter: APIClient, planner: APIClient
) -> None:
    cast.schedule()
    where = f"{STEPS}{cast.step('设计').pk}/"

    assert planner.post(where + "report/", {"done": "2022-04-01"}, format="json").status_code == 403
    reported = reporter.post(where + "report/", {"done": "2022-04-01", "report": "图纸已审"}, format="json")
    assert (reported.status_code, reported.json()["state"], reported.json()["done"]) == (200, "reported", "2022-04-01")
    assert reporter.post(where + "accept/").status_code == 403
    assert planner.post(where + "accept/").json()["state"] == "accepted"
    assert planner.post(where + "accept/").status_code == 409

    recompute([cast.project.pk], PROJECTS)
    assert planner.get(f"{PROJECTS_AT}{cast.project.pk}/").json()["progress"]["actual"] == 25


def test_it_is_returned_with_a_reason(cast: Cast, reporter: APIClient, planner: APIClient) -> None:
    where = f"{STEPS}{cast.project.milestones.get().pk}/"
    reporter.post(where + "report/", {"done": "2022-04-01"}, format="json")

    assert attrs(planner.post(where + "return/", {}, format="json")) == {"reason"}
    assert planner.post(where + "return/", {"reason": "缺图"}, format="json").json()["state"] == "returned"


def test_a_day_to_come_is_no_day_on_which_it_was_done(cast: Cast, reporter: APIClient) -> None:
    where = f"{STEPS}{cast.project.milestones.get().pk}/report/"
    answer = reporter.post(where, {"done": "2022-10-13"}, format="json")

    error = answer.json()["errors"][0]
    assert (answer.status_code, error["code"], error["attr"]) == (400, "future", "done")


# Inspections and payments.


def test_an_inspection_is_recorded_with_its_findings(cast: Cast, planner: APIClient, reporter: APIClient) -> None:
    body = {"project": cast.project.pk, "day": "2022-09-01", "inspector": "督查办"}
    body |= {"findings": [{"text": "扬尘", "deadline": "2022-09-10"}]}
    assert reporter.post(INSPECTIONS, body, format="json").status_code == 403

    made = planner.post(INSPECTIONS, body, format="json")
    assert made.status_code == 201, made.json()
    assert made.json()["findings"][0]["state"] == "open"
    assert planner.get(INSPECTIONS + "?finding=open").json()["count"] == 1
    assert planner.get(INSPECTIONS + "?finding=closed").json()["count"] == 0
    changed = planner.patch(f"{INSPECTIONS}{made.json()['id']}/", {"summary": "已看"}, format="json")
    assert changed.json()["summary"] == "已看"
    assert planner.delete(f"{INSPECTIONS}{made.json()['id']}/").status_code == 405


@pytest.mark.parametrize(
    ("body", "attr"),
    [
        ({"day": "2022-10-13"}, "day"),
        ({"inspector": ""}, "inspector"),
        ({"findings": [{"text": "扬尘", "deadline": "2022-08-01"}]}, "findings"),
        ({"findings": [{"text": "扬尘"}]}, "findings"),
        ({"project": "x"}, "project"),
    ],
)
def test_a_wrong_inspection_is_refused_by_name(cast: Cast, planner: APIClient, body: Any, attr: str) -> None:
    right = {"project": cast.project.pk, "day": "2022-09-01", "inspector": "督查办"}
    answer = planner.post(INSPECTIONS, right | body, format="json")

    assert (answer.status_code, {str(a).split(".")[0] for a in attrs(answer)}) == (400, {attr})
    assert not Inspection.objects.exists()


def test_money_is_entered_by_the_office_and_never_above_the_contract(cast: Cast, reporter: APIClient) -> None:
    body = {"project": cast.project.pk, "day": "2022-05-01", "kind": "contract", "amount": "1,000.5"}
    made = reporter.post(PAYMENTS, body, format="json")
    assert (made.status_code, made.json()["amount"]) == (201, 1000.5)

    above = reporter.post(PAYMENTS, body | {"kind": "paid", "amount": 1000.51}, format="json")
    assert (above.status_code, attrs(above), above.json()["errors"][0]["code"]) == (400, {"amount"}, "above_contract")
    assert reporter.post(PAYMENTS, body | {"kind": "paid", "amount": 1000.5}, format="json").status_code == 201
    assert reporter.delete(f"{PAYMENTS}{made.json()['id']}/").status_code == 400
    assert Payment.objects.count() == 2


def test_another_office_enters_no_money(cast: Cast) -> None:
    body = {"project": cast.project.pk, "day": "2022-05-01", "kind": "budget", "amount": 1}

    assert client_of(cast.other).post(PAYMENTS, body, format="json").status_code == 403


# The summary, and queries.


def test_the_summary_counts_works_by_status(cast: Cast, planner: APIClient) -> None:
    cast.schedule()
    make_project(cast.plan, "unscheduled")
    make_project(cast.plan, "routine", tier="routine")

    found = planner.get("/api/v1/plans/taoyan-2022/summary/").json()["projects"]
    assert (found["projects"], found["with_data"], found["worst"]) == (2, 1, ["work"])
    assert (found["counts"]["behind"], found["counts"]["no_data"]) == (1, 1)


@pytest.mark.parametrize("path", ["projects/", "projects/?status=no_data", "milestones/", "inspections/", "payments/"])
def test_a_lists_queries_do_not_grow_with_its_rows(cast: Cast, planner: APIClient, path: str) -> None:
    def fill(numbers: range) -> None:
        for n in numbers:
            project = make_project(cast.plan, f"p{n}")
            make_milestone(project).depends_on.add(project.milestones.get(is_default=True))
            inspection = Inspection.objects.create(project=project, day=date(2022, 9, 1), inspector="x")
            inspection.findings.create(text="x", deadline=date(2022, 9, 2))
            Payment.objects.create(project=project, kind="budget", day=date(2022, 9, 1), amount=1)
        recompute(list(Project.objects.values_list("pk", flat=True)), PROJECTS)

    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert planner.get(f"/api/v1/{path}").json()["count"] >= 1
        return len(captured)

    fill(range(2))
    count()  # the token notes its use of the day
    few = count()
    fill(range(2, 12))
    assert count() == few

"""A figure's whole way by REST: reported, reviewed, computed, pulled; and who may not."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from audit.models import Event
from audit.trail import first_broken_link
from goals.models import Reading
from goals.models.reading import State
from goals.tests.factories import (
    client_of,
    make_indicator,
    make_office,
    make_plan,
    make_reading,
    make_target,
    make_unit,
    make_user,
)

pytestmark = pytest.mark.django_db
READINGS = "/api/v1/readings/"


@pytest.fixture
def target() -> Any:
    return make_target(make_plan(state="adopted"))


@pytest.fixture
def reporter(target: Any) -> APIClient:
    return client_of(make_user("alice", "reporter", unit=make_office()))


@pytest.fixture
def reviewer(target: Any) -> APIClient:
    return client_of(make_user("bob", "reviewer", unit=make_office()))


def row(**fields: Any) -> dict[str, Any]:
    return {"indicator": "indicator", "unit": "office", "period": "2022-01-31", "value": "40"} | fields


def post(client: APIClient, data: Any) -> Any:
    return client.post(READINGS, data, format="json")


def test_an_approved_figure_is_in_the_targets_progress_at_once(
    target: Any, reporter: APIClient, reviewer: APIClient, django_capture_on_commit_callbacks: Any
) -> None:
    posted = post(reporter, row(state="submitted"))
    pk = posted.json()["ids"][0]

    with django_capture_on_commit_callbacks(execute=True):
        approved = reviewer.post(f"{READINGS}{pk}/approve/")

    assert posted.status_code == 201 and approved.status_code == 200
    assert reviewer.get(f"/api/v1/targets/{target.pk}/").json()["progress"]["actual"] == 40
    assert first_broken_link() is None


def test_posting_the_same_again_changes_nothing(reporter: APIClient) -> None:
    post(reporter, row(state="submitted"))

    again = post(reporter, row(state="submitted"))

    assert again.status_code == 200
    assert again.json()["unchanged"] == 1 and Reading.objects.count() == 1


def test_a_figure_under_review_is_not_replaced(reporter: APIClient) -> None:
    post(reporter, row(state="submitted"))

    assert post(reporter, row(value="41", state="submitted")).status_code == 409


def test_other_figures_for_an_approved_slot_are_a_revision(reporter: APIClient, reviewer: APIClient) -> None:
    first = post(reporter, row(state="submitted")).json()["ids"][0]
    reviewer.post(f"{READINGS}{first}/approve/")

    second = post(reporter, row(value="50", state="submitted"))
    reviewer.post(f"{READINGS}{second.json()['ids'][0]}/approve/")

    assert second.json()["revised"] == 1
    assert Reading.objects.get(pk=first).state == State.SUPERSEDED


def test_a_reviewer_never_approves_what_they_submitted(target: Any) -> None:
    both = client_of(make_user("carol", "reporter", "reviewer", unit=make_office()))
    pk = post(both, row(state="submitted")).json()["ids"][0]

    assert both.post(f"{READINGS}{pk}/approve/").status_code == 403


def test_a_reviewer_of_another_office_may_not_approve(reporter: APIClient) -> None:
    pk = post(reporter, row(state="submitted")).json()["ids"][0]
    other = client_of(make_user("dave", "reviewer", unit=make_unit("other", "office", make_unit())))

    assert other.post(f"{READINGS}{pk}/approve/").status_code == 403


def test_approving_twice_is_a_conflict(reporter: APIClient, reviewer: APIClient) -> None:
    pk = post(reporter, row(state="submitted")).json()["ids"][0]
    reviewer.post(f"{READINGS}{pk}/approve/")

    assert reviewer.post(f"{READINGS}{pk}/approve/").status_code == 409


def test_submitting_five_times_is_one_event(reporter: APIClient) -> None:
    pk = post(reporter, row()).json()["ids"][0]

    answers = {reporter.post(f"{READINGS}{pk}/submit/").status_code for _press in range(5)}

    assert answers == {200} and Event.objects.filter(action="submit").count() == 1


@pytest.mark.parametrize("reason", ["", "   ", "\u3000\u3000", None])
def test_a_return_needs_a_visible_reason(reporter: APIClient, reviewer: APIClient, reason: object) -> None:
    pk = post(reporter, row(state="submitted")).json()["ids"][0]

    answer = reviewer.post(f"{READINGS}{pk}/return/", {"reason": reason}, format="json")

    assert answer.status_code == 400 and answer.json()["errors"][0]["attr"] == "reason"


def test_a_bulk_approval_with_a_foreign_id_approves_nothing(reporter: APIClient, reviewer: APIClient) -> None:
    pk = post(reporter, row(state="submitted")).json()["ids"][0]
    foreign = make_reading(make_indicator("foreign"), date(2022, 1, 31), 1, state=State.SUBMITTED)

    answer = reviewer.post(f"{READINGS}approve/", {"ids": [pk, foreign.pk]}, format="json")

    assert answer.status_code == 403 and Reading.objects.get(pk=pk).state == State.SUBMITTED


@pytest.mark.parametrize("ids", [[2**63], [0], [-1], ["x"], []])
def test_a_bulk_approval_of_ids_that_no_database_has_is_refused(reviewer: APIClient, ids: list[object]) -> None:
    answer = reviewer.post(f"{READINGS}approve/", {"ids": ids}, format="json")

    assert answer.status_code == 400 and answer.json()["errors"][0]["attr"].startswith("ids")


def test_a_bulk_approval_answers_for_each_in_order(reporter: APIClient, reviewer: APIClient) -> None:
    ids = post(reporter, {"readings": [row(state="submitted"), row(period="2022-02-28", state="submitted")]})
    one, two = ids.json()["ids"]
    reviewer.post(f"{READINGS}{one}/approve/")

    answer = reviewer.post(f"{READINGS}approve/", {"ids": [one, two]}, format="json")

    assert [r["result"] for r in answer.json()["results"]] == ["conflict", "approved"]


def test_errors_of_many_rows_name_row_and_field_and_nothing_is_stored(reporter: APIClient) -> None:
    answer = post(reporter, {"readings": [row(), row(period="2022-02-28", value="12%")]})

    assert answer.status_code == 400 and Reading.objects.count() == 0
    assert answer.json()["errors"][0]["attr"] == "readings.1.value"


@pytest.mark.parametrize(
    "value",
    ["NaN", "1e5", "1_000", "٣", "1,23", "12%", "1.2万", "1.23456", "", True, [1], {"a": 1}, "9" * 4301, "0" * 2000],
)
def test_what_is_no_figure_is_refused(reporter: APIClient, value: object) -> None:
    answer = post(reporter, row(value=value))

    assert answer.status_code == 400 and answer.json()["errors"][0]["attr"].startswith("value")
    assert Reading.objects.count() == 0


@pytest.mark.parametrize(("given", "kept"), [("1.5", 1.5), ("1,234.5", 1234.5), ("-0", 0), ("−5", -5), (0.1, 0.1)])
def test_a_figure_is_kept_as_it_is_meant(reporter: APIClient, given: object, kept: float) -> None:
    pk = post(reporter, row(value=given)).json()["ids"][0]

    assert reporter.get(f"{READINGS}{pk}/").json()["value"] == kept


@pytest.mark.parametrize("period", ["2022-01-30", "2022-11-30", "0001-01-01", "2022-W01-1", "２０２2-01-31", "2022-13"])
def test_what_is_no_begun_period_is_refused(reporter: APIClient, period: str) -> None:
    answer = post(reporter, row(period=period))

    assert answer.status_code == 400 and answer.json()["errors"][0]["attr"] == "period"


def test_a_reporter_may_not_report_for_another_unit(reporter: APIClient) -> None:
    make_unit("other", "office", make_unit())

    assert post(reporter, row(unit="other")).status_code == 403


def test_a_reporter_may_not_post_an_approved_figure(reporter: APIClient) -> None:
    assert post(reporter, row(state="approved")).status_code == 403


def test_a_feed_posts_approved_figures_of_the_indicators_that_name_it(target: Any) -> None:
    feed = make_user("feed", "data_feed")
    target.indicator.feeds.add(feed)

    answer = post(client_of(feed), row(state="approved"))

    assert answer.status_code == 201 and Reading.objects.get().reviewed_by is None


def test_who_is_unknown_gets_401(target: Any) -> None:
    assert APIClient().get("/api/v1/targets/").status_code == 401


def test_a_read_token_does_not_write(target: Any) -> None:
    reader = client_of(make_user("eve", "reporter", unit=make_office()), scope="read")

    assert post(reader, row()).status_code == 403


@pytest.mark.parametrize("role", ["auditor", "administrator"])
def test_business_is_not_for_who_audits_or_administers(target: Any, role: str) -> None:
    assert client_of(make_user("mallory", role)).get("/api/v1/targets/").status_code == 403


def test_another_subdistricts_target_is_not_found(target: Any) -> None:
    stranger = make_user("stranger", "leader", unit=make_unit("elsewhere"))

    assert client_of(stranger).get(f"/api/v1/targets/{target.pk}/").status_code == 404


@pytest.mark.parametrize("name", ["units", "posts", "profiles", "plans", "sections", "themes", "indicators", "targets"])
def test_an_unknown_parameter_is_refused_by_name(reporter: APIClient, name: str) -> None:
    answer = reporter.get(f"/api/v1/{name}/?passwort=1")

    assert answer.status_code == 400 and answer.json()["errors"][0]["attr"] == "passwort"


@pytest.mark.parametrize("as_of", ["2021-12-31", "2022-10-13", "yesterday", "2022-02-30"])
def test_an_impossible_as_of_is_refused(target: Any, reporter: APIClient, as_of: str) -> None:
    answer = reporter.get(f"/api/v1/targets/{target.pk}/?as_of={as_of}")

    assert answer.status_code == 400 and answer.json()["errors"][0]["attr"] == "as_of"


@pytest.mark.parametrize("path", ["targets/", "indicators/", "readings/", "units/", "plans/"])
def test_a_lists_queries_do_not_grow_with_its_rows(target: Any, reporter: APIClient, path: str) -> None:
    make_reading(target.indicator, date(2022, 1, 31), 1)
    counts = []
    for extra in (0, 8):
        for n in range(extra):
            added = make_target(indicator=make_indicator(f"more{n}"))
            make_reading(added.indicator, date(2022, 1, 31), 1)
            make_plan(f"plan{n}")
        reporter.get(f"/api/v1/{path}")
        with CaptureQueriesContext(connection) as captured:
            reporter.get(f"/api/v1/{path}")
        counts.append(len(captured))

    assert counts[0] == counts[1] <= 12


def test_the_summary_counts_every_target(target: Any, reporter: APIClient) -> None:
    summary = reporter.get("/api/v1/plans/plan/summary/?as_of=2022-09-30").json()

    assert summary["targets"] == 1 and sum(summary["counts"].values()) == 1


def test_the_explanation_says_the_arithmetic(target: Any, reporter: APIClient) -> None:
    make_reading(target.indicator, date(2022, 1, 31), 40)

    said = reporter.get(f"/api/v1/targets/{target.pk}/explanation/?as_of=2022-02-01").json()

    assert said["terms"]["ytd"] == 40 and "40" in said["sentence"]


def test_the_schema_is_openapi_3_1_for_who_is_logged_in(reporter: APIClient) -> None:
    assert APIClient().get("/api/schema/").status_code == 401
    assert b"3.1.0" in reporter.get("/api/schema/").content

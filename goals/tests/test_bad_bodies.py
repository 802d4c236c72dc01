"""`rest_body` of bad-inputs.yaml: each id with its answer; what is refused changes nothing.

The file's `target` is whatever names another record: here a reading's `indicator` and `unit`.
"""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from rest_framework.test import APIClient

from audit.models import Event, Head
from goals.models import Progress, Reading, Target
from goals.models.reading import State
from goals.progress.recompute import recompute
from goals.tests.bad_inputs import cases
from goals.tests.factories import client_of, make_office, make_reading, make_user
from goals.tests.pages.factories import SEPTEMBER, Cast, make_cast

pytestmark = pytest.mark.django_db
READINGS = "/api/v1/readings/"
CASES = {case["id"]: case for case in cases("rest_body")}
# Held by tests of their own: goals/tests/concurrent, accounts/tests/test_idempotency.py, common/rest.
ELSEWHERE = {"rb-21"}
FORBIDDEN = ("Traceback", "SELECT ", str(settings.BASE_DIR), "site-packages", "settings.", "SECRET")


@pytest.fixture
def cast() -> Cast:
    cast = make_cast(frequency="monthly")
    recompute([cast.target.pk])
    return cast


@pytest.fixture
def reporter(cast: Cast) -> APIClient:
    return client_of(cast.official)


def row(**fields: Any) -> dict[str, Any]:
    return {"indicator": "firms", "unit": "office", "period": "2022-09-30", "value": "1"} | fields


def everything() -> tuple[object, ...]:
    progress = list(Progress.objects.order_by("pk").values_list("target", "slot", "actual", "status"))
    readings = list(Reading.objects.order_by("pk").values_list("pk", "value", "state", "version"))
    return readings, Head.objects.get().digest, Event.objects.count(), progress


def refused(send: Callable[[], Any], *statuses: int) -> Any:
    """The answer, which is one of these, says nothing of the machine, and leaves everything as it was."""
    before = everything()
    answer = send()
    assert answer.status_code in statuses, answer.content
    assert answer.json()["errors"]
    assert not any(word in answer.content.decode() for word in FORBIDDEN)
    assert everything() == before
    return answer


def raw(client: APIClient, body: str | bytes, content_type: str = "application/json") -> Any:
    return client.post(READINGS, body, content_type=content_type)


def with_indicator(text: str) -> str:
    return json.dumps(row()).replace('"firms"', text)


BODIES: dict[str, str] = {
    "rb-01": "[" * 100_000,
    "rb-02": '{"a":' * 50_000,
    "rb-03": with_indicator("-1e309"),
    "rb-04": with_indicator("999999999999999999999999999999"),
    "rb-05": with_indicator("1.0"),
    "rb-06": with_indicator("true"),
    "rb-07": with_indicator('{"pk": 1}'),
    "rb-08": json.dumps(row())[:-1] + ',"value":"2"}',
    "rb-14": "null",
    "rb-15": "[]",
    "rb-16": json.dumps(row(note="a" * 3_000_000)),
}


@pytest.mark.parametrize("case", BODIES)
def test_a_body_that_is_wrong_is_refused(reporter: APIClient, case: str) -> None:
    answer = refused(lambda: raw(reporter, BODIES[case]), 413 if case == "rb-16" else 400)

    attrs = {e["attr"] for e in answer.json()["errors"]}
    assert attrs == ({"indicator"} if case in ("rb-03", "rb-04", "rb-05", "rb-06", "rb-07") else {None})


@pytest.mark.parametrize("field", ["unit", "indicator"])
@pytest.mark.parametrize("value", [-1, 0, 10**30, 1.0, True, None, [], {"pk": 1}, "x" * 201, "a\x00b", "\ud800"])
def test_what_names_another_record_is_its_code_and_nothing_else(reporter: APIClient, field: str, value: Any) -> None:
    body = json.dumps(row(**{field: value}))

    answer = refused(lambda: raw(reporter, body), 400)

    assert {e["attr"] for e in answer.json()["errors"]} == {field}


def test_rb_09_to_rb_13_what_the_server_decides_is_ignored(cast: Cast, reporter: APIClient) -> None:
    mine = {"id": 77, "reported_by": 2, "approved_by": 2, "approved_at": "2020-01-01T00:00:00Z", "progress": 100}
    mine |= {"is_superuser": True, "version": 0, "revision": 9, "reviewed_by": "bob"}

    answer = reporter.post(READINGS, row(**mine), format="json")
    reading = Reading.objects.get()
    changed = reporter.patch(f"{READINGS}{reading.pk}/", mine | {"value": 3}, format="json")

    assert answer.status_code == 201 and changed.status_code == 200
    reading.refresh_from_db()
    assert reading.pk == answer.json()["ids"][0] != 77
    assert (reading.value, reading.version, reading.revision, reading.reported_by) == (3, 2, 1, None)
    assert (reading.approved_at, reading.reviewed_by) == (None, None)
    cast.official.refresh_from_db()
    assert not cast.official.is_superuser


def test_rb_10_a_state_that_the_role_does_not_allow_is_denied_and_a_patch_ignores_it(reporter: APIClient) -> None:
    refused(lambda: reporter.post(READINGS, row(state="approved"), format="json"), 403)
    pk = reporter.post(READINGS, row(), format="json").json()["ids"][0]

    assert reporter.patch(f"{READINGS}{pk}/", {"state": "approved", "value": "1"}, format="json").status_code == 200
    assert Reading.objects.get().state == State.DRAFT


def test_rb_12_another_office_is_denied(cast: Cast, reporter: APIClient) -> None:
    cast.indicator.reporting.create(unit=make_office("other_office"))

    refused(lambda: reporter.post(READINGS, row(unit="other_office"), format="json"), 403)


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b'{"value": "\xff\xfe"}', "application/json", 400),
        (b"\x00\x01", "application/json", 400),
        (b"+ACIAIg-", "application/json; charset=utf-7", 400),
        (json.dumps(row()).encode("utf-16"), "application/json; charset=utf-16", 400),
        (b"{}", "application/json; charset=nope", 400),
        (b"value=1", "application/x-www-form-urlencoded", 415),
        (b"<a/>", "application/xml", 415),
        (b"{}", "\xff", 415),
    ],
)
def test_rb_17_another_encoding_or_type_is_refused(
    reporter: APIClient, body: bytes, content_type: str, status: int
) -> None:
    refused(lambda: raw(reporter, body, content_type), status)


def test_rb_18_two_thousand_form_fields_are_refused(reporter: APIClient) -> None:
    body = "&".join(f"f{n}=1" for n in range(2_000))

    refused(lambda: raw(reporter, body, "application/x-www-form-urlencoded"), 415)
    refused(lambda: reporter.post("/api/v1/evidence/", {f"f{n}": "1" for n in range(2_000)}), 400)


def test_rb_19_a_patch_without_if_match_is_carried_out_on_the_newest_version(cast: Cast, reporter: APIClient) -> None:
    pk = reporter.post(READINGS, row(), format="json").json()["ids"][0]
    path = f"{READINGS}{pk}/"
    reporter.patch(path, {"value": 2}, format="json")

    answer = reporter.patch(path, {"note": "后来"}, format="json")

    assert (answer.json()["value"], answer.json()["note"], answer.json()["version"]) == (2, "后来", 3)


@pytest.mark.parametrize("method", ["patch", "put", "delete"])
def test_rb_20_a_stale_version_is_412(reporter: APIClient, method: str) -> None:
    pk = reporter.post(READINGS, row(), format="json").json()["ids"][0]
    path = f"{READINGS}{pk}/"
    reporter.patch(path, {"value": 2}, format="json")

    def send() -> Any:
        return getattr(reporter, method)(path, {"value": 3}, format="json", HTTP_IF_MATCH='"1"')

    answer = refused(send, 412)

    assert "2" in answer.json()["errors"][0]["detail"]


def test_rb_22_one_key_for_another_body_is_422(reporter: APIClient) -> None:
    reporter.post(READINGS, row(), format="json", HTTP_IDEMPOTENCY_KEY="k")

    refused(lambda: reporter.post(READINGS, row(value="2"), format="json", HTTP_IDEMPOTENCY_KEY="k"), 422)


@pytest.mark.parametrize("key", ["k" * 10_240, "", "a\x07b", "a\r\nb"])
def test_rb_23_a_key_that_is_none_is_refused(reporter: APIClient, key: str) -> None:
    refused(lambda: reporter.post(READINGS, row(), format="json", HTTP_IDEMPOTENCY_KEY=key), 400)


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
@pytest.mark.parametrize("state", [State.SUBMITTED, State.APPROVED, State.RETURNED])
def test_rb_24_what_was_handed_in_is_not_changed(cast: Cast, reporter: APIClient, method: str, state: str) -> None:
    reading = make_reading(cast.indicator, SEPTEMBER, 5, state=state)

    refused(lambda: getattr(reporter, method)(f"{READINGS}{reading.pk}/", {"value": 6}, format="json"), 409)


def test_rb_25_another_method_in_a_header_is_not_looked_at(cast: Cast, reporter: APIClient) -> None:
    reading = make_reading(cast.indicator, SEPTEMBER, 5, state=State.DRAFT)
    before = everything()

    for name in ("HTTP_X_HTTP_METHOD_OVERRIDE", "HTTP_X_HTTP_METHOD", "HTTP_X_METHOD_OVERRIDE"):
        answer = reporter.get(f"{READINGS}{reading.pk}/?_method=DELETE", **{name: "DELETE"})  # type: ignore[arg-type]
        assert (answer.status_code, answer.json()["id"]) == (200, reading.pk)

    assert everything() == before


def test_a_planner_names_no_other_records_by_number_either(cast: Cast) -> None:
    planner = client_of(make_user("keeper", "planner"))

    for field in ("indicator", "lead_office", "theme", "plan", "responsible_post"):
        for value in (1, 1.0, True, {"pk": 1}, [1], 10**30):
            answer = planner.patch(f"/api/v1/targets/{cast.target.pk}/", {field: value}, format="json")
            assert answer.status_code == 400, (field, value)
            assert {e["attr"] for e in answer.json()["errors"]} == {field}
    assert Target.objects.get().version == cast.target.version


def test_every_case_of_the_file_is_held_here_or_beside() -> None:
    held = set(BODIES) | {f"rb-{n:02}" for n in (9, 10, 11, 12, 13, 17, 18, 19, 20, 22, 23, 24, 25)} | ELSEWHERE

    assert held == set(CASES)

"""Evidence by REST."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from accounts.models import Role
from goals.models import Evidence, Reading, Target
from goals.models.reading import State
from goals.tests.evidence.factories import attached, everything, files, make_draft
from goals.tests.evidence.files import GOOD, HTML, PDF, upload
from goals.tests.factories import client_of, make_unit, make_user
from goals.tests.pages.factories import AUGUST, Cast, make_cast

pytestmark = pytest.mark.django_db
EVIDENCE, READINGS = "/api/v1/evidence/", "/api/v1/readings/"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.fixture
def cast() -> Cast:
    return make_cast(frequency="monthly")


def send(client: APIClient, reading: Reading, *several: object) -> Any:
    return client.post(EVIDENCE, {"reading": reading.pk, "file": list(several) or [upload()]}, format="multipart")


def refused(answer: Any) -> set[tuple[str, str]]:
    assert answer.status_code == 400, answer.content
    return {(e["attr"], e["code"]) for e in answer.json()["errors"]}


def test_a_file_is_attached_listed_and_handed_out(cast: Cast) -> None:
    reading, client = make_draft(cast), client_of(cast.official)

    made = send(client, reading)

    assert made.status_code == 201
    said = made.json()
    assert (said["reading"], said["name"], said["kind"], said["size"]) == (
        reading.pk,
        "厂房租赁协议.pdf",
        "pdf",
        len(PDF),
    )
    assert (said["uploaded_by"], said["version"]) == ("official", 1)
    assert client.get(f"{EVIDENCE}{said['id']}/").json() == said
    assert client.get(EVIDENCE).json()["results"] == [said]
    assert b"".join(client.get(said["url"]).streaming_content) == PDF  # type: ignore[attr-defined]


@pytest.mark.parametrize("accept", ["*/*", DOCX, "application/json", "image/png"])
def test_a_file_comes_as_what_it_is_whatever_is_accepted(cast: Cast, accept: str) -> None:
    made = attached(cast, make_draft(cast), *GOOD["docx"])

    answer = client_of(cast.leader).get(f"{EVIDENCE}{made.pk}/download/", headers={"accept": accept})

    assert (answer.status_code, answer["Content-Type"]) == (200, DOCX)
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"


def test_a_reading_lists_its_evidence(cast: Cast) -> None:
    reading, client = make_draft(cast), client_of(cast.leader)
    made = attached(cast, reading)

    (listed,) = client.get(READINGS).json()["results"][0]["evidence"]

    assert client.get(f"{READINGS}{reading.pk}/").json()["evidence"] == [listed]
    assert (listed["id"], listed["name"], listed["kind"], listed["size"]) == (made.pk, made.name, "pdf", len(PDF))
    assert listed["url"] == f"{EVIDENCE}{made.pk}/download/"
    assert set(listed) == {"id", "name", "kind", "size", "uploaded_at", "url"}


def test_a_reading_without_evidence_has_an_empty_list(cast: Cast) -> None:
    make_draft(cast)

    assert client_of(cast.leader).get(READINGS).json()["results"][0]["evidence"] == []


def test_an_actions_answer_lists_it_too(cast: Cast) -> None:
    reading = make_draft(cast)
    attached(cast, reading)

    answer = client_of(cast.official).post(f"{READINGS}{reading.pk}/submit/")

    assert [e["name"] for e in answer.json()["evidence"]] == ["厂房租赁协议.pdf"]


def test_attaching_shows_in_what_changed_since(cast: Cast) -> None:
    reading, client = make_draft(cast), client_of(cast.official)
    seen = client.get(READINGS).json()["results"][0]["updated_at"]

    send(client, reading)

    changed = client.get(READINGS, {"updated_since": seen}).json()["results"]
    assert [r["id"] for r in changed] == [reading.pk]


def test_a_file_is_removed(cast: Cast, django_capture_on_commit_callbacks: Any) -> None:
    made = attached(cast, make_draft(cast))

    with django_capture_on_commit_callbacks(execute=True):
        answer = client_of(cast.official).delete(f"{EVIDENCE}{made.pk}/")

    assert answer.status_code == 204
    assert not Evidence.objects.exists()
    assert files() == []


def test_submitting_without_the_evidence_that_is_asked_names_it(cast: Cast) -> None:
    Target.objects.update(evidence_required=True)
    reading, client = make_draft(cast), client_of(cast.official)
    row = {"indicator": "firms", "unit": "office", "period": "2022-08-31", "value": 5, "state": "submitted"}

    assert refused(client.post(f"{READINGS}{reading.pk}/submit/")) == {("evidence", "evidence_required")}
    assert refused(client.post(READINGS, row, format="json")) == {("evidence", "evidence_required")}
    assert refused(client.post(READINGS, {"readings": [row]}, format="json")) == {
        ("readings.0.evidence", "evidence_required")
    }


@pytest.mark.parametrize("state", [State.SUBMITTED, State.RETURNED, State.APPROVED])
def test_what_left_the_draft_is_a_conflict(cast: Cast, state: str) -> None:
    reading, client = make_draft(cast), client_of(cast.official)
    made = attached(cast, reading)
    Reading.objects.update(state=state)
    before = everything()

    assert send(client, reading).status_code == 409
    assert client.delete(f"{EVIDENCE}{made.pk}/").status_code == 409
    assert everything() == before


@pytest.mark.parametrize("who", ["reviewer", "other_reviewer", "planner", "leader"])
def test_who_may_not_report_may_not_attach_even_what_is_wrong(cast: Cast, who: str) -> None:
    reading, client = make_draft(cast), client_of(getattr(cast, who))
    made = attached(cast, reading)
    before = everything()

    assert send(client, reading, upload("a.png", HTML)).status_code == 403
    assert client.delete(f"{EVIDENCE}{made.pk}/").status_code == 403
    assert everything() == before


def test_a_read_token_attaches_nothing(cast: Cast) -> None:
    assert send(client_of(cast.official, scope="read"), make_draft(cast)).status_code == 403


def test_without_a_token_there_is_nothing(cast: Cast) -> None:
    made = attached(cast, make_draft(cast))

    for path in (EVIDENCE, f"{EVIDENCE}{made.pk}/", f"{EVIDENCE}{made.pk}/download/"):
        assert APIClient().get(path).status_code == 401
    assert APIClient().post(EVIDENCE, {"file": upload()}, format="multipart").status_code == 401


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR])
def test_who_administers_or_audits_sees_none(cast: Cast, role: str) -> None:
    made = attached(cast, make_draft(cast))
    client = client_of(make_user("other", role))

    for path in (EVIDENCE, f"{EVIDENCE}{made.pk}/", f"{EVIDENCE}{made.pk}/download/"):
        assert client.get(path).status_code == 403


def test_another_subdistricts_evidence_is_not_there(cast: Cast) -> None:
    reading = make_draft(cast)
    made = attached(cast, reading)
    client = client_of(make_user("stranger", Role.REPORTER, unit=make_unit("elsewhere")))

    assert client.get(EVIDENCE).json()["count"] == 0
    for path in (f"{EVIDENCE}%s/", f"{EVIDENCE}%s/download/"):
        hidden, missing = client.get(path % made.pk), client.get(path % 999_999)
        assert hidden.status_code == missing.status_code == 404
        assert hidden.content == missing.content
    assert client.delete(f"{EVIDENCE}{made.pk}/").status_code == 404
    assert refused(send(client, reading)) == {("reading", "does_not_exist")}


def test_the_browsers_session_attaches_with_its_token_alone(cast: Cast) -> None:
    reading = make_draft(cast)
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.official)

    assert browser.post(EVIDENCE, {"reading": reading.pk, "file": upload()}).status_code == 403
    assert files() == []

    browser.get(f"/readings/{reading.pk}/evidence/")
    token = browser.cookies["csrftoken"].value
    sent = browser.post(EVIDENCE, {"reading": reading.pk, "file": upload()}, headers={"x-csrftoken": token})
    assert sent.status_code == 201
    assert len(files()) == 1


@pytest.mark.parametrize("given", [None, "", "x", "0", "-1", "1.5", "9" * 30, "[1]"])
def test_a_reading_that_is_none_is_named(cast: Cast, given: str | None) -> None:
    make_draft(cast)
    body: dict[str, Any] = {"file": upload()} | ({} if given is None else {"reading": given})

    answer = client_of(cast.official).post(EVIDENCE, body, format="multipart")

    assert {attr for attr, _code in refused(answer)} == {"reading"}


def test_without_a_file_or_with_a_text_for_one_it_is_named(cast: Cast) -> None:
    reading, client = make_draft(cast), client_of(cast.official)

    for body in ({}, {"file": "text"}):
        answer = client.post(EVIDENCE, {"reading": reading.pk, **body}, format="multipart")
        assert {attr for attr, _code in refused(answer)} == {"file"}


def test_two_files_in_one_call_are_refused(cast: Cast) -> None:
    reading = make_draft(cast)

    assert refused(send(client_of(cast.official), reading, upload(), upload("b.pdf"))) == {("file", "invalid")}
    assert files() == []


def test_a_body_that_is_no_form_is_415(cast: Cast) -> None:
    assert client_of(cast.official).post(EVIDENCE, {"reading": 1}, format="json").status_code == 415


@pytest.mark.parametrize("kind", ["", "application/json", "multipart/form-data; boundary=x"])
def test_a_call_without_a_body_is_told_what_it_lacks(cast: Cast, kind: str) -> None:
    answer = client_of(cast.official).generic("POST", EVIDENCE, "", kind)

    assert {attr for attr, _code in refused(answer)} == {"reading", "file"}


@pytest.mark.parametrize("method", ["put", "patch"])
def test_evidence_is_not_changed(cast: Cast, method: str) -> None:
    made = attached(cast, make_draft(cast))

    answer = getattr(client_of(cast.official), method)(f"{EVIDENCE}{made.pk}/", {}, format="multipart")

    assert answer.status_code == 405


def test_a_file_that_the_storage_lost_is_a_conflict(cast: Cast) -> None:
    made = attached(cast, make_draft(cast))
    files()[0].unlink()

    answer = client_of(cast.leader).get(f"{EVIDENCE}{made.pk}/download/", headers={"accept": "application/pdf"})

    assert (answer.status_code, answer["Content-Type"]) == (409, "application/json")


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 2),
        ("reading=own", 1),
        ("reading=999999", 0),
        ("search=协议", 1),
        ("search=nothing", 0),
        ("ordering=-size", 2),
    ],
)
def test_each_filter_finds_and_misses(cast: Cast, query: str, count: int) -> None:
    reading = make_draft(cast)
    attached(cast, reading, "协议.pdf")
    attached(cast, make_draft(cast, AUGUST), "照片.png", GOOD["png"][1])

    found = client_of(cast.leader).get(f"{EVIDENCE}?{query.replace('own', str(reading.pk))}").json()

    assert found["count"] == len(found["results"]) == count


@pytest.mark.parametrize("query", ["reading=x", "reading=0", "reading=1.5", f"reading={'9' * 40}", "colour=red"])
def test_a_parameter_that_is_wrong_is_named(cast: Cast, query: str) -> None:
    answer = client_of(cast.leader).get(f"{EVIDENCE}?{query}")

    assert {attr for attr, _code in refused(answer)} == {query.partition("=")[0]}


@pytest.mark.parametrize("path", [EVIDENCE, READINGS])
def test_the_queries_of_a_list_do_not_grow_with_its_evidence(cast: Cast, path: str) -> None:
    # token, user and grants; the rows and their count; the evidence of all readings of the page
    first = make_draft(cast)
    attached(cast, first)
    client = client_of(cast.leader)

    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    count()
    few = count()
    for month, day in ((1, 31), (3, 31), (4, 30), (5, 31), (6, 30), (7, 31), (8, 31)):
        reading = make_draft(cast, date(2022, month, day))
        attached(cast, reading)
        attached(cast, reading, "b.pdf")

    assert count() == few


def test_the_schema_describes_what_goes_in_and_comes_out_as_bytes() -> None:
    schema = SchemaGenerator().get_schema(request=None, public=True)

    body = schema["paths"][EVIDENCE]["post"]["requestBody"]["content"]
    sent = schema["components"]["schemas"]["Upload"]["properties"]["file"]
    handed_out = schema["paths"][f"{EVIDENCE}{{id}}/download/"]["get"]["responses"]["200"]["content"]
    assert list(body) == ["multipart/form-data"]
    assert sent["format"] == "binary"
    assert len(handed_out) == 5
    assert all(each["schema"] == {"type": "string", "format": "binary"} for each in handed_out.values())

"""Readings by REST beyond the walk: drafts changed and thrown away, rows that are wrong, who the token is."""

from typing import Any

import pytest

from accounts.models import Token
from goals.models import Reading
from goals.models.reading import State
from goals.tests.factories import client_of, make_indicator, make_office, make_reading, make_unit, make_user
from goals.tests.pages.factories import SEPTEMBER, Cast, make_cast

pytestmark = pytest.mark.django_db
READINGS = "/api/v1/readings/"


@pytest.fixture
def cast() -> Cast:
    return make_cast(frequency="monthly")


def row(**fields: Any) -> dict[str, Any]:
    return {"indicator": "firms", "unit": "office", "period": "2022-09-30", "value": 5} | fields


def refused(answer: Any) -> set[str]:
    assert answer.status_code == 400, answer.content
    return {e["attr"] for e in answer.json()["errors"]}


def test_a_draft_is_changed_and_thrown_away(cast: Cast) -> None:
    client = client_of(cast.official)
    pk = client.post(READINGS, row(), format="json").json()["ids"][0]

    changed = client.patch(f"{READINGS}{pk}/", {"value": "6.5", "note": "改"}, format="json")
    put = client.put(f"{READINGS}{pk}/", {"value": 7}, format="json")
    gone = client.delete(f"{READINGS}{pk}/")

    assert (changed.json()["value"], changed.json()["note"], put.json()["value"]) == (6.5, "改", 7)
    assert gone.status_code == 204
    assert not Reading.objects.exists()


def test_a_draft_is_not_changed_to_something_wrong(cast: Cast) -> None:
    client = client_of(cast.official)
    pk = client.post(READINGS, row(), format="json").json()["ids"][0]

    assert refused(client.patch(f"{READINGS}{pk}/", {"value": "x"}, format="json")) == {"value"}
    assert refused(client.patch(f"{READINGS}{pk}/", {"value": None}, format="json")) == {"value"}
    assert Reading.objects.get().value == 5


@pytest.mark.parametrize("method", ["patch", "delete"])
def test_what_was_submitted_is_neither_changed_nor_thrown_away(cast: Cast, method: str) -> None:
    reading = make_reading(cast.indicator, SEPTEMBER, 5, state=State.SUBMITTED)

    answer = getattr(client_of(cast.official), method)(f"{READINGS}{reading.pk}/", {"value": 6}, format="json")

    assert answer.status_code == 409
    assert Reading.objects.get().value == 5


def test_another_units_draft_is_left_alone(cast: Cast) -> None:
    reading = make_reading(cast.indicator, SEPTEMBER, 5, state=State.DRAFT)
    other = client_of(make_user("other", "reporter", unit=make_office("other_office")))

    assert other.patch(f"{READINGS}{reading.pk}/", {"value": 6}, format="json").status_code == 403
    assert other.post(f"{READINGS}{reading.pk}/submit/").status_code == 403
    assert other.delete(f"{READINGS}{reading.pk}/").status_code == 403


def test_a_draft_is_submitted_once(cast: Cast) -> None:
    reading = make_reading(cast.indicator, SEPTEMBER, 5, state=State.DRAFT)
    client = client_of(cast.official)

    answers = [client.post(f"{READINGS}{reading.pk}/submit/") for _time in range(2)]

    assert [a.json()["state"] for a in answers] == ["submitted", "submitted"]


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"indicator": "nowhere"}, "indicator"),
        ({"unit": "nowhere"}, "unit"),
        ({"unit": "taoyan"}, "unit"),
        ({"value": None}, "value"),
        ({"numerator": 1}, "numerator"),
        ({"state": "returned"}, "state"),
        ({"state": "odd"}, "state"),
        ({"rank": 0}, "rank"),
        ({"rank": 5, "rank_of": 3}, "rank"),
        ({"period": "2022-09-29"}, "period"),
        ({"period": "1999-12-31"}, "period"),
    ],
)
def test_a_wrong_field_is_named(cast: Cast, fields: dict[str, Any], named: str) -> None:
    client = client_of(make_user("everywhere", "reporter"))

    assert named in refused(client.post(READINGS, row(**fields), format="json"))
    assert not Reading.objects.exists()


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"value": 1, "numerator": 1, "denominator": 2}, "value"),
        ({"value": None, "numerator": 1}, "denominator"),
        ({"value": None, "numerator": 1, "denominator": -2}, "denominator"),
        ({"value": None, "numerator": 3, "denominator": 2}, "numerator"),
    ],
)
def test_a_wrong_share_is_named(fields: dict[str, Any], named: str) -> None:
    cast = make_cast(frequency="monthly", basis="share", maximum=100)

    assert named in refused(client_of(cast.official).post(READINGS, row(**fields), format="json"))


def test_a_counted_indicator_is_not_reported(cast: Cast) -> None:
    cast.indicator.measure = "milestones"
    cast.indicator.save()

    assert "indicator" in refused(client_of(cast.official).post(READINGS, row(), format="json"))


@pytest.mark.parametrize("body", [{"readings": []}, {"readings": "x"}, {"readings": [1]}, {"readings": None}])
def test_a_list_that_is_none_is_refused(cast: Cast, body: Any) -> None:
    assert refused(client_of(cast.official).post(READINGS, body, format="json")) == {"readings"}


def test_more_than_5000_rows_are_refused(cast: Cast) -> None:
    assert refused(client_of(cast.official).post(READINGS, {"readings": [{}] * 5_001}, format="json")) == {"readings"}


def test_the_same_slot_twice_in_one_call_is_named_by_its_row(cast: Cast) -> None:
    answer = client_of(cast.official).post(READINGS, {"readings": [row(), row(value=6)]}, format="json")

    assert refused(answer) == {"readings.1.period"}


def test_a_feeds_correction_supersedes_and_is_a_revision(cast: Cast) -> None:
    feed = make_user("feed", "data_feed")
    cast.indicator.feeds.add(feed)
    client = client_of(feed)
    client.post(READINGS, row(state="approved"), format="json")

    answer = client.post(READINGS, row(value=6, state="approved"), format="json")

    assert answer.json()["revised"] == 1
    assert sorted(Reading.objects.values_list("state", flat=True)) == ["approved", "superseded"]


def test_a_reporter_does_not_approve_by_posting(cast: Cast) -> None:
    answer = client_of(cast.official).post(READINGS, row(state="approved"), format="json")

    assert answer.status_code == 403
    assert not Reading.objects.exists()


def test_a_read_token_writes_nothing(cast: Cast) -> None:
    assert client_of(cast.official, scope="read").post(READINGS, row(), format="json").status_code == 403


def test_me_says_who_the_token_is_and_what_is_due(cast: Cast) -> None:
    me = client_of(cast.official).get("/api/v1/me/").json()

    assert (me["username"], me["unit"]) == ("official", "office")
    assert me["roles"] == [{"role": "reporter", "unit": "office"}]
    assert me["token"]["scope"] == "write"
    assert {
        "indicator": "firms",
        "unit": "office",
        "period": "2022-09-30",
        "deadline": "2022-10-10",
        "overdue": True,
    } in me["due"]


def test_me_of_a_leader_owes_nothing(cast: Cast) -> None:
    assert client_of(cast.leader).get("/api/v1/me/").json()["due"] == []


@pytest.mark.parametrize("key", ["", "nonsense", "ty_" + "x" * 43])
def test_an_unknown_token_is_401(cast: Cast, key: str) -> None:
    client = client_of(cast.leader)
    client.credentials(HTTP_AUTHORIZATION=f"Token {key}")

    assert client.get("/api/v1/me/").status_code == 401


def test_a_revoked_token_is_401(cast: Cast) -> None:
    client = client_of(cast.leader)
    token = Token.objects.get()
    token.revoked_at = token.created_at
    token.save()

    assert client.get("/api/v1/me/").status_code == 401


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("indicator=firms", 2),
        ("indicator=other", 0),
        ("unit=office", 2),
        ("state=draft", 1),
        ("period_after=2022-09-01", 1),
        ("period_before=2022-09-01", 1),
        ("updated_since=2022-01-01T00:00:00Z", 2),
        ("updated_since=2099-01-01T00:00:00Z", 0),
        ("search=firms", 2),
        ("search=nothing", 0),
    ],
)
def test_each_filter_finds_and_misses(cast: Cast, query: str, count: int) -> None:
    make_reading(cast.indicator, SEPTEMBER, 1, state=State.DRAFT)
    make_reading(cast.indicator, SEPTEMBER.replace(month=8, day=31), 1)

    assert len(client_of(cast.leader).get(f"{READINGS}?{query}").json()["results"]) == count


WRONG = [
    *("ordering=password", "ordering=?", "ordering=" + ",".join(["id"] * 20), "colour=red", "search=%00"),
    *("page=0", "page=x", "page=999", "page_size=0"),
    *("state=odd", "state=draft&state=draft", "period_after=soon", "updated_since=soon"),
]


@pytest.mark.parametrize("query", WRONG)
def test_an_unknown_or_wrong_parameter_is_400_with_its_name(cast: Cast, query: str) -> None:
    assert refused(client_of(cast.leader).get(f"{READINGS}?{query}")) == {query.partition("=")[0]}


def test_a_list_comes_in_the_order_that_is_asked(cast: Cast) -> None:
    for month, day in ((9, 30), (8, 31)):
        make_reading(cast.indicator, SEPTEMBER.replace(month=month, day=day), 1)

    found = client_of(cast.leader).get(f"{READINGS}?ordering=period&page_size=1").json()

    following = client_of(cast.leader).get(found["next"]).json()
    assert [r["period"] for page in (found, following) for r in page["results"]] == ["2022-08-31", "2022-09-30"]
    assert following["next"] is None


@pytest.mark.parametrize(
    "body",
    [b"{", b"[1]", b'{"a": 1, "a": 2}', b'{"a": NaN}', b"[" * 100_000, b"\xff\xfe", b'{"a": ' + b"1" * 50 + b"}"],
)
def test_a_body_that_is_no_json_is_400(cast: Cast, body: bytes) -> None:
    answer = client_of(cast.official).post(READINGS, body, content_type="application/json")

    assert answer.status_code == 400
    assert answer.json()["type"] == "client_error" or answer.json()["errors"]


def test_a_body_of_3_mb_is_413(cast: Cast) -> None:
    body = b'{"note": "' + b"a" * 3_000_000 + b'"}'

    assert client_of(cast.official).post(READINGS, body, content_type="application/json").status_code == 413


def test_another_subdistricts_readings_are_not_there(cast: Cast) -> None:
    other = make_unit("elsewhere")
    make_reading(make_indicator("theirs", other), SEPTEMBER, 1, unit=other)

    assert client_of(cast.leader).get(READINGS).json()["results"] == []

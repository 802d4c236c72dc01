"""`?fields=`, `?expand=` and cursors: less of a row or more, and where a list goes on."""

import base64
import json
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from goals.models import Progress, Reading
from goals.progress import period_end
from goals.progress.recompute import recompute
from goals.tests.factories import client_of, make_indicator, make_reading, make_target
from goals.tests.pages.factories import Cast, make_cast

pytestmark = pytest.mark.django_db
READINGS, TARGETS = "/api/v1/readings/", "/api/v1/targets/"


@pytest.fixture
def cast() -> Cast:
    cast = make_cast(frequency="monthly")
    for number in range(1, 10):
        make_reading(cast.indicator, period_end(2022 * 12 + number), number)
    recompute([cast.target.pk])
    return cast


@pytest.fixture
def client(cast: Cast) -> APIClient:
    return client_of(cast.leader)


def refused(answer: Any) -> set[str]:
    assert answer.status_code == 400, answer.content
    return {e["attr"] for e in answer.json()["errors"]}


def test_only_the_fields_asked_for_are_sent_in_their_order(client: APIClient) -> None:
    rows = client.get(f"{READINGS}?fields=value,period").json()["results"]

    assert [list(row) for row in rows] == [["value", "period"]] * 9


def test_a_record_alone_has_fields_too(cast: Cast, client: APIClient) -> None:
    assert client.get(f"{TARGETS}{cast.target.pk}/?fields=code,progress").json().keys() == {"code", "progress"}


@pytest.mark.parametrize("name", ["password", "reported_by__password", "", "value,,", "Value", "value,secret"])
def test_rq_15_a_field_that_there_is_not_is_named(client: APIClient, name: str) -> None:
    assert refused(client.get(f"{READINGS}?fields={name}")) == {"fields"}


@pytest.mark.parametrize("name", ["password", "unit__grants", "", "series"])
def test_an_expansion_that_there_is_not_is_named(client: APIClient, name: str) -> None:
    assert refused(client.get(f"{READINGS}?expand={name}")) == {"expand"}


def test_the_series_is_that_of_the_target_itself(cast: Cast, client: APIClient) -> None:
    alone = client.get(f"{TARGETS}{cast.target.pk}/progress/").json()["results"]

    row = client.get(f"{TARGETS}?expand=progress,series").json()["results"][0]

    assert row["series"] == alone and len(alone) == 9
    assert row["progress"]["actual"] == 45


def test_a_series_that_was_never_stored_is_computed(cast: Cast, client: APIClient) -> None:
    Progress.objects.all().delete()

    assert len(client.get(f"{TARGETS}?expand=series").json()["results"][0]["series"]) == 9


def test_what_a_row_names_stands_whole_beside_it(cast: Cast, client: APIClient) -> None:
    row = client.get(f"{TARGETS}?expand=indicator,theme,lead_office,plan").json()["results"][0]

    found = row["expanded"]
    assert found["indicator"] == client.get("/api/v1/indicators/firms/").json()
    assert found["lead_office"] == client.get("/api/v1/units/office/").json()
    assert found["plan"] == client.get("/api/v1/plans/taoyan-2022/").json()
    assert found["theme"]["code"] == row["theme"] == "theme"


def test_expanding_costs_the_same_queries_however_many_rows(cast: Cast, client: APIClient) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"{TARGETS}?expand=series,indicator,theme,plan,lead_office").status_code == 200
        return len(captured)

    count()
    few = count()
    added = [make_target(cast.target.plan, make_indicator(f"i{n}"), code=f"t{n}").pk for n in range(20)]
    recompute(added)

    assert count() == few


def test_targets_with_series_take_four_queries_beside_the_login(cast: Cast, client: APIClient) -> None:
    with CaptureQueriesContext(connection) as captured:
        client.get(f"{TARGETS}?expand=series")

    asked = [q["sql"] for q in captured.captured_queries]
    login = [sql for sql in asked if "accounts_token" in sql or '"accounts_grant"' in sql]
    assert len(asked) - len(login) <= 4, asked


def pages(client: APIClient, query: str, link: str = "next") -> list[list[Any]]:
    answer = client.get(f"{READINGS}?{query}").json()
    found = [answer["results"]]
    while answer[link] is not None:
        answer = client.get(answer[link]).json()
        found.append(answer["results"])
    return found


@pytest.mark.parametrize("ordering", ["period", "-period", "state", "-updated_at", "id", "state,-period"])
def test_a_cursor_leads_through_every_order_and_back(client: APIClient, ordering: str) -> None:
    whole = [r["id"] for r in client.get(f"{READINGS}?ordering={ordering}").json()["results"]]
    forwards = pages(client, f"ordering={ordering}&page_size=2")
    assert [r["id"] for page in forwards for r in page] == whole

    answer = client.get(f"{READINGS}?ordering={ordering}&page_size=2").json()
    while answer["next"]:
        answer = client.get(answer["next"]).json()
    back = [[r["id"] for r in answer["results"]]]
    while answer["previous"]:
        answer = client.get(answer["previous"]).json()
        back.insert(0, [r["id"] for r in answer["results"]])
    assert [pk for page in back for pk in page] == whole


def forged(*parts: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        *("", "x", "%ff", "a" * 5_000, "bm8"),
        *(forged(0, ["-period", "pk"], v) for v in ([None, 1], ["x", 1], ["2022-01-31", "x"], ["2022-01-31", True])),
        *(forged(0, ["-period", "pk"], v) for v in (["2022-01-31", 10**30], ["2022-01-31"], "ab", {"a": 1})),
        *(forged(0, ["reported_by__password", "pk"], ["a", 1]), forged(7, ["-period", "pk"], ["2022-01-31", 1])),
        "W" * 1_998,
    ],
)
def test_a_cursor_that_is_none_of_this_list_is_named(client: APIClient, cursor: str) -> None:
    assert refused(client.get(READINGS, {"cursor": cursor})) == {"cursor"}


def test_a_page_is_no_cursor_and_a_cursor_no_page(client: APIClient) -> None:
    assert refused(client.get(f"{READINGS}?page=1")) == {"page"}
    assert refused(client.get(f"{TARGETS}?cursor=x")) == {"cursor"}


def test_who_keeps_the_last_moment_alone_misses_nothing_between_rows_of_one_moment(client: APIClient) -> None:
    """Without following `next`: a page doesn't end between two rows that share a moment."""
    seen: list[int] = []
    moment = "2000-01-01T00:00:00Z"
    while True:
        rows = client.get(READINGS, {"updated_since": moment, "page_size": "2"}).json()["results"]
        if not rows:
            break
        seen += [r["id"] for r in rows]
        moment = rows[-1]["updated_at"]

    assert seen == list(Reading.objects.order_by("updated_at", "pk").values_list("pk", flat=True))


def test_a_plus_sign_that_was_not_quoted_is_understood(client: APIClient) -> None:
    assert len(client.get(f"{READINGS}?updated_since=2000-01-01T00:00:00+08:00").json()["results"]) == 9


def test_every_list_goes_by_cursor_from_a_moment_on(cast: Cast, client: APIClient) -> None:
    answer = client.get("/api/v1/units/?updated_since=2000-01-01T00:00:00Z&page_size=1").json()
    codes = [answer["results"][0]["code"]]
    while answer["next"]:
        answer = client.get(answer["next"]).json()
        codes += [r["code"] for r in answer["results"]]

    assert sorted(codes) == sorted(r["code"] for r in client.get("/api/v1/units/").json()["results"])
    assert refused(client.get("/api/v1/units/?updated_since=2000-01-01T00:00:00Z&ordering=code")) == {"ordering"}


def test_what_was_changed_comes_last_and_once(cast: Cast, client: APIClient) -> None:
    first = Reading.objects.get(period=date(2022, 1, 31))
    last = client.get(READINGS, {"updated_since": "2000-01-01T00:00:00Z"}).json()["results"][-1]["updated_at"]

    first.note = "改"
    first.save()

    assert [r["id"] for r in client.get(READINGS, {"updated_since": last}).json()["results"]] == [first.pk]

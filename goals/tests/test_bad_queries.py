"""`rest_query` of bad-inputs.yaml: each id with its answer, on every list alike."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from goals.models import Indicator
from goals.progress import period_end
from goals.tests.bad_inputs import cases
from goals.tests.factories import client_of, make_indicator, make_reading, make_target, make_unit
from goals.tests.pages.factories import SEPTEMBER, Cast, make_cast
from taoyan.api import router

pytestmark = pytest.mark.django_db
LISTS = [prefix for prefix, _viewset, _basename in router.registry]
# Refused with the parameter's name, whatever the list.
REFUSED = {
    "rq-05": "ordering=password",
    "rq-06": "ordering=reported_by__password",
    "rq-07": "ordering=?",
    "rq-10": "search=%00",
    "rq-11": "search=%ff%fe",
    "rq-12": "reported_by__password__startswith=pbkdf2",
    "rq-15": "fields=password",
    "rq-16": "value=1e400",
}
# Answered, in bounds.
CAPPED = {"rq-01": "page_size=1000000000", "rq-02": "page_size=-1", "rq-09": "search=" + "a+" * 5_000}
HELD = {*REFUSED, *CAPPED, *(f"rq-{n:02}" for n in (3, 4, 8, 13, 14, 17, 18, 19, 20))}


@pytest.fixture
def cast() -> Cast:
    cast = make_cast(frequency="monthly")
    make_reading(cast.indicator, SEPTEMBER, 5)
    return cast


@pytest.fixture
def client(cast: Cast) -> APIClient:
    return client_of(cast.leader)


def refused(answer: Any, *names: str) -> None:
    assert answer.status_code == 400, answer.content
    assert {e["attr"] for e in answer.json()["errors"]} == set(names)


@pytest.mark.parametrize("query", REFUSED.values(), ids=REFUSED)
def test_what_is_unknown_or_wrong_is_refused_by_its_name_on_every_list(client: APIClient, query: str) -> None:
    for prefix in LISTS:
        refused(client.get(f"/api/v1/{prefix}/?{query}"), query.partition("=")[0])


@pytest.mark.parametrize("query", CAPPED.values(), ids=CAPPED)
def test_what_asks_for_too_much_is_answered_in_bounds(client: APIClient, query: str) -> None:
    for prefix in LISTS:
        answer = client.get(f"/api/v1/{prefix}/?{query}")

        assert answer.status_code == 200, prefix
        assert len(answer.json()["results"]) <= 500


def test_rq_01_and_02_no_page_has_more_than_500_rows(client: APIClient) -> None:
    Indicator.objects.bulk_create(Indicator(code=f"i{n}", name="i", basis="amount") for n in range(520))

    for query in ("page_size=1000000000", "page_size=-1"):
        answer = client.get(f"/api/v1/indicators/?{query}").json()
        assert (len(answer["results"]), answer["count"]) == (500, 521)


@pytest.mark.parametrize("number", ["0", "9" * 5_000, "-1", "1.0", "1e1", "٣", "x", "", "%00"])
def test_rq_03_and_04_a_page_that_is_none_is_refused(client: APIClient, number: str) -> None:
    for prefix in LISTS:
        refused(client.get(f"/api/v1/{prefix}/?page={number}"), "page")


def test_rq_08_thousands_of_orderings_are_refused_without_an_echo(client: APIClient) -> None:
    for prefix in LISTS:
        answer = client.get(f"/api/v1/{prefix}/?ordering=" + ",".join(["updated_at"] * 5_000))

        refused(answer, "ordering")
        assert len(answer.content) < 1_000


def test_rq_13_a_unit_of_a_plan_that_one_may_not_see_gives_an_empty_list(client: APIClient) -> None:
    elsewhere = make_unit("elsewhere")
    make_reading(make_indicator("theirs", elsewhere), SEPTEMBER, 1, unit=elsewhere)

    for query in ("readings/?unit=elsewhere", "readings/?indicator=theirs", "targets/?plan=elsewhere-2022"):
        assert client.get(f"/api/v1/{query}").json()["results"] == []


def test_rq_14_a_format_that_there_is_not_is_406(client: APIClient) -> None:
    for prefix in LISTS:
        assert client.get(f"/api/v1/{prefix}/?format=../../x").status_code == 406


@pytest.mark.parametrize("kind", ["json", "csv"])
def test_rq_17_a_parameter_that_comes_twice_is_refused_on_list_and_export_alike(client: APIClient, kind: str) -> None:
    refused(client.get(f"/api/v1/readings/?unit=office&unit=other&format={kind}"), "unit")
    refused(client.get(f"/api/v1/targets/?code=a&code=a&format={kind}"), "code")


def test_rq_18_an_indent_in_accept_changes_nothing(client: APIClient) -> None:
    plain = client.get("/api/v1/units/")

    indented = client.get("/api/v1/units/", HTTP_ACCEPT="application/json; indent=999999")

    assert indented.status_code == 200
    assert indented.content == plain.content


@pytest.mark.parametrize("prefix", ["readings", "targets", "indicators"])
@pytest.mark.parametrize("kind", ["json", "csv"])
def test_rq_19_ten_rows_and_a_hundred_take_the_same_queries(cast: Cast, prefix: str, kind: str) -> None:
    client = client_of(cast.leader)

    def add(numbers: range) -> None:
        for number in numbers:
            indicator = make_indicator(f"i{number}")
            make_target(cast.plan, indicator, code=f"t{number}")
            make_reading(indicator, period_end(2022 * 12 + 1), number)

    def count() -> int:
        # What was never computed is, when it is first asked for.
        client.get(f"/api/v1/{prefix}/")
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(f"/api/v1/{prefix}/?format={kind}")
            list(getattr(answer, "streaming_content", ()))
        return len(captured)

    add(range(10))
    few = count()
    # As many as a page has.
    add(range(10, 99))

    assert count() == few


@pytest.mark.parametrize(
    "key", ["-1", "0", "1e3", "9" * 30, "9" * 18, "%00", "١", "..%2f..%2fetc%2fpasswd", "a'b", "1;--", "None"]
)
def test_rq_20_a_path_that_leads_nowhere_is_404(client: APIClient, key: str) -> None:
    for prefix in LISTS:
        answer = client.get(f"/api/v1/{prefix}/{key}/")

        assert answer.status_code == 404, (prefix, key)
        assert answer.json()["errors"][0]["code"] == "not_found"


def test_every_case_of_the_file_is_held_here() -> None:
    assert {case["id"] for case in cases("rest_query")} == HELD

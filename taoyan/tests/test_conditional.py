"""ETags of every list and detail: they hold while nothing changed, and move with every table of the answer."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from rest_framework.test import APIClient

from accounts.models import Grant, User
from common import changes
from goals.models import Evidence, Plan, Programme, Progress, Reading, Target, WarningProfile
from goals.progress.recompute import recompute
from goals.tests.evidence.factories import attached
from goals.tests.factories import client_of, make_reading, make_user
from goals.tests.pages.factories import SEPTEMBER, Cast, make_cast
from taoyan.api import router

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
# Written by every request, and read by none of the answers.
OWN = {"accounts_token", "django_session", "django_content_type", "portal_change", "goals_mark"}
LISTS = [prefix for prefix, _viewset, _basename in router.registry]


@pytest.fixture
def cast() -> Cast:
    cast = make_cast(frequency="monthly")
    reading = make_reading(cast.indicator, SEPTEMBER, 5, reported_by=cast.official, state="draft")
    attached(cast, reading)
    make_reading(cast.indicator, date(2022, 8, 31), 5, reported_by=cast.official, reviewed_by=cast.reviewer)
    programme = Programme.objects.create(plan=cast.target.plan, code="p", name="p")
    cast.target.memberships.create(programme=programme)
    recompute([cast.target.pk])
    return cast


@pytest.fixture
def client(cast: Cast) -> APIClient:
    return client_of(cast.leader)


def again(client: APIClient, path: str, tag: str) -> int:
    return int(client.get(path, HTTP_IF_NONE_MATCH=tag).status_code)


def address(prefix: str) -> str:
    return f"/api/v1/{prefix}/"


def viewset_of(prefix: str) -> Any:
    return next(viewset for name, viewset, _basename in router.registry if name == prefix)


def paths(client: APIClient, prefix: str) -> list[str]:
    """A resource's list and, where it has a row, a detail."""
    rows = client.get(address(prefix)).json()["results"]
    if not rows:
        return [address(prefix)]
    field = viewset_of(prefix).lookup_field
    key = rows[0]["id" if field == "pk" else field]
    return [
        address(prefix),
        f"{address(prefix)}{key}@{rows[0]['version']}/" if prefix == "profiles" else f"{address(prefix)}{key}/",
    ]


@pytest.mark.parametrize("prefix", LISTS)
def test_an_answer_that_did_not_change_is_304_and_reads_no_rows(client: APIClient, prefix: str) -> None:
    for path in paths(client, prefix):
        first = client.get(path)
        with CaptureQueriesContext(connection) as captured:
            second = client.get(path, HTTP_IF_NONE_MATCH=first["ETag"])

        assert (first.status_code, second.status_code, second.content) == (200, 304, b"")
        assert second["ETag"] == first["ETag"]
        # The token, and how the tables stand.
        assert len(captured) == 2, [q["sql"] for q in captured.captured_queries]


@pytest.mark.parametrize("prefix", LISTS)
def test_an_etag_knows_every_table_that_its_answer_is_made_of(client: APIClient, prefix: str) -> None:
    models = viewset_of(prefix).depends_on
    known = {m._meta.db_table for m in (changes.tracked() if models is None else models)}
    expansions = ",".join(viewset_of(prefix).expandable)
    for path in paths(client, prefix):
        with CaptureQueriesContext(connection) as captured:
            client.get(path + (f"?expand={expansions}" if expansions else ""))

        sql = " ".join(q["sql"] for q in captured.captured_queries)
        read = set(re.findall(r'(?:FROM|JOIN|UPDATE|INTO) "?([a-z]+_[a-z_]+)"?', sql)) - OWN
        assert read <= known, read - known


def rename_unit(cast: Cast) -> None:
    cast.office.name = "改名"
    cast.office.save()


def touch_progress(cast: Cast) -> None:
    Progress.objects.filter(target=cast.target).update(actual=99)


def approve(cast: Cast) -> None:
    Reading.objects.update(note="改")


def detach(cast: Cast) -> None:
    Evidence.objects.all().delete()


def unhang(cast: Cast) -> None:
    cast.target.memberships.all().delete()


def new_role(cast: Cast) -> None:
    Grant.objects.create(user=cast.leader, role="reviewer", unit=cast.office)


@pytest.mark.parametrize(
    ("prefix", "change"),
    [
        ("units", rename_unit),
        ("targets", touch_progress),
        ("targets", unhang),
        ("targets", rename_unit),
        ("readings", approve),
        ("readings", detach),
        ("evidence", detach),
        ("plans", touch_progress),
        ("posts", new_role),
    ],
)
def test_it_moves_when_what_it_is_made_of_does(
    cast: Cast, client: APIClient, prefix: str, change: Callable[[Cast], None]
) -> None:
    tag = client.get(address(prefix))["ETag"]

    change(cast)

    assert again(client, address(prefix), tag) == 200


def test_it_does_not_move_with_what_it_is_not_made_of(cast: Cast, client: APIClient) -> None:
    tag = client.get(address("units"))["ETag"]

    approve(cast)
    touch_progress(cast)
    User.objects.filter(pk=cast.leader.pk).update(last_login=datetime.now(UTC))

    assert again(client, address("units"), tag) == 304


def test_a_targets_moves_when_its_progress_does(cast: Cast, client: APIClient) -> None:
    path = f"{address('targets')}{cast.target.pk}/"
    tag = client.get(path)["ETag"]
    assert again(client, path, tag) == 304

    Reading.objects.filter(period=SEPTEMBER).update(state="approved")
    recompute([cast.target.pk])

    assert again(client, path, tag) == 200


@pytest.mark.parametrize(
    "headers", [{"HTTP_ACCEPT_LANGUAGE": "en"}, {"HTTP_ACCEPT": "application/json"}, {"HTTP_AUTHORIZATION": "other"}]
)
def test_another_language_or_person_has_another(cast: Cast, client: APIClient, headers: dict[str, Any]) -> None:
    tag = client.get(address("units"))["ETag"]
    if "HTTP_AUTHORIZATION" in headers:
        assert again(client_of(make_user("another", "leader")), address("units"), tag) == 200
    else:
        assert client.get(address("units"), HTTP_IF_NONE_MATCH=tag, **headers).status_code == 200


def test_another_day_has_another(client: APIClient, settings: Any) -> None:
    tag = client.get(address("targets"))["ETag"]

    settings.TAOYAN_TODAY = "2022-10-13"

    assert again(client, address("targets"), tag) == 200


def test_a_weak_one_and_one_of_several_are_known_again(client: APIClient) -> None:
    tag = client.get(address("units"))["ETag"]

    assert again(client, address("units"), f"W/{tag}") == 304
    assert again(client, address("units"), f'"other", {tag}') == 304
    assert again(client, address("units"), '"other"') == 200
    assert again(client, address("units"), "nonsense") == 200


def test_an_answer_is_compressed_and_known_again(client: APIClient) -> None:
    for coding in ("gzip", "br"):
        answer = client.get("/api/v1/targets/", HTTP_ACCEPT_ENCODING=coding)

        assert answer["Content-Encoding"] == coding
        assert again(client, address("targets"), answer["ETag"]) == 304


def test_last_modified_is_honoured_to_the_second(cast: Cast, client: APIClient) -> None:
    fresh = client.get(address("units"))["Last-Modified"]
    later = (datetime.now(UTC) + timedelta(seconds=5)).strftime("%a, %d %b %Y %H:%M:%S GMT")

    # The second of the last change isn't over: it may see another.
    assert client.get(address("units"), HTTP_IF_MODIFIED_SINCE=fresh).status_code == 200
    assert client.get(address("units"), HTTP_IF_MODIFIED_SINCE=later).status_code == 304
    assert client.get(address("units"), HTTP_IF_MODIFIED_SINCE="soon").status_code == 200
    assert client.get(address("units"), HTTP_IF_MODIFIED_SINCE=later, HTTP_IF_NONE_MATCH='"x"').status_code == 200


def test_who_may_not_is_told_so_and_not_304(cast: Cast, client: APIClient) -> None:
    tag = client.get(address("units"))["ETag"]
    cast.leader.grants.all().delete()

    assert again(client, address("units"), tag) == 403
    assert again(APIClient(), address("units"), tag) == 401


def test_a_file_and_a_refusal_have_none(cast: Cast, client: APIClient) -> None:
    download = client.get(reverse("api:evidence-download", args=[Evidence.objects.get().pk]))

    assert download.status_code == 200 and not download.has_header("ETag")
    assert not client.get(f"{address('units')}nowhere/").has_header("ETag")


@pytest.mark.parametrize("prefix", ["targets", "sections", "programmes", "indicators", "plans", "profiles", "units"])
def test_a_stale_if_match_is_412_and_writes_nothing(cast: Cast, prefix: str) -> None:
    planner = client_of(make_user("keeper", "planner"))
    Plan.objects.update(state="draft")
    if prefix == "profiles":
        # One that a plan uses stays as it is.
        bands = WarningProfile.objects.get().bands
        WarningProfile.objects.create(code="0", edition=1, source="s", bands=bands)
    path = paths(planner, prefix)[1]
    field = "source" if prefix == "profiles" else "name"
    tag = planner.get(path)["ETag"]

    first = planner.patch(path, {field: "一"}, format="json", HTTP_IF_MATCH=tag)
    stale = planner.patch(path, {field: "二"}, format="json", HTTP_IF_MATCH=tag)
    gone = planner.delete(path, HTTP_IF_MATCH=tag)

    assert (first.status_code, stale.status_code, gone.status_code) == (200, 412, 412), first.content
    assert stale.json()["errors"][0]["code"] == "stale_version"
    assert planner.get(path).json()[field] == "一"


@pytest.mark.parametrize("tag", ['"1"', "1", "*", 'W/"1"', None])
def test_if_match_takes_the_version_as_well(cast: Cast, tag: str | None) -> None:
    Target.objects.update(version=1)
    Plan.objects.update(state="draft")
    planner, path = client_of(make_user("keeper", "planner")), f"{address('targets')}{cast.target.pk}/"
    headers: dict[str, Any] = {} if tag is None else {"HTTP_IF_MATCH": tag}

    assert planner.patch(path, {"note": "改"}, format="json", **headers).status_code == 200


@pytest.mark.parametrize("tag", ["", "x", '"x"', '"1-"', '"-1"', '"1e3"', '"' + "9" * 5_000 + '"'])
def test_an_if_match_that_is_none_is_400_with_its_name(cast: Cast, tag: str) -> None:
    planner, path = client_of(make_user("keeper", "planner")), f"{address('targets')}{cast.target.pk}/"

    answer = planner.patch(path, {"note": "改"}, format="json", HTTP_IF_MATCH=tag)

    assert answer.status_code == 400
    assert [e["attr"] for e in answer.json()["errors"]] == ["If-Match"]


def test_a_workflow_action_holds_it_against_the_reading(cast: Cast) -> None:
    reporter = client_of(cast.official)
    path = f"{address('readings')}{Reading.objects.get(period=SEPTEMBER).pk}/"
    tag = reporter.get(path)["ETag"]
    reporter.patch(path, {"value": 6}, format="json")

    assert reporter.post(f"{path}submit/", HTTP_IF_MATCH=tag).status_code == 412
    assert reporter.post(f"{path}submit/", HTTP_IF_MATCH=reporter.get(path)["ETag"]).status_code == 200


def test_a_profile_is_no_other_by_its_edition(cast: Cast, client: APIClient) -> None:
    path = "/api/v1/profiles/default@1/"
    tag = client.get(path)["ETag"]

    WarningProfile.objects.create(code="default", edition=2, source="s", bands=WarningProfile.objects.get().bands)

    assert again(client, path, tag) == 200

"""Pushing at the same time as others: carried out once, refused by name, never half."""

from collections import Counter
from typing import Any

import pytest
from rest_framework.test import APIClient

from audit.models import Event
from audit.trail import first_broken_link
from goals.models import Plan, Reading, Target
from goals.models.reading import State
from goals.tests.concurrent.crowd import ON_POSTGRESQL, at_once, statuses
from goals.tests.factories import client_of, make_reading, make_user
from goals.tests.pages.factories import SEPTEMBER, Cast, make_cast

pytestmark = [pytest.mark.django_db(transaction=True), ON_POSTGRESQL]
READINGS = "/api/v1/readings/"


@pytest.fixture
def cast() -> Cast:
    return make_cast(frequency="monthly")


def row(**fields: Any) -> dict[str, Any]:
    return {"indicator": "firms", "unit": "office", "period": "2022-09-30", "value": 5} | fields


def waiting(cast: Cast) -> Reading:
    return make_reading(cast.indicator, SEPTEMBER, 5, state=State.SUBMITTED, reported_by=cast.official)


def clone(client: APIClient) -> APIClient:
    other = APIClient()
    other.credentials(**client._credentials)  # type: ignore[attr-defined]
    return other


def test_rb_21_of_fifty_with_one_key_one_is_carried_out_and_all_are_answered_alike(cast: Cast) -> None:
    client = client_of(cast.official)

    def post() -> Any:
        return clone(client).post(READINGS, row(state="submitted"), format="json", HTTP_IDEMPOTENCY_KEY="night-1")

    answers = at_once(*[post] * 50)

    assert Counter(statuses(answers)) == {201: 50}
    assert len({a.content for a in answers}) == 1
    assert sum(a.has_header("Idempotent-Replayed") for a in answers) == 49
    assert Reading.objects.count() == Event.objects.filter(action="submit").count() == 1
    assert first_broken_link() is None


def test_rb_22_of_two_bodies_with_one_key_one_is_carried_out(cast: Cast) -> None:
    client = client_of(cast.official)

    def post(value: int) -> Any:
        return clone(client).post(READINGS, row(value=value), format="json", HTTP_IDEMPOTENCY_KEY="night-2")

    answers = at_once(*(lambda v=v: post(v) for v in range(10)))  # type: ignore[misc]

    assert Counter(statuses(answers)) == {201: 1, 422: 9}
    assert Reading.objects.count() == 1


def test_of_ten_changes_to_one_version_one_is_made_and_nine_are_412(cast: Cast) -> None:
    client = client_of(cast.official)
    pk = client.post(READINGS, row(), format="json").json()["ids"][0]
    tag = client.get(f"{READINGS}{pk}/")["ETag"]

    def patch(value: int) -> Any:
        return clone(client).patch(f"{READINGS}{pk}/", {"value": value}, format="json", HTTP_IF_MATCH=tag)

    answers = at_once(*(lambda v=v: patch(v) for v in range(10, 20)))  # type: ignore[misc]

    assert Counter(statuses(answers)) == {200: 1, 412: 9}
    made = next(a.json() for a in answers if a.status_code == 200)
    assert (made["value"], made["version"]) == (Reading.objects.get().value, 2)
    assert Event.objects.filter(action="edit_draft").count() == 1


def test_the_same_holds_for_what_a_planner_keeps(cast: Cast) -> None:
    client = client_of(make_user("keeper", "planner"))
    Plan.objects.update(state="draft")
    path = f"/api/v1/targets/{cast.target.pk}/"
    tag = client.get(path)["ETag"]

    def patch(note: str) -> Any:
        return clone(client).patch(path, {"note": note}, format="json", HTTP_IF_MATCH=tag)

    answers = at_once(*(lambda n=n: patch(str(n)) for n in range(6)))  # type: ignore[misc]

    assert Counter(statuses(answers)) == {200: 1, 412: 5}


def test_rb_19_without_if_match_changes_of_different_fields_are_all_kept(cast: Cast) -> None:
    client = client_of(make_user("keeper", "planner"))
    Plan.objects.update(state="draft")
    path = f"/api/v1/targets/{cast.target.pk}/"
    changes: list[dict[str, Any]] = [{"note": "甲"}, {"literal": "乙"}, {"modality": "丙"}, {"goal": 777}]

    answers = at_once(*(lambda c=c: clone(client).patch(path, c, format="json") for c in changes))  # type: ignore[misc]

    assert statuses(answers) == [200] * 4
    target = Target.objects.get(pk=cast.target.pk)
    assert (target.note, target.literal, target.modality, target.goal) == ("甲", "乙", "丙", 777)
    assert target.version == cast.target.version + 4


def test_of_ten_approvals_of_one_reading_one_succeeds_and_nine_are_409(cast: Cast) -> None:
    client, path = client_of(cast.reviewer), f"{READINGS}{waiting(cast).pk}/approve/"

    answers = at_once(*[lambda: clone(client).post(path)] * 10)

    assert Counter(statuses(answers)) == {200: 1, 409: 9}
    assert Event.objects.filter(action="approve").count() == 1


def test_of_ten_approvals_of_one_version_one_succeeds_and_nine_are_412(cast: Cast) -> None:
    reading = waiting(cast)
    client, path = client_of(cast.reviewer), f"{READINGS}{reading.pk}/approve/"
    tag = f'"{reading.version}"'

    answers = at_once(*[lambda: clone(client).post(path, HTTP_IF_MATCH=tag)] * 10)

    assert Counter(statuses(answers)) == {200: 1, 412: 9}
    assert Event.objects.filter(action="approve").count() == 1


def test_of_two_feeds_with_different_figures_for_a_slot_both_leave_one_approved(cast: Cast) -> None:
    clients = []
    for name in ("feed", "other_feed"):
        feed = make_user(name, "data_feed")
        cast.indicator.feeds.add(feed)
        clients.append(client_of(feed))

    answers = at_once(
        *(
            lambda c=c, n=n: c.post(READINGS, row(value=n, state="approved"), format="json")  # type: ignore[misc]
            for n, c in enumerate(clients)
        )
    )

    # Whoever comes second finds the other's: a revision, or a conflict where neither saw the other.
    assert set(statuses(answers)) <= {201, 409} and 201 in statuses(answers)
    assert Reading.objects.filter(state="approved").count() == 1


def test_of_two_drafts_for_a_new_slot_at_once_none_is_lost_without_a_word(cast: Cast) -> None:
    client = client_of(cast.official)

    answers = at_once(*(lambda v=v: clone(client).post(READINGS, row(value=v), format="json") for v in range(8)))  # type: ignore[misc]

    assert set(statuses(answers)) <= {200, 201, 409}
    assert Reading.objects.count() == 1
    kept = Event.objects.filter(action="save_draft").count()
    assert kept == sum(a.status_code < 300 and not a.json()["unchanged"] for a in answers)

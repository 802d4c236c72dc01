"""`workflow_and_access` of bad-inputs.yaml: out of turn, by the wrong person, or both at once."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models.deletion import ProtectedError

from accounts.models import Grant, Role, Unit, User
from audit import triggers
from audit.models import Event
from common.tests.together import at_once
from goals import reporting
from goals.models import Progress, Reading, Target
from goals.models.reading import State
from goals.progress.recompute import recompute
from goals.tests.factories import client_of, make_indicator, make_office, make_reading, make_target, make_user
from goals.tests.pages.factories import AUGUST, SEPTEMBER, Cast, browser_of, make_cast

pytestmark = pytest.mark.django_db
READINGS = "/api/v1/readings/"
BUSINESS = ["plans/", "targets/", "readings/", "indicators/", "sections/", "plans/taoyan-2022/summary/"]
both_at_once = pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one writer in at a time")


@pytest.fixture
def cast() -> Cast:
    return make_cast(frequency="monthly")


def waiting(cast: Cast, **fields: Any) -> Reading:
    fields = {"state": State.SUBMITTED, "entered_by": cast.official, "reported_by": cast.official} | fields
    return make_reading(cast.indicator, SEPTEMBER, 5, **fields)


@pytest.mark.parametrize(
    ("state", "action"),
    [
        ("draft", "approve"),
        ("approved", "approve"),
        ("approved", "return"),
        ("approved", "submit"),
        ("returned", "approve"),
        ("returned", "submit"),
    ],
)
def test_wf_01_an_action_out_of_turn_is_a_conflict(cast: Cast, state: str, action: str) -> None:
    reading = waiting(cast, state=state)
    user = cast.official if action == "submit" else cast.reviewer
    events = Event.objects.count()

    answer = client_of(user).post(f"{READINGS}{reading.pk}/{action}/", {"reason": "不对"}, format="json")

    reading.refresh_from_db()
    assert answer.status_code == 409
    assert reading.state == state
    assert Event.objects.count() == events


@pytest.mark.parametrize("roles", [("reporter",), ("reporter", "reviewer")])
def test_wf_02_nobody_approves_the_own_reading(cast: Cast, roles: tuple[str, ...]) -> None:
    both = make_user("both", *roles, unit=cast.office)
    reading = waiting(cast, entered_by=both, reported_by=both, hands=[both.pk])

    answer = client_of(both).post(f"{READINGS}{reading.pk}/approve/")

    assert answer.status_code == 403
    assert Reading.objects.get().state == State.SUBMITTED


@both_at_once
@pytest.mark.django_db(transaction=True)
def test_wf_03_of_an_approval_and_a_return_at_once_one_wins() -> None:
    cast = make_cast(frequency="monthly")
    for _pair in range(20):
        reading = waiting(cast, revision=Reading.objects.count() + 1)
        events = Event.objects.filter(action__in=["approve", "return"]).count()

        results = at_once(
            lambda pk=reading.pk: reporting.approve(User.objects.get(pk=cast.reviewer.pk), pk),  # type: ignore[misc]
            lambda pk=reading.pk: reporting.return_reading(User.objects.get(pk=cast.reviewer.pk), pk, "不对"),  # type: ignore[misc]
        )

        assert results == ["Conflict", "done"]
        assert Event.objects.filter(action__in=["approve", "return"]).count() == events + 1


def test_wf_04_what_is_approved_is_not_edited(cast: Cast) -> None:
    reading = waiting(cast, state=State.APPROVED)

    answer = client_of(cast.official).patch(f"{READINGS}{reading.pk}/", {"value": 6}, format="json")

    assert answer.status_code == 409
    assert Reading.objects.get().value == 5


def test_wf_05_submitting_five_times_submits_once(cast: Cast) -> None:
    client = client_of(cast.official)
    row = {"indicator": "firms", "unit": "office", "period": "2022-09-30", "value": 5, "state": "submitted"}

    answers = [client.post(READINGS, row, format="json") for _time in range(5)]

    assert len({tuple(a.json()["ids"]) for a in answers}) == 1
    assert Reading.objects.count() == Event.objects.filter(action="submit").count() == 1


def test_wf_06_another_offices_reviewer_is_denied(cast: Cast) -> None:
    reading = waiting(cast)

    assert client_of(cast.other_reviewer).post(f"{READINGS}{reading.pk}/approve/").status_code == 403


def test_wf_07_a_moved_official_no_longer_reports_for_the_old_office(cast: Cast) -> None:
    browser = browser_of(cast.official)
    browser.get("/report/")
    Grant.objects.filter(user=cast.official).update(unit=make_office("other_office"))
    key = "firms|office|2022-09-30"

    answer = browser.post("/report/", {"row": [key], "submit": "1", f"value|{key}": "1"})

    assert answer.status_code == 403
    assert not Reading.objects.exists()


def test_wf_08_a_removed_role_ends_with_the_next_click(cast: Cast) -> None:
    reading, browser = waiting(cast), browser_of(cast.reviewer)
    browser.get("/review/")
    Grant.objects.filter(user=cast.reviewer).delete()

    assert browser.post(f"/review/{reading.pk}/approve/").status_code == 403
    assert Reading.objects.get().state == State.SUBMITTED


@pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason": None}, {"reason": 5}])
def test_wf_09_a_return_needs_its_reason(cast: Cast, body: dict[str, Any]) -> None:
    reading = waiting(cast)

    answer = client_of(cast.reviewer).post(f"{READINGS}{reading.pk}/return/", body, format="json")

    assert answer.status_code == 400
    assert [e["attr"] for e in answer.json()["errors"]] == ["reason"]


@pytest.mark.parametrize(
    "terms",
    [{"weight": Decimal(0)}, {"weight": Decimal("33.3")}, {"goal": Decimal(0)}, {"baseline": Decimal(100)}],
)
def test_wf_10_odd_terms_have_a_result_and_never_an_error(cast: Cast, terms: dict[str, Any]) -> None:
    Target.objects.update(**terms)
    for month in range(1, 10):
        make_reading(
            cast.indicator, SEPTEMBER.replace(month=month, day=28 if month == 2 else 30 + (month in (1, 3, 5, 7, 8))), 1
        )

    recompute([cast.target.pk])

    assert Progress.objects.get(target=cast.target, slot=0).status != "no_data"
    assert browser_of(cast.leader).get("/").status_code == 200
    assert browser_of(cast.leader).get(f"/targets/{cast.target.pk}/").status_code == 200


def test_wf_12_nothing_that_has_readings_is_deleted(cast: Cast) -> None:
    waiting(cast)
    planner = client_of(cast.planner)

    assert planner.delete("/api/v1/units/office/").status_code == 409
    assert planner.delete("/api/v1/indicators/firms/").status_code == 409
    with pytest.raises(ProtectedError):
        cast.official.delete()
    assert Unit.objects.filter(code="office").exists()


def test_wf_13_one_foreign_id_among_many_approves_none(cast: Cast) -> None:
    mine = [
        make_reading(make_indicator(f"more.{n}", cast.office), SEPTEMBER, 1, state=State.SUBMITTED) for n in range(20)
    ]
    for reading in mine:
        make_target(cast.plan, reading.indicator)
    other = make_office("other_office")
    foreign = make_indicator("foreign", other)
    make_target(cast.plan, foreign, lead_office=other)
    theirs = make_reading(foreign, SEPTEMBER, 1, unit=other, state=State.SUBMITTED)

    answer = client_of(cast.reviewer).post(
        f"{READINGS}approve/", {"ids": [*(r.pk for r in mine), theirs.pk]}, format="json"
    )

    assert answer.status_code == 403
    assert not Reading.objects.filter(state=State.APPROVED).exists()


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR])
@pytest.mark.parametrize(
    "path", ["plans/", "targets/", "readings/", "indicators/", "sections/", "plans/taoyan-2022/summary/"]
)
def test_wf_14_who_administers_or_audits_reads_no_business(cast: Cast, role: str, path: str) -> None:
    waiting(cast)
    client = client_of(make_user("other", role))

    answer = client.get(f"/api/v1/{path}")

    assert answer.status_code in (403, 404)
    assert client.post(READINGS, {"indicator": "firms"}, format="json").status_code == 403


def test_wf_16_a_unit_never_stands_below_itself(cast: Cast) -> None:
    answer = client_of(cast.planner).patch("/api/v1/units/taoyan/", {"parent": "office"}, format="json")

    assert answer.status_code == 400
    assert [e["attr"] for e in answer.json()["errors"]] == ["parent"]


@pytest.mark.parametrize(
    "change",
    [
        lambda: Event.objects.update(action="other"),
        lambda: Event.objects.all().delete(),
        lambda: connection.cursor().execute("DELETE FROM audit_event"),
        lambda: connection.cursor().execute("UPDATE audit_event SET action = 'x'"),
    ],
    ids=["update", "delete", "sql delete", "sql update"],
)
def test_wf_17_the_database_itself_keeps_the_trail(cast: Cast, change: Callable[[], object]) -> None:
    reporting.return_reading(cast.reviewer, waiting(cast).pk, "不对")
    triggers.create(connection)
    before = list(Event.objects.values_list("pk", "action"))

    with pytest.raises(DatabaseError), transaction.atomic():
        change()

    assert list(Event.objects.values_list("pk", "action")) == before
    triggers.drop(connection)


def test_the_period_before_stays_as_it_was(cast: Cast) -> None:
    old = make_reading(cast.indicator, AUGUST, 3)

    reporting.approve(cast.reviewer, waiting(cast).pk)

    old.refresh_from_db()
    assert (old.state, old.value) == (State.APPROVED, 3)

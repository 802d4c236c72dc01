"""Beside a hundred others, what is asked of one plan is answered from its own rows: plans of queries on PostgreSQL."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from accounts.models import User
from goals import scenario
from goals.models import Reading, Target
from goals.progress.recompute import mark, recompute
from goals.scenario.shape import SIZES, TARGETS, Size
from goals.tests.factories import client_of
from goals.tests.scenario.plan_shapes import examined, indexes, whole_tables

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="the plans of queries are PostgreSQL's"),
]
PLAN = "scenario0005-2022"
MONTHS = 24


@pytest.fixture(scope="module")
def hundred(stage: None) -> None:
    """101 plans with 194,000 readings, all with progress, and what the planner knows of them."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setitem(SIZES, "hundred", Size(4, 101))
        scenario.make("hundred", 1)
    recompute(Target.objects.values_list("pk", flat=True), today_only=True)
    recompute(own())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


@pytest.fixture
def leader(hundred: None) -> Client:
    return browser("leader")


def browser(role: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=f"scenario0005.{role}"))
    return client


def own() -> list[int]:
    return list(Target.objects.filter(plan__slug=PLAN).order_by("pk").values_list("pk", flat=True))


def reading_of(client: Any, path: str) -> Callable[[], None]:
    client.get(path)

    def read() -> None:
        assert client.get(path).status_code == 200, path

    return read


def test_a_recompute_reads_no_table_from_end_to_end(hundred: None) -> None:
    ids = own()

    assert whole_tables(lambda: recompute(ids, today_only=True)) == []


def test_a_recompute_sums_the_plans_own_readings(hundred: None) -> None:
    ids = own()

    found = examined(lambda: recompute(ids, today_only=True))

    assert 0 < found["goals_reading"] <= TARGETS * MONTHS
    assert any("reading_" in name for name in indexes(lambda: recompute(ids, today_only=True)))


def test_a_recompute_of_one_target_reads_its_own_rows_alone(hundred: None) -> None:
    (pk, *_others) = own()
    mark([pk], "approve")

    found = examined(lambda: recompute([pk]))

    assert found["goals_reading"] <= MONTHS
    assert found["goals_target"] <= 2


def test_the_overview_reads_stored_progress_and_no_reading_is_summed(leader: Client) -> None:
    read = reading_of(leader, f"/plans/{PLAN}/")

    found = examined(read)

    assert found["goals_progress"] >= TARGETS
    assert whole_tables(read) == []


def test_targets_reads_stored_progress_and_no_readings(hundred: None) -> None:
    client = client_of(User.objects.get(username="scenario0005.leader"), "read")
    read = reading_of(client, f"/api/v1/targets/?plan={PLAN}&page_size=100")

    found = examined(read)

    assert "goals_reading" not in found
    assert found["goals_progress"] <= 40 * TARGETS
    assert whole_tables(read) == []


PAGES = [
    ("leader", f"/plans/{PLAN}/"),
    ("leader", f"/plans/{PLAN}/sections/s1/"),
    ("reporter", "/report/"),
    ("reviewer", "/review/"),
    ("planner", f"/planner/{PLAN}/"),
    ("planner", f"/plans/{PLAN}/calendar/"),
]


@pytest.mark.parametrize(("role", "path"), PAGES, ids=[path for _role, path in PAGES])
def test_a_page_costs_no_more_for_what_other_plans_hold(hundred: None, role: str, path: str) -> None:
    read = reading_of(browser(role), path)

    found = examined(read)

    # A page may look at the own plan's rows several times; there are a hundred times as many.
    assert found.get("goals_reading", 0) <= 6 * TARGETS * MONTHS
    for table in ("goals_target", "goals_progress", "goals_indicator", "goals_reportingunit", "goals_mark"):
        assert found.get(table, 0) <= 40 * TARGETS, (table, found)
    assert "goals_reading" not in whole_tables(read)


def test_the_measure_of_this_test_sees_a_table_read_from_end_to_end(hundred: None) -> None:
    def read() -> None:
        list(Reading.objects.filter(note="nothing of the kind"))

    assert whole_tables(read) == ["goals_reading"]
    assert examined(read)["goals_reading"] == 101 * TARGETS * MONTHS

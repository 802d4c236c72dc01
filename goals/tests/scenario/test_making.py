"""Scenarios: invented, marked, the same each time, never beside a real plan."""

import re
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import Unit, User
from common import bulk
from goals import scenario
from goals.models import Indicator, Plan, Reading, ReportingUnit
from goals.scenario.shape import SIZES, districts
from goals.tests.factories import make_plan, make_unit

pytestmark = pytest.mark.django_db
STREET = "da0f864466370f03"


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("make_scenario", *arguments, stdout=out)
    return out.getvalue()


def test_a_province_has_1360_subdistricts_in_its_districts() -> None:
    found = list(districts(SIZES["province"]))

    assert [n for _district, below in found for n in below] == list(range(1_360))
    assert {len(below) for _district, below in found} == {15, 16}


def test_a_districts_subdistricts_are_between_twenty_and_thirty() -> None:
    ((_number, below),) = districts(SIZES["district"])

    assert 20 <= len(below) <= 30


def test_the_same_seed_gives_the_same_rows_on_any_machine() -> None:
    assert scenario.rows_hash("street", 7)[:16] == STREET


def test_another_seed_gives_other_rows() -> None:
    assert scenario.rows_hash("street", 8) != scenario.rows_hash("street", 7)


def test_with_a_password_everybody_can(settings: Any) -> None:
    scenario.make("street", 1, password="correct-Horse-9")

    assert User.objects.get(username="scenario0001.leader").check_password("correct-Horse-9")


def test_the_command_says_how_many_rows() -> None:
    out = run("street", "--seed", "3", "--progress", "today")

    assert "goals_reading: 1920" in out
    assert "已重算 80 项" in out


def test_a_database_with_a_real_plan_is_left_alone() -> None:
    make_plan("taoyan-2022")
    before = Unit.objects.count()

    with pytest.raises(CommandError, match="taoyan-2022"):
        run("street")

    assert (Unit.objects.count(), Plan.objects.count()) == (before, 1)


def test_a_plan_that_only_calls_itself_a_scenario_is_a_real_one() -> None:
    make_plan("scenario-of-ours")

    with pytest.raises(CommandError, match="scenario-of-ours"):
        run("street")


def test_a_mistake_on_the_way_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("goals.scenario.making.trail.record", fail)
    with pytest.raises(RuntimeError):
        scenario.make("street", 1)

    assert not Plan.objects.exists() and not Reading.objects.exists()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="indexes are made afterwards on PostgreSQL")
def test_filling_leaves_the_indexes_and_keys_as_they_were() -> None:
    def schema() -> set[Any]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
                "WHERE conrelid = 'goals_reading'::regclass UNION "
                " SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index "
                "WHERE indrelid = 'goals_reading'::regclass"
            )
            # A condition is written down with casts that come and go.
            return {(name, re.sub(r"::[a-z ]+(\[\])?|[()]", "", made)) for name, made in cursor.fetchall()}

    before = schema()
    with bulk.indexes_afterwards(Reading):
        assert schema() != before

    assert schema() == before


def test_rows_get_the_models_defaults() -> None:
    unit, indicator = make_unit(), Indicator.objects.create(code="i", name="i", basis="amount")

    assert bulk.stream(ReportingUnit, ["indicator_id", "unit_id"], [(indicator.pk, unit.pk)], replaces="x") == 1

    made = ReportingUnit.objects.get()
    assert (made.first_day.year, made.last_day.year, made.replaces) == (1900, 9999, "x")

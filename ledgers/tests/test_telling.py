"""What an import tells the trail of its rows: of new ones all they say, of changed ones what changed."""

from typing import Any

import pytest

from common.bulk import Mould
from ledgers.telling import changed_attributes, told, told_changes, told_new
from ledgers.tests.factories import TODAY, register
from safety.models import Hazard
from safety.tests.factories import hazard, make_village, save

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(settings: Any) -> None:
    settings.TAOYAN_TODAY = TODAY.isoformat()


def pair(**values: Any) -> tuple[Hazard, Hazard]:
    """A stored row, and the same with these values."""
    old = save(hazard())
    row: Hazard = Mould(Hazard).loaded([getattr(old, f.attname) for f in Hazard._meta.concrete_fields])
    row._state.fields_cache["unit"] = old.unit
    for name, value in values.items():
        setattr(row, name, value)
    return old, row


def said_of(told_rows: dict[str, Any], row: Hazard) -> dict[str, Any]:
    """All that the trail holds of one new row."""
    return dict(zip(told_rows["fields"], told_rows["rows"][str(row.pk)], strict=True)) | told_rows["same"]


def test_of_new_rows_the_trail_holds_all_that_each_of_them_says() -> None:
    rows = [save(hazard(what=f"隐患{n}", unit=make_village(f"v{n}"), clause="3.1" if n else "")) for n in range(3)]

    told_rows = told_new(rows)

    for row in rows:
        alone = told(register("hazards"), row)
        silent = {name for name, value in alone.items() if value is None or value == ""}
        found = said_of(told_rows, row)
        assert {name: found.get(name) for name in alone if name not in silent} == {
            name: value for name, value in alone.items() if name not in silent
        }


def test_what_all_new_rows_say_alike_is_told_once() -> None:
    rows = [save(hazard(what=f"隐患{n}")) for n in range(3)]

    told_rows = told_new(rows)

    assert told_rows["fields"] == ["what"]
    assert told_rows["same"]["unit"] == rows[0].unit.code


def test_one_new_row_is_told_whole() -> None:
    row = save(hazard(what="电线老化"))

    told_rows = told_new([row])

    assert (told_rows["rows"], told_rows["same"]["what"]) == ({str(row.pk): []}, "电线老化")


def test_what_no_new_row_says_is_not_told() -> None:
    assert "clause" not in told_new([save(hazard())])["same"]


def test_of_a_changed_row_the_trail_holds_what_changed_and_no_more() -> None:
    one, two = pair(what="改过"), pair(note="注")
    pairs = [one, two]

    told_rows = told_changes(pairs, changed_attributes(pairs))

    assert told_rows[str(one[0].pk)] == {"before": {"what": one[0].what}, "after": {"what": "改过"}}
    assert told_rows[str(two[0].pk)] == {"before": {"note": ""}, "after": {"note": "注"}}


def test_a_row_that_moved_to_another_unit_names_both_by_code() -> None:
    nanhu = make_village("nanhu")
    moved = pair(unit=nanhu)

    told_rows = told_changes([moved], changed_attributes([moved]))

    before = moved[0].unit.code
    assert told_rows[str(moved[0].pk)] == {"before": {"unit": before}, "after": {"unit": "nanhu"}}


def test_only_columns_that_differ_somewhere_are_written() -> None:
    assert set(changed_attributes([pair(), pair(what="改过", version=2)])) == {"what", "version"}


def test_of_no_rows_nothing_is_told() -> None:
    assert (told_new([]), told_changes([], []), changed_attributes([])) == ({}, {}, [])

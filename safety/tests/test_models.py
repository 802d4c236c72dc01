"""What a row of the section can't say: each rule by its field and code; stages and lateness. No database."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Unit
from ledgers.models import Row
from safety.tests import factories

VILLAGE = Unit(pk=1, code="jingkou", name="泾口村", kind="village")
MAJOR: dict[str, Any] = {
    "grade": "major",
    "clause": "第4条",
    "recognised_by": "区应急局",
    "responsible": "王",
    "remedy": "停用",
}
MAJOR |= {"funds": 7, "contingency": "已备案"}
RECTIFIED: dict[str, Any] = {"rectified_on": date(2022, 9, 20), "rectified_by": "王"}
RECHECKED = RECTIFIED | {"recheck": "passed", "rechecked_on": date(2022, 9, 22), "rechecked_by": "沈"}
Make = Callable[..., Any]


def made(make: Make, **values: Any) -> Any:
    return make(unit=VILLAGE, **values)


def faults(row: Row) -> dict[str, list[str]]:
    """The codes of what is wrong, by field; empty for a good row."""
    try:
        row.clean()
    except ValidationError as error:
        return {name: [each.code or "" for each in found] for name, found in error.error_dict.items()}
    return {}


GOOD: list[tuple[Make, dict[str, Any]]] = [
    (factories.hazard, {}),
    (factories.hazard, {"on_the_spot": True, "due": None}),
    (factories.hazard, MAJOR),
    (factories.hazard, RECHECKED | {"closed_on": date(2022, 9, 22)}),
    (factories.hazard, RECHECKED | {"recheck": "failed"}),
    (factories.hazard, {"extended_to": date(2022, 12, 1), "extension_approved_by": "沈"}),
    (factories.hazard, {"transferred_on": date(2022, 9, 5)}),
    (factories.accident, {}),
    (factories.accident, {"in_statistics": "pending", "recognised_by": ""}),
    (factories.accident, {"casualties_on": date(2022, 10, 5)}),
    (factories.accident, {"casualties_on": date(2022, 9, 12), "kind": "road"}),
    (factories.equipment, {"next_inspection": date(2023, 1, 1)}),
    (factories.shared_plant, {"problems": 2, "settled": 2}),
    (factories.dispute, {"kind": "old", "leader": "张"}),
    (factories.dispute, {"extended_days": 30}),
    (factories.dispute, {"accepted_on": date(2022, 9, 6), "settled_on": date(2022, 9, 9), "result": "resolved"}),
]
BAD: list[tuple[Make, dict[str, Any], dict[str, list[str]]]] = [
    (factories.hazard, {"day": date(1999, 12, 31)}, {"day": ["out_of_range"]}),
    (factories.hazard, {"day": date(2022, 10, 13)}, {"day": ["future"]}),
    (factories.hazard, {"due": None}, {"due": ["required"]}),
    (factories.hazard, {"due": date(2022, 9, 4)}, {"due": ["out_of_order"]}),
    (factories.hazard, {"extended_to": date(2022, 9, 24)}, {"extended_to": ["out_of_order"]}),
    (factories.hazard, {"extended_to": date(2022, 12, 1)}, {"extension_approved_by": ["required"]}),
    (factories.hazard, {"rectified_on": date(2022, 9, 4)}, {"rectified_on": ["out_of_order"]}),
    (factories.hazard, {"rectified_on": date(2022, 10, 13)}, {"rectified_on": ["future"]}),
    (factories.hazard, RECHECKED | {"rechecked_on": date(2022, 9, 19)}, {"rechecked_on": ["out_of_order"]}),
    (factories.hazard, RECHECKED | {"closed_on": date(2022, 9, 21)}, {"closed_on": ["out_of_order"]}),
    (factories.hazard, {"closed_on": date(2022, 9, 4)}, {"closed_on": ["out_of_order"]}),
    (factories.hazard, {"closed_on": date(2022, 9, 9)}, {"closed_on": ["not_rechecked"]}),
    (
        factories.hazard,
        RECHECKED | {"recheck": "failed", "closed_on": date(2022, 9, 23)},
        {"closed_on": ["not_rechecked"]},
    ),
    (factories.hazard, RECHECKED | {"rechecked_by": " 王 "}, {"rechecked_by": ["same_person"]}),
    (factories.hazard, RECTIFIED | {"recheck": "passed"}, {n: ["required"] for n in ("rechecked_on", "rechecked_by")}),
    (factories.hazard, {"transferred_on": date(2022, 9, 4)}, {"transferred_on": ["out_of_order"]}),
    (factories.hazard, {"funds": -1}, {"funds": ["negative"]}),
    *(
        (factories.hazard, MAJOR | {name: value}, {name: ["required"]})
        for name, value in (
            ("clause", ""),
            ("recognised_by", ""),
            ("responsible", ""),
            ("remedy", ""),
            ("funds", None),
            ("due", None),
            ("contingency", ""),
        )
    ),
    (factories.accident, {"loss": -1}, {"loss": ["negative"]}),
    (factories.accident, {"recognised_by": ""}, {"recognised_by": ["required"]}),
    (factories.accident, {"in_statistics": "no", "recognised_by": ""}, {"recognised_by": ["required"]}),
    (factories.accident, {"casualties_on": date(2022, 9, 4)}, {"casualties_on": ["out_of_order"]}),
    (factories.accident, {"casualties_on": date(2022, 10, 6)}, {"casualties_on": ["too_late"]}),
    (factories.accident, {"casualties_on": date(2022, 9, 13), "kind": "road"}, {"casualties_on": ["too_late"]}),
    (factories.accident, {"casualties_on": date(2022, 9, 13), "kind": "fire"}, {"casualties_on": ["too_late"]}),
    (factories.shared_plant, {"tenants": 1}, {"tenants": ["too_few"]}),
    (factories.shared_plant, {"problems": 1, "settled": 2}, {"settled": ["above_whole"]}),
    (factories.dispute, {"accepted_on": date(2022, 9, 4)}, {"accepted_on": ["out_of_order"]}),
    (factories.dispute, {"extended_days": 31}, {"extended_days": ["too_long"]}),
    (factories.dispute, {"kind": "old"}, {"leader": ["required"]}),
    (factories.dispute, {"kind": "bypassing"}, {"leader": ["required"]}),
    (factories.dispute, {"settled_on": date(2022, 9, 9)}, {"accepted_on": ["required"], "result": ["required"]}),
]


@pytest.mark.parametrize(("make", "values"), GOOD)
def test_what_can_be_is_taken(make: Make, values: dict[str, Any]) -> None:
    assert faults(made(make, **values)) == {}


@pytest.mark.parametrize(("make", "values", "expected"), BAD)
def test_what_cannot_be_is_refused_by_field(make: Make, values: dict[str, Any], expected: dict[str, list[str]]) -> None:
    assert faults(made(make, **values)) == expected


@pytest.mark.parametrize(
    ("values", "stage"),
    [
        ({}, "rectifying"),
        (RECTIFIED, "to_recheck"),
        (RECHECKED | {"recheck": "failed"}, "rectifying"),
        ({"transferred_on": date(2022, 9, 30)}, "transferred"),
        (RECHECKED | {"closed_on": date(2022, 9, 22)}, "closed"),
        ({"on_the_spot": True}, "closed"),
    ],
)
def test_a_hazards_stage_follows_from_its_days(values: dict[str, Any], stage: str) -> None:
    row = made(factories.hazard, **values)

    row.clean()

    assert row.stage == stage


def test_what_was_put_right_on_the_spot_is_struck_off_that_day() -> None:
    row = made(factories.hazard, on_the_spot=True, due=None)

    row.clean()

    assert (row.closed_on, row.limit) == (date(2022, 9, 5), None)


@pytest.mark.parametrize(
    ("make", "values", "late"),
    [
        (factories.hazard, {"due": date(2022, 10, 11)}, True),
        (factories.hazard, {"due": date(2022, 10, 12)}, False),
        (factories.hazard, {"extended_to": date(2022, 10, 12), "extension_approved_by": "沈"}, False),
        (factories.hazard, RECTIFIED, False),
        (factories.equipment, {"next_inspection": date(2022, 10, 11)}, True),
        (factories.equipment, {"next_inspection": date(2022, 10, 12)}, False),
        (factories.shared_plant, {"problems": 2, "settled": 1}, True),
        (factories.shared_plant, {"problems": 2, "settled": 2}, False),
        (factories.dispute, {"day": date(2022, 9, 26)}, True),
        (factories.dispute, {"day": date(2022, 9, 27)}, False),
        (factories.dispute, {"day": date(2022, 8, 1), "accepted_on": date(2022, 8, 12)}, True),
        (factories.dispute, {"day": date(2022, 8, 1), "accepted_on": date(2022, 8, 12), "extended_days": 1}, False),
    ],
)
def test_what_is_open_past_its_day_is_late(make: Make, values: dict[str, Any], late: bool) -> None:
    row = made(make, **values)

    row.clean()

    assert row.is_late is late


def test_what_was_settled_late_is_not_late_any_more() -> None:
    days = {"accepted_on": date(2022, 1, 3), "settled_on": date(2022, 9, 9), "result": "resolved"}

    assert not made(factories.dispute, day=date(2022, 1, 3), **days).is_late


def test_each_row_is_called_by_what_it_is_about() -> None:
    makes = (factories.hazard, factories.accident, factories.equipment, factories.shared_plant, factories.dispute)

    assert [str(made(make)) for make in makes] == ["照明缺失", "机械伤害", "浙D01", "2号楼", "界址纠纷"]


def test_checking_a_row_asks_the_database_nothing() -> None:
    """5,000 imported rows are checked one by one; pytest-django refuses a query here."""
    for make in (factories.hazard, factories.accident, factories.equipment, factories.shared_plant, factories.dispute):
        made(make).clean()

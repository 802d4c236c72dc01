"""What a row of each register can't say, and what it says by itself."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from economy.models import FirmRequest, Project
from economy.tests import factories as make
from economy.tests.factories import CODE, DAY

BEFORE, LATER, AHEAD = date(2022, 8, 1), date(2022, 10, 10), date(2022, 10, 13)
NOT_TYPED = ["unit", "author", "created_at", "imports"]


def faults(row: Any) -> dict[str, list[str | None]]:
    """By field the codes of what is wrong with a row, without asking a database."""
    try:
        row.clean_fields(exclude=NOT_TYPED)
        row.clean()
    except ValidationError as error:
        return {name: [each.code for each in found] for name, found in error.error_dict.items()}
    return {}


@pytest.mark.parametrize("name", make.FACTORIES)
def test_a_row_with_what_it_needs_is_valid(name: str) -> None:
    assert faults(make.FACTORIES[name]()) == {}


def test_a_wrong_credit_code_is_refused() -> None:
    assert faults(make.enterprise(credit_code=CODE[:-1])) == {"credit_code": ["credit_code"]}


@pytest.mark.parametrize("typed", [f" {CODE[:8]} {CODE[8:]}　", CODE.lower(), CODE.replace("9133", "９１３３")])
def test_a_credit_code_is_held_as_one_however_it_is_typed(typed: str) -> None:
    row = make.enterprise(credit_code=typed)

    assert (faults(row), row.credit_code) == ({}, CODE)


WRONG: list[tuple[Any, str, str]] = [
    (make.stay(left_on=BEFORE), "left_on", "out_of_order"),
    (make.stay(left_on=DAY), "left_on", "out_of_order"),
    (make.stay(left_on=AHEAD.replace(month=11)), "left_on", "future"),
    (make.rating(year=1999), "year", "out_of_range"),
    (make.rating(year=2023), "year", "out_of_range"),
    (make.rating(grade="e"), "grade", "not_in_list"),
    (make.recognition(kind="small_to_regulated", sector="retail"), "sector", "invalid"),
    (make.recognition(kind="below_to_above"), "sector", "invalid"),
    (make.recognition(kind="below_to_above", sector="construction"), "sector", "invalid"),
    (make.recognition(valid_until=BEFORE), "valid_until", "out_of_order"),
    (make.recognition(revoked_on=BEFORE), "revoked_on", "out_of_order"),
    (make.recognition(revoked_on=AHEAD), "revoked_on", "future"),
    (make.clearance(accepted_on=BEFORE), "accepted_on", "out_of_order"),
    (make.clearance(relapsed_on=LATER), "accepted_on", "required"),
    (make.clearance(accepted_on=LATER, relapsed_on=DAY), "relapsed_on", "out_of_order"),
    (make.clearance(credit_code="1"), "credit_code", "credit_code"),
    (make.project(signed_on=LATER, settled_on=DAY), "settled_on", "out_of_order"),
    (make.project(signed_on=AHEAD), "signed_on", "future"),
    (make.project(producing_on=LATER, ended_on=DAY), "ended_on", "out_of_order"),
    (make.project(total=Decimal(-1)), "total", "negative"),
    (make.project(paid_in=Decimal(1801)), "paid_in", "above_whole"),
    (make.reuse(in_use_on=BEFORE), "in_use_on", "out_of_order"),
    (make.reuse(area=Decimal(0)), "area", "out_of_range"),
    (make.reuse(area=Decimal(10_000_001)), "area", "out_of_range"),
    (make.grain(per_mu=Decimal(1501)), "per_mu", "out_of_range"),
    (make.grain(mu=Decimal(-1)), "mu", "out_of_range"),
    (make.zone(mu=Decimal(0)), "mu", "out_of_range"),
    (make.zone(cared_until=BEFORE), "cared_until", "out_of_order"),
    (make.patch(mu=Decimal(0)), "mu", "out_of_range"),
    (make.patch(closed_on=LATER), "disposal", "required"),
    (make.patch(closed_on=BEFORE, disposal="reclaimed"), "closed_on", "out_of_order"),
    (make.request(due=BEFORE), "due", "out_of_order"),
    (make.request(result="solved"), "answered_on", "required"),
    (make.request(answered_on=LATER), "result", "required"),
    (make.request(answered_on=BEFORE, result="solved"), "answered_on", "out_of_order"),
    (make.talent(day=AHEAD), "day", "future"),
]


@pytest.mark.parametrize(("row", "field", "said"), WRONG, ids=[f"{type(r).__name__}-{f}-{s}" for r, f, s in WRONG])
@pytest.mark.django_db
def test_what_cannot_be_is_refused_by_its_field(row: Any, field: str, said: str) -> None:
    assert faults(row) == {field: [said]}


@pytest.mark.parametrize(
    "row", [make.recognition(valid_until=AHEAD), make.zone(cared_until=AHEAD), make.request(due=AHEAD)]
)
def test_an_end_may_lie_ahead(row: Any) -> None:
    assert faults(row) == {}


def test_a_stay_in_the_library_goes_by_months() -> None:
    row = make.stay(day=date(2021, 3, 17), left_on=date(2022, 2, 9))

    assert (faults(row), row.day, row.left_on) == ({}, date(2021, 3, 1), date(2022, 2, 1))


def test_tonnes_and_year_of_grain_are_computed() -> None:
    row = make.grain(mu=Decimal("33.3333"), per_mu=Decimal("450.55"))

    assert (faults(row), row.tonnes, row.year) == ({}, Decimal("15.0183"), 2022)


def test_the_last_day_of_care_still_counts() -> None:
    row = make.zone(cared_until=date(2022, 12, 31))

    assert (faults(row), row.ended_on) == ({}, date(2023, 1, 1))


@pytest.mark.parametrize(
    ("days", "stage"),
    [
        ({}, Project.Stage.TALKS),
        ({"signed_on": DAY}, Project.Stage.SIGNED),
        ({"signed_on": DAY, "settled_on": LATER}, Project.Stage.SETTLED),
        ({"started_on": DAY}, Project.Stage.STARTED),
        ({"settled_on": DAY, "producing_on": LATER}, Project.Stage.PRODUCING),
        ({"signed_on": DAY, "ended_on": LATER}, Project.Stage.ENDED),
    ],
)
def test_a_project_stands_at_the_last_stage_that_it_reached(days: dict[str, date], stage: str) -> None:
    row = make.project(**days)

    assert (faults(row), row.stage) == ({}, stage)


def test_a_project_stood_at_an_earlier_stage_before() -> None:
    row = make.project(signed_on=DAY, settled_on=LATER, ended_on=LATER)

    assert [row.stage_on(day) for day in (BEFORE, DAY, LATER)] == ["talks", "signed", "ended"]


@pytest.mark.parametrize(
    ("values", "stage", "late"),
    [
        ({}, FirmRequest.Stage.OPEN, True),
        ({"due": AHEAD}, FirmRequest.Stage.OPEN, False),
        ({"answered_on": LATER, "result": "solved"}, FirmRequest.Stage.ANSWERED, False),
        ({"answered_on": LATER, "result": "escalated"}, FirmRequest.Stage.ESCALATED, False),
    ],
)
def test_a_request_is_open_until_answered_and_late_past_its_deadline(
    values: dict[str, Any], stage: str, late: bool
) -> None:
    row = make.request(**values)

    assert (faults(row), row.stage, row.is_late) == ({}, stage, late)

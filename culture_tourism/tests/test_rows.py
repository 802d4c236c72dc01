"""What rows of the section's registers can't say."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from culture_tourism.models import NUMBERS, Highlight
from culture_tourism.tests.factories import farmhouse, festival, hall, highlight, launched, residence, worthy
from goals.tests.factories import make_office
from ledgers import services
from ledgers.registry import ledger_of_model
from ledgers.tests.rows import faults, keeper_of, save

pytestmark = pytest.mark.django_db
EARLIER, FROM, TO, TOMORROW = date(2022, 1, 1), date(2022, 5, 16), date(2022, 9, 30), date(2022, 10, 13)
REPAIR = {"repair_from": FROM, "approval": "绍文物〔2022〕1号"}


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (lambda: highlight(number=7), "number"),
        (lambda: highlight(number=0), "number"),
        (lambda: highlight(brand="flavour", number=9), "number"),
        (lambda: highlight(built_from=EARLIER), "built_from"),
        (lambda: launched(FROM, built_from=TO), "launched_on"),
        (lambda: launched(TOMORROW), "launched_on"),
        (lambda: launched(FROM, host=""), "host"),
        (lambda: festival(season="winter"), "season"),
        (lambda: residence(repair_from=FROM), "approval"),
        (lambda: residence(repair_to=TO), "repair_from"),
        (lambda: residence(**REPAIR, repair_to=EARLIER), "repair_to"),
        (lambda: residence(**REPAIR, accepted_on=TO), "repair_to"),
        (lambda: residence(**REPAIR, repair_to=TO, accepted_on=FROM), "accepted_on"),
        (lambda: hall(unit=make_office()), "unit"),
        (lambda: farmhouse(area=Decimal(0)), "area"),
        (lambda: farmhouse(area=Decimal(-1)), "area"),
        (lambda: farmhouse(buildings=0), "buildings"),
        (lambda: farmhouse(purpose="民宿", tenant="甲", signed_on=EARLIER), "signed_on"),
        (lambda: farmhouse(tenant="甲", signed_on=FROM), "purpose"),
        (lambda: worthy(invested=Decimal(10)), "invested"),
        (lambda: worthy(contact="project", invested=Decimal(-1)), "invested"),
    ],
)
def test_a_row_that_cannot_be_is_refused_by_its_field(row: Any, field: str) -> None:
    assert faults(row()) == [field]


@pytest.mark.parametrize(
    "row",
    [
        lambda: launched(FROM, brand="flavour", number=8),
        lambda: festival(date(2022, 2, 5)),
        lambda: festival(date(2022, 1, 15), season="winter"),
        lambda: residence(level="historic", repair_from=FROM),
        lambda: residence(**REPAIR, repair_to=TOMORROW),
        lambda: residence(**REPAIR, repair_to=TO, accepted_on=TO),
        lambda: hall(),
        lambda: farmhouse(purpose="民宿", tenant="甲", signed_on=FROM),
        lambda: worthy(contact="project", invested=Decimal(800)),
    ],
)
def test_a_row_that_can_be_is_taken(row: Any) -> None:
    assert faults(row()) == []


@pytest.mark.parametrize(
    ("row", "stage"),
    [
        (lambda: highlight(), "planned"),
        (lambda: highlight(built_from=FROM), "building"),
        (lambda: launched(FROM), "launched"),
    ],
)
def test_a_highlight_stands_at_the_last_stage_that_it_reached(row: Any, stage: str) -> None:
    assert save(row()).stage == stage


def test_a_highlight_stood_at_the_stage_of_the_day() -> None:
    row = launched(TO, built_from=FROM)

    assert [row.stage_on(day) for day in (EARLIER, FROM, TO)] == ["planned", "building", "launched"]


@pytest.mark.parametrize(("repair_to", "late"), [(TO, True), (TOMORROW, False)])
def test_a_repair_is_late_past_its_end_without_acceptance(repair_to: date, late: bool) -> None:
    assert residence(**REPAIR, repair_to=repair_to).is_late is late


def test_an_accepted_repair_is_not_late() -> None:
    assert not residence(**REPAIR, repair_to=TO, accepted_on=TO).is_late


def test_a_number_of_a_brand_is_given_once() -> None:
    save(highlight())

    with pytest.raises(ValidationError) as refused:
        services.save_row(keeper_of(Highlight), ledger_of_model(Highlight), highlight(name="另一景"))

    assert list(refused.value.error_dict) == ["number"]


def test_each_brand_has_its_own_numbers() -> None:
    save(highlight())

    services.save_row(keeper_of(Highlight), ledger_of_model(Highlight), highlight(brand="flavour"))

    assert (Highlight.objects.count(), NUMBERS) == (2, {"scene": 6, "flavour": 8})

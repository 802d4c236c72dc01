"""What rows of the section's registers can't say."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from goals.tests.factories import make_office
from ledgers import services
from ledgers.registry import ledger_of_model
from ledgers.tests.rows import faults, keeper_of, make_village, save
from urban_rural.models import House, Spot, Star, VillageTitle
from urban_rural.tests.factories import house, spot, star, stretch, village_title

pytestmark = pytest.mark.django_db
EARLIER, LATER, TOMORROW = date(2022, 3, 1), date(2022, 7, 1), date(2022, 10, 13)


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (lambda: star(self_assessed_on=EARLIER), "self_assessed_on"),
        (lambda: star(accepted_on=LATER, recognised_on=date(2022, 6, 30)), "recognised_on"),
        (lambda: star(recognised_on=TOMORROW), "recognised_on"),
        (lambda: star(withdrawn_on=LATER), "recognised_on"),
        (lambda: star(unit=make_office()), "unit"),
        (lambda: village_title(unit=make_office()), "unit"),
        (lambda: village_title(recognised_on=EARLIER), "recognised_on"),
        (lambda: village_title(withdrawn_on=LATER), "recognised_on"),
        (lambda: spot(settled_on=EARLIER, team="交警中队"), "settled_on"),
        (lambda: spot(settled_on=LATER), "team"),
        (lambda: spot(recurrences=2), "team"),
        (lambda: house(grade="a", remedy="reinforce"), "remedy"),
        (lambda: house(grade="b", secured_on=LATER), "secured_on"),
        (lambda: house(vacated_on=LATER), "remedy"),
        (lambda: house(remedy="demolish", secured_on=LATER), "vacated_on"),
        (lambda: house(remedy="demolish", vacated_on=LATER, secured_on=date(2022, 6, 1)), "secured_on"),
        (lambda: stretch(done=Decimal("1000.5")), "done"),
        (lambda: stretch(done=Decimal(-1)), "done"),
        (lambda: stretch(planned=Decimal(0)), "planned"),
    ],
)
def test_a_row_that_cannot_be_is_refused_by_its_field(row: Any, field: str) -> None:
    assert faults(row()) == [field]


@pytest.mark.parametrize(
    "row",
    [
        lambda: star(self_assessed_on=LATER, recognised_on=LATER, withdrawn_on=LATER),
        lambda: village_title(recognised_on=LATER, withdrawn_on=LATER),
        lambda: spot(settled_on=LATER, team="交警中队", recurrences=3),
        lambda: house(remedy="reinforce", secured_on=LATER),
        lambda: house(grade="a"),
        lambda: stretch(done=Decimal(1000)),
    ],
)
def test_a_row_that_can_be_is_taken(row: Any) -> None:
    assert faults(row()) == []


def test_a_star_stands_at_the_last_stage_that_it_reached() -> None:
    row = save(star(self_assessed_on=LATER))

    assert (row.stage, row.get_stage_display()) == ("self_assessed", "自评")


def test_a_star_stood_at_the_stage_of_the_day() -> None:
    row = star(recognised_on=LATER, withdrawn_on=date(2022, 9, 1))

    days = (EARLIER, date(2022, 3, 8), LATER, date(2022, 9, 1))
    assert [row.stage_on(day) for day in days] == ["begun", "begun", "recognised", "withdrawn"]


def test_a_spot_is_open_until_it_is_settled() -> None:
    rows = [save(spot()), save(spot(settled_on=LATER, team="交警中队"))]

    assert [row.stage for row in rows] == [Spot.Stage.OPEN, Spot.Stage.SETTLED]


@pytest.mark.parametrize(
    ("values", "late"),
    [({}, True), ({"remedy": "vacate", "vacated_on": LATER}, False), ({"grade": "c"}, False)],
)
def test_a_house_of_grade_d_is_late_while_people_live_in_it(values: dict[str, Any], late: bool) -> None:
    assert house(**values).is_late is late


def test_a_stretch_says_how_much_of_it_is_done() -> None:
    assert stretch(done=Decimal(333)).share == "33.3%"


@pytest.mark.parametrize("make", [star, village_title])
def test_a_village_has_a_star_and_a_title_once(make: Any) -> None:
    save(make())
    ledger = ledger_of_model(type(make()))

    with pytest.raises(ValidationError) as refused:
        services.save_row(keeper_of(ledger.model), ledger, make(day=LATER))

    assert list(refused.value.error_dict) == [ledger.title]


@pytest.mark.parametrize(
    "other",
    [{"unit": "nanhu"}, {"star": "beauty"}, {"recognised_on": LATER, "withdrawn_on": LATER}],
)
def test_another_village_or_star_or_a_new_beginning_is_another_row(other: dict[str, Any]) -> None:
    save(star())
    if "unit" in other:
        other = {"unit": make_village(other["unit"])}

    services.save_row(keeper_of(Star), ledger_of_model(Star), star(**other))

    assert Star.objects.count() == 2


def test_a_row_is_not_its_own_double() -> None:
    row = save(star())
    row.self_assessed_on = LATER

    services.save_row(keeper_of(Star), ledger_of_model(Star), row)

    assert Star.objects.get().stage == "self_assessed"


def test_rows_that_double_each_other_are_refused_together() -> None:
    with pytest.raises(ValidationError) as refused:
        services.add_rows(keeper_of(Star), ledger_of_model(Star), [star(), star(star="beauty"), star()])

    assert (sorted(refused.value.error_dict), Star.objects.count()) == (["rows.0.star", "rows.2.star"], 0)


@pytest.mark.parametrize(
    ("model", "row", "word"),
    [
        (Star, lambda: star(), "jingkou · 党建星"),
        (VillageTitle, lambda: village_title(), "jingkou · A级景区村"),
        (House, lambda: house(), "大池头12号"),
        (Spot, lambda: spot(), "堰中路"),
    ],
)
def test_a_row_is_called_by_a_word_and_not_by_a_code(model: Any, row: Any, word: str) -> None:
    assert (ledger_of_model(model).title_of(row()), str(row())) == (word, word.split(" · ")[-1])

"""What counts once, and shares of all units of a kind."""

from datetime import date

import pytest
from django.db.models import F
from django.utils.translation import override

from goals.tests.factories import make_unit
from ledgers.counting import first_of_each, units_of
from ledgers.filters import filters_for
from ledgers.models import FIRST_DAY
from ledgers.registry import ledger_of_model
from ledgers.tests.rows import make_village, save
from urban_rural.models import Spot
from urban_rural.tests.factories import spot

pytestmark = pytest.mark.django_db
EARLY, LATE = date(2022, 4, 1), date(2022, 5, 1)


@pytest.fixture(autouse=True)
def _today(settings: object) -> None:
    settings.TAOYAN_TODAY = "2022-10-12"  # type: ignore[attr-defined]


def firsts(on: str = "day") -> list[Spot]:
    return list(first_of_each(Spot.objects.valid(), F("kind"), on=on).order_by("pk"))


def test_the_first_of_alike_rows_counts_whichever_was_entered_first() -> None:
    save(spot(day=LATE))
    first = save(spot(day=EARLY))

    assert firsts() == [first]


def test_of_one_day_the_row_entered_first_counts() -> None:
    first = save(spot(day=EARLY))
    save(spot(day=EARLY))

    assert firsts() == [first]


def test_rows_that_differ_each_count() -> None:
    rows = [save(spot()), save(spot(kind="vending"))]

    assert firsts() == rows


def test_the_villages_of_a_subdistrict_count_together() -> None:
    first = save(spot(day=EARLY, unit=make_village("nanhu")))
    save(spot(day=LATE))

    assert firsts() == [first]


def test_what_another_subdistrict_did_first_takes_nothing_away() -> None:
    far = make_unit("far", "village", make_unit("elsewhere", "subdistrict"))
    rows = [save(spot(day=EARLY, unit=far)), save(spot(day=LATE))]

    assert firsts() == rows


def test_the_first_may_be_by_another_day() -> None:
    save(spot(day=EARLY, settled_on=LATE, team="交警中队"))
    first = save(spot(day=date(2022, 4, 2), settled_on=EARLY.replace(day=3), team="交警中队"))

    assert firsts(on="settled_on") == [first]


def test_units_of_a_kind_stand_below_the_line_from_the_beginning() -> None:
    make_village()
    make_village("nanhu")

    flow = units_of("village")

    found = flow.rows.annotate(on=flow.on, below=flow.denominator).values_list("code", "on", "below")
    assert sorted(found) == [("jingkou", FIRST_DAY, 10_000), ("nanhu", FIRST_DAY, 10_000)]


def test_the_labels_of_filters_are_in_the_language_of_who_reads_them() -> None:
    with override("en"):
        filters = filters_for(ledger_of_model(Spot))
    said = []
    for language in ("en", "zh-hans"):
        with override(language):
            said.append(str(filters.base_filters["source"].label))

    assert said == ["Source", "来源"]

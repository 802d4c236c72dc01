"""The checks at entry: what each warns of, and what it lets pass in silence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pytest_django.fixtures import DjangoAssertNumQueries

from accounts.models import Unit
from goals import reporting
from goals.checks import check, warnings_of
from goals.models import Indicator, Reading
from goals.models.reading import State
from goals.progress import period_end
from goals.tests.factories import client_of, make_indicator, make_office, make_reading
from goals.tests.pages.factories import make_cast

pytestmark = pytest.mark.django_db
JANUARY_2021 = 2021 * 12 + 1


@dataclass
class Figure:
    """A figure as it is entered."""

    indicator: Indicator
    unit: Unit
    period: date
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    note: str = ""


def codes(history: Sequence[object], value: object = None, start: int = JANUARY_2021, **terms: Any) -> list[str]:
    """The codes of the warnings about a figure after this history, month by month from January 2021."""
    return [w["code"] for w in warned(history, value, start, **terms)]


def warned(history: Sequence[object], value: object, start: int = JANUARY_2021, **terms: Any) -> list[dict[str, Any]]:
    indicator = make_indicator("firms", make_office(), **terms)
    for number, past in enumerate(history):
        make_reading(indicator, period_end(start + number), past)
    return warnings_of([Figure(indicator, make_office(), period_end(start + len(history)), Decimal(str(value)))])[0]


def share(*pairs: tuple[int, int]) -> list[str]:
    indicator = make_indicator("insured", make_office(), basis="share")
    *past, (above, below) = pairs
    for number, (num, den) in enumerate(past):
        make_reading(indicator, period_end(JANUARY_2021 + number), numerator=num, denominator=den)
    period = period_end(JANUARY_2021 + len(past))
    figure = Figure(indicator, make_office(), period, numerator=Decimal(above), denominator=Decimal(below))
    return [w["code"] for w in warnings_of([figure])[0]]


def test_an_ordinary_figure_is_met_with_silence() -> None:
    assert codes([12, 15, 11, 14, 13, 12, 16], 14) == []


def test_the_first_figure_of_all_is_met_with_silence() -> None:
    assert codes([], 14) == []


def test_a_running_total_that_falls_is_warned_of() -> None:
    assert codes([10, 20], 19, basis="running_total") == ["falling_total"]


def test_a_running_total_starts_anew_with_the_year() -> None:
    assert codes([90, 100], 8, start=2021 * 12 + 11, basis="running_total") == []


def test_an_amount_may_fall() -> None:
    assert codes([10, 20], 5) == []


@pytest.mark.parametrize(("value", "meant"), [(213_000, "21.3"), (75_000, "7.5")])
def test_wan_typed_for_yi_is_warned_of_with_the_figure_that_was_meant(value: int, meant: str) -> None:
    found = warned([19, 20], value, unit_of_measure="亿元")

    assert [(w["code"], w["suggestion"]) for w in found] == [("ten_thousandfold", meant)]
    assert "亿元" in found[0]["detail"]


def test_yi_typed_for_wan_is_warned_of() -> None:
    found = warned([190_000, 200_000], 21, unit_of_measure="万元")

    assert [(w["code"], w["suggestion"]) for w in found] == [("ten_thousandfold", "210000")]


@pytest.mark.parametrize("value", [200, 2_000, 0])
def test_other_factors_are_no_matter_of_units(value: int) -> None:
    assert "ten_thousandfold" not in codes([19, 20], value)


def test_a_share_above_100_is_warned_of() -> None:
    assert share((101, 100)) == ["share_above_100"]


def test_a_share_of_exactly_100_is_not() -> None:
    assert share((100, 100)) == []


def test_percent_where_points_are_meant_is_warned_of() -> None:
    assert codes([], 85, basis="level", unit_of_measure="个百分点") == ["percent_for_points"]


def test_points_are_not() -> None:
    assert codes([], -2.5, basis="level", unit_of_measure="个百分点") == []


def test_a_rate_written_as_a_part_of_one_is_warned_of() -> None:
    found = warned([8.6, 9.1], 0.092, basis="rate")

    assert [(w["code"], w["suggestion"]) for w in found] == [("part_for_percent", "9.2")]


def test_a_rate_that_was_small_before_may_stay_small() -> None:
    assert codes([0.8], 0.5, basis="rate") == []


@pytest.mark.parametrize("basis", ["level", "rate", "running_total"])
def test_the_same_figure_as_before_is_warned_of(basis: str) -> None:
    assert codes([10, 12.5], 12.5, basis=basis) == ["unchanged"]


def test_the_same_share_as_before_is_warned_of() -> None:
    assert share((98, 100), (98, 100)) == ["unchanged"]


def test_the_same_percentage_of_other_counts_is_not() -> None:
    assert share((98, 100), (196, 200)) == []


def test_small_counts_may_repeat() -> None:
    assert codes([1, 2], 2, whole=True) == []


def test_nothing_again_is_no_news() -> None:
    assert codes([1, 0], 0) == []


def test_decimals_of_what_is_counted_whole_are_warned_of() -> None:
    assert codes([], 2.5, whole=True) == ["not_whole"]


def test_a_figure_far_from_the_units_own_history_is_warned_of() -> None:
    assert codes([100, 104, 98, 101, 103, 99, 102], 180) == ["far_from_history"]


def test_a_short_history_says_nothing() -> None:
    assert codes([100, 104, 98, 101, 103], 180) == []


def test_a_unit_that_always_varies_may_vary() -> None:
    assert codes([20, 150, 60, 200, 90, 10, 170], 180) == []


def test_a_running_total_is_judged_by_what_the_month_brought() -> None:
    steady = [10 * n for n in range(1, 10)]

    assert codes(steady, 100, basis="running_total") == []
    Reading.objects.all().delete()
    Indicator.objects.all().delete()
    assert codes(steady, 190, basis="running_total") == ["far_from_history"]


def rate_beside(rate: float, amounts: Sequence[int], **terms: Any) -> list[str]:
    """A growth rate for February 2022 beside the amounts of January and February of both years."""
    of = make_indicator("revenue", make_office())
    for key, amount in zip((2021 * 12 + 1, 2021 * 12 + 2, 2022 * 12 + 1, 2022 * 12 + 2), amounts, strict=False):
        make_reading(of, period_end(key), amount)
    indicator = make_indicator("growth", make_office(), basis="rate", growth_of=of, **terms)
    figure = Figure(indicator, make_office(), date(2022, 2, 28), Decimal(str(rate)))
    return [w["code"] for w in warnings_of([figure])[0]]


def test_a_rate_far_from_the_growth_of_its_amounts_is_warned_of() -> None:
    assert rate_beside(20, [100, 100, 110, 110]) == ["rate_far_from_amounts"]


def test_a_rate_within_a_point_of_it_is_not() -> None:
    assert rate_beside(10.9, [100, 100, 110, 110]) == []


def test_a_rate_at_comparable_prices_never_is() -> None:
    assert rate_beside(20, [100, 100, 110, 110], comparable_prices=True) == []


def test_amounts_with_a_month_missing_say_nothing() -> None:
    assert rate_beside(20, [100, 100, 110]) == []


def test_a_name_in_the_note_is_warned_of() -> None:
    figure = Figure(make_indicator(), make_office(), date(2021, 1, 31), Decimal(1), note="身份证 110101199003078888")

    assert [(w["code"], w["attr"]) for w in warnings_of([figure])[0]] == [("personal_data", "note")]


def test_rows_of_the_same_set_stand_beside_each_other() -> None:
    indicator = make_indicator("firms", make_office(), basis="running_total")
    rows = [
        Figure(indicator, make_office(), date(2021, 2, 28), Decimal(5)),
        Figure(indicator, make_office(), date(2021, 1, 31), Decimal(9)),
    ]

    assert [[w["code"] for w in found] for found in warnings_of(rows)] == [["falling_total"], []]


def test_figures_of_others_are_not_ones_history() -> None:
    indicator = make_indicator("firms", make_office(), basis="level")
    make_reading(indicator, date(2021, 1, 31), 5, unit=make_office("other"))

    assert warnings_of([Figure(indicator, make_office(), date(2021, 2, 28), Decimal(5))]) == [[]]


def test_a_code_is_given_once() -> None:
    with pytest.raises(ValueError, match="unchanged"):
        check("unchanged")(lambda entry: iter(()))


@pytest.mark.parametrize("count", [1, 30])
def test_one_row_takes_as_many_queries_as_many(count: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    of = make_indicator("revenue", make_office())
    made = [make_indicator(f"i{n}", make_office(), basis="rate", growth_of=of) for n in range(count)]
    rows = [Figure(i, make_office(), date(2021, 2, 28), Decimal(1)) for i in made]

    with django_assert_num_queries(2):
        warnings_of(rows)


def test_warnings_are_stored_and_told_to_a_client_and_refuse_nothing() -> None:
    cast = make_cast(frequency="monthly", basis="running_total")
    make_reading(cast.indicator, date(2022, 7, 31), 9)
    sent = {"indicator": "firms", "unit": "office", "period": "2022-08-31", "value": 5, "state": "submitted"}

    answer = client_of(cast.official).post("/api/v1/readings/", {"readings": [sent]}, format="json")

    assert answer.status_code == 201
    assert [(w["code"], w["attr"]) for w in answer.json()["warnings"]] == [("falling_total", "readings.0.value")]
    stored = Reading.objects.get(state=State.SUBMITTED)
    assert [w["code"] for w in stored.warnings] == ["falling_total"]


def test_an_answer_without_warnings_has_no_such_key() -> None:
    cast = make_cast(frequency="monthly")
    sent = {"indicator": "firms", "unit": "office", "period": "2022-08-31", "value": 5}

    answer = client_of(cast.official).post("/api/v1/readings/", sent, format="json")

    assert "warnings" not in answer.json()


def test_a_changed_draft_is_checked_again() -> None:
    cast = make_cast(frequency="monthly", basis="running_total")
    make_reading(cast.indicator, date(2022, 7, 31), 9)
    draft = make_reading(cast.indicator, date(2022, 8, 31), 10, state=State.DRAFT)

    changed = reporting.edit_draft(cast.official, draft.pk, {"value": Decimal(3)})

    assert [w["code"] for w in changed.warnings] == ["falling_total"]

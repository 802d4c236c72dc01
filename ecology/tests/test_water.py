"""The class of water by the standard: limits exact, the worst of five, lakes by their own phosphorus."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecology.water import PARAMETERS, WaterClass, classes, meets, worst

BEST: dict[str, Any] = {"ph": 7, "oxygen": 9, "permanganate": 1, "ammonia": Fraction(1, 10), "phosphorus": 0}
LEAST = Fraction(1, 10_000)
LIMITS = {
    "permanganate": ["2", "4", "6", "10", "15"],
    "ammonia": ["0.15", "0.5", "1", "1.5", "2"],
    "phosphorus": ["0.02", "0.1", "0.2", "0.3", "0.4"],
}
STEPS = [(name, limit, n) for name, limits in LIMITS.items() for n, limit in enumerate(limits, start=1)]


def grade(kind: str = "river", /, **measured: Any) -> str:
    return worst(classes(BEST | measured, kind)).value


@pytest.mark.parametrize(("name", "limit", "expected"), STEPS)
def test_a_limit_belongs_to_the_better_class(name: str, limit: str, expected: int) -> None:
    found = [grade("river", **{name: value}) for value in (Decimal(limit), Fraction(limit) + LEAST)]

    assert found == [str(expected), str(expected + 1)]


@pytest.mark.parametrize(("limit", "expected"), [("7.5", 1), ("6", 2), ("5", 3), ("3", 4), ("2", 5)])
def test_oxygen_is_better_the_more_there_is(limit: str, expected: int) -> None:
    found = [grade(oxygen=Decimal(limit)), grade(oxygen=Fraction(limit) - LEAST)]

    assert found == [str(expected), str(expected + 1)]


@pytest.mark.parametrize(
    ("limit", "expected"), [("0.01", 1), ("0.025", 2), ("0.05", 3), ("0.1", 4), ("0.2", 5), ("0.2001", 6)]
)
def test_lakes_have_limits_of_their_own_for_phosphorus(limit: str, expected: int) -> None:
    assert grade("lake", phosphorus=Decimal(limit)) == str(expected)


@pytest.mark.parametrize(("ph", "expected"), [("6", "1"), ("9", "1"), ("5.9999", "6"), ("9.0001", "6")])
def test_a_ph_outside_six_to_nine_is_worse_than_the_fifth_class(ph: str, expected: str) -> None:
    assert grade(ph=Decimal(ph)) == expected


@pytest.mark.parametrize(("saturation", "expected"), [(90, "1"), (Decimal("89.9999"), "3"), (None, "3")])
def test_water_nearly_full_of_oxygen_is_of_the_best_class(saturation: Any, expected: str) -> None:
    told = {} if saturation is None else {"saturation": saturation}

    assert grade(oxygen=5, **told) == expected


def test_the_mean_is_compared_exactly() -> None:
    assert grade(phosphorus=Fraction(6001, 30_000)) == "4"


@pytest.mark.parametrize(("found", "function", "expected"), [("3", "3", True), ("2", "3", True), ("4", "3", False)])
def test_water_meets_its_function_when_it_is_as_good(found: str, function: str, expected: bool) -> None:
    assert meets(found, function) is expected


@given(st.fixed_dictionaries({name: st.fractions(0, 20, max_denominator=1000) for name in PARAMETERS}))
def test_the_class_is_the_worst_of_the_five(means: dict[str, Fraction]) -> None:
    found = classes(means, "river")

    assert set(found) == set(PARAMETERS)
    assert worst(found) == WaterClass(max(each.value for each in found.values()))

"""Amounts that are taken back on a later day, and the rows that stand for what is left."""

from datetime import date
from typing import Any

import pytest
from django.db.models import QuerySet

from ledgers.counting import Flow, amounts
from safety.models import Hazard
from safety.tests.factories import hazard, save

pytestmark = pytest.mark.django_db
SPRING, SUMMER, AUTUMN = date(2022, 3, 1), date(2022, 6, 1), date(2022, 9, 1)
LAST_YEAR = date(2021, 5, 5)


def flows() -> list[Flow]:
    return amounts(Hazard.objects.all(), until="transferred_on")


def standing(through: date) -> dict[str, tuple[date, int]]:
    """By what a row says the day for which it counts and its worth."""
    first = flows()[0]
    assert first.proving is not None and first.standing is not None
    day, worth = first.standing(through)
    rows: QuerySet[Any] = first.rows.filter(first.proving(through)).annotate(at=day, worth=worth)
    return {row.what: (row.at, row.worth // 10_000) for row in rows}


def test_a_row_that_is_never_taken_back_adds_once() -> None:
    save(hazard(day=SPRING))

    assert [flow.rows.count() for flow in flows()] == [1, 0]


def test_a_row_counts_until_the_day_on_which_it_is_taken_back() -> None:
    save(hazard(what="一", day=SPRING, due=AUTUMN, transferred_on=SUMMER))

    assert [standing(date(2022, 5, 31)), standing(SUMMER)] == [{"一": (SPRING, 1)}, {}]


def test_what_was_added_in_another_year_counts_against_the_year_that_takes_it_back() -> None:
    save(hazard(what="旧", day=LAST_YEAR, due=AUTUMN, transferred_on=SUMMER))

    assert [standing(SPRING), standing(AUTUMN)] == [{}, {"旧": (SUMMER, -1)}]


def test_what_was_added_and_taken_back_last_year_is_no_matter_of_this_one() -> None:
    save(hazard(day=LAST_YEAR, due=AUTUMN, transferred_on=date(2021, 6, 1)))

    assert standing(AUTUMN) == {}

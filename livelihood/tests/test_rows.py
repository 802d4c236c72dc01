"""What rows of the section's registers can't say, and what they compute."""

from datetime import date
from typing import Any

import pytest

from common import clock
from ledgers.tests.rows import checked, faults
from livelihood.tests.factories import assistance, clinic, insurance, visit

pytestmark = pytest.mark.django_db
MAY, JUNE, JULY = date(2022, 5, 1), date(2022, 6, 1), date(2022, 7, 1)
TOMORROW = date(2022, 10, 13)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"abroad": 111}, "registered"),
        ({"abroad": 60, "in_army": 51}, "registered"),
        ({"residents": 71}, "residents"),
        ({"insured_year": 2024}, "insured_year"),
        ({"insured_year": 2021}, "insured_year"),
        ({"day": TOMORROW}, "day"),
    ],
)
def test_insurance_that_cannot_be_is_refused(wrong: dict[str, Any], field: str) -> None:
    assert faults(insurance(**wrong)) == [field]


def test_the_insured_are_at_most_those_who_are_liable() -> None:
    row = checked(insurance(residents=70))

    assert (row.liable, row.insured, row.share) == (100, 100, "100%")


def test_a_share_shows_two_places() -> None:
    assert checked(insurance(registered=310, employees=0, residents=200)).share == "66.67%"


def test_a_village_without_anybody_liable_has_no_share() -> None:
    assert checked(insurance(registered=10, employees=0, residents=0)).share == "—"


@pytest.mark.parametrize(
    ("day", "year", "since"),
    [
        (date(2022, 9, 5), 2022, date(2022, 9, 5)),
        (date(2021, 11, 20), 2022, date(2022, 1, 1)),
        (date(2022, 1, 1), 2022, date(2022, 1, 1)),
    ],
)
def test_autumn_enrolment_counts_from_the_next_year_on(day: date, year: int, since: date) -> None:
    row = checked(insurance(day=day, insured_year=year))

    assert (row.counts_from, row.counts_until) == (since, date(2023, 1, 1))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"persons": 0}, "persons"),
        ({"persons": 1, "households": 2}, "households"),
        ({"day": JUNE, "confirmed_on": MAY}, "confirmed_on"),
        ({"day": MAY, "missed_on": JULY, "confirmed_on": JUNE}, "confirmed_on"),
        ({"day": MAY, "confirmed_on": JULY, "ended_on": JUNE}, "ended_on"),
        ({"day": MAY, "confirmed_on": JUNE, "refusal": "超过标准"}, "refusal"),
        ({"day": MAY, "ended_on": JUNE}, "confirmed_on"),
        ({"missed_on": TOMORROW}, "missed_on"),
    ],
)
def test_a_case_of_assistance_that_cannot_be_is_refused(wrong: dict[str, Any], field: str) -> None:
    assert faults(assistance(**wrong)) == [field]


@pytest.mark.parametrize(
    ("days", "stage"),
    [
        ({}, "pending"),
        ({"refusal": "超过标准"}, "refused"),
        ({"missed_on": MAY}, "missed"),
        ({"missed_on": MAY, "confirmed_on": JUNE}, "on_books"),
        ({"confirmed_on": JUNE, "ended_on": JULY}, "ended"),
        ({"missed_on": MAY, "ended_on": JULY}, "ended"),
    ],
)
def test_a_case_says_where_it_stands(days: dict[str, Any], stage: str) -> None:
    assert checked(assistance(day=MAY, **days)).stage == stage


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"day": JUNE, "recognised_on": MAY}, "recognised_on"),
        ({"recognised_on": TOMORROW}, "recognised_on"),
        ({"day": MAY, "recognised_on": JULY, "lapsed_on": JUNE}, "lapsed_on"),
        ({"lapsed_on": TOMORROW}, "recognised_on"),
        ({"day": MAY, "recognised_on": JUNE, "recognised_by": ""}, "recognised_by"),
        ({"day": JUNE, "merged_on": MAY}, "merged_on"),
        ({"merged_on": TOMORROW}, "merged_on"),
    ],
)
def test_a_clinic_that_cannot_be_is_refused(wrong: dict[str, Any], field: str) -> None:
    assert faults(clinic(**wrong)) == [field]


@pytest.mark.parametrize(
    ("days", "until"),
    [
        ({}, None),
        ({"lapsed_on": TOMORROW}, TOMORROW),
        ({"merged_on": JULY}, JULY),
        ({"lapsed_on": TOMORROW, "merged_on": JULY}, JULY),
    ],
)
def test_a_clinic_is_standardised_until_it_lapses_or_is_merged(days: dict[str, Any], until: date | None) -> None:
    assert checked(clinic(day=MAY, recognised_on=JUNE, **days)).standard_until == until


@pytest.mark.parametrize(
    ("days", "is_late"),
    [
        ({"lapsed_on": clock.today}, True),
        ({"lapsed_on": TOMORROW}, False),
        ({"lapsed_on": JULY, "merged_on": JULY}, False),
        ({}, False),
    ],
)
def test_a_lapsed_recognition_is_late(days: dict[str, Any], is_late: bool) -> None:
    days = {name: day() if callable(day) else day for name, day in days.items()}

    assert checked(clinic(day=MAY, recognised_on=JUNE, **days)).is_late is is_late


def test_a_household_is_due_again_after_thirty_days() -> None:
    assert checked(visit(day=MAY)).next_on == date(2022, 5, 31)


def test_a_row_may_name_another_day() -> None:
    assert checked(visit(day=MAY, next_on=JULY)).next_on == JULY


def test_the_next_visit_is_not_before_this_one() -> None:
    assert faults(visit(day=JUNE, next_on=MAY)) == ["next_on"]


def test_the_last_visit_has_no_next() -> None:
    assert checked(visit(is_last=True, next_on=TOMORROW)).next_on is None

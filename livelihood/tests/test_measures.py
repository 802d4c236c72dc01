"""What the section's registers count, against a plain loop over the rows."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as example_settings
from hypothesis import strategies as st

from common import clock
from goals.measures import measure_of
from ledgers.tests.rows import TODAY, YEAR, confirm, make_village, save, share_on
from livelihood.models import Assistance, Clinic, Insurance
from livelihood.tests.factories import assistance, clinic, insurance

pytestmark = pytest.mark.django_db
INSURANCE, LIVING, CLINICS = (
    f"livelihood.{name}" for name in ("medical_insurance_rate", "minimum_living_coverage", "village_clinic_rate")
)
lean = example_settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
some_day = st.dates(date(2021, 6, 1), TODAY)
maybe_day = st.none() | some_day
FUTURE = date(2022, 12, 31)


def test_a_village_counts_its_newest_row_of_the_year() -> None:
    save(insurance(day=date(2022, 3, 1), residents=50))
    save(insurance(day=date(2022, 5, 1), residents=60))

    days = (date(2022, 2, 28), date(2022, 3, 1), date(2022, 4, 30), date(2022, 5, 1))
    assert [share_on(INSURANCE, day) for day in days] == [(0, 0), (80, 100), (80, 100), (90, 100)]


def test_of_two_rows_of_a_day_the_later_counts() -> None:
    save(insurance(day=date(2022, 3, 1), residents=50))
    save(insurance(day=date(2022, 3, 1), residents=60))

    assert share_on(INSURANCE, date(2022, 3, 1)) == (90, 100)


def test_autumn_enrolment_counts_for_the_next_year_alone() -> None:
    save(insurance(day=date(2021, 3, 1), insured_year=2021, residents=40))
    save(insurance(day=date(2021, 10, 1), insured_year=2022, residents=10))
    save(insurance(day=date(2021, 11, 1), insured_year=2022, residents=60))

    found = [share_on(INSURANCE, day) for day in (date(2021, 12, 31), date(2022, 1, 1))]
    assert found == [(70, 100), (90, 100)]


def test_the_rows_behind_the_share_are_named_by_village_and_year() -> None:
    save(insurance(day=date(2022, 3, 1), residents=50))
    newest = save(insurance(day=date(2022, 5, 1)))
    confirm(Insurance)

    source = measure_of(INSURANCE).source(YEAR, TODAY)

    assert source is not None
    assert [(row.name, row.value, row.address) for row in source.rows] == [
        ("jingkou · 2022", 90, f"/ledgers/livelihood/insurance/{newest.pk}/")
    ]
    assert [(part.numerator, part.denominator) for part in source.parts] == [(90, 100)]


def test_villages_are_added_above_and_below_the_line() -> None:
    save(insurance())
    save(insurance(unit=make_village("nanhu"), registered=60, residents=10))

    assert share_on(INSURANCE, TODAY) == (130, 150)


def test_a_voided_row_leaves_the_one_before_standing() -> None:
    save(insurance(day=date(2022, 3, 1), residents=50))
    newest = save(insurance(day=date(2022, 5, 1)))
    Insurance.objects.filter(pk=newest.pk).update(voided_at=clock.now())

    assert share_on(INSURANCE, TODAY) == (80, 100)


@lean
@given(rows=st.lists(st.tuples(some_day, st.sampled_from("ab"), st.integers(0, 60), st.booleans()), max_size=10))
def test_insurance_agrees_with_a_plain_loop(rows: list[tuple[date, str, int, bool]]) -> None:
    Insurance.objects.all().delete()
    made = [
        save(insurance(day=day, unit=make_village(village), residents=n, insured_year=day.year + later))
        for day, village, n, later in rows
    ]

    for day in (date(2021, 12, 31), date(2022, 1, 1), TODAY):
        newest: dict[int, Insurance] = {}
        for row in sorted(made, key=lambda row: (row.day, row.pk)):
            if row.insured_year == day.year and row.day <= day:
                newest[row.unit_id] = row
        expected = sum(row.insured for row in newest.values()), sum(row.liable for row in newest.values())
        assert share_on(INSURANCE, day) == expected


def test_everybody_on_the_books_is_everybody_covered() -> None:
    save(assistance(day=date(2022, 3, 1), confirmed_on=date(2022, 3, 20)))
    save(assistance(day=date(2022, 3, 1)))
    save(assistance(day=date(2022, 3, 1), kind="destitute", confirmed_on=date(2022, 3, 20)))

    assert share_on(LIVING, TODAY) == (2, 2)


def test_a_missed_household_lowers_the_share_until_it_is_on_the_books() -> None:
    save(assistance(day=date(2022, 1, 1), confirmed_on=date(2022, 1, 1), persons=8))
    save(assistance(day=date(2022, 3, 1), missed_on=date(2022, 3, 5), confirmed_on=date(2022, 4, 1)))

    assert [share_on(LIVING, date(2022, month, 30)) for month in (3, 4)] == [(8, 10), (10, 10)]


@lean
@given(rows=st.lists(st.tuples(st.integers(1, 5), maybe_day, maybe_day, maybe_day), max_size=10))
def test_coverage_agrees_with_a_plain_loop(rows: list[tuple[int, Any, Any, Any]]) -> None:
    Assistance.objects.all().delete()
    made = []
    for persons, *given_days in rows:
        missed, confirmed, ended = _in_order(given_days)
        row = assistance(day=date(2021, 1, 1), persons=persons, missed_on=missed, confirmed_on=confirmed)
        row.ended_on = ended if missed or confirmed else None
        made.append(save(row))

    for day in (date(2021, 12, 31), date(2022, 6, 30), TODAY):
        left = [row for row in made if not (row.ended_on and row.ended_on <= day)]
        covered = sum(row.persons for row in left if row.confirmed_on and row.confirmed_on <= day)
        missed_then = sum(
            row.persons
            for row in left
            if row.missed_on and row.missed_on <= day and not (row.confirmed_on and row.confirmed_on <= day)
        )
        assert share_on(LIVING, day) == (covered, covered + missed_then)


def _in_order(days: list[Any]) -> list[Any]:
    """The same days, those that are given from early to late."""
    given_days = iter(sorted(day for day in days if day))
    return [next(given_days) if day else None for day in days]


def test_a_clinic_counts_below_the_line_as_long_as_it_stands() -> None:
    save(clinic(day=date(2021, 1, 1)))
    save(clinic(day=date(2021, 1, 1), name="南湖村卫生室", merged_on=date(2022, 5, 1)))

    assert [share_on(CLINICS, date(2022, month, 1)) for month in (4, 5)] == [(0, 2), (0, 1)]


def test_a_clinic_is_standardised_from_its_recognition_to_its_lapse() -> None:
    save(clinic(day=date(2021, 1, 1), recognised_on=date(2022, 3, 1), lapsed_on=FUTURE))

    days = (date(2022, 2, 28), date(2022, 3, 1), FUTURE - timedelta(days=1), FUTURE)
    assert [share_on(CLINICS, day) for day in days] == [(0, 1), (1, 1), (1, 1), (0, 1)]


@lean
@given(rows=st.lists(st.tuples(maybe_day, maybe_day, maybe_day), max_size=8))
def test_clinics_agree_with_a_plain_loop(rows: list[tuple[Any, Any, Any]]) -> None:
    Clinic.objects.all().delete()
    made = []
    for number, days in enumerate(rows):
        recognised, lapsed, merged = _in_order(list(days))
        row = clinic(day=date(2021, 1, 1), name=f"{number}", recognised_on=recognised, merged_on=merged)
        row.lapsed_on = lapsed if recognised else None
        made.append(save(row))

    for day in (date(2021, 12, 31), date(2022, 6, 30), TODAY):
        standing = [row for row in made if not (row.merged_on and row.merged_on <= day)]
        good = [row for row in standing if row.recognised_on and row.recognised_on <= day]
        good = [row for row in good if not (row.lapsed_on and row.lapsed_on <= day)]
        assert share_on(CLINICS, day) == (len(good), len(standing))

"""Thousands of records at once are the same records as one by one; on PostgreSQL they go by COPY."""

import gc
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from common import bulk, clock
from goals.models import Reading
from goals.tests.factories import make_indicator, make_office

pytestmark = pytest.mark.django_db
# PostgreSQL stamps that itself: see `common.changes`.
FIELDS = [field for field in Reading._meta.concrete_fields if field.name != "updated_at"]
TEXTS = ["", r"\N", '"quoted", and a comma', "two\nlines", "'; --", "文字\t", "\\"]


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "WORTH_COPYING", 1)


def readings() -> list[Reading]:
    indicator, unit = make_indicator(), make_office()
    return [
        Reading(
            indicator=indicator,
            unit=unit,
            period=date(2000 + number, 12, 31),
            is_share=False,
            value=Decimal("-12.3450") + number,
            note=text,
            warnings=[{"detail": text}],
            hands=[number],
            entered_at=clock.now(),
            updated_at=clock.now(),
        )
        for number, text in enumerate(TEXTS)
    ]


def test_what_comes_out_is_what_went_in() -> None:
    given = readings()

    bulk.insert(given)

    for reading, stored in zip(given, Reading.objects.order_by("period"), strict=True):
        for field in FIELDS:
            assert getattr(stored, field.attname) == getattr(reading, field.attname), field.name


def test_they_have_their_keys_and_can_be_saved_again() -> None:
    first = bulk.insert(readings())[0]

    first.note = "changed"
    first.save()

    assert Reading.objects.get(pk=first.pk).note == "changed"
    assert Reading.objects.count() == len(TEXTS)


def test_a_slot_that_is_taken_refuses_them_all() -> None:
    given = readings()
    bulk.insert(given)

    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert([*readings_of(given)])

    assert Reading.objects.count() == len(TEXTS)


def readings_of(given: list[Reading]) -> list[Reading]:
    fields = [field.attname for field in Reading._meta.concrete_fields if not field.primary_key]
    return [Reading(**{name: getattr(reading, name) for name in fields}) for reading in given]


def test_nothing_to_insert_asks_nothing(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert list(bulk.insert([])) == []


@pytest.mark.parametrize("was_on", [True, False])
def test_the_collector_is_afterwards_as_it_was(was_on: bool) -> None:
    (gc.enable if was_on else gc.disable)()
    try:
        with pytest.raises(RuntimeError), bulk.without_collector():
            assert not gc.isenabled()
            raise RuntimeError
        assert gc.isenabled() is was_on
    finally:
        gc.enable()


def test_changed_records_are_written_whole_over_the_version_before() -> None:
    stored = bulk.insert(readings())
    for reading in stored:
        reading.note, reading.value, reading.version = f"{reading.note}!", Decimal("7.5000"), 2

    assert bulk.update(stored) == len(TEXTS)

    for reading, now in zip(stored, Reading.objects.order_by("period"), strict=True):
        for field in FIELDS:
            assert getattr(now, field.attname) == getattr(reading, field.attname), field.name


def test_of_changed_records_only_the_named_columns_are_written() -> None:
    stored = bulk.insert(readings())
    before = [reading.note for reading in stored]
    for reading in stored:
        reading.note, reading.value, reading.version = "left out", Decimal("7.5000"), 2

    assert bulk.update(stored, ["value", "version"]) == len(TEXTS)

    found = list(Reading.objects.order_by("period").values_list("note", "value", "version"))
    assert found == [(note, Decimal("7.5"), 2) for note in before]


def test_a_record_that_somebody_changed_meanwhile_is_left_and_not_counted() -> None:
    stored = bulk.insert(readings())
    Reading.objects.filter(pk=stored[0].pk).update(version=2, note="theirs")
    for reading in stored:
        reading.note, reading.version = "ours", 2

    assert bulk.update(stored) == len(TEXTS) - 1
    assert Reading.objects.get(pk=stored[0].pk).note == "theirs"


def test_no_changed_record_is_no_query() -> None:
    assert bulk.update([]) == 0

"""Which row stands for what it is about: the newest of those alike, until the next."""

from datetime import date

import pytest
from django.db.models import Q
from django.db.models.functions import Coalesce

from ledgers.counting import replaced_on
from ledgers.tests.rows import make_village, row_of, save
from safety.models import SharedPlant

pytestmark = pytest.mark.django_db
MAY, JUNE, JULY = date(2022, 5, 1), date(2022, 6, 1), date(2022, 7, 1)


def plant(day: date, name: str = "2号楼", village: str = "jingkou") -> SharedPlant:
    made = row_of(SharedPlant, day=day, plant=name, owner="锦源", tenants=3, unit=make_village(village))
    return save(made)  # type: ignore[no-any-return]


def ends() -> list[tuple[str, date, date | None]]:
    rows = SharedPlant.objects.valid().annotate(next_on=replaced_on(SharedPlant.objects.valid(), "unit", "plant"))
    return list(rows.order_by("plant", "unit__code", "day", "pk").values_list("plant", "day", "next_on"))


def test_a_row_stands_until_the_next_one_alike() -> None:
    for day in (JULY, MAY, JUNE):
        plant(day)

    assert ends() == [("2号楼", MAY, JUNE), ("2号楼", JUNE, JULY), ("2号楼", JULY, None)]


def test_rows_that_differ_in_what_is_compared_do_not_replace_one_another() -> None:
    plant(MAY)
    plant(JUNE, name="3号楼")
    plant(JUNE, village="nanhu")

    assert {end for _name, _day, end in ends()} == {None}


def test_of_a_day_the_row_entered_later_stands() -> None:
    plant(MAY)
    plant(MAY)

    assert [end for _name, _day, end in ends()] == [MAY, None]


def test_rows_that_are_left_out_replace_nothing() -> None:
    plant(MAY)
    plant(JUNE, name="2号楼")
    rows = SharedPlant.objects.filter(~Q(day=JUNE))

    assert [row.end for row in rows.annotate(end=Coalesce(replaced_on(rows, "unit"), JULY))] == [JULY]

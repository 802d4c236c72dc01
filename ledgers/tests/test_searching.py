"""The search of a large register asks an index on PostgreSQL, and finds the same without one."""

import pytest
from django.apps import apps
from django.db import connection

from accounts.tests.factories import browser_of
from ledgers import searching
from ledgers.registry import all_ledgers
from ledgers.tests.factories import register, villager
from safety.models import Hazard
from safety.tests.factories import hazard, save

pytestmark = pytest.mark.django_db
on_postgresql = pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="the index is PostgreSQL's: skipped without it"
)


def indexes(table: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE tablename = %s", [table])
        return {name for (name,) in cursor.fetchall()}


@on_postgresql
def test_every_text_that_a_search_reads_has_an_index() -> None:
    for ledger in all_ledgers():
        table = ledger.model._meta.db_table
        wanted = {searching.index_of(table, column) for column in searching.columns_of(ledger)}
        assert wanted <= indexes(table), ledger.key


@on_postgresql
def test_a_search_asks_the_index() -> None:
    found = Hazard.objects.filter(what__icontains="照明缺失")

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = found.order_by().explain()

    assert "safety_hazard_what_words" in plan


@on_postgresql
def test_what_is_missing_is_put_up_where_the_extension_is_there_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    name, safety = "safety_hazard_what_words", apps.get_app_config("safety")
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX {name}")

    with monkeypatch.context() as lacking:
        lacking.setattr(searching, "EXTENSION", "no_such_extension")
        searching.install(safety)
    without = name in indexes("safety_hazard")
    searching.install(safety)

    assert (without, name in indexes("safety_hazard")) == (False, True)


def test_no_index_name_is_cut_off() -> None:
    names = [
        searching.index_of(ledger.model._meta.db_table, column)
        for ledger in all_ledgers()
        for column in searching.columns_of(ledger)
    ]

    assert len(set(names)) == len(names)


@pytest.mark.parametrize("word", ["照明", "照明缺失", "b2"])
def test_a_search_finds_words_short_and_long_in_either_case(word: str) -> None:
    row = save(hazard(what="楼梯间照明缺失 B2"))
    save(hazard(what="通道堵塞"))

    page = browser_of(villager(row.unit)).get(f"{register('hazards').address}?q={word}").content.decode()

    assert ("照明缺失" in page, "通道堵塞" in page) == (True, False)

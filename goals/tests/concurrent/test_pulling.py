"""Pulling while others write: nothing is missed and nothing comes twice, whenever what was stamped is committed."""

import random
import threading
import time
from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from rest_framework.test import APIClient

from common import changes
from goals.models import Indicator, Reading
from goals.progress import period_end
from goals.tests.concurrent.crowd import ON_POSTGRESQL, at_once
from goals.tests.factories import client_of, make_indicator, make_office, make_reading, make_user

pytestmark = [pytest.mark.django_db(transaction=True), ON_POSTGRESQL]
READINGS = "/api/v1/readings/"
BEGINNING = "2000-01-01T00:00:00Z"
WRITERS, ROUNDS = 4, 10


def month(number: int) -> date:
    return period_end(2010 * 12 + 1 + number)


@pytest.fixture
def reader() -> APIClient:
    make_office()
    return client_of(make_user("reader", "leader"))


def since(client: APIClient, moment: str, **params: str) -> list[dict[str, Any]]:
    """All pages of what changed after the moment, read by their cursors."""
    rows: list[dict[str, Any]] = []
    answer = client.get(READINGS, {"updated_since": moment, "page_size": "3"} | params).json()
    while True:
        rows += answer["results"]
        if answer["next"] is None:
            return rows
        answer = client.get(answer["next"]).json()


def test_what_is_committed_late_with_an_early_stamp_is_not_missed(reader: APIClient) -> None:
    indicator, written, read = make_indicator(), threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            make_reading(indicator, month(1), 1)
            written.set()
            assert read.wait(30)

    def pull() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        assert written.wait(30)
        make_reading(indicator, month(2), 2)
        first = since(reader, BEGINNING)
        read.set()
        while Reading.objects.count() < 2:
            time.sleep(0.01)
        return first, since(reader, first[-1]["updated_at"] if first else BEGINNING)

    _none, (first, second) = at_once(slow, pull)  # type: ignore[misc]

    assert [r["value"] for r in first + second] == [1, 2]
    stamps = list(Reading.objects.order_by("pk").values_list("updated_at", flat=True))
    assert stamps[0] < stamps[1]


def write(indicator: Indicator, writer: int, versions: Counter[int], lock: threading.Lock) -> None:
    """New readings and changed ones, committed after a while, in any order with the others'."""
    chance = random.Random(writer)
    own: list[int] = []
    for number in range(ROUNDS):
        with transaction.atomic():
            made = [make_reading(indicator, month(writer * ROUNDS + number), number)]
            changed = Reading.objects.select_for_update().filter(pk__in=chance.sample(own, min(2, len(own))))
            for reading in changed.order_by("pk"):
                reading.value = Decimal(chance.randrange(1_000))
                reading.save()
                made.append(reading)
            time.sleep(chance.random() / 10)
        own.append(made[0].pk)
        with lock:
            for reading in made:
                versions[reading.pk] = reading.version


def test_nothing_is_missed_or_repeated_while_others_write(reader: APIClient) -> None:
    indicator, done, lock = make_indicator(), threading.Event(), threading.Lock()
    versions: Counter[int] = Counter()
    at_work = [WRITERS]

    def work(writer: int) -> None:
        try:
            write(indicator, writer, versions, lock)
        finally:
            with lock:
                at_work[0] -= 1
                if not at_work[0]:
                    done.set()

    def pull() -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        while True:
            last_turn = done.is_set()
            rows += since(reader, rows[-1]["updated_at"] if rows else BEGINNING)
            if last_turn:
                return rows

    rows = at_once(pull, *(lambda w=w: work(w) for w in range(WRITERS)))[0]  # type: ignore[misc]

    seen = Counter((row["id"], row["version"]) for row in rows)
    newest = {row["id"]: row["version"] for row in rows}
    assert newest == dict(versions)
    assert max(seen.values()) == 1
    assert [row["updated_at"] for row in rows] == sorted(row["updated_at"] for row in rows)


def test_pages_of_a_list_neither_miss_nor_repeat_what_was_there_from_the_start(reader: APIClient) -> None:
    indicator = make_indicator()
    there = {make_reading(indicator, month(number), number).pk for number in range(0, 40, 2)}

    def read() -> list[int]:
        found, answer = [], reader.get(READINGS, {"page_size": 3}).json()
        while True:
            found += [row["id"] for row in answer["results"]]
            if answer["next"] is None:
                return found
            answer = reader.get(answer["next"]).json()

    found = at_once(read, lambda: [make_reading(indicator, month(n), n) for n in range(1, 41, 2)])[0]

    assert there <= set(found) and len(found) == len(set(found))


def test_who_writes_elsewhere_holds_nobody_up(reader: APIClient) -> None:
    indicator, written, read = make_indicator(), threading.Event(), threading.Event()
    make_reading(indicator, month(1), 1)

    def slow() -> None:
        with transaction.atomic():
            make_office("another")
            written.set()
            assert read.wait(30)

    def pull() -> int:
        assert written.wait(30)
        found = len(since(reader, BEGINNING))
        read.set()
        return found

    assert at_once(slow, pull)[1] == 1


def test_an_answer_has_no_etag_while_its_table_is_written(reader: APIClient) -> None:
    indicator, written, read = make_indicator(), threading.Event(), threading.Event()
    before = reader.get(READINGS)

    def slow() -> None:
        with transaction.atomic():
            make_reading(indicator, month(1), 1)
            written.set()
            assert read.wait(30)

    def ask() -> list[Any]:
        assert written.wait(30)
        found = [reader.get(READINGS), reader.get(READINGS, HTTP_IF_NONE_MATCH=before["ETag"])]
        read.set()
        return found

    meanwhile = at_once(slow, ask)[1]

    assert [a.status_code for a in meanwhile] == [200, 200]
    assert not any(a.has_header("ETag") for a in meanwhile)
    after = reader.get(READINGS, HTTP_IF_NONE_MATCH=before["ETag"])
    assert after.status_code == 200 and after["ETag"] != before["ETag"]


def test_a_write_that_was_undone_leaves_no_lock_behind(reader: APIClient) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        make_reading(make_indicator(), month(1), 1)
        raise ZeroDivisionError

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2")
        assert cursor.fetchone() == (0,)
    assert changes.state_of([Reading]) is not None


def test_a_write_after_an_undone_part_of_its_transaction_is_seen_as_one(reader: APIClient) -> None:
    indicator, written, read = make_indicator(), threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            with pytest.raises(ZeroDivisionError), transaction.atomic():
                make_reading(indicator, month(1), 1)
                raise ZeroDivisionError
            make_reading(indicator, month(2), 2)
            written.set()
            assert read.wait(30)

    def ask() -> bool:
        assert written.wait(30)
        quiet = changes.state_of([Reading]) is not None
        read.set()
        return quiet

    assert at_once(slow, ask)[1] is False

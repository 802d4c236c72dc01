"""Workers that take pieces of a run at the same moment."""

import threading
import time

import pytest
from django.db import connection, transaction

from goals import recomputing
from goals.models import RecomputeChunk, RecomputeRun
from goals.recomputing import runs, start_run, work, work_off
from goals.tests.concurrent.crowd import ON_POSTGRESQL, at_once
from goals.tests.factories import make_office, make_plan, make_targets

pytestmark = [pytest.mark.django_db(transaction=True), ON_POSTGRESQL]
BLOCKED = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
LONGEST = 10


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(BLOCKED)
        return bool(cursor.fetchone()[0])


def test_a_piece_that_another_looks_at_meanwhile_is_done_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    make_targets(make_plan(state="adopted"), ["a", "b"], make_office())
    run = start_run()
    looking, looked, ended = threading.Event(), threading.Event(), threading.Event()
    claim = recomputing._claim

    def claimed_while_another_looks(run_id: int) -> RecomputeChunk | None:
        piece = claim(run_id)
        looking.set()
        looked.wait(LONGEST)
        return piece

    def look() -> None:
        looking.wait(LONGEST)
        with transaction.atomic():
            RecomputeChunk.objects.select_for_update().get()
            looked.set()
            until = time.monotonic() + LONGEST
            while not ended.is_set() and not somebody_waits() and time.monotonic() < until:
                time.sleep(0.01)

    def take() -> None:
        work(run.pk)
        ended.set()

    monkeypatch.setattr(recomputing, "_claim", claimed_while_another_looks)
    at_once(take, look)

    assert RecomputeChunk.objects.get().state == RecomputeChunk.State.DONE


def test_two_workers_do_a_run_between_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recomputing, "CHUNK", 1)
    make_targets(make_plan(state="adopted"), [f"t{n}" for n in range(20)], make_office())
    run = start_run()

    at_once(lambda: work_off(run.pk), lambda: work_off(run.pk))

    found = runs().get()
    assert (found.state, found.pieces_done) == (RecomputeRun.State.DONE, 20)

"""A run over everything: split, taken piece by piece, cancelled, tried again, parked."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from audit.models import Event
from common.errors import Conflict, Forbidden
from goals import recomputing, tasks
from goals.models import Mark, Progress, RecomputeChunk, RecomputeRun, Target
from goals.progress.recompute import check, mark, recompute
from goals.recomputing import (
    cancel_run,
    parked_chunks,
    retry_parked,
    runs,
    start_run,
    tend,
    work,
    work_off,
)
from goals.tests.factories import make_office, make_plan, make_targets, make_user

pytestmark = pytest.mark.django_db
State, Piece = RecomputeRun.State, RecomputeChunk.State


@pytest.fixture
def targets(monkeypatch: pytest.MonkeyPatch) -> list[Target]:
    """Seven targets, three of which go into a piece."""
    monkeypatch.setattr(recomputing, "CHUNK", 3)
    return make_targets(make_plan(state="adopted"), [f"t{n}" for n in range(7)], make_office())


@pytest.fixture
def operator() -> User:
    return make_user("operator", "administrator")


def break_down(*args: Any, **more: Any) -> int:
    raise RuntimeError("broken")


def test_a_run_splits_everything_into_ranges(targets: list[Target]) -> None:
    run = start_run()

    found = list(run.chunks.values_list("first", "last", "subjects"))
    ids = [t.pk for t in targets]
    assert (run.total, run.pieces) == (7, 3)
    assert found == [(ids[0], ids[2], 3), (ids[3], ids[5], 3), (ids[6], ids[6], 1)]


def test_working_it_off_computes_all_and_ends_it(targets: list[Target]) -> None:
    run = start_run()

    work_off(run.pk)

    found = runs().get()
    assert (found.state, found.done, found.pieces_done, found.share) == (State.DONE, 7, 3, 100)
    assert found.ended_at is not None
    assert Progress.objects.filter(slot=0).count() == 7
    assert check() == []


def test_a_task_does_one_piece(targets: list[Target]) -> None:
    run = start_run()

    tasks.recompute_chunk(run.pk)

    found = runs().get()
    assert (found.state, found.done, found.pieces_done) == (State.RUNNING, 3, 1)
    assert found.share == 42


def test_a_piece_keeps_how_long_it_took(targets: list[Target]) -> None:
    run = start_run()
    work(run.pk)

    piece = run.chunks.get(state=Piece.DONE)
    assert piece.seconds is not None and piece.ended_at is not None


def test_more_tasks_than_pieces_do_no_harm(targets: list[Target]) -> None:
    run = start_run()

    for _delivery in range(9):
        tasks.recompute_chunk(run.pk)

    assert [p.attempts for p in run.chunks.all()] == [1, 1, 1]
    assert runs().get().state == State.DONE


def test_a_task_for_a_run_that_is_gone_ends_quietly() -> None:
    assert not work(999_999)


def test_only_one_run_at_a_time(targets: list[Target]) -> None:
    start_run()

    with pytest.raises(Conflict):
        start_run()

    assert RecomputeRun.objects.count() == 1


def test_a_run_without_targets_ends_at_once() -> None:
    run = start_run()

    work_off(run.pk)

    found = runs().get()
    assert (found.state, found.total, found.share) == (State.DONE, 0, 100)


def test_a_run_of_today_leaves_the_months_alone(targets: list[Target]) -> None:
    run = start_run(scope=RecomputeRun.Scope.TODAY)

    work_off(run.pk)

    assert set(Progress.objects.values_list("slot", flat=True)) == {0}


def test_a_cancelled_run_begins_nothing_more(targets: list[Target], operator: User) -> None:
    run = start_run()
    work(run.pk)

    cancel_run(operator, run.pk)

    assert not work(run.pk)
    found = runs().get()
    assert (found.state, found.pieces_done) == (State.CANCELLED, 1)
    assert start_run().pk != run.pk


def test_what_has_ended_is_not_cancelled(targets: list[Target], operator: User) -> None:
    run = start_run()
    work_off(run.pk)

    with pytest.raises(Conflict):
        cancel_run(operator, run.pk)


@pytest.mark.parametrize("role", ["planner", "leader", "reviewer", "reporter", "data_feed", "auditor"])
def test_nobody_but_an_administrator_starts_cancels_or_retries(role: str, targets: list[Target]) -> None:
    user = make_user("somebody", role)
    run = start_run()

    for attempt in (lambda: start_run(user), lambda: cancel_run(user, run.pk), lambda: retry_parked(user, run.pk)):
        with pytest.raises(Forbidden):
            attempt()

    run.refresh_from_db()
    assert run.state == State.RUNNING


def test_the_trail_tells_who_started_and_cancelled(targets: list[Target], operator: User) -> None:
    run = start_run(operator, reason="after the move")
    cancel_run(operator, run.pk)

    events = Event.objects.filter(record="recompute_run").order_by("sequence")
    assert [e.action for e in events] == ["start_recompute", "cancel_recompute"]
    assert run.started_by == operator


def test_a_piece_that_fails_three_times_is_parked_and_the_others_go_on(
    targets: list[Target], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    real = recompute
    bad = targets[0].pk

    def fail(ids: Any, *rest: Any, **more: Any) -> int:
        return break_down() if bad in ids else real(ids, *rest, **more)

    monkeypatch.setattr(recomputing.progress, "recompute", fail)
    run = start_run()

    with caplog.at_level(logging.CRITICAL):
        work_off(run.pk)

    found = runs().get()
    assert (found.state, found.done, found.parked) == (State.FAILED, 4, 1)
    (parked,) = parked_chunks()
    assert (parked.attempts, parked.error) == (3, "RuntimeError('broken')")


def test_a_failed_piece_changes_nothing(targets: list[Target], monkeypatch: pytest.MonkeyPatch) -> None:
    recompute([t.pk for t in targets])
    before = list(Progress.objects.order_by("pk").values_list("pk", "computed_at"))
    monkeypatch.setattr("goals.progress.recompute.upsert", break_down)
    run = start_run()

    work_off(run.pk)

    assert runs().get().parked == 3
    assert list(Progress.objects.order_by("pk").values_list("pk", "computed_at")) == before


def test_parked_pieces_are_tried_again_when_an_operator_says_so(
    targets: list[Target], operator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(recomputing.progress, "recompute", break_down)
        run = start_run()
        work_off(run.pk)

    retry_parked(operator, run.pk)
    work_off(run.pk)

    found = runs().get()
    assert (found.state, found.done, found.parked) == (State.DONE, 7, 0)


def test_nothing_is_retried_where_nothing_is_parked(targets: list[Target], operator: User) -> None:
    run = start_run()
    work_off(run.pk)

    with pytest.raises(Conflict):
        retry_parked(operator, run.pk)


def claimed(run: RecomputeRun, attempts: int, seconds_ago: float) -> RecomputeChunk:
    """A piece as a worker leaves it that died while working on it."""
    piece = run.chunks.first()
    assert piece is not None
    piece.attempts, piece.begun_at = attempts, timezone.now() - timedelta(seconds=seconds_ago)
    piece.save()
    return piece


def test_what_was_claimed_a_moment_ago_is_left_to_its_claimer(targets: list[Target]) -> None:
    run = start_run()
    claimed(run, attempts=1, seconds_ago=1)

    work_off(run.pk)

    assert runs().get().done == 4


def test_a_piece_whose_worker_died_is_taken_over(targets: list[Target]) -> None:
    run = start_run()
    claimed(run, attempts=1, seconds_ago=60)

    work_off(run.pk)

    assert runs().get().done == 7


def test_a_piece_that_killed_three_processes_is_parked(targets: list[Target]) -> None:
    run = start_run()
    claimed(run, attempts=3, seconds_ago=60)

    work_off(run.pk)

    found = runs().get()
    assert (found.state, found.done, found.parked) == (State.FAILED, 4, 1)
    assert "died" in parked_chunks()[0].error


def test_without_a_broker_the_sweep_does_the_run(targets: list[Target]) -> None:
    start_run()

    tasks.sweep()

    assert runs().get().state == State.DONE


def test_the_sweep_asks_again_for_a_run_that_stands_still(
    targets: list[Target], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[tuple[int, int]] = []
    settings.REDIS_URL = "redis://nowhere"
    monkeypatch.setattr(recomputing, "ring", lambda *what: rung.append(what))
    run = start_run()
    work(run.pk)

    tend()
    assert rung == []
    RecomputeRun.objects.update(started_at=timezone.now() - timedelta(minutes=2))
    run.chunks.exclude(begun_at=None).update(
        begun_at=timezone.now() - timedelta(minutes=2), ended_at=timezone.now() - timedelta(minutes=1)
    )
    tend()

    assert rung == [(run.pk, 2)]


def test_the_sweep_ends_a_run_whose_last_worker_died_before_saying_so(targets: list[Target]) -> None:
    run = start_run()
    run.chunks.update(state=Piece.DONE)

    tend()

    assert runs().get().state == State.DONE


def test_a_run_settles_the_marks(targets: list[Target]) -> None:
    mark([targets[0].pk], "test")

    work_off(start_run().pk)

    settled = Mark.objects.get(target=targets[0])
    assert settled.dirty_gen == settled.computed_gen == 1


def test_the_number_of_queries_of_the_list_does_not_grow_with_runs(
    targets: list[Target], django_assert_num_queries: Any
) -> None:
    for _run in range(3):
        work_off(start_run().pk)

    with django_assert_num_queries(1):
        assert len([(r.share, r.started_by, r.parked) for r in runs()]) == 3

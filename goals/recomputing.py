"""Runs over everything stored: started, watched, cancelled, and done piece by piece by whoever is free.

For pages and commands:

- `start_run(user, scope=…)` splits all that has progress into ranges of ids and asks the workers; `cancel_run` and
  `retry_parked` likewise take the acting user (None: the portal itself). They raise Forbidden or Conflict.
- `runs()` are the runs, newest first, with `done` (subjects computed), `pieces_done`, `parked` and `differences`
  beside their own `total` and `pieces`; `share` of one is its progress in per cent. `parked_chunks()` are those that
  failed three times, with the error.
- `work(run_id)` does one piece, if one is free: what a task does. `work_off(run_id)` does all that are left.
- `tend()` belongs to the sweep: it asks again for what was lost, and ends what is complete.

A piece is claimed twice. First, in a transaction of its own, its try is counted, so that a piece that kills its
process is not tried for ever. Then its row is locked for as long as the work takes, in the transaction that also writes
the progress: a worker that dies leaves nothing behind but the counted try, and another takes over.
"""

import logging
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Case, Count, F, IntegerField, Max, Q, QuerySet, Sum, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from accounts.permissions import Access
from audit import trail
from common import ringing
from common.commits import after_commit
from common.errors import Conflict, Forbidden
from goals.models import RecomputeChunk, RecomputeRun
from goals.permissions import operates
from goals.progress import recompute as progress
from goals.progress.books import Book, book_of, books

logger = logging.getLogger(__name__)
Scope, State, Piece = RecomputeRun.Scope, RecomputeRun.State, RecomputeChunk.State
# Subjects a piece: what a worker holds in memory and locks at once, for a second or two.
CHUNK = 2_000
MOST_ATTEMPTS = 3
# Between counting its try and locking a piece passes a moment; after so long the claimer is dead.
GRACE = timedelta(seconds=10)
# When nobody has begun or ended a piece for so long, the requests to do so were lost.
STALLED = timedelta(seconds=30)
# Without a broker the sweep works itself, and lets other work come between.
SWEEP_SECONDS = 30
LONGEST_ERROR = 2_000


@transaction.atomic
def start_run(user: User | None = None, *, scope: str = Scope.ALL, reason: str = "", origin: str = "") -> RecomputeRun:
    """Begin a run over everything; Conflict while another is on."""
    _require_operator(user)
    run = RecomputeRun(scope=scope, reason=reason, started_by=user, started_at=timezone.now())
    try:
        with transaction.atomic():
            run.save()
    except IntegrityError as error:
        raise Conflict(_("已有一次全部重算在进行。")) from error
    pieces = [piece for book in books() for piece in _pieces(run, book)]
    RecomputeChunk.objects.bulk_create(pieces)
    run.total, run.pieces = sum(piece.subjects for piece in pieces), len(pieces)
    run.save(update_fields=["total", "pieces"])
    _tell(user, "start_recompute", run, origin)
    after_commit(ring, run.pk, len(pieces))
    return run


@transaction.atomic
def cancel_run(user: User | None, run_id: int, *, origin: str = "") -> RecomputeRun:
    """Nothing more of it is begun; what is being done is finished, what is done stays. Conflict once it has ended."""
    _require_operator(user)
    run = _running(run_id)
    run.state, run.ended_at = State.CANCELLED, timezone.now()
    run.save(update_fields=["state", "ended_at"])
    _tell(user, "cancel_recompute", run, origin)
    return run


@transaction.atomic
def retry_parked(user: User | None, run_id: int, *, origin: str = "") -> RecomputeRun:
    """Try what failed three times again; Conflict where nothing is parked or another run is on."""
    _require_operator(user)
    run = RecomputeRun.objects.select_for_update().get(pk=run_id)
    parked = run.chunks.filter(state=Piece.PARKED).update(state=Piece.WAITING, attempts=0, begun_at=None, error="")
    if not parked:
        raise Conflict(_("没有搁置的分块。"))
    run.state, run.ended_at = State.RUNNING, None
    try:
        with transaction.atomic():
            run.save(update_fields=["state", "ended_at"])
    except IntegrityError as error:
        raise Conflict(_("已有一次全部重算在进行。")) from error
    _tell(user, "retry_recompute", run, origin)
    after_commit(ring, run.pk, parked)
    return run


def runs() -> "QuerySet[Any]":
    """Newest first, with what was done of each. (Any: what is annotated is no field.)"""
    done, parked = Q(chunks__state=Piece.DONE), Q(chunks__state=Piece.PARKED)
    return RecomputeRun.objects.annotate(
        done=Coalesce(Sum("chunks__subjects", filter=done), 0),
        pieces_done=Count("chunks", filter=done),
        parked=Count("chunks", filter=parked),
        differences=Coalesce(Sum("chunks__differences"), 0),
        share=Case(When(total=0, then=100), default=100 * F("done") / F("total"), output_field=IntegerField()),
    ).select_related("started_by")


def parked_chunks() -> "QuerySet[RecomputeChunk]":
    """What failed three times and waits for somebody to look, newest first."""
    return RecomputeChunk.objects.filter(state=Piece.PARKED).select_related("run").order_by("-pk")


def ring(run_id: int, times: int) -> None:
    """Ask the workers as often as there are pieces; without a broker, or if it doesn't answer, the sweep does it."""
    if not settings.REDIS_URL or ringing.is_silent():
        return
    for _piece in range(times):
        try:
            current_app.send_task("goals.tasks.recompute_chunk", args=[run_id], retry=False)
        except Exception:
            ringing.note_silence()
            logger.warning("the broker did not answer; the sweep will ask again for run %d", run_id)
            return


def work(run_id: int) -> bool:
    """Do one free piece of the run; was there one?"""
    piece = _claim(run_id)
    if piece is not None:
        _do(piece)
    _end_if_complete(run_id)
    return piece is not None


def work_off(run_id: int, seconds: float | None = None) -> None:
    """Do piece after piece until none is free, or the time is over."""
    until = None if seconds is None else time.monotonic() + seconds
    while work(run_id) and (until is None or time.monotonic() < until):
        pass


def tend() -> None:
    """Keep the run that is on going: ask for pieces that nobody does, end it when all are done."""
    run = RecomputeRun.objects.filter(state=State.RUNNING).first()
    if run is None or _end_if_complete(run.pk):
        return
    if not settings.REDIS_URL:
        work_off(run.pk, SWEEP_SECONDS)
        return
    seen = run.chunks.aggregate(begun=Max("begun_at"), ended=Max("ended_at"))
    latest = max(moment for moment in (run.started_at, *seen.values()) if moment is not None)
    if latest < timezone.now() - STALLED:
        ring(run.pk, run.chunks.filter(state=Piece.WAITING).count())


def renew() -> None:
    """A new day: what the date alone changes. With a broker by as many workers as there are; Conflict, to be tried
    again, while another run is on."""
    if settings.REDIS_URL:
        start_run(scope=Scope.TODAY, reason="new_day")
    else:
        progress.renew()


def nightly() -> None:
    """Compute everything again and compare it with what is stored; without a broker, at once and here."""
    try:
        run = start_run(scope=Scope.VERIFY, reason="nightly")
    except Conflict:
        return
    if not settings.REDIS_URL:
        work_off(run.pk)


def _pieces(run: RecomputeRun, book: Book) -> Iterator[RecomputeChunk]:
    ids = list(book.subject._default_manager.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), CHUNK):
        some = ids[start : start + CHUNK]
        yield RecomputeChunk(run=run, book=book.code, first=some[0], last=some[-1], subjects=len(some))


def _claim(run_id: int) -> RecomputeChunk | None:
    """A free piece, its try counted; whose last try died with its process is parked on the way."""
    while True:
        with transaction.atomic():
            free = RecomputeChunk.objects.filter(run=run_id, run__state=State.RUNNING, state=Piece.WAITING)
            free = free.filter(Q(begun_at=None) | Q(begun_at__lt=timezone.now() - GRACE))
            locked = free.select_for_update(skip_locked=True, of=("self",))
            piece = locked.order_by("attempts", "pk").first()
            if piece is None:
                return None
            piece.begun_at = timezone.now()
            if piece.attempts < MOST_ATTEMPTS:
                piece.attempts += 1
                piece.save(update_fields=["attempts", "begun_at"])
                return piece
            piece.state, piece.ended_at = Piece.PARKED, piece.begun_at
            piece.error = piece.error or "the process that worked on it died"
            piece.save(update_fields=["state", "ended_at", "error"])
            logger.error("parked: run %d, %s", run_id, piece)


def _do(piece: RecomputeChunk) -> None:
    begun = time.monotonic()
    try:
        with transaction.atomic():
            # Waits, if need be: who looks for a free piece locks this one for a moment, even to find that it isn't.
            if RecomputeChunk.objects.select_for_update().filter(pk=piece.pk, state=Piece.WAITING).first() is None:
                return
            piece.subjects, piece.differences = _computed(piece)
            piece.state, piece.ended_at = Piece.DONE, timezone.now()
            piece.error, piece.seconds = "", round(time.monotonic() - begun, 3)
            piece.save(update_fields=["subjects", "differences", "state", "ended_at", "error", "seconds"])
    except Exception as error:
        logger.exception("recompute of %s failed", piece)
        gave_up = piece.attempts >= MOST_ATTEMPTS
        RecomputeChunk.objects.filter(pk=piece.pk).exclude(state=Piece.DONE).update(
            state=Piece.PARKED if gave_up else Piece.WAITING,
            begun_at=None,
            ended_at=timezone.now(),
            error=repr(error)[:LONGEST_ERROR],
        )


def _computed(piece: RecomputeChunk) -> tuple[int, int]:
    """How many subjects were computed, and in how many places something else was stored."""
    book, scope = book_of(piece.book), piece.run.scope
    found = book.subject._default_manager.filter(pk__gte=piece.first, pk__lte=piece.last)
    ids = list(found.order_by("pk").values_list("pk", flat=True))
    if scope == Scope.VERIFY:
        differences = progress.verify(ids, book)
        return len(ids), differences
    return progress.recompute(ids, book, today_only=scope == Scope.TODAY), 0


def _end_if_complete(run_id: int) -> bool:
    """End the run once no piece waits. Asked after each piece's commit, so that the last to commit sees all done."""
    if RecomputeChunk.objects.filter(run=run_id, state=Piece.WAITING).exists():
        return False
    failed = RecomputeChunk.objects.filter(run=run_id, state=Piece.PARKED).exists()
    state = State.FAILED if failed else State.DONE
    running = RecomputeRun.objects.filter(pk=run_id, state=State.RUNNING)
    return bool(running.update(state=state, ended_at=timezone.now()))


def _running(run_id: int) -> RecomputeRun:
    run = RecomputeRun.objects.select_for_update().filter(pk=run_id).first()
    if run is None or not run.is_running:
        raise Conflict(_("这次重算已经结束。"))
    return run


def _require_operator(user: User | None) -> None:
    if user is not None and not operates(Access.of(user)):
        raise Forbidden(_("只有系统管理员可以操作全部重算。"))


def _tell(user: User | None, action: str, run: RecomputeRun, origin: str) -> None:
    """What a person did; what the portal does by itself is told by the run's own row."""
    if user is None:
        return
    actor = Access.of(user).actor(Role.ADMINISTRATOR, origin=origin)
    after = {"scope": str(run.scope), "reason": run.reason, "subjects": run.total}
    trail.record(actor, [trail.Entry(action, "recompute_run", str(run.pk), after=after)])

"""Marks, the doorbell, the sweep and the set-based recompute (`architecture.md`, 'How a figure travels')."""

import logging
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from common import clock, ringing
from common.bulk import without_collector
from common.commits import after_commit
from goals.models.plan import Plan
from goals.models.progress import TODAY_SLOT, Sweep
from goals.models.recompute import RecomputeRun
from goals.models.target import Target
from goals.progress.books import TARGETS, Book, books
from goals.progress.gather import COLUMNS, as_stored, stored_row
from goals.progress.periods import period_end
from goals.progress.writing import WORTH_COPYING, upsert
from goals.webhooks import outbox

logger = logging.getLogger(__name__)
CHUNK = 4_000
# A month's end belongs to the current rows for so long, lest a day without a run leave it out.
CURRENT = timedelta(days=7)
MOST_ATTEMPTS = 3
# How many the sweep takes at once at the first, second and third try, and of how many such chunks.
SIZES = (CHUNK, 100, 1)
MOST_CHUNKS = 10
MOST_LOGGED = 50
# For many subjects (PostgreSQL): sums without files on disk, and no time spent on compiling queries that take none.
ROOM = "SET LOCAL work_mem = '32MB'; SET LOCAL jit = off; "


def mark(ids: Iterable[int], reason: str, book: Book = TARGETS) -> None:
    """Mark targets (or what the book is of) as due for recompute in the caller's transaction, and ring once it has
    committed."""
    marked = sorted(set(ids))
    if not marked:
        return
    table, subject = book.marks._meta.db_table, book.subject._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({book.key}, dirty_gen, computed_gen, reason, marked_at, attempts, parked) "
            f"SELECT id, 1, 0, %s, %s, 0, %s FROM {subject} WHERE id IN ({_listed(marked)}) ORDER BY id "
            f"ON CONFLICT ({book.key}) DO UPDATE SET dirty_gen = {table}.dirty_gen + 1, reason = excluded.reason, "
            "marked_at = excluded.marked_at, attempts = 0, parked = excluded.parked",
            [reason[:60], connection.ops.adapt_datetimefield_value(timezone.now()), False],
        )
    after_commit(ring, marked, book)


def mark_indicators(indicator_ids: Iterable[int], years: Iterable[int], reason: str) -> None:
    """Mark the targets of these indicators in plans of these years."""
    found = Target.objects.filter(indicator__in=set(indicator_ids), plan__year__in=set(years))
    mark(found.values_list("pk", flat=True), reason)


def ring(ids: Sequence[int], book: Book = TARGETS) -> None:
    """Ask a worker, once and briefly, or several for many; without a broker the work is done here. What fails is left
    to the sweep."""
    if not settings.REDIS_URL:
        recompute(ids, book)
        return
    more = [] if book is TARGETS else [book.code]
    if ringing.is_silent():
        return
    try:
        for start in range(0, len(ids), CHUNK):
            args = [list(ids[start : start + CHUNK]), *more]
            current_app.send_task("goals.tasks.recompute_targets", args=args, retry=False)
    except Exception:
        ringing.note_silence()
        logger.warning("the broker did not answer; the sweep will do %d of %s", len(ids), book.code)


def recompute(ids: Iterable[int], book: Book = TARGETS, *, today_only: bool = False) -> int:
    """Compute and store the progress of these targets (or what the book is of); how many there were. `today_only` are
    the current rows: today's, and that of a month which has just ended.

    Eight queries a chunk at most of what is typed, where nobody keeps a hook; two more for what was never marked.
    """
    asked = sorted(set(ids))
    done = 0
    for start in range(0, len(asked), CHUNK):
        done += _recompute_chunk(asked[start : start + CHUNK], book, today_only=today_only)
    return done


def renew() -> int:
    """What the date alone changes: a new day's pace and lateness, and what was counted for later. Of open plans."""
    opened = Plan.objects.exclude(state=Plan.State.CLOSED)
    return sum(
        recompute(book.subject._default_manager.filter(plan__in=opened).values_list("pk", flat=True), book)
        for book in books()
    )


@transaction.atomic
def _recompute_chunk(ids: Sequence[int], book: Book, *, today_only: bool = False) -> int:
    _hold(ids, book)
    with without_collector():
        rows, count = computed_rows(ids, book, today_only=today_only)
        _store(ids, rows, count, book)
    return count


def _hold(ids: Sequence[int], book: Book) -> None:
    """Lock the subjects' marks, in id order: concurrent recomputes of a subject take turns, and each sees what was
    approved before its turn. What was never marked gets a mark that is settled, to be locked."""
    table, subject = book.marks._meta.db_table, book.subject._meta.db_table
    if _lock(ids, book) == len(ids):
        return
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({book.key}, dirty_gen, computed_gen, reason, marked_at, attempts, parked) "
            f"SELECT id, 0, 0, '', %s, 0, %s FROM {subject} WHERE id IN ({_listed(ids)}) "
            f"AND NOT EXISTS (SELECT 1 FROM {table} m WHERE m.{book.key} = {subject}.id) ORDER BY id "
            f"ON CONFLICT ({book.key}) DO NOTHING",
            [connection.ops.adapt_datetimefield_value(timezone.now()), False],
        )
    if connection.vendor == "postgresql":
        # Those that somebody else marked in between are locked with the others.
        _lock(ids, book)


def _lock(ids: Sequence[int], book: Book) -> int:
    """How many marks there were to lock. (SQLite has one writer at a time anyway.)"""
    order = f"ORDER BY {book.key}" + (" FOR UPDATE" if connection.features.has_select_for_update else "")
    room = ROOM if connection.vendor == "postgresql" and len(ids) >= WORTH_COPYING else ""
    with connection.cursor() as cursor:
        cursor.execute(f"{room}SELECT 1 FROM {book.marks._meta.db_table} WHERE {book.key} IN ({_listed(ids)}) {order}")
        return len(cursor.fetchall())


def _store(ids: Sequence[int], rows: Sequence[Sequence[Any]], count: int, book: Book) -> None:
    """Write the rows, throw away those of subjects that have none, and settle the marks, which the caller holds."""
    if count < len(ids):
        kept = {row[0] for row in rows}
        book.rows._default_manager.filter(**{f"{book.code}__in": [pk for pk in ids if pk not in kept]}).delete()
    with outbox.watching(ids if book is TARGETS else ()):
        upsert(rows, book, _settling(ids, book))


def _settling(ids: Sequence[int], book: Book) -> str:
    return (
        f"UPDATE {book.marks._meta.db_table} SET computed_gen = dirty_gen, attempts = 0, parked = false "
        f"WHERE {book.key} IN ({_listed(ids)}) AND (dirty_gen > computed_gen OR attempts > 0 OR parked)"
    )


def computed_rows(ids: Sequence[int], book: Book = TARGETS, *, today_only: bool = False) -> tuple[list[list[Any]], int]:
    """Stored rows (`book.columns`): each month's end so far, and today; and of how many subjects."""
    subjects = list(book.find(ids))
    today, now = clock.today(), _moment(timezone.now())

    @cache
    def days_of(year: int) -> list[tuple[int, date]]:
        days = slots(year, today)
        return [d for d in days if d[0] == TODAY_SLOT or d[1] > today - CURRENT] if today_only else days

    rows: list[list[Any]] = []
    by_cutoff: dict[datetime | None, list[Any]] = {}
    for subject in subjects:
        by_cutoff.setdefault(subject.plan.closed_at, []).append(subject)
    for cutoff, group in by_cutoff.items():
        (gathered,) = book.gather(group, [cutoff], None)
        for subject in group:
            for slot, as_of in days_of(subject.plan.year):
                rows.append([subject.pk, *stored_row(slot, as_of, gathered.outcome(subject, as_of), now)])
    return rows, len(subjects)


def slots(year: int, today: date) -> list[tuple[int, date]]:
    """The stored days of a plan's year: ended months by number, and today as slot 0 (not before the year)."""
    days = [(TODAY_SLOT, max(today, date(year, 1, 1)))]
    for month in range(1, 13):
        end = period_end(year * 12 + month)
        if end <= today:
            days.append((month, end))
    return days


def _moment(moment: datetime) -> str:
    """In UTC, in the form that the database reads."""
    text = moment.astimezone(UTC).isoformat(sep=" ").removesuffix("+00:00")
    return text + "+00" if connection.vendor == "postgresql" else text


def sweep() -> int:
    """Do what the doorbell missed and what the date alone changes; how many targets and works were computed.

    What fails is tried again next time, three times in all, and then parked where the operator sees it.
    """
    done = sum(_sweep(book) for book in books())
    Sweep.objects.update_or_create(pk=1, defaults={"ran_at": timezone.now()})
    return done


def _sweep(book: Book) -> int:
    """What is due, in groups by how often it was tried: all at once first, then a few, then each by itself, so that
    one that fails, or kills who works on it, is in the end parked alone."""
    renew_today(book)
    _park_dead(book)
    due = book.marks._default_manager.filter(dirty_gen__gt=F("computed_gen"), parked=False).order_by("pk")
    groups = [
        (size, list(due.filter(attempts=tries).values_list("pk", flat=True)[: MOST_CHUNKS * size]))
        for tries, size in enumerate(SIZES)
    ]
    return sum(_try(ids[start : start + size], book) for size, ids in groups for start in range(0, len(ids), size))


def _try(ids: Sequence[int], book: Book) -> int:
    """Count the try, then do it: what dies with its process was counted."""
    claimed = _count_try(ids, book)
    if not claimed:
        return 0
    try:
        return recompute(claimed, book)
    except Exception:
        logger.exception("recompute of %d of %s failed", len(claimed), book.code)
        book.marks._default_manager.filter(pk__in=claimed, attempts__gte=MOST_ATTEMPTS).update(parked=True)
        return 0


@transaction.atomic
def _count_try(ids: Sequence[int], book: Book) -> list[int]:
    """Those that nobody is at, each with one try more."""
    marks = book.marks._default_manager
    free = marks.select_for_update(skip_locked=True).filter(pk__in=ids, dirty_gen__gt=F("computed_gen"), parked=False)
    claimed = list(free.order_by("pk").values_list("pk", flat=True))
    marks.filter(pk__in=claimed).update(attempts=F("attempts") + 1)
    return claimed


@transaction.atomic
def _park_dead(book: Book) -> None:
    """What was tried often enough, isn't done, and is in nobody's hands: each time its process died."""
    marks = book.marks._default_manager.filter(
        dirty_gen__gt=F("computed_gen"), attempts__gte=MOST_ATTEMPTS, parked=False
    )
    dead = list(marks.select_for_update(skip_locked=True).order_by("pk").values_list("pk", flat=True))
    if dead:
        logger.error("parked, for the process that worked on them died: %s of %s", dead[:MOST_LOGGED], book.code)
        book.marks._default_manager.filter(pk__in=dead).update(parked=True)


def renew_today(book: Book = TARGETS) -> None:
    """Mark what has a row for today that is of another day; a run over everything comes to it by itself."""
    today = clock.today()
    old = book.rows._default_manager.filter(slot=TODAY_SLOT).filter(~Q(as_of=today))
    old = old.exclude(**{f"{book.code}__plan__year__gt": today.year})
    ids = list(old.values_list(book.key, flat=True))
    if ids and not RecomputeRun.objects.filter(state=RecomputeRun.State.RUNNING).exists():
        with transaction.atomic():
            mark(ids, "new_day", book)


def check() -> list[str]:
    """Every difference between what is stored and a computation from scratch."""
    return [difference for book in books() for difference in _check(book)]


def _check(book: Book) -> list[str]:
    differences: list[str] = []
    ids = list(book.subject._default_manager.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        differences += _compared(chunk, computed_rows(chunk, book)[0], book)
    return differences


def _compared(ids: Sequence[int], fresh: Sequence[Sequence[Any]], book: Book) -> list[str]:
    """Where what is stored of these subjects differs from the rows."""
    differences: list[str] = []
    rows = book.rows._default_manager.filter(**{f"{book.code}__in": ids})
    stored = {(getattr(r, book.key), r.slot): as_stored(r) for r in rows}
    for pk, *row in fresh:
        old = stored.pop((pk, row[0]), None)
        if old is None:
            differences.append(f"{book.code} {pk} {row[1]}: missing")
            continue
        for column, was, now in zip(COLUMNS, old, row, strict=True):
            if column != "computed_at" and was != now:
                differences.append(f"{book.code} {pk} {row[1]}: {column}")
    return differences + [f"{book.code} {key[0]} slot {key[1]}: superfluous" for key in stored]


@transaction.atomic
def verify(ids: Sequence[int], book: Book = TARGETS) -> int:
    """Compute again and compare with what is stored; what differs is told in the log and put right. In how many
    places it was. What waits for its recompute anyway, or is of another day, may differ."""
    _hold(ids, book)
    fresh, _count = computed_rows(ids, book)
    marks = book.marks._default_manager.filter(pk__in=ids, dirty_gen__gt=F("computed_gen"))
    waiting = set(marks.values_list("pk", flat=True))
    old = book.rows._default_manager.filter(**{f"{book.code}__in": ids}, slot=TODAY_SLOT).exclude(as_of=clock.today())
    waiting.update(old.filter(**{f"{book.code}__plan__year__lte": clock.today().year}).values_list(book.key, flat=True))
    sure = [pk for pk in ids if pk not in waiting]
    differences = _compared(sure, [row for row in fresh if row[0] not in waiting], book)
    wrong = waiting | {int(difference.split()[1]) for difference in differences}
    if wrong:
        _put_right(sorted(wrong), [row for row in fresh if row[0] in wrong], book)
    for difference in differences[:MOST_LOGGED]:
        logger.error("stored progress differs: %s", difference)
    if differences:
        logger.error("stored progress differs in %d places", len(differences))
    return len(differences)


def _put_right(ids: Sequence[int], rows: Sequence[Sequence[Any]], book: Book) -> None:
    """All rows of these subjects anew; what must not be there goes too."""
    with outbox.watching(ids if book is TARGETS else ()):
        book.rows._default_manager.filter(**{f"{book.code}__in": ids}).delete()
        _store(ids, rows, len(ids), book)


def _listed(ids: Iterable[int]) -> str:
    return ",".join(str(int(pk)) for pk in ids)

"""Marks, the doorbell, the sweep and the set-based recompute (`architecture.md`, 'How a figure travels')."""

import logging
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import orjson
from celery import current_app
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from common import clock
from goals.models.progress import TODAY_SLOT, Mark, Progress, Sweep
from goals.models.target import Target
from goals.progress.gather import COLUMNS, FIGURES, as_stored, gather, stored_row
from goals.progress.periods import period_end
from goals.webhooks import outbox

logger = logging.getLogger(__name__)
CHUNK = 4_000
MOST_ATTEMPTS = 3
MOST_LOGGED = 50


def mark(target_ids: Iterable[int], reason: str) -> None:
    """Mark targets as due for recompute in the caller's transaction, and ring once it has committed."""
    ids = sorted(set(target_ids))
    if not ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO goals_mark (target_id, dirty_gen, computed_gen, reason, marked_at, attempts, parked) "
            f"SELECT id, 1, 0, %s, %s, 0, %s FROM goals_target WHERE id IN ({_listed(ids)}) ORDER BY id "
            "ON CONFLICT (target_id) DO UPDATE SET dirty_gen = goals_mark.dirty_gen + 1, reason = excluded.reason, "
            "marked_at = excluded.marked_at, attempts = 0, parked = excluded.parked",
            [reason[:60], connection.ops.adapt_datetimefield_value(timezone.now()), False],
        )
    transaction.on_commit(partial(ring, ids), robust=True)


def mark_indicators(indicator_ids: Iterable[int], years: Iterable[int], reason: str) -> None:
    """Mark the targets of these indicators in plans of these years."""
    found = Target.objects.filter(indicator__in=set(indicator_ids), plan__year__in=set(years))
    mark(found.values_list("pk", flat=True), reason)


def ring(target_ids: Sequence[int]) -> None:
    """Ask a worker, once and briefly; without a broker the work is done here. What fails is left to the sweep."""
    if not settings.REDIS_URL:
        recompute(target_ids)
        return
    try:
        current_app.send_task("goals.tasks.recompute_targets", args=[list(target_ids)], retry=False)
    except Exception:
        logger.warning("the broker did not answer; the sweep will do %d targets", len(target_ids))


def recompute(target_ids: Iterable[int]) -> int:
    """Compute and store the progress of these targets; how many there were. At most nine queries a chunk (no hooks)."""
    ids = sorted(set(target_ids))
    done = 0
    for start in range(0, len(ids), CHUNK):
        done += _recompute_chunk(ids[start : start + CHUNK])
    return done


@transaction.atomic
def _recompute_chunk(ids: Sequence[int]) -> int:
    # The marks' locks, taken in id order, make concurrent recomputes of a target take turns.
    locked = [m.pk for m in Mark.objects.select_for_update().filter(pk__in=ids).order_by("pk")]
    rows, count = computed_rows(ids)
    with outbox.watching(ids):
        upsert(rows)
    Mark.objects.filter(pk__in=locked).update(computed_gen=F("dirty_gen"), attempts=0, parked=False)
    return count


def computed_rows(ids: Sequence[int]) -> tuple[list[list[Any]], int]:
    """Stored rows (`gather.COLUMNS`) of the targets: each month's end so far, and today; and how many targets."""
    targets = list(Target.objects.filter(pk__in=ids).select_related("plan__profile", "indicator").order_by("pk"))
    today, now = clock.today(), _moment(timezone.now())
    rows: list[list[Any]] = []
    by_cutoff: dict[datetime | None, list[Target]] = {}
    for target in targets:
        by_cutoff.setdefault(target.plan.closed_at, []).append(target)
    for cutoff, group in by_cutoff.items():
        gathered = gather(group, known_until=cutoff)
        for target in group:
            for slot, as_of in slots(target.plan.year, today):
                rows.append(stored_row(target.pk, slot, as_of, gathered.outcome(target, as_of), now))
    return rows, len(targets)


def slots(year: int, today: date) -> list[tuple[int, date]]:
    """The stored days of a plan's year: ended months by number, and today as slot 0 (not before the year)."""
    days = [(TODAY_SLOT, max(today, date(year, 1, 1)))]
    for month in range(1, 13):
        end = period_end(year * 12 + month)
        if end <= today:
            days.append((month, end))
    return days


def upsert(rows: Sequence[Sequence[Any]]) -> None:
    """Write all rows by one statement, which gets them as one JSON parameter."""
    if not rows:
        return
    data = orjson.dumps(rows).decode()
    listed = ", ".join(COLUMNS)
    updates = ", ".join(f"{c} = excluded.{c}" for c in COLUMNS if c not in {"target_id", "slot"})
    if connection.vendor == "postgresql":
        picked = ", ".join(f"{_cast(c, i)}" for i, c in enumerate(COLUMNS))
        source = f"SELECT {picked} FROM jsonb_array_elements(%s::jsonb) AS t(value)"
    else:
        picked = ", ".join(f"json_extract(value, '$[{i}]')" for i in range(len(COLUMNS)))
        source = f"SELECT {picked} FROM json_each(%s) WHERE true"
    sql = f"INSERT INTO goals_progress ({listed}) {source} ON CONFLICT (target_id, slot) DO UPDATE SET {updates}"
    with connection.cursor() as cursor:
        cursor.execute(sql, [data])


_CASTS = {
    **dict.fromkeys(FIGURES, "numeric"),
    **dict.fromkeys(("slot", "units_reported", "units_expected"), "integer"),
    **dict.fromkeys(("met", "stale"), "boolean"),
    **dict.fromkeys(("as_of", "data_period"), "date"),
    "target_id": "bigint",
    "terms": "jsonb",
    "computed_at": "timestamptz",
}


def _cast(column: str, index: int) -> str:
    return f"(value->>{index})::{_CASTS.get(column, 'text')}"


def _moment(moment: datetime) -> str:
    """In UTC, in the form that the database reads."""
    text = moment.astimezone(UTC).isoformat(sep=" ").removesuffix("+00:00")
    return text + "+00" if connection.vendor == "postgresql" else text


def sweep() -> int:
    """Do what the doorbell missed and what the date alone changes; how many targets were computed.

    A chunk that fails is tried again next time, three times in all, and then parked where the operator sees it.
    """
    renew_today()
    due = Mark.objects.filter(dirty_gen__gt=F("computed_gen"), parked=False).order_by("pk")
    done = 0
    ids = list(due.values_list("pk", flat=True)[: 10 * CHUNK])
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        try:
            done += recompute(chunk)
        except Exception:
            logger.exception("recompute of %d targets failed", len(chunk))
            failed = Mark.objects.filter(pk__in=chunk)
            failed.update(attempts=F("attempts") + 1)
            failed.filter(attempts__gte=MOST_ATTEMPTS).update(parked=True)
    Sweep.objects.update_or_create(pk=1, defaults={"ran_at": timezone.now()})
    return done


def renew_today() -> None:
    """Mark the targets whose row for today is of another day."""
    today = clock.today()
    old = Progress.objects.filter(slot=TODAY_SLOT).filter(~Q(as_of=today))
    old = old.exclude(target__plan__year__gt=today.year)
    ids = list(old.values_list("target_id", flat=True))
    if ids:
        with transaction.atomic():
            mark(ids, "new_day")


def check() -> list[str]:
    """Every difference between what is stored and a computation from scratch."""
    differences: list[str] = []
    ids = list(Target.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        fresh, _count = computed_rows(chunk)
        stored = {(r.target_id, r.slot): as_stored(r) for r in Progress.objects.filter(target__in=chunk)}
        for target_id, slot, as_of, *_rest in fresh:
            if (target_id, slot) not in stored:
                differences.append(f"target {target_id} {as_of}: missing")
        for row in fresh:
            old = stored.pop((row[0], row[1]), row)
            for column, was, now in zip(COLUMNS, old, row, strict=True):
                if column != "computed_at" and was != now:
                    differences.append(f"target {row[0]} {row[2]}: {column}")
        differences += [f"target {key[0]} slot {key[1]}: superfluous" for key in stored]
    return differences


def check_and_log() -> int:
    """`check`, with its differences as errors in the log; how many there are."""
    differences = check()
    for difference in differences[:MOST_LOGGED]:
        logger.error("stored progress differs: %s", difference)
    if differences:
        logger.error("stored progress differs in %d places", len(differences))
    return len(differences)


def _listed(ids: Iterable[int]) -> str:
    return ",".join(str(int(pk)) for pk in ids)

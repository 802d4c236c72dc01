"""Writing down what hooks are to be told, in the transaction in which it becomes true."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, partial
from typing import Any
from uuid import uuid4

from celery import current_app
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from accounts.permissions import Access
from common import ringing
from goals.models import Delivery, Hook, Progress, Reading, Target
from goals.models.progress import TODAY_SLOT
from goals.webhooks.facts import Fact, approval_fact, body, bundles, readings_for, status_fact, targets_for

CHUNK = 4_000
Event = Delivery.Event


@contextmanager
def watching(target_ids: Sequence[int]) -> Iterator[None]:
    """Around the writing of these targets' progress: tells of those whose status of today has changed.

    The targets' marks are locked, so that nobody else writes them meanwhile. One query where no hook listens. A
    target that had no status before hasn't changed it.
    """
    hooks = _listening(Event.STATUS)
    before = _statuses(target_ids) if hooks else {}
    yield
    if not before:
        return
    changed = {pk: before[pk] for pk, now in _statuses(target_ids).items() if before.get(pk, now) != now}
    if not changed:
        return
    rows = {r.target_id: r for r in Progress.objects.filter(target__in=changed, slot=TODAY_SLOT)}
    written = []
    for hook in hooks:
        seen = Target.objects.visible_to(hook.owner).filter(targets_for(hook), pk__in=changed).distinct()
        facts = [status_fact(t, changed[t.pk], rows[t.pk]) for t in seen.select_related("plan").order_by("pk")]
        written += _messages(hook, Event.STATUS, facts)
    _write(written)


def tell_approved(readings: Sequence[Reading]) -> None:
    """These readings were approved, in the caller's transaction. One query where no hook listens."""
    if not readings:
        return
    by_id = {reading.pk: reading for reading in readings}
    ids, written = sorted(by_id), []
    for hook in _listening(Event.APPROVAL):
        facts = []
        for start in range(0, len(ids), CHUNK):
            seen = Reading.objects.visible_to(hook.owner).filter(readings_for(hook), pk__in=ids[start : start + CHUNK])
            facts += [approval_fact(by_id[pk]) for pk in seen.order_by("pk").values_list("pk", flat=True)]
        written += _messages(hook, Event.APPROVAL, facts)
    _write(written)


def test_message(hook: Hook) -> Delivery:
    """A message without a fact, unsaved."""
    return _message(hook, Event.TEST, [])


def ring(ids: Sequence[str]) -> None:
    """Ask a worker once; without a broker, or if it doesn't answer, the sweep sends."""
    if not settings.REDIS_URL or ringing.is_silent():
        return
    try:
        current_app.send_task("goals.tasks.deliver", args=[list(ids)], retry=False)
    except Exception:
        ringing.note_silence()
        return  # the sweep looks every few seconds


def _listening(event: str) -> list[Hook]:
    sql, params = _any_listening(event)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        if cursor.fetchone() is None:
            return []
    return list(Hook.objects.listening(event).select_related("owner", "unit", "plan").order_by("pk"))


@cache
def _any_listening(event: str) -> tuple[str, tuple[Any, ...]]:
    """Every recompute asks it, mostly for nothing, and building the SQL takes longer than running it."""
    return Hook.objects.listening(event).order_by().values("pk")[:1].query.sql_with_params()


def _statuses(target_ids: Sequence[int]) -> dict[int, str]:
    rows = Progress.objects.filter(target__in=target_ids, slot=TODAY_SLOT)
    return dict(rows.values_list("target_id", "status"))


def _messages(hook: Hook, event: str, facts: Iterable[Fact]) -> list[Delivery]:
    if not Access.of(hook.owner).sees_business:
        return []
    return [_message(hook, event, some) for some in bundles(facts)]


def _message(hook: Hook, event: str, facts: Sequence[Fact]) -> Delivery:
    now, message_id = timezone.now(), uuid4()
    return Delivery(
        id=message_id,
        hook=hook,
        event=event,
        about=[fact.about for fact in facts],
        body=body(message_id, event, hook, now, facts),
        made_at=now,
        next_at=now,
    )


def _write(deliveries: Sequence[Delivery]) -> None:
    if not deliveries:
        return
    Delivery.objects.bulk_create(deliveries, batch_size=500)
    transaction.on_commit(partial(ring, [str(each.pk) for each in deliveries]), robust=True)

"""Writing the trail and verifying it."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

from django.db import transaction

from audit.models import Event, Head
from common import clock


@dataclass(frozen=True)
class Actor:
    """Who acts, in which role, for which unit and from where; the portal itself where nothing is given."""

    id: int | None = None
    name: str = "系统"
    role: str = ""
    unit_code: str = ""
    unit_name: str = ""
    origin: str = ""


@dataclass(frozen=True)
class Entry:
    """What was done to one record: plain JSON values before and after."""

    action: str
    record: str
    record_id: str
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)


def record(actor: Actor, entries: Sequence[Entry]) -> None:
    """Append the entries to the chain, in the caller's transaction, as its last lock.

    Three queries for any number of entries (SQLite inserts in batches). Raises when no transaction is open.
    """
    if not entries:
        return
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an audit event is written in the transaction of what it tells of")
    head = Head.objects.select_for_update().get(pk=1)
    at = clock.now()
    events = []
    for entry in entries:
        head.sequence += 1
        event = Event(
            sequence=head.sequence,
            at=at,
            action=entry.action,
            actor_id=actor.id,
            actor_name=actor.name,
            role=actor.role,
            unit_code=actor.unit_code,
            unit_name=actor.unit_name,
            origin=actor.origin,
            record=entry.record,
            record_id=entry.record_id,
            before=entry.before,
            after=entry.after,
        )
        head.digest = event.digest = digest_of(event, head.digest)
        events.append(event)
    Event.objects.bulk_create(events)
    head.save()


def digest_of(event: Event, previous: str) -> str:
    """SHA-256 over the digest before and every column of the event."""
    columns = [
        previous,
        event.sequence,
        event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        *(event.action, event.actor_id, event.actor_name, event.role, event.unit_code, event.unit_name),
        *(event.origin, event.record, event.record_id, event.before, event.after),
    ]
    text = json.dumps(columns, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def first_broken_link() -> int | None:
    """The sequence number at which the chain no longer holds, or None when all of it does."""
    previous, expected = "", 1
    for event in Event.objects.order_by("sequence").iterator(chunk_size=2_000):
        if event.sequence != expected or event.digest != digest_of(event, previous):
            return expected
        previous, expected = event.digest, expected + 1
    head = Head.objects.get(pk=1)
    return None if (head.sequence, head.digest) == (expected - 1, previous) else expected

"""What a message tells: figures and statuses by the names of the REST API, bounded by its size."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from common.rest.renderers import dumps
from goals.models import Hook, Progress, Reading, Target

MOST_FACTS = 100
MOST_BYTES = 65_536


@dataclass(frozen=True)
class Fact:
    """One of them as JSON, and the id of what it is about."""

    about: int
    data: bytes


def status_fact(target: Target, was: str, row: Progress) -> Fact:
    """A target whose status of today is another than before."""
    data = {
        "target": target.pk,
        "plan": target.plan.slug,
        "code": target.code,
        "name": target.name,
        "from": was,
        "to": row.status,
        "reason": row.reason or None,
        "as_of": row.as_of,
        "data_period": row.data_period,
        "actual": row.actual,
        "expected": row.expected,
        "attainment": row.attainment,
        "deviation": row.deviation,
    }
    return Fact(target.pk, dumps(data))


def approval_fact(reading: Reading) -> Fact:
    """A reading that now counts."""
    data = {
        "reading": reading.pk,
        "indicator": reading.indicator.code,
        "unit": reading.unit.code,
        "period": reading.period,
        "value": reading.value,
        "numerator": reading.numerator,
        "denominator": reading.denominator,
        "rank": reading.rank,
        "rank_of": reading.rank_of,
        "revision": reading.revision,
        "supersedes": reading.supersedes_id,
        "approved_at": reading.approved_at,
    }
    return Fact(reading.pk, dumps(data))


def bundles(facts: Iterable[Fact]) -> Iterator[list[Fact]]:
    """The facts in their order, so many at a time as one message holds."""
    held: list[Fact] = []
    size = 0
    for fact in facts:
        if held and (len(held) == MOST_FACTS or size + len(fact.data) > MOST_BYTES):
            yield held
            held, size = [], 0
        held.append(fact)
        size += len(fact.data)
    if held:
        yield held


def body(message_id: UUID, event: str, hook: Hook, made_at: datetime, facts: Sequence[Fact]) -> str:
    """The message as it is signed and sent, byte for byte, at every attempt."""
    head = {"id": str(message_id), "event": event, "hook": hook.name, "made_at": made_at}
    joined = b",".join(fact.data for fact in facts)
    return (dumps(head)[:-1] + b',"facts":[' + joined + b"]}").decode()


def targets_for(hook: Hook) -> Q:
    """The targets of the hook's plan or unit: led in it, or of its own plans."""
    led = Q(plan__unit__path__startswith=hook.unit.path) | Q(lead_office__path__startswith=hook.unit.path)
    return led & Q(plan=hook.plan_id) if hook.plan_id else led


def readings_for(hook: Hook) -> Q:
    """The readings of the units under the hook's, of the indicators and the year of its plan."""
    found = Q(unit__path__startswith=hook.unit.path)
    if hook.plan is None:
        return found
    promised = Target.objects.filter(plan=hook.plan).values("indicator")
    return found & Q(indicator__in=promised, period__year=hook.plan.year)


def all_seen(hook: Hook, event: str, about: Sequence[int]) -> bool:
    """May the hook's owner see every one of these still?"""
    if not about:
        return True
    if event == "reading.approved":
        rows: Any = Reading.objects.visible_to(hook.owner)
    else:
        rows = Target.objects.visible_to(hook.owner)
    return bool(rows.filter(pk__in=about).count() == len(set(about)))

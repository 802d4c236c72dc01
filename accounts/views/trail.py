"""The auditor's pages: the trail filtered, one event in full, the chain verified, the events exported.

The trail only grows, so its pages go by the sequence and count nothing.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.filters import EventFilters
from accounts.models import Role, User
from accounts.permissions import Access
from accounts.words import ACTIONS, RECORDS
from audit import trail
from audit.models import Event, Head
from common import clock
from common.pages import allowed, origin
from common.sheet import csv_lines

PAGE_SIZE = 50
MOST_EXPORTED = 100_000
CHUNK = 2_000
_WITHOUT_VALUES = ("before", "after")


def audits(user: User) -> bool:
    return Access.of(user).has(Role.AUDITOR)


@dataclass(frozen=True)
class Slice:
    """A page of events, newest first, and from where the pages beside it start (None: there is none)."""

    events: Sequence[Event]
    newer: int | None
    older: int | None


def _slice(found: "QuerySet[Event]", asked: Mapping[str, Any]) -> Slice:
    """The events before a sequence number, or after one, else the newest; one more is read to know if there are."""
    after, before = _number(asked.get("after")), _number(asked.get("before"))
    if after is not None:
        rows = list(found.filter(sequence__gt=after).order_by("sequence")[: PAGE_SIZE + 1])
        more = len(rows) > PAGE_SIZE
        rows = list(reversed(rows[:PAGE_SIZE]))
        return Slice(rows, rows[0].sequence if more and rows else None, rows[-1].sequence if rows else None)
    if before is not None:
        found = found.filter(sequence__lt=before)
    rows = list(found.order_by("-sequence")[: PAGE_SIZE + 1])
    more, rows = len(rows) > PAGE_SIZE, rows[:PAGE_SIZE]
    newer = rows[0].sequence if before is not None and rows else None
    return Slice(rows, newer, rows[-1].sequence if more else None)


def _number(raw: Any) -> int | None:
    return int(raw) if raw and raw.isascii() and raw.isdigit() and len(raw) < 19 else None


@require_safe
@allowed(audits)
def events(request: HttpRequest) -> HttpResponse:
    """What was done, newest first."""
    return _events(request)


def _events(request: HttpRequest, refused: str = "") -> HttpResponse:
    asked = request.POST if request.method == "POST" else request.GET
    filters = EventFilters(asked, Event.objects.defer(*_WITHOUT_VALUES))
    found = filters.qs if filters.is_valid() else filters.queryset.none()
    page = _slice(found, asked)
    context = {
        "page": "audit",
        "filters": filters,
        "given": {name: asked[name] for name in filters.base_filters if asked.get(name)},
        "slice": page,
        "rows": [_named(event) for event in page.events],
        "actions": ACTIONS,
        "records": RECORDS,
        "refused": refused,
    }
    status = 400 if refused or not filters.is_valid() else 200
    return render(request, "accounts/trail.html", context, status=status)


def _named(event: Event) -> Event:
    """With the words of its codes."""
    event.action_word = str(ACTIONS.get(event.action, event.action))  # type: ignore[attr-defined]
    event.record_word = str(RECORDS.get(event.record, event.record))  # type: ignore[attr-defined]
    event.role_word = dict(Role.choices).get(event.role, event.role)  # type: ignore[attr-defined]
    return event


@dataclass(frozen=True)
class Value:
    """One column of a record, before and after."""

    name: str
    before: str
    after: str

    @property
    def differs(self) -> bool:
        return self.before != self.after


@require_safe
@allowed(audits)
def event(request: HttpRequest, sequence: int) -> HttpResponse:
    """One event in full: what was before beside what was after."""
    found = _named(get_object_or_404(Event, sequence=sequence))
    names = list(dict.fromkeys([*found.before, *found.after]))
    values = [Value(n, _shown(found.before, n), _shown(found.after, n)) for n in names]
    context = {"page": "audit", "event": found, "values": values}
    return render(request, "accounts/trail_event.html", context)


def _shown(values: Mapping[str, Any], name: str) -> str:
    value = values.get(name)
    if value is None:
        return "—"
    if value == "":
        return _("（空）")
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@require_POST
@allowed(audits)
def verify(request: HttpRequest) -> HttpResponse:
    """Does the chain hold? That it was asked, and what came out, is an event too."""
    broken, count = trail.first_broken_link(), Head.objects.get(pk=1).sequence
    _tell(request, "verify", {"events": count, "broken": broken})
    if broken is None:
        messages.success(request, _("审计链完整，共 %(n)s 条。") % {"n": count})
    else:
        said = _("审计链在第 %(n)s 条断开：这一条或它之前被改动过，请保留现场并报告。") % {"n": broken}
        messages.error(request, said)
    return redirect("audit")


@require_POST
@allowed(audits)
def export(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The filtered events as CSV, oldest first, streamed; too many are asked for in parts."""
    filters = EventFilters(request.POST, Event.objects.order_by("sequence"))
    if not filters.is_valid():
        return _events(request)
    found = filters.qs
    if found[MOST_EXPORTED : MOST_EXPORTED + 1].exists():
        return _events(request, _("一次最多导出 %(n)s 条，请缩小日期范围后分次导出。") % {"n": f"{MOST_EXPORTED:,}"})
    asked = {name: request.POST[name] for name in filters.base_filters if request.POST.get(name)}
    last = Head.objects.get(pk=1).sequence
    _tell(request, "export", {"filters": asked, "through": last})
    answer = StreamingHttpResponse(
        csv_lines(_head(), _rows(found.filter(sequence__lte=last))), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="audit-{clock.today().isoformat()}.csv"'
    return answer


def _head() -> list[str]:
    fields = ("sequence", "at", "action", "actor_name", "role", "unit_code", "unit_name", "origin")
    names = [str(Event._meta.get_field(name).verbose_name) for name in (*fields, "record", "record_id")]  # type: ignore[union-attr]
    return [*names, *(str(Event._meta.get_field(n).verbose_name) for n in ("before", "after", "digest"))]  # type: ignore[union-attr]


def _rows(found: "QuerySet[Event]") -> Iterator[Sequence[Any]]:
    for each in found.iterator(chunk_size=CHUNK):
        at = timezone.localtime(each.at).isoformat(timespec="seconds")
        values = [json.dumps(v, ensure_ascii=False, sort_keys=True) for v in (each.before, each.after)]
        yield (
            *(each.sequence, at, each.action, each.actor_name, each.role, each.unit_code, each.unit_name),
            *(each.origin, each.record, each.record_id, *values, each.digest),
        )


@transaction.atomic
def _tell(request: HttpRequest, action: str, after: dict[str, Any]) -> None:
    actor = Access.of(request.user).actor(Role.AUDITOR, origin=origin(request))
    trail.record(actor, [trail.Entry(action, "audit", "trail", after=after)])

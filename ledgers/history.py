"""What was done to a row, from the audit trail: by hand, or by an import that tells of many rows at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from audit.models import Event
from ledgers.lists import Labels
from ledgers.models import Row
from ledgers.registry import Ledger
from ledgers.values import MASK, differing

SHOWN = 50


@dataclass(frozen=True)
class Change:
    """A field before and after, in words."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Step:
    """One event: when, who, what, and which fields it changed."""

    at: datetime
    who: str
    action: str
    changes: Sequence[Change]
    reason: str = ""


def history_of(ledger: Ledger, row: Row, labels: Labels, *, whole_names: bool = True) -> list[Step]:
    """The newest events first. One query."""
    mine = Q(record=ledger.key, record_id=str(row.pk))
    imported = Q(record="import_job", record_id__in=row.imports) if row.imports else Q(pk__in=[])
    steps = []
    for event in Event.objects.filter(mine | imported).order_by("-sequence")[:SHOWN]:
        before, after = _of_row(event, row)
        changes = [
            Change(ledger.heading(name), _said(ledger, name, before, labels, whole_names), said)
            for name in differing(before, after)
            if name in ledger.all_fields and (said := _said(ledger, name, after, labels, whole_names)) is not None
        ]
        if event.action == "add" or (event.record == "import_job" and not before):
            changes = []
        steps.append(Step(event.at, event.actor_name, _action(event), changes, str(event.after.get("reason", ""))))
    return steps


def _of_row(event: Event, row: Row) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    if event.record != "import_job":
        return event.before, event.after if event.action != "void" else {}
    told = event.after.get("rows", {}).get(str(row.pk), {})
    return told.get("before", {}), told.get("after", {})


def _said(ledger: Ledger, name: str, values: Mapping[str, Any], labels: Labels, whole_names: bool) -> str:
    value = values.get(name)
    if value is None or value == "":
        return "—"
    if name in ledger.masked and not whole_names:
        return MASK
    closed = ledger.lists.get(name)
    if closed is not None:
        return labels[closed.code].get(str(value), str(value))
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return str(value)


def _action(event: Event) -> str:
    words = {"add": _("登记"), "change": _("修改"), "void": _("作废"), "import": _("由表格导入")}
    said = words.get(event.action, event.action)
    name = event.after.get("name") if event.record == "import_job" else ""
    return f"{said}：{name}" if name else said

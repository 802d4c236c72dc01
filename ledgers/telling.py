"""What the audit trail keeps of rows; of thousands at once column by column, at a tenth of the price."""

from collections.abc import Callable, Sequence
from functools import cache
from operator import itemgetter
from typing import Any

from ledgers.models import Row
from ledgers.registry import Ledger

Pair = tuple[Row, Row]
_LEFT_OUT = {"id", "version", "updated_at", "author", "created_at", "imports", "changed_at", "version_of"}
_AS_THEY_ARE = frozenset({str, bool, int, dict, list, type(None)})


def told(ledger: Ledger, row: Row) -> dict[str, Any]:
    """A row as the audit trail keeps it."""
    names, values_of = _told_fields(type(row))
    return dict(zip(names, map(_plain, values_of(vars(row))), strict=True)) | {"unit": row.unit.code}


def told_new(rows: Sequence[Row]) -> dict[str, Any]:
    """New rows of one register: what all say the `same`, and by row what its `fields` say; nothing of empty ones."""
    if not rows:
        return {}
    names, values_of = _told_fields(type(rows[0]))
    columns = dict(zip(names, zip(*map(values_of, map(vars, rows)), strict=True), strict=True))
    columns["unit"] = tuple(row.unit.code for row in rows)
    same, several = {}, {}
    for name, values in columns.items():
        if values.count(values[0]) < len(rows):
            several[name] = list(map(_plain, values))
        elif values[0] is not None and values[0] != "":
            same[name] = _plain(values[0])
    each = zip(*several.values(), strict=True) if several else [()] * len(rows)
    said = {str(row.pk): list(values) for row, values in zip(rows, each, strict=True)}
    return {"fields": list(several), "same": same, "rows": said}


def told_changes(pairs: Sequence[Pair], attributes: Sequence[str]) -> dict[str, dict[str, Any]]:
    """By changed row what it said before and after, of what changed: an event of thousands is long enough.

    `attributes` are those that differ between some old and new row (`changed_attributes`).
    """
    if not pairs:
        return {}
    named = {f.attname: f.name for f in _told(type(pairs[0][0])) if f.attname in attributes}
    found = {}
    for old, row in pairs:
        before, after = vars(old), vars(row)
        names = [attribute for attribute in named if before[attribute] != after[attribute]]
        sides = ({named[a]: _plain(values[a]) for a in names} for values in (before, after))
        found[str(row.pk)] = dict(zip(("before", "after"), sides, strict=True))
        if "unit_id" in names:
            found[str(row.pk)]["before"]["unit"] = old.unit.code
            found[str(row.pk)]["after"]["unit"] = row.unit.code
    return found


def changed_attributes(pairs: Sequence[Pair]) -> list[str]:
    """What of the columns, the key aside, any of these rows says otherwise than its old one."""
    if not pairs:
        return []
    names = [f.attname for f in type(pairs[0][0])._meta.concrete_fields if not f.primary_key]
    # Of what they hold: a foreign key asked of its record is a call.
    sides = [map(itemgetter(*names), map(vars, side)) for side in zip(*pairs, strict=True)]
    before, after = (zip(*side, strict=True) for side in sides)
    return [name for name, old, new in zip(names, before, after, strict=True) if old != new]


def _plain(value: Any) -> Any:
    return value if value.__class__ in _AS_THEY_ARE else str(value)


@cache
def _told(model: type[Row]) -> tuple[Any, ...]:
    fields = model._meta.concrete_fields
    return tuple(f for f in fields if f.name not in _LEFT_OUT and not f.name.startswith("void"))


@cache
def _told_fields(model: type[Row]) -> tuple[tuple[str, ...], Callable[[dict[str, Any]], tuple[Any, ...]]]:
    """The fields' names, and what takes their values of what a row holds."""
    fields = _told(model)
    return tuple(field.name for field in fields), itemgetter(*(field.attname for field in fields))

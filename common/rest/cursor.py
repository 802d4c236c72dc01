"""A place in an ordered list, as text: the values by which the rows are ordered, down to the key that no two share."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import F, Field, Model, Q, QuerySet
from django.utils.dateparse import parse_date, parse_datetime

LONGEST = 2_000
NOTHING = Q(pk__in=[])


@dataclass(frozen=True)
class Key:
    """A column that a list is ordered by. Rows without a value come last."""

    name: str
    descends: bool
    field: "Field[Any, Any]"

    def order(self, *, reverse: bool) -> Any:
        if not self.field.null:
            return self.name if self.descends == reverse else f"-{self.name}"
        column = F(self.name)
        nulls = {"nulls_first": True} if reverse else {"nulls_last": True}
        return column.asc(**nulls) if self.descends == reverse else column.desc(**nulls)

    def beyond(self, value: Any, *, reverse: bool) -> Q:
        """Rows further on than this value."""
        if value is None:
            return Q(**{f"{self.name}__isnull": False}) if reverse else NOTHING
        further = Q(**{f"{self.name}__{'gt' if self.descends == reverse else 'lt'}": value})
        if self.field.null and not reverse:
            further |= Q(**{f"{self.name}__isnull": True})
        return further

    def at(self, value: Any) -> Q:
        return Q(**{f"{self.name}__isnull": True}) if value is None else Q(**{self.name: value})

    def of(self, row: Any) -> Any:
        for step in self.name.split("__"):
            row = getattr(row, step) if row is not None else None
        return row.pk if isinstance(row, Model) else row


def keys_of(queryset: "QuerySet[Any]") -> list[Key]:
    """What the rows are ordered by; their primary key is always the last."""
    model, keys = queryset.model, []
    for each in queryset.query.order_by or model._meta.ordering:
        name = str(each).removeprefix("-")
        field = _field(model, name)
        if field.is_relation:
            # By its key: the other table's own order is none that a place can be found in.
            name = name.removesuffix(field.name) + field.attname
        keys.append(Key("pk" if field.primary_key else name, str(each).startswith("-"), field))
        if field.primary_key and "__" not in name:
            return keys
    return [*keys, Key("pk", False, model._meta.pk)]


def order_by(keys: Sequence[Key], *, reverse: bool) -> list[Any]:
    return [key.order(reverse=reverse) for key in keys]


class Place:
    """After a row, or before it where it is to be read backwards."""

    def __init__(self, values: Sequence[Any], backwards: bool) -> None:
        self.values, self.backwards = values, backwards

    @staticmethod
    def at(row: Any, keys: Sequence[Key], *, backwards: bool = False) -> str:
        """The cursor after this row, or before it."""
        said = [_plain(key.of(row)) for key in keys]
        text = json.dumps([int(backwards), _names(keys), said])
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @classmethod
    def read(cls, raw: str | None, keys: Sequence[Key]) -> "Place | None":
        """What a cursor says; ValueError for what is none of this list in this order."""
        if raw is None:
            return None
        if len(raw) > LONGEST:
            raise ValueError("too long")
        try:
            backwards, names, said = json.loads(base64.urlsafe_b64decode(raw + "=" * (-len(raw) % 4)))
            if names != _names(keys) or backwards not in (0, 1):
                raise ValueError("of another list")
            values = [_read(key.field, value) for key, value in zip(keys, said, strict=True)]
        except (TypeError, binascii.Error, RecursionError, ArithmeticError) as error:
            raise ValueError("no cursor") from error
        return cls(values, bool(backwards))

    def beyond(self, keys: Sequence[Key]) -> Q:
        """The rows on its other side. The first column's bound stands by itself too, for an index to serve."""
        found, same = NOTHING, Q()
        for key, value in zip(keys, self.values, strict=True):
            found |= same & key.beyond(value, reverse=self.backwards)
            same &= key.at(value)
        first, value = keys[0], self.values[0]
        return (first.beyond(value, reverse=self.backwards) | first.at(value)) & found


def _names(keys: Sequence[Key]) -> list[str]:
    return [f"-{key.name}" if key.descends else key.name for key in keys]


def _field(model: type[Model], path: str) -> Any:
    *steps, last = path.split("__")
    for step in steps:
        model = model._meta.get_field(step).related_model  # type: ignore[assignment]
    return model._meta.pk if last == "pk" else model._meta.get_field(last)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _read(field: Any, value: Any) -> Any:
    """A cursor's value as the column takes it; ValueError for anything else."""
    if value is None and field.null:
        return None
    kind, found = field.get_internal_type(), None
    if kind == "DateTimeField":
        found = parse_datetime(value)
    elif kind == "DateField":
        found = parse_date(value)
    elif kind in ("CharField", "TextField"):
        found = value if isinstance(value, str) and value.isprintable() else None
    elif kind == "BooleanField":
        found = value if isinstance(value, bool) else None
    elif isinstance(value, str):
        found = Decimal(value) if value.isascii() and len(value) < 50 else None
    elif isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63:
        found = value
    if found is None:
        raise ValueError("of another kind")
    return found

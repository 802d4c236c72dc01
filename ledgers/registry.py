"""How a register is declared: its model, and how its rows are listed, found, edited and exchanged.

An app declares its registers in its `ledgers.py`; list, pages, forms, Excel, API, permissions and history follow.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import models
from django.http import Http404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ledgers.lists import SOURCE_SYSTEM, ClosedList, ListField
from ledgers.models import Row

ALWAYS_FIRST = ("unit", "day")
ALWAYS_LAST = ("source_system", "external_no", "note")


@dataclass(frozen=True)
class Option:
    """Something that planners set: which entries of a list count; `default` until they do."""

    code: str
    name: str | Promise
    closed: ClosedList
    default: tuple[str, ...]


class Ledger:
    """One register. A subclass with `@register`; every attribute names fields of the model or says a word."""

    section: str
    code: str
    name: str | Promise
    model: type[Row]
    # Who and what a row is about: the field that names it.
    title: str
    # The row's own fields in the order of the form, of Excel and of the API.
    fields: tuple[str, ...]
    # Columns of the list besides unit and day; also properties of the model, which `headings` name.
    columns: tuple[str, ...]
    headings: Mapping[str, str | Promise] = {}
    # Fields to filter by (lists, booleans), and to search in.
    filters: tuple[str, ...] = ()
    # Fields with choices of their own, such as a computed stage, to filter by.
    stages: tuple[str, ...] = ()
    search: tuple[str, ...] = ()
    # What `day` means here.
    day_label: str | Promise = _("日期")
    # Names that only the row's own unit, and the office that keeps the register, see whole.
    masked: tuple[str, ...] = ()
    # Kept by another system: rows come by import alone, through the office that keeps the register.
    import_only = False
    # May files be attached? Not where a photo would tell more of people than the row needs.
    takes_evidence = True
    # The words of the confirmation, where the register counts only through the day of one; see `ledgers.confirming`.
    confirmation: str | Promise = ""
    options: tuple[Option, ...] = ()
    # What may still be said of a row after its year was closed, besides days that come later.
    later: tuple[str, ...] = ()
    # Other names of Excel's columns, by field.
    aliases: Mapping[str, tuple[str, ...]] = {}

    @cached_property
    def key(self) -> str:
        """`section.ledger`: how rows, imports and audit events name it."""
        return f"{self.section}.{self.code}"

    @cached_property
    def all_fields(self) -> tuple[str, ...]:
        """What people give of a row, in order."""
        return (*ALWAYS_FIRST, *self.fields, *ALWAYS_LAST)

    @cached_property
    def lists(self) -> dict[str, ClosedList]:
        """The closed lists of the model's fields, by field."""
        found = {f.name: f.closed for f in self.model._meta.concrete_fields if isinstance(f, ListField)}
        return found | {"source_system": SOURCE_SYSTEM}

    def field(self, name: str) -> "models.Field[Any, Any]":
        return self.model._meta.get_field(name)  # type: ignore[return-value]

    def heading(self, name: str) -> str:
        """A field's or column's heading."""
        return str(self.label(name))

    def label(self, name: str) -> str | Promise:
        """The same in the language of whoever reads it later."""
        if name == "day":
            return self.day_label
        if name in self.headings:
            return self.headings[name]
        return getattr(self.field(name), "verbose_name", name)

    def option(self, code: str) -> Option:
        return next(each for each in self.options if each.code == code)

    @property
    def address(self) -> str:
        """The page that lists it."""
        return reverse("ledger", args=[self.section, self.code])

    def relate(self, rows: Sequence[Row]) -> None:
        """Tell rows that are about to be checked what other registers say of them, in one query for all of them.

        Their fields aren't checked yet: none of their texts belongs in the query.
        """

    def title_of(self, row: Row) -> str:
        value, closed = getattr(row, self.title), self.lists.get(self.title)
        return str(closed.entries.get(value, value) if closed else value)

    def address_of(self, row: Row) -> str:
        return reverse("ledger-row", args=[self.section, self.code, row.pk])


_registry: dict[str, Ledger] = {}
_by_model: dict[type[Row], Ledger] = {}


def register(declared: type[Ledger]) -> type[Ledger]:
    """Class decorator: make the register known."""
    ledger = declared()
    if ledger.key in _registry:
        raise ValueError(f"ledger {ledger.key} is registered already")
    _registry[ledger.key] = _by_model[ledger.model] = ledger
    return declared


def ledger_of(section: str, code: str) -> Ledger:
    """The register at an address; 404 where there is none."""
    found = _registry.get(f"{section}.{code}")
    if found is None:
        raise Http404
    return found


def ledger_named(key: str) -> Ledger | None:
    return _registry.get(key)


def ledger_of_model(model: type[Row]) -> Ledger:
    return _by_model[model]


def all_ledgers(section: str | None = None) -> Iterator[Ledger]:
    """Every register, or those of a section, in the order of their declaration."""
    return (ledger for ledger in _registry.values() if section in (None, ledger.section))

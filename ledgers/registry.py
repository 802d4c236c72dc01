"""How a register is declared: its model, and how its rows are listed, found, edited and exchanged.

An app declares its registers in its `ledgers.py`; list, pages, forms, Excel, API, permissions and history follow:

    register(
        Ledger(SharedPlant, "shared-plants", _("检查日"), columns=("owner", "tenants", "problems", "settled")),
    )
"""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import models
from django.http import Http404
from django.urls import reverse
from django.utils.functional import Promise

from ledgers.lists import SOURCE_SYSTEM, ClosedList, ListField
from ledgers.models import Row, own_fields, title_of

ALWAYS_FIRST = ("unit", "day")
ALWAYS_LAST = ("source_system", "external_no", "note")


@dataclass(frozen=True)
class Option:
    """Something that planners set: which entries of a list count; `default` until they do."""

    code: str
    name: str | Promise
    closed: ClosedList
    default: tuple[str, ...]


@dataclass(eq=False)
class Ledger:
    """One register. Its model says what it can: `section`, fields, filters; here stands how its rows are listed."""

    model: type[Row]
    code: str
    # What `day` means here.
    day_label: str | Promise = ""
    # Columns of the list besides unit and day; also properties of the model, which `headings` name.
    columns: tuple[str, ...] = ()
    headings: Mapping[str, str | Promise] = dataclasses.field(default_factory=dict)
    # Where it isn't the model's own.
    name: str | Promise = ""
    # Where it isn't every list, and every yes or no, that people give.
    filters: tuple[str, ...] = ()
    # Where it isn't every line of text that a row has, names that are masked left out.
    search: tuple[str, ...] = ()
    # Does the unit belong to what a row is called?
    by_unit: bool = False
    # Names that only the row's own unit, and the office that keeps the register, see whole.
    masked: tuple[str, ...] = ()
    # Kept by another system: rows come by import alone, through the office that keeps the register.
    import_only: bool = False
    # May files be attached? Not where a photo would tell more of people than the row needs.
    takes_evidence: bool = True
    # The words of the confirmation, where the register counts only through the day of one; see `ledgers.upkeep`.
    confirmation: str | Promise = ""
    options: tuple[Option, ...] = ()
    # What may still be said of a row after its year was closed, besides days that come later.
    later: tuple[str, ...] = ()
    # Other names of Excel's columns, by field.
    aliases: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)

    def __post_init__(self) -> None:
        self.section = self.model._meta.app_label
        self.title = title_of(self.model)
        self.name = self.name or self.model._meta.verbose_name_plural or self.code
        chosen = (f.name for f in self._own if f.editable and isinstance(f, ListField | models.BooleanField))
        self.filters = self.filters or tuple(chosen)
        self.search = self.search or tuple(self._searched())

    def _searched(self) -> Iterator[str]:
        lines = [f for f in self._own if isinstance(f, models.CharField) and not f.choices]
        texts = [f.name for f in lines if not isinstance(f, ListField)]
        if self.by_unit:
            yield "unit__name"
        yield from (name for name in texts if name not in self.masked)
        yield "external_no"
        if not texts:
            yield "note"

    @cached_property
    def _own(self) -> "list[models.Field[Any, Any]]":
        return own_fields(self.model)

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """What people give of a row, common fields aside, in the order of the form, of Excel and of the API."""
        return tuple(f.name for f in self._own if f.editable)

    @cached_property
    def stages(self) -> tuple[str, ...]:
        """What is computed of a row in words of its own, to filter by."""
        return tuple(f.name for f in self._own if not f.editable and f.choices)

    @cached_property
    def computed(self) -> tuple[str, ...]:
        """The columns that nobody types: a row's page and its export tell them too."""
        return tuple(name for name in self.columns if name not in self.all_fields)

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
        if name == "day" and self.day_label:
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
        return f"{row.unit.name} · {row}" if self.by_unit else str(row)

    def address_of(self, row: Row) -> str:
        return reverse("ledger-row", args=[self.section, self.code, row.pk])


_registry: dict[str, Ledger] = {}
_by_model: dict[type[Row], Ledger] = {}


def register(*ledgers: Ledger) -> None:
    """Make registers known, in their order."""
    for ledger in ledgers:
        if ledger.key in _registry:
            raise ValueError(f"ledger {ledger.key} is registered already")
        _registry[ledger.key] = _by_model[ledger.model] = ledger


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

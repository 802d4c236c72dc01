"""What kinds of rows can be imported. An app declares its importer once, in its `importers.py`, and registers it.

An importer says which columns it reads, `plan`s what each row would do (without writing, in a number of queries that
doesn't grow with the rows), and `write`s what was planned through the services of its app.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils.functional import Promise

from accounts.models import User
from audit.trail import Entry
from common.sheets import Cell, text_of

Context = Mapping[str, Any]
Parse = Callable[[Cell | None, Context], str]

CREATED, CHANGED, UNCHANGED, REFUSED = "created", "changed", "unchanged", "refused"
RESULTS = (CREATED, CHANGED, UNCHANGED, REFUSED)


def as_text(cell: Cell | None, context: Context) -> str:
    """The cell's text exactly as it stands."""
    return text_of(cell)


def as_name(cell: Cell | None, context: Context) -> str:
    """The cell's text without the blanks around it, full-width ones included."""
    return text_of(cell).strip()


@dataclass(frozen=True)
class Column:
    """A column by its code: what its heading is or may be, and how a cell of it is read (as text, `""` for none).

    `default` names what of the context stands for the column where the sheet hasn't got it.
    """

    code: str
    heading: str | Promise
    aliases: tuple[str, ...] = ()
    parse: Parse = as_text
    default: str = ""


@dataclass(slots=True)
class Line:
    """A row as it was read: its number in the sheet, and by column code what it says or what is wrong with it."""

    number: int
    values: dict[str, str] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)
    # Columns whose cell was formatted as a percentage, and those that a template's hidden sheet gave.
    percent: list[str] = field(default_factory=list)
    tied: list[str] = field(default_factory=list)

    def get(self, code: str) -> str:
        return self.values.get(code, "")


@dataclass(slots=True)
class Outcome:
    """What a row would do, and what is shown of it; `payload` is for `write` alone."""

    line: Line
    result: str = UNCHANGED
    errors: dict[str, list[str]] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    shown: dict[str, str] = field(default_factory=dict)
    # The column in which the row owes a word before it can be handed in: what a check warns of has a reason.
    asks: str = ""
    payload: Any = None

    def __post_init__(self) -> None:
        if self.line.errors:
            self.errors = {code: list(said) for code, said in self.line.errors.items()}
            self.result = REFUSED

    def refuse(self, column: str, message: str | Promise) -> None:
        self.result = REFUSED
        self.errors.setdefault(column, []).append(str(message))

    @property
    def is_refused(self) -> bool:
        return self.result == REFUSED


class Importer:
    """One kind of rows. `needs` lists alternatives: of each group of columns one at least must be there."""

    kind: str = ""
    title: str | Promise = ""
    columns: tuple[Column, ...] = ()
    needs: tuple[tuple[str, ...], ...] = ()
    # A row in which none of these says anything was left empty, and is left out.
    filled: tuple[str, ...] = ()
    # How a preview can be confirmed: code and button, the last one first in rank.
    choices: tuple[tuple[str, str | Promise], ...] = ()
    # Those of the choices for which no row may still owe what its outcome `asks`.
    complete: tuple[str, ...] = ()
    # Columns of the preview's table: code and heading.
    shown: tuple[tuple[str, str | Promise], ...] = ()

    def may(self, user: User, context: Context) -> bool:
        """Is this user's upload taken at all?"""
        raise NotImplementedError

    def plan(self, user: User, lines: Sequence[Line], context: Context) -> list[Outcome]:
        """What each line would do. Raises Forbidden when the user may not touch what one of them is about."""
        raise NotImplementedError

    def describe(self, outcomes: Sequence[Outcome]) -> None:
        """Say of each row what the preview shows, where `plan` didn't yet. Left out where nobody looks."""

    def write(
        self, user: User, outcomes: Sequence[Outcome], context: Context, *, choice: str, origin: str, source: Entry
    ) -> dict[str, int]:
        """Do what was planned, in the caller's transaction; how many rows of each result. No outcome is refused.

        What is written is told in the audit trail once: `source` is the entry, which names the file.
        """
        raise NotImplementedError

    def home(self, context: Context) -> str:
        """The address that people came from, and go back to."""
        raise NotImplementedError

    def column(self, code: str) -> Column:
        return next(column for column in self.columns if column.code == code)

    def lacking(self, found: Iterable[str]) -> list[tuple[Column, ...]]:
        """The groups of columns of which none was found."""
        have = set(found)
        return [tuple(self.column(code) for code in group) for group in self.needs if not have & set(group)]


_registry: dict[str, Importer] = {}


def register(importer: Importer) -> Importer:
    if importer.kind in _registry:
        raise ValueError(f"importer {importer.kind} is registered already")
    _registry[importer.kind] = importer
    return importer


def importer_of(kind: str) -> Importer:
    """The importer of this kind; a job of an app that is gone is a job that isn't there."""
    if kind not in _registry:
        raise Http404
    return _registry[kind]


def messages_of(error: ValidationError) -> list[str]:
    return [str(message) for message in error.messages]

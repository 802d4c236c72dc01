"""What progress is stored of: targets, and whatever an app registers. One mechanism marks, stores and renews all."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from django.db.models import Model

from goals.measures import Shared
from goals.models.progress import Mark, Progress, StoredMark, StoredProgress
from goals.models.target import Target
from goals.progress import Outcome, subjects
from goals.progress.gather import COLUMNS, gather_at


class Outcomes(Protocol):
    """What was gathered for a set of subjects; asks the arithmetic for a day."""

    def outcome(self, subject: Any, as_of: date, /) -> Outcome: ...


@dataclass(frozen=True)
class Book:
    """One kind of subject, each of a plan: where its rows and marks lie, which have progress, and how it is gathered.

    `gather` takes subjects as `find` gives them, or records with `plan__profile` and what else the book needs, and the
    moments from which on approvals are left out, and answers for each of them; its queries don't grow with the
    subjects.
    """

    code: str
    subject: type[Model]
    rows: type[StoredProgress]
    marks: type[StoredMark]
    find: Callable[[Iterable[int]], Iterable[Any]]
    gather: Callable[[Sequence[Any], Sequence[datetime | None], Shared | None], Sequence[Outcomes]]

    @property
    def key(self) -> str:
        """The column of rows and marks that names the subject."""
        return f"{self.code}_id"

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.key, *COLUMNS)


_books: dict[str, Book] = {}


def register(book: Book) -> Book:
    if book.code in _books:
        raise ValueError(f"progress of {book.code} is registered already")
    _books[book.code] = book
    return book


def book_of(code: str) -> Book:
    return _books[code]


def books() -> list[Book]:
    return list(_books.values())


def _gather_targets(
    targets: Sequence[Any], cutoffs: Sequence[datetime | None], shared: Shared | None
) -> Sequence[Outcomes]:
    return gather_at(targets, cutoffs, shared)


TARGETS = register(Book("target", Target, Progress, Mark, subjects.find, _gather_targets))

"""How pages see targets and works on a day: progress, the months through it, what is 后补, and another day beside."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db.models import CharField, QuerySet, Value

from common.joined import joined
from dashboard.compare import Comparison, compared
from goals.asof import AsOf
from goals.models import Target
from goals.models.progress import TODAY_SLOT
from goals.progress import later
from goals.progress.books import TARGETS, Book
from goals.progress.gather import COLUMNS
from goals.progress.store import Point, computed_at, end_of, known_points, progress_of, stored_slot
from goals.words import Standing
from projects.models import Project
from projects.standing import PROJECTS

_SEEN = ("status", "reason", "data_period", "actual", "expected", "attainment", "forecast")
Rows = dict[int, Any]


def differs(then: Any, now: Any) -> bool:
    """Does a target's progress as known then show anything else?"""
    return any(_value(then, name) != _value(now, name) for name in _SEEN)


def _value(row: Any, name: str) -> Any:
    """A reason that isn't there is empty or nothing, as the row was stored or computed."""
    return getattr(row, name) or None if name == "reason" else getattr(row, name)


def with_terms(targets: "QuerySet[Target]") -> list[Target]:
    """The targets with their programmes and adjustments, in one query."""
    return joined(
        targets,
        programmes=lambda programme: (programme.order, programme.code),
        adjustments=lambda adjustment: (adjustment.in_force_from, adjustment.pk),
    )


class Seen:
    """A page's targets, and its works. One query finds what is stored of all of them; what isn't is computed for all
    days that the page shows at once.

    `compares`: beside the day that the address compares with.
    """

    def __init__(self, asof: AsOf, *, compares: bool = True) -> None:
        self.asof = asof
        self.other = asof.compare if compares else None
        self.months: Mapping[int, Sequence[Any]] = {}
        self.later: Collection[int] = ()
        self.comparison = Comparison(asof)
        self.works: Rows = {}
        self.months_of_works: Mapping[int, Sequence[Any]] = {}
        # A target's progress as known then, if it was asked for and is another.
        self.then: Any = None

    def find(self, targets: Sequence[Target], works: Sequence[Project] = ()) -> Rows:
        """Progress of the targets on the day, by id; the rest is there afterwards. `later` are those whose figures
        rest on what came after the day; what they were then, their own pages say."""
        asof = self.asof
        marks = asof.is_past and not asof.known_then and bool(targets)
        if marks:
            asof.shared.wait(later.later_queries(asof.plan, targets, asof.day, asof.until, asof.shared))
        progress = self._find(targets, works)
        if marks:
            self.later = later.later_told(asof.plan, targets, asof.shared.later())
        return progress

    def find_one(self, target: Target, *, is_owing: bool) -> Any:
        """The same of one target; with how it was known then, if it may owe something to what came later."""
        row = self._find([target], (), then=is_owing)[target.pk]
        if self.then is not None and not differs(self.then, row):
            self.then = None
        return row

    def standing(self, target: Target, row: Any) -> Standing:
        return Standing(target, row, self.months.get(target.pk, ()), is_later=target.pk in self.later)

    def _find(self, targets: Sequence[Target], works: Sequence[Project], *, then: bool = False) -> Rows:
        kinds: list[tuple[Book, Sequence[Any]]] = [(TARGETS, targets), (PROJECTS, works)]
        stored = {} if self.asof.known_then else self._stored(kinds)
        own = [Point(self.asof.day, self.asof.until)] if then and not self.asof.known_then else []
        points, self.months = self._points(TARGETS, targets, stored, self.other, own)
        progress: Rows = points[self._point(self.asof.day)]
        found, self.months_of_works = self._points(PROJECTS, works, stored, None)
        self.works = found[self._point(self.asof.day)]
        if own:
            self.then = points[own[0]][targets[0].pk]
        if self.other is not None:
            self.comparison = compared(self.asof, targets, progress, points[self._point(self.other)])
        return progress

    def _point(self, day: Any) -> Point:
        return Point(day, end_of(day) if self.asof.known_then else None)

    def _points(
        self,
        book: Book,
        subjects: Sequence[Any],
        stored: Mapping[str, Sequence[Any]],
        other: Any,
        more: Sequence[Point] = (),
    ) -> tuple[dict[Point, Rows], Mapping[int, Sequence[Any]]]:
        """Progress on the day, on the other one and at `more` points; and the months through the day."""
        asof = self.asof
        shown = [self._point(day) for day in (asof.day, other) if day is not None]
        if asof.known_then:
            ends = known_points(asof.plan.year, asof.day)[1:]
            found = computed_at(subjects, [*shown, *ends], book=book, shared=asof.shared)
            return found, {s.pk: [found[end][s.pk] for end in ends] for s in subjects}
        rows = stored.get(book.code, ())
        months: dict[int, list[Any]] = {}
        for row in rows:
            if row.slot != TODAY_SLOT and row.as_of <= asof.day:
                months.setdefault(getattr(row, book.key), []).append(row)
        held = {
            point: {getattr(row, book.key): row for row in reversed(rows) if row.as_of == point.day} for point in shown
        }
        return self._completed(book, subjects, held, more), months

    def _completed(
        self, book: Book, subjects: Sequence[Any], held: dict[Point, Rows], more: Sequence[Point]
    ) -> dict[Point, Rows]:
        """With what isn't stored: renewed, where it should be; else computed."""
        points = list(more)
        lacking: dict[int, Any] = {s.pk: s for s in subjects} if more else {}
        for point, rows in held.items():
            missing = [s for s in subjects if s.pk not in rows]
            if missing and stored_slot(point.day) is not None:
                rows |= progress_of(missing, point.day, book=book)
            elif missing:
                points.append(point)
                lacking |= {s.pk: s for s in missing}
        computed = computed_at(lacking.values(), points, book=book, shared=self.asof.shared)
        return {point: computed.get(point, {}) | held.get(point, {}) for point in (*held, *more)}

    def _stored(self, kinds: Sequence[tuple[Book, Sequence[Any]]]) -> dict[str, list[Any]]:
        """By book the rows of both days and of the months through them, in order of their slots. One query."""
        last = max(day for day in (self.asof.day, self.other) if day is not None)
        parts = [_rows(book, subjects).filter(as_of__lte=last) for book, subjects in kinds if subjects]
        by_code = {book.code: book for book, _subjects in kinds}
        found: dict[str, list[Any]] = {}
        for code, key, *values in parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0] if parts else ():
            book = by_code[code]
            row = book.rows(**dict(zip(("id", *COLUMNS), values, strict=True)), **{book.key: key})
            found.setdefault(code, []).append(row)
        return {code: sorted(rows, key=lambda row: row.slot) for code, rows in found.items()}


def _rows(book: Book, subjects: Sequence[Any]) -> "QuerySet[Any]":
    wanted = {f"{book.code}__in": [s.pk for s in subjects]}
    rows = book.rows._default_manager.filter(**wanted).order_by().annotate(of=Value(book.code, CharField()))
    return rows.values_list("of", book.key, "id", *COLUMNS)

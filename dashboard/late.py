"""后补: what a day's figures owe to approvals and entries that came after it."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db.models import prefetch_related_objects

from dashboard.compare import Comparison, compared
from goals.asof import AsOf
from goals.models import Target
from goals.models.progress import TODAY_SLOT
from goals.progress import later
from goals.progress.books import TARGETS, Book
from goals.progress.store import known_on, progress_of
from goals.words import Standing

_SEEN = ("status", "reason", "data_period", "actual", "expected", "attainment", "forecast")


def later_than(asof: AsOf, target: Target, progress: Any) -> Any:
    """Where the target stood as known then, if its figures depend on what came after the day; else nothing.

    Nothing of today, nor in the view as known then. The queries of one more day.
    """
    if not asof.is_past or asof.known_then:
        return None
    then = progress_of([target], asof.day, known_then=True)[target.pk]
    return then if any(_value(then, n) != _value(progress, n) for n in _SEEN) else None


def _value(row: Any, name: str) -> Any:
    """A reason that isn't there is empty or nothing, as the row was stored or computed."""
    return getattr(row, name) or None if name == "reason" else getattr(row, name)


def later_among(asof: AsOf, targets: Sequence[Target]) -> set[int]:
    """In lists, which of the targets have figures that rest on what came after the day; what they were then, their
    own pages say. A query or two."""
    if not asof.is_past or asof.known_then or not targets:
        return set()
    return later.later_among(asof.plan, targets, asof.day, asof.until)


def years_of(subjects: Sequence[Any], asof: AsOf, book: Book) -> tuple[dict[int, Any], dict[int, list[Any]]]:
    """Progress on the day, and the stored months through it, by id: one query where the day is stored as well. As
    known then, both are computed."""
    if not subjects:
        return {}, {}
    day = asof.day
    if asof.known_then:
        return known_on(subjects, day, book=book)
    wanted = {f"{book.code}__in": [s.pk for s in subjects]}
    today: dict[int, Any] = {}
    months: dict[int, list[Any]] = {}
    for row in book.rows._default_manager.filter(**wanted, as_of__lte=day).order_by("slot"):
        key = getattr(row, book.key)
        if row.as_of == day:
            today.setdefault(key, row)
        if row.slot != TODAY_SLOT:
            months.setdefault(key, []).append(row)
    missing = [s for s in subjects if s.pk not in today]
    return today | progress_of(missing, day, book=book), months


def share(asof: AsOf, targets: Sequence[Target]) -> None:
    """What every view of a day gone by asks for, once for all of them."""
    prefetch_related_objects(list(targets), "adjustments", "indicator__reporting")
    for target in targets:
        target.plan = asof.plan


class Seen:
    """A set of targets as the page sees them: progress on the day, the months through it, what is 后补, and how they
    stood on the day that they are compared with."""

    def __init__(self, asof: AsOf) -> None:
        self.asof = asof
        self.months: Mapping[int, Sequence[Any]] = {}
        self.later: Collection[int] = ()
        self.comparison = Comparison(asof)

    def find(self, targets: Sequence[Target]) -> Mapping[int, Any]:
        """Their progress on the day, by id; the rest is there afterwards."""
        if self.asof.compare:
            share(self.asof, targets)
        progress, self.months = years_of(targets, self.asof, TARGETS)
        self.later = later_among(self.asof, targets)
        self.comparison = compared(self.asof, targets, progress, self.months)
        return progress

    def standing(self, target: Target, row: Any) -> Standing:
        return Standing(target, row, self.months.get(target.pk, ()), is_later=target.pk in self.later)

"""后补: what a day's figures owe to approvals and entries that came after it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import prefetch_related_objects

from dashboard.compare import Comparison, compared
from goals.asof import AsOf
from goals.models import Target
from goals.progress.books import TARGETS, Book
from goals.progress.store import known_on, months_of, progress_of
from goals.words import Standing

_SEEN = ("status", "reason", "data_period", "actual", "expected", "attainment", "forecast")


def later_than(
    asof: AsOf, progress: Mapping[int, Any], subjects: Iterable[Any], book: Book = TARGETS
) -> dict[int, Any]:
    """Of the subjects whose figures depend on what came after the day, where they stood as known then, by id.

    Nothing of today, nor in the view as known then. The queries of one more day.
    """
    if not asof.is_past or asof.known_then:
        return {}
    then = progress_of(subjects, asof.day, known_then=True, book=book)
    return {pk: row for pk, row in then.items() if any(_value(row, n) != _value(progress[pk], n) for n in _SEEN)}


def _value(row: Any, name: str) -> Any:
    """A reason that isn't there is empty or nothing, as the row was stored or computed."""
    return getattr(row, name) or None if name == "reason" else getattr(row, name)


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
        self.then: Mapping[int, Any] = {}
        self.comparison = Comparison(asof)

    def find(self, targets: Sequence[Target]) -> Mapping[int, Any]:
        """Their progress on the day, by id; the rest is there afterwards."""
        if self.asof.is_past or self.asof.compare:
            share(self.asof, targets)
        if self.asof.known_then:
            progress, self.months = known_on(targets, self.asof.day)
        else:
            progress, self.months = progress_of(targets, self.asof.day), months_of(targets, self.asof.day)
        self.then = later_than(self.asof, progress, targets)
        self.comparison = compared(self.asof, targets, progress, self.months)
        return progress

    def standing(self, target: Target, row: Any) -> Standing:
        return Standing(target, row, self.months.get(target.pk, ()), self.then.get(target.pk))

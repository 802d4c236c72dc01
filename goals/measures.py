"""The registry through which a ledger or a project feeds an indicator.

A `Measure` says what it counts for indicators of plans; an app registers its measures in its `measures.py` the way
admin modules register. `milestones` is the one that the core names, for a rule stands on it; where its figures come
from the core doesn't know.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar, NamedTuple

from django.db.models import BigIntegerField, CharField, Q, QuerySet, Sum, Value
from django.utils.functional import Promise

from goals.progress import Counted, Works

MILESTONES = "milestones"


class Wanted(NamedTuple):
    """An indicator's figures for a plan: of the units at and below `root` (the plan's unit, as a path), for a year."""

    indicator_id: int
    root: str
    year: int


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one unit contributes, in the indicator's unit of measure, and the address of the rows behind it."""

    unit_id: int
    value: Decimal
    numerator: Decimal
    denominator: Decimal
    address: str = ""


@dataclass(frozen=True, slots=True)
class Proof:
    """A row that was counted: the day for which it counts, what and whose it is, its page, and when it was entered."""

    day: date
    name: str
    unit: str
    value: Decimal
    address: str
    entered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """What is behind a counted figure: each unit's part; the newest of the rows, how many there are, and their page."""

    name: str
    parts: Sequence[Contribution] = ()
    rows: Sequence[Proof] = ()
    count: int = 0
    address: str = ""


class Span(NamedTuple):
    """What was recorded from `since` on (and before `until`, where that ended it), of events through the day."""

    day: date
    since: datetime
    until: datetime | None = None

    def covers(self, name: str) -> Q:
        """The condition that a moment lies in it."""
        ended = {} if self.until is None else {f"{name}__lt": self.until}
        return Q(**{f"{name}__gte": self.since}, **ended)


# The columns of a query of `Measure.later`: a measure's code, an indicator (0: all that it counts), a day, and what
# came or went on it.
LATER = ("late_code", "late_key", "late_on")
LATER_SUMS = ("late_value", "late_above", "late_below")


def as_later(
    rows: QuerySet[Any], code: str, *, on: Any, key: Any = 0, value: Any = 1, above: Any = 0, below: Any = 0
) -> QuerySet[Any]:
    """A query in that form, summed by its first three columns."""
    plain = {"late_key": key, "late_value": value, "late_above": above, "late_below": below}
    named = {n: Value(v, BigIntegerField()) if isinstance(v, int) else v for n, v in plain.items()}
    found = rows.order_by().annotate(late_code=Value(code, CharField()), late_on=on, **named)
    return found.values_list(*LATER).annotate(**{f"sum_{name}": Sum(name) for name in LATER_SUMS})


class Measure(ABC):
    """How indicators are counted. `basis` is the indicators' that it fits; empty, any."""

    code: str = ""
    name: str | Promise = ""
    basis: ClassVar[str] = ""

    @abstractmethod
    def figures(self, wanted: Collection[Wanted], known_until: datetime | None) -> Mapping[Wanted, Counted | Works]:
        """What it counts for each, in a number of queries that doesn't grow with them; without what was recorded at
        or after `known_until`."""

    @classmethod
    def together(
        cls, asked: Mapping[Any, Collection[Wanted]], known_until: datetime | None
    ) -> dict[Wanted, Counted | Works]:
        """`figures` of several measures of this kind; a kind that can ask for all of them at once does."""
        found: dict[Wanted, Counted | Works] = {}
        for measure, wanted in asked.items():
            found.update(measure.figures(sorted(wanted), known_until))
        return found

    @classmethod
    def later(cls, asked: Mapping[Any, Collection[Wanted]], span: Span) -> Iterator[QuerySet[Any]]:
        """What several measures of this kind count through the span's day and was recorded in the span: queries of
        `LATER`, to be asked as one. A kind that doesn't know answers none."""
        return iter(())

    def source(self, wanted: Wanted, through: date, known_until: datetime | None = None) -> Source | None:
        """The units and rows behind the figure through the day, in a fixed number of queries; without what was
        recorded at or after `known_until`."""
        return None


_registry: dict[str, Measure] = {}


def register(measure: Measure) -> Measure:
    if measure.code in _registry:
        raise ValueError(f"measure {measure.code} is registered already")
    _registry[measure.code] = measure
    return measure


def is_registered(code: str) -> bool:
    return code in _registry


def measure_of(code: str) -> Measure:
    return _registry[code]


def figures_of(asked: Mapping[str, Collection[Wanted]], known_until: datetime | None) -> dict[Wanted, Counted | Works]:
    """What measures count, by their codes: those of one kind together."""
    found: dict[Wanted, Counted | Works] = {}
    for kind, several in _by_kind(asked).items():
        found.update(kind.together(several, known_until))
    return found


def _by_kind(asked: Mapping[str, Collection[Wanted]]) -> dict[type[Measure], dict[Measure, Collection[Wanted]]]:
    kinds: dict[type[Measure], dict[Measure, Collection[Wanted]]] = {}
    for code in sorted(asked):
        measure = measure_of(code)
        kinds.setdefault(type(measure), {})[measure] = asked[code]
    return kinds


def later_of(asked: Mapping[str, Collection[Wanted]], span: Span) -> list[QuerySet[Any]]:
    """The queries of `Measure.later` of all these measures, by their codes."""
    return [query for kind, several in _by_kind(asked).items() for query in kind.later(several, span)]


def all_measures() -> Iterator[Measure]:
    """Every measure, by code."""
    return (_registry[code] for code in sorted(_registry))

"""The registry through which a ledger or a project feeds an indicator.

A `Measure` says what it counts for indicators of plans; an app registers its measures in its `measures.py` the way
admin modules register. `milestones` is the one that the core names, for a rule stands on it; where its figures come
from the core doesn't know.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar, NamedTuple

from django.db.models import BigIntegerField, CharField, DateField, IntegerField, Q, QuerySet, Sum, Value
from django.db.models.functions import Cast
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


# The columns of a query of figures: a measure's code, which of the moments asked for it is of, what the measure keys
# it by, a unit's path, a day, another day, and amounts.
FLOW = ("flow_code", "flow_then", "flow_key", "flow_path", "flow_on")
_WHOLE = BigIntegerField()
NO_DAY = Cast(Value(None), DateField())
Row = tuple[str, int, str, str, date, date | None, int, int, int]
Cutoff = datetime | None
Figures = Counted | Works


def as_flow(
    rows: QuerySet[Any], code: str, then: int, *, key: Any, path: Any, on: Any, done: Any = NO_DAY, **amounts: Any
) -> QuerySet[Any]:
    """A query in that form; `amounts` are its `value`, `above` and `below`: sums, or a row's own."""
    named = {"flow_code": Value(code, CharField()), "flow_then": Value(then, IntegerField())}
    rows = rows.order_by().annotate(**named, flow_key=key, flow_path=path, flow_on=on).values_list(*FLOW)
    nothing = Value(0, _WHOLE)
    return rows.annotate(
        flow_done=done, **{f"sum_{name}": amounts.get(name, nothing) for name in ("value", "above", "below")}
    )


# In place of a moment: what came later than a day. Its key is an indicator (0: all that the measure counts).
LATER = -1


def as_later(
    rows: QuerySet[Any], code: str, *, on: Any, key: Any = 0, value: Any = 1, above: Any = 0, below: Any = 0
) -> QuerySet[Any]:
    """What came or went, and on which day, in the form of `FLOW`: the answer of `Measure.later`."""
    plain = {"late_value": value, "late_above": above, "late_below": below}
    named = {n: Value(v, _WHOLE) if isinstance(v, int) else v for n, v in plain.items()}
    keyed = Value(str(key), CharField()) if isinstance(key, int) else Cast(key, CharField())
    sums = {name: Sum(f"late_{name}") for name in ("value", "above", "below")}
    return as_flow(rows.annotate(**named), code, LATER, key=keyed, path=Value("", CharField()), on=on, **sums)


class Asking(ABC):
    """What measures of one kind have to ask: queries in the form of `FLOW`, asked as one with those of other kinds."""

    queries: Sequence[QuerySet[Any]] = ()

    @abstractmethod
    def answer(self, rows: Sequence[Row]) -> Sequence[Mapping[Wanted, Figures]]:
        """The figures by moment, from the rows of the measures of this kind."""


class Shared:
    """What measures have asked for while one page is made, lest another part of it asks again. It ends with the page:
    nothing of it is told to another request."""

    def __init__(self) -> None:
        self._kept: dict[Any, Any] = {}
        self._waiting: list[QuerySet[Any]] = []
        self._later: list[Row] = []

    def wait(self, queries: Sequence[QuerySet[Any]]) -> None:
        """What came later, to be asked together with the next figures."""
        self._waiting.extend(queries)

    def rows_with(self, queries: Sequence[QuerySet[Any]]) -> Sequence[Row]:
        """The rows of these queries, and aside of those that waited. One query, or none."""
        rows = rows_of([*queries, *self._waiting])
        self._waiting.clear()
        self._later += [row for row in rows if row[1] == LATER]
        return [row for row in rows if row[1] != LATER]

    def later(self) -> Sequence[Row]:
        """What came later: asked now, where no figures were."""
        self.rows_with(())
        found, self._later = self._later, []
        return found

    def once(self, key: Any, ask: Callable[[], Any]) -> Any:
        if key not in self._kept:
            self._kept[key] = ask()
        return self._kept[key]


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
    def asking(
        cls, asked: Mapping[Any, Collection[Wanted]], cutoffs: Sequence[Cutoff], shared: Shared | None = None
    ) -> Asking:
        """`figures` of several measures of this kind, as known at several moments."""
        return _Apart(asked, cutoffs)

    @classmethod
    def later(
        cls, asked: Mapping[Any, Collection[Wanted]], span: Span, shared: Shared | None = None
    ) -> Iterator[QuerySet[Any]]:
        """What several measures of this kind count through the span's day and was recorded in the span, as
        `as_later` puts it, to be asked as one. A kind that doesn't know answers none."""
        return iter(())

    def source(
        self, wanted: Wanted, through: date, known_until: datetime | None = None, shared: Shared | None = None
    ) -> Source | None:
        """The units and rows behind the figure through the day, in a fixed number of queries; without what was
        recorded at or after `known_until`."""
        return None


class _Apart(Asking):
    """Of measures that know no better: each by itself, at each moment."""

    def __init__(self, asked: Mapping[Any, Collection[Wanted]], cutoffs: Sequence[Cutoff]) -> None:
        self.asked, self.cutoffs = asked, cutoffs

    def answer(self, rows: Sequence[Row]) -> list[dict[Wanted, Figures]]:
        found: list[dict[Wanted, Figures]] = [{} for _cutoff in self.cutoffs]
        for place, cutoff in enumerate(self.cutoffs):
            for measure, wanted in self.asked.items():
                found[place].update(measure.figures(sorted(wanted), cutoff))
        return found


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


def figures_of(asked: Mapping[str, Collection[Wanted]], known_until: Cutoff) -> dict[Wanted, Figures]:
    """What measures count, by their codes."""
    return figures_at(asked, [known_until])[0]


def figures_at(
    asked: Mapping[str, Collection[Wanted]], cutoffs: Sequence[Cutoff], shared: Shared | None = None
) -> list[dict[Wanted, Figures]]:
    """What measures count, by their codes, as known at each of several moments: one query for all of them, and those
    of what each kind has to know before."""
    askings = [(kind.asking(several, cutoffs, shared), several) for kind, several in _by_kind(asked).items()]
    rows = (shared or Shared()).rows_with([query for asking, _several in askings for query in asking.queries])
    found: list[dict[Wanted, Figures]] = [{} for _cutoff in cutoffs]
    for asking, several in askings:
        codes = {measure.code for measure in several}
        for place, figures in enumerate(asking.answer([row for row in rows if row[0] in codes])):
            found[place].update(figures)
    return found


def rows_of(queries: Sequence[QuerySet[Any]]) -> Sequence[Row]:
    """The rows of all queries of one form. One query, or none."""
    if not queries:
        return ()
    return list(queries[0].union(*queries[1:], all=True) if len(queries) > 1 else queries[0])


def _by_kind(asked: Mapping[str, Collection[Wanted]]) -> dict[type[Measure], dict[Measure, Collection[Wanted]]]:
    kinds: dict[type[Measure], dict[Measure, Collection[Wanted]]] = {}
    for code in sorted(asked):
        measure = measure_of(code)
        kinds.setdefault(type(measure), {})[measure] = asked[code]
    return kinds


def later_of(asked: Mapping[str, Collection[Wanted]], span: Span, shared: Shared | None = None) -> list[QuerySet[Any]]:
    """The queries of `Measure.later` of all these measures, by their codes."""
    return [query for kind, several in _by_kind(asked).items() for query in kind.later(several, span, shared)]


def all_measures() -> Iterator[Measure]:
    """Every measure, by code."""
    return (_registry[code] for code in sorted(_registry))

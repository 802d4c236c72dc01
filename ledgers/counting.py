"""How registers count into targets. A section declares a measure in its `measures.py`:

    @measure("economy.new_specialized_firms", "economy.recognitions", _("新增专精特新企业"), basis="amount")
    def new_specialized_firms(rows, counts):
        return amounts(rows.filter(kind__in=counts["specialized"]))

The function gets the valid rows of the register's model in scope and the options that planners set, and answers flows:
what the rows add on which day. They are summed by unit and day in the database, never row by row.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Count,
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
    Window,
)
from django.db.models.functions import Cast, Coalesce, RowNumber
from django.utils.functional import Promise

from accounts.models import Unit
from common.fields import SCALE, FigureField
from goals import measures
from goals.measures import (
    Asking,
    Contribution,
    Figures,
    Measure,
    Proof,
    Row,
    Shared,
    Source,
    Span,
    Wanted,
    as_flow,
    as_later,
)
from goals.progress import Counted, Event
from ledgers.keeping import ROOTS, Keeping, keepings, keepings_of
from ledgers.models import FIRST_DAY, Confirmation, RowQuerySet
from ledgers.models import Row as LedgerRow
from ledgers.registry import Ledger, ledger_named
from ledgers.values import masked

Expression = Any
Counts = Mapping[str, Sequence[str]]
# Conditions on so many plans' units are worth naming; for more, all rows are summed and sorted out here.
MOST_ROOTS = 40
SHOWN_ROWS = 20
STOCKS = ("level", "share")
_WHOLE = BigIntegerField()
# The row's own number, of which each version has another.
_ROW = Coalesce("version_of", "pk", output_field=_WHOLE)
_NOTHING = Value(0, _WHOLE)


@dataclass(frozen=True)
class Flow:
    """What rows add on a day: an amount (or a change of a stock), or to a numerator and a denominator.

    Expressions are in whole ten-thousandths (`figure`). `proving` narrows the rows to those that stand for the figure
    on a day; None where they are no rows of the register. `standing` says for which day and how much each of these
    counts, where it isn't simply when and what it adds.
    """

    rows: "QuerySet[Any]"
    on: Expression
    value: Expression = _NOTHING
    numerator: Expression = _NOTHING
    denominator: Expression = _NOTHING
    place: str = "unit"
    proving: Callable[[date], Q] | None = None
    standing: Callable[[date], tuple[Expression, Expression]] | None = None


def figure(model: Any, what: Expression) -> Expression:
    """A field's name, a number or an expression of whole numbers, in ten-thousandths."""
    if isinstance(what, int):
        return Value(what * SCALE, _WHOLE)
    if isinstance(what, str):
        if isinstance(model._meta.get_field(what), FigureField):
            return Cast(F(what), _WHOLE)
        return Cast(F(what), _WHOLE) * Value(SCALE, _WHOLE)
    return what * Value(SCALE, _WHOLE)


def amounts(
    rows: "QuerySet[Any]", *, on: str = "day", until: str = "", same_year: bool = False, value: Expression = 1
) -> list[Flow]:
    """Each row adds an amount on its day, and takes it back on the day `until`, if that comes (in the `same_year`:
    what is taken back later stays that year's)."""
    worth = figure(rows.model, value)
    if same_year:
        taken_on = Case(When(**{f"{until}__year": F(f"{on}__year")}, then=F(until)))
        rows, until = rows.annotate(taken_on=taken_on), "taken_on"
    if not until:
        return [Flow(rows, F(on), value=worth, proving=partial(_of_year, on))]
    taken = Flow(rows.filter(**{f"{until}__isnull": False}), F(until), value=-1 * worth)
    proving, net = partial(_left_of_year, on, until), partial(_net, on, until, worth)
    return [Flow(rows, F(on), value=worth, proving=proving, standing=net), taken]


def _of_year(on: str, through: date) -> Q:
    return Q(**{f"{on}__range": (date(through.year, 1, 1), through)})


def _left_of_year(on: str, until: str, through: date) -> Q:
    """What was added this year and not taken back, and what was added before and taken back this year."""
    left = Q(**{until: None}) | Q(**{f"{until}__gt": through})
    return (_of_year(on, through) & left) | (Q(**{f"{on}__lt": date(through.year, 1, 1)}) & _of_year(until, through))


def _net(on: str, until: str, worth: Expression, through: date) -> tuple[Expression, Expression]:
    before = {f"{on}__lt": date(through.year, 1, 1)}
    when = Case(When(**before, then=F(until)), default=F(on))
    return when, Case(When(**before, then=-1 * worth), default=worth, output_field=_WHOLE)


def stock(rows: "QuerySet[Any]", *, since: str = "day", until: str = "", value: Expression = 1) -> list[Flow]:
    """Each row belongs to the stock from a day on, and no more from the day `until` (which may be empty)."""
    worth = figure(rows.model, value)
    flows = [Flow(rows, F(since), value=worth, proving=partial(_standing, since, until))]
    if until:
        flows.append(Flow(rows.filter(**{f"{until}__isnull": False}), F(until), value=-1 * worth))
    return flows


def part_of_stock(
    rows: "QuerySet[Any]",
    *,
    since: str = "day",
    until: str = "",
    numerator: Expression | None = None,
    denominator: Expression | None = None,
) -> list[Flow]:
    """The same for a share: each row stands above the line, below it or both, from a day on."""
    above = _NOTHING if numerator is None else figure(rows.model, numerator)
    below = _NOTHING if denominator is None else figure(rows.model, denominator)
    proving = partial(_standing, since, until)
    flows = [Flow(rows, F(since), numerator=above, denominator=below, proving=proving)]
    if until:  # rows without that day are left out by the comparison of days
        flows.append(Flow(rows, F(until), numerator=-1 * above, denominator=-1 * below))
    return flows


def replaced_on(rows: "QuerySet[Any]", *same: str, on: str = "day") -> Subquery:
    """The day from which the next row alike in `same` stands in a row's place; none for the newest. To annotate, as
    `until` of a stock in which the newest row of each village, say, stands for it."""
    alike = rows.filter(day__gte=OuterRef("day"), **{name: OuterRef(name) for name in same})
    alike = alike.alias(flow_row=_ROW)
    later = alike.filter(
        Q(day__gt=OuterRef("day"))
        | Q(flow_row__gt=Coalesce(OuterRef("version_of"), OuterRef("pk"), output_field=_WHOLE))
    )
    return Subquery(later.order_by("day", _ROW).values(on)[:1])


def _standing(since: str, until: str, through: date) -> Q:
    condition = Q(**{f"{since}__lte": through})
    return condition & (Q(**{until: None}) | Q(**{f"{until}__gt": through})) if until else condition


def units_of(kind: str) -> Flow:
    """Each unit of a kind stands below the line, from the beginning on: a share of all villages, say."""
    units = Unit.objects.filter(kind=kind)
    return Flow(units, Value(FIRST_DAY, DateField()), denominator=figure(Unit, Value(1, _WHOLE)), place="self")


def first_of_each(rows: "QuerySet[Any]", *alike: Expression, on: str = "day") -> "QuerySet[Any]":
    """Of the rows that are alike within their subdistrict, the first: what counts once, however often it happens."""
    above = Unit.objects.filter(kind__in=ROOTS).annotate(below=ExpressionWrapper(OuterRef("unit__path"), CharField()))
    root = Subquery(above.filter(below__startswith=F("path")).order_by("-path").values("pk")[:1])
    place = Window(RowNumber(), partition_by=[root, *alike], order_by=[F(on).asc(), _ROW.asc()])
    numbered = rows.order_by().alias(flow_nth=place).filter(flow_nth=1)
    return rows.filter(pk__in=numbered.values("pk"))


Counting = Callable[["RowQuerySet", Counts], Iterable[Flow]]


class LedgerMeasure(Measure):
    """A measure over a register's rows. `per` divides what it sums (亩 into 万亩: 10,000)."""

    def __init__(self, code: str, ledger: str, name: str | Promise, *, basis: str, confirmed: bool, per: int) -> None:
        self.code, self.name = code, name
        self.basis = basis  # type: ignore[misc]
        self.key, self.confirmed, self.per = ledger, confirmed, per
        self.count: Counting = lambda rows, counts: ()

    @property
    def ledger(self) -> Ledger:
        found = ledger_named(self.key)
        assert found is not None, self.key
        return found

    @property
    def is_stock(self) -> bool:
        return self.basis in STOCKS

    def figures(self, wanted: Collection[Wanted], known_until: datetime | None) -> Mapping[Wanted, Figures]:
        """Two queries at most: the registers' settings with their confirmations, and the sums."""
        asking = self.asking({self: wanted}, [known_until])
        return asking.answer(measures.rows_of(asking.queries))[0]

    @classmethod
    def asking(  # type: ignore[override]
        cls,
        asked: Mapping["LedgerMeasure", Collection[Wanted]],
        cutoffs: Sequence[datetime | None],
        shared: Shared | None = None,
    ) -> "Summing":
        """All registers' sums at all moments in one query; one before, for the settings."""
        return Summing(asked, cutoffs, shared)

    @classmethod
    def later(  # type: ignore[override]
        cls, asked: Mapping["LedgerMeasure", Collection[Wanted]], span: Span, shared: Shared | None = None
    ) -> Iterator[QuerySet[Any]]:
        """Rows recorded, changed or voided in the span, and confirmations without which the day wasn't reached. One
        query for the registers' settings, where anything may be set: they are as they stand."""
        roots = sorted({each.root for wanted in asked.values() for each in wanted})
        kept = keepings_of({measure.key: (measure.ledger, False) for measure in asked}, roots, None, shared)
        for measure, wanted in asked.items():
            for counts, group in _by_counts(kept[measure.key], {each.root for each in wanted}):
                yield from measure._moved(counts, group, span)
            if measure.confirmed:
                yield as_later(measure._confirmed_later(roots, span), measure.code, on=F("through"))

    def _moved(self, counts: Counts, roots: Collection[str], span: Span) -> Iterator[QuerySet[Any]]:
        """What came and what went: both, where a row was changed."""
        first = None if self.is_stock else date(span.day.year - 1, 1, 1)
        came = span.covers("changed_at") | (Q(changed_at=None) & span.covers("created_at"))
        for known_until, moved, sign in ((span.until, came, 1), (span.since, span.covers("voided_at"), -1)):
            for flow in self.flows(counts, known_until):
                if not issubclass(flow.rows.model, LedgerRow):
                    continue
                rows = _dated(flow, roots, first, span.day).filter(moved)
                sums = {n: F(f"at_{n}") * Value(sign, _WHOLE) for n in ("value", "above", "below")}
                yield as_later(rows, self.code, on=F("at_on"), **sums)

    def _confirmed_later(self, roots: Collection[str], span: Span) -> QuerySet[Any]:
        found = Confirmation.objects.filter(ledger=self.key, root__path__in=roots)
        earlier = found.filter(root=OuterRef("root"), confirmed_at__lt=span.since, through__gte=span.day)
        return found.filter(span.covers("confirmed_at")).exclude(Exists(earlier))

    def _counted(self, wanted: Wanted, events: Sequence[Event], kept: Keeping) -> Counted:
        if not self.is_stock:
            events = [event for event in events if event.day.year in (wanted.year, wanted.year - 1)]
        return Counted(events, self.confirmed, kept.confirmed_through if self.confirmed else None)

    def _parts_of(
        self, wanted: Collection[Wanted], kept: Mapping[str, Keeping], known_until: datetime | None, then: int
    ) -> Iterator[tuple[list[str], "QuerySet[Any]"]]:
        """The sums by unit and day: for each flow and the roots together that let the same count."""
        years = [each.year for each in wanted]
        first, last = date(min(years) - 1, 1, 1), date(max(years), 12, 31)
        for counts, group in _by_counts(kept, {each.root for each in wanted}):
            for flow in self.flows(counts, known_until):
                rows = _dated(flow, group, None if self.is_stock else first, last)
                # Where roots let different things count, a sum says for which of them it is.
                key = Value(group[0], CharField())
                names = {"path": F("at_path"), "on": F("at_on")}
                sums = {name: Sum(f"at_{name}") for name in ("value", "above", "below")}
                yield group, as_flow(rows, self.code, then, key=key, **names, **sums)

    def _divided(self, by_day: Mapping[date, Sequence[int]]) -> Iterator[Event]:
        """The events in order of days; what doesn't divide evenly is carried on, so that no sum drifts."""
        carried = [0, 0, 0]
        for day in sorted(by_day):
            before = [total // self.per for total in carried]
            carried = [total + more for total, more in zip(carried, by_day[day], strict=True)]
            yield Event(day, *(total // self.per - old for total, old in zip(carried, before, strict=True)))

    def flows(self, counts: Counts, known_until: datetime | None) -> Sequence[Flow]:
        """What the valid rows add, by the section's function."""
        rows = self.ledger.model.versions.known_until(known_until)
        return list(self.count(rows, counts))

    def source(
        self, wanted: Wanted, through: date, known_until: datetime | None = None, shared: Shared | None = None
    ) -> Source:
        """Three queries at most, and that of the settings."""
        named = {self.key: (self.ledger, self.confirmed)}
        kept = keepings_of(named, [wanted.root], known_until, shared)[self.key][wanted.root]
        day = through
        if self.confirmed:
            if kept.confirmed_through is None:
                return Source(str(self.ledger.name), address=self.ledger.address)
            day = min(through, kept.confirmed_through)
        rows = self._standing_rows(kept.counts, wanted.root, day, known_until)
        shown = [self._proof(row) for row in rows.select_related("unit").order_by("-counted_on", "-pk")[:SHOWN_ROWS]]
        parts = self._parts(wanted, kept.counts, day, known_until)
        count = len(shown) if len(shown) < SHOWN_ROWS else rows.count()
        return Source(str(self.ledger.name), parts, shown, count, self._address(day))

    def _parts(self, wanted: Wanted, counts: Counts, day: date, known_until: datetime | None) -> list[Contribution]:
        first = None if self.is_stock else date(wanted.year, 1, 1)
        flows = self.flows(counts, known_until)
        found = [_summed(_dated(flow, [wanted.root], first, day), ("place", "code")) for flow in flows]
        sums: dict[tuple[int, str], list[int]] = defaultdict(lambda: [0, 0, 0])
        for unit_id, code, *added in found[0].union(*found[1:], all=True) if len(found) > 1 else found[0]:
            for place, amount in enumerate(added):
                sums[unit_id, code][place] += int(amount or 0)
        return [
            Contribution(unit_id, value, above, below, self._address(day, unit=code))
            for (unit_id, code), total in sums.items()
            for value, above, below in [[self._figure(amount) for amount in total]]
            if any(total)
        ]

    def _proof(self, row: Any) -> Proof:
        ledger = self.ledger
        name = masked(ledger.title_of(row)) if ledger.title in ledger.masked else ledger.title_of(row)
        return Proof(
            row.counted_on, name, row.unit.name, self._figure(row.worth), ledger.address_of(row), row.created_at
        )

    def _figure(self, scaled: int) -> Decimal:
        return Decimal(scaled).scaleb(-4) / self.per

    def counted_rows(self, root: str, through: date, counts: Counts | None = None) -> "QuerySet[Any]":
        """The rows that stand for the figure on the day, each with the day for which it counts and its `worth` in
        ten-thousandths. One query for what counts, where that may be set and isn't given."""
        if counts is None:
            counts = keepings(self.ledger, [root], None, confirmed=False)[root].counts
        return self._standing_rows(counts, root, through)

    def _standing_rows(
        self, counts: Counts, root: str, through: date, known_until: datetime | None = None
    ) -> "QuerySet[Any]":
        flow = next(flow for flow in self.flows(counts, known_until) if flow.proving is not None)
        assert flow.proving is not None
        on, worth = flow.on, flow.numerator if self.basis == "share" else flow.value
        if flow.standing is not None:
            on, worth = flow.standing(through)
        found = flow.rows.filter(flow.proving(through), unit__path__startswith=root)
        return found.annotate(counted_on=on, worth=worth)

    def _address(self, through: date, **more: str) -> str:
        return f"{self.ledger.address}?{urlencode({'counted': self.code, 'through': through.isoformat(), **more})}"


class Summing(Asking):
    """The sums of several measures, as known at several moments."""

    def __init__(
        self,
        asked: Mapping[LedgerMeasure, Collection[Wanted]],
        cutoffs: Sequence[datetime | None],
        shared: Shared | None = None,
    ) -> None:
        self.asked = asked
        self.groups: dict[tuple[str, int, str], list[str]] = {}
        queries: list[QuerySet[Any]] = []
        roots = sorted({each.root for wanted in asked.values() for each in wanted})
        registers: dict[str, tuple[Ledger, bool]] = {}
        for measure in asked:
            was = registers.get(measure.key, (measure.ledger, False))[1]
            registers[measure.key] = (measure.ledger, was or measure.confirmed)
        shared = shared or (Shared() if len(cutoffs) > 1 else None)
        self.kept = [keepings_of(registers, roots, cutoff, shared) for cutoff in cutoffs]
        for then, cutoff in enumerate(cutoffs):
            for measure, wanted in asked.items():
                for group, part in measure._parts_of(wanted, self.kept[then][measure.key], cutoff, then):
                    self.groups[measure.code, then, group[0]] = group
                    queries.append(part)
        self.queries = queries

    def answer(self, rows: Sequence[Row]) -> list[dict[Wanted, Figures]]:
        events = self._events(rows)
        return [
            {
                each: measure._counted(each, events[measure.code, then, each.root], kept[measure.key][each.root])
                for measure, wanted in self.asked.items()
                for each in wanted
            }
            for then, kept in enumerate(self.kept)
        ]

    def _events(self, rows: Sequence[Row]) -> dict[tuple[str, int, str], list[Event]]:
        """What all rows sum up to, by measure, moment and root, in order of days."""
        by_code = {measure.code: measure for measure in self.asked}
        sums: dict[tuple[str, int, str], dict[date, list[int]]] = {
            (measure.code, then, each.root): defaultdict(lambda: [0, 0, 0])
            for then in range(len(self.kept))
            for measure, wanted in self.asked.items()
            for each in wanted
        }
        known: dict[tuple[str, int, str, str], list[str]] = {}
        for code, then, group, path, day, _done, *added in rows:
            key = (code, then, group, path)
            if key not in known:
                known[key] = [root for root in self.groups[code, then, group] if path.startswith(root)]
            for root in known[key]:
                found = sums[code, then, root][day]
                for place, amount in enumerate(added):
                    found[place] += int(amount or 0)
        return {key: list(by_code[key[0]]._divided(by_day)) for key, by_day in sums.items()}


def _by_counts(kept: Mapping[str, Keeping], roots: Iterable[str]) -> Iterator[tuple[Counts, list[str]]]:
    """The roots together that let the same count."""
    groups: dict[str, tuple[Counts, list[str]]] = {}
    for root in sorted(roots):
        groups.setdefault(repr(kept[root].counts), (kept[root].counts, []))[1].append(root)
    yield from groups.values()


def _dated(flow: Flow, roots: Collection[str], first: date | None, last: date) -> "QuerySet[Any]":
    """The flow's rows in scope with their unit and day named alike, within the days."""
    at = "" if flow.place == "self" else f"{flow.place}__"
    named = {"path": F(f"{at}path"), "code": F(f"{at}code"), "place": F(f"{at}pk"), "on": flow.on}
    rows = flow.rows.order_by().annotate(**{f"at_{name}": each for name, each in named.items()})
    rows = rows.annotate(at_value=flow.value, at_above=flow.numerator, at_below=flow.denominator).filter(
        at_on__lte=last
    )
    if first is not None:
        rows = rows.filter(at_on__gte=first)
    if len(roots) > MOST_ROOTS:
        return rows
    condition = Q(pk__in=[])
    for root in sorted(roots):
        condition |= Q(**{f"{at}path__startswith": root})
    return rows.filter(condition)


def _summed(rows: "QuerySet[Any]", by: Sequence[str]) -> "QuerySet[Any]":
    keys = [f"at_{name}" for name in by]
    return rows.values_list(*keys).annotate(v=Sum("at_value"), n=Sum("at_above"), d=Sum("at_below"))


_by_ledger: dict[str, list[LedgerMeasure]] = defaultdict(list)


def measure(
    code: str, ledger: str, name: str | Promise, *, basis: str, confirmed: bool = False, per: int = 1
) -> Callable[[Counting], Counting]:
    """Register a measure over a register (`section.ledger`); see above. `confirmed`: it counts only through the day
    of the last confirmation of the office that keeps it."""

    def decorate(count: Counting) -> Counting:
        made = LedgerMeasure(code, ledger, name, basis=basis, confirmed=confirmed, per=per)
        made.count = count
        measures.register(made)
        _by_ledger[ledger].append(made)
        return count

    return decorate


def measures_over(ledger: Ledger) -> Sequence[LedgerMeasure]:
    """The measures that count a register's rows."""
    return _by_ledger[ledger.key]


def ledger_measure(code: str) -> LedgerMeasure | None:
    """A register's measure by its code."""
    found = measures.measure_of(code) if measures.is_registered(code) else None
    return found if isinstance(found, LedgerMeasure) else None


__all__ = [
    "Count",
    "Flow",
    "amounts",
    "figure",
    "first_of_each",
    "measure",
    "part_of_stock",
    "replaced_on",
    "stock",
    "units_of",
]

"""What 总览 says, from a plan's items: counts, what lags and since when, what moved, whose it is, what cuts across."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import F, Value

from accounts.models import Unit
from dashboard.items import Item, Items
from dashboard.navigation import Entry
from dashboard.rollup import gap_of, tone_of
from goals.models import Plan, Programme, Section
from goals.models.progress import Status
from goals.progress import month_key, period_end
from goals.progress.summary import OfficeSummary, Summary, summarise
from supervision.models import Order
from supervision.words import Sheet, sheets_of

VILLAGES = frozenset({Unit.Kind.VILLAGE, Unit.Kind.COMMUNITY})


@dataclass(frozen=True)
class SectionCard:
    """A section: counts over its targets and works, and the completion of each kind beside its pace."""

    entry: Entry
    counts: Mapping[str, int]
    total: int
    targets: Summary
    works: Summary
    gap: Decimal | None
    tone: str
    works_tone: str


@dataclass(frozen=True)
class ProgrammeRow:
    """A programme with the items that carry it, in whichever section."""

    code: str
    name: str
    counts: "Counter[str]"
    items: set[tuple[str, int]]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def lagging(self) -> int:
        return self.counts[Status.BEHIND] + self.counts[Status.MISSED]

    @property
    def on_pace(self) -> int:
        return self.counts[Status.ACHIEVED] + self.counts[Status.ON_TRACK]


@dataclass(frozen=True)
class Pulse:
    """How fast completion grew in the whole months so far, and how fast it would have to, in points a month."""

    months: int
    left: int
    past: Decimal
    need: Decimal


@dataclass(frozen=True)
class Overview:
    """The page's figures. `overall` rolls up all items, `targets` and `works` each kind alone."""

    items: Items
    overall: Summary
    targets: Summary
    works: Summary
    cards: Sequence[SectionCard]
    lagging: Sequence[Item]
    crowded: tuple[Section, int] | None
    up: Sequence[Item] = ()
    down: Sequence[Item] = ()
    began: Sequence[Item] = ()
    orders: Sequence[Sheet] = ()
    late_orders: int = 0
    pulse: Pulse | None = None
    gap: Decimal | None = None
    works_gap: Decimal | None = None
    stale: Sequence[Item] = field(default_factory=list)
    unjudged: Sequence[Item] = field(default_factory=list)


def overview_of(plan: Plan, entries: Sequence[Entry], items: Items) -> Overview:
    """Everything but what needs another query: the figures alone decide."""
    overall = summarise(i.row for i in items.all)
    targets, works = summarise(i.row for i in items.targets), summarise(i.row for i in items.works)
    by_key = {(type(i.thing), i.thing.pk): i for i in items.all}
    worst = [by_key[type(thing), thing.pk] for thing, _row in overall.worst]
    lagging = [item for item in worst if item.lags]
    moved = [item for item in items.all if item.moved]
    sheets = _orders(items)
    return Overview(
        items=items,
        overall=overall,
        targets=targets,
        works=works,
        cards=[_card(plan, entry, items) for entry in entries],
        lagging=lagging,
        crowded=_crowded(lagging),
        up=sorted((i for i in moved if i.moved > 0), key=lambda i: -i.moved),
        down=sorted((i for i in moved if i.moved < 0), key=lambda i: i.moved),
        began=[i for i in items.all if i.before == Status.NO_DATA != i.status],
        orders=sheets,
        late_orders=sum(1 for sheet in sheets if sheet.days_late),
        pulse=_pulse(targets, items.day),
        gap=gap_of(targets),
        works_gap=gap_of(works),
        stale=[i for i in items.targets if i.stale],
        unjudged=[i for i in items.all if i.status == Status.NO_DATA],
    )


def _card(plan: Plan, entry: Entry, items: Items) -> SectionCard:
    mine = [i for i in items.all if i.section.pk == entry.section.pk]
    targets = summarise(i.row for i in mine if i.kind == "target")
    works = summarise(i.row for i in mine if i.kind == "project")
    counts = {status: targets.counts[status] + works.counts[status] for status in Status.values}
    gap = gap_of(targets)
    return SectionCard(entry, counts, len(mine), targets, works, gap, tone_of(plan, gap), tone_of(plan, gap_of(works)))


def _crowded(lagging: Sequence[Item]) -> tuple[Section, int] | None:
    """The section in which most of what lags stands, where that is more than one."""
    counts = Counter(item.section.pk for item in lagging)
    if not counts or max(counts.values()) < 2:
        return None
    pk, count = counts.most_common(1)[0]
    return next((item.section, count) for item in lagging if item.section.pk == pk)


def _orders(items: Items) -> list[Sheet]:
    """What is issued and open: the latest first, then what is due next."""
    found: list[Order] = [i.order for i in items.all if i.order is not None and i.order.number is not None]
    sheets = sheets_of(found, items.day)
    return sorted(sheets, key=lambda s: (-s.days_late, s.order.next_due or items.day, s.order.pk))


def _pulse(summary: Summary, day: date) -> Pulse | None:
    """By months: an unfinished one belongs to what is left. Nothing before the first has ended, or after the year."""
    months = day.month if day == period_end(month_key(day)) else day.month - 1
    if summary.completion is None or not 0 < months < 12 or summary.completion >= 100:
        return None
    left = 12 - months
    return Pulse(months, left, summary.completion / months, (100 - summary.completion) / left)


def offices_of(items: Iterable[Item], *, villages: bool) -> list[OfficeSummary]:
    """Lead offices by the share of their items on pace; villages and communities only where the planner wants them."""
    mine: dict[int, list[Item]] = {}
    for item in items:
        office = item.office
        if office is not None and (villages or office.kind not in VILLAGES):
            mine.setdefault(office.pk, []).append(item)
    found = []
    for listed in mine.values():
        office = listed[0].office
        assert office is not None
        found.append(OfficeSummary(office, len(listed), sum(1 for i in listed if i.is_on_pace)))
    return sorted(found, key=lambda o: (-o.share, -o.targets, o.office.path))


def programmes_of(items: Items) -> dict[str, list[ProgrammeRow]]:
    """By the group to which programmes belong, in the plan's order. One query."""
    status = {(i.kind, i.thing.pk): i.status for i in items.all}
    found: dict[str, dict[str, ProgrammeRow]] = {}
    for group, _order, code, name, kind, pk in memberships(items.plan):
        row = found.setdefault(group, {}).setdefault(code, ProgrammeRow(code, name, Counter(), set()))
        if pk is not None and (kind, pk) in status:
            row.counts[status[kind, pk]] += 1
            row.items.add((kind, pk))
    return {group: list(rows.values()) for group, rows in found.items()}


def memberships(plan: Plan) -> "list[tuple[str, int, str, str, str, int | None]]":
    """(group, order, code, name, kind, item): one row for each item of a programme, and one at least for each."""
    own = Programme.objects.filter(plan=plan).order_by()
    names = ("group", "order", "code", "name")
    targets = own.annotate(kind=Value("target"), item=F("memberships__target_id"))
    works = own.annotate(kind=Value("project"), item=F("project_memberships__project_id"))
    both = targets.values_list(*names, "kind", "item").union(works.values_list(*names, "kind", "item"))
    return sorted(both, key=lambda row: row[1:3])

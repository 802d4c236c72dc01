"""What a leader looks at: targets and headline works alike, each with where it stands, since when, and its order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, F, Q, QuerySet, When
from django.urls import reverse

from accounts.models import Post, Unit
from common.joined import joined
from dashboard.compare import Comparison
from dashboard.late import Seen
from dashboard.workwords import WorkWords
from goals.asof import AsOf
from goals.models import Plan, Section, Target
from goals.models.progress import Status
from goals.words import LAGGING, Standing
from projects.models import Project
from projects.models.project import Tier
from projects.versions import milestones_known
from projects.words import Work, bring_steps, milestones_of
from supervision.models import ENDED, Order, State

# The better a status, the higher; what has no data is neither.
RANKS = {Status.MISSED: 0, Status.BEHIND: 1, Status.AT_RISK: 2, Status.ON_TRACK: 3, Status.ACHIEVED: 4}
ON_PACE = frozenset({Status.ACHIEVED, Status.ON_TRACK})


@dataclass(frozen=True, eq=False)
class Item:
    """A target or a headline work on a day, and what is said of it; both kinds answer to the same names.

    `months` are its stored months through the day, `order` is its open order.
    """

    thing: Target | Project
    progress: Any
    day: date
    said: Standing | WorkWords
    months: Sequence[Any] = ()
    order: Order | None = None

    @property
    def kind(self) -> str:
        return "target" if isinstance(self.thing, Target) else "project"

    @property
    def row(self) -> tuple[Any, Any]:
        """For a roll-up."""
        return self.thing, self.progress

    @property
    def name(self) -> str:
        return str(self.thing.name)

    @property
    def address(self) -> str:
        return reverse(self.kind, args=[self.thing.pk])

    @property
    def new_order(self) -> str:
        """Where an order on it is made out."""
        return reverse(f"new-{self.kind}-order", args=[self.thing.pk])

    @property
    def section(self) -> Section:
        return self.thing.theme.section

    @property
    def office(self) -> Unit | None:
        return self.thing.lead_office

    @property
    def post(self) -> Post | None:
        return self.thing.responsible_post

    @property
    def ends(self) -> date:
        return self.thing.due

    @property
    def text(self) -> str:
        """What a search looks through."""
        return f"{self.thing.name} {self.thing.code} {self.thing.quote} {self.office or ''}"

    @property
    def status(self) -> str:
        """A work without a colour of its own has none."""
        return str(self.progress.status) if self.progress is not None else Status.NO_DATA

    @property
    def lags(self) -> bool:
        return self.status in LAGGING

    @property
    def is_on_pace(self) -> bool:
        return self.status in ON_PACE

    @property
    def stale(self) -> bool:
        return self.progress is not None and bool(self.progress.stale)

    @property
    def since(self) -> date | None:
        """The month in which it began to lag without a break; None where it doesn't lag."""
        if not self.lags:
            return None
        began = self.day
        for month in reversed(self.months):
            if (month.as_of.year, month.as_of.month) == (self.day.year, self.day.month):
                continue
            if month.status not in LAGGING:
                break
            began = month.as_of
        return began

    @property
    def months_lagging(self) -> int:
        """How many months it has lagged, this one included."""
        return 0 if self.since is None else self.day.month - self.since.month + 1

    @property
    def before(self) -> str | None:
        """The status at the end of the month before; None where there was none."""
        last = [m for m in self.months if m.as_of < self.day.replace(day=1)]
        return str(last[-1].status) if last else None

    @property
    def moved(self) -> int:
        """How many steps the status went up (or, below zero, down) since the end of the month before."""
        before, now = RANKS.get(Status(self.before)) if self.before else None, RANKS.get(Status(self.status))
        return 0 if before is None or now is None else now - before


@dataclass(frozen=True)
class Items:
    """All of a plan on a day, in its order: of each section its targets, then its works; beside them the ten."""

    plan: Plan
    day: date
    all: Sequence[Item]
    ten: Sequence[Item] = ()
    comparison: Comparison | None = None

    @property
    def targets(self) -> list[Item]:
        return [item for item in self.all if item.kind == "target"]

    @property
    def works(self) -> list[Item]:
        return [item for item in self.all if item.kind == "project"]


def items_of(
    plan: Plan,
    sections: Sequence[Section],
    asof: AsOf,
    *,
    only: Q | None = None,
    drafts: bool = False,
    steps: bool = False,
    compares: bool = False,
) -> Items:
    """The plan's targets and headline works on the day, in five queries where it is stored.

    `only` picks among both by what they share; `drafts`: with the orders that aren't issued yet; `steps`: all works
    with their milestones, not just those that lag and the ten; `compares`: with the targets on the day that the page
    compares with. The sections come from the page, which has them.
    """
    targets = joined(_targets(plan).filter(only or Q()), adjustments=lambda each: (each.in_force_from, each.pk))
    works = list(_works(plan, asof.day).filter(only or Q()))
    known = {section.pk: section for section in sections}
    for thing in (*targets, *works):
        thing.plan = plan
        thing.theme.section = known[thing.theme.section_id]
    orders = orders_on(plan, asof, drafts=drafts)
    seen = Seen(asof, compares=compares)
    counted_works = [w for w in works if w.is_counted]
    bring_steps(works, asof.day, known_then=asof.known_then)
    progress = seen.find(targets, counted_works)
    found = _of_targets(targets, progress, seen, orders) | _of_works(works, seen, orders, steps)
    places = {section.pk: place for place, section in enumerate(sections)}
    counted = [*targets, *counted_works]
    listed = [found[key_of(thing)] for thing in counted]
    ten = sorted((w for w in works if w.place is not None), key=lambda w: w.place)
    return Items(
        plan,
        asof.day,
        sorted(listed, key=lambda item: (places[item.thing.theme.section_id], item.kind != "target")),
        [found[key_of(w)] for w in ten],
        seen.comparison,
    )


Key = tuple[str, int]


def key_of(thing: Target | Project) -> Key:
    return ("target" if isinstance(thing, Target) else "project"), thing.pk


def _of_targets(
    targets: Sequence[Target], progress: Mapping[int, Any], seen: Seen, orders: Mapping[Key, Order]
) -> dict[Key, Item]:
    found = {}
    for target in targets:
        row = progress[target.pk]
        order = orders.get(key_of(target))
        if order is not None:
            order.target = target
        months = seen.months.get(target.pk, ())
        found[key_of(target)] = Item(target, row, seen.asof.day, seen.standing(target, row), months, order)
    return found


def _of_works(works: Sequence[Any], seen: Seen, orders: Mapping[Key, Order], every: bool) -> dict[Key, Item]:
    """With the milestones of every work, or of those that lag or are among the ten: the lists show them."""
    rows, day = seen.works, seen.asof.day
    shown = [w for w in works if every or w.place is not None or (w.pk in rows and rows[w.pk].status in LAGGING)]
    steps = milestones_known(shown, seen.asof.until) if seen.asof.known_then else milestones_of(shown)
    found = {}
    for work in works:
        row = rows.get(work.pk)
        words = WorkWords(Work(work, row, day, steps.get(work.pk, ())))
        order = orders.get(key_of(work))
        if order is not None:
            order.project = work
        found[key_of(work)] = Item(work, row, day, words, seen.months_of_works.get(work.pk, ()), order)
    return found


def _targets(plan: Plan) -> "QuerySet[Any]":
    found = Target.objects.filter(plan=plan).select_related("indicator", "theme", "lead_office", "responsible_post")
    return found.order_by("theme__section__order", "theme__order", "order", "code")


def _works(plan: Plan, day: date) -> "QuerySet[Any]":
    """Headline works with their `place` among the ten, once these were published; and those of the ten that another
    work stands for."""
    published = Q(candidate__place__isnull=False, plan__livelihood_decision__published_on__lte=day)
    found = Project.objects.filter(Q(tier=Tier.HEADLINE, same_as=None) | published, plan=plan)
    found = found.annotate(place=Case(When(published, then=F("candidate__place"))))
    return (
        found.select_related("theme", "lead_office", "responsible_post")
        .defer("places", "standard", "note", "blocker_note")
        .order_by("theme__section__order", "theme__order", "order", "code")
    )


def orders_on(plan: Plan, asof: AsOf, *, drafts: bool = False) -> Mapping[Key, Order]:
    """The orders open on the day, by what they are on. One query."""
    related = Order.objects.filter(plan=plan).select_related("lead_office", "responsible_post", "issuing_post")
    if asof.day >= asof.today:
        found = related.exclude(state__in=ENDED)
        found = found if drafts else found.exclude(state=State.DRAFT)
    else:
        found = related.filter(Q(ended_on=None) | Q(ended_on__gt=asof.day), issued_on__lte=asof.day)
    listed: dict[Key, Order] = {}
    for order in found.order_by("pk"):
        order.plan = plan
        if order.target_id is not None:
            listed["target", order.target_id] = order
        elif order.project_id is not None:
            listed["project", order.project_id] = order
    return listed

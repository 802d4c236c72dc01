"""What the portal proposes: an order on what turned red, or stayed yellow for two periods. It issues none itself."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from accounts.permissions import Access
from audit import trail
from common import clock
from common.errors import Conflict, Forbidden
from goals.models import Plan, Target
from goals.models.progress import TODAY_SLOT, Status
from goals.models.target import Pace, Rule
from goals.planning import plain
from goals.progress import month_key, period_end, periods_of_year
from goals.progress.books import TARGETS, Book
from goals.progress.store import months_of, progress_of
from projects.models import Project
from projects.planning import tell
from projects.standing import PROJECTS
from supervision.models import Order, Proposal
from supervision.permissions import may_issue, sees_proposals
from supervision.steps import said

RED = (Status.BEHIND, Status.MISSED)
YELLOW_PERIODS = 2
Why, State = Proposal.Why, Proposal.State
# Of what kind, its number.
Key = tuple[str, int]


@dataclass(frozen=True)
class Lag:
    """Something that lags: why it is proposed, and the month's end of the month in which that began."""

    thing: Target | Project
    why: str
    since: date
    status: str

    @property
    def key(self) -> Key:
        return _kind(self.thing), self.thing.pk


@dataclass(frozen=True)
class Proposed:
    """What a run came to."""

    made: int = 0
    lapsed: int = 0


@transaction.atomic
def propose(today: date) -> Proposed:
    """Propose what lags anew in adopted plans, and put away what no longer does.

    A spell of lagging is proposed once, and not at all where it got an order. Running it again changes nothing; the
    number of queries doesn't grow with targets and works.
    """
    wanted = {lag.key: lag for lag in _lagging(today)}
    plans = Plan.objects.filter(state=Plan.State.ADOPTED)
    standing = {_key(p): p for p in Proposal.objects.open().select_for_update(of=("self",)).order_by("pk")}
    known = {
        (_key(p), p.why, p.since)
        for p in Proposal.objects.filter(plan__in=plans).exclude(state=State.OPEN).order_by("pk")
    }
    has_order, ordered = _orders()
    made, lapsed = [], []
    for key, proposal in standing.items():
        lag = wanted.get(key)
        if lag is None or key in has_order or (lag.why, lag.since) != (proposal.why, proposal.since):
            lapsed.append(proposal.pk)
    for key, lag in wanted.items():
        old = standing.get(key)
        kept = old is not None and old.pk not in lapsed
        begun = lag.since.replace(day=1)
        if kept or key in has_order or (key, lag.why, lag.since) in known or ordered.get(key, date.min) >= begun:
            continue
        made.append(_proposal(lag, today))
    Proposal.objects.filter(pk__in=lapsed).update(state=State.LAPSED, decided_on=today, updated_at=clock.now())
    Proposal.objects.bulk_create(made, ignore_conflicts=True)
    return Proposed(len(made), len(lapsed))


def run(user: User, plan: Plan) -> Proposed:
    """The same on demand, by who sees the proposals."""
    if not sees_proposals(Access.of(user), plan.unit):
        raise Forbidden(_("只有领导和计划管理员可以检查。"))
    return propose(clock.today())


@transaction.atomic
def dismiss(user: User, proposal: Proposal, reason: str, *, origin: str = "") -> Proposal:
    """不督办: a leader decides so, and says why."""
    found = Proposal.objects.select_for_update(of=("self",)).select_related("plan__unit").get(pk=proposal.pk)
    if not may_issue(Access.of(user), found.plan):
        raise Forbidden(_("是否督办由领导决定。"))
    if found.state != State.OPEN:
        raise Conflict(_("这条建议已处理。"))
    text = said("reason", reason, _("请写明理由。"))
    before = plain(found)
    found.state, found.reason, found.decided_by, found.decided_on = State.DISMISSED, text, user, clock.today()
    found.full_clean(exclude=["plan", "target", "project"], validate_unique=False, validate_constraints=False)
    found.save()
    entry = trail.Entry("dismiss", "supervision_proposal", str(found.pk), before, plain(found))
    tell(user, [entry], roles=(Role.LEADER,), origin=origin)
    return found


def _proposal(lag: Lag, today: date) -> Proposal:
    thing = lag.thing
    return Proposal(
        plan_id=thing.plan_id,
        why=lag.why,
        since=lag.since,
        status=lag.status,
        proposed_on=today,
        updated_at=clock.now(),
        **{_kind(thing): thing},
    )


def _kind(thing: Target | Project) -> str:
    return "target" if isinstance(thing, Target) else "project"


def _key(row: Any) -> Key:
    return ("target", row.target_id) if row.target_id else ("project", row.project_id)


def _orders() -> tuple[set[Key], dict[Key, date]]:
    """What has an open order, and when each was issued one last. One query."""
    open_ones: set[Key] = set()
    last: dict[Key, date] = {}
    for order in Order.objects.filter(plan__state=Plan.State.ADOPTED).order_by("pk"):
        if order.is_open:
            open_ones.add(_key(order))
        if order.issued_on is not None:
            last[_key(order)] = max(order.issued_on, last.get(_key(order), date.min))
    return open_ones, last


def _lagging(today: date) -> Iterator[Lag]:
    """All that lags in adopted plans that have begun, targets and counted works alike."""
    begun = {"plan__state": Plan.State.ADOPTED, "plan__year__lte": today.year}
    targets = Target.objects.filter(~_on_pace(TARGETS, today), **begun).select_related("plan__profile", "indicator")
    works = Project.objects.counted().filter(~_on_pace(PROJECTS, today), **begun).select_related("plan__profile")
    yield from _of_book(list(targets.defer("plan__document").order_by("pk")), today, TARGETS)
    yield from _of_book(list(works.defer("plan__document").order_by("pk")), today, PROJECTS)


def _on_pace(book: Book, today: date) -> Exists:
    """Stored for today as not lagging: of a province's targets most, and none of them need be looked at."""
    rows = book.rows._default_manager.filter(**{book.code: OuterRef("pk")}, slot=TODAY_SLOT, as_of=today)
    return Exists(rows.exclude(status__in=(*RED, Status.AT_RISK)))


def _of_book(things: Sequence[Any], today: date, book: Book) -> Iterator[Lag]:
    """From the stored months and today's row."""
    rows = progress_of(things, today, book=book)
    months = months_of(things, today, book=book)
    for thing in things:
        row = rows[thing.pk]
        lag = lag_of(thing, row.status, {m.as_of: m for m in months.get(thing.pk, ())}, today, row.terms)
        if lag is not None:
            yield lag


def lag_of(thing: Any, status: str, months: Mapping[date, Any], today: date, terms: Mapping[str, Any]) -> Lag | None:
    """Why the thing is proposed on the day, if it is."""
    this_month = period_end(month_key(today))
    if status != Status.MISSED and only_by_whole_things(thing, terms):
        return None
    if status in RED:
        return Lag(thing, Why.RED, _begun(months, RED, this_month), status)
    if status != Status.AT_RISK:
        return None
    periods = [p for p in _periods(thing) if p < today][-YELLOW_PERIODS:]
    if len(periods) < YELLOW_PERIODS or any(p not in months or months[p].status != status for p in periods):
        return None
    return Lag(thing, Why.YELLOW, _begun(months, (Status.AT_RISK,), this_month), status)


def only_by_whole_things(thing: Any, terms: Mapping[str, Any]) -> bool:
    """Behind a straight-line pace of whole things says little: of 5 villages 2.92 should be done. Missed says all."""
    if not isinstance(thing, Target) or not thing.indicator.whole:
        return False
    return thing.rule == Rule.TOTAL and terms.get("pace") == Pace.LINEAR


def _periods(thing: Any) -> Iterable[date]:
    frequency = thing.indicator.frequency if isinstance(thing, Target) else "monthly"
    return periods_of_year(frequency, thing.plan.year)


def _begun(months: Mapping[date, Any], statuses: Sequence[str], last: date) -> date:
    """The month's end of the first month of the unbroken run of these that lasts until now."""
    since = last
    for day in sorted((d for d in months if d < last), reverse=True):
        if months[day].status not in statuses:
            break
        since = day
    return since

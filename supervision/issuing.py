"""拟办, 签发 and 撤回: how an order begins, and how it ends before its time."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from accounts.models import Post, PostHolder, Role, Unit, User
from accounts.permissions import Access
from common import clock
from common.errors import Conflict, Forbidden
from goals.models import Plan, Target
from goals.models.progress import Status
from goals.planning import plain
from projects.models import Project
from projects.planning import refuse
from supervision.facts import facts_of
from supervision.models import ENDED, Extension, Order, Proposal, State, Step
from supervision.permissions import Hand, may_draft, may_issue, may_withdraw
from supervision.rules import check_ahead, count, days_ahead, deadline_for
from supervision.steps import Words, locked, require_state, said, take

ON_PACE = (Status.ACHIEVED, Status.ON_TRACK)
KEPT = ("grade", "requirement", "lead_office", "responsible_post", "working_days", "deadline")


@dataclass(frozen=True)
class Terms:
    """What an order says. None leaves what a draft says, or the item's own."""

    grade: str | None = None
    requirement: str | None = None
    lead_office: Unit | None = None
    responsible_post: Post | None = None
    working_days: int | None = None
    deadline: date | None = None


@transaction.atomic
def draft(user: User, thing: Target | Project, terms: Terms, *, origin: str = "") -> Order:
    """拟办: by a leader, or by a planner for the leaders. One open order an item."""
    plan = _plan_of(thing)
    if not may_draft(Access.of(user), plan):
        raise Forbidden(_("督办单由领导或计划管理员拟办。"))
    return _draft(user, plan, thing, terms, origin)


@transaction.atomic
def issue_new(user: User, thing: Target | Project, terms: Terms, *, origin: str = "") -> Order:
    """拟办 and 签发 in one: by a leader."""
    plan = _plan_of(thing)
    if not may_issue(Access.of(user), plan):
        raise Forbidden(_("督办单由领导签发。"))
    return issue(user, _draft(user, plan, thing, terms, origin), Terms(), origin=origin)


def _plan_of(thing: Target | Project) -> Plan:
    """The item's plan under lock, so that of two who issue at once the second sees the first's order."""
    return Plan.objects.select_for_update(of=("self",)).select_related("unit").get(pk=thing.plan_id)


def _draft(user: User, plan: Plan, thing: Target | Project, terms: Terms, origin: str) -> Order:
    kind = "target" if isinstance(thing, Target) else "project"
    if plan.state != Plan.State.ADOPTED:
        raise Conflict(_("计划未印发或已交账，不能督办。"))
    if isinstance(thing, Project) and thing.same_as is not None:
        raise refuse(kind, _("与“%(name)s”为同一工作，请督办那一项。") % {"name": thing.same_as.name}, "same_work")
    standing = Order.objects.open().on(thing).first()
    if standing is not None:
        raise Conflict(_("这一项已有督办单（%(order)s，%(state)s）。") % _named(standing))
    facts = facts_of(thing, clock.today())
    if facts.status in ON_PACE:
        raise refuse(kind, _("这一项没有落后，不需要督办。"), "on_pace")
    order = Order(plan=plan, drafted_by=user, status=facts.status, facts=facts.text, **{kind: thing})
    _say(order, terms)
    _check_deadline(order)
    try:
        with transaction.atomic():
            take(user, order, Step.Kind.DRAFT, {}, Words(order.requirement), origin=origin)
    except IntegrityError:
        # Somebody was faster, where locks didn't show it.
        raise Conflict(_("这一项刚有了督办单。")) from None
    return order


def _named(order: Order) -> dict[str, Any]:
    return {"order": order.reference, "state": order.get_state_display()}


def _say(order: Order, terms: Terms) -> None:
    """Put the terms into the order; raises ValidationError naming what is missing."""
    given = {name: value for name in KEPT if (value := getattr(terms, name)) is not None}
    if "working_days" in given or "deadline" in given:
        order.working_days, order.deadline = terms.working_days, terms.deadline
    for name in ("grade", "requirement", "lead_office", "responsible_post"):
        if name in given:
            setattr(order, name, given[name])
    order.requirement = said("requirement", order.requirement, _("请写明办理要求。"))
    item = order.item
    if order.lead_office_id is None:
        if item.lead_office is None:
            raise refuse("lead_office", _("这一项没有牵头单位，请指定主办单位。"), "required")
        order.lead_office = item.lead_office
    if order.responsible_post_id is None:
        if item.responsible_post is None:
            raise refuse("responsible_post", _("这一项没有分管领导，请指定。"), "required")
        order.responsible_post = item.responsible_post
    if not order.lead_office.path.startswith(order.plan.unit.path):
        raise refuse("lead_office", _("主办单位不在本街道。"), "outside_plan")


def _check_deadline(order: Order) -> date:
    today = clock.today()
    return deadline_for(today, days_ahead(today), order.working_days, order.deadline)


@transaction.atomic
def issue(user: User, order: Order, terms: Terms, *, origin: str = "") -> Order:
    """签发: the deadline counts from today, the order gets its number, the proposal that led to it is taken."""
    plan = Plan.objects.select_for_update(of=("self",)).select_related("unit").get(pk=order.plan_id)
    found = locked(order.pk)
    require_state(found, State.DRAFT)
    if not may_issue(Access.of(user), plan):
        raise Forbidden(_("督办单由领导签发。"))
    if plan.state != Plan.State.ADOPTED:
        raise Conflict(_("计划未印发或已交账，不能督办。"))
    before, today = plain(found), clock.today()
    _say(found, terms)
    facts = facts_of(found.item, today)
    found.status, found.facts = facts.status, facts.text
    found.deadline = found.first_deadline = _check_deadline(found)
    check_ahead("deadline", found.deadline, today)
    found.working_days = max(count(days_ahead(today), today, found.deadline), 1)
    found.number = (Order.objects.filter(plan=plan).aggregate(Max("number"))["number__max"] or 0) + 1
    found.state, found.issued_by, found.issued_on = State.ISSUED, user, today
    found.issuing_post, is_deputy = _leading_post(user, plan, today)
    Proposal.objects.open().filter(target=found.target, project=found.project).update(
        state=Proposal.State.TAKEN, order=found, decided_by=user, decided_on=today, updated_at=clock.now()
    )
    take(
        user,
        found,
        Step.Kind.ISSUE,
        before,
        Words(found.requirement),
        post=(found.issuing_post, is_deputy),
        origin=origin,
    )
    return found


def _leading_post(user: User, plan: Plan, day: date) -> tuple[Post | None, bool]:
    """The post in which the leader signs; its own before one that is only deputised for."""
    held = PostHolder.objects.on(day).filter(
        user=user, post__role=Role.LEADER, post__unit__path__startswith=plan.unit.path
    )
    found = held.select_related("post").order_by("is_deputy", "post__code").first()
    return (None, False) if found is None else (found.post, found.is_deputy)


@transaction.atomic
def withdraw(user: User, order: Order, reason: str, *, origin: str = "") -> Order:
    """撤回, with the reason: the order stays, its item may get another."""
    found = locked(order.pk)
    if found.state in ENDED:
        require_state(found)
    if not may_withdraw(Hand.of(user), found):
        raise Forbidden(_("只有签发领导可以撤回；拟办的由拟办人或领导撤回。"))
    text = said("reason", reason, _("请写明撤回理由。"))
    before = plain(found)
    found.state, found.ended_on = State.WITHDRAWN, clock.today()
    lapse_extensions(found)
    take(user, found, Step.Kind.WITHDRAW, before, Words(text), origin=origin)
    return found


def lapse_extensions(order: Order) -> None:
    """What was asked no longer matters."""
    for asked in order.extensions.filter(state=Extension.State.REQUESTED):
        asked.state = Extension.State.LAPSED
        asked.save()

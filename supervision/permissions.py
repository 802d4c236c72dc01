"""Who may do what with orders: one rule set for pages, API and services."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from accounts.models import PostHolder, Role, Unit, User
from accounts.permissions import Access
from common import clock
from goals.models import Plan
from supervision.models import ANSWERS, UNANSWERED, Extension, Order, State, Step


@dataclass(frozen=True)
class Hand:
    """Somebody with the posts held on the day, as holder or as deputy. One query beside that of the access."""

    access: Access
    posts: Mapping[int, bool]

    @classmethod
    def of(cls, user: User, day: date | None = None) -> "Hand":
        """By post: is it held as a deputy alone?"""
        held = PostHolder.objects.active().on(day or clock.today()).filter(user=user).order_by("-is_deputy")
        return cls(Access.of(user), dict(held.values_list("post_id", "is_deputy")))

    @property
    def user(self) -> User:
        return self.access.user


def may_issue(access: Access, plan: Plan) -> bool:
    """签发: a leader of the plan's subdistrict."""
    return access.commands(Role.LEADER, plan.unit)


def may_draft(access: Access, plan: Plan) -> bool:
    """拟办: leaders, and the planners who prepare it for them."""
    return may_issue(access, plan) or access.commands(Role.PLANNER, plan.unit)


def may_answer(hand: Hand, order: Order) -> bool:
    """签收 and 阶段反馈: reporters of the lead office."""
    return hand.access.holds(Role.REPORTER, order.lead_office)


def may_apply(hand: Hand, order: Order) -> bool:
    """办结申请: whoever holds the responsible post that day, or deputises for its holder."""
    return order.responsible_post_id in hand.posts


def may_ask_extension(hand: Hand, order: Order) -> bool:
    return may_answer(hand, order) or may_apply(hand, order)


def may_verify(hand: Hand, order: Order) -> bool:
    """核验: planners of the plan's subdistrict."""
    return hand.access.commands(Role.PLANNER, order.plan.unit)


def is_issuer(hand: Hand, order: Order) -> bool:
    """The leader who issued it, or who holds that post now.

    Where it was issued without a post and the account is no longer in use, any leader stands in.
    """
    if order.issued_by is None or not may_issue(hand.access, order.plan):
        return False
    if order.issued_by_id == hand.user.pk or order.issuing_post_id in hand.posts:
        return True
    return order.issuing_post_id is None and not order.issued_by.is_active


def may_withdraw(hand: Hand, order: Order) -> bool:
    """A draft by its author or a leader, an order by who issued it."""
    if order.state == State.DRAFT:
        return may_issue(hand.access, order.plan) or (
            order.drafted_by_id == hand.user.pk and may_draft(hand.access, order.plan)
        )
    return is_issuer(hand, order)


def had_a_hand(user: User, order: Order) -> bool:
    """Did the user sign for it, report on it or answer it? Who did neither verifies nor closes."""
    return order.steps.filter(kind__in=ANSWERS, user=user).exists()


def may_return(hand: Hand, order: Order) -> bool:
    """退回: by the planner who checks, then by the leader who would close."""
    return may_verify(hand, order) if order.state == State.APPLIED else is_issuer(hand, order)


Rule = Callable[[Hand, Order], bool]
# By step: in which states, and who.
RULES: Mapping[str, tuple[tuple[str, ...], Rule]] = {
    "issue": ((State.DRAFT,), lambda hand, order: may_issue(hand.access, order.plan)),
    "sign": ((State.ISSUED,), may_answer),
    "feedback": ((State.SIGNED,), may_answer),
    "extend": (UNANSWERED, may_ask_extension),
    "decide": (UNANSWERED, is_issuer),
    "apply": ((State.SIGNED,), may_apply),
    "verify": ((State.APPLIED,), may_verify),
    "return": ((State.APPLIED, State.VERIFIED), may_return),
    "close": ((State.VERIFIED,), is_issuer),
    "withdraw": (
        (State.DRAFT, State.ISSUED, State.SIGNED, State.APPLIED, State.VERIFIED),
        may_withdraw,
    ),
}
# What nobody does who had a hand in the answer.
CHECKS = frozenset({"verify", "return", "close"})


def steps_open_to(hand: Hand, order: Order, day: date, *, waiting: Extension | None) -> list[str]:
    """What this user may do with the order now, by name."""
    found = [name for name, (states, rule) in RULES.items() if order.state in states and rule(hand, order)]
    if CHECKS.intersection(found) and had_a_hand(hand.user, order):
        found = [name for name in found if name not in CHECKS]
    if waiting is not None or (order.deadline is not None and day > order.deadline):
        found = [name for name in found if name != "extend"]
    if waiting is None or waiting.requested_by_id == hand.user.pk:
        found = [name for name in found if name != "decide"]
    return found


def waiting_for(hand: Hand) -> Q:
    """The orders whose next step is this user's: a filter."""
    access, posts = hand.access, list(hand.posts)
    mine = Q(issued_by=hand.user) | Q(issuing_post__in=posts)
    asked = Extension.objects.filter(state=Extension.State.REQUESTED).exclude(requested_by=hand.user).values("order")
    answered = Step.objects.filter(user=hand.user, kind__in=ANSWERS).values("order")
    wanted = Q(state=State.SIGNED, responsible_post__in=posts)
    if access.has(Role.LEADER):
        led = access.visible_units("plan__unit", {Role.LEADER})
        wanted |= led & Q(state=State.DRAFT)
        wanted |= led & mine & Q(state=State.VERIFIED) & ~Q(pk__in=answered)
        wanted |= led & mine & Q(state__in=UNANSWERED, pk__in=asked)
    if access.has(Role.PLANNER):
        wanted |= access.planned_units("plan__unit") & Q(state=State.APPLIED) & ~Q(pk__in=answered)
    if access.has(Role.REPORTER):
        own = Q() if access.everywhere(Role.REPORTER) else Q(lead_office__in=access.unit_ids(Role.REPORTER))
        wanted |= own & Q(state__in=UNANSWERED)
    return wanted


def sees_proposals(access: Access, unit: Unit) -> bool:
    """Proposals are for who decides on them, and for who prepares orders."""
    return access.commands(Role.LEADER, unit) or access.commands(Role.PLANNER, unit)

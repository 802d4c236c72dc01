"""核验, 退回, 销号 and the decision on an extension: what the planner and the leader who issued it do."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common import clock
from common.errors import Conflict, Forbidden
from goals.planning import plain
from supervision.models import UNANSWERED, Extension, Order, State, Step
from supervision.permissions import Hand, is_issuer, may_return, may_verify
from supervision.steps import Words, locked, require_no_hand, require_state, said, take


@transaction.atomic
def decide_extension(user: User, order: Order, *, grant: bool, decision: str = "", origin: str = "") -> Extension:
    """同意 moves the deadline, the first one stays; 不同意 says why. By the leader, never by who asked."""
    found = locked(order.pk)
    if not is_issuer(Hand.of(user), found):
        raise Forbidden(_("延期由签发领导决定。"))
    require_state(found, *UNANSWERED)
    asked = found.extensions.select_for_update().filter(state=Extension.State.REQUESTED).first()
    if asked is None:
        raise Conflict(_("没有待批的延期申请。"))
    if asked.requested_by_id == user.pk:
        raise Forbidden(_("不能批准自己的申请。"))
    opinion = decision.strip() if grant else said("decision", decision, _("不同意时请写明意见。"))
    before = plain(found)
    asked.state = Extension.State.GRANTED if grant else Extension.State.REFUSED
    asked.decision, asked.decided_by, asked.decided_on = opinion, user, clock.today()
    asked.full_clean(exclude=["order", "requested_by", "decided_by"], validate_constraints=False)
    asked.save()
    if grant:
        found.deadline = asked.new_deadline
    kind = Step.Kind.GRANT_EXTENSION if grant else Step.Kind.REFUSE_EXTENSION
    text = f"{asked.old_deadline} → {asked.new_deadline}" + (f"：{opinion}" if opinion else "")
    take(user, found, kind, before, Words(text), origin=origin)
    return asked


@transaction.atomic
def verify(user: User, order: Order, opinion: str = "", *, origin: str = "") -> Order:
    """核验: by a planner who had no hand in the answer."""
    found = locked(order.pk)
    if not may_verify(Hand.of(user), found):
        raise Forbidden(_("办结由计划管理员核验。"))
    require_state(found, State.APPLIED)
    require_no_hand(user, found)
    before, due = plain(found), found.next_due
    found.state, found.verified_on = State.VERIFIED, clock.today()
    take(user, found, Step.Kind.VERIFY, before, Words(opinion.strip()), due=due, origin=origin)
    return found


@transaction.atomic
def send_back(user: User, order: Order, reason: str, *, origin: str = "") -> Order:
    """退回, with the reason: by who checks, or by the leader who would close. The office goes on."""
    found = locked(order.pk)
    if not (may_verify(Hand.of(user), found) or is_issuer(Hand.of(user), found)):
        raise Forbidden(_("退回由计划管理员或签发领导决定。"))
    require_state(found, State.APPLIED, State.VERIFIED)
    if not may_return(Hand.of(user), found):
        raise Forbidden(_("待核验的由计划管理员退回，待销号的由签发领导退回。"))
    require_no_hand(user, found)
    text = said("reason", reason, _("请写明退回原因。"))
    before, due = plain(found), found.next_due
    found.state, found.applied_on, found.verified_on = State.SIGNED, None, None
    found.heard_on = clock.today()
    take(user, found, Step.Kind.RETURN, before, Words(text), due=due, origin=origin)
    return found


@transaction.atomic
def close(user: User, order: Order, opinion: str = "", *, origin: str = "") -> Order:
    """销号: by the leader who issued it, or holds that post now, with no hand in the answer."""
    found = locked(order.pk)
    if found.is_open:
        require_no_hand(user, found)
    if not is_issuer(Hand.of(user), found):
        raise Forbidden(_("由签发领导（或现任该岗位者）销号。"))
    require_state(found, State.VERIFIED)
    before, due = plain(found), found.next_due
    found.state, found.ended_on = State.CLOSED, clock.today()
    take(user, found, Step.Kind.CLOSE, before, Words(opinion.strip()), due=due, origin=origin)
    return found

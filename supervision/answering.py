"""签收, 阶段反馈, 办结申请 and 延期申请: what the lead office and the responsible post do."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common import clock
from common.errors import Conflict, Forbidden
from goals.planning import plain
from projects.planning import refuse

# Importing it lets steps keep evidence.
from supervision import proving as proving
from supervision.issuing import lapse_extensions
from supervision.models import UNANSWERED, Extension, Order, State, Step
from supervision.permissions import Hand, may_answer, may_apply, may_ask_extension
from supervision.rules import check_ahead, days_ahead
from supervision.steps import Words, locked, post_of, require_state, said, take


@transaction.atomic
def sign(user: User, order: Order, *, origin: str = "") -> Order:
    """签收: by a reporter of the lead office."""
    found = locked(order.pk)
    if not may_answer(Hand.of(user), found):
        raise Forbidden(_("督办单由主办单位的填报员签收。"))
    require_state(found, State.ISSUED)
    before, due = plain(found), found.next_due
    found.state = State.SIGNED
    found.signed_on = found.heard_on = clock.today()
    take(user, found, Step.Kind.SIGN, before, due=due, origin=origin)
    return found


@transaction.atomic
def feed_back(user: User, order: Order, done: str, problem: str, next_step: str, *, origin: str = "") -> Order:
    """阶段反馈: what was done, what stands in the way, what comes next."""
    found = locked(order.pk)
    if not may_answer(Hand.of(user), found):
        raise Forbidden(_("由主办单位的填报员反馈。"))
    require_state(found, State.SIGNED)
    text = said("done", done, _("请写明做了什么。"))
    coming = said("next_step", next_step, _("请写明下一步措施。"))
    before, due = plain(found), found.next_due
    found.heard_on = clock.today()
    words = Words(text, problem.strip(), coming)
    take(user, found, Step.Kind.FEEDBACK, before, words, due=due, origin=origin)
    return found


@transaction.atomic
def apply(user: User, order: Order, result: str, *, origin: str = "") -> Order:
    """办结申请: signed by who holds the responsible post that day, or deputises."""
    found, today = locked(order.pk), clock.today()
    if not may_apply(Hand.of(user), found):
        named = {"post": found.responsible_post.name}
        raise Forbidden(_("办结申请须由%(post)s（或其 AB 岗）签字。") % named)
    require_state(found, State.SIGNED)
    text = said("result", result, _("请写明办理结果。"))
    before, due = plain(found), found.deadline
    found.state, found.applied_on = State.APPLIED, today
    lapse_extensions(found)
    take(user, found, Step.Kind.APPLY, before, Words(text), post=post_of(user, found, today), due=due, origin=origin)
    return found


@transaction.atomic
def ask_extension(user: User, order: Order, new_deadline: date, reason: str, *, origin: str = "") -> Extension:
    """申请延期: before the deadline, once at a time."""
    found, today = locked(order.pk), clock.today()
    if not may_ask_extension(Hand.of(user), found):
        raise Forbidden(_("延期由主办单位或分管领导申请。"))
    require_state(found, *UNANSWERED)
    old = found.deadline
    assert old is not None
    if today > old:
        raise refuse("new_deadline", _("期限（%(day)s）已过，不能再申请延期。") % {"day": old}, "expired")
    if found.extensions.filter(state=Extension.State.REQUESTED).exists():
        raise Conflict(_("已有一份待批的延期申请。"))
    check_ahead("new_deadline", new_deadline, today)
    moved = days_ahead(today).on_or_after(new_deadline)
    if new_deadline <= old:
        raise refuse("new_deadline", _("新期限应晚于原期限（%(day)s）。") % {"day": old}, "not_later")
    text = said("reason", reason, _("请写明延期理由。"))
    asked = Extension(
        order=found,
        old_deadline=old,
        new_deadline=moved,
        reason=text,
        requested_by=user,
        requested_on=today,
    )
    asked.full_clean(exclude=["order", "requested_by"])
    asked.save()
    take(user, found, Step.Kind.ASK_EXTENSION, plain(found), Words(f"{old} → {moved}：{text}"), origin=origin)
    return asked

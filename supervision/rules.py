"""Until when each step is in time, in working days; and each step's rule in words."""

from collections.abc import Mapping
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from goals.calendar import WorkingDays
from projects.planning import refuse
from supervision.models import Grade, Order, State, Step

SIGN_WITHIN: Mapping[str, int] = {Grade.REMINDER: 2, Grade.ORDER: 2, Grade.LISTED: 1}
# A reminder is answered once; the graver the order, the oftener the office says how it goes.
HEARD_EVERY: Mapping[str, int | None] = {Grade.REMINDER: None, Grade.ORDER: 10, Grade.LISTED: 5}
VERIFY_WITHIN = CLOSE_WITHIN = 3
MOST_DAYS = 250
FARTHEST = timedelta(days=400)


def days_ahead(today: date) -> WorkingDays:
    """The calendar of all deadlines that can be set today, a while back for those that were. One query."""
    return WorkingDays.between(today - timedelta(days=60), today + FARTHEST)


def deadline_for(today: date, days: WorkingDays, working_days: int | None, deadline: date | None) -> date:
    """The day given, or so many working days from today; moved to a working day, as every deadline is.

    Raises ValidationError naming the field.
    """
    if working_days is None and deadline is None:
        raise refuse("working_days", _("请写明期限：几个工作日，或者到哪一天。"), "required")
    if working_days is not None and deadline is not None:
        raise refuse("deadline", _("期限只填一种：几个工作日，或者到哪一天。"), "ambiguous")
    if working_days is not None:
        if not 1 <= working_days <= MOST_DAYS:
            raise refuse("working_days", _("应为 1 至 %(n)s 个工作日。") % {"n": MOST_DAYS}, "out_of_range")
        return days.after(today, working_days)
    assert deadline is not None
    check_ahead("deadline", deadline, today)
    return days.on_or_after(deadline)


def check_ahead(field: str, day: date, today: date) -> None:
    """Neither past nor too far off."""
    if day < today:
        raise refuse(field, _("期限（%(day)s）已经过去。") % {"day": day}, "past")
    if day > today + FARTHEST:
        raise refuse(field, _("期限过远，最多 %(n)s 天。") % {"n": FARTHEST.days}, "too_far")


def count(days: WorkingDays, first: date, last: date) -> int:
    """Working days after the first through the last."""
    return sum(1 for n in range(1, (last - first).days + 1) if days.is_working(first + timedelta(days=n)))


def next_due(order: Order, days: WorkingDays) -> date | None:
    """Until when the next step is in time."""
    if order.deadline is None or not order.is_in_force:
        return None
    if order.state == State.ISSUED:
        assert order.issued_on is not None
        return min(days.after(order.issued_on, SIGN_WITHIN[order.grade]), order.deadline)
    if order.state == State.SIGNED:
        every = HEARD_EVERY[order.grade]
        if every is None or order.heard_on is None:
            return order.deadline
        return min(days.after(order.heard_on, every), order.deadline)
    if order.state == State.APPLIED:
        assert order.applied_on is not None
        return days.after(order.applied_on, VERIFY_WITHIN)
    assert order.verified_on is not None
    return days.after(order.verified_on, CLOSE_WITHIN)


# The steps that every order goes through, in their order.
COURSE = (
    Step.Kind.DRAFT,
    Step.Kind.ISSUE,
    Step.Kind.SIGN,
    Step.Kind.FEEDBACK,
    Step.Kind.APPLY,
    Step.Kind.VERIFY,
    Step.Kind.CLOSE,
)
# The step that an order waits for; one in hand for feedback too, where that is due before the answer.
_NEXT: Mapping[str, Step.Kind] = {
    State.DRAFT: Step.Kind.ISSUE,
    State.ISSUED: Step.Kind.SIGN,
    State.SIGNED: Step.Kind.APPLY,
    State.APPLIED: Step.Kind.VERIFY,
    State.VERIFIED: Step.Kind.CLOSE,
}


def next_step(order: Order) -> Step.Kind | None:
    """What is due next; `next_due` says until when."""
    if order.state == State.SIGNED and order.next_due != order.deadline:
        return Step.Kind.FEEDBACK
    return _NEXT.get(order.state)


WHO: Mapping[str, str | Promise] = {
    Step.Kind.DRAFT: gettext_lazy("系统建议，督查办或领导拟办"),
    Step.Kind.ISSUE: gettext_lazy("领导签发"),
    Step.Kind.SIGN: gettext_lazy("主办单位填报员签收"),
    Step.Kind.FEEDBACK: gettext_lazy("主办单位填报员反馈"),
    Step.Kind.APPLY: gettext_lazy("分管领导（或其 AB 岗）签字申请"),
    Step.Kind.VERIFY: gettext_lazy("督查办核验，未参与答复"),
    Step.Kind.CLOSE: gettext_lazy("签发领导（或现任该岗位者）销号，未参与答复"),
}


def limit_of(kind: str, grade: str) -> str:
    """The step's time limit in words; empty where there is none."""
    if kind == Step.Kind.SIGN:
        return _("签发后 %(n)s 个工作日内") % {"n": SIGN_WITHIN[grade]}
    if kind == Step.Kind.FEEDBACK:
        every = HEARD_EVERY[grade]
        return _("不作要求") if every is None else _("每 %(n)s 个工作日一次") % {"n": every}
    if kind == Step.Kind.APPLY:
        return _("办结期限之前")
    if kind in (Step.Kind.VERIFY, Step.Kind.CLOSE):
        return _("收到后 %(n)s 个工作日内") % {"n": VERIFY_WITHIN}
    return ""

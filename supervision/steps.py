"""What every step of an order shares: the order under lock, its record with who and when, its audit event, the news."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Post, PostHolder, Role, User
from audit import trail
from common import clock
from common.errors import Conflict, Forbidden
from common.text import require_visible
from goals.models import Notice
from goals.planning import plain
from goals.recipients import Recipients
from projects.planning import refuse, tell
from supervision.models import ENDED, Order, Step
from supervision.permissions import had_a_hand
from supervision.rules import days_ahead, next_due

ROLES = (Role.LEADER, Role.PLANNER, Role.REPORTER)
LONGEST_SAID = 200


def locked(pk: int) -> Order:
    """The order under lock, with what its rules look at. Its plan may have been closed meanwhile: an order ends
    by its own steps, and moves nothing of the plan."""
    orders = Order.objects.select_for_update(of=("self",)).with_everything()
    found = orders.filter(pk=pk).first()
    if found is None:
        raise Conflict(_("这份督办单已不存在。"))
    return found


def require_state(order: Order, *states: str) -> None:
    """Raises Conflict, naming where the order stands."""
    if order.state in states:
        return
    if order.state in ENDED:
        raise Conflict(_("督办单%(state)s，不能再办理。") % {"state": order.get_state_display()})
    raise Conflict(_("督办单现在是“%(state)s”，不能进行这一步。") % {"state": order.get_state_display()})


def require_no_hand(user: User, order: Order) -> None:
    """Nobody checks or closes what they answered themselves."""
    if had_a_hand(user, order):
        raise Forbidden(_("签收、反馈或申请办结的人不能核验、退回或销号。"))


def said(field: str, text: str, message: Any) -> str:
    """The text; raises ValidationError naming the field where nothing of it can be seen."""
    try:
        return require_visible(text.strip())
    except ValidationError as error:
        raise refuse(field, message, "required") from error


def post_of(user: User, order: Order, day: date) -> tuple[Post | None, bool]:
    """The responsible post, if the user holds it that day, and whether as a deputy."""
    held = PostHolder.objects.on(day).filter(user=user, post=order.responsible_post_id).order_by("is_deputy").first()
    return (None, False) if held is None else (order.responsible_post, held.is_deputy)


@dataclass(frozen=True)
class Words:
    """What is said at a step."""

    text: str = ""
    problem: str = ""
    next_step: str = ""


def take(
    user: User,
    order: Order,
    kind: Step.Kind,
    before: dict[str, Any],
    words: Words | None = None,
    *,
    post: tuple[Post | None, bool] = (None, False),
    due: date | None = None,
    origin: str = "",
) -> Step:
    """Save the order with the record of the step just taken; the audit event is the transaction's last."""
    order.next_due = next_due(order, days_ahead(clock.today()))
    linked = [field.name for field in Order._meta.concrete_fields if field.is_relation]
    order.full_clean(exclude=linked, validate_unique=False, validate_constraints=False)
    order.save()
    said_now = {name: text for name, text in asdict(words or Words()).items() if text}
    step = Step(order=order, kind=kind, day=clock.today(), at=clock.now(), user=user, due=due, **said_now)
    step.post, step.is_deputy = post
    step.full_clean(exclude=["order", "user", "post"])
    step.save()
    _spread(step)
    entry = trail.Entry(f"order_{kind}", "supervision_order", str(order.pk), before, plain(order) | said_now)
    tell(user, [entry], roles=ROLES, origin=origin)
    return step


def _spread(step: Step) -> None:
    """Tell those whose turn it is, but never who did it. Each step is told once."""
    order, kind = step.order, Step.Kind(step.kind)
    if kind in (Step.Kind.ISSUE, Step.Kind.RETURN, Step.Kind.GRANT_EXTENSION, Step.Kind.REFUSE_EXTENSION) or (
        kind == Step.Kind.WITHDRAW and order.number is not None
    ):
        people = Recipients.on(step.day, [order.lead_office_id, order.responsible_post.unit_id])
        users = people.reporters(order.lead_office_id) | people.holders(order.responsible_post_id)
    elif kind in (Step.Kind.ASK_EXTENSION, Step.Kind.VERIFY):
        users = issuers(order, step.day)
    else:
        return
    notify(order, Notice.Kind.ORDER_NEWS, f"order_news|{step.pk}", users - {step.user_id}, step)


def issuers(order: Order, day: date) -> set[int]:
    """Who closes it: who issued it, and the holders of that post."""
    held = PostHolder.objects.active().on(day).filter(post=order.issuing_post_id, user__is_machine=False)
    found = set(held.values_list("user", flat=True))
    if order.issued_by is not None and order.issued_by.is_active and not order.issued_by.is_machine:
        found.add(order.issued_by.pk)
    return found


def notify(order: Order, kind: str, key: str, users: Iterable[int], step: Step) -> None:
    Notice.objects.bulk_create(
        [
            Notice(
                user_id=pk,
                kind=kind,
                key=key,
                data=notice_data(order)
                | {"reviewer": str(step.user), "said": f"{step.get_kind_display()} {step.text}"[:LONGEST_SAID]},
                link=reverse("order", args=[order.pk]),
                created_at=step.at,
            )
            for pk in sorted(users)
        ],
        ignore_conflicts=True,
    )


def notice_data(order: Order) -> dict[str, str]:
    """What a notice of it says: item, office, deadline."""
    found = {"name": f"{order.reference} {order.item.name}", "unit_name": order.lead_office.name}
    return found | ({"deadline": order.deadline.isoformat()} if order.deadline else {})

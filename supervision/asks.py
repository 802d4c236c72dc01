"""Orders among what an official is asked for, and in the day's reminders."""

from collections.abc import Iterable
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Role, User
from accounts.permissions import Access
from goals.asks import Ask, asking
from supervision import reminding
from supervision.models import UNANSWERED, Order, State

__all__ = ["orders", "reminding"]


@asking
def orders(user: User, today: date) -> Iterable[Ask]:
    """The orders that the user's offices have to sign for or answer. One query."""
    mine = Access.of(user).unit_ids(Role.REPORTER)
    if not mine:
        return
    found = Order.objects.filter(state__in=UNANSWERED, lead_office__in=mine).with_everything()
    for order in found.order_by("next_due", "pk"):
        limit = order.next_due or today
        doing = _("请签收") if order.state == State.ISSUED else _("请反馈进展，办结后由分管领导申请办结")
        title = f"{order.reference} {order.item.name}"
        yield Ask(title, doing, reverse("order", args=[order.pk]), limit, order.days_late(today) > 0)

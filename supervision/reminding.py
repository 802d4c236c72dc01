"""Reminders of orders, through the core's: the deadline is near, it is past; first the office, then the post."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse

from common import clock
from goals.calendar import WorkingDays
from goals.models import Notice
from goals.recipients import Recipients
from goals.reminders import SOON, telling
from supervision.models import UNANSWERED, Order
from supervision.steps import notice_data

Kind = Notice.Kind
# Working days after the deadline.
POST_AFTER = 3


@telling
def of_orders(today: date, people: Recipients) -> Iterator[Notice]:
    """All that holds on the day of orders not answered. Two queries; a moved deadline is told anew."""
    orders = Order.objects.filter(state__in=UNANSWERED, deadline__lte=today + SOON).with_everything()
    listed = list(orders.order_by("deadline", "pk"))
    if not listed:
        return
    first = min(order.deadline for order in listed if order.deadline)
    days, now = WorkingDays.between(first, today), clock.now()
    for order in listed:
        assert order.deadline is not None
        reporters = people.reporters(order.lead_office_id)
        kind = Kind.ORDER_LATE if today > order.deadline else Kind.ORDER_SOON
        told = [(kind, user) for user in sorted(reporters)]
        if days.after(order.deadline, POST_AFTER) <= today:
            told += [(Kind.ORDER_POST, user) for user in sorted(people.holders(order.responsible_post_id))]
        for each, user in told:
            yield Notice(
                user_id=user,
                kind=each,
                key=f"{each}|{order.pk}|{order.deadline}",
                data=notice_data(order),
                link=reverse("order", args=[order.pk]),
                created_at=now,
            )

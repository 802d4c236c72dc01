"""我分管的: a leader's own page, of the posts held: what lags, what is due soon, what waits for a signature."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import PostHolder, Role, User
from accounts.permissions import Access
from common.known import known_again
from dashboard import navigation
from dashboard.asof import as_of
from dashboard.items import Item, items_of
from dashboard.messages import message_of
from dashboard.views.base import Seat, unread, user_of
from goals.models import Plan
from goals.models.progress import Status
from goals.progress.summary import summarise
from projects.models import Milestone, Postponement
from supervision.models import Order
from supervision.permissions import Hand, waiting_for
from supervision.words import Sheet, sheets_of

SOON = timedelta(days=30)
# So much of each list fits on one printed sheet (`leaders.css` leaves out the rest); the sheet says how many more.
SHEET_LAGGING, SHEET_OTHERS = 11, 8


@dataclass(frozen=True)
class Due:
    """Something that is to be done by a day soon: an item, or one of a work's milestones."""

    item: Item
    day: date
    step: Milestone | None = None


@require_safe
@known_again(unread)
def mine(request: HttpRequest, slug: str) -> HttpResponse:
    """The items of the posts that the leader holds today, as holder or deputy."""
    user = user_of(request)
    found = navigation.opened(request, user, slug)
    if found is None:
        raise Http404
    access = Access.of(user)
    if not access.has(Role.LEADER):
        raise PermissionDenied
    plan, entries = found
    asof, seat = as_of(request, plan), Seat.of(access, plan)
    now = asof.day >= asof.today
    held = list(PostHolder.objects.active().on(asof.today).filter(user=user).select_related("post"))
    posts = {each.post_id: each.post for each in held}
    only = Q(responsible_post__in=posts)
    items = items_of(plan, [e.section for e in entries], asof, only=only, drafts=seat.drafts, steps=True)
    lagging = [i for i in _worst_first(items.all) if i.lags]
    due = due_soon(items.all, asof.day)
    ends = list(dict.fromkeys(each.item for each in due))
    waiting = waiting_on(user, plan, held, asof.today) if now else []
    postponements = postponements_on(user, items.works) if now else []
    context: dict[str, Any] = {
        "page": "mine",
        "asof": asof,
        "plan": plan,
        "seat": seat,
        "now": now,
        "words": dict(Status.choices),
        "posts": sorted(posts.values(), key=lambda post: post.code),
        "deputy": {each.post_id for each in held if each.is_deputy},
        "overall": summarise(i.row for i in items.all),
        "items": items.all,
        "lagging": lagging,
        "due": due,
        "waiting": waiting,
        "postponements": postponements,
        "to_sign": len(waiting) + len(postponements),
        "more": {
            "lagging": max(len(lagging) - SHEET_LAGGING, 0),
            "due": max(len(due) - SHEET_OTHERS, 0),
            "to_sign": max(len(waiting) + len(postponements) - SHEET_OTHERS, 0),
        },
        "messages_of": {
            "lagging": message_of(_("我分管的落后事项"), lagging, asof.day),
            "due": message_of(_("我分管的 30 天内到期"), ends, asof.day),
            "all": message_of(_("我分管的全部事项"), _worst_first(items.all), asof.day),
        },
    }
    return render(request, "dashboard/mine.html", context)


def _worst_first(items: Sequence[Item]) -> list[Item]:
    """What lags worst first, as the overview has it; then the rest in the plan's order."""
    places = {id(thing): place for place, (thing, _row) in enumerate(summarise(i.row for i in items).worst)}
    return sorted(items, key=lambda item: places.get(id(item.thing), len(places)))


def due_soon(items: Sequence[Item], day: date) -> list[Due]:
    """What is to be finished within thirty days, the earliest first: open items, and open milestones of works."""
    last = day + SOON
    found = []
    for item in items:
        if item.kind == "project":
            steps = item.said.work.open_milestones  # type: ignore[union-attr]
            found += [Due(item, step.due, step) for step in steps if day <= step.due <= last]
        elif day <= item.ends <= last and item.status != Status.ACHIEVED:
            found.append(Due(item, item.ends))
    return sorted(found, key=lambda due: (due.day, due.item.name))


def postponements_on(user: User, works: Sequence[Item]) -> list[Postponement]:
    """Requests to put these works' dates off that wait for a decision, but the leader's own. One query."""
    ids = [item.thing.pk for item in works]
    asked = Postponement.objects.filter(project__in=ids).open().exclude(requested_by=user)
    return list(asked.select_related("project", "milestone").order_by("requested_on", "pk"))


def waiting_on(user: User, plan: Plan, held: Sequence[PostHolder], today: date) -> list[Sheet]:
    """The plan's orders whose next step is this leader's: to issue, to apply for, to close, to extend. One query."""
    hand = Hand(Access.of(user), {each.post_id: each.is_deputy for each in held})
    orders = Order.objects.visible_to(user).filter(waiting_for(hand), plan=plan).with_everything()
    return sheets_of(orders.order_by("next_due", "pk"), today)

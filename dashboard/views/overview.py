"""总览: where the whole plan stands."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Role
from accounts.permissions import Access
from common.known import kept, known_again
from dashboard import charts, navigation
from dashboard.asof import AsOf, as_of
from dashboard.chart import downloaded
from dashboard.items import Item, items_of
from dashboard.messages import message_of
from dashboard.models import ranking_of
from dashboard.overview import offices_of, overview_of, programmes_of
from dashboard.views.base import Seat, unread, user_of
from goals.duties import oversight
from goals.models import Plan, Target
from goals.models.progress import Status
from goals.progress.summary import PlanSummary
from goals.words import Standing

WORST_SHOWN = 10
MOVED_SHOWN = 8
ORDERS_SHOWN = 5
BY_OFFICE = "office"


@require_safe
@known_again(unread)
def home(request: HttpRequest) -> HttpResponseBase:
    """The newest plan's overview; who has no business with plans goes where their work is."""
    access = Access.of(request.user)
    if not access.sees_business:
        own = {Role.ADMINISTRATOR: "users", Role.AUDITOR: "audit"}
        page = next((name for role, name in own.items() if access.has(role)), None)
        return redirect(page) if page else render(request, "no_business.html")
    found = navigation.opened(request, user_of(request))
    if found is None:
        return render(request, "dashboard/no_plan.html")
    return _overview(request, *found)


@require_safe
@known_again(unread)
def overview(request: HttpRequest, slug: str) -> HttpResponseBase:
    """总览 of a plan by its slug."""
    found = navigation.opened(request, user_of(request), slug)
    if found is None:
        raise Http404
    return _overview(request, *found)


def _overview(request: HttpRequest, plan: Plan, entries: list[navigation.Entry]) -> HttpResponseBase:
    """The shell around what is made once for everybody in the same seat; or the data of its chart, as a file."""
    asof = as_of(request, plan)
    seat = Seat.of(Access.of(request.user), plan)
    if request.GET.get("download"):
        trend = figures(request, plan, entries, asof, seat)["trend"]
        file = downloaded(request, (trend,), f"{plan.name} {asof.day}")
        if file is not None:
            return file
    context = {"page": "overview", "asof": asof, "plan": plan, "BY_OFFICE": BY_OFFICE}

    def make() -> str:
        return render_to_string("dashboard/_overview.html", context | figures(request, plan, entries, asof, seat))

    body = kept(request, "overview", seat, make=make)
    return render(request, "dashboard/overview.html", context | {"body": body})


def figures(
    request: HttpRequest, plan: Plan, entries: list[navigation.Entry], asof: AsOf, seat: Seat
) -> dict[str, Any]:
    """All that the page shows, in nine queries where the day is stored; three more for who oversees."""
    items = items_of(plan, [e.section for e in entries], asof, drafts=seat.drafts, compares=True)
    found = overview_of(plan, entries, items)
    ranking = ranking_of(plan)
    lagging = list(found.lagging)
    by = BY_OFFICE if request.GET.get("by") == BY_OFFICE else ""
    if by:
        lagging.sort(key=lambda item: item.office.path if item.office else "~")
    months = {item.thing.pk: item.months for item in items.targets}
    targets = [item.thing for item in items.targets if isinstance(item.thing, Target)]
    return {
        "comparison": items.comparison,
        "later": sum(1 for item in items.targets if isinstance(item.said, Standing) and item.said.is_later),
        "now": asof.day >= asof.today,
        "seat": seat,
        "words": dict(Status.choices),
        "o": found,
        "worst": lagging[:WORST_SHOWN],
        "by": by,
        "message": message_of(_("落后事项"), lagging, asof.day),
        "up": found.up[:MOVED_SHOWN],
        "down": found.down[:MOVED_SHOWN],
        "orders": found.orders[:ORDERS_SHOWN],
        "offices": offices_of(items.all, villages=ranking.villages) if ranking.offices else None,
        "programmes": programmes_of(items),
        "oversight": _oversight(found.targets, items.targets, asof) if seat.oversees else None,
        "trend": charts.completion_trend(plan, targets, months),
    }


def _oversight(rolled: Any, targets: list[Item], asof: AsOf) -> Any:
    """For today alone: who holds a post is a matter of now."""
    if asof.day < asof.today:
        return None
    return oversight(PlanSummary(asof.plan, asof.day, rolled, (), (), [i.row for i in targets]), asof.day)

"""全部事项: a plan's targets and headline works in one list, which every count of the overview leads to."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.permissions import Access
from common.htmx import page_or_fragment
from common.known import known_again
from dashboard import navigation
from dashboard.asof import as_of
from dashboard.items import items_of
from dashboard.listing import Choices, Wanted, grouped
from dashboard.messages import message_of
from dashboard.overview import programmes_of
from dashboard.views.base import Seat, unread, user_of
from goals.models.progress import Status


@require_safe
@known_again(unread)
def items(request: HttpRequest, slug: str) -> HttpResponse:
    """The list, filtered; its rows alone for a swap."""
    found = navigation.opened(request, user_of(request), slug)
    if found is None:
        raise Http404
    plan, entries = found
    asof = as_of(request, plan)
    seat = Seat.of(Access.of(request.user), plan)
    everything = items_of(plan, [e.section for e in entries], asof, drafts=seat.drafts)
    programmes = [row for rows in programmes_of(everything).values() for row in rows]
    choices = Choices.of(everything.all, [e.section for e in entries], programmes)
    wanted = choices.wanted(request.GET)
    carriers = {row.code: row.items for row in programmes}
    shown = [item for item in everything.all if wanted.matches(item, carriers)]
    context = {
        "page": "items",
        "asof": asof,
        "plan": plan,
        "seat": seat,
        "now": asof.day >= asof.today,
        "words": dict(Status.choices),
        "choices": choices,
        "wanted": wanted,
        "total": len(everything.all),
        "shown": len(shown),
        "groups": grouped(shown),
        "message": message_of(_title(wanted, choices), shown, asof.day),
    }
    return render(request, page_or_fragment(request, "dashboard/items.html", "dashboard/_items.html"), context)


def _title(wanted: Wanted, choices: Choices) -> str:
    """What the list is of, for its message."""
    names = [label for value, label, _n in choices.statuses if value == wanted.status]
    names += [each.name for each in choices.sections if each.code == wanted.section]
    names += [each.name for each in choices.offices if each.code == wanted.office]
    names += [each.name for each in choices.programmes if each.code == wanted.programme]
    return " · ".join(names) or _("全部事项")

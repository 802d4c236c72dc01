"""大屏: for who is logged in, and for a screen with a link; and the page where such links are made."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.permissions import Access
from common.pages import done, listed_page, origin
from dashboard import navigation, wall_links
from dashboard.models import WallLink
from dashboard.permissions import may_open_screens
from dashboard.wall import wall_of
from dashboard.wall_forms import WallLinkForm
from goals.models import Plan
from goals.models.progress import Status
from goals.permissions import visible_or_404

# How often a screen asks for news, and how long a section stays before the next one.
REFRESH_SECONDS, TURN_SECONDS = 60, 12


@never_cache
@require_safe
def wall(request: HttpRequest, slug: str) -> HttpResponse:
    """The wall of a plan, for everybody who sees the plan."""
    plan = _plan(request, slug)
    return _wall(request, plan, reverse("wall-live", args=[plan.slug]))


@never_cache
@require_safe
def live(request: HttpRequest, slug: str) -> HttpResponse:
    """What is on it, for its script."""
    return _live(request, _plan(request, slug))


@login_not_required
@never_cache
@require_safe
def linked(request: HttpRequest, key: str) -> HttpResponse:
    """The wall that a link opens. No login is asked and no session made, nor one that there is looked at."""
    link = _usable(request, key)
    return link if isinstance(link, HttpResponse) else _wall(request, link.plan, reverse("linked-live", args=[key]))


@login_not_required
@never_cache
@require_safe
def linked_live(request: HttpRequest, key: str) -> HttpResponse:
    """What is on it, for its script."""
    link = _usable(request, key)
    return link if isinstance(link, HttpResponse) else _live(request, link.plan)


def _plan(request: HttpRequest, slug: str) -> Plan:
    assert isinstance(request.user, User)
    plans = Plan.objects.select_related("unit", "profile", "ranking").defer("document")
    return visible_or_404(plans, request.user, slug=slug)


def _usable(request: HttpRequest, key: str) -> WallLink | HttpResponse:
    """The link; or what is answered instead: 404 to a key that never was, 403 with the reason to one that has been."""
    link = wall_links.opened(key)
    if link is None:
        raise Http404
    if wall_links.holds(link):
        return link
    return _private(render(request, "dashboard/wall_closed.html", {"why": _why_not(link)}, status=403))


def _why_not(link: WallLink) -> str:
    """Why a link opens nothing any more."""
    if link.revoked_at:
        return _("这个大屏链接已撤销。")
    return _("这个大屏链接的建立人已不能建立链接。") if link.is_usable else _("这个大屏链接已过期。")


def _wall(request: HttpRequest, plan: Plan, address: str) -> HttpResponse:
    context = _shown(plan) | {"address": address, "refresh": REFRESH_SECONDS, "turn": TURN_SECONDS}
    return _private(render(request, "dashboard/wall.html", context))


def _live(request: HttpRequest, plan: Plan) -> HttpResponse:
    return _private(render(request, "dashboard/_wall.html", _shown(plan)))


def _shown(plan: Plan) -> dict[str, Any]:
    return {"plan": plan, "wall": wall_of(plan), "words": dict(Status.choices)}


def _private(answer: HttpResponse) -> HttpResponse:
    """The address is the key: it goes to nobody by way of a referrer, and into no index."""
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def links(request: HttpRequest, slug: str) -> HttpResponse:
    """大屏链接; a new one's address is on the answer to this one request and nowhere else."""
    assert isinstance(request.user, User)
    user = request.user
    plan: Plan = visible_or_404(navigation.plans(), user, slug=slug)
    if not may_open_screens(Access.of(user), plan):
        raise PermissionDenied
    navigation.leave(request, plan)
    form, made = WallLinkForm(request.POST or None), []
    context: dict[str, Any] = {"page": "wall", "plan": plan, "back": reverse("wall-links", args=[plan.slug])}

    def make() -> None:
        made.append(wall_links.make(user, plan, origin=origin(request), **form.cleaned_data))

    if request.method == "POST" and done(form, make):
        link, key = made[0]
        address = request.build_absolute_uri(reverse("linked-wall", args=[key]))
        return render(request, "dashboard/wall_link.html", context | {"link": link, "address": address})
    rows = listed_page(request, wall_links.links_of(plan))
    context |= {"form": form, "most": wall_links.MOST, "rows": rows, "lost": wall_links.lost_among(rows)}
    return render(request, "dashboard/wall_links.html", context, status=400 if form.errors else 200)


@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """撤销; whose plan it is is nobody else's business."""
    assert isinstance(request.user, User)
    found = WallLink.objects.select_related("plan__unit").filter(pk=pk).first()
    if found is None or not Plan.objects.visible_to(request.user).filter(pk=found.plan_id).exists():
        raise Http404
    wall_links.revoke(request.user, found, origin=origin(request))
    messages.success(request, _("链接已撤销，用它的屏幕随即不再显示。"))
    return redirect("wall-links", found.plan.slug)

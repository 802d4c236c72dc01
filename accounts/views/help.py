"""Help: a page for each role; everybody may read all of them."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.manual import GUIDES, TERMS, Guide, guide_of
from accounts.permissions import Access


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The guide of the reader's own (first) role."""
    roles = Access.of(request.user).roles
    return _page(request, next((g for g in GUIDES if g.role in roles), GUIDES[0]))


@require_safe
def of_role(request: HttpRequest, role: str) -> HttpResponse:
    """The guide of any role."""
    guide = guide_of(role)
    if guide is None:
        raise Http404
    return _page(request, guide)


def _page(request: HttpRequest, guide: Guide) -> HttpResponse:
    mine = Access.of(request.user).roles
    context = {"page": "help", "guide": guide, "guides": GUIDES, "terms": TERMS, "mine": mine}
    return render(request, "accounts/help.html", context)

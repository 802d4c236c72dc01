"""The operator's page: how the portal is doing, and what may be started, stopped and tried again."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.permissions import Access
from common.errors import Refusal
from common.htmx import page_or_fragment
from common.pages import allowed, origin, tell_refusal
from goals import recomputing
from goals.models import RecomputeRun
from goals.permissions import operates
from operations import services
from operations.state import BOOKS, MOST_SHOWN, alarms, parked_marks, state
from operations.versions import versions


def may(user: User) -> bool:
    return operates(Access.of(user))


@never_cache
@require_safe
@allowed(may)
def operator(request: HttpRequest) -> HttpResponse:
    """Queues, sweep, check, what is parked, runs, versions, backup; the part that moves alone for HTMX."""
    found = state()
    context: dict[str, Any] = {"page": "operator", "state": found, "scopes": RecomputeRun.Scope.choices}
    template = page_or_fragment(request, "operations/operator.html", "operations/_runs.html")
    if template == "operations/operator.html":
        context |= {
            "alarms": alarms(found),
            "versions": versions(),
            "parked": list(parked_marks()) if found.parked_marks else [],
            "chunks": [(BOOKS.get(c.book, c.book), c) for c in recomputing.parked_chunks()[:MOST_SHOWN]],
        }
    return render(request, template, context)


@require_POST
@allowed(may)
def start_run(request: HttpRequest) -> HttpResponse:
    scope = request.POST.get("scope", "")
    if scope not in RecomputeRun.Scope.values:
        messages.error(request, _("请选重算的范围。"))
        return redirect("operator")
    return _done(request, lambda user, at: recomputing.start_run(user, scope=scope, origin=at), _("已开始。"))


@require_POST
@allowed(may)
def cancel_run(request: HttpRequest, pk: int) -> HttpResponse:
    get_object_or_404(RecomputeRun, pk=pk)
    return _done(request, lambda user, at: recomputing.cancel_run(user, pk, origin=at), _("已取消。"))


@require_POST
@allowed(may)
def retry_run(request: HttpRequest, pk: int) -> HttpResponse:
    get_object_or_404(RecomputeRun, pk=pk)
    return _done(request, lambda user, at: recomputing.retry_parked(user, pk, origin=at), _("已重新排队。"))


@require_POST
@allowed(may)
def retry_marks(request: HttpRequest) -> HttpResponse:
    return _done(request, lambda user, at: services.retry_marks(user, origin=at), _("已重新排队。"))


@require_POST
@allowed(may)
def retry_deliveries(request: HttpRequest) -> HttpResponse:
    return _done(request, lambda user, at: services.retry_deliveries(user, origin=at), _("已重新排队。"))


def _done(request: HttpRequest, act: Callable[[User, str], object], said: str) -> HttpResponse:
    """Do it and say so, or say why not, on the page."""
    assert isinstance(request.user, User)
    try:
        act(request.user, origin(request))
    except Refusal as refused:
        tell_refusal(request, refused)
    else:
        messages.success(request, said)
    return redirect("operator")

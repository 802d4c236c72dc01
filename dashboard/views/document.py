"""报告全文: the source document, coloured by where each of its promises stands."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboard import navigation
from dashboard.asof import as_of
from dashboard.report_map import KINDS, report_map
from goals.models import Plan
from goals.models.progress import Status
from goals.permissions import visible_or_404


@require_safe
def document(request: HttpRequest, slug: str) -> HttpResponse:
    """The whole report; a status or kind that isn't one asks for everything."""
    plans = navigation.plans().defer(None)
    plan: Plan = visible_or_404(plans, request.user, slug=slug)  # type: ignore[arg-type]
    asof = as_of(request, plan)
    entries = navigation.leave(request, plan)
    status, kind = request.GET.get("status", ""), request.GET.get("kind", "")
    status, kind = status if status in Status.values else "", kind if kind in KINDS else ""
    found = report_map(plan, asof, [entry.section for entry in entries], status=status, kind=kind)
    context = {
        "page": "document",
        "asof": asof,
        "plan": plan,
        "entries": entries,
        "map": found,
        "status": status,
        "kind": kind,
        "words": dict(Status.choices),
    }
    return render(request, "dashboard/document.html", context)

"""督办: a plan's orders, filtered; what waits for the user, and what the portal proposes."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Unit
from common import clock
from common.htmx import page_or_fragment
from common.pages import done, origin
from goals.models import Plan
from goals.permissions import visible_or_404
from supervision import proposing
from supervision.filters import PageFilters
from supervision.forms import ReasonForm
from supervision.models import IN_FORCE, Grade, Order, OrderQuerySet, Proposal, State
from supervision.permissions import Hand, may_issue, sees_proposals, waiting_for
from supervision.views.base import access_of, plan_of, user_of
from supervision.words import sheets_of

PAGE_SIZE = 50
MOST_WAITING = 20
FIRST_PROPOSALS = 8


@require_safe
def order_list(request: HttpRequest, slug: str) -> HttpResponse:
    """The plan's orders, newest first; before them those whose next step is the user's."""
    plan, today = plan_of(request, slug), clock.today()
    everything = Order.objects.visible_to(user_of(request)).filter(plan=plan)
    filters = PageFilters(request.GET, queryset=everything, request=request)
    found = filters.qs if filters.is_valid() else everything
    page = Paginator(found.with_everything().order_by("-pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    template = page_or_fragment(request, "supervision/list.html", "supervision/_rows.html")
    context = {"page": "orders", "plan": plan, "filters": filters, "rows": page, "today": today}
    context |= {"sheets": sheets_of(page.object_list, today), "shown": page.paginator.count}
    if template.endswith("list.html"):
        context |= _around(request, plan, everything)
    return render(request, template, context)


def _around(request: HttpRequest, plan: Plan, orders: OrderQuerySet) -> dict[str, Any]:
    """Counts, what waits, what is proposed, and the filters' choices."""
    access, today = access_of(request), clock.today()
    hand = Hand.of(user_of(request))
    waiting = orders.filter(waiting_for(hand)).with_everything().order_by("next_due", "pk")
    counts = orders.aggregate(
        in_force=Count("pk", filter=Q(state__in=IN_FORCE)),
        late=Count("pk", filter=Q(state__in=IN_FORCE, next_due__lt=today)),
        closed=Count("pk", filter=Q(state=State.CLOSED)),
    )
    sees = sees_proposals(access, plan.unit)
    proposals = _proposals(plan) if sees else ()
    all_of_them = request.GET.get("proposals") == "all"
    return {
        "counts": counts,
        "waiting": sheets_of(waiting[:MOST_WAITING], today),
        "sees_proposals": sees,
        "may_issue": may_issue(access, plan),
        "proposals": proposals,
        "proposals_shown": proposals if all_of_them else proposals[:FIRST_PROPOSALS],
        "states": State.choices,
        "grades": Grade.choices,
        "sections": list(plan.sections.order_by("order", "code")),
        "offices": list(Unit.objects.filter(orders__plan=plan).distinct().order_by("path")),
    }


def _proposals(plan: Plan) -> Sequence[Proposal]:
    found = Proposal.objects.open().filter(plan=plan)
    related = ("target__theme__section", "target__lead_office", "project__theme__section", "project__lead_office")
    return list(found.select_related(*related).order_by("why", "since", "pk"))


@require_POST
def propose(request: HttpRequest, slug: str) -> HttpResponse:
    """立即检查: what the night would propose."""
    plan = plan_of(request, slug)
    if not sees_proposals(access_of(request), plan.unit):
        raise PermissionDenied
    came = proposing.run(user_of(request), plan)
    messages.success(request, _("新增建议 %(n)s 条，撤下 %(m)s 条。") % {"n": came.made, "m": came.lapsed})
    return redirect("orders", slug)


@require_http_methods(["GET", "HEAD", "POST"])
def dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    """不督办, with the reason."""
    proposals = Proposal.objects.select_related("plan__unit", "plan__profile", "target", "project")
    found = visible_or_404(proposals, user_of(request), pk=pk)
    if not may_issue(access_of(request), found.plan):
        raise PermissionDenied
    form = ReasonForm(request.POST if request.method == "POST" else None)
    user = user_of(request)
    if request.method == "POST" and done(
        form, lambda: proposing.dismiss(user, found, form.cleaned_data["reason"], origin=origin(request))
    ):
        messages.success(request, _("已保存。"))
        return redirect("orders", found.plan.slug)
    context = {"page": "orders", "plan": found.plan, "proposal": found, "form": form, "title": _("不督办")}
    return render(request, "supervision/act.html", context, status=400 if form.errors else 200)

"""目标调整: new terms, shown beside the old before they are decided; and the versions so far."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from common import clock
from common.errors import Conflict
from common.pages import allowed
from goals import planning
from goals.comparison import in_words, side_by_side
from goals.forms import AdjustmentForm
from goals.models import Adjustment, Plan, Target
from goals.permissions import visible_or_404
from goals.progress.gather import version_in_force
from goals.views.planner.base import done, plan_of, plans, user_of


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(plans)
def adjust_target(request: HttpRequest, pk: int) -> HttpResponse:
    """Three steps of one form: edit, preview, confirm."""
    targets = Target.objects.select_related("plan__unit", "plan__profile", "indicator")
    target = visible_or_404(targets, user_of(request), pk=pk)
    plan_of(request, target.plan.slug)
    versions = list(target.adjustments.select_related("decided_by").order_by("in_force_from", "pk"))
    terms = version_in_force(versions, clock.today()) or target
    form = AdjustmentForm(request.POST or None, terms=terms)
    context = _context(target, versions, form)
    step = request.POST.get("step")
    if request.method == "POST" and step == "confirm":
        if done(form, lambda: _confirm(request, target, form)):
            messages.success(request, _("目标已调整，进度随即重算。"))
            return redirect("adjust-target", pk)
    elif request.method == "POST" and step != "edit":
        done(form, lambda: context.update(_preview(request, target, form)))
    return render(request, "goals/planner/adjust.html", context, status=400 if form.errors else 200)


def _confirm(request: HttpRequest, target: Target, form: AdjustmentForm) -> None:
    seen = request.POST.get("adjusted", "")
    known = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 6 else -1
    planning.adjust(user_of(request), target, form.cleaned_data, if_adjusted=known)


def _preview(request: HttpRequest, target: Target, form: AdjustmentForm) -> dict[str, Any]:
    after, before = planning.proposed(user_of(request), target, form.cleaned_data)
    lines = side_by_side(target, before, after)
    if not any(line.is_changed for line in lines):
        raise Conflict(_("新旧条款完全相同，没有可调整的内容。"))
    return {"lines": lines, "proposed": after}


def _context(target: Target, versions: list[Adjustment], form: AdjustmentForm) -> dict[str, Any]:
    today = clock.today()
    in_force = version_in_force(versions, today)
    return {
        "page": "planner",
        "tab": "plan",
        "plan": target.plan,
        "target": target,
        "form": form,
        "adjusted": len(versions),
        "may_adjust": target.plan.state == Plan.State.ADOPTED,
        "first": in_words(target, target),
        "versions": [(version, in_words(target, version)) for version in versions],
        "in_force": in_force,
    }

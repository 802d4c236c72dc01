"""计划管理: what adoption still lacks, every target to edit; adopt and close."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from common import clock
from common.errors import Refusal
from common.pages import allowed, tell_refusal
from goals import continuing, duties, parts, planning
from goals.forms import ChooseProfileForm
from goals.models import Plan
from goals.views.planner.base import plan_of, plans, user_of


@require_safe
@allowed(plans)
def planner(request: HttpRequest, slug: str) -> HttpResponse:
    """A plan as its planner sees it: what adoption still lacks, and every target to edit."""
    plan = plan_of(request, slug)
    targets = list(
        plan.targets.select_related("theme__section", "indicator", "lead_office", "responsible_post").order_by(
            "theme__section__order", "theme__order", "order", "code"
        )
    )
    today = clock.today()
    lacks = duties.lacking(targets, today)
    waiting = continuing.lacking(plan) if plan.state == Plan.State.DRAFT else []
    of_parts = parts.lacking(plan, today) if plan.state == Plan.State.DRAFT else []
    context = {
        "page": "planner",
        "plan": plan,
        "targets": targets,
        "lacks": [*lacks, *waiting, *of_parts],
        "waiting": len(waiting),
        "next": continuing.next_of(plan),
        "vacant": {lack.target.pk for lack in lacks if lack.field == "responsible_post"},
        "unmanned": duties.unmanned_units(duties.duties_of(targets, today)),
        "profile_form": ChooseProfileForm(initial={"profile": plan.profile_id}),
        "may_close": plan.state == Plan.State.ADOPTED and today > plan.end,
    }
    return render(request, "goals/planner.html", context)


@require_POST
@allowed(plans)
def adopt(request: HttpRequest, slug: str) -> HttpResponse:
    """印发."""
    return _decide(request, slug, planning.adopt, _("计划已印发，填报和提醒从现在开始。"))


@require_POST
@allowed(plans)
def close(request: HttpRequest, slug: str) -> HttpResponse:
    """年终交账."""
    return _decide(request, slug, planning.close, _("计划已年终交账，从现在起只读。"))


def _decide(request: HttpRequest, slug: str, decide: Callable[[User, Plan], Plan], said: str) -> HttpResponse:
    try:
        decide(user_of(request), plan_of(request, slug))
        messages.success(request, said)
    except (ValidationError, Refusal) as error:
        tell_refusal(request, error)
    return redirect("planner", slug)

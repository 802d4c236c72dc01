"""减负账: how much each unit is asked for, and what was added since the plan's adoption."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from common import clock
from common.pages import allowed
from goals.burden import burden
from goals.views.planner.base import plan_of, plans


@require_safe
@allowed(plans)
def burden_page(request: HttpRequest, slug: str) -> HttpResponse:
    """The meter of a plan."""
    plan = plan_of(request, slug)
    meter = burden(plan, clock.today())
    most = max((max(load.before, load.after) for load in meter.loads), default=1)
    context = {
        "page": "planner",
        "tab": "burden",
        "plan": plan,
        "meter": meter,
        "rows": [(load, float(100 * load.after / most) if most else 0) for load in meter.loads],
    }
    return render(request, "goals/planner/burden.html", context)

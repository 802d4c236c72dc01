"""The planner's pages: adopt (and close) a plan, edit a target, edit an indicator."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.permissions import Access
from common import clock
from common.errors import Refusal
from common.pages import allowed, saved, tell_refusal
from goals import duties, planning
from goals.forms import IndicatorForm, TargetForm
from goals.models import Indicator, Plan, Target
from goals.permissions import may_plan, plans_anywhere, visible_or_404


def plans(user: User) -> bool:
    return plans_anywhere(Access.of(user))


def _plan(request: HttpRequest, slug: str) -> Plan:
    assert isinstance(request.user, User)
    plan = visible_or_404(Plan.objects.select_related("unit", "profile"), request.user, slug=slug)
    if not may_plan(Access.of(request.user), plan.unit):
        raise PermissionDenied
    return plan


@require_safe
@allowed(plans)
def planner(request: HttpRequest, slug: str) -> HttpResponse:
    """A plan as its planner sees it: what adoption still lacks, and every target to edit."""
    plan = _plan(request, slug)
    targets = list(
        plan.targets.select_related("theme__section", "indicator", "lead_office", "responsible_post").order_by(
            "theme__section__order", "theme__order", "order", "code"
        )
    )
    today = clock.today()
    lacks = duties.lacking(targets, today)
    context = {
        "page": "planner",
        "plan": plan,
        "targets": targets,
        "lacks": lacks,
        "vacant": {lack.target.pk for lack in lacks if lack.field == "responsible_post"},
        "unmanned": duties.unmanned_units(duties.duties_of(targets, today)),
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
    assert isinstance(request.user, User)
    try:
        decide(request.user, _plan(request, slug))
        messages.success(request, said)
    except (ValidationError, Refusal) as error:
        tell_refusal(request, error)
    return redirect("planner", slug)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(plans)
def edit_target(request: HttpRequest, pk: int) -> HttpResponse:
    """A target's terms, and who answers for it."""
    assert isinstance(request.user, User)
    user = request.user
    found = visible_or_404(Target.objects.select_related("plan__unit", "plan__profile", "indicator"), user, pk=pk)
    plan = _plan(request, found.plan.slug)
    version = found.version
    form = TargetForm(request.POST or None, instance=found)

    def save() -> None:
        several = {"cooperating": "cooperating_offices", "programmes": "programmes"}
        planning.save_target(user, form.instance, **{k: form.cleaned_data[name] for k, name in several.items()})

    if request.method == "POST" and saved(request, form, version, save):
        return redirect("target", pk)
    context = {"page": "planner", "plan": plan, "target": found, "form": form, "version": version}
    return render(request, "goals/edit_target.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(plans)
def edit_indicator(request: HttpRequest, code: str) -> HttpResponse:
    """An indicator: how it is reported and what it means."""
    assert isinstance(request.user, User)
    user = request.user
    indicator = get_object_or_404(Indicator, code=code)
    version = indicator.version
    access = Access.of(user)
    form = IndicatorForm(request.POST or None, instance=indicator, visible=access.visible_units(), today=clock.today())

    def save() -> None:
        units = form.cleaned_data.get("reporting_units")
        planning.save_indicator(user, form.instance, reporting_units=None if units is None else list(units))

    if request.method == "POST" and saved(request, form, version, save):
        return redirect("edit-indicator", code)
    context = {"page": "planner", "indicator": indicator, "form": form, "version": version}
    return render(request, "goals/edit_indicator.html", context, status=400 if form.errors else 200)

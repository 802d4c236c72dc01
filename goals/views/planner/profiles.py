"""预警方案: the editions with their sources, a new one from an old, and the one of a draft."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.errors import Refusal
from common.pages import allowed, tell_refusal
from goals import profiles as service
from goals.forms import ChooseProfileForm, ProfileForm
from goals.models import WarningProfile
from goals.models.target import Rule
from goals.views.planner.base import done, plan_of, plans, user_of


@require_safe
@allowed(plans)
def profiles(request: HttpRequest) -> HttpResponse:
    """Every edition: its source, its bands, the plans that are judged by it."""
    found = service.editions(user_of(request))
    rows = [(p, [(Rule(rule).label, row) for rule, row in service.rows_of(p).items()]) for p in found]
    context = {"page": "planner", "tab": "profiles", "rows": rows}
    return render(request, "goals/planner/profiles.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(plans)
def new_edition(request: HttpRequest, pk: int) -> HttpResponse:
    """The next edition, beginning with the bands of this one."""
    base = get_object_or_404(WarningProfile, pk=pk)
    form = ProfileForm(request.POST or None, base=base)

    def act() -> None:
        service.new_edition(user_of(request), base, form.rows(), form.cleaned_data["source"])

    if request.method == "POST" and done(form, act):
        messages.success(request, _("已存为新版本；用它的计划要在草案阶段选定。"))
        return redirect("profiles")
    context = {"page": "planner", "tab": "profiles", "base": base, "form": form}
    return render(request, "goals/planner/edit_profile.html", context, status=400 if form.errors else 200)


@require_POST
@allowed(plans)
def choose_profile(request: HttpRequest, slug: str) -> HttpResponse:
    """The profile of a draft."""
    plan = plan_of(request, slug)
    form = ChooseProfileForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("没有这个预警方案。"))
        return redirect("planner", slug)
    try:
        service.choose(user_of(request), plan, form.cleaned_data["profile"])
        messages.success(request, _("已更换预警方案，进度随即重算。"))
    except (ValidationError, Refusal) as error:
        tell_refusal(request, error)
    return redirect("planner", slug)

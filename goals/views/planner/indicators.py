"""编辑指标."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.permissions import Access
from common import clock
from common.pages import allowed
from goals import planning
from goals.forms import IndicatorForm
from goals.models import Indicator
from goals.views.planner.base import plans, saved, user_of


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(plans)
def edit_indicator(request: HttpRequest, code: str) -> HttpResponse:
    """An indicator: how it is reported and what it means."""
    user = user_of(request)
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

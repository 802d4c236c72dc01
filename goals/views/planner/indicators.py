"""编辑指标, and the feeds that post its figures."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Access
from common import clock
from common.pages import allowed, origin
from goals import feeds, planning
from goals.forms import FeedsForm, IndicatorForm, NewIndicatorForm
from goals.models import Indicator
from goals.views.planner.base import done, plans, saved, user_of


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
        replaces = form.cleaned_data.get("replaces", "")
        chosen = None if units is None else list(units)
        planning.save_indicator(user, form.instance, reporting_units=chosen, replaces=replaces)

    if request.method == "POST" and saved(request, form, version, save):
        return redirect("edit-indicator", code)
    return _page(request, indicator, form, version, FeedsForm(indicator=indicator))


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(plans)
def add_indicator(request: HttpRequest) -> HttpResponse:
    """A new indicator; `from` names one whose answers the form begins with, such as the one that it follows."""
    user = user_of(request)
    base = Indicator.objects.filter(code=request.GET.get("from", "")[:100]).first()
    visible = Access.of(user).visible_units()
    form = NewIndicatorForm(request.POST or None, base=base, visible=visible, today=clock.today())

    def save() -> None:
        units = list(form.cleaned_data["reporting_units"])
        planning.save_indicator(user, form.instance, reporting_units=units)

    if request.method == "POST" and saved(request, form, None, save):
        return redirect("edit-indicator", form.instance.code)
    context = {"page": "planner", "form": form, "base": base}
    return render(request, "goals/planner/add_indicator.html", context, status=400 if form.errors else 200)


@require_POST
@allowed(plans)
def name_feeds(request: HttpRequest, code: str) -> HttpResponse:
    """Which accounts feed an indicator."""
    user = user_of(request)
    indicator = get_object_or_404(Indicator, code=code)
    feeds_form = FeedsForm(request.POST, indicator=indicator)

    def act() -> None:
        feeds.name_feeds(user, indicator, list(feeds_form.cleaned_data["feeds"]), origin=origin(request))

    if done(feeds_form, act):
        messages.success(request, _("已保存。"))
        return redirect("edit-indicator", code)
    form = IndicatorForm(instance=indicator, visible=Access.of(user).visible_units(), today=clock.today())
    return _page(request, indicator, form, indicator.version, feeds_form)


@require_safe
@allowed(plans)
def feed_list(request: HttpRequest) -> HttpResponse:
    """The feeds, and what each of them feeds."""
    context = {"page": "planner", "tab": "feeds", "feeds": feeds.by_account()}
    return render(request, "goals/planner/feeds.html", context)


def _page(
    request: HttpRequest, indicator: Indicator, form: IndicatorForm, version: int, feeds_form: FeedsForm
) -> HttpResponse:
    requests = indicator.reporting.exclude(replaces="").select_related("unit").order_by("-first_day", "unit__path")
    context = {
        "page": "planner",
        "indicator": indicator,
        "form": form,
        "version": version,
        "feeds_form": feeds_form,
        "has_figures": form.fields["unit_of_measure"].disabled,
        "requests": requests,
    }
    status = 400 if form.errors or feeds_form.errors else 200
    return render(request, "goals/edit_indicator.html", context, status=status)

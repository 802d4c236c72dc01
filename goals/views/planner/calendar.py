"""报送日历: month by month what is asked, what came in, what is closed and what was opened again."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from common import clock
from common.errors import Refusal
from common.pages import allowed, origin, tell_refusal
from common.templatetags.portal import month as month_word
from goals import windows
from goals.forms import ReopenForm
from goals.models import Plan
from goals.timetable import Timetable, asked_units, month_named, timetable
from goals.views.planner.base import done, plan_of, plans, user_of


@require_safe
@allowed(plans)
def calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """The year of a plan, and of each of its units."""
    plan = plan_of(request, slug)
    table = timetable(plan, clock.today())
    return _page(request, plan, table, _form(plan, table))


@require_POST
@allowed(plans)
def close_month(request: HttpRequest, slug: str) -> HttpResponse:
    """月结."""
    plan = plan_of(request, slug)
    period = month_named(plan, request.POST.get("period", ""))
    if period is None:
        raise Http404
    try:
        windows.close_month(user_of(request), plan, period, origin=origin(request))
        messages.success(request, _("%(month)s已月结，此前各期不再收数。") % {"month": month_word(period)})
    except (ValidationError, Refusal) as error:
        tell_refusal(request, error)
    return redirect("calendar", slug)


@require_POST
@allowed(plans)
def reopen(request: HttpRequest, slug: str) -> HttpResponse:
    """补报开放, for one unit; what was written stays on the page when it is refused."""
    plan = plan_of(request, slug)
    table = timetable(plan, clock.today())
    form = _form(plan, table, request.POST)

    def act() -> None:
        asked = form.cleaned_data
        windows.reopen(
            user_of(request),
            plan,
            asked["unit"],
            asked["period"],
            asked["until"],
            asked["reason"],
            origin=origin(request),
        )

    if not done(form, act):
        return _page(request, plan, table, form, status=400)
    messages.success(request, _("已为%(unit)s开放补报。") % {"unit": form.cleaned_data["unit"]})
    return redirect("calendar", slug)


def _form(plan: Plan, table: Timetable, data: Any = None) -> ReopenForm:
    # Months that aren't closed are among the choices: why they aren't opened is for the service to say.
    months = [month.period for month in table.months if month.has_ended]
    closed = [month.period for month in table.months if month.closing]
    return ReopenForm(data, units=asked_units(plan), months=months, initial={"period": closed[-1] if closed else None})


def _page(request: HttpRequest, plan: Plan, table: Timetable, form: ReopenForm, *, status: int = 200) -> HttpResponse:
    context = {
        "page": "planner",
        "tab": "calendar",
        "plan": plan,
        "table": table,
        "today": clock.today(),
        "form": form,
        "is_open": plan.state == Plan.State.ADOPTED,
        "any_closed": any(month.closing for month in table.months),
    }
    return render(request, "goals/planner/calendar.html", context, status=status)

"""节假日: the days that aren't what their weekday says, by which deadlines for people move."""

from datetime import date

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from common import clock
from common.dates import FIRST_YEAR, LAST_YEAR
from common.errors import Refusal
from common.pages import allowed, origin, tell_refusal
from goals import holidays as service
from goals.forms import HolidayForm
from goals.models import CalendarDay
from goals.views.planner.base import done, plans, require_version, user_of


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(plans)
def holidays(request: HttpRequest) -> HttpResponse:
    """The table of a year, and a day to add."""
    year = _year(request.GET.get("year"))
    form = HolidayForm(request.POST or None)

    def act() -> None:
        service.save_day(user_of(request), form.instance, origin=origin(request))

    if request.method == "POST" and done(form, act):
        messages.success(request, _("已保存。"))
        return redirect(_address(form.instance.day))
    context = {
        "page": "planner",
        "tab": "holidays",
        "year": year,
        "years": sorted({*service.years_in_table(clock.today()), year}),
        "days": CalendarDay.objects.filter(day__year=year),
        "form": form,
    }
    return render(request, "goals/planner/holidays.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(plans)
def edit_holiday(request: HttpRequest, pk: int) -> HttpResponse:
    """A day of the table."""
    found = get_object_or_404(CalendarDay, pk=pk)
    version, year = found.version, found.day.year
    form = HolidayForm(request.POST or None, instance=found)

    def act() -> None:
        require_version(request, version)
        service.save_day(user_of(request), form.instance, origin=origin(request))

    if request.method == "POST" and done(form, act):
        messages.success(request, _("已保存。"))
        return redirect(_address(form.instance.day))
    context = {"page": "planner", "tab": "holidays", "form": form, "version": version, "pk": pk, "year": year}
    return render(request, "goals/planner/edit_holiday.html", context, status=400 if form.errors else 200)


@require_POST
@allowed(plans)
def delete_holiday(request: HttpRequest, pk: int) -> HttpResponse:
    """Out of the table: the weekday decides again."""
    found = get_object_or_404(CalendarDay, pk=pk)
    try:
        service.delete_day(user_of(request), found, origin=origin(request))
        messages.success(request, _("已删除。"))
    except Refusal as error:
        tell_refusal(request, error)
    return redirect(_address(found.day))


@require_POST
@allowed(plans)
def load_holidays(request: HttpRequest) -> HttpResponse:
    """从国务院节假日安排载入."""
    year = _year(request.POST.get("year"))
    try:
        loaded = service.load_year(user_of(request), year, origin=origin(request))
        said = _("已载入 %(n)s 天，原有 %(kept)s 天未改。")
        messages.success(request, said % {"n": loaded.added, "kept": loaded.kept})
    except ValidationError as error:
        tell_refusal(request, error)
    return redirect(_address(date(year, 1, 1)))


def _address(day: date) -> str:
    return f"{reverse('holidays')}?year={day.year}"


def _year(raw: str | None) -> int:
    """The year asked for, this one by default; raises ValidationError for what is none."""
    if not raw:
        return clock.today().year
    if not (raw.isascii() and raw.isdigit() and len(raw) == 4 and FIRST_YEAR <= int(raw) <= LAST_YEAR):
        raise ValidationError({"year": ValidationError(_("年份应在 2000 至 2099 之间。"), code="out_of_range")})
    return int(raw)

"""Sheets: routine commitments confirmed theme by theme, inspections side by side, and a milestone's evidence."""

from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from common import clock, uploads
from common.errors import Conflict, Refusal
from common.pages import origin
from goals import evidence, evidence_files
from goals.models import Theme
from goals.permissions import visible_or_404
from projects import noting
from projects.inspecting import rounds
from projects.models import Confirmation, Inspection, Milestone
from projects.models.project import Tier
from projects.noting import Said, half_end, may_confirm, routine_of
from projects.views.base import access_of, plan_of, user_of

METHODS = ["GET", "HEAD", "POST"]


@require_safe
def routine_list(request: HttpRequest, slug: str) -> HttpResponse:
    """The themes with routine commitments, and how many of them are confirmed."""
    plan = plan_of(request, slug)
    period = _period(request, plan.year)
    routine = Q(projects__tier=Tier.ROUTINE, projects__same_as=None)
    confirmed = routine & Q(projects__confirmations__period=period)
    themes = plan.themes.annotate(
        routine=Count("projects", filter=routine, distinct=True),
        confirmed=Count("projects", filter=confirmed, distinct=True),
    )
    listed = themes.filter(routine__gt=0).select_related("section").order_by("section__order", "order")
    context = {"page": "projects", "plan": plan, "period": period, "themes": listed, "halves": _halves(plan.year)}
    return render(request, "projects/routine_list.html", context)


def _halves(year: int) -> list[date]:
    return [date(year, 6, 30), date(year, 12, 31)]


def _period(request: HttpRequest, year: int) -> date:
    """The half-year asked for; the one that is asked about today otherwise."""
    asked = request.GET.get("period", "")
    known = {day.isoformat(): day for day in _halves(year)}
    today = clock.today()
    return known.get(asked) or (half_end(today) if today.year == year else _halves(year)[1])


@require_http_methods(METHODS)
def routine_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """半年确认 of a theme: a word for each routine commitment, all of them at once."""
    user = user_of(request)
    theme = Theme.objects.select_related("section", "plan__unit").filter(pk=pk).first()
    if theme is None:
        raise Http404
    plan = plan_of(request, theme.plan.slug)
    period, access = _period(request, plan.year), access_of(request)
    projects = list(routine_of(theme).select_related("lead_office", "plan__unit"))
    mine = {p.pk for p in projects if may_confirm(access, p)}
    faults: list[str] = []
    if request.method == "POST":
        if not mine:
            raise PermissionDenied
        said = {
            pk: Said(request.POST[f"word-{pk}"], request.POST.get(f"note-{pk}", "")[:500])
            for pk in sorted(mine)
            if request.POST.get(f"word-{pk}")
        }
        try:
            kept = noting.confirm(user, theme, period, said, origin=origin(request))
            messages.success(request, _("已确认 %(n)s 项。") % {"n": len(kept)})
            return redirect(f"{reverse('routine', args=[pk])}?period={period.isoformat()}")
        except ValidationError as error:
            faults = error.messages
        except Refusal as error:
            faults = [str(error.message)]
    standing = {c.project_id: c for c in Confirmation.objects.filter(project__in=projects, period=period)}
    context = {
        "page": "projects",
        "plan": plan,
        "theme": theme,
        "period": period,
        "halves": _halves(plan.year),
        "rows": [(p, standing.get(p.pk), p.pk in mine and not plan.is_closed) for p in projects],
        "words": Confirmation.Word.choices,
        "may": bool(mine) and not plan.is_closed,
        "faults": faults,
    }
    return render(request, "projects/routine.html", context, status=400 if faults else 200)


@require_safe
def inspections(request: HttpRequest, slug: str) -> HttpResponse:
    """The plan's inspections by unit and month, so that they can be merged."""
    plan = plan_of(request, slug)
    found = rounds(Inspection.objects.filter(project__plan=plan))
    return render(
        request, "projects/inspections.html", {"page": "projects", "plan": plan, "rounds": found, "day": clock.today()}
    )


# The token of a POST is checked by `_upload`: it is part of the body, which isn't read before its limits are set.
@csrf_exempt
@require_http_methods(METHODS)
def milestone_files(request: HttpRequest, pk: int) -> HttpResponse:
    """The evidence of a milestone; a POST attaches files, all of them or none."""
    user = user_of(request)
    found = visible_or_404(Milestone.objects.select_related("project__plan", "project__lead_office"), user, pk=pk)
    if request.method != "POST":
        return _files(request, found)
    if not evidence.may_attach(user, found):
        raise PermissionDenied
    uploads.bound(request, largest_file=evidence_files.LARGEST, largest_body=evidence.LARGEST_BODY)
    return _upload(request, found)


@csrf_protect
def _upload(request: HttpRequest, found: Milestone) -> HttpResponse:
    try:
        evidence.attach_all(user_of(request), found, request.FILES.getlist("file"), origin=origin(request))
    except ValidationError as error:
        return _files(request, found, error.messages, 400)
    except Conflict as error:
        return _files(request, found, [str(error.message)], 409)
    messages.success(request, _("已保存。"))
    return redirect("milestone-files", found.pk)


def _files(request: HttpRequest, found: Milestone, faults: list[str] | None = None, status: int = 200) -> HttpResponse:
    context = {
        "page": "projects",
        "plan": found.project.plan,
        "project": found.project,
        "milestone": found,
        "files": evidence.of([found])[found.pk],
        "may_change": evidence.may_change(user_of(request), found),
        "accept": evidence_files.ACCEPT,
        "most": evidence.MOST_FILES,
        "faults": faults or [],
    }
    return render(request, "projects/files.html", context, status=status)

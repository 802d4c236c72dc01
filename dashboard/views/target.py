"""指标: one target, and the comments on it."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Unit, User
from accounts.permissions import Access
from common.pages import done, origin
from dashboard import charts, navigation
from dashboard.arithmetic import ruler_of, steps_of
from dashboard.asof import as_of
from dashboard.chart import downloaded
from dashboard.late import Seen, with_terms
from dashboard.origins import Line, changes_of, lines_of, may_owe_to_later, readings_of, source_of
from dashboard.views.base import user_of
from goals.measures import Source
from goals.models import Allocation, Reading, Target
from goals.models.target import Rule
from goals.panels import panels_beside
from goals.permissions import may_plan, visible_or_404
from goals.quotes import in_paragraph
from goals.words import Standing
from projects.commenting import comment as comment_on
from projects.commenting import comments_on
from projects.forms import CommentForm
from projects.permissions import may_comment


@require_safe
def target(request: HttpRequest, pk: int) -> HttpResponseBase:
    """指标: where a target stands, how that was computed, who reported and approved, and where it is promised."""
    return _target(request, pk, None)


def _target(request: HttpRequest, pk: int, form: CommentForm | None) -> HttpResponseBase:
    with_all = Target.objects.select_related(
        "plan__unit", "plan__profile", "theme__section", "indicator", "lead_office", "responsible_post"
    )
    found = next(iter(with_terms(with_all.visible_to(user_of(request)).filter(pk=pk))), None)
    if found is None:
        raise Http404
    asof = as_of(request, found.plan)
    entries = navigation.leave(request, found.plan)
    readings = [] if found.indicator.measure_of(found.plan.year) else readings_of(found, asof)
    seen = Seen(asof)
    row = seen.find_one(found, is_owing=may_owe_to_later(found, readings, asof))
    months = seen.months.get(found.pk, [])
    standing = Standing(found, row, months, seen.then, is_later=seen.then is not None)
    counted = source_of(found, asof, row)
    units = list(_units_of(found, counted))
    lines = lines_of(found, readings, asof) if readings else []
    adjustments = [a for a in found.adjustments.all() if not asof.known_then or a.decided_at < asof.until]
    parts = parts_counted(units, counted) if counted else parts_by_unit(units, lines, found)
    chart = charts.of_target(standing, adjustments, asof.day)
    by_unit = charts.villages(standing, parts)
    file = downloaded(request, (chart, by_unit), f"{found.name} {asof.day}")
    if file is not None:
        return file
    context = {
        "page": "target",
        "asof": asof,
        "comparison": seen.comparison,
        "plan": found.plan,
        "standing": standing,
        "target": found,
        "entry": next(e for e in entries if e.section.pk == found.theme.section_id),
        "cooperating": [u for u in units if u.cooperates],  # type: ignore[attr-defined]
        "chart": chart,
        "by_unit": by_unit,
        "gauge": charts.gauge(standing),
        "months": list(reversed(months)),
        "lines": lines,
        "changes": changes_of(lines, adjustments, asof),
        "steps": steps_of(standing),
        "ruler": ruler_of(standing),
        "parts": parts,
        "counted": counted,
        "quoted": in_paragraph(found.plan, found),
        "may_edit": may_plan(Access.of(request.user), found.plan.unit),
        "works": list(found.projects.order_by("order")) if found.rule == Rule.MILESTONES else [],
        "comments": list(comments_on(found)),
        "may_comment": may_comment(Access.of(request.user)),
        "form": form,
        "beside": panels_beside(found, request.user, asof.day),
    }
    return render(request, "dashboard/target.html", context, status=400 if form and form.errors else 200)


@require_POST
def comment(request: HttpRequest, pk: int) -> HttpResponseBase:
    """批注 on a target."""
    found: Target = visible_or_404(Target.objects.select_related("plan__unit"), request.user, pk=pk)  # type: ignore[arg-type]
    form, user = CommentForm(request.POST), request.user
    assert isinstance(user, User)
    if done(form, lambda: comment_on(user, found, form.cleaned_data["text"], origin=origin(request))):
        return redirect(reverse("target", args=[pk]) + "#comments")
    return _target(request, pk, form)


def _units_of(target: Target, counted: Source | None) -> "QuerySet[Unit]":
    """The cooperating units, those with a part of the goal and those with rows behind the figure, in one query."""
    cooperates = Target.cooperating_offices.through.objects.filter(target=target, unit=OuterRef("pk"))
    part = Allocation.objects.filter(target=target, unit=OuterRef("pk")).values("goal")
    return (
        Unit.objects.annotate(cooperates=Exists(cooperates), part=Subquery(part))
        .filter(
            Q(cooperates=True)
            | Q(part__isnull=False)
            | Q(pk__in=[part.unit_id for part in counted.parts] if counted else ())
        )
        .order_by("path")
    )


def parts_counted(units: list[Unit], counted: Source) -> list[tuple[Unit, Any, Any]]:
    """What each unit's rows come to, and its part of the goal; the part knows the address of its rows."""
    goals = {u.pk: u.part for u in units}  # type: ignore[attr-defined]
    parts = {part.unit_id: part for part in counted.parts}
    named = {u.pk: u for u in units if u.pk in parts or u.part is not None}  # type: ignore[attr-defined]
    found = [(unit, parts.get(pk), goals.get(pk)) for pk, unit in named.items()]
    return sorted(found, key=lambda part: part[0].path)


def parts_by_unit(units: list[Unit], lines: list[Line], target: Target) -> list[tuple[Unit, Any, Any]]:
    """What each of several reporting units has approved so far, and its part of the goal."""
    goals = {u.pk: u.part for u in units if u.part is not None}  # type: ignore[attr-defined]
    by_unit: dict[int, list[Reading]] = {}
    for line in lines:
        if line.is_known:
            by_unit.setdefault(line.reading.unit_id, []).append(line.reading)
    if len(by_unit) < 2 and not goals:
        return []
    parts = []
    for found in by_unit.values():
        newest = max(found, key=lambda r: r.period)
        value = sum((r.value or 0 for r in found), 0) if target.indicator.basis == "amount" else newest
        parts.append((found[0].unit, value, goals.get(found[0].unit_id)))
    return sorted(parts, key=lambda part: part[0].path)

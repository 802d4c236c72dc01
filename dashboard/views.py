"""The pages of progress: 总览, 板块, 指标. Read only; each works without JavaScript."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Role, Unit, User
from accounts.permissions import Access
from common.htmx import page_or_fragment
from common.pages import done, origin
from dashboard import charts, navigation
from dashboard.asof import AsOf, as_of
from dashboard.section import SectionFilters, by_theme, matching
from goals.duties import Oversight, oversight
from goals.measures import Source, Wanted, measure_of
from goals.models import Allocation, Plan, Reading, Section, Target
from goals.models.progress import Status
from goals.models.target import Rule
from goals.panels import panels_beside, panels_of
from goals.permissions import may_plan, visible_or_404
from goals.progress import SCALE, Bands
from goals.progress.store import months_of, progress_of, year_of
from goals.progress.summary import PlanSummary, Summary, plan_summary, summarise
from goals.quotes import in_paragraph
from goals.words import LAGGING, Standing
from projects.commenting import comment as comment_on
from projects.commenting import comments_on
from projects.forms import CommentForm
from projects.permissions import may_comment

WORST_SHOWN = 10


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The newest plan's overview; who has no business with plans goes where their work is."""
    access = Access.of(request.user)
    if not access.sees_business:
        own = {Role.ADMINISTRATOR: "users", Role.AUDITOR: "audit"}
        page = next((name for role, name in own.items() if access.has(role)), None)
        return redirect(page) if page else render(request, "no_business.html")
    assert isinstance(request.user, User)
    plan = navigation.current_plan(request.user)
    if plan is None:
        return render(request, "dashboard/no_plan.html")
    return _overview(request, plan)


@require_safe
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    """总览 of a plan by its slug."""
    return _overview(request, visible_or_404(navigation.plans(), request.user, slug=slug))  # type: ignore[arg-type]


def _overview(request: HttpRequest, plan: Plan) -> HttpResponse:
    asof = as_of(request, plan)
    summary = plan_summary(plan, asof.day)
    sections = [section for section, _summary in summary.sections]
    for section, found in summary.sections:
        section.late = sum(found.counts[s] for s in LAGGING)  # type: ignore[attr-defined]
    entries = navigation.leave(request, plan, sections)
    standings = [Standing(target, row) for target, row in summary.rows]
    worst = [Standing(target, row) for target, row in summary.overall.worst if row.status in LAGGING]
    months = months_of([target for target, _row in summary.rows], asof.day)
    context: dict[str, Any] = {
        "page": "overview",
        "asof": asof,
        "plan": plan,
        "words": dict(Status.choices),
        "summary": summary,
        "overall": summary.overall,
        "lead": _gap(summary.overall),
        "cards": [
            SectionCard.of(plan, entry, found) for entry, (_s, found) in zip(entries, summary.sections, strict=True)
        ],
        "worst": worst[:WORST_SHOWN],
        "lagging": len(worst),
        "crowded": _crowded(worst),
        "stale": [s for s in standings if s.progress.stale],
        "unjudged": [s for s in standings if s.status == Status.NO_DATA],
        "oversight": _oversight(request, summary, asof),
        "trend": charts.completion_trend(plan, [t for t, _row in summary.rows], months),
    }
    return render(request, "dashboard/overview.html", context)


def _oversight(request: HttpRequest, summary: PlanSummary, asof: AsOf) -> Oversight | None:
    """For leaders and planners, and for today alone: who holds a post is a matter of now."""
    if asof.query or not Access.of(request.user).has(Role.LEADER, Role.PLANNER):
        return None
    return oversight(summary, asof.day)


@dataclass(frozen=True)
class SectionCard:
    """A section on the overview; `tone` is the colour of its gap, by the plan's band for amounts."""

    entry: navigation.Entry
    summary: Summary
    gap: Decimal | None
    tone: str

    @classmethod
    def of(cls, plan: Plan, entry: navigation.Entry, summary: Summary) -> "SectionCard":
        gap = _gap(summary)
        return cls(entry, summary, gap, _tone(plan, gap))


def _gap(summary: Summary) -> Decimal | None:
    """Completion against its pace, in points; None where nothing has a completion."""
    if summary.completion is None or summary.expected_completion is None:
        return None
    return summary.completion - summary.expected_completion


def _tone(plan: Plan, gap: Decimal | None) -> str:
    if gap is None:
        return Status.NO_DATA
    if gap >= 0:
        return Status.ON_TRACK
    band = Decimal(Bands.from_json(plan.profile.bands).for_rule(Rule.TOTAL, None)) / SCALE
    return Status.AT_RISK if gap >= -band else Status.BEHIND


def _crowded(worst: list[Standing]) -> tuple[Section, int] | None:
    """The section in which most of what lags stands, where that is more than one."""
    counts: dict[int, int] = {}
    for standing in worst:
        key = standing.target.theme.section_id
        counts[key] = counts.get(key, 0) + 1
    if not counts or max(counts.values()) < 2:
        return None
    first = max(counts, key=lambda key: counts[key])
    return next((s.target.theme.section, counts[first]) for s in worst if s.target.theme.section_id == first)


@require_safe
def section(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """板块: every target of a section by theme, filtered; panels of the section's app below."""
    plan: Plan = visible_or_404(navigation.plans(), request.user, slug=slug)  # type: ignore[arg-type]
    asof = as_of(request, plan)
    entries = navigation.leave(request, plan)
    entry = next((e for e in entries if e.section.code == code), None)
    if entry is None:
        raise Http404
    targets = list(
        plan.targets.filter(theme__section=entry.section)
        .select_related("indicator", "theme", "lead_office", "responsible_post")
        .prefetch_related("programmes")
        .order_by("theme__order", "theme__code", "order", "code")
    )
    for target in targets:
        target.plan = plan
        target.theme.section = entry.section
    progress = progress_of(targets, asof.day)
    months = months_of(targets, asof.day)
    standings = [Standing(t, progress[t.pk], months.get(t.pk, ())) for t in targets]
    filters = SectionFilters.of(request.GET, standings)
    shown = matching(standings, filters)
    summary = summarise([(s.target, s.progress) for s in standings])
    entry.section.plan = plan
    panels = list(panels_of(entry.section, asof.day))
    context = {
        "page": "section",
        "asof": asof,
        "plan": plan,
        "entry": entry,
        "tone": _tone(plan, _gap(summary)),
        "words": dict(Status.choices),
        "summary": summary,
        "lead": _gap(summary),
        "filters": filters,
        "themes": by_theme(shown),
        "shown": len(shown),
        "panels": panels,
        "panel_styles": list(dict.fromkeys(sheet for panel in panels for sheet in panel.styles)),
        "has_charts": any(panel.has_charts for panel in panels),
    }
    return render(request, page_or_fragment(request, "dashboard/section.html", "dashboard/_rows.html"), context)


@require_safe
def target(request: HttpRequest, pk: int) -> HttpResponse:
    """指标: where a target stands, how that was computed, who reported and approved, and where it is promised."""
    return _target(request, pk, None)


def _target(request: HttpRequest, pk: int, form: CommentForm | None) -> HttpResponse:
    with_all = Target.objects.select_related(
        "plan__unit", "plan__profile", "theme__section", "indicator", "lead_office", "responsible_post"
    ).prefetch_related("programmes", "adjustments")
    found: Target = visible_or_404(with_all, request.user, pk=pk)  # type: ignore[arg-type]
    asof = as_of(request, found.plan)
    entries = navigation.leave(request, found.plan)
    row, months = year_of(found, asof.day)
    standing = Standing(found, row, months)
    units = list(_units_of(found))
    falling = found.rule == Rule.DECLINE
    counted = source_of(found, row.data_period or asof.day)
    readings = [] if counted else list(_readings_of(found, asof.day))
    context = {
        "page": "target",
        "asof": asof,
        "plan": found.plan,
        "standing": standing,
        "target": found,
        "entry": next(e for e in entries if e.section.pk == found.theme.section_id),
        "cooperating": [u for u in units if u.cooperates],  # type: ignore[attr-defined]
        "chart_kind": "yoy" if falling else "path",
        "chart": charts.against_last_year(standing)
        if falling
        else charts.year_of_target(standing, list(found.adjustments.all()), asof.day),
        "gauge": charts.gauge(standing),
        "months": list(reversed(months)),
        "readings": readings,
        "parts": parts_counted(units, counted) if counted else parts_by_unit(units, readings, found),
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
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    """批注 on a target."""
    found: Target = visible_or_404(Target.objects.select_related("plan__unit"), request.user, pk=pk)  # type: ignore[arg-type]
    form, user = CommentForm(request.POST), request.user
    assert isinstance(user, User)
    if done(form, lambda: comment_on(user, found, form.cleaned_data["text"], origin=origin(request))):
        return redirect(reverse("target", args=[pk]) + "#comments")
    return _target(request, pk, form)


def _units_of(target: Target) -> "QuerySet[Unit]":
    """The cooperating units and those with a part of the goal, in one query."""
    cooperates = Target.cooperating_offices.through.objects.filter(target=target, unit=OuterRef("pk"))
    part = Allocation.objects.filter(target=target, unit=OuterRef("pk")).values("goal")
    return (
        Unit.objects.annotate(cooperates=Exists(cooperates), part=Subquery(part))
        .filter(Q(cooperates=True) | Q(part__isnull=False))
        .order_by("path")
    )


def _readings_of(target: Target, through: date) -> "QuerySet[Reading]":
    """The year's readings of periods that ended by the day, newest first; drafts are their unit's own affair."""
    return (
        Reading.objects.filter(indicator=target.indicator_id, period__range=(target.plan.start, through))
        .exclude(state="draft")
        .select_related("unit", "reported_by", "reviewed_by")
        .order_by("-period", "unit__path", "-revision")
    )


def source_of(target: Target, through: date) -> Source | None:
    """The rows behind a figure that is counted; None where it is typed."""
    code = target.indicator.measure_of(target.plan.year)
    if not code:
        return None
    return measure_of(code).source(Wanted(target.indicator_id, target.plan.unit.path, target.plan.year), through)


def parts_counted(units: list[Unit], counted: Source) -> list[tuple[Unit, Any, Any]]:
    """What each unit's rows come to, and its part of the goal; the part knows the address of its rows."""
    goals = {u.pk: u.part for u in units}  # type: ignore[attr-defined]
    parts = {part.unit_id: part for part in counted.parts}
    named = {u.pk: u for u in units if u.pk in parts or u.part is not None}  # type: ignore[attr-defined]
    missing = set(parts) - set(named)
    named |= {u.pk: u for u in Unit.objects.filter(pk__in=missing)} if missing else {}
    found = [(unit, parts.get(pk), goals.get(pk)) for pk, unit in named.items()]
    return sorted(found, key=lambda part: part[0].path)


def parts_by_unit(units: list[Unit], readings: list[Reading], target: Target) -> list[tuple[Unit, Any, Any]]:
    """What each of several reporting units has approved so far, and its part of the goal."""
    goals = {u.pk: u.part for u in units if u.part is not None}  # type: ignore[attr-defined]
    by_unit: dict[int, list[Reading]] = {}
    for reading in readings:
        if reading.state == "approved":
            by_unit.setdefault(reading.unit_id, []).append(reading)
    if len(by_unit) < 2 and not goals:
        return []
    parts = []
    for found in by_unit.values():
        newest = max(found, key=lambda r: r.period)
        value = sum((r.value or 0 for r in found), 0) if target.indicator.basis == "amount" else newest
        parts.append((found[0].unit, value, goals.get(found[0].unit_id)))
    return sorted(parts, key=lambda part: part[0].path)

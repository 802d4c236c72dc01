"""总览: where the whole plan stands."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.models import Role, User
from accounts.permissions import Access
from dashboard import charts, navigation
from dashboard.asof import AsOf, as_of
from dashboard.rollup import gap_of, tone_of
from goals.duties import Oversight, oversight
from goals.models import Plan, Section
from goals.models.progress import Status
from goals.permissions import visible_or_404
from goals.progress.store import months_of
from goals.progress.summary import PlanSummary, Summary, plan_summary
from goals.words import LAGGING, Standing

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
        "lead": gap_of(summary.overall),
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
        gap = gap_of(summary)
        return cls(entry, summary, gap, tone_of(plan, gap))


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

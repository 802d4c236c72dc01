"""项目清单 and the Gantt chart: a plan's works, filtered; and those that need the district's help."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Unit
from accounts.permissions import Access
from common import clock
from common.htmx import page_or_fragment
from common.pages import allowed
from goals.asof import AsOf, as_of
from goals.models import Plan, Programme, Section, Theme
from goals.models.progress import Status
from goals.progress.summary import Summary, summarise
from projects.filters import PageFilters
from projects.models import Project
from projects.models.project import Blocker, Kind, Tier
from projects.noting import for_the_district
from projects.permissions import may_plan as plans_it
from projects.views.base import access_of, plan_of, user_of
from projects.words import Work, with_milestones, works_of

PAGE_SIZE = 200


@dataclass(frozen=True)
class Choices:
    """What can be chosen in the filters."""

    sections: Sequence[Section]
    offices: Sequence[Unit]
    programmes: Sequence[Programme]
    statuses: Sequence[tuple[str, str, int]]
    kinds: Sequence[tuple[str, Any]]
    tiers: Sequence[tuple[str, Any]]
    blockers: Sequence[tuple[str, Any]]


@require_safe
def project_list(request: HttpRequest, slug: str) -> HttpResponse:
    """The plan's works by theme, filtered, as rows or as a Gantt chart; routine ones without a colour."""
    plan = plan_of(request, slug)
    asof = as_of(request, plan)
    found = asked_works(request.GET, plan, asof.day, known_then=asof.known_then)
    works, shown, filters = found.all, found.shown, found.filters
    page = Paginator(shown, PAGE_SIZE).get_page(request.GET.get("page"))
    is_gantt = request.GET.get("view") == "gantt"
    context = _context(request, plan, asof, works) | {
        "filters": filters,
        "status": found.status,
        "rows": page,
        "themes": _by_theme(with_milestones(page.object_list, known_then=asof.known_then)),
        "shown": len(shown),
        "is_gantt": is_gantt,
    }
    return render(request, page_or_fragment(request, "projects/list.html", "projects/_rows.html"), context)


@dataclass(frozen=True)
class Asked:
    """A plan's works on a day, and those of them that an address asks for."""

    all: Sequence[Work]
    shown: Sequence[Work]
    filters: PageFilters
    status: str


def asked_works(asked: QueryDict, plan: Plan, day: date, *, known_then: bool = False) -> Asked:
    """What the filters of the list let through; its pages and its Excel show the same."""
    works = works_of(_projects(plan), day, known_then=known_then)
    filters = PageFilters(asked, queryset=Project.objects.filter(plan=plan))
    shown = [w for w in works if w.project.pk in _matching(filters)]
    status = _known_status(asked.get("status"), works)
    if status:
        shown = [w for w in shown if w.has_colour and w.status == status]
    return Asked(works, shown, filters, status)


def _projects(plan: Plan) -> list[Project]:
    found = plan.projects.select_related("theme__section", "lead_office", "responsible_post").order_by(
        "theme__section__order", "theme__order", "order", "code"
    )
    listed = list(found)
    for project in listed:
        project.plan = plan
    return listed


def _matching(filters: PageFilters) -> set[int]:
    """The works that the filters let through, once asked for; a value that isn't one asks for nothing."""
    if not hasattr(filters, "found"):
        is_asked = any(filters.data.get(name) for name in filters.base_filters)
        queryset = filters.qs if is_asked and filters.is_valid() else filters.queryset
        filters.found = set(queryset.values_list("pk", flat=True))  # type: ignore[attr-defined]
    return filters.found  # type: ignore[attr-defined, no-any-return]


def _known_status(asked: str | None, works: Sequence[Work]) -> str:
    return asked if asked and any(w.has_colour and w.status == asked for w in works) else ""


def _context(request: HttpRequest, plan: Plan, asof: AsOf, works: Sequence[Work]) -> dict[str, Any]:
    summary = _summary(works)
    sections = {w.project.theme.section_id: w.project.theme.section for w in works}
    offices = {w.project.lead_office_id: w.project.lead_office for w in works if w.project.lead_office}
    statuses = [(value, str(label), n) for value, label in Status.choices if (n := summary.counts[value])]
    return {
        "page": "projects",
        "plan": plan,
        "asof": asof,
        "works": works,
        "summary": summary,
        "words": dict(Status.choices),
        "may_plan": any(plans_it(access_of(request), w.project) for w in works[:1]),
        "routine": sum(1 for w in works if w.project.tier == Tier.ROUTINE),
        "again": sum(1 for w in works if w.project.same_as_id),
        "choices": Choices(
            sections=list(sections.values()),
            offices=sorted(offices.values(), key=lambda unit: unit.path),
            programmes=list(Programme.objects.filter(plan=plan)),
            statuses=statuses,
            kinds=Kind.choices,
            tiers=Tier.choices,
            blockers=Blocker.choices,
        ),
    }


def _summary(works: Sequence[Work]) -> Summary:
    return summarise((w.project, w.progress) for w in works if w.progress is not None)


@dataclass(frozen=True)
class ThemeWorks:
    """A theme with its works."""

    theme: Theme
    works: Sequence[Work]

    @property
    def routine(self) -> int:
        return sum(1 for w in self.works if w.project.tier == Tier.ROUTINE)


def _by_theme(works: Sequence[Work]) -> list[ThemeWorks]:
    groups: dict[int, list[Work]] = {}
    for work in works:
        groups.setdefault(work.project.theme_id, []).append(work)
    return [ThemeWorks(several[0].project.theme, several) for several in groups.values()]


@require_safe
@allowed(lambda user: Access.of(user).sees_business)
def district(request: HttpRequest) -> HttpResponse:
    """提请协调: what needs the district's help."""
    today = clock.today()
    projects = for_the_district(user_of(request)).select_related(
        "plan__profile", "plan__unit", "theme__section", "lead_office", "responsible_post"
    )
    works = works_of(projects, today)
    context = {"page": "projects", "works": [(w, w.project.days_blocked(today)) for w in works], "day": today}
    return render(request, "projects/district.html", context)

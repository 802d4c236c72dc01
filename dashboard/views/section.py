"""板块: one section's targets, filtered."""

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from common.htmx import page_or_fragment
from dashboard import charts, navigation
from dashboard.asof import as_of
from dashboard.chart import downloaded
from dashboard.late import Seen, with_terms
from dashboard.rollup import gap_of, tone_of
from dashboard.section import SectionFilters, by_theme, matching
from dashboard.views.base import user_of
from goals.models.progress import Status
from goals.panels import panels_of
from goals.progress.summary import summarise


@require_safe
def section(request: HttpRequest, slug: str, code: str) -> HttpResponseBase:
    """板块: every target of a section by theme, filtered; panels of the section's app below."""
    found = navigation.opened(request, user_of(request), slug)
    if found is None:
        raise Http404
    plan, entries = found
    asof = as_of(request, plan)
    entry = next((e for e in entries if e.section.code == code), None)
    if entry is None:
        raise Http404
    targets = with_terms(
        plan.targets.filter(theme__section=entry.section)
        .select_related("indicator", "theme", "lead_office", "responsible_post")
        .order_by("theme__order", "theme__code", "order", "code")
    )
    for target in targets:
        target.plan = plan
        target.theme.section = entry.section
    seen = Seen(asof)
    progress = seen.find(targets)
    standings = [seen.standing(t, progress[t.pk]) for t in targets]
    filters = SectionFilters.of(request.GET, standings)
    shown = matching(standings, filters)
    summary = summarise([(s.target, s.progress) for s in standings])
    words = dict(Status.choices)
    trend, by_status = (
        charts.completion_trend(plan, targets, seen.months),
        charts.status_by_month(targets, seen.months, words),
    )
    each = charts.multiples(standings)
    file = downloaded(request, (trend, by_status, each), f"{entry.section.name} {asof.day}")
    if file is not None:
        return file
    entry.section.plan = plan
    panels = list(panels_of(entry.section, asof.day, known_then=asof.known_then))
    context = {
        "page": "section",
        "asof": asof,
        "comparison": seen.comparison,
        "plan": plan,
        "entry": entry,
        "tone": tone_of(plan, gap_of(summary)),
        "words": words,
        "summary": summary,
        "lead": gap_of(summary),
        "filters": filters,
        "themes": by_theme(shown),
        "shown": len(shown),
        "panels": panels,
        "panel_styles": list(dict.fromkeys(sheet for panel in panels for sheet in panel.styles)),
        "trend": trend,
        "by_status": by_status,
        "each": each,
    }
    return render(request, page_or_fragment(request, "dashboard/section.html", "dashboard/_rows.html"), context)

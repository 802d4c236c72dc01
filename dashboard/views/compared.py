"""各街道对比: the plans of a year side by side, for who sees those of several units."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from common import clock
from dashboard.asof import as_of
from dashboard.rollup import gap_of, tone_of
from goals.models import Plan
from goals.models.progress import TODAY_SLOT, Status
from goals.progress.summary import Summary, plan_summaries
from goals.words import LAGGING, Standing

PAGE_SIZE = 50
WORST_SHOWN = 3


@dataclass(frozen=True)
class Row:
    """A plan with where it stands: counts by status, completion beside its pace, the worst."""

    plan: Plan
    summary: Summary

    @property
    def gap(self) -> Decimal | None:
        return gap_of(self.summary)

    @property
    def tone(self) -> str:
        return tone_of(self.plan, self.gap)

    @property
    def worst(self) -> Sequence[Standing]:
        return [Standing(target, progress) for target, progress in self.summary.worst[:WORST_SHOWN]]


def years_of(user: User) -> list[int]:
    """The years of which the user sees plans, newest first."""
    found = Plan.objects.visible_to(user).order_by("-year").values_list("year", flat=True).distinct()
    return list(found)


def plans_of(user: User, year: int) -> "QuerySet[Plan]":
    """The year's plans that the user sees; those first of whose targets most lag."""
    today = Q(targets__progress_rows__slot=TODAY_SLOT)
    lagging = Count("targets__progress_rows", filter=today & Q(targets__progress_rows__status__in=LAGGING))
    found = Plan.objects.visible_to(user).filter(year=year).defer("document").select_related("unit", "profile")
    return found.annotate(lagging=lagging).order_by("-lagging", "unit__path", "slug")


@require_safe
def compared(request: HttpRequest) -> HttpResponse:
    """The plans of a year side by side."""
    user = request.user
    assert isinstance(user, User)
    years = years_of(user)
    if not years:
        raise Http404
    year = _year(request.GET.get("year"), years)
    listed = plans_of(user, year)
    page = Paginator(listed, PAGE_SIZE).get_page(request.GET.get("page"))
    plans = list(page)
    asof = as_of(request, plans[0])
    summaries = plan_summaries(plans, asof.day)
    rows = [Row(plan, summaries[plan.pk]) for plan in plans]
    context: dict[str, Any] = {
        "page": "compared",
        "asof": asof,
        "year": year,
        "years": years,
        "rows": page,
        "plans": rows,
        "words": dict(Status.choices),
        "said": _sentence(rows),
    }
    return render(request, "dashboard/compared.html", context)


def _year(asked: str | None, years: Sequence[int]) -> int:
    """The year asked for; this year where none is, or the newest that has begun."""
    if not asked:
        begun = [year for year in years if year <= clock.today().year]
        return begun[0] if begun else years[-1]
    if asked not in {str(year) for year in years}:
        raise ValidationError({"year": ValidationError(_("没有这一年度的计划。"), code="invalid_choice")})
    return int(asked)


def _sentence(rows: Sequence[Row]) -> dict[str, int]:
    """What the page says first: how many plans are behind their pace, how many targets lag in all."""
    return {
        "plans": len(rows),
        "behind": sum(1 for row in rows if row.gap is not None and row.gap < 0),
        "targets": sum(row.summary.counts[s] for row in rows for s in LAGGING),
    }

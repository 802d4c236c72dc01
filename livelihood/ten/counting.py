"""年度民生实事项目: how many were determined, counted from the published list.

The plan's document promises that ten are determined (“确定2022年度十大民生实事项目”); how far each has come is its own
progress as a work.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.fields import SCALE
from goals import measures
from goals.measures import Contribution, Measure, Proof, Source, Span, Wanted, as_later
from goals.progress import Counted, Event
from livelihood.models import Candidate
from livelihood.ten.publishing import MEASURE

SHOWN = 20
PUBLISHED = "plan__livelihood_decision__published_on"


class Determined(Measure):
    """The works of the plan's list, on the day on which it was published."""

    code = MEASURE
    name = _("确定的民生实事项目")
    basis = "amount"

    def figures(self, wanted: Collection[Wanted], known_until: datetime | None) -> Mapping[Wanted, Counted]:
        """One query."""
        rows = Candidate.objects.filter(project__isnull=False, plan__year__in={each.year for each in wanted})
        if known_until is not None:
            rows = rows.filter(plan__livelihood_decision__published_at__lt=known_until)
        listed = rows.order_by().values_list("plan__year", "plan__unit__path", PUBLISHED).annotate(n=Count("pk"))
        by_year: dict[int, list[tuple[str, date, int]]] = defaultdict(list)
        for year, path, day, count in listed:
            by_year[year].append((path, _within(day, year), count))
        return {each: Counted(_events(by_year[each.year], each.root)) for each in wanted}

    @classmethod
    def later(cls, asked: Mapping[Measure, Collection[Wanted]], span: Span) -> Iterator[QuerySet[Any]]:
        """A list that was published by the day, but told of later."""
        roots = {each.root for wanted in asked.values() for each in wanted}
        years = {each.year for wanted in asked.values() for each in wanted}
        listed = Candidate.objects.filter(
            span.covers("plan__livelihood_decision__published_at"),
            project__isnull=False,
            plan__year__in=years,
            plan__unit__path__in=roots,
            **{f"{PUBLISHED}__lte": span.day},
        )
        yield as_later(listed, cls.code, on=F(PUBLISHED))

    def source(self, wanted: Wanted, through: date, known_until: datetime | None = None) -> Source:
        """One query."""
        rows = Candidate.objects.filter(
            project__isnull=False, plan__year=wanted.year, plan__unit__path__startswith=wanted.root
        )
        if known_until is not None:
            rows = rows.filter(plan__livelihood_decision__published_at__lt=known_until)
        found = list(rows.select_related("plan__unit", "plan__livelihood_decision").order_by("plan", "place"))
        found = [c for c in found if _day_of(c) <= through]
        by_plan: dict[int, list[Candidate]] = defaultdict(list)
        for candidate in found:
            by_plan[candidate.plan_id].append(candidate)
        parts = [
            Contribution(few[0].plan.unit_id, Decimal(len(few)), Decimal(0), Decimal(0), _board(few[0]))
            for few in by_plan.values()
        ]
        proofs = [
            Proof(_day_of(c), c.name, c.plan.unit.name, Decimal(1), reverse("project", args=[c.project_id]))
            for c in found[:SHOWN]
        ]
        return Source(str(self.name), parts, proofs, len(found), parts[0].address if parts else "")


def _events(rows: Collection[tuple[str, date, int]], root: str) -> list[Event]:
    return [Event(day, count * SCALE) for path, day, count in sorted(rows) if path.startswith(root)]


def _within(day: date, year: int) -> date:
    """A list published before its year counts from the first day on."""
    return min(max(day, date(year, 1, 1)), date(year, 12, 31))


def _day_of(candidate: Candidate) -> date:
    published = candidate.plan.livelihood_decision.published_on
    assert published is not None
    return _within(published, candidate.plan.year)


def _board(candidate: Candidate) -> str:
    return reverse("ten", args=[candidate.plan.slug])


measures.register(Determined())

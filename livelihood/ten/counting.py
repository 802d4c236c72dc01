"""年度民生实事项目: how many were determined, counted from the published list.

The plan's document promises that ten are determined (“确定2022年度十大民生实事项目”); how far each has come is its own
progress as a work.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import CharField, Count, F, QuerySet
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.fields import SCALE
from goals import measures
from goals.measures import (
    Asking,
    Contribution,
    Figures,
    Measure,
    Proof,
    Row,
    Shared,
    Source,
    Span,
    Wanted,
    as_flow,
    as_later,
)
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

    def figures(self, wanted: Collection[Wanted], known_until: datetime | None) -> Mapping[Wanted, Figures]:
        """One query."""
        asking = self.asking({self: wanted}, [known_until])
        return asking.answer(measures.rows_of(asking.queries))[0]

    @classmethod
    def asking(
        cls,
        asked: Mapping[Measure, Collection[Wanted]],
        cutoffs: Sequence[datetime | None],
        shared: Shared | None = None,
    ) -> "Lists":
        """One query, whatever the moments."""
        return Lists({each for wanted in asked.values() for each in wanted}, cutoffs)

    @classmethod
    def later(
        cls, asked: Mapping[Measure, Collection[Wanted]], span: Span, shared: Shared | None = None
    ) -> Iterator[QuerySet[Any]]:
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

    def source(
        self, wanted: Wanted, through: date, known_until: datetime | None = None, shared: Shared | None = None
    ) -> Source:
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


class Lists(Asking):
    """How many works the published lists hold, as known at several moments."""

    def __init__(self, wanted: Collection[Wanted], cutoffs: Sequence[datetime | None]) -> None:
        self.wanted, self.cutoffs = wanted, cutoffs
        years = {each.year for each in wanted}
        listed = Candidate.objects.filter(project__isnull=False, plan__year__in=years)
        queries: list[QuerySet[Any]] = []
        for then, cutoff in enumerate(cutoffs):
            rows = listed if cutoff is None else listed.filter(plan__livelihood_decision__published_at__lt=cutoff)
            names = {"key": Cast("plan__year", CharField()), "path": F("plan__unit__path"), "on": F(PUBLISHED)}
            queries.append(as_flow(rows, Determined.code, then, **names, value=Count("pk")))
        self.queries = queries

    def answer(self, rows: Sequence[Row]) -> list[dict[Wanted, Figures]]:
        by_year: dict[tuple[int, int], list[tuple[str, date, int]]] = defaultdict(list)
        for _code, then, year, path, day, _done, count, *_rest in rows:
            by_year[then, int(year)].append((path, _within(day, int(year)), count))
        return [
            {each: Counted(_events(by_year[then, each.year], each.root)) for each in self.wanted}
            for then in range(len(self.cutoffs))
        ]


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

"""Milestones as a measure: the works that count for a `milestones` target give it their steps."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, Case, CharField, DateField, Exists, F, OuterRef, QuerySet, Value, When
from django.db.models.functions import Cast

from goals import measures
from goals.measures import Asking, Figures, Measure, Row, Shared, Span, Wanted, as_flow, as_later
from goals.models import Target
from goals.progress import Milestone, Works
from projects import models
from projects.versions import known_for

_WHOLE = BigIntegerField()


class MilestonesDone(Measure):
    """Weight done against the weight of all, of the works that name the target."""

    code = measures.MILESTONES

    def figures(self, wanted: Collection[Wanted], known_until: datetime | None) -> Mapping[Wanted, Figures]:
        """One query, however many indicators; an indicator for which no work counts has no milestone."""
        asking = self.asking({self: wanted}, [known_until])
        return asking.answer(measures.rows_of(asking.queries))[0]

    @classmethod
    def asking(
        cls,
        asked: Mapping[Measure, Collection[Wanted]],
        cutoffs: Sequence[datetime | None],
        shared: Shared | None = None,
    ) -> "Steps":
        """One query of what is, and one of what was known, whatever the moments."""
        return Steps({each for wanted in asked.values() for each in wanted}, cutoffs)

    @classmethod
    def later(
        cls, asked: Mapping[Measure, Collection[Wanted]], span: Span, shared: Shared | None = None
    ) -> Iterator[QuerySet[Any]]:
        """Milestones done by the day but accepted later, dates put off since, schedules written down only then."""
        wanted = {each for several in asked.values() for each in several}
        of = {
            "project__target__indicator__in": {each.indicator_id for each in wanted},
            "project__target__plan__year__in": {each.year for each in wanted},
            "project__same_as": None,
        }
        key = F("project__target__indicator_id")
        accepted = models.Milestone.objects.filter(
            span.covers("decided_at"), **of, state=models.Milestone.State.ACCEPTED, done_on__lte=span.day
        )
        yield as_later(accepted, cls.code, key=key, on=F("done_on"))
        granted = models.Postponement.objects.filter(
            **of, state=models.Postponement.State.GRANTED, decided_on__gt=span.day, old_due__lte=span.day
        )
        yield as_later(granted, cls.code, key=key, on=F("old_due"))
        own = {name.removeprefix("project__"): value for name, value in of.items()}
        versions = models.ScheduleVersion.objects.filter(project=OuterRef("pk"))
        written = models.Project.objects.filter(
            Exists(versions.filter(span.covers("known_from"))),
            ~Exists(versions.filter(known_from__lt=span.since)),
            **own,
        )
        yield as_later(written, cls.code, key=F("target__indicator_id"), on=Value(span.day, DateField()))


class Steps(Asking):
    """The milestones of works by the targets for which they count, as they are and as known at several moments."""

    def __init__(self, wanted: Collection[Wanted], cutoffs: Sequence[datetime | None]) -> None:
        self.wanted, self.cutoffs = wanted, cutoffs
        self.indicators = {each.indicator_id for each in wanted}
        self.years = {each.year for each in wanted}
        self.queries = [self._query(then) for then, cutoff in enumerate(cutoffs) if cutoff is None]

    def _query(self, then: int) -> QuerySet[Any]:
        """What is: of each step its indicator and unit, its days, and its weight, whether it is the default one, and
        the year."""
        rows = models.Milestone.objects.filter(
            project__target__indicator__in=self.indicators,
            project__target__plan__year__in=self.years,
            project__same_as=None,
        )
        accepted = When(state=models.Milestone.State.ACCEPTED, then=F("done_on"))
        return as_flow(
            rows,
            MilestonesDone.code,
            then,
            key=Cast("project__target__indicator_id", CharField()),
            path=F("project__target__plan__unit__path"),
            on=F("due"),
            done=Case(accepted, output_field=DateField()),
            value=Cast("weight", _WHOLE),
            above=Case(When(is_default=True, then=1), default=0, output_field=_WHOLE),
            below=Cast("project__target__plan__year", _WHOLE),
        )

    def answer(self, rows: Sequence[Row]) -> list[dict[Wanted, Figures]]:
        found: list[dict[Wanted, list[Milestone]]] = [defaultdict(list) for _cutoff in self.cutoffs]
        for _code, then, key, path, due, done, weight, is_default, year in rows:
            found[then][Wanted(int(key), path, year)].append(Milestone(weight, due, done, bool(is_default)))
        moments = [(then, cutoff) for then, cutoff in enumerate(self.cutoffs) if cutoff is not None]
        if moments:
            targets = Target.objects.filter(indicator__in=self.indicators, plan__year__in=self.years)
            works = known_for(targets, [cutoff for _then, cutoff in moments])
            for (then, _cutoff), known in zip(moments, works, strict=True):
                for each, steps in known:
                    found[then][each] += steps
        return [{each: Works(tuple(steps[each])) for each in self.wanted} for steps in found]


measures.register(MilestonesDone())

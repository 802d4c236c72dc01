"""Milestones as a measure: the works that count for a `milestones` target give it their steps."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db.models import DateField, Exists, F, OuterRef, QuerySet, Value

from goals import measures
from goals.measures import Measure, Span, Wanted, as_later
from goals.models import Target
from goals.progress import Counted, Milestone, Works
from projects import models
from projects.standing import STEP, step_of
from projects.versions import known_for


class MilestonesDone(Measure):
    """Weight done against the weight of all, of the works that name the target."""

    code = measures.MILESTONES

    def figures(self, wanted: Collection[Wanted], known_until: datetime | None) -> Mapping[Wanted, Counted | Works]:
        """One query, however many indicators (three as known then); an indicator for which no work counts has no
        milestone."""
        if known_until is not None:
            return self._known(wanted, known_until)
        steps: dict[tuple[int, int, str], list[Milestone]] = defaultdict(list)
        rows = models.Milestone.objects.filter(
            project__target__indicator__in={each.indicator_id for each in wanted},
            project__target__plan__year__in={each.year for each in wanted},
            project__same_as=None,
        )
        keys = ("project__target__indicator_id", "project__target__plan__year", "project__target__plan__unit__path")
        for indicator_id, year, path, *step in rows.order_by("pk").values_list(*keys, *STEP):
            steps[indicator_id, year, path].append(step_of(*step))
        return {each: Works(tuple(steps[each.indicator_id, each.year, each.root])) for each in wanted}

    @classmethod
    def later(cls, asked: Mapping[Measure, Collection[Wanted]], span: Span) -> Iterator[QuerySet[Any]]:
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

    def _known(self, wanted: Collection[Wanted], until: datetime) -> Mapping[Wanted, Works]:
        targets = Target.objects.filter(
            indicator__in={each.indicator_id for each in wanted}, plan__year__in={each.year for each in wanted}
        )
        keys = {
            pk: Wanted(indicator_id, path, year)
            for pk, indicator_id, path, year in targets.values_list(
                "pk", "indicator_id", "plan__unit__path", "plan__year"
            )
        }
        steps: dict[Wanted, list[Milestone]] = defaultdict(list)
        for known in known_for(keys, until):
            assert known.target_id is not None
            steps[keys[known.target_id]] += known.steps
        return {each: Works(tuple(steps[each])) for each in wanted}


measures.register(MilestonesDone())

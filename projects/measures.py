"""Milestones as a measure: the works that count for a `milestones` target give it their steps."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from goals import measures
from goals.progress import Counted, Milestone, Works
from projects import models
from projects.standing import STEP, step_of


@measures.measure(measures.MILESTONES)
def milestones(indicator_ids: Iterable[int], year: int) -> Mapping[int, Counted | Works]:
    """One query, however many indicators; an indicator for which no work counts has no milestone."""
    ids = list(indicator_ids)
    steps: dict[int, list[Milestone]] = defaultdict(list)
    rows = models.Milestone.objects.filter(
        project__target__indicator__in=ids, project__target__plan__year=year, project__same_as=None
    )
    for indicator_id, *step in rows.order_by("pk").values_list("project__target__indicator_id", *STEP):
        steps[indicator_id].append(step_of(*step))
    return {pk: Works(tuple(steps.get(pk, ()))) for pk in ids}

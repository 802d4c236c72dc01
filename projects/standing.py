"""Where works stand: stored by the core's mechanism, computed by its arithmetic from their milestones."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import FilteredRelation, Q, QuerySet

from common.fields import to_scale
from common.joined import joined
from goals.measures import Shared
from goals.models import Plan
from goals.progress import SCALE, Bands, Outcome, Terms, Works, compute
from goals.progress import Milestone as Step
from goals.progress.books import Book, register
from goals.progress.recompute import mark, mark_indicators
from goals.progress.store import progress_of, stored_slot
from goals.progress.summary import Row, Summary, summarise
from projects.models import Milestone, Project, ProjectMark, ProjectProgress
from projects.versions import Known, keep, known_of


@dataclass(frozen=True)
class Gathered:
    """The milestones of a set of works; what was `known` of them where that is another matter than what is."""

    works: dict[int, Works]
    known: Mapping[int, Known] = field(default_factory=dict)

    def outcome(self, project: Project, as_of: date) -> Outcome:
        known = self.known.get(project.pk)
        return compute(terms_of(project, known), self.works.get(project.pk, Works(())), as_of)


def terms_of(project: Project, known: Known | None = None) -> Terms:
    """A work in the arithmetic's form: all of its weight by its due date."""
    source = known or project
    return Terms(
        year=project.plan.year,
        due=min(source.due, project.plan.end),
        rule="milestones",
        comparator="at_least",
        goal=100 * SCALE,
        bands=Bands.from_json(project.plan.profile.bands),
        weight=to_scale(source.weight) or 0,
    )


def step_of(weight: Any, due: date, done_on: date | None, state: str, is_default: bool) -> Step:
    """A milestone in the arithmetic's form: done is what was accepted, on the day on which it was done."""
    done = done_on if state == Milestone.State.ACCEPTED else None
    return Step(weight=to_scale(weight) or 0, due=due, done=done, default=is_default)


STEP = ("weight", "due", "done_on", "state", "is_default")


def steps_of(projects: Iterable[int]) -> dict[int, list[Step]]:
    """By work. One query."""
    found: dict[int, list[Step]] = defaultdict(list)
    rows = Milestone.objects.filter(project__in=list(projects)).order_by("project", "order", "pk")
    for project_id, *step in rows.values_list("project_id", *STEP):
        found[project_id].append(step_of(*step))
    return found


def _find(ids: Iterable[int]) -> "QuerySet[Project]":
    return Project.objects.counted().filter(pk__in=ids).select_related("plan__profile").order_by("pk")


def _gather(
    projects: Sequence[Project], cutoffs: Sequence[datetime | None], shared: Shared | None
) -> Sequence[Gathered]:
    """Their milestones as they are, or as they were known before a moment: a query for each of both, but for
    milestones that came with the works."""
    moments = [cutoff for cutoff in cutoffs if cutoff is not None]
    known = dict(zip(moments, known_of(projects, moments), strict=True)) if moments else {}
    steps = _steps_of(projects) if None in cutoffs else {}
    now = {pk: Works(tuple(several)) for pk, several in steps.items()}
    return [
        Gathered(now)
        if cutoff is None
        else Gathered({pk: Works(each.steps) for pk, each in known[cutoff].items()}, known[cutoff])
        for cutoff in cutoffs
    ]


def _steps_of(projects: Sequence[Project]) -> Mapping[int, Sequence[Step]]:
    if all("milestones" in getattr(p, "_prefetched_objects_cache", ()) for p in projects):
        return {p.pk: [step_of(*(getattr(m, name) for name in STEP)) for m in p.milestones.all()] for p in projects}
    return steps_of(p.pk for p in projects)


PROJECTS = register(Book("project", Project, ProjectProgress, ProjectMark, _find, _gather))


def touch(projects: Iterable[Project], reason: str) -> None:
    """What changed about these works moves them, and the targets that they count for, and is kept as what is known
    from now on; in the caller's transaction."""
    listed = list(projects)
    keep(p.pk for p in listed)
    mark([p.pk for p in listed], reason, PROJECTS)
    feeding = {(p.target.indicator_id, p.plan.year) for p in listed if p.target is not None}
    if feeding:
        mark_indicators({i for i, _year in feeding}, {year for _i, year in feeding}, reason)


def of_plan(plan: Plan) -> "QuerySet[Project]":
    """The plan's counted works, in its order."""
    found = Project.objects.counted().filter(plan=plan)
    return found.select_related("plan__profile", "theme__section").order_by(
        "theme__section__order", "theme__order", "order", "code"
    )


def rows_of(projects: Iterable[Project], as_of: date, *, known_then: bool = False) -> list[Row]:
    """The counted ones of these works with their progress on the day."""
    listed = [p for p in projects if p.is_counted]
    progress = progress_of(listed, as_of, known_then=known_then, book=PROJECTS)
    return [(project, progress[project.pk]) for project in listed]


def rows_in(projects: "QuerySet[Project]", as_of: date, *, known_then: bool = False) -> list[Row]:
    """The same of a query of counted works: one query, for the rows, or else the milestones, come with the works; two
    as known then."""
    slot = stored_slot(as_of)
    if known_then:
        return rows_of(projects, as_of, known_then=known_then)
    if slot is None:
        return rows_of(joined(projects, milestones=lambda each: (each.order, each.due, each.pk)), as_of)
    of_day = Q(progress_rows__slot=slot, progress_rows__as_of=as_of)
    with_day: Any = projects.annotate(on_day=FilteredRelation("progress_rows", condition=of_day))
    listed: list[Any] = list(with_day.select_related("on_day"))
    # Django leaves the attribute away where there is no row.
    stored = {p.pk: getattr(p, "on_day", None) for p in listed}
    missing = progress_of([p for p in listed if stored[p.pk] is None], as_of, book=PROJECTS)
    return [(p, stored[p.pk] or missing[p.pk]) for p in listed]


def summary_of(plan: Plan, as_of: date, *, known_then: bool = False) -> Summary:
    """The plan's works rolled up; three queries."""
    return summarise(rows_of(of_plan(plan), as_of, known_then=known_then))

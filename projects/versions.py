"""Schedules as they were known: kept with every change, read for `known=then` and for a closed plan."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Exists, FilteredRelation, OuterRef, Q, QuerySet

from common import clock
from common.fields import to_scale
from common.joined import joined
from goals.measures import Wanted
from goals.models import Target
from goals.progress import Milestone as Step
from projects.models import Milestone, Project, ScheduleVersion

_COLUMNS = ("project_id", "weight", "due", "done_on", "decided_at", "state", "is_default", "pk", "name")


@dataclass(frozen=True)
class Known:
    """A work as it was known at a moment."""

    due: date
    weight: Decimal
    target_id: int | None
    steps: tuple[Step, ...]


def keep(projects: Iterable[int]) -> None:
    """Write down what these works are now, where that differs from what was written down last. Three queries at
    most, and one to write."""
    ids = sorted(set(projects))
    steps = _plain_steps(Q(project__in=ids))
    last = {version.project_id: version for version in ScheduleVersion.objects.filter(project__in=ids).order_by("pk")}
    new = []
    for project in Project.objects.filter(pk__in=ids).order_by("pk"):
        made = ScheduleVersion(
            project=project,
            known_from=clock.now(),
            due=project.due,
            weight=project.weight,
            target_id=project.target_id,
            steps=steps.get(project.pk, []),
        )
        if project.pk not in last or _told(last[project.pk]) != _told(made):
            new.append(made)
    ScheduleVersion.objects.bulk_create(new)


def _told(version: ScheduleVersion) -> tuple[Any, ...]:
    return version.due, version.weight, version.target_id, version.steps


def _plain_steps(of: Q) -> dict[int, list[list[Any]]]:
    """By work, as JSON keeps them."""
    found: dict[int, list[list[Any]]] = defaultdict(list)
    rows = Milestone.objects.filter(of).order_by("project", "order", "pk").values_list(*_COLUMNS)
    for project_id, weight, due, done_on, decided_at, state, *rest in rows:
        done = done_on if state == Milestone.State.ACCEPTED else None
        moment = decided_at.isoformat() if done and decided_at else None
        found[project_id].append([str(weight), due.isoformat(), done and done.isoformat(), moment, *rest])
    return found


def versions_of(projects: Collection[Project]) -> list[ScheduleVersion]:
    """What was written down of them, in order. No query where it came with the works (`versions`)."""
    if all("versions" in getattr(p, "_prefetched_objects_cache", ()) for p in projects):
        return sorted((v for p in projects for v in p.versions.all()), key=lambda v: v.pk)
    return list(ScheduleVersion.objects.filter(project__in=[p.pk for p in projects]).order_by("pk"))


def known_of(projects: Iterable[Project], moments: Sequence[datetime]) -> list[dict[int, Known]]:
    """By moment and id, how each was known just before it. Two queries at most."""
    listed = {project.pk: project for project in projects}
    versions = versions_of(listed.values())
    written = {version.project_id for version in versions}
    missing = [pk for pk in listed if pk not in written]
    steps = _plain_steps(Q(project__in=missing)) if missing else {}
    found = []
    for moment in moments:
        chosen = _chosen(versions, moment)
        known = {pk: Known(v.due, v.weight, v.target_id, _steps(v.steps, moment)) for pk, v in chosen.items()}
        for pk in missing:
            own = listed[pk]
            known[pk] = Known(own.due, own.weight, own.target_id, _steps(steps.get(pk, ()), moment))
        found.append(known)
    return found


_KEY = ("indicator_id", "plan__unit__path", "plan__year")
_OWN = ("pk", *(f"target__{name}" for name in _KEY))
_WRITTEN = ("known_from", "steps", *(f"target__{name}" for name in _KEY))


def known_for(targets: "QuerySet[Target]", moments: Sequence[datetime]) -> list[list[tuple[Wanted, tuple[Step, ...]]]]:
    """By moment, what was known of the works that counted for these targets just before it: whose figures they are
    (works may have counted for other targets too, which the caller leaves out), and the steps. One query, and one for
    works of which nothing was ever written down."""
    listed = targets.order_by().values("pk")
    versions = ScheduleVersion.objects.filter(project=OuterRef("pk"), target__in=listed)
    ever: Any = Project.objects.filter(Q(target__in=listed) | Exists(versions), same_as=None)
    rows_of_each = ever.annotate(written=FilteredRelation("versions")).order_by("pk", "written__pk")
    rows = list(rows_of_each.values_list(*_OWN, *(f"written__{name}" for name in _WRITTEN)))
    unwritten = {row[0] for row in rows if row[len(_OWN)] is None}
    plain = _plain_steps(Q(project__in=unwritten)) if unwritten else {}
    first: dict[int, tuple[Wanted, Any]] = {}
    last: list[dict[int, tuple[Wanted, Any]]] = [{} for _moment in moments]
    for pk, *own, known_from, steps, indicator_id, path, year in rows:
        if known_from is None:
            first[pk] = Wanted(*own), plain.get(pk, ())
            continue
        said = Wanted(indicator_id, path, year), steps
        first.setdefault(pk, said)
        for place, moment in enumerate(moments):
            if known_from < moment:
                last[place][pk] = said
    return [
        [(key, _steps(steps, moment)) for key, steps in (first | last[place]).values()]
        for place, moment in enumerate(moments)
    ]


def with_what_precedes(milestones: "QuerySet[Milestone]") -> list[Milestone]:
    """The milestones with who decided on them, and those on which each depends. One query."""
    return joined(milestones.select_related("decided_by"), depends_on=lambda each: (each.order, each.due, each.pk))


def milestones_known(projects: Iterable[Project], until: datetime) -> dict[int, list[Milestone]]:
    """The milestones of these works as they were known just before the moment, by work; to be shown, never saved.
    Two queries."""
    listed = list(projects)
    ids = [project.pk for project in listed]
    chosen = _chosen(versions_of(listed), until)
    found: dict[int, list[Milestone]] = defaultdict(list)
    standing: dict[int, Milestone] = {}
    for milestone in with_what_precedes(
        Milestone.objects.filter(project__in=ids).order_by("project", "order", "due", "pk")
    ):
        standing[milestone.pk] = milestone
        if milestone.project_id not in chosen:
            found[milestone.project_id].append(_as_known(milestone, milestone.due, milestone.decided_at, until))
    for project_id, version in chosen.items():
        for number, plain in enumerate(version.steps, start=1):
            _weight, due, done, moment, is_default, *named = plain
            pk, name = named or (0, "")
            milestone = standing.get(pk) or Milestone(
                pk=pk or 0, project_id=project_id, name=name, is_default=is_default
            )
            milestone.order = number
            if done is None and milestone.state == Milestone.State.ACCEPTED:
                milestone.state = Milestone.State.PLANNED
            decided = datetime.fromisoformat(moment) if moment else None
            found[project_id].append(_as_known(milestone, date.fromisoformat(due), decided, until))
    return found


def _as_known(milestone: Milestone, due: date, decided: datetime | None, until: datetime) -> Milestone:
    """What was reported or accepted later was still to come."""
    milestone.due = due
    if decided is not None and decided >= until and milestone.state == Milestone.State.ACCEPTED:
        milestone.state = Milestone.State.PLANNED
    if milestone.reported_at is not None and milestone.reported_at >= until:
        milestone.state = Milestone.State.PLANNED
    if milestone.state == Milestone.State.PLANNED:
        milestone.done_on, milestone.report = None, ""
    return milestone


def _chosen(versions: Iterable[ScheduleVersion], until: datetime) -> dict[int, ScheduleVersion]:
    """Of each work the version written last before the moment; where there was none yet, the first. They come in order
    of their writing."""
    first: dict[int, ScheduleVersion] = {}
    last: dict[int, ScheduleVersion] = {}
    for version in versions:
        first.setdefault(version.project_id, version)
        if version.known_from < until:
            last[version.project_id] = version
    return first | last


def _steps(plain: Iterable[Any], until: datetime) -> tuple[Step, ...]:
    """What wasn't accepted before the moment wasn't done as far as was known."""
    return tuple(_step(each, until) for each in plain)


def _step(plain: Any, until: datetime) -> Step:
    weight, due, done, moment, is_default, *_named = plain
    is_known = done is not None and (moment is None or datetime.fromisoformat(moment) < until)
    return Step(
        weight=to_scale(Decimal(weight)) or 0,
        due=date.fromisoformat(due),
        done=date.fromisoformat(done) if is_known else None,
        default=is_default,
    )

"""Works in words and figures, for every page that shows one: status, stage, next milestone, delays, what blocks it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import gettext as _

from common import clock
from goals.models.progress import Status
from goals.progress import status_word
from goals.progress.explain import reason_word
from goals.progress.store import end_of, stored_slot
from projects.models import Milestone, Project, ProjectProgress
from projects.standing import rows_of
from projects.versions import milestones_known

IN_ORDER = Prefetch("milestones", Milestone.objects.order_by("order", "due", "pk"))
LAGGING = (Status.BEHIND, Status.MISSED)
# What lags, or begins to, is asked for a word.
ASKED = (Status.AT_RISK, Status.BEHIND, Status.MISSED)


@dataclass(frozen=True)
class Work:
    """A work with its progress on a day, None where it has no colour, and its milestones."""

    project: Project
    progress: ProjectProgress | None
    day: date
    milestones: Sequence[Milestone] = field(default_factory=list)

    @property
    def status(self) -> str:
        return Status.NO_DATA if self.progress is None else self.progress.status

    @property
    def word(self) -> str:
        """The status in words; of a work without a colour, why it has none."""
        if self.progress is not None:
            if self.progress.reason == "no_schedule":
                return str(reason_word("no_schedule"))
            return str(status_word(self.progress.status, "milestones"))
        return _("同一工作") if self.project.same_as_id else _("常规")

    @property
    def has_colour(self) -> bool:
        return self.progress is not None

    @property
    def lags(self) -> bool:
        return self.progress is not None and self.progress.status in LAGGING

    @property
    def is_asked(self) -> bool:
        return self.progress is not None and self.progress.status in ASKED

    @property
    def done(self) -> Decimal | None:
        return None if self.progress is None else self.progress.attainment

    @property
    def due(self) -> Decimal | None:
        return None if self.progress is None else self.progress.expected

    @property
    def bar_label(self) -> str:
        if self.done is None or self.due is None:
            return self.word
        return _("完成 %(done)s%%，应到 %(due)s%%") % {"done": f"{self.done:.1f}", "due": f"{self.due:.1f}"}

    @property
    def open_milestones(self) -> list[Milestone]:
        """Those not done by the day, in their order."""
        return [m for m in self.milestones if not self._is_done(m)]

    @property
    def next(self) -> Milestone | None:
        return next(iter(sorted(self.open_milestones, key=lambda m: (m.due, m.order))), None)

    @property
    def late(self) -> list[Milestone]:
        """The milestones whose date has passed without their being done."""
        return [m for m in self.open_milestones if m.due < self.day]

    @property
    def days_late(self) -> int:
        """How long the oldest of them has been due."""
        return max(((self.day - m.due).days for m in self.late), default=0)

    @property
    def steps_done(self) -> int:
        return sum(1 for m in self.milestones if self._is_done(m))

    def _is_done(self, milestone: Milestone) -> bool:
        day = milestone.accepted_on
        return day is not None and day <= self.day


def works_of(projects: Iterable[Project], day: date, *, known_then: bool = False) -> list[Work]:
    """The projects with their progress on the day, in their order; milestones not yet. At most three queries."""
    listed = list(projects)
    progress = {project.pk: row for project, row in rows_of(listed, day, known_then=known_then)}
    return [Work(project, progress.get(project.pk), day) for project in listed]


def bring_steps(projects: Sequence[Project], day: date, *, known_then: bool = False) -> None:
    """Where the day isn't stored: what progress is computed from, and pages show as well. One query, or none."""
    if known_then:
        prefetch_related_objects(projects, "versions")
    elif stored_slot(day) is None:
        prefetch_related_objects(projects, IN_ORDER)


def milestones_of(projects: Sequence[Project]) -> dict[int, Sequence[Milestone]]:
    """By work, as they are. One query, or none where they came with the works."""
    prefetch_related_objects(projects, IN_ORDER)
    return {project.pk: list(project.milestones.all()) for project in projects}


def with_milestones(works: Iterable[Work], *, known_then: bool = False) -> list[Work]:
    """The same with their milestones, as they are or as they were known on the day. One query, or two."""
    listed = list(works)
    if known_then and listed:
        known: Mapping[int, Sequence[Milestone]]
        known = milestones_known([w.project for w in listed], end_of(listed[0].day))
    else:
        known = milestones_of([w.project for w in listed])
    return [Work(w.project, w.progress, w.day, known.get(w.project.pk, ())) for w in listed]


def today_within(project: Project) -> date:
    """Today, or the plan's first day where that is still to come."""
    return max(clock.today(), project.plan.start)

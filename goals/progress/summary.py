"""Rolled up: a plan, its sections and offices, never the average alone."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from accounts.models import Unit
from common import clock
from common.fields import to_scale
from goals.models import Plan, Section, Target
from goals.models.progress import Status
from goals.progress import Ratio, roll_up, rounded, worst_first
from goals.progress.books import TARGETS, Book
from goals.progress.store import progress_of

# A target, or a work, with its progress.
Row = tuple[Any, Any]
_ON_PACE = frozenset({Status.ACHIEVED, Status.ON_TRACK})


@dataclass(frozen=True)
class Summary:
    """Counts by status over all targets beside the weighted means, and the worst first."""

    counts: Mapping[str, int]
    targets: int
    with_data: int
    completion: Decimal | None
    expected_completion: Decimal | None
    stale: int
    worst: Sequence[Row]


@dataclass(frozen=True)
class OfficeSummary:
    """An office and the share of its items on pace."""

    office: Unit
    targets: int
    on_pace: int

    @property
    def share(self) -> float:
        """In per cent, for a bar."""
        return 100 * self.on_pace / self.targets


@dataclass(frozen=True)
class PlanSummary:
    """A whole plan on a day."""

    plan: Plan
    as_of: date
    overall: Summary
    sections: Sequence[tuple[Section, Summary]]
    offices: Sequence[OfficeSummary]
    rows: Sequence[Row]


def summarise(rows: Iterable[Row]) -> Summary:
    """Roll up targets with their progress."""
    listed = list(rows)
    counts = dict.fromkeys(Status.values, 0)
    for _target, progress in listed:
        counts[progress.status] += 1
    done, expected = roll_up(
        (to_scale(_weight(target, progress)) or 0, _exact(progress.completion), _exact(progress.expected_completion))
        for target, progress in listed
    )
    worst = [row for row in listed if row[1].status in (Status.BEHIND, Status.AT_RISK, Status.MISSED)]
    worst.sort(key=lambda row: worst_first(row[1].status, row[1].deviation))
    return Summary(
        counts=counts,
        targets=len(listed),
        with_data=len(listed) - counts[Status.NO_DATA],
        completion=None if done is None else rounded(done, 4),
        expected_completion=None if expected is None else rounded(expected, 4),
        stale=sum(1 for _target, progress in listed if progress.stale),
        worst=worst,
    )


def _weight(target: Any, progress: Any) -> Decimal:
    """The weight in force that day, as the row's terms carry it; the target's own otherwise."""
    return Decimal(progress.terms.get("weight", target.weight))


def _exact(figure: Decimal | None) -> Ratio | None:
    return None if figure is None else Ratio(int(figure.scaleb(6)), 10**6)


def plan_summary(
    plan: Plan,
    as_of: date,
    *,
    known_then: bool = False,
    find: Callable[[list[Target]], Mapping[int, Any]] | None = None,
) -> PlanSummary:
    """The plan rolled up by section and office, in a number of queries that doesn't grow with its targets. `find`
    finds their progress, for who wants to know more of them than that."""
    targets = list(
        plan.targets.select_related(
            "plan__profile", "indicator", "theme__section", "lead_office", "responsible_post"
        ).order_by("theme__section__order", "theme__order", "order", "code")
    )
    progress = find(targets) if find else progress_of(targets, as_of, known_then=known_then)
    rows = [(target, progress[target.pk]) for target in targets]
    sections = [
        (section, summarise(r for r in rows if r[0].theme.section_id == section.pk)) for section in plan.sections.all()
    ]
    by_office: dict[int, list[Row]] = {}
    for row in rows:
        if row[0].lead_office_id is not None:
            by_office.setdefault(row[0].lead_office_id, []).append(row)
    offices = [_office(found) for found in by_office.values()]
    offices.sort(key=lambda o: (-o.on_pace / o.targets, o.office.path))
    return PlanSummary(plan, as_of, summarise(rows), sections, offices, rows)


def _office(rows: Sequence[Row]) -> OfficeSummary:
    office = rows[0][0].lead_office
    assert office is not None
    on_pace = sum(1 for _target, progress in rows if progress.status in _ON_PACE)
    return OfficeSummary(office, len(rows), on_pace)


def plan_summaries(plans: Iterable[Plan], as_of: date | None = None) -> dict[int, Summary]:
    """The plans' overall summaries today, by plan id, in a number of queries that doesn't grow with the plans; or on
    a day, which has to lie within all of them."""
    listed = list(plans)
    targets = list(Target.objects.filter(plan__in=[p.pk for p in listed]).select_related("plan__profile", "indicator"))
    rows: dict[int, list[Row]] = {plan.pk: [] for plan in listed}
    if as_of is None:
        found = today_of(targets)
    else:
        stored = progress_of(targets, as_of)
        found = [(target, stored[target.pk]) for target in targets]
    for target, progress in found:
        rows[target.plan_id].append((target, progress))
    return {pk: summarise(found) for pk, found in rows.items()}


def today_of(subjects: Iterable[Any], book: Book = TARGETS) -> list[Row]:
    """Targets with their progress today; of a plan that hasn't begun, on its first day."""
    today = clock.today()
    by_day: dict[date, list[Any]] = {}
    for subject in subjects:
        by_day.setdefault(max(today, subject.plan.start), []).append(subject)
    rows: list[Row] = []
    for day, found in by_day.items():
        progress = progress_of(found, day, book=book)
        rows += [(subject, progress[subject.pk]) for subject in found]
    return rows

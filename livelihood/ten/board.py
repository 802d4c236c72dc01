"""The board of the ten: of each its photo, stage, pace, money, next milestone, acceptance, upkeep and satisfaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Max, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils import timezone

from goals import evidence
from goals.models import Evidence, Plan
from goals.progress.summary import Summary, summarise
from livelihood.models import Ballot, Candidate, Decision
from livelihood.ten.ranking import Ranked, ranking
from projects.models import Acceptance, Milestone, Payment, UpkeepCheck
from projects.words import Work, bring_steps, with_milestones, works_of

PICTURES = ("jpg", "png")
ZERO = Decimal(0)


@dataclass(frozen=True)
class Item:
    """One of the ten on a day. Money is in 万元."""

    candidate: Candidate
    work: Work
    budget: Decimal
    received: Decimal
    photo: Evidence | None
    accepted_on: date | None
    check_due: date | None
    checked_on: date | None

    @property
    def steps(self) -> list[tuple[Milestone, str]]:
        """Its milestones: done, the current one, those to come."""
        open_ones = self.work.open_milestones
        current = open_ones[0].pk if open_ones else None
        waiting = {m.pk for m in open_ones}
        return [(m, "c" if m.pk == current else "" if m.pk in waiting else "d") for m in self.work.milestones]

    @property
    def lead(self) -> Decimal | None:
        """Points before (or behind) the pace."""
        if self.work.done is None or self.work.due is None:
            return None
        return self.work.done - self.work.due

    @property
    def satisfaction(self) -> Decimal | None:
        """满意率, once it was asked."""
        survey = getattr(self.candidate, "survey", None)
        return survey.rate if survey is not None and survey.day <= self.work.day else None

    @property
    def may_survey(self) -> bool:
        """Is it accepted, or its time up?"""
        return self.accepted_on is not None or self.work.project.due <= self.work.day

    @property
    def is_check_late(self) -> bool:
        return self.check_due is not None and self.check_due < self.work.day


@dataclass(frozen=True)
class Board:
    """The ten, rolled up, and how they were chosen."""

    items: Sequence[Item] = ()
    ballot: Ballot | None = None
    decision: Decision | None = None
    ranked: Sequence[Ranked] = ()
    candidates: Sequence[Candidate] = ()
    summary: Summary = field(default_factory=lambda: summarise([]))

    @property
    def budget(self) -> Decimal:
        return sum((item.budget for item in self.items), ZERO)

    @property
    def received(self) -> Decimal:
        return sum((item.received for item in self.items), ZERO)

    @property
    def received_share(self) -> Decimal | None:
        return 100 * self.received / self.budget if self.budget else None

    @property
    def lead(self) -> Decimal | None:
        if self.summary.completion is None or self.summary.expected_completion is None:
            return None
        return self.summary.completion - self.summary.expected_completion

    @property
    def accepted(self) -> int:
        return sum(1 for item in self.items if item.accepted_on)


def board_of(plan: Plan, day: date, *, known_then: bool = False) -> Board:
    """Everything of the board, in eight queries at most however many candidates there are."""
    candidates = list(_candidates(plan, day))
    ballot, decision = Ballot.objects.filter(plan=plan).first(), Decision.objects.filter(plan=plan).first()
    published = decision is not None and decision.published_on is not None and decision.published_on <= day
    listed = [c for c in candidates if published and c.project_id]
    items = items_of(plan, listed, day, known_then=known_then)
    ranked = ranking(candidates, ballot) if ballot is not None and ballot.held_on <= day else []
    return Board(items, ballot, decision, ranked, candidates, summary_of(items))


def listed_items(plan: Plan, day: date) -> list[Item]:
    """The ten alone, for a section's page."""
    listed = _candidates(plan, day).filter(project__isnull=False, plan__livelihood_decision__published_on__lte=day)
    return items_of(plan, list(listed), day, photos=False)


def summary_of(items: Iterable[Item]) -> Summary:
    return summarise((i.work.project, i.work.progress) for i in items if i.work.progress is not None)


def _candidates(plan: Plan, day: date) -> "QuerySet[Candidate]":
    """With what became of their works by the day: accepted, checked, the next check due, budget and money received."""
    accepted = Acceptance.objects.filter(
        project=OuterRef("project"), result=Acceptance.Result.PASSED, day__lte=day
    ).order_by("day")
    checks = UpkeepCheck.objects.filter(upkeep__project=OuterRef("project"), upkeep__begins__lte=day).order_by()
    done = Q(done_on__lte=day)
    last = checks.filter(done).values("upkeep__project").annotate(at=Max("done_on")).values("at")
    due = checks.exclude(done).values("upkeep__project").annotate(at=Min("due")).values("at")
    paid = Payment.objects.filter(project=OuterRef("project"), day__lte=day).order_by().values("project")
    sums = {
        str(kind): Subquery(paid.filter(kind=kind).annotate(total=Sum("amount")).values("total"))
        for kind in (Payment.Kind.BUDGET, Payment.Kind.RECEIVED)
    }
    found = Candidate.objects.filter(plan=plan).select_related("project__lead_office", "lead_office", "survey")
    return found.annotate(
        accepted_on=Subquery(accepted.values("day")[:1]), checked_on=Subquery(last), check_due=Subquery(due), **sums
    ).order_by("place", "number")


def items_of(
    plan: Plan, candidates: Sequence[Candidate], day: date, *, photos: bool = True, known_then: bool = False
) -> list[Item]:
    """Five queries at most."""
    projects = [c.project for c in candidates if c.project is not None]
    if not projects:
        return []
    for project in projects:
        project.plan = plan
    bring_steps(projects, day, known_then=known_then)
    works = with_milestones(works_of(projects, day, known_then=known_then), known_then=known_then)
    by_pk = {w.project.pk: w for w in works}
    newest = _photos([m for work in works for m in work.milestones], day) if photos else {}
    found = []
    for candidate in candidates:
        assert candidate.project_id is not None
        pk = candidate.project_id
        known: dict[str, Any] = {name: getattr(candidate, name) for name in ("accepted_on", "check_due", "checked_on")}
        known |= {name: getattr(candidate, name) or ZERO for name in ("budget", "received")}
        found.append(Item(candidate, by_pk[pk], photo=newest.get(pk), **known))
    return found


def _photos(milestones: Sequence[Milestone], day: date) -> dict[int, Evidence]:
    """The newest picture of each work by the day. One query."""
    projects = {m.pk: m.project_id for m in milestones}
    found: dict[int, Evidence] = {}
    files = [file for several in evidence.of(milestones).values() for file in several if file.kind in PICTURES]
    for file in sorted(files, key=lambda each: (each.uploaded_at, each.pk)):
        if timezone.localtime(file.uploaded_at).date() <= day:
            found[projects[file.object_id]] = file
    return found

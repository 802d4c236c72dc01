"""What only this section's page shows: projects by stage, firms in the library, and what firms asked for."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q

from economy.lists import LIBRARY, REQUEST
from economy.measures import TEN_MILLION
from economy.models import FirmRequest, LibraryStay, Project
from goals.panels import Panel, panel
from ledgers.lists import labels_for

STYLES = ("ledgers.css",)
Stage, Asking = Project.Stage, FirmRequest.Stage


@dataclass
class Standing:
    """The projects at one stage: how many, how many of ten million yuan or more, and their money in 万元."""

    name: str
    code: str
    count: int = 0
    large: int = 0
    total: Decimal = Decimal(0)
    paid_in: Decimal = Decimal(0)

    def add(self, project: Project) -> None:
        self.count += 1
        self.large += project.total >= TEN_MILLION
        self.total += project.total
        self.paid_in += project.paid_in

    @property
    def paid_share(self) -> float:
        return float(100 * self.paid_in / self.total) if self.total else 0


@panel("economy")
def projects(section: Any, as_of: date) -> Panel | None:
    """招商 by stage, on the day; without what had come to its end before the year. One query."""
    start = section.plan.start
    ended = Q(ended_on__lt=start) | Q(producing_on__lt=start)
    found = Project.objects.valid().filter(unit__path__startswith=section.plan.unit.path, day__lte=as_of).exclude(ended)
    stages = {code: Standing(str(name), code) for code, name in Stage.choices}
    for project in found:
        stages[project.stage_on(as_of)].add(project)
    if not any(each.count for each in stages.values()):
        return None
    return Panel("economy/_projects.html", {"stages": list(stages.values())}, styles=STYLES)


@panel("economy")
def library(section: Any, as_of: date) -> Panel | None:
    """在库企业 by category: at the year's start, entered, left, on the day. Two queries."""
    start = section.plan.start
    stood = Q(day__lt=start) & (Q(left_on=None) | Q(left_on__gte=start))
    now = Q(left_on=None) | Q(left_on__gt=as_of)
    rows = (
        LibraryStay.objects.valid()
        .filter(unit__path__startswith=section.plan.unit.path, day__lte=as_of)
        .order_by()
        .values_list("category")
        .annotate(
            at_start=Count("pk", filter=stood),
            entered=Count("pk", filter=Q(day__gte=start)),
            left=Count("pk", filter=Q(left_on__range=(start, as_of))),
            now=Count("pk", filter=now),
        )
    )
    counts = {code: numbers for code, *numbers in rows if any(numbers)}
    if not counts:
        return None
    labels = labels_for(section, LIBRARY)
    lines = [(labels[code], code, counts[code]) for code in labels if code in counts]
    total = [sum(column) for column in zip(*counts.values(), strict=True)]
    return Panel("economy/_library.html", {"lines": lines, "total": total}, styles=STYLES)


@dataclass
class Asked:
    """The requests of one kind: by stage, and those unanswered past their deadline or answered after it."""

    name: str
    code: str
    stages: Counter[str] = field(default_factory=Counter)
    late: int = 0
    answered_late: int = 0

    @property
    def total(self) -> int:
        return self.stages.total()

    @property
    def answered_share(self) -> float:
        return 100 * (self.total - self.stages[Asking.OPEN]) / self.total if self.total else 0


@panel("economy")
def requests(section: Any, as_of: date) -> Panel | None:
    """企业诉求 of the year by kind, stage and lateness, on the day. Two queries."""
    found = FirmRequest.objects.valid().filter(
        unit__path__startswith=section.plan.unit.path, day__range=(section.plan.start, as_of)
    )
    labels = labels_for(section, REQUEST)
    kinds: dict[str, Asked] = {}
    for kind, stage, due, answered_on in found.values_list("kind", "stage", "due", "answered_on"):
        asked = kinds.setdefault(kind, Asked(labels.get(kind, kind), kind))
        is_open = answered_on is None or answered_on > as_of
        asked.stages[Asking.OPEN if is_open else stage] += 1
        asked.late += is_open and due < as_of
        asked.answered_late += not is_open and due < answered_on
    if not kinds:
        return None
    listed = sorted(kinds.values(), key=lambda asked: (-asked.late, -asked.total))
    total: Counter[str] = sum((asked.stages for asked in listed), Counter())
    context = {
        "kinds": listed,
        "stages": [(Asking(code).label, code, total[code]) for code in Asking.values],
        "late": sum(asked.late for asked in listed),
        "answered_late": sum(asked.answered_late for asked in listed),
    }
    return Panel("economy/_requests.html", context, styles=STYLES)

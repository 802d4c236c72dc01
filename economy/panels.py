"""What only this section's page shows: projects by stage, and firms in the library."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum

from economy.measures import TEN_MILLION
from economy.models import LibraryStay, Project
from goals.panels import Panel, panel
from ledgers.tally import movements, shown


@dataclass(frozen=True)
class Standing:
    """The projects at one stage: how many, how many of ten million yuan or more, and their money in 万元."""

    name: str
    code: str
    count: int = 0
    large: int = 0
    total: Decimal = Decimal(0)
    paid_in: Decimal = Decimal(0)

    @property
    def paid_share(self) -> float:
        return float(100 * self.paid_in / self.total) if self.total else 0


@panel("economy")
def projects(section: Any, as_of: date) -> Panel | None:
    """招商 by stage, on the day; without what had come to its end before the year. One query."""
    start = section.plan.start
    rows = Project.objects.of_plan(section.plan, as_of).exclude(Q(ended_on__lt=start) | Q(producing_on__lt=start))
    large = Count("pk", filter=Q(total__gte=TEN_MILLION))
    found = (
        rows.order_by()
        .values_list(Project.stage_by(as_of))
        .annotate(count=Count("pk"), large=large, money=Sum("total"), paid=Sum("paid_in"))
    )
    sums = {stage: numbers for stage, *numbers in found}
    stages = [Standing(str(name), code, *sums.get(code, ())) for code, name in Project.Stage.choices]
    return shown("economy/_projects.html", {"stages": stages} if sums else None)


@panel("economy")
def library(section: Any, as_of: date) -> Panel | None:
    """在库企业 by category: at the year's start, entered, left, on the day. Two queries."""
    stays = LibraryStay.objects.of_plan(section.plan)
    return shown("economy/_library.html", movements(section, stays, as_of, by="category", until="left_on"))

"""What only this section's page shows: accidents and deaths beside last year's, hazards by stage and age."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate, zip_longest
from typing import Any

from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from goals.panels import Panel, panel
from goals.progress import month_key
from ledgers.lists import labels_for
from safety.lists import FIELD
from safety.models import Accident, Hazard

MONTHS = list(range(1, 13))
# Days that hazards have been open: from, to.
_AGES = ((0, 7), (8, 15), (16, 30), (31, 366))
Stage = Hazard.Stage


@dataclass
class Area:
    """The hazards of one field: by stage, and those open past their deadline."""

    name: str
    stages: Counter[str] = field(default_factory=Counter)
    late: int = 0

    @property
    def total(self) -> int:
        return self.stages.total()

    @property
    def closed_share(self) -> float:
        return 100 * self.stages[Stage.CLOSED] / self.total if self.total else 0


@panel("safety")
def hazards(section: Any, as_of: date) -> Panel | None:
    """隐患闭环: how many stand at which stage, how long the open ones have been open. Two queries."""
    is_open = ~Q(stage__in=(Stage.CLOSED, Stage.TRANSFERRED))
    ages = {
        f"age_{longest}": Count(
            "pk", filter=is_open & Q(day__range=(as_of - timedelta(longest), as_of - timedelta(least)))
        )
        for least, longest in _AGES
    }
    rows: Any = (
        Hazard.objects.valid()
        .filter(unit__path__startswith=section.plan.unit.path, day__range=(section.plan.start, as_of))
        .annotate(deadline=Coalesce("extended_to", "due"))
        .order_by()
        .values("area", "stage")
        .annotate(n=Count("pk"), late=Count("pk", filter=Q(stage=Stage.RECTIFYING, deadline__lt=as_of)), **ages)
    )
    labels = labels_for(section, FIELD)
    areas: dict[str, Area] = {}
    total: Counter[str] = Counter()
    for row in rows:
        area = areas.setdefault(row["area"], Area(labels.get(row["area"], row["area"])))
        area.stages[row["stage"]] += row["n"]
        area.late += row["late"]
        total.update({name: row[name] for name in ("late", *ages)} | {row["stage"]: row["n"]})
    if not areas:
        return None
    context = {
        "areas": sorted(areas.values(), key=lambda area: -area.total),
        "stages": [(Stage(code).label, code, total[code]) for code in Stage.values],
        "ages": [(str(min(longest, 31)), total[f"age_{longest}"]) for _least, longest in _AGES],
        "late": total["late"],
    }
    return Panel("safety/_hazards.html", context, styles=("ledgers.css",))


@panel("safety")
def accidents(section: Any, as_of: date) -> Panel | None:
    """双下降: accidents and deaths month by month, cumulative, beside last year's, if there were any. One query."""
    year = section.plan.year
    rows = (
        Accident.objects.valid()
        .filter(in_statistics="yes", unit__path__startswith=section.plan.unit.path)
        .filter(day__range=(date(year - 1, 1, 1), as_of))
        .order_by()
        .values_list("day")
        .annotate(n=Sum(1), deaths=Sum("deaths"))
    )
    counted: dict[str, Counter[int]] = {"n": Counter(), "deaths": Counter()}
    for day, n, deaths in rows:
        counted["n"][month_key(day)] += n
        counted["deaths"][month_key(day)] += deaths
    if not counted["n"]:
        return None
    charts = [
        _chart("accidents", _("事故起数"), counted["n"], year, as_of),
        _chart("fatalities", _("死亡人数"), counted["deaths"], year, as_of),
    ]
    return Panel("safety/_accidents.html", {"charts": charts, "year": year}, has_charts=True)


def _chart(code: str, name: str, counted: Mapping[int, int], year: int, as_of: date) -> dict[str, Any]:
    now = _cumulative(counted, year, as_of.month if as_of.year == year else 12)
    before = _cumulative(counted, year - 1, 12)
    same = before[len(now) - 1]
    words = {"actual": str(year), "pace": str(year - 1), "month": _("%(n)s月") % {"n": "{n}"}}
    words["off"] = _("图表组件未能加载，数据见下方表格。")
    data = {"months": MONTHS, "cur": now, "prev": before, "unit": "", "words": words}
    table = list(zip_longest(MONTHS, now, before))
    known = {"id": f"d-{code}", "name": name, "data": data, "table": table}
    return known | {"now": now[-1], "same": same, "change": now[-1] - same}


def _cumulative(counted: Mapping[int, int], year: int, months: int) -> Sequence[int]:
    return list(accumulate(counted.get(year * 12 + month, 0) for month in MONTHS[:months]))

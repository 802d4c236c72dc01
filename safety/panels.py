"""What only this section's page shows: accidents and deaths beside last year's, hazards by stage and age."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _

from goals.panels import Panel, panel
from goals.progress import month_key
from ledgers.lists import labels_of
from safety.lists import FIELD
from safety.models import Accident, Hazard

MONTHS = list(range(1, 13))
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
    found = Hazard.objects.valid().filter(
        unit__path__startswith=section.plan.unit.path, day__range=(section.plan.start, as_of)
    )
    labels = labels_of([FIELD])[FIELD.code]
    areas: dict[str, Area] = {}
    ages: Counter[str] = Counter()
    for code, stage, day, due, extended in found.values_list("area", "stage", "day", "due", "extended_to"):
        area = areas.setdefault(code, Area(labels.get(code, code)))
        area.stages[stage] += 1
        if stage in (Stage.CLOSED, Stage.TRANSFERRED):
            continue
        ages[_age((as_of - day).days)] += 1
        limit = extended or due
        area.late += stage == Stage.RECTIFYING and limit is not None and limit < as_of
    if not areas:
        return None
    total: Counter[str] = sum((area.stages for area in areas.values()), Counter())
    listed = sorted(areas.values(), key=lambda area: -area.total)
    context = {
        "areas": listed,
        "stages": [(Stage(code).label, code, total[code]) for code in Stage.values],
        "ages": [(name, ages[name]) for name in _AGES],
        "late": sum(area.late for area in listed),
    }
    return Panel("safety/_hazards.html", context, styles=("ledgers.css",))


_AGES = ("7", "15", "30", "31")


def _age(days: int) -> str:
    return next((limit for limit in _AGES[:-1] if days <= int(limit)), _AGES[-1])


@panel("safety")
def accidents(section: Any, as_of: date) -> Panel | None:
    """双下降: accidents and deaths month by month, cumulative, beside last year's. One query."""
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
    charts = [
        _chart("accidents", _("事故起数"), counted["n"], year, as_of),
        _chart("fatalities", _("死亡人数"), counted["deaths"], year, as_of),
    ]
    return Panel("safety/_accidents.html", {"charts": charts, "year": year}, has_charts=True)


def _chart(code: str, name: str, counted: Mapping[int, int], year: int, as_of: date) -> dict[str, Any]:
    now = _cumulative(counted, year, as_of.month if as_of.year == year else 12)
    before = _cumulative(counted, year - 1, 12)
    same = before[len(now) - 1] if now else 0
    words = {"actual": str(year), "pace": str(year - 1), "month": _("%(n)s月") % {"n": "{n}"}}
    words["off"] = _("图表组件未能加载，数据见下方表格。")
    data = {"months": MONTHS, "cur": now, "prev": before, "unit": "", "words": words}
    return {
        "id": f"d-{code}",
        "name": name,
        "now": now[-1] if now else 0,
        "same": same,
        "change": (now[-1] if now else 0) - same,
        "data": data,
        "table": list(zip(MONTHS, [*now, *[None] * (12 - len(now))], before, strict=True)),
    }


def _cumulative(counted: Mapping[int, int], year: int, months: int) -> Sequence[int]:
    total, found = 0, []
    for month in range(1, months + 1):
        total += counted.get(year * 12 + month, 0)
        found.append(total)
    return found

"""What only this section's page shows: accidents and deaths beside last year's, hazards by stage and age."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import accumulate, zip_longest
from typing import Any

from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from goals.panels import Panel, panel
from goals.progress import month_key
from ledgers.tally import shown, tally
from safety.models import Accident, Hazard

MONTHS = list(range(1, 13))
# Days that hazards have been open: from, to.
_AGES = ((0, 7), (8, 15), (16, 30), (31, 366))
Stage = Hazard.Stage


@panel("safety")
def hazards(section: Any, as_of: date) -> Panel | None:
    """隐患闭环: how many stand at which stage, how long the open ones have been open. Two queries."""
    is_open = ~Q(stage__in=(Stage.CLOSED, Stage.TRANSFERRED))
    found = tally(
        section,
        Hazard.objects.of_plan(section.plan, as_of, since=section.plan.start),
        by="area",
        ended=(Stage.CLOSED,),
        late=Q(stage=Stage.RECTIFYING) & (Q(extended_to__lt=as_of) | Q(extended_to=None, due__lt=as_of)),
        **{
            f"age_{longest}": is_open & Q(day__range=(as_of - timedelta(longest), as_of - timedelta(least)))
            for least, longest in _AGES
        },
    )
    if found is None:
        return None
    ages = [(str(min(longest, 31)), found.counted[f"age_{longest}"]) for _least, longest in _AGES]
    context = {"areas": found.groups, "stages": found.stages, "ages": ages, "late": found.counted["late"]}
    return shown("safety/_hazards.html", context)


@panel("safety")
def accidents(section: Any, as_of: date) -> Panel | None:
    """双下降: accidents and deaths month by month, cumulative, beside last year's, if there were any. One query."""
    year = section.plan.year
    rows = (
        Accident.objects.of_plan(section.plan, as_of, since=date(year - 1, 1, 1))
        .filter(in_statistics="yes")
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

"""What only this section's page shows: the class of each station's water, month by month."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Count, Sum
from django.db.models.functions import ExtractMonth
from django.utils.translation import gettext as _

from common.fields import SCALE
from ecology.lists import WATER
from ecology.models import Sample, Station
from ecology.water import PARAMETERS, WaterClass, classes, meets, worst
from goals.panels import Panel, panel
from ledgers.counting import figure
from ledgers.lists import labels_for
from ledgers.tally import shown

Means = dict[str, Fraction]


@dataclass(frozen=True)
class Month:
    """A station's month: the class of its mean, and which parameters are worse than the function asks."""

    grade: WaterClass
    is_met: bool
    beyond: str
    samples: int

    @property
    def word(self) -> str:
        return _("达标") if self.is_met else _("超标：%(names)s") % {"names": self.beyond}


@panel("ecology")
def water(section: Any, as_of: date) -> Panel | None:
    """水质: stations by months, 按5项评价, and the share that is as good as its function asks. Three queries."""
    root = section.plan.unit.path
    stations = list(Station.objects.of_plan(section.plan, as_of).order_by("pk"))
    if not stations:
        return None
    means, labels = monthly_means(root, section.plan.start, as_of), labels_for(section, WATER)
    months = [date(as_of.year, n, 1) for n in range(1, as_of.month + 1)]
    lines, met, assessed = [], 0, 0
    for station in {station.external_no: station for station in reversed(stations)}.values():
        cells = [_month(station, means.get((station.external_no, first.month))) for first in months]
        known = [cell for cell in cells if cell is not None]
        met, assessed = met + sum(cell.is_met for cell in known), assessed + len(known)
        lines.append((station, labels.get(station.water, station.water), WaterClass(station.function).label, cells))
    share = 100 * Decimal(met) / assessed if assessed else None
    context = {"months": months, "stations": lines[::-1], "met": met, "assessed": assessed, "share": share}
    return shown("ecology/_water.html", context)


def monthly_means(root: str, first: date, last: date) -> dict[tuple[str, int], tuple[Means, int]]:
    """By station and month the mean of each parameter, exactly, and the number of samples. One query.

    The saturation of oxygen has a mean where every sample tells it.
    """
    rows = Sample.objects.valid().filter(unit__path__startswith=root, day__range=(first, last)).order_by()
    sums = [Sum(figure(Sample, name)) for name in (*PARAMETERS, "saturation")]
    found = (
        rows.annotate(month=ExtractMonth("day"))
        .values_list("station", "month")
        .annotate(n=Count("pk"), told=Count("saturation"))
        .annotate(**{f"sum_{place}": each for place, each in enumerate(sums)})
    )
    means: dict[tuple[str, int], tuple[Means, int]] = {}
    for station, month, n, told, *totals, saturation in found:
        mean: Means = {name: Fraction(total, n * SCALE) for name, total in zip(PARAMETERS, totals, strict=True)}
        if told == n:
            mean["saturation"] = Fraction(saturation, n * SCALE)
        means[station, month] = mean, n
    return means


def _month(station: Station, found: tuple[Means, int] | None) -> Month | None:
    if found is None:
        return None
    mean, samples = found
    by_parameter = classes(mean, station.water)
    beyond = [name for name, grade in by_parameter.items() if not meets(grade, station.function)]
    names = " · ".join(str(_names()[name]) for name in beyond)
    return Month(worst(by_parameter), not beyond, names, samples)


def _names() -> dict[str, str]:
    return {
        "ph": _("pH"),
        "oxygen": _("溶解氧"),
        "permanganate": _("高锰酸盐指数"),
        "ammonia": _("氨氮"),
        "phosphorus": _("总磷"),
    }

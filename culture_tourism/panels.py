"""What only this section's page shows: scenes and flavours by stage, and the seasons of the year."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from culture_tourism.lists import BRAND, SEASON
from culture_tourism.models import NUMBERS, Festival, Highlight
from goals.panels import Panel, panel
from ledgers.lists import labels_for

Stage = Highlight.Stage
# The shape and colour that a stage is shown with, always beside its word.
SHAPES = {Stage.PLANNED: "on_track", Stage.BUILDING: "on_track", Stage.LAUNCHED: "achieved"}


@dataclass(frozen=True)
class Place:
    """One of the six or eight: its row as it stood, or nothing yet."""

    number: int
    name: str
    shape: str
    word: str
    row: int | None = None


@dataclass(frozen=True)
class Brand:
    name: str
    places: Sequence[Place]

    @property
    def launched(self) -> int:
        return sum(place.shape == "achieved" for place in self.places)


@dataclass
class Season:
    """A season of the year: its first event, which counts, and how many there were."""

    name: str
    first: Festival | None = None
    events: int = 0
    visitors: int = 0


@panel("culture_tourism")
def highlights(section: Any, as_of: date) -> Panel:
    """六景 and 八味, number by number. Two queries."""
    names = labels_for(section, BRAND)
    rows = Highlight.objects.of_plan(section.plan, as_of)
    found: dict[tuple[str, int], Highlight] = {}
    for row in rows.order_by("day", "pk"):
        best = found.setdefault((row.brand, row.number), row)
        if _rank(row, as_of) > _rank(best, as_of):
            found[row.brand, row.number] = row
    brands = [
        Brand(names[brand], [_place(n, found.get((brand, n)), as_of) for n in range(1, most + 1)])
        for brand, most in NUMBERS.items()
    ]
    return Panel("culture_tourism/_highlights.html", {"brands": brands}, styles=("ledgers.css",))


def _rank(row: Highlight, as_of: date) -> int:
    return Stage.values.index(row.stage_on(as_of))


def _place(number: int, row: Highlight | None, as_of: date) -> Place:
    if row is None:
        return Place(number, "—", "no_data", _("未策划"))
    stage = Stage(row.stage_on(as_of))
    return Place(number, row.name, SHAPES[stage], str(stage.label), row.pk)


@panel("culture_tourism")
def seasons(section: Any, as_of: date) -> Panel:
    """陶堰四季: what was held in each season of the plan's year. Two queries."""
    names = labels_for(section, SEASON)
    found = {code: Season(names[code]) for code in SEASON.entries}
    rows = Festival.objects.of_plan(section.plan, as_of, since=section.plan.start)
    for row in rows.filter(season__in=found).order_by("day", "pk"):
        season = found[row.season]
        season.first = season.first or row
        season.events += 1
        season.visitors += row.visitors or 0
    return Panel("culture_tourism/_seasons.html", {"seasons": list(found.values())}, styles=("ledgers.css",))

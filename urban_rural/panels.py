"""What only this section's page shows: which star of which village stands at which stage."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Unit
from goals.panels import Panel, panel
from ledgers.lists import labels_for
from ledgers.tally import shown
from urban_rural.lists import STAR
from urban_rural.models import Star

Stage = Star.Stage
# The shape and colour that a stage is shown with, always beside its word.
SHAPES = dict.fromkeys(Stage, "on_track") | {Stage.RECOGNISED: "achieved", Stage.WITHDRAWN: "missed"}


@dataclass(frozen=True)
class Place:
    """One star of one village: its stage in shape and word, and its row."""

    star: str
    shape: str
    word: str
    row: int | None = None


@dataclass(frozen=True)
class Village:
    name: str
    places: Sequence[Place]

    @property
    def held(self) -> int:
        return sum(place.shape == "achieved" for place in self.places)

    @property
    def is_full(self) -> bool:
        return self.held == len(self.places)


@panel("urban_rural")
def stars(section: Any, as_of: date) -> Panel | None:
    """五星创建: villages by stars. Three queries."""
    root = section.plan.unit.path
    names = labels_for(section, STAR)
    last: dict[tuple[int, str], Star] = {}
    for row in Star.objects.of_plan(section.plan, as_of).order_by("day", "pk"):
        last[row.unit_id, row.star] = row
    villages = [
        Village(unit.name, [_place(names[star], last.get((unit.pk, star)), as_of) for star in STAR.entries])
        for unit in Unit.objects.filter(path__startswith=root, kind=Unit.Kind.VILLAGE).order_by("pk")
    ]
    if not villages:
        return None
    context = {
        "stars": [names[star] for star in STAR.entries],
        "villages": villages,
        "full": sum(village.is_full for village in villages),
    }
    return shown("urban_rural/_stars.html", context)


def _place(star: str, row: Star | None, as_of: date) -> Place:
    if row is None:
        return Place(star, "no_data", _("未启动"))
    stage = Stage(row.stage_on(as_of))
    return Place(star, SHAPES[stage], str(stage.label), row.pk)

"""Small factories: a valid row of each register with one call, unsaved."""

from datetime import date
from decimal import Decimal
from typing import Any

from accounts.models import Unit
from ledgers.tests.rows import make_village, save
from urban_rural.lists import STAR
from urban_rural.models import House, Spot, Star, Stretch, VillageTitle

BEGUN, RECOGNISED = date(2022, 3, 8), date(2022, 6, 28)


def star(**values: Any) -> Star:
    return Star(**({"unit": values.pop("unit", None) or make_village(), "day": BEGUN, "star": "party"} | values))


def village_title(**values: Any) -> VillageTitle:
    return VillageTitle(**({"unit": make_village(), "day": BEGUN, "title": "scenic_a"} | values))


def spot(**values: Any) -> Spot:
    known = {"unit": make_village(), "day": BEGUN, "place": "堰中路", "kind": "parking", "source": "patrol"}
    return Spot(**(known | values))


def house(**values: Any) -> House:
    known = {"unit": make_village(), "day": BEGUN, "place": "大池头12号", "use": "own", "grade": "d"}
    return House(**(known | values))


def stretch(**values: Any) -> Stretch:
    known = {"unit": make_village(), "day": BEGUN, "place": "污水主管", "kind": "sewer", "planned": Decimal(1000)}
    return Stretch(**(known | values))


def five_stars(village: Unit, recognised: date | None = RECOGNISED, but: str = "", **values: Any) -> list[Star]:
    """The saved stars of a village, all five or all but one."""
    kept = [code for code in STAR.entries if code != but]
    return [save(star(unit=village, star=code, recognised_on=recognised, **values)) for code in kept]

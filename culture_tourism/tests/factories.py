"""Small factories: a valid row of each register with one call, unsaved."""

from datetime import date
from decimal import Decimal
from typing import Any

from culture_tourism.models import Farmhouse, Festival, Hall, Highlight, Residence, Worthy
from ledgers.tests.rows import make_village

PLANNED = date(2022, 1, 12)


def highlight(**values: Any) -> Highlight:
    known = {"unit": make_village(), "day": PLANNED, "brand": "scene", "number": 1, "name": "鉴湖渔舟"}
    return Highlight(**(known | values))


def launched(day: date, **values: Any) -> Highlight:
    return highlight(**({"host": "文旅公司", "launched_on": day} | values))


def festival(day: date = date(2022, 3, 19), **values: Any) -> Festival:
    return Festival(**({"unit": make_village(), "day": day, "season": "spring", "name": "油菜花节"} | values))


def residence(**values: Any) -> Residence:
    known = {"unit": make_village(), "day": PLANNED, "name": "邵力子故居", "person": "邵力子", "level": "city"}
    return Residence(**(known | values))


def hall(**values: Any) -> Hall:
    return Hall(**({"unit": make_village(), "day": PLANNED, "name": "泾口村文化礼堂"} | values))


def farmhouse(**values: Any) -> Farmhouse:
    known = {"unit": make_village(), "day": PLANNED, "place": "旧小学", "area": Decimal(820), "ownership": "public"}
    return Farmhouse(**(known | values))


def worthy(**values: Any) -> Worthy:
    known = {"unit": make_village(), "day": PLANNED, "person": "陶某华", "contact": "roster", "what": "新春走访"}
    return Worthy(**(known | values))

"""Small factories: a valid row of each register with one call."""

from decimal import Decimal
from typing import Any

from ecology.models import Air, Clause, Fire, Sample, Station, WasteCheck
from ledgers.tests.rows import row_of

# Class II of a river by every parameter.
CLEAN = {"ph": "7.5", "oxygen": "6.5", "permanganate": "3", "ammonia": "0.4", "phosphorus": "0.08"}


def figures(values: dict[str, Any]) -> dict[str, Any]:
    """Texts that are figures, as figures."""
    return {name: Decimal(value) if isinstance(value, str) else value for name, value in values.items()}


def station(code: str = "SX01", **values: Any) -> Station:
    known = {"name": "泾口大桥", "water": "river", "function": "3", "external_no": code}
    return row_of(Station, **(known | values))  # type: ignore[no-any-return]


def sample(code: str = "SX01", **values: Any) -> Sample:
    known = values | figures(CLEAN | {name: value for name, value in values.items() if name in (*CLEAN, "saturation")})
    return row_of(Sample, station=code, **known)  # type: ignore[no-any-return]


def air(**values: Any) -> Air:
    return row_of(Air, **({"site": "自动站", "aqi": Decimal(50), "pm25": Decimal(20)} | figures(values)))  # type: ignore[no-any-return]


def fire(**values: Any) -> Fire:
    return row_of(Fire, **({"place": "横旦畈", "source": "patrol"} | values))  # type: ignore[no-any-return]


def waste_check(**values: Any) -> WasteCheck:
    known = {"taking_part": "90", "accuracy": "80", "score": "85"} | values
    return row_of(WasteCheck, place="全村抽查", **figures(known))  # type: ignore[no-any-return]


def clause(**values: Any) -> Clause:
    known = {"number": "1.1", "what": "边界清楚", "points": Decimal(4)} | values
    return row_of(Clause, **known)  # type: ignore[no-any-return]

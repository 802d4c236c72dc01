"""Small factories: a valid row with one call."""

from datetime import date
from typing import Any

from accounts.models import Unit, User
from common import clock
from goals.tests.factories import make_unit, make_user
from ledgers.models import Row
from safety.models import Accident, Dispute, Equipment, Hazard, SharedPlant

DAY = date(2022, 9, 5)


def make_village(code: str = "jingkou") -> Unit:
    return make_unit(code, "village", make_unit())


def author() -> User:
    return User.objects.filter(username="author").first() or make_user("author")


def row_of(model: type[Row], **values: Any) -> Any:
    """An unsaved row with what every row needs."""
    values = {"day": DAY, "unit": values.pop("unit", None) or make_village()} | values
    return model(**values)


def save(row: Any) -> Any:
    """As the service leaves it, without the service."""
    row.author, row.created_at = author(), clock.now()
    row.clean()
    row.save()
    return row


def hazard(**values: Any) -> Hazard:
    known = {
        "subject": "园区3号楼",
        "what": "照明缺失",
        "source": "subdistrict",
        "area": "fire",
        "due": date(2022, 9, 25),
    }
    return row_of(Hazard, **(known | values))  # type: ignore[no-any-return]


def accident(**values: Any) -> Accident:
    known = {"what": "机械伤害", "kind": "industry", "in_statistics": "yes", "recognised_by": "区应急局"}
    return row_of(Accident, **(known | values))  # type: ignore[no-any-return]


def equipment(**values: Any) -> Equipment:
    known = {"kind": "lift", "certificate": "浙D01", "user": "便民中心", "next_inspection": date(2022, 11, 1)}
    return row_of(Equipment, **(known | values))  # type: ignore[no-any-return]


def shared_plant(**values: Any) -> SharedPlant:
    return row_of(SharedPlant, **({"plant": "2号楼", "owner": "锦源", "tenants": 3} | values))  # type: ignore[no-any-return]


def dispute(**values: Any) -> Dispute:
    known = {"what": "界址纠纷", "petitioner": "沈某某", "kind": "first"}
    return row_of(Dispute, **(known | values))  # type: ignore[no-any-return]

"""Small factories: a valid row with one call, unsaved and of a village that needn't be there; `save` stores it."""

from datetime import date
from decimal import Decimal
from typing import Any

from stdnum.cn import uscc

from accounts.models import Unit
from economy import models
from ledgers.models import Row
from safety.tests.factories import DAY, make_village
from safety.tests.factories import save as save_row

__all__ = ["CODE", "DAY", "FACTORIES", "code", "make_village", "save"]


def code(number: int) -> str:
    """A valid code for every number."""
    body = f"91330602MA2A{number:05d}"
    return body + uscc.calc_check_digit(body)


CODE = code(1)


def row_of(model: type[Row], known: dict[str, Any], values: dict[str, Any]) -> Any:
    return model(**({"day": DAY, "unit": Unit(code="jingkou", name="泾口村")} | known | values))


def save(row: Any) -> Any:
    if row.unit.pk is None:
        row.unit = make_village(row.unit.code)
    return save_row(row)


def enterprise(**values: Any) -> models.Enterprise:
    known = {"credit_code": CODE, "firm": "锦源纺织", "sector": "industry"}
    return row_of(models.Enterprise, known, values)  # type: ignore[no-any-return]


def stay(**values: Any) -> models.LibraryStay:
    known = {"credit_code": CODE, "firm": "锦源纺织", "category": "industry"}
    return row_of(models.LibraryStay, known, values)  # type: ignore[no-any-return]


def rating(**values: Any) -> models.LandRating:
    known = {"credit_code": CODE, "firm": "锦源纺织", "year": 2021, "grade": "a"}
    return row_of(models.LandRating, known, values)  # type: ignore[no-any-return]


def recognition(**values: Any) -> models.Recognition:
    known = {"credit_code": CODE, "firm": "锦源纺织", "kind": "specialized", "sector": "industry"}
    return row_of(models.Recognition, known | {"department": "省经信厅"}, values)  # type: ignore[no-any-return]


def clearance(**values: Any) -> models.Clearance:
    return row_of(models.Clearance, {"firm": "喷涂作坊", "disposition": "closed"}, values)  # type: ignore[no-any-return]


def project(**values: Any) -> models.Project:
    known = {"what": "冷链仓储", "investor": "浙东冷链", "total": Decimal(1800), "day": date(2022, 1, 5)}
    return row_of(models.Project, known, values)  # type: ignore[no-any-return]


def reuse(**values: Any) -> models.Reuse:
    known = {"place": "旧粮库", "kind": "idle_plant", "area": Decimal(200), "way": "let"}
    return row_of(models.Reuse, known, values)  # type: ignore[no-any-return]


def grain(**values: Any) -> models.Grain:
    known = {"season": "early_rice", "mu": Decimal(100), "per_mu": Decimal(450)}
    return row_of(models.Grain, known, values)  # type: ignore[no-any-return]


def zone(**values: Any) -> models.GrainZone:
    known = {"zone": "TY-01", "mu": Decimal(1500), "keeper": "沈阿根"}
    return row_of(models.GrainZone, known, values)  # type: ignore[no-any-return]


def patch(**values: Any) -> models.FarmlandPatch:
    known = {"patch": "WP-1", "source": "satellite", "kind": "non_farm", "mu": Decimal("1.6")}
    return row_of(models.FarmlandPatch, known, values)  # type: ignore[no-any-return]


def talent(**values: Any) -> models.Talent:
    known = {"person": "周某某", "kind": "leading", "level": "city", "employer": "锦源纺织"}
    return row_of(models.Talent, known, values)  # type: ignore[no-any-return]


def request(**values: Any) -> models.FirmRequest:
    known = {"firm": "锦源纺织", "what": "缺工", "kind": "labour", "due": date(2022, 10, 5)}
    return row_of(models.FirmRequest, known, values)  # type: ignore[no-any-return]


# One of each register, by its code.
FACTORIES = {
    "enterprises": enterprise,
    "library": stay,
    "ratings": rating,
    "recognitions": recognition,
    "clearances": clearance,
    "projects": project,
    "reuse": reuse,
    "grain": grain,
    "grain-zones": zone,
    "farmland": patch,
    "talents": talent,
    "requests": request,
}

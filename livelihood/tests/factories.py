"""Small factories: a valid row of each register with one call."""

from typing import Any

from ledgers.tests.rows import row_of
from livelihood.models import Assistance, Clinic, Insurance, Visit


def insurance(**values: Any) -> Insurance:
    known = {"insured_year": 2022, "registered": 110, "abroad": 10, "employees": 30, "residents": 60}
    return row_of(Insurance, **(known | values))  # type: ignore[no-any-return]


def assistance(**values: Any) -> Assistance:
    return row_of(Assistance, **({"head": "沈某根", "kind": "minimum_living", "persons": 2} | values))  # type: ignore[no-any-return]


def clinic(**values: Any) -> Clinic:
    return row_of(Clinic, **({"name": "泾口村卫生室", "recognised_by": "区卫健局"} | values))  # type: ignore[no-any-return]


def visit(**values: Any) -> Visit:
    return row_of(Visit, **({"household": "王某珍户", "kind": "alone", "way": "in_person"} | values))  # type: ignore[no-any-return]

"""Posted readings, thousands at a time: what is plainly right is taken as it is; anything else is the serializer's.

Of 5,000 rows the serializer alone would take longer than writing them. Both say the same of every row that this one
reads; what is wrong, and why, only the serializer says.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from common.dates import parse_date
from common.figures import parse_figure
from common.text import CleanText
from goals.models.reading import State

FIGURES = ("value", "numerator", "denominator")
RANKS = ("rank", "rank_of")
STATES = frozenset(State.values)
LONGEST_CODE, LONGEST_NOTE, HIGHEST = 200, 20_000, 32_767


class _Unclear(Exception):
    """Not plainly right."""


def read(raw: Sequence[dict[str, Any]]) -> list[dict[str, Any]] | None:
    """The rows as the serializer would validate them, or None where it has to look."""
    days: dict[str, date] = {}
    notes: set[str] = set()
    try:
        return [_row(row, days, notes) for row in raw]
    except (_Unclear, ValidationError):
        return None


def _row(row: dict[str, Any], days: dict[str, date], notes: set[str]) -> dict[str, Any]:
    found: dict[str, Any] = {"indicator": _code(row.get("indicator")), "unit": _code(row.get("unit"))}
    for name in FIGURES:
        if name in row:
            value = row[name]
            found[name] = None if value is None else parse_figure(value)
    for name in RANKS:
        if name in row:
            found[name] = _rank(row[name])
    if "note" in row:
        found["note"] = _note(row["note"], notes)
    day = row.get("period")
    if not isinstance(day, str):
        raise _Unclear
    if day not in days:
        days[day] = parse_date(day)
    found["period"] = days[day]
    found["state"] = row.get("state", State.DRAFT)
    if not isinstance(found["state"], str) or found["state"] not in STATES:
        raise _Unclear
    return found


def _code(value: Any) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= LONGEST_CODE or not value.isprintable():
        raise _Unclear
    if value.strip() != value:
        raise _Unclear
    return value


def _rank(value: Any) -> int | None:
    if value is None:
        return None
    if type(value) is not int or not 1 <= value <= HIGHEST:
        raise _Unclear
    return value


def _note(value: Any, known: set[str]) -> str:
    if not isinstance(value, str):
        raise _Unclear
    if value not in known:
        if not value.isprintable():
            raise _Unclear
        CleanText(LONGEST_NOTE)(value)
        known.add(value)
    return value

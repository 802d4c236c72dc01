"""The checks' warnings, as a reading keeps them and a client gets them."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

# Importing the rules registers them.
from goals.checks import rules as rules
from goals.checks.beside import Entered, beside
from goals.checks.registry import Check, Oddity, checks_of, oddities

PLACES = Decimal("0.0001")


def warnings_of(rows: Sequence[Entered]) -> list[list[dict[str, Any]]]:
    """For each row its warnings: code, attr, detail, and a suggestion where another figure was perhaps meant."""
    known: dict[int, Mapping[str, Check]] = {}
    found = []
    for entry in beside(rows):
        checks = known.get(id(entry.indicator))
        if checks is None:
            checks = known[id(entry.indicator)] = checks_of(entry.indicator)
        found.append([_plain(code, oddity) for code, oddity in oddities(entry, checks)])
    return found


def lacks_reason(warnings: Sequence[dict[str, Any]], note: str) -> bool:
    """Is something about the figure odd, and nothing said of why?"""
    return not note.strip() and any(warning["attr"] != "note" for warning in warnings)


def _plain(code: str, oddity: Oddity) -> dict[str, Any]:
    warning = {"code": code, "attr": oddity.attr, "detail": oddity.detail}
    if oddity.suggestion is None:
        return warning
    meant = oddity.suggestion.quantize(PLACES, rounding=ROUND_HALF_UP)
    return warning | {"suggestion": f"{meant:f}".rstrip("0").rstrip(".")}

"""The registry of checks: a new one is one function with a test."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from goals.checks.beside import Beside


@dataclass(frozen=True)
class Oddity:
    """What a check noticed: the cause in words, the field it concerns, and the figure that was perhaps meant."""

    detail: str
    attr: str = "value"
    suggestion: Decimal | None = None


Check = Callable[[Beside], Iterator[Oddity]]
_checks: dict[str, Check] = {}


def check(code: str) -> Callable[[Check], Check]:
    """Register a check under the code by which clients know it."""

    def register(function: Check) -> Check:
        if code in _checks:
            raise ValueError(f"the check {code} is there already")
        _checks[code] = function
        return function

    return register


def oddities(entry: Beside) -> Iterator[tuple[str, Oddity]]:
    """What all checks notice, with their codes."""
    for code, function in _checks.items():
        for oddity in function(entry):
            yield code, oddity

"""The registry of checks: a new one is one function with a test."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from goals.checks.beside import Beside
from goals.models import Indicator


@dataclass(frozen=True)
class Oddity:
    """What a check noticed: the cause in words, the field it concerns, and the figure that was perhaps meant."""

    detail: str
    attr: str = "value"
    suggestion: Decimal | None = None


Check = Callable[[Beside], Iterator[Oddity]]
Asks = Callable[[Indicator], bool]
_checks: dict[str, tuple[Check, Asks]] = {}


def _anything(indicator: Indicator) -> bool:
    return True


def check(code: str, of: Asks = _anything) -> Callable[[Check], Check]:
    """Register a check under the code by which clients know it; `of` which indicators it asks something."""

    def register(function: Check) -> Check:
        if code in _checks:
            raise ValueError(f"the check {code} is there already")
        _checks[code] = function, of
        return function

    return register


def checks_of(indicator: Indicator) -> dict[str, Check]:
    """The checks of an indicator's figures, by their codes."""
    return {code: function for code, (function, asks) in _checks.items() if asks(indicator)}


def oddities(entry: Beside, checks: Mapping[str, Check] | None = None) -> Iterator[tuple[str, Oddity]]:
    """What all checks notice, with their codes. Who asks for thousands of figures gives the checks of the indicator."""
    for code, function in (checks_of(entry.indicator) if checks is None else checks).items():
        for oddity in function(entry):
            yield code, oddity

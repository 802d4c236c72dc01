"""What other apps add to a plan, the way admin modules register: their entries in its file, what its adoption
lacks of theirs, their counts in its summary, their place in the demonstration. An app registers in its `parts.py`."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from accounts.models import User
from goals.models import Plan

if TYPE_CHECKING:
    from goals.duties import Lack
    from goals.loading import PlanLoader


class Part:
    """Every method may be left as it is."""

    def load(self, loader: "PlanLoader") -> None:
        """Load the part's entries of a plan's file, in the loader's transaction: note what changes in its report,
        and what is wrong as its mistakes."""

    def lacking(self, plan: Plan, day: date) -> Sequence["Lack"]:
        """Why the plan can't be adopted."""
        return ()

    def summary(self, plan: Plan, as_of: date, *, known_then: bool) -> Mapping[str, Any]:
        """What the part adds to the plan's summary."""
        return {}

    def prepare(self, users: Mapping[str, User]) -> None:
        """The demonstration before its plan is adopted."""

    def demonstrate(self, users: Mapping[str, User]) -> None:
        """The demonstration's year, after the figures."""


_parts: list[Part] = []


def register(part: Part) -> Part:
    if any(type(each) is type(part) for each in _parts):
        raise ValueError(f"part {type(part).__name__} is registered already")
    _parts.append(part)
    return part


def parts() -> Iterable[Part]:
    return tuple(_parts)


def lacking(plan: Plan, day: date) -> list["Lack"]:
    """What the plan's adoption lacks of all parts."""
    return [lack for part in _parts for lack in part.lacking(plan, day)]


def summary(plan: Plan, as_of: date, *, known_then: bool = False) -> dict[str, Any]:
    """What all parts add to the plan's summary."""
    found: dict[str, Any] = {}
    for part in _parts:
        found |= part.summary(plan, as_of, known_then=known_then)
    return found

"""The registry through which a section adds to its page, the way admin modules register.

An app's `panels.py` registers a function for a section's code; it gets the plan's section and the as-of day and
answers a template with its context, or None where there is nothing to show. Panels stand below the targets.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Panel:
    """A template and what it shows; the style sheets that it needs, and whether it draws charts."""

    template: str
    context: Mapping[str, Any]
    styles: tuple[str, ...] = ()
    has_charts: bool = False


# The section is a `goals.models.Section`; not imported, so that apps may register before models are ready.
Maker = Callable[[Any, date], Panel | None]
_registry: dict[str, list[tuple[Maker, bool]]] = {}


EVERY_SECTION = "*"


def panel(section_code: str, *, knows_then: bool = False) -> Callable[[Maker], Maker]:
    """Register a panel of the section with this code, in every plan; `EVERY_SECTION` is one of each. One that
    `knows_then` takes `known_then`; the others go by the dates of events alone."""

    def register(make: Maker) -> Maker:
        _registry.setdefault(section_code, []).append((make, knows_then))
        return make

    return register


def panels_of(section: Any, as_of: date, *, known_then: bool = False) -> Iterator[Panel]:
    """The section's panels for the day, in the order of their registration; as known then, those that know it."""
    for make, knows_then in [*_registry.get(EVERY_SECTION, []), *_registry.get(section.code, [])]:
        if known_then and not knows_then:
            continue
        made = make(section, as_of, known_then=True) if known_then else make(section, as_of)  # type: ignore[call-arg]
        if made is not None:
            yield made


# Beside a target or a work, for a user: what another app adds to its page.
BesideMaker = Callable[[Any, Any, date], Panel | None]
_beside: list[BesideMaker] = []


def beside(make: BesideMaker) -> BesideMaker:
    """Register a panel of every target's and every work's page."""
    _beside.append(make)
    return make


def panels_beside(thing: Any, user: Any, as_of: date) -> list[Panel]:
    """The panels of this target or work that the user sees."""
    return [made for make in _beside if (made := make(thing, user, as_of)) is not None]

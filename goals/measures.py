"""The registry through which a ledger or a project feeds an indicator.

A measure is a function from indicators and two years of days to counted figures by indicator; an app registers
its measures in its `measures.py` the way admin modules register. `milestones` is the one the core names, for a rule
stands on it; where its figures come from it doesn't know.
"""

from collections.abc import Callable, Iterable, Mapping

from goals.progress import Counted, Works

Source = Callable[[Iterable[int], int], Mapping[int, Counted | Works]]

MILESTONES = "milestones"
_registry: dict[str, Source] = {}


def measure(code: str) -> Callable[[Source], Source]:
    """Register a measure: called once a recompute with the indicators that it feeds and the plan's year."""

    def register(source: Source) -> Source:
        if code in _registry:
            raise ValueError(f"measure {code} is registered already")
        _registry[code] = source
        return source

    return register


def is_registered(code: str) -> bool:
    return code in _registry


def figures(code: str, indicator_ids: Iterable[int], year: int) -> Mapping[int, Counted | Works]:
    """What the measure counts for these indicators, in a number of queries that doesn't grow with them."""
    return _registry[code](indicator_ids, year)

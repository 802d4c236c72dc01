"""倒排工期: from an end date and durations to milestones, backwards, in working days. Pure; no database, no clock."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Generic, Protocol, TypeVar

K = TypeVar("K", bound=Hashable)
DAY = timedelta(days=1)


class Calendar(Protocol):
    """Which days are worked (`goals.calendar.WorkingDays`)."""

    def is_working(self, day: date) -> bool: ...


@dataclass(frozen=True)
class Step(Generic[K]):
    """So many working days of work (at least one), begun when all of `after` have ended."""

    key: K
    days: int
    after: Sequence[K] = ()


@dataclass(frozen=True)
class Span:
    """From the morning of one working day through the evening of another."""

    start: date
    end: date


@dataclass(frozen=True)
class Proposal(Generic[K]):
    """When each step is worked on. `late_by`: how many working days after the due date the last one ends; then the
    steps are planned forwards from the start, for backwards they don't fit."""

    spans: Mapping[K, Span] = field(default_factory=dict)
    late_by: int = 0

    @property
    def fits(self) -> bool:
        return self.late_by == 0

    @property
    def end(self) -> date | None:
        return max((span.end for span in self.spans.values()), default=None)


class Cycle(ValueError):
    """Steps that wait for one another; `keys` are they."""

    def __init__(self, keys: Sequence[Hashable]) -> None:
        super().__init__(", ".join(map(str, keys)))
        self.keys = keys


def in_order(after: Mapping[K, Iterable[K]]) -> list[K]:
    """The keys, each behind what it comes after, otherwise as given. Raises Cycle; what isn't a key is ignored."""
    waiting = {key: {k for k in before if k in after} for key, before in after.items()}
    order: list[K] = []
    while waiting:
        ready = [key for key, before in waiting.items() if not before]
        if not ready:
            raise Cycle(_in_cycle(waiting))
        order += ready
        for key in ready:
            del waiting[key]
        for before in waiting.values():
            before.difference_update(ready)
    return order


def _in_cycle(waiting: Mapping[Any, set[Any]]) -> list[Any]:
    """Follow what waits until it repeats."""
    path = [next(iter(waiting))]
    while True:
        following = min(waiting[path[-1]], key=list(waiting).index)
        if following in path:
            return path[path.index(following) :]
        path.append(following)


def propose(steps: Sequence[Step[K]], *, start: date, due: date, calendar: Calendar) -> Proposal[K]:
    """As late as the due date allows; where that would begin before `start`, as early as possible from there.

    Raises Cycle, and ValueError for a duration below one day or a step that comes after an unknown one.
    """
    by_key = {step.key: step for step in steps}
    if len(by_key) < len(steps):
        raise ValueError("a key stands twice")
    if any(step.days < 1 or not set(step.after) <= set(by_key) for step in steps):
        raise ValueError("a duration below one day, or an unknown predecessor")
    order = in_order({step.key: step.after for step in steps})
    if not order:
        return Proposal()
    tails = _tails(order, by_key)
    available = _worked(start, due, calendar)
    length = max(tails.values())
    if length <= len(available):
        # Counted from the last working day backwards: `tail` days from a step's first day through the end of all.
        spans = {k: Span(available[-tails[k]], available[-(tails[k] - by_key[k].days) - 1]) for k in order}
        return Proposal(spans)
    forwards = _from(start, length, calendar)
    heads = _heads(order, by_key)
    spans = {k: Span(forwards[heads[k] - by_key[k].days], forwards[heads[k] - 1]) for k in order}
    return Proposal(spans, late_by=length - len(available))


def _tails(order: Sequence[K], steps: Mapping[K, Step[K]]) -> dict[K, int]:
    """Working days from a step's first through the last of all that must follow it."""
    followed: dict[K, int] = dict.fromkeys(order, 0)
    tails: dict[K, int] = {}
    for key in reversed(order):
        tails[key] = steps[key].days + followed[key]
        for before in steps[key].after:
            followed[before] = max(followed[before], tails[key])
    return tails


def _heads(order: Sequence[K], steps: Mapping[K, Step[K]]) -> dict[K, int]:
    """Working days from the first of all through a step's last."""
    heads: dict[K, int] = {}
    for key in order:
        heads[key] = steps[key].days + max((heads[before] for before in steps[key].after), default=0)
    return heads


def _worked(first: date, last: date, calendar: Calendar) -> list[date]:
    days = (first + DAY * number for number in range((last - first).days + 1))
    return [day for day in days if calendar.is_working(day)]


def _from(first: date, count: int, calendar: Calendar) -> list[date]:
    found: list[date] = []
    day = first
    while len(found) < count:
        if calendar.is_working(day):
            found.append(day)
        day += DAY
    return found

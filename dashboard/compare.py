"""What moved between two days: statuses up and down, figures, completion."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from goals.asof import AsOf
from goals.models import Target
from goals.models.progress import Status
from goals.progress.summary import Summary, summarise
from goals.words import Standing

# From worst to best; without data there is neither up nor down.
_RANK = {
    status: rank
    for rank, status in enumerate((Status.MISSED, Status.BEHIND, Status.AT_RISK, Status.ON_TRACK, Status.ACHIEVED))
}
UP, DOWN, CAME, WENT, FIGURE, STILL = "up", "down", "came", "went", "figure", "still"
# In the order in which one wants to see them.
ORDER = (DOWN, WENT, UP, CAME, FIGURE)


@dataclass(frozen=True)
class Move:
    """A target on the earlier day and on the later."""

    before: Standing
    after: Standing

    @property
    def target(self) -> Target:
        return self.after.target

    @property
    def way(self) -> str:
        """Up or down; data came or went; the figure alone; or nothing."""
        old, new = _RANK.get(Status(self.before.status)), _RANK.get(Status(self.after.status))
        if old is not None and new is not None and old != new:
            return UP if new > old else DOWN
        if (old is None) != (new is None):
            return CAME if old is None else WENT
        return FIGURE if self.before.actual_shown != self.after.actual_shown else STILL

    @property
    def points(self) -> Decimal | None:
        """How much nearer to its goal, in points; None where the rule has no such share."""
        old, new = self.before.progress.attainment, self.after.progress.attainment
        return None if old is None or new is None else new - old


@dataclass(frozen=True)
class Comparison:
    """Two days of a set of targets; without another day nothing is compared, and the page offers it."""

    asof: AsOf
    moves: Sequence[Move] = ()
    before: Summary | None = None
    after: Summary | None = None

    @property
    def moved(self) -> list[Move]:
        """What isn't as it was: down first, then up, then what only grew."""
        changed = [move for move in self.moves if move.way != STILL]
        return sorted(changed, key=lambda move: ORDER.index(move.way))

    @property
    def counts(self) -> Mapping[str, int]:
        found = dict.fromkeys((*ORDER, STILL), 0)
        for move in self.moves:
            found[move.way] += 1
        return found

    @property
    def points(self) -> Decimal | None:
        """How completion changed, in points."""
        if self.before is None or self.after is None:
            return None
        old, new = self.before.completion, self.after.completion
        return None if old is None or new is None else new - old


def compared(
    asof: AsOf, targets: Sequence[Target], progress: Mapping[int, Any], other: Mapping[int, Any]
) -> Comparison:
    """These targets on the day beside the day that the address compares with."""
    assert asof.compare is not None
    old, new = (other, progress) if asof.compare < asof.day else (progress, other)
    return Comparison(
        asof,
        [Move(Standing(t, old[t.pk]), Standing(t, new[t.pk])) for t in targets],
        *(summarise((t, rows[t.pk]) for t in targets) for rows in (old, new)),
    )

"""An order for every page that shows one: its steps with their rules, what comes next, and what lags of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from goals import evidence
from supervision.models import PROVED, Extension, Order, State, Step
from supervision.rules import COURSE, WHO, limit_of, next_step


@dataclass(frozen=True)
class Stage:
    """A step of the course: its rule, and how it was last taken."""

    kind: Step.Kind
    who: str | Promise
    limit: str
    taken: Step | None
    state: str  # "done", "cur" or ""

    @property
    def label(self) -> str | Promise:
        return self.kind.label


@dataclass(frozen=True)
class Sheet:
    """An order with its steps on a day."""

    order: Order
    day: date
    steps: Sequence[Step] = field(default_factory=list)
    extensions: Sequence[Extension] = field(default_factory=list)

    @property
    def days_late(self) -> int:
        return self.order.days_late(self.day)

    @property
    def next_word(self) -> str:
        """What the order waits for."""
        kind = next_step(self.order)
        return "" if kind is None else str(kind.label)

    @property
    def waiting(self) -> Extension | None:
        """The extension that waits for its decision."""
        return next((e for e in self.extensions if e.state == Extension.State.REQUESTED), None)

    @property
    def stages(self) -> list[Stage]:
        """The course with what is done of it; a return takes back what came after the signing."""
        back = max((s.pk for s in self.steps if s.kind == Step.Kind.RETURN), default=0)
        again = (Step.Kind.APPLY, Step.Kind.VERIFY, Step.Kind.CLOSE)
        current = next_step(self.order)
        found = []
        for kind in COURSE:
            taken = [s for s in self.steps if s.kind == kind and (s.pk > back or kind not in again)]
            state = "cur" if kind == current else "done" if taken else ""
            newest = taken[-1] if taken else None
            found.append(Stage(kind, WHO[kind], limit_of(kind, self.order.grade), newest, state))
        return found

    @property
    def feedback(self) -> list[Step]:
        """What the office and the post have said, for the sheet of paper."""
        return [s for s in self.steps if s.kind in (Step.Kind.FEEDBACK, Step.Kind.APPLY)]

    @property
    def lateness(self) -> str:
        """Colour goes by this alone."""
        if self.order.state == State.DRAFT or not self.order.is_open:
            return ""
        late = self.days_late
        return _("%(step)s已逾期 %(n)s 天") % {"step": self.next_word, "n": late} if late else ""


def sheet_of(order: Order, day: date) -> Sheet:
    """The order with its steps, their files and its extensions. At most four queries."""
    steps = list(order.steps.select_related("user", "post").order_by("pk"))
    proved = [step for step in steps if step.kind in PROVED]
    files = evidence.of(proved)
    for step in proved:
        step.files = files[step.pk]  # type: ignore[attr-defined]
    return Sheet(order, day, steps, list(order.extensions.select_related("requested_by", "decided_by")))


def sheets_of(orders: Iterable[Order], day: date) -> list[Sheet]:
    """For a list, which shows no steps."""
    return [Sheet(order, day) for order in orders]

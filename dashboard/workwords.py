"""A work in the words that `goals.words.Standing` has for a target, so that one list shows both."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.display import figure, percent
from goals.models.progress import Status
from projects.words import Work

MONTHS, DAYS = 12, 365


@dataclass(frozen=True)
class WorkWords:
    """How a work stands; its milestones are there where a list shows it."""

    work: Work

    sign = ""
    stale_word = ""
    # The rules foretell nothing of milestones.
    forecast_shown = ""
    forecast_status = Status.NO_DATA
    has_goal = True

    @property
    def word(self) -> str:
        return self.work.word

    @property
    def why(self) -> str:
        return self.work.word

    @property
    def filled(self) -> Decimal | None:
        return self.work.done

    @property
    def due_now(self) -> Decimal | None:
        return self.work.due

    @property
    def bar_label(self) -> str:
        return self.work.bar_label

    @property
    def actual_shown(self) -> str:
        if self.work.milestones:
            return str(self.work.steps_done)
        return "—" if self.work.done is None else f"{percent(self.work.done)}%"

    @property
    def goal_shown(self) -> str:
        return str(len(self.work.milestones)) if self.work.milestones else "100%"

    @property
    def unit(self) -> str:
        return _("个节点") if self.work.milestones else ""

    @property
    def gap_shown(self) -> str:
        """Days since the oldest milestone was due; points, where none is late."""
        if self.work.days_late:
            return ngettext("逾期 %(n)s 天", "逾期 %(n)s 天", self.work.days_late) % {"n": self.work.days_late}
        progress = self.work.progress
        gap = None if progress is None else progress.gap
        if not gap:
            return "—" if gap is None else _("持平")
        return (_("高 %(n)s 个百分点") if gap > 0 else _("差 %(n)s 个百分点")) % {"n": figure(abs(gap), 1)}

    @property
    def catch_up_shown(self) -> str:
        """The share of the whole that each month left has to bring; none is left after its time."""
        need = self._a_month
        if need is not None:
            return _("每月 %(n)s%%") % {"n": figure(need, 1)}
        return _("时限已过") if self.work.project.due < self.work.day else "—"

    @property
    def multiple(self) -> str:
        """That against what a month has brought so far: 2.5; empty where it says nothing."""
        need, done, project = self._a_month, self.work.done, self.work.project
        past = _months((self.work.day - max(project.start, project.plan.start)).days)
        if need is None or not done or past < 1:
            return ""
        times = need * past / done
        return figure(times, 1) if times > 1 else ""

    @property
    def _a_month(self) -> Decimal | None:
        """Of a work whose time isn't over; the last month counts as one."""
        left = (self.work.project.due - self.work.day).days
        if self.work.done is None or left <= 0 or self.work.done >= 100:
            return None
        return (100 - self.work.done) / max(_months(left), Decimal(1))


def _months(days: int) -> Decimal:
    return Decimal(days) * MONTHS / DAYS

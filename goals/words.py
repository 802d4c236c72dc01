"""Progress in words and figures, for every page that shows a target: goal, actual, gap, catch-up, forecast."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.display import figure, signed
from goals.models import Progress, Target
from goals.models.progress import Status
from goals.models.target import Comparator, Rule
from goals.progress import sentence, status_word
from goals.progress.explain import reason_word

SIGNS = {Comparator.AT_LEAST: "≥", Comparator.AT_MOST: "≤"}
_IN_PERCENT = frozenset({Rule.GROWTH, Rule.SHARE, Rule.DECLINE, Rule.MILESTONES})
LAGGING = (Status.BEHIND, Status.MISSED)


def goal_unit(target: Target) -> str:
    """The unit of goal and actual: % where the rule makes it one."""
    return "%" if target.rule in _IN_PERCENT else target.indicator.unit_of_measure


def with_unit(value: Decimal | None, unit: str) -> str:
    """5,000 平方米 · 31.4% · —."""
    shown = figure(value)
    if value is None or not unit:
        return shown
    return f"{shown}%" if unit == "%" else f"{shown} {unit}"


def difference(value: Decimal, unit: str) -> str:
    """A difference without its sign; between percentages it is points, never %."""
    size = abs(value)
    if unit == "%":
        return _("%(n)s 个百分点") % {"n": figure(size)}
    return with_unit(size, unit)


@dataclass(frozen=True)
class Standing:
    """A target with its progress on a day, in the words of its page. `months` are its stored months so far;
    `is_later`: its figures rest on what came after the day (后补); where it is known, `then` is where it stood."""

    target: Target
    progress: Progress
    months: Sequence[Progress] = field(default_factory=list)
    then: Progress | None = None
    is_later: bool = False

    @property
    def unit(self) -> str:
        return goal_unit(self.target)

    @property
    def status(self) -> str:
        return self.progress.status

    @property
    def word(self) -> str:
        """The status, or why there is none."""
        if self.progress.status == Status.NO_DATA and self.progress.reason == "goal_in_doubt":
            return str(reason_word("goal_in_doubt"))
        return str(status_word(self.progress.status, self.target.rule))

    @property
    def then_said(self) -> str:
        """What the mark 后补 says: where it stood as known then."""
        if self.then is None:
            return _("含这一天以后才通过或登记的数据") if self.is_later else ""
        was = Standing(self.target, self.then)
        shown = with_unit(self.then.actual, self.unit) if self.target.rule != Rule.DECLINE else was.actual_shown
        return _("含这一天以后才通过或登记的数据；当时所知：%(actual)s，%(word)s") % {"actual": shown, "word": was.word}

    @property
    def why(self) -> str:
        return str(reason_word(self.progress.reason)) if self.progress.reason else ""

    @property
    def lags(self) -> bool:
        return self.progress.status in LAGGING

    @property
    def stale_word(self) -> str:
        """应报未报, or 待发布 where a bureau publishes the figure; empty when nothing is late."""
        if not self.progress.stale:
            return ""
        return _("待发布") if self.target.indicator.published else _("应报未报")

    @cached_property
    def goal(self) -> Decimal | None:
        """The goal in force on the day, as the row's terms carry it."""
        kept = self.progress.terms.get("goal")
        return Decimal(kept) if kept is not None else self.target.goal

    @property
    def sign(self) -> str:
        return SIGNS.get(Comparator(self.target.comparator), "")

    @property
    def goal_shown(self) -> str:
        """As printed where the plan's own number is in doubt."""
        if self.target.comparator == Comparator.BELOW_LAST_YEAR:
            return _("低于上年")
        return figure(self.goal)

    @property
    def has_goal(self) -> bool:
        return self.goal is not None

    @property
    def actual_shown(self) -> str:
        if self.target.rule == Rule.DECLINE:
            return figure(self._term("ytd"))
        return figure(self.progress.actual)

    @property
    def actual_unit(self) -> str:
        return self.target.indicator.unit_of_measure if self.target.rule == Rule.DECLINE else self.unit

    @property
    def last_year_shown(self) -> str:
        """Last year's figure through the same period, where the rule compares with it."""
        return figure(self._term("last_ytd")) if self.target.rule == Rule.DECLINE else ""

    @property
    def filled(self) -> Decimal | None:
        """How far the bar is filled, in per cent of the goal."""
        return self._of_goal(self.progress.actual)

    @property
    def due_now(self) -> Decimal | None:
        """Where the bar's tick stands, in per cent of the goal."""
        return self._of_goal(self.progress.expected)

    @property
    def bar_label(self) -> str:
        return _("实际 %(actual)s，应到 %(expected)s") % {
            "actual": with_unit(self.progress.actual, self.unit),
            "expected": with_unit(self.progress.expected, self.unit),
        }

    @property
    def gap_shown(self) -> str:
        """How far ahead or behind, in the goal's unit."""
        gap = self.progress.gap
        if gap is None:
            return "—"
        unit = self.actual_unit if self.target.rule == Rule.DECLINE else self.unit
        amount = difference(gap, unit)
        if gap == 0:
            return _("与上年持平") if self.target.rule == Rule.DECLINE else _("持平")
        if self.target.rule == Rule.DECLINE:
            return (_("比上年多 %(n)s") if gap > 0 else _("比上年少 %(n)s")) % {"n": amount}
        return (_("高 %(n)s") if gap > 0 else _("差 %(n)s")) % {"n": amount}

    @property
    def catch_up_shown(self) -> str:
        """What it takes from now on."""
        value = self.progress.catch_up
        if value is None:
            return "—"
        if self.target.rule == Rule.TOTAL:
            return _("每期 %(n)s") % {"n": with_unit(value, self.unit)}
        if self.target.rule == Rule.GROWTH:
            return _("余下同比 %(n)s%%") % {"n": signed(value)}
        return _("再增 %(n)s") % {"n": figure(value)}

    @property
    def multiple(self) -> str:
        """The pace needed against the past one: 2.5; empty where that says nothing."""
        need, done = self.progress.catch_up, self.progress.actual
        if self.target.rule != Rule.TOTAL or not need or not done or done <= 0 or not self._periods_so_far:
            return ""
        times = need * self._periods_so_far / done
        return figure(times, 1) if times > 1 else ""

    @property
    def forecast_shown(self) -> str:
        return with_unit(self.progress.forecast, self.unit)

    @property
    def forecast_status(self) -> str:
        """Does the year, going on like this, end well?"""
        forecast, goal = self.progress.forecast, self.goal
        if forecast is None or goal is None:
            return Status.NO_DATA
        met = forecast <= goal if self.target.comparator == Comparator.AT_MOST else forecast >= goal
        return Status.ON_TRACK if met else Status.BEHIND

    @property
    def forecast_short(self) -> str:
        """By how much the forecast misses the goal; empty where it doesn't."""
        if self.forecast_status != Status.BEHIND:
            return ""
        assert self.progress.forecast is not None and self.goal is not None
        return difference(self.progress.forecast - self.goal, self.unit)

    @property
    def reported(self) -> str:
        """A later period that is reported in part; provisional, never in a status."""
        period = self._plain("partial_period")
        if period is None:
            return ""
        facts = {
            "month": date.fromisoformat(period).month,
            "n": self._plain("partial_reported"),
            "m": self._plain("partial_expected"),
        }
        return _("%(month)s月 %(m)s 个单位已报 %(n)s 个（暂计，不入状态）") % facts

    @property
    def sentence(self) -> str:
        row = self.progress
        return sentence(
            row.terms,
            status=row.status,
            reason=row.reason,
            data_period=row.data_period,
            actual=row.actual,
            expected=row.expected,
            unit=self.target.indicator.unit_of_measure,
        )

    def number(self, name: str) -> str:
        """One of the terms, as it is shown."""
        return figure(self._term(name))

    @property
    def trail(self) -> tuple[list[Decimal | None], list[Decimal | None]]:
        """Actual and expected by month, for the sparkline; counts where the rule compares with last year."""
        if self.target.rule == Rule.DECLINE:
            return [m.actual for m in self.months], []
        return [m.actual for m in self.months], [m.expected for m in self.months]

    @property
    def trail_label(self) -> str:
        count = len(self.months)
        return ngettext("%(n)s 个月的走势，虚线为应到", "%(n)s 个月的走势，虚线为应到", count) % {"n": count}

    @property
    def _periods_so_far(self) -> int:
        day = self.progress.data_period
        return day.month if day else 0

    def _of_goal(self, value: Decimal | None) -> Decimal | None:
        if value is None or not self.goal or self.goal <= 0:
            return None
        return 100 * value / self.goal

    def _term(self, name: str) -> Decimal | None:
        kept = self.progress.terms.get(name)
        return None if kept is None else Decimal(str(kept))

    def _plain(self, name: str) -> Any:
        return self.progress.terms.get(name)

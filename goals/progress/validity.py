"""What is refused when a target is saved."""

import itertools
from collections.abc import Iterator
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from goals.progress.periods import MONTHS, due_period, month_key, period_end
from goals.progress.terms import Terms

RULES_BY_BASIS = {
    "amount": ("total", "growth", "decline", "milestones"),
    "running_total": ("total", "growth", "decline"),
    "level": ("level", "growth"),
    "share": ("share",),
    "rate": ("growth",),
}
Fault = tuple[str, str, str | Promise]


def validate_terms(terms: Terms) -> list[Fault]:
    """The faults of a target's terms as (field, code, message)."""
    return [*_rule_faults(terms), *_due_faults(terms), *_pace_faults(terms)]


def _rule_faults(terms: Terms) -> Iterator[Fault]:
    if terms.rule not in RULES_BY_BASIS.get(terms.basis, ()):
        yield "rule", "rule_basis", _("该规则不适用于这一填报口径。")
    if terms.comparator not in ("at_least", "at_most", "below_last_year"):
        yield "comparator", "invalid_choice", _("没有这种比较方式。")
    if (terms.comparator == "below_last_year") != (terms.rule == "decline"):
        yield "comparator", "comparator_rule", _("“低于上年”与下降规则只能一起使用。")
    if terms.rule == "decline" and terms.goal is not None:
        yield "goal", "no_goal", _("“低于上年”不设目标值。")
    if terms.rule != "decline" and terms.goal is None:
        yield "goal", "required", _("请填写目标值。")
    if terms.rule == "milestones" and (terms.goal != 1_000_000 or terms.comparator != "at_least"):
        yield "goal", "milestones_goal", _("节点规则的目标值是 100，比较方式是不低于。")
    if terms.band is not None and terms.band < 0:
        yield "band", "min_value", _("预警区间不能为负。")
    if terms.weight < 0:
        yield "weight", "min_value", _("权重不能为负。")
    if terms.frequency not in MONTHS:
        yield "frequency", "invalid_choice", _("没有这种频率。")


def _due_faults(terms: Terms) -> Iterator[Fault]:
    if terms.due.year != terms.year:
        yield "due", "outside_plan", _("完成时限应在计划年度之内。")
    elif (
        terms.rule != "milestones"
        and terms.frequency in MONTHS
        and not due_period(terms.frequency, terms.year, terms.due)
    ):
        yield "due", "no_due_period", _("完成时限之前该指标没有一期数据。")


def _pace_faults(terms: Terms) -> Iterator[Fault]:
    if terms.pace == "linear" and terms.rule in ("level", "share") and terms.baseline is None:
        yield "baseline", "required", _("匀速推进须填写基数。")
    if terms.pace is not None and terms.rule in ("decline", "milestones"):
        yield "pace", "no_pace", _("该规则不设进度安排。")
    if terms.pace == "planned" and not terms.planned:
        yield "planned", "required", _("请填写逐月计划。")
    if terms.planned and terms.goal is not None:
        yield from _planned_faults(terms, terms.goal)


def _planned_faults(terms: Terms, goal: int) -> Iterator[Fault]:
    last = period_end(month_key(terms.due))
    for day, _value in terms.planned:
        if day.year != terms.year or day != period_end(month_key(day)):
            yield "planned", "not_a_month_end", _("逐月计划的日期应为计划年度内的月末。")
            return
        if day > last:
            yield "planned", "after_due", _("逐月计划不能晚于完成时限。")
            return
    values = [value for _day, value in terms.planned]
    start = 0 if terms.rule == "total" and terms.baseline is None else terms.baseline
    path = values if start is None else [start, *values]
    rising = all(a <= b for a, b in itertools.pairwise(path))
    falling = all(a >= b for a, b in itertools.pairwise(path))
    if not rising and not falling:
        yield "planned", "not_one_way", _("逐月计划应朝目标值单向推进。")
    if _planned_at(terms) != goal:
        yield "planned", "not_the_goal", _("完成时限那一期的计划值应等于目标值。")


def _planned_at(terms: Terms) -> int | None:
    until: date = period_end(month_key(terms.due))
    reached = [value for day, value in terms.planned if day <= until]
    return reached[-1] if reached else None

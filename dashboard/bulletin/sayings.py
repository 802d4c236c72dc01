"""A target or a work in the words of an official paper, always Chinese; what has no data says 无数据 and no more."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from common.display import figure, signed
from goals.models import Target
from goals.models.progress import Status
from goals.models.target import Comparator, Rule
from goals.words import Standing, goal_unit
from projects.models import Milestone, Project
from projects.words import Work

NO_DATA = "无数据"
ON_PACE = (Status.ACHIEVED, Status.ON_TRACK)
LATE = (Status.BEHIND, Status.MISSED)
_OVER_LAST_YEAR = (Rule.TOTAL, Rule.LEVEL)


def quantity(value: Decimal | None, unit: str) -> str:
    """183.66万斤 · 31.4% · 无数据: a figure stands before its unit without a gap, as in print."""
    return NO_DATA if value is None else f"{figure(value)}{unit}"


def points(value: Decimal | None) -> str:
    """+6.1 · −13.3; 无数据 where there is nothing to compare."""
    return NO_DATA if value is None else signed(value)


def share(value: Decimal | None) -> str:
    return NO_DATA if value is None else f"{figure(value, 1)}%"


def day(value: date) -> str:
    return f"{value.month}月{value.day}日"


def span(through: date | None, *, counted: bool) -> str:
    """1–9月 for what is reported by month; 截至9月30日 for what is counted by day."""
    if through is None:
        return ""
    if counted:
        return f"截至{day(through)}"
    return f"1–{through.month}月" if through.month > 1 else "1月"


def through(period: date | None, *, counted: bool) -> str:
    """The same as a cell below 数据截至."""
    return span(period, counted=counted).removeprefix("截至") or NO_DATA


def nothing_yet(standing: Standing) -> bool:
    """Is nothing done, and nothing due yet?"""
    return standing.target.rule == Rule.TOTAL and not standing.progress.actual and not standing.progress.expected


def is_in_doubt(standing: Standing) -> bool:
    return standing.progress.reason == "goal_in_doubt"


def status_of(standing: Standing | Work) -> str:
    return str(standing.word)


def on_pace(status: str) -> str:
    """是否达序."""
    if status == Status.NO_DATA:
        return NO_DATA
    return "是" if status in ON_PACE else "否"


def goal_of(standing: Standing) -> str:
    """全年目标: ≥5,000平方米 · ≥10% · 低于上年."""
    if standing.target.comparator == Comparator.BELOW_LAST_YEAR:
        return "低于上年"
    return f"{standing.sign}{quantity(standing.goal, standing.unit)}"


def value_of(standing: Standing) -> str:
    """累计值, in the indicator's own unit; a growth that is published without an amount has none."""
    if standing.status == Status.NO_DATA and not is_in_doubt(standing):
        return NO_DATA
    if standing.target.indicator.basis == "rate":
        return "—"
    if standing.target.rule == Rule.SHARE:
        return quantity(standing.progress.actual, "%")
    return quantity(_term(standing, "ytd"), standing.target.indicator.unit_of_measure)


def value_or_growth(standing: Standing) -> str:
    """What is held against the goal: the growth under `growth`, the amount otherwise."""
    if standing.target.rule == Rule.GROWTH:
        return share(standing.progress.actual)
    return value_of(standing)


def growth_of(standing: Standing) -> str:
    """同比: the growth itself where that is the figure, otherwise against last year's same months."""
    if standing.status == Status.NO_DATA and not is_in_doubt(standing):
        return NO_DATA
    if standing.target.rule in (Rule.GROWTH, Rule.DECLINE):
        return percent_signed(standing.progress.actual)
    return percent_signed(change(standing)) if standing.target.rule in _OVER_LAST_YEAR else "—"


def change(standing: Standing) -> Decimal | None:
    """100 × (so far ÷ last year's same months − 1); None without a base above zero."""
    now, base = _term(standing, "ytd"), _term(standing, "last_ytd")
    if now is None or base is None or base <= 0:
        return None
    return 100 * (now / base - 1)


def percent_signed(value: Decimal | None) -> str:
    return NO_DATA if value is None else f"{signed(value)}%"


def _term(standing: Standing, name: str) -> Decimal | None:
    kept = standing.progress.terms.get(name)
    return None if kept is None else Decimal(str(kept))


def progress_of(standing: Standing | None) -> str:
    """推进情况 of a target as a sentence, from its approved figures alone."""
    if standing is None:
        return NO_DATA
    row, target = standing.progress, standing.target
    when = span(row.data_period, counted=bool(row.terms.get("counted")))
    if is_in_doubt(standing):
        return f"{when}{quantity(row.actual, goal_unit(target))}，口径待核，不作评价。"
    if row.status == Status.NO_DATA:
        return NO_DATA
    return f"{when}{_done(standing)}，{status_of(standing)}。"


def _done(standing: Standing) -> str:
    row, target = standing.progress, standing.target
    unit = target.indicator.unit_of_measure
    if target.rule == Rule.GROWTH:
        return f"同比增长{share(row.actual)}" if (row.actual or 0) >= 0 else f"同比下降{share(abs(row.actual))}"  # type: ignore[arg-type]
    if target.rule == Rule.DECLINE:
        return f"累计{quantity(_term(standing, 'ytd'), unit)}，上年同期{quantity(_term(standing, 'last_ytd'), unit)}"
    if target.rule == Rule.TOTAL:
        done = f"累计{quantity(row.actual, unit)}，完成全年目标的{share(row.attainment)}"
        return f"{done}，序时应到{quantity(row.expected, unit)}"
    if target.rule == Rule.MILESTONES:
        return f"完成节点{share(row.actual)}，序时应到{share(row.expected)}"
    return f"达到{quantity(row.actual, standing.unit)}，应到{quantity(row.expected, standing.unit)}"


def shortfall(standing: Standing) -> str:
    """By how much it is short, what the rest of the year needs, and where the year ends if nothing changes."""
    row = standing.progress
    parts = [short_of(standing)]
    if row.catch_up is not None and row.status not in (Status.MISSED, Status.ACHIEVED):
        parts.append(_needed(standing))
    if row.forecast is not None and standing.target.rule == Rule.TOTAL and standing.forecast_status == Status.BEHIND:
        parts.append(f"按目前进度年底预计{quantity(row.forecast, standing.unit)}")
    return "，".join(filter(None, parts))


def short_of(standing: Standing) -> str:
    """比序时少2家 · 低于目标1.4个百分点 · 比上年同期多1起; empty where there is nothing to compare."""
    gap, target = standing.progress.gap, standing.target
    if gap is None or gap == 0:
        return "与上年同期持平" if target.rule == Rule.DECLINE and gap is not None else ""
    if target.rule == Rule.DECLINE:
        return f"比上年同期{'多' if gap > 0 else '少'}{quantity(abs(gap), target.indicator.unit_of_measure)}"
    size = f"{figure(abs(gap))}个百分点" if standing.unit == "%" else quantity(abs(gap), standing.unit)
    if target.rule == Rule.GROWTH:
        return f"{'高于' if gap > 0 else '低于'}目标{size}"
    return f"比序时{'多' if gap > 0 else '少'}{size}"


def _needed(standing: Standing) -> str:
    need = standing.progress.catch_up
    if standing.target.rule == Rule.TOTAL:
        return f"余下每期须完成{quantity(need, standing.unit)}"
    if standing.target.rule == Rule.GROWTH:
        return f"余下月份同比须增长{share(need)}"
    return f"达标数须再增{figure(need)}"


# Works.


def steps_done(work: Work) -> str:
    """3/9."""
    return f"{work.steps_done}/{len(work.milestones)}"


def work_progress(work: Work) -> str:
    """推进情况 of a work: milestones accepted by the day, and the next one."""
    if work.progress is None or work.progress.status == Status.NO_DATA:
        return NO_DATA
    said = f"完成节点{steps_done(work)}，完成率{share(work.done)}，应到{share(work.due)}"
    return f"{said}，{status_of(work)}。"


def work_shortfall(work: Work) -> str:
    """The milestones that are overdue, the oldest first; else what comes next."""
    late: Sequence[Milestone] = sorted(work.late, key=lambda each: (each.due, each.order))
    named = "、".join(f"“{each.name}”（时限{day(each.due)}）" for each in late[:2])
    if len(late) == 1:
        return f"{named}逾期{work.days_late}天"
    if late:
        return f"{named}{'等' if len(late) > 2 else ''}{len(late)}个节点逾期，最长{work.days_late}天"
    coming = work.next
    if coming is not None:
        return f"下一节点“{coming.name}”，时限{day(coming.due)}"
    return f"未在时限{day(work.project.due)}前完成全部节点" if work.status == Status.MISSED else ""


def work_goal(project: Project) -> str:
    """全年目标任务 of a work: its standard, or that it is done by its date."""
    by = f"{project.due.year}年{day(project.due)}前完成"
    return f"{project.standard}（{by}）" if project.standard else by


def offices_of(thing: Target | Project, units: Sequence[Any]) -> str:
    """责任主体与协同单位: those with a part of the goal, and those that cooperate."""
    return "、".join(dict.fromkeys(str(unit) for unit in units)) or "—"

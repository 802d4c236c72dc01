"""怎么算出来的: the arithmetic of a target's page step by step, from the terms that its progress carries."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from common.display import figure, signed
from goals.models.progress import Status
from goals.models.target import Comparator, Pace, Rule
from goals.words import Standing, with_unit

# The ruler shows three bands behind the pace and one ahead: red, yellow, green.
BEHIND_BANDS, AHEAD_BANDS = 3, 1


@dataclass(frozen=True)
class Step:
    """One step: figures and signs, what comes out, and why. `is_key`: the one that decides the status."""

    title: str
    parts: Sequence[str]
    result: str
    note: str = ""
    is_key: bool = False


@dataclass(frozen=True)
class Ruler:
    """Where the deviation lies among the bands, in per cent of the ruler's width."""

    at: float
    band: str
    label: str


def steps_of(standing: Standing) -> list[Step]:
    """The steps by the target's rule; none where there is nothing to compute with."""
    if standing.status == Status.NO_DATA:
        return []
    if standing.target.rule == Rule.DECLINE:
        return _falling(standing)
    found = [_actual(standing), _expected(standing), _deviation(standing), _catch_up(standing), _forecast(standing)]
    return [step for step in found if step is not None]


def ruler_of(standing: Standing) -> Ruler | None:
    """None where no band decides."""
    band, deviation = _term(standing, "band"), standing.progress.deviation
    if not band or deviation is None or standing.status == Status.NO_DATA:
        return None
    share = (deviation / band + BEHIND_BANDS) / (BEHIND_BANDS + AHEAD_BANDS) * 100
    said = _("不低于应到为正常，低于应到 %(band)s 个百分点以内为偏慢，再低为落后；当前偏差 %(now)s 个百分点") % {
        "band": figure(band),
        "now": signed(deviation, 2),
    }
    return Ruler(float(min(max(share, Decimal(1)), Decimal(99))), figure(band), said)


def _actual(s: Standing) -> Step:
    rule, ytd, last = s.target.rule, s.number("ytd"), s.number("last_ytd")
    row = s.progress
    if rule == Rule.GROWTH:
        if s.progress.terms.get("basis") == "rate":
            return Step(_("实际增速"), [figure(row.actual)], f"{figure(row.actual)}%", _("发布单位按可比价计算"))
        parts = [ytd, "÷", last, "−", "1"]
        return Step(_("实际增速"), parts, f"{figure(row.actual)}%", _("本年累计 ÷ 上年同期 − 1"))
    if rule == Rule.SHARE:
        parts = [s.number("numerator"), "÷", s.number("denominator")]
        return Step(_("实际比率"), parts, f"{figure(row.actual)}%", _("分子 ÷ 分母"))
    share = "—" if row.attainment is None else f"{figure(row.attainment, 1)}%"
    if rule == Rule.MILESTONES:
        return Step(_("完成率"), [figure(row.actual), "÷", "100"], share, _("已验收节点的权重 ÷ 全部权重"))
    if s.target.comparator == Comparator.AT_MOST:
        parts = [figure(s.goal), "÷", figure(row.actual)] if not row.met else [figure(row.actual), "≤", figure(s.goal)]
        return Step(_("完成率"), parts, share, _("不超过目标为 100%，超过按目标 ÷ 实际"))
    said = _("期末水平 ÷ 目标") if rule == Rule.LEVEL else _("实际累计 ÷ 全年目标")
    return Step(_("完成率"), [figure(row.actual), "÷", figure(s.goal)], share, said)


def _expected(s: Standing) -> Step:
    shown, pace = with_unit(s.progress.expected, s.unit), s.progress.terms.get("pace")
    title = _("目标") if s.target.rule == Rule.GROWTH else _("应到")
    if s.target.rule == Rule.MILESTONES:
        return Step(title, [figure(s.progress.expected)], shown, _("到这一天应完成节点的权重"))
    if pace == Pace.PLANNED:
        return Step(title, [figure(s.progress.expected)], shown, _("本目标逐月计划在数据截至月的数"))
    if pace != Pace.LINEAR:
        return Step(title, [figure(s.goal)], shown, _("全年持平：目标本身"))
    elapsed = figure((_term(s, "elapsed") or Decimal(0)) * 100, 1)
    note = _("目标 × 数据截至时已过的月份 ÷ 全年月份")
    if s.target.indicator.whole and s.target.rule == Rule.TOTAL:
        note = _("目标 × 已过月份 ÷ 全年月份，按整数向下取")
    baseline = s.target.baseline
    if baseline:
        goal, base = figure(s.goal), figure(baseline)
        return Step(title, [base, "+", f"({goal}", "−", f"{base})", "×", f"{elapsed}%"], shown, _("基数加应有的增量"))
    return Step(title, [figure(s.goal), "×", f"{elapsed}%"], shown, note)


def _deviation(s: Standing) -> Step | None:
    row = s.progress
    if row.deviation is None:
        return None
    now, due = figure(row.actual), figure(row.expected)
    parts, note = [now, "−", due], _("实际 − 应到")
    if s.target.rule in (Rule.TOTAL, Rule.LEVEL):
        parts, note = [f"({now}", "−", f"{due})", "÷", figure(s.goal)], _("(实际 − 应到) ÷ 目标")
    if s.target.comparator == Comparator.AT_MOST:
        note = _("不超过的目标，符号相反")
    return Step(_("偏差"), parts, _("%(n)s 个百分点") % {"n": signed(row.deviation, 2)}, note, is_key=True)


def _catch_up(s: Standing) -> Step | None:
    if s.progress.catch_up is None:
        return None
    if s.target.rule == Rule.TOTAL:
        left = str(s.progress.terms.get("periods_left") or "—")
        parts = [f"({figure(s.goal)}", "−", f"{figure(s.progress.actual)})", "÷", left]
        note = _("为以往速度的 %(n)s 倍") % {"n": s.multiple} if s.multiple else _("(目标 − 累计) ÷ 余下期数")
        return Step(_("追赶速度"), parts, s.catch_up_shown, note)
    if s.target.rule == Rule.GROWTH:
        parts = [f"({s.number('last_total')}", "×", f"(1 + {figure(s.goal)}%)", "−", f"{s.number('ytd')})"]
        note = _("再 ÷ 上年余下月份，− 1：余下月份要达到的增速")
        return Step(_("追赶速度"), parts, s.catch_up_shown, note)
    parts = [f"{figure(s.goal)}%", "×", s.number("denominator"), "−", s.number("numerator")]
    return Step(_("还差"), parts, s.catch_up_shown, _("分母不变，分子再增的个数，向上取整"))


def _forecast(s: Standing) -> Step | None:
    if s.progress.forecast is None:
        return None
    last, total = _term(s, "last_ytd"), _term(s, "last_total")
    shown, parts, note = s.forecast_shown, [figure(s.progress.forecast)], _("照最近的水平")
    if s.target.rule == Rule.TOTAL:
        if last is not None and total is not None and last > 0:
            parts = [figure(s.progress.actual), "×", figure(total), "÷", figure(last)]
            note = _("照上年同期占全年的比例")
        else:
            elapsed = figure((_term(s, "elapsed") or Decimal(0)) * 100, 1)
            parts, note = [figure(s.progress.actual), "÷", f"{elapsed}%"], _("照目前速度")
    elif s.target.rule == Rule.GROWTH and s.progress.terms.get("basis") != "rate":
        note = _("余下月份照最近三期的增速")
    return Step(_("年底预计"), parts, shown, note)


def _falling(s: Standing) -> list[Step]:
    unit = s.target.indicator.unit_of_measure
    year = s.target.plan.year
    gap = s.progress.gap
    return [
        Step(_("本年累计"), [s.number("ytd")], f"{s.number('ytd')} {unit}", str(year)),
        Step(_("上年同期"), [s.number("last_ytd")], f"{s.number('last_ytd')} {unit}", str(year - 1)),
        Step(
            _("相差"),
            [s.number("ytd"), "−", s.number("last_ytd")],
            f"{signed(gap) if gap is not None else '—'} {unit}",
            _("少于上年为下降，相等为持平，多于上年为上升"),
            is_key=True,
        ),
    ]


def _term(s: Standing, name: str) -> Decimal | None:
    kept = s.progress.terms.get(name)
    return None if kept is None else Decimal(str(kept))

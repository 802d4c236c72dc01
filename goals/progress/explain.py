"""The arithmetic in words, from a progress row's terms."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from goals.progress.exact import Ratio, truncated_text
from goals.progress.terms import Outcome

_TOTAL = {
    "achieved": gettext_lazy("已完成"),
    "on_track": gettext_lazy("序时正常"),
    "at_risk": gettext_lazy("进度偏慢"),
    "behind": gettext_lazy("落后"),
    "missed": gettext_lazy("未完成"),
}
_GROWTH = {
    "achieved": gettext_lazy("达到目标"),
    "on_track": gettext_lazy("高于目标"),
    "at_risk": gettext_lazy("略低于目标"),
    "behind": gettext_lazy("低于目标"),
    "missed": gettext_lazy("未达目标"),
}
_SHARE = {
    "achieved": gettext_lazy("达标"),
    "on_track": gettext_lazy("达标在轨"),
    "at_risk": gettext_lazy("接近达标"),
    "behind": gettext_lazy("未达标"),
    "missed": gettext_lazy("未达标"),
}
_DECLINE = {
    "achieved": gettext_lazy("实现下降"),
    "on_track": gettext_lazy("下降"),
    "at_risk": gettext_lazy("持平"),
    "behind": gettext_lazy("上升"),
    "missed": gettext_lazy("未下降"),
}
_WORDS = {
    "total": _TOTAL,
    "milestones": _TOTAL,
    "growth": _GROWTH,
    "share": _SHARE,
    "level": _SHARE,
    "decline": _DECLINE,
}
_REASONS = {
    "no_reading": gettext_lazy("没有完整一期的数据"),
    "no_base": gettext_lazy("缺上年同期数据"),
    "zero_base": gettext_lazy("基数为零或负，无法计算"),
    "goal_in_doubt": gettext_lazy("口径待核"),
    "no_schedule": gettext_lazy("未排节点"),
}
_SIGNS = {"at_least": "≥", "at_most": "≤"}
NO_DATA = gettext_lazy("无数据")


def status_word(status: str, rule: str = "total") -> str | Promise:
    """A status in the words that fit the rule: 序时 is never said of a growth rate."""
    return _WORDS.get(rule, _TOTAL).get(status, NO_DATA)


def reason_word(reason: str) -> str | Promise:
    """Why there is no data."""
    return _REASONS.get(reason, NO_DATA)


def terms_json(outcome: Outcome) -> dict[str, Any]:
    """An outcome's terms as JSON keeps them: numbers as text with at most 6 places, dates as ISO."""
    return {name: _FORMS.get(type(value), _as_it_is)(value) for name, value in outcome.terms.items()}


def _as_it_is(value: Any) -> Any:
    return value


_FORMS: Mapping[type, Callable[[Any], Any]] = {Ratio: truncated_text, date: date.isoformat}


def sentence(
    terms: Mapping[str, Any],
    *,
    status: str,
    reason: str = "",
    data_period: date | None = None,
    actual: Decimal | None = None,
    expected: Decimal | None = None,
    unit: str = "",
) -> str:
    """The arithmetic as a sentence, such as 1–9月累计 42.30 亿元 ÷ 上年同期 38.10 亿元 − 1 = 11.0% ≥ 10% → 序时正常."""
    rule = str(terms.get("rule", "total"))
    if status == "no_data":
        return _said_of_no_data(reason, actual, unit)
    parts = {
        "span": _span(data_period, counted=bool(terms.get("counted"))),
        "ytd": _number(terms.get("ytd"), unit),
        "base": _number(terms.get("last_ytd"), unit),
        "actual": _number(actual, _goal_unit(rule, unit)),
        "goal": _number(terms.get("goal"), _goal_unit(rule, unit)),
        "expected": _number(expected, _goal_unit(rule, unit)),
        "numerator": _number(terms.get("numerator"), ""),
        "denominator": _number(terms.get("denominator"), ""),
        "sign": _SIGNS.get(str(terms.get("comparator")), ""),
        "status": status_word(status, rule),
    }
    return _pattern(rule, terms) % parts


def _said_of_no_data(reason: str, actual: Decimal | None, unit: str) -> str:
    said = f"{NO_DATA}:{reason_word(reason)}"
    return f"{said} ({_number(actual, unit)})" if actual is not None else said


def _pattern(rule: str, terms: Mapping[str, Any]) -> str:
    if rule == "growth":
        if terms.get("basis") == "rate":
            return _("%(span)s发布增速 %(actual)s，目标 %(sign)s %(goal)s → %(status)s")
        return _("%(span)s累计 %(ytd)s ÷ 上年同期 %(base)s − 1 = %(actual)s，目标 %(sign)s %(goal)s → %(status)s")
    if rule == "decline":
        return _("%(span)s累计 %(ytd)s，上年同期 %(base)s → %(status)s")
    if rule == "share":
        return _(
            "%(span)s %(numerator)s ÷ %(denominator)s = %(actual)s，"
            "应到 %(expected)s，目标 %(sign)s %(goal)s → %(status)s"
        )
    if rule == "level":
        return _("%(span)s期末 %(actual)s，应到 %(expected)s，目标 %(sign)s %(goal)s → %(status)s")
    if rule == "milestones":
        return _("%(span)s已完成节点权重 %(actual)s，应完成 %(expected)s → %(status)s")
    return _("%(span)s累计 %(ytd)s，序时应到 %(expected)s，目标 %(sign)s %(goal)s → %(status)s")


def _span(day: date | None, *, counted: bool) -> str:
    if day is None:
        return ""
    if counted:
        return _("截至%(month)s月%(day)s日 ") % {"month": day.month, "day": day.day}
    return _("1–%(month)s月") % {"month": day.month} if day.month > 1 else _("1月")


def _goal_unit(rule: str, unit: str) -> str:
    return "%" if rule in ("growth", "share", "decline", "milestones") else unit


def _number(value: Any, unit: str) -> str:
    if value is None:
        return "—"
    number = Decimal(str(value)).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    text = f"{number:,.2f}".rstrip("0").rstrip(".").replace("-", "−")
    text = "0" if text in ("−0", "") else text
    return f"{text}%" if unit == "%" else f"{text} {unit}".strip()

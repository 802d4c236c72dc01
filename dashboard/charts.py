"""What the charts draw, as plain data for `json_script`; `static/app.js` draws it. Words come along, translated."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from common.graphics import SHAPES
from goals.models import Adjustment, Plan, Progress, Target
from goals.models.target import Rule
from goals.progress import month_key, pace_at, period_end, rounded
from goals.progress.gather import terms_of, version_in_force
from goals.progress.summary import summarise
from goals.words import Standing

MONTHS = tuple(range(1, 13))


def completion_trend(plan: Plan, targets: Iterable[Target], months: Mapping[int, Sequence[Progress]]) -> dict[str, Any]:
    """The plan's completion and expected completion by month's end, in per cent."""
    by_month: dict[int, list[tuple[Target, Progress]]] = {}
    for target in targets:
        for row in months.get(target.pk, ()):
            by_month.setdefault(row.slot, []).append((target, row))
    actual: list[float | None] = []
    pace: list[float | None] = [None] * 12
    for month in sorted(by_month):
        summary = summarise(by_month[month])
        actual.append(_plain(summary.completion, 1))
        pace[month - 1] = _plain(summary.expected_completion, 1)
    return {
        "months": MONTHS,
        "actual": actual,
        "pace": pace,
        "unit": "%",
        "max": 100,
        "words": _words() | {"actual": _("完成率"), "pace": _("应到")},
    }


def year_of_target(standing: Standing, adjustments: Sequence[Adjustment], as_of: date) -> dict[str, Any]:
    """Actual and pace by month; the months ahead by the pace alone, and the forecast at the due month."""
    target, year = standing.target, standing.target.plan.year
    terms = terms_of(target, version_in_force(adjustments, as_of))
    pace: list[float | None] = []
    for month in MONTHS:
        at = pace_at(terms, period_end(year * 12 + month))
        pace.append(None if at is None or target.indicator.measure_of(year) else float(rounded(at, 4)))
    period = standing.progress.data_period
    known = month_key(period) - year * 12 if period else 0
    actual = [_plain(row.actual) for row in standing.months][:known]
    forecast: list[float | None] = [None] * (12 - len(actual))
    due = terms.due.month
    if standing.progress.forecast is not None and due > len(actual) > 0 and target.rule == Rule.TOTAL:
        forecast[due - len(actual) - 1] = _plain(standing.progress.forecast)
    return {
        "months": MONTHS,
        "actual": actual,
        "pace": pace,
        "forecast": forecast,
        "target": None if target.in_doubt else _plain(standing.goal),
        "unit": "%" if standing.unit == "%" else f" {standing.unit}",
        "words": _words() | {"actual": _("实际"), "pace": _("应到")},
    }


def against_last_year(standing: Standing) -> dict[str, Any]:
    """Cumulative figures of a target that is to fall, beside last year's."""
    current = [_term(row, "ytd") for row in standing.months if row.status != "no_data"]
    previous = [_term(row, "last_ytd") for row in standing.months if row.status != "no_data"]
    year = standing.target.plan.year
    return {
        "months": MONTHS,
        "cur": current,
        "prev": previous,
        "unit": f" {standing.actual_unit}",
        "words": _words() | {"actual": f"{year}", "pace": f"{year - 1}"},
    }


def gauge(standing: Standing) -> dict[str, Any] | None:
    """Filled and expected in per cent of the goal; None without a goal above zero, or in doubt."""
    if standing.filled is None or standing.target.in_doubt:
        return None
    return {
        "value": _plain(min(standing.filled, Decimal(100))),
        "max": 100,
        "expected": _plain(None if standing.due_now is None else min(standing.due_now, Decimal(100))),
        "status": SHAPES[standing.status],
    }


def _words() -> dict[str, str]:
    return {
        "month": _("%(n)s月") % {"n": "{n}"},
        "forecast": _("预计"),
        "goal": _("目标"),
        "gap": _("相差"),
        "points": _(" 个百分点"),
        "off": _("图表组件未能加载，数据见下方表格。"),
    }


def _plain(value: Decimal | None, places: int = 4) -> float | None:
    return None if value is None else float(round(value, places))


def _term(row: Progress, name: str) -> float | None:
    kept = row.terms.get(name)
    return None if kept is None else float(kept)

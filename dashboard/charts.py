"""What the charts of targets, sections and plans show: the same figures drawn, in words, and as a table."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Unit
from common.display import percent
from common.graphics import SHAPES
from dashboard.chart import MONTHS, Chart, Key, Value, month_name, plain, words
from goals.models import Adjustment, Plan, Progress, Target
from goals.models.progress import Status
from goals.models.target import Rule
from goals.progress import deadline, due_period, month_key, pace_at, period_end, periods_of_year, rounded
from goals.progress.gather import terms_of, version_in_force
from goals.progress.summary import summarise
from goals.words import LAGGING, Standing, with_unit

Months = Mapping[int, Sequence[Progress]]


def completion_trend(plan: Plan, targets: Iterable[Target], months: Months, code: str = "trend") -> Chart:
    """Completion and expected completion by month's end, in per cent, of a plan or a section."""
    by_month = _by_month(targets, months)
    actual: list[Decimal | None] = []
    pace: list[Decimal | None] = [None] * 12
    for month in sorted(by_month):
        summary = summarise(by_month[month])
        actual.append(summary.completion)
        pace[month - 1] = summary.expected_completion
    known = [(m, a, pace[m - 1]) for m, a in enumerate(actual, start=1) if a is not None]
    reading = _("第一个月结束后显示。")
    if known:
        month, done, due = known[-1]
        facts = {"month": month_name(month), "a": percent(done), "e": percent(due)}
        reading = _("%(month)s底综合完成 %(a)s%%，序时应到 %(e)s%%。") % facts
        reading += _("各指标完成率封顶 100%、按权重平均；增速与下降类没有完成率，不在其中。")
    return Chart(
        code=code,
        kind="trend",
        title=_("完成率走势：实际与应到"),
        label=reading,
        reading=reading,
        data={
            "months": MONTHS,
            "actual": [plain(value, 1) for value in actual],
            "pace": [plain(value, 1) for value in pace],
            "unit": "%",
            "max": 100,
            "words": words() | {"actual": _("完成率")},
        },
        head=[_("月份"), _("完成率") + " %", _("应到") + " %"],
        rows=[[month_name(m), _at(actual, m), pace[m - 1]] for m in MONTHS],
        legend=[Key("act", _("完成率")), Key("exp", _("应到"))],
        empty="" if known else _("还没有走势"),
    )


def status_by_month(targets: Iterable[Target], months: Months, said: Mapping[Any, Any]) -> Chart:
    """How many targets stood in each status at each month's end."""
    counts = {
        month: {status: sum(row.status == status for _target, row in rows) for status in Status.values}
        for month, rows in _by_month(targets, months).items()
    }
    shown = [status for status in Status.values if any(by[status] for by in counts.values())]
    last = max(counts, default=0)
    reading = _("第一个月结束后显示。")
    if counts:
        now = sum(counts[last][s] for s in LAGGING)
        before = sum(counts[last - 1][s] for s in LAGGING) if last - 1 in counts else now
        reading = _("%(month)s底 %(n)s 项落后") % {"month": month_name(last), "n": now}
        if now > before:
            reading += _("，比上月多 %(n)s 项。") % {"n": now - before}
        else:
            reading += _("，比上月少 %(n)s 项。") % {"n": before - now} if now < before else _("，与上月相同。")
    label = reading + "、".join(f"{said[s]} {counts[last][s]}" for s in shown) if counts else reading
    series = [
        {"shape": SHAPES[s], "name": str(said[s]), "values": [counts[m][s] if m in counts else None for m in MONTHS]}
        for s in shown
    ]
    rows: list[list[Value]] = [[month_name(m), *(counts[m][s] if m in counts else None for s in shown)] for m in MONTHS]
    return Chart(
        code="status",
        kind="status",
        title=_("各月状态：每个月底各有几项"),
        label=label,
        reading=reading,
        data={"months": MONTHS, "series": series, "words": words()},
        head=[_("月份"), *(str(said[s]) for s in shown)],
        rows=rows,
        legend=[Key("", str(said[s]), s) for s in shown],
        empty="" if counts else _("还没有走势"),
    )


def multiples(standings: Sequence[Standing]) -> Chart:
    """Every target of a section on one scale of time: small, alike, actual against expected."""
    items: list[dict[str, Any]] = []
    rows: list[list[Value]] = []
    for standing in standings:
        target, (actual, pace) = standing.target, standing.trail
        items.append(
            {
                "name": target.name,
                "pk": target.pk,
                "status": standing.status,
                "word": standing.word,
                "label": f"{target.name}：{standing.word}，{standing.bar_label}",
                "shown": f"{standing.actual_shown} {standing.actual_unit}" if standing.actual_shown != "—" else "—",
                "unit": "%" if standing.unit == "%" else f" {standing.unit}",
                "actual": _by_slot(standing.months, actual),
                "pace": _by_slot(standing.months, pace),
                "stale": standing.stale_word,
            }
        )
        months = {m.slot: m.actual for m in standing.months}
        rows.append([target.name, standing.unit, *(months.get(m) for m in MONTHS), standing.word])
    lagging = sum(1 for s in standings if s.lags)
    reading = _("%(n)s 项指标，%(m)s 项落后；各图纵轴不同，横轴都是全年 12 个月。") % {
        "n": len(standings),
        "m": lagging,
    }
    return Chart(
        code="multiples",
        kind="mini",
        title=_("各项走势：实际与应到"),
        label=reading,
        reading=reading,
        data={"months": MONTHS, "items": items, "words": words()},
        head=[_("指标"), _("单位"), *(month_name(m) for m in MONTHS), _("状态")],
        rows=rows,
        legend=[Key("act", _("实际")), Key("exp", _("应到"))],
        empty="" if items else _("没有符合条件的指标"),
    )


def of_target(standing: Standing, adjustments: Sequence[Adjustment], as_of: date) -> Chart:
    """A target's year: against last year where it is to fall, against its pace otherwise."""
    if standing.target.rule == Rule.DECLINE:
        return _against_last_year(standing)
    return _year_of_target(standing, adjustments, as_of)


def _year_of_target(standing: Standing, adjustments: Sequence[Adjustment], as_of: date) -> Chart:
    """Actual and last year by month; the pace through the year, the forecast at the due month. Late months and what
    is provisional are marked."""
    pace, known = _pace(standing, adjustments, as_of), _months_known(standing)
    actual = [row.actual for row in standing.months][:known]
    last = _terms(standing.months[:known], "last_ytd") if standing.target.rule == Rule.TOTAL else []
    forecast: list[Decimal | None] = [None] * 12
    due = _due_in_force(standing, adjustments, as_of).month
    if standing.progress.forecast is not None and due > len(actual) > 0:
        forecast[due - 1] = standing.progress.forecast
    unit, late = "%" if standing.unit == "%" else f" {standing.unit}", _stale_months(standing, as_of)
    legend = [Key("act", _("实际")), Key("exp", _("应到"))]
    legend += [Key("fc", _("预计"))] if any(value is not None for value in forecast) else []
    legend += [Key("prev", _("上年同期"))] if any(value is not None for value in last) else []
    legend += [Key("stale", _("应报未报"))] if late else []
    head = [_("月份"), *(f"{key.word} {unit.strip()}" for key in legend if key.look != "stale")]
    columns = [column for key, column in (("fc", forecast), ("prev", last)) if any(k.look == key for k in legend)]
    return Chart(
        code="path",
        kind="path",
        title=_("全年走势：实际、应到与预计"),
        label=f"{standing.target.name}：{standing.bar_label}",
        reading=_reading(standing),
        data={
            "months": MONTHS,
            "actual": [plain(value) for value in actual],
            "pace": [plain(value) for value in pace],
            "forecast": [plain(value) for value in forecast[len(actual) :]],
            "last": [plain(value) for value in last],
            "stale": late,
            "partial": _partial_month(standing),
            "target": None if standing.target.in_doubt else plain(standing.goal),
            "unit": unit,
            "words": words(),
        },
        head=head,
        rows=[[month_name(m), _at(actual, m), pace[m - 1], *(_at(c, m) for c in columns)] for m in MONTHS],
        legend=legend,
        notes=_notes(standing, late),
    )


def _against_last_year(standing: Standing) -> Chart:
    """Cumulative figures of a target that is to fall, beside last year's."""
    told = [row for row in standing.months if row.status != Status.NO_DATA]
    current, previous, year = _terms(told, "ytd"), _terms(told, "last_ytd"), standing.target.plan.year
    names = {"actual": f"{year}", "pace": f"{year - 1}"}
    return Chart(
        code="path",
        kind="yoy",
        title=_("今年与上年同期：累计"),
        label=f"{standing.target.name}：{standing.bar_label}",
        reading=_reading(standing),
        data={
            "months": MONTHS,
            "cur": [plain(value) for value in current],
            "prev": [plain(value) for value in previous],
            "unit": f" {standing.actual_unit}",
            "words": words() | names,
        },
        head=[_("月份"), *(f"{name} {standing.actual_unit}" for name in names.values())],
        rows=[[month_name(m), _at(current, m), _at(previous, m)] for m in MONTHS],
        legend=[Key("act", names["actual"]), Key("prev", names["pace"])],
        notes=_notes(standing, _stale_months(standing, standing.progress.as_of)),
    )


def villages(standing: Standing, parts: Sequence[tuple[Unit, Any, Any]]) -> Chart | None:
    """What each unit contributes, beside its part of the goal and where that should be; by the units' own order,
    for it is no ranking. None where the figure has no parts."""
    share = standing.target.rule == Rule.SHARE
    found = [(unit, _amount(value, share=share), goal) for unit, value, goal in parts]
    if len(found) < 2 or not any(value for _unit, value, _goal in found):
        return None
    expected, goal = standing.progress.expected, standing.goal
    is_total = standing.target.rule == Rule.TOTAL and expected is not None and goal
    reached = expected / goal if is_total and expected is not None and goal else None
    rows: list[list[Value]] = []
    drawn = []
    for unit, value, part in found:
        due = None if part is None or reached is None else part * reached
        short = due is not None and (value or 0) < due
        word = "" if due is None else (_("低于应到") if short else _("达到应到"))
        rows.append([unit.name, value, part, due, word])
        drawn.append([unit.name, plain(value) or 0, plain(part), plain(due), short])
    behind = [str(row[0]) for row in rows if row[4] == _("低于应到")]
    unit_word = "%" if share else standing.target.indicator.unit_of_measure
    total = with_unit(sum((v or Decimal(0) for _u, v, _g in found), Decimal(0)), unit_word)
    reading = _("%(n)s 个单位。") if share else _("%(n)s 个单位合计 %(total)s。")
    reading %= {"n": len(found), "total": total}
    reading += _("低于应到：%(names)s。") % {"names": "、".join(behind)} if behind else ""
    has_parts = any(part is not None for _unit, _value, part in found)
    keys = [Key("bar", _("实际"))]
    keys += [Key("part", _("分解目标"))] if has_parts else []
    keys += [Key("tick", _("应到")), Key("short", _("低于应到"))] if reached is not None and has_parts else []
    return Chart(
        code="villages",
        kind="villages",
        title=_("各单位贡献"),
        label=reading + "；".join(f"{unit.name} {with_unit(value, unit_word)}" for unit, value, _part in found),
        reading=reading,
        data={"rows": drawn, "unit": "%" if share else f" {unit_word}", "words": words() | {"part": _("分解目标")}},
        head=[_("单位"), f"{_('实际')} {unit_word}", _("分解目标"), _("应到"), _("状态")],
        rows=rows,
        legend=keys,
        size="ch-vil",
    )


@dataclass(frozen=True)
class Gauge:
    """A half circle: `value`, how much of it is filled (0 to 100), and `turn`, the angle in degrees from its top at
    which the pace stands. A template writes the SVG, so that the first thing on the page waits for no script."""

    value: float
    turn: float | None


def gauge(standing: Standing) -> Gauge | None:
    """None without a goal above zero, or in doubt."""
    if standing.filled is None or standing.target.in_doubt:
        return None
    filled, due = _share(standing.filled), standing.due_now
    return Gauge(filled, None if due is None else round(_share(due) * 1.8 - 90, 1))


def _share(per_cent: Decimal) -> float:
    return round(float(max(Decimal(0), min(per_cent, Decimal(100)))), 1)


def _by_month(targets: Iterable[Target], months: Months) -> dict[int, list[tuple[Target, Progress]]]:
    found: dict[int, list[tuple[Target, Progress]]] = {}
    for target in targets:
        for row in months.get(target.pk, ()):
            found.setdefault(row.slot, []).append((target, row))
    return found


def _pace(standing: Standing, adjustments: Sequence[Adjustment], as_of: date) -> list[Decimal | None]:
    """The pace at each month's end, by the terms in force on the day. What milestones make of it isn't known ahead,
    and what is in doubt has none."""
    target, year = standing.target, standing.target.plan.year
    if target.in_doubt:
        return [None] * 12
    if target.rule == Rule.MILESTONES:
        return list(_by_slot_exact(standing.months, [row.expected for row in standing.months]))
    terms, counted = terms_of(target, version_in_force(adjustments, as_of)), bool(target.indicator.measure_of(year))
    found = (pace_at(terms, period_end(year * 12 + month), counted=counted) for month in MONTHS)
    return [None if at is None else rounded(at, 4) for at in found]


def _months_known(standing: Standing) -> int:
    """The month of the data period; what is stored after it has no data of its own."""
    period = standing.progress.data_period
    return month_key(period) - standing.target.plan.year * 12 if period else 0


def _due_in_force(standing: Standing, adjustments: Sequence[Adjustment], as_of: date) -> date:
    version = version_in_force(adjustments, as_of)
    return version.due if version else standing.target.due


def _stale_months(standing: Standing, as_of: date) -> list[int]:
    """The months whose figures are late: their deadline has passed, and they come after the data period."""
    progress, target = standing.progress, standing.target
    if not progress.stale:
        return []
    indicator, year = target.indicator, target.plan.year
    frequency = "monthly" if indicator.measure_of(year) else indicator.frequency
    last = due_period(frequency, year, target.due)
    return [
        end.month
        for end in periods_of_year(frequency, year)
        if (progress.data_period is None or end > progress.data_period)
        and (last is None or end <= last)
        and deadline(end, indicator.deadline_day, indicator.deadline_lag) < as_of
    ]


def _partial_month(standing: Standing) -> dict[str, int] | None:
    """A later month that some units have reported: provisional, never in a status."""
    terms = standing.progress.terms
    period = terms.get("partial_period")
    if not period:
        return None
    return {
        "month": date.fromisoformat(period).month,
        "reported": terms["partial_reported"],
        "expected": terms["partial_expected"],
    }


def _notes(standing: Standing, late: Sequence[int]) -> list[str]:
    """What is stale, provisional or in doubt, in words."""
    notes = []
    if late:
        months = "、".join(month_name(month) for month in late)
        notes.append(_("%(word)s：%(months)s") % {"word": standing.stale_word, "months": months})
    if standing.reported:
        notes.append(standing.reported)
    if standing.target.in_doubt:
        notes.append(_("口径待核，不作判定。"))
    return notes


def _reading(standing: Standing) -> str:
    """The chart in one line."""
    progress = standing.progress
    if progress.data_period is None:
        return _("还没有完整一期的数据。")
    figures = standing.bar_label
    if standing.target.rule == Rule.DECLINE:
        now, then = (f"{n} {standing.actual_unit}" for n in (standing.actual_shown, standing.last_year_shown))
        figures = _("今年累计 %(now)s，上年同期 %(then)s，%(gap)s") % {
            "now": now,
            "then": then,
            "gap": standing.gap_shown,
        }
    said = _("数据截至 %(month)s：%(figures)s。") % {
        "month": month_name(progress.data_period.month),
        "figures": figures,
    }
    if standing.forecast_short:
        facts = {"f": standing.forecast_shown, "d": standing.forecast_short}
        return said + _("照目前速度，年底预计 %(f)s，比目标差 %(d)s。") % facts
    if progress.forecast is not None:
        return said + _("照目前速度，年底预计 %(f)s，可以完成。") % {"f": standing.forecast_shown}
    return said


def _amount(value: Any, *, share: bool) -> Decimal | None:
    """A unit's part: a sum, the newest reading, or what its rows come to."""
    if value is None or isinstance(value, Decimal | int):
        return None if value is None else Decimal(value)
    if share:
        return 100 * value.numerator / value.denominator if value.denominator else None
    return value.value if isinstance(value.value, Decimal) else None


def _terms(rows: Iterable[Progress], name: str) -> list[Decimal | None]:
    found = (row.terms.get(name) for row in rows)
    return [None if value is None else Decimal(str(value)) for value in found]


def _by_slot_exact(rows: Sequence[Progress], values: Sequence[Decimal | None]) -> list[Decimal | None]:
    found = {row.slot: value for row, value in zip(rows, values, strict=False)}
    return [found.get(month) for month in MONTHS]


def _by_slot(rows: Sequence[Progress], values: Sequence[Decimal | None]) -> list[float | None]:
    return [plain(value) for value in _by_slot_exact(rows, values)]


def _at(values: Sequence[Decimal | None], month: int) -> Decimal | None:
    return values[month - 1] if month <= len(values) else None

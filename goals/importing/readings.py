"""Figures by Excel: rows of indicator, unit, period and value, through the same checks as the form's."""

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Role, Unit, User
from accounts.permissions import Access
from audit.trail import Entry
from common.dates import FIRST_YEAR, LAST_YEAR
from common.display import figure
from common.errors import Forbidden
from common.figures import to_ascii
from common.sheets import Cell, figure_of, text_of
from goals.checks import lacks_reason
from goals.entry import Row, Slot, check_rows
from goals.importing.registry import (
    CHANGED,
    CREATED,
    UNCHANGED,
    Column,
    Context,
    Importer,
    Line,
    Outcome,
    as_name,
    messages_of,
    register,
)
from goals.models import Indicator, Reading, ReportingUnit
from goals.models.indicator import Basis
from goals.models.reading import State
from goals.reporting import post_checked
from goals.windows import locked_slots

FIGURES = ("value", "numerator", "denominator")
_LISTED = 10
_MONTH = re.compile(r"([0-9]{4})(?:-|/|\.|年)?([0-9]{1,2})(?:月份?)?")
_DAY = re.compile(r"([0-9]{4})(?:-|/|\.|年)([0-9]{1,2})(?:-|/|\.|月)([0-9]{1,2})日?")
_SHORT_MONTH = re.compile(r"([0-9]{1,2})月份?")
_QUARTER = re.compile(r"(?:([0-9]{4})年?)?(?:第?([一二三四1-4])季度|Q([1-4]))")
_QUARTERS = dict(zip("一二三四1234", (1, 2, 3, 4) * 2, strict=True))


def as_period(cell: Cell | None, context: Context) -> str:
    """The last day of the month, or of a quarter's last month, that the cell names; the year may be the upload's."""
    given = str(context.get("period") or "")
    if cell is None:
        return ""
    if cell.error:
        text_of(cell)
    if isinstance(cell.value, datetime | date):
        return _month_of_day(cell.value.year, cell.value.month, cell.value.day)
    return _period_in(text_of(cell), given)


@lru_cache(maxsize=1_024)
def _period_in(text: str, given: str) -> str:
    """The period that a text names; a sheet names the same few thousands of times."""
    text = to_ascii(text).replace(" ", "")
    if matched := _DAY.fullmatch(text):
        return _month_of_day(*(int(part) for part in matched.groups()))
    if matched := _MONTH.fullmatch(text):
        return _month_end(int(matched[1]), int(matched[2]))
    if matched := _SHORT_MONTH.fullmatch(text):
        return _month_end(_year(given), int(matched[1]))
    if matched := _QUARTER.fullmatch(text):
        quarter = _QUARTERS[matched[2] or matched[3]]
        return _month_end(int(matched[1]) if matched[1] else _year(given), 3 * quarter)
    raise ValidationError(_("期应写作 2022-09、2022年9月 或期末日 2022-09-30。"), code="invalid")


def _year(given: str) -> int:
    if not given:
        raise ValidationError(_("请写明年份，如 2022年9月。"), code="invalid")
    return int(given[:4])


def _month_of_day(year: int, month: int, day: int) -> str:
    """The first and the last day stand for their month; another day is a mistake."""
    end = _month_end(year, month)
    if day not in (1, int(end[-2:])):
        raise ValidationError(_("期应写作期末日，如 %(day)s。") % {"day": end}, code="not_a_period_end")
    return end


def _month_end(year: int, month: int) -> str:
    if not 1 <= month <= 12:
        raise ValidationError(_("没有这个月。"), code="invalid")
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValidationError(_("年份应在 2000 至 2099 之间。"), code="out_of_range")
    return date(year, month, monthrange(year, month)[1]).isoformat()


def as_figure(cell: Cell | None, context: Context) -> str:
    return figure_of(cell)


@dataclass(slots=True)
class Planned:
    """What a row writes, and what stands in its slot."""

    row: Row
    open: dict[str, Any] | None = None
    approved: dict[str, Any] | None = None

    @property
    def waits_unchanged(self) -> bool:
        """The same figures are under review already: there is nothing to post."""
        return self.open is not None and self.open["state"] == State.SUBMITTED


class Readings(Importer):
    """填报数据."""

    kind = "readings"
    title = gettext_lazy("填报数据")
    columns = (
        Column("code", gettext_lazy("指标代码"), ("代码", "指标编码", "code", "indicator")),
        Column("name", gettext_lazy("指标"), ("指标名称", "项目", "任务", "name"), as_name),
        Column(
            "unit", gettext_lazy("填报单位"), ("单位名称", "单位", "科室", "办公室", "村社", "unit"), as_name, "unit"
        ),
        Column("period", gettext_lazy("期"), ("月份", "月", "报告期", "期间", "时间", "period"), as_period, "period"),
        Column("value", gettext_lazy("本期"), ("数值", "本期数", "完成数", "完成值", "当期数", "value"), as_figure),
        Column("numerator", gettext_lazy("分子"), ("numerator",), as_figure),
        Column("denominator", gettext_lazy("分母"), ("denominator",), as_figure),
        Column("note", gettext_lazy("说明"), ("备注", "note")),
    )
    needs = (("code", "name"), ("value", "numerator"))
    filled = (*FIGURES, "note")
    choices = (("draft", gettext_lazy("确认，存为草稿")), ("submitted", gettext_lazy("确认并提交")))
    complete = ("submitted",)
    shown = (
        ("indicator", gettext_lazy("指标")),
        ("unit", gettext_lazy("单位")),
        ("period", gettext_lazy("期")),
        ("before", gettext_lazy("原值")),
        ("value", gettext_lazy("本期")),
        ("note", gettext_lazy("说明")),
    )

    def may(self, user: User, context: Context) -> bool:
        return Access.of(user).has(Role.REPORTER)

    def home(self, context: Context) -> str:
        return reverse("excel")

    def plan(self, user: User, lines: Sequence[Line], context: Context) -> list[Outcome]:
        """Seven queries for any number of rows."""
        outcomes = [Outcome(line) for line in lines]
        units = _units(user, outcomes)
        indicators = _indicators(outcomes, units)
        for outcome in outcomes:
            line = outcome.line
            unit, indicator = units.get(line.number), indicators.get(line.number)
            _show(outcome, indicator, unit)
            if outcome.is_refused or unit is None or indicator is None:
                continue
            _check_period(outcome)
            _check_percent(outcome, indicator)
            if not outcome.is_refused:
                outcome.payload = Planned(_row(line, indicator, unit))
        _refuse_repeated(outcomes)
        _check(user, outcomes)
        _compare(outcomes)
        return outcomes

    def write(
        self, user: User, outcomes: Sequence[Outcome], context: Context, *, choice: str, origin: str, source: Entry
    ) -> dict[str, int]:
        posted: list[Row] = [o.payload.row for o in outcomes if not o.payload.waits_unchanged]
        for row in posted:
            row.state = State.SUBMITTED if choice == "submitted" else State.DRAFT
        result = post_checked(user, posted, origin=origin, source=source)
        waiting = len(outcomes) - len(posted)
        changed = result.updated + result.revised
        return {CREATED: result.created, CHANGED: changed, UNCHANGED: result.unchanged + waiting}


def _units(user: User, outcomes: Sequence[Outcome]) -> dict[int, Unit]:
    """The unit of each row by its number. One row of another's unit denies the whole file."""
    access = Access.of(user)
    known: dict[str, list[Unit]] = {}
    for unit in Unit.objects.filter(access.visible_units()):
        for key in {unit.code, unit.name}:
            known.setdefault(key, []).append(unit)
    found: dict[int, Unit] = {}
    foreign = []
    for outcome in outcomes:
        given = outcome.line.get("unit")
        named = known.get(given, [])
        if len(named) == 1:
            found[outcome.line.number] = named[0]
            if not access.holds(Role.REPORTER, named[0]):
                foreign.append(outcome.line.number)
        elif not given:
            outcome.refuse("unit", _("请写明填报单位。"))
        else:
            said = _("不止一个单位叫“%(unit)s”，请写单位代码。") if named else _("没有单位“%(unit)s”。")
            outcome.refuse("unit", said % {"unit": given[:50]})
    if foreign:
        rows = "、".join(str(number) for number in foreign[:_LISTED]) + ("…" if len(foreign) > _LISTED else "")
        raise Forbidden(_("第 %(rows)s 行是其他单位的数据，您不是它的填报员；整个文件没有读取。") % {"rows": rows})
    return found


def _indicators(outcomes: Sequence[Outcome], units: Mapping[int, Unit]) -> dict[int, Indicator]:
    """The indicator of each row by its number: by code, else by a name that its unit reports once."""
    codes = {outcome.line.get("code") for outcome in outcomes}
    names = {outcome.line.get("name") for outcome in outcomes if not outcome.line.get("code")} - {""}
    reported: dict[tuple[int, str], set[int]] = {}
    if names:
        pairs = ReportingUnit.objects.filter(unit__in={u.pk for u in units.values()}, indicator__name__in=names)
        for unit_id, name, pk in pairs.values_list("unit_id", "indicator__name", "indicator_id"):
            reported.setdefault((unit_id, name), set()).add(pk)
    ids = {pk for pks in reported.values() for pk in pks}
    by_id = {i.pk: i for i in Indicator.objects.filter(Q(code__in=codes - {""}) | Q(pk__in=ids))}
    by_code = {indicator.code: indicator for indicator in by_id.values()}
    found: dict[int, Indicator] = {}
    for outcome in outcomes:
        line = outcome.line
        indicator = None
        if code := line.get("code"):
            indicator = by_code.get(code)
            if indicator is None:
                outcome.refuse("code", _("没有代码为“%(code)s”的指标%(hint)s。") % _unknown(code, by_code))
        elif unit := units.get(line.number):
            indicator = _by_name(outcome, reported.get((unit.pk, line.get("name")), set()), by_id)
        if indicator is not None:
            found[line.number] = indicator
            _compare_names(outcome, indicator)
    return found


def _unknown(code: str, known: Mapping[str, Indicator]) -> dict[str, str]:
    blanks = code.strip() != code
    return {"code": code[:100], "hint": str(_("（前后有空格）")) if blanks else ""}


def _by_name(outcome: Outcome, ids: set[int], by_id: Mapping[int, Indicator]) -> Indicator | None:
    name = outcome.line.get("name")
    if len(ids) == 1:
        return by_id[next(iter(ids))]
    if not name:
        outcome.refuse("name", _("请写明指标。"))
    elif ids:
        outcome.refuse("name", _("该单位不止一个指标叫“%(name)s”，请写指标代码。") % {"name": name[:100]})
    else:
        outcome.refuse("name", _("该单位不填报叫“%(name)s”的指标。") % {"name": name[:100]})
    return None


def _compare_names(outcome: Outcome, indicator: Indicator) -> None:
    """A name beside a code must say the same: in a template a difference means that rows were moved."""
    name = outcome.line.get("name")
    if not name or name == indicator.name:
        return
    if "code" in outcome.line.tied:
        outcome.refuse("name", _("这一行本是“%(name)s”：模板的行不能移动，请重新下载模板。") % {"name": indicator.name})
    else:
        outcome.remarks.append(_("指标按代码认定为“%(name)s”。") % {"name": indicator.name})


def _check_period(outcome: Outcome) -> None:
    if not outcome.line.get("period"):
        outcome.refuse("period", _("请写明期。"))


def _check_percent(outcome: Outcome, indicator: Indicator) -> None:
    """A cell formatted as a percentage is read as per cent where the indicator is one, and refused elsewhere."""
    for name in FIGURES:
        if name not in outcome.line.percent:
            continue
        given = outcome.line.get(name)
        if name == "value" and (indicator.basis == Basis.RATE or "%" in to_ascii(indicator.unit_of_measure)):
            outcome.remarks.append(_("单元格是百分比格式，按 %(value)s%% 读取，请核对。") % {"value": given})
        else:
            outcome.refuse(name, _("单元格是百分比格式，而这里要填的不是百分数。"))


def _row(line: Line, indicator: Indicator, unit: Unit) -> Row:
    value, above, below = (Decimal(line.get(name)) if line.get(name) else None for name in FIGURES)
    period = date.fromisoformat(line.get("period"))
    return Row(indicator, unit, period, value=value, numerator=above, denominator=below, note=line.get("note"))


def _planned(outcomes: Iterable[Outcome]) -> list[Outcome]:
    return [outcome for outcome in outcomes if outcome.payload is not None]


def _refuse_repeated(outcomes: Sequence[Outcome]) -> None:
    """Two rows of one slot: both are refused, each naming the other."""
    by_slot: dict[Slot, list[Outcome]] = {}
    for outcome in _planned(outcomes):
        by_slot.setdefault(outcome.payload.row.slot, []).append(outcome)
    for same in by_slot.values():
        if len(same) < 2:
            continue
        rows = "、".join(str(outcome.line.number) for outcome in same[:_LISTED])
        for outcome in same:
            outcome.refuse("period", _("第 %(rows)s 行是同一指标、单位、期，重复了。") % {"rows": rows})
            outcome.payload = None


def _check(user: User, outcomes: Sequence[Outcome]) -> None:
    """What the service itself would say of the rows."""
    checked = _planned(outcomes)
    rows = [outcome.payload.row for outcome in checked]
    try:
        check_rows(user, rows)
    except ValidationError as error:
        for path, found in error.error_dict.items():
            number, _sep, name = path.partition(".")
            for message in messages_of(ValidationError(found)):
                checked[int(number)].refuse("code" if name == "indicator" else name, message)
    closed = locked_slots(row.slot for row in rows)
    for outcome in checked:
        outcome.remarks += [warning["detail"] for warning in outcome.payload.row.warnings]
        if outcome.payload.row.slot in closed:
            outcome.refuse("period", _("这一期已经月结，不能再报；需要更改请找督查办开放补报。"))


@dataclass
class _Standing:
    open: dict[Slot, dict[str, Any]] = field(default_factory=dict)
    approved: dict[Slot, dict[str, Any]] = field(default_factory=dict)
    returned: dict[Slot, dict[str, Any]] = field(default_factory=dict)


def _standing(rows: Sequence[Row]) -> _Standing:
    """What stands in the slots, in one query without a lock."""
    standing, slots = _Standing(), {row.slot for row in rows}
    found = Reading.objects.filter(
        indicator__in={s[0] for s in slots}, unit__in={s[1] for s in slots}, period__in={s[2] for s in slots}
    ).exclude(state=State.SUPERSEDED)
    kinds = {State.APPROVED: standing.approved, State.RETURNED: standing.returned}
    columns = ("indicator_id", "unit_id", "period", "state", *FIGURES, "note")
    for reading in found.order_by("revision").values(*columns):
        slot = (reading["indicator_id"], reading["unit_id"], reading["period"])
        kinds.get(reading["state"], standing.open)[slot] = reading
    return standing


def _compare(outcomes: Sequence[Outcome]) -> None:
    """Created, changed or unchanged, against what stands; figures under review are not overtaken."""
    checked = _planned(outcomes)
    standing = _standing([outcome.payload.row for outcome in checked])
    for outcome in checked:
        planned: Planned = outcome.payload
        slot = planned.row.slot
        planned.open, planned.approved = standing.open.get(slot), standing.approved.get(slot)
        held = planned.open or planned.approved
        outcome.shown["before"] = _said(held)
        if outcome.is_refused:
            continue
        same = held is not None and all(held[name] == getattr(planned.row, name) for name in FIGURES)
        if planned.open is not None and planned.open["state"] == State.SUBMITTED:
            if same:
                outcome.result = UNCHANGED
                outcome.remarks.append(_("正在审核，数字相同。"))
            else:
                outcome.refuse("value", _("这一期的数据正在审核，不能再报。"))
        elif held is None:
            outcome.result = CREATED
            if slot in standing.returned:
                outcome.remarks.append(_("原报 %(value)s 已退回。") % {"value": _said(standing.returned[slot])})
        elif planned.open is None:
            outcome.result = UNCHANGED if same else CHANGED
            if not same:
                outcome.remarks.append(_("更正已通过的数据，须经审核。"))
        else:
            outcome.result = UNCHANGED if same and held["note"] == planned.row.note else CHANGED
            if outcome.result == UNCHANGED:
                outcome.remarks.append(_("已有相同的草稿；选“确认并提交”会一并提交。"))
        _ask(outcome, stands=same and (planned.open is None or planned.waits_unchanged))


def _ask(outcome: Outcome, *, stands: bool) -> None:
    """As on the sheet: what a check warns of is handed in with a reason, unless it stands there already."""
    row: Row = outcome.payload.row
    if not outcome.is_refused and not stands and lacks_reason(row.warnings, row.note):
        outcome.asks = "note"


def _said(reading: Mapping[str, Any] | None) -> str:
    if reading is None:
        return ""
    if reading["value"] is None:
        return f"{figure(reading['numerator'], 4)} / {figure(reading['denominator'], 4)}"
    return figure(reading["value"], 4)


def _show(outcome: Outcome, indicator: Indicator | None, unit: Unit | None) -> None:
    """What the preview's table shows of a row, refused or not."""
    line = outcome.line
    share = [line.get("numerator"), line.get("denominator")]
    value = line.get("value") if line.get("value") or not any(share) else " / ".join(each or "—" for each in share)
    outcome.shown = {
        "indicator": indicator.name if indicator else line.get("name") or line.get("code"),
        "unit": unit.name if unit else line.get("unit"),
        "period": line.get("period")[:7] if len(line.get("period")) == 10 else line.get("period"),
        "before": "",
        "value": value,
        "note": line.get("note")[:100],
    }


register(Readings())

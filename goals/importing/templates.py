"""Sheets to fill in: headings and words locked, the cells to fill open, codes in a sheet that nobody sees."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter
from django.conf import settings
from django.utils.translation import gettext as _

from accounts.models import Post, Unit, User
from accounts.permissions import Access
from common.dates import parse_date
from common.sheets import CODES, HEAD_ROWS
from goals.importing.assignments import Assignments
from goals.models import Indicator, Plan, Reading, ReportingUnit, Target
from goals.models.reading import State
from goals.progress import month_key, period_end, periods_of_year

_LISTS = "_lists"
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
TITLE_ROW, HEADING_ROW, FIRST_ROW = 0, 1, 2
assert HEADING_ROW < HEAD_ROWS


@dataclass
class Field:
    """A column of a template: its heading and width; `choices` makes a drop-down, `strict` one without other words."""

    heading: str
    width: int = 14
    choices: Sequence[str] = ()
    strict: bool = True


@dataclass
class Entry:
    """A row: its cells, which of them are open to fill, and the codes that tie it."""

    cells: Sequence[Any]
    open: frozenset[int] = frozenset()
    codes: Mapping[str, str] = field(default_factory=dict)


def write_template(title: str, sheet_name: str, fields: Sequence[Field], entries: Sequence[Entry]) -> bytes:
    """The workbook: one protected sheet, and hidden ones for the codes and the drop-downs' lists."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, _OPTIONS)
    if settings.DEMO:
        title = f"{title}（{_('演示数据')}）"
    book.set_properties({"title": title})
    sheet = book.add_worksheet(sheet_name[:31])
    _fill(book, sheet, title, fields, entries)
    _write_codes(book, entries)
    _write_lists(book, sheet, fields, entries)
    book.close()
    return buffer.getvalue()


def _fill(book: Any, sheet: Any, title: str, fields: Sequence[Field], entries: Sequence[Entry]) -> None:
    heading = book.add_format(
        {"bold": True, "bg_color": "#E3EEF0", "border": 1, "text_wrap": True, "valign": "vcenter"}
    )
    still = book.add_format({"bg_color": "#F4F6F7", "border": 1, "text_wrap": True, "valign": "vcenter"})
    open_cell = book.add_format({"locked": False, "border": 1, "text_wrap": True, "valign": "vcenter"})
    for index, each in enumerate(fields):
        sheet.set_column(index, index, each.width)
    sheet.write_string(TITLE_ROW, 0, title, book.add_format({"bold": True, "font_size": 14}))
    for index, each in enumerate(fields):
        sheet.write_string(HEADING_ROW, index, each.heading, heading)
    for row, entry in enumerate(entries, start=FIRST_ROW):
        for index, value in enumerate(entry.cells):
            _put(sheet, row, index, value, open_cell if index in entry.open else still)
    sheet.freeze_panes(FIRST_ROW, 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEADING_ROW)
    sheet.protect("", {"format_columns": True, "format_rows": True})


def _put(sheet: Any, row: int, column: int, value: Any, form: Any) -> None:
    """Text stays text, whatever it begins with."""
    if value is None or value == "":
        sheet.write_blank(row, column, None, form)
    elif isinstance(value, Decimal):
        sheet.write_number(row, column, value, form)
    else:
        sheet.write_string(row, column, str(value), form)


def _write_codes(book: Any, entries: Sequence[Entry]) -> None:
    names = list(entries[0].codes) if entries else []
    sheet = book.add_worksheet(CODES)
    for column, name in enumerate(["row", *names]):
        sheet.write_string(0, column, name)
    for index, entry in enumerate(entries, start=1):
        sheet.write_string(index, 0, str(FIRST_ROW + index))
        for column, name in enumerate(names, start=1):
            sheet.write_string(index, column, entry.codes[name])
    sheet.very_hidden()


def _write_lists(book: Any, sheet: Any, fields: Sequence[Field], entries: Sequence[Entry]) -> None:
    """The drop-downs: their lists stand in columns of a hidden sheet, for a list in the cell itself must be short."""
    lists = [(index, each) for index, each in enumerate(fields) if each.choices]
    if not lists or not entries:
        return
    hidden = book.add_worksheet(_LISTS)
    longest = max(len(each.choices) for _index, each in lists)
    for row in range(longest):
        for column, (_index, each) in enumerate(lists):
            if row < len(each.choices):
                hidden.write_string(row, column, each.choices[row])
    hidden.very_hidden()
    last = FIRST_ROW + len(entries) - 1
    for column, (index, each) in enumerate(lists):
        letter = chr(ord("A") + column)
        source = f"={_LISTS}!${letter}$1:${letter}${len(each.choices)}"
        rule = {"validate": "list", "source": source, "show_error": each.strict}
        sheet.data_validation(FIRST_ROW, index, last, index, rule)


def periods_to_fill(today: date, count: int = 12) -> list[date]:
    """The months that one may ask a template for, the last ended one first."""
    this = month_key(today)
    return [period_end(key) for key in range(this - 1, this - 1 - count, -1)] + [period_end(this)]


def readings_template(user: User, unit: Unit, period: date) -> bytes:
    """What the unit reports for the period, with the figures of the period before and of last year beside it."""
    fields = [
        Field(_("指标"), 34),
        Field(_("口径"), 10),
        Field(_("计量单位"), 10),
        Field(_("上期"), 12),
        Field(_("上年同期"), 12),
        Field(_("本期"), 14),
        Field(_("分子"), 12),
        Field(_("分母"), 12),
        Field(_("说明"), 36, [_("本期未发生"), _("数据核实中"), _("待上级公布"), _("口径有调整")], strict=False),
    ]
    indicators = _due_indicators(user, unit, period)
    standing = _readings(unit, indicators, period)
    entries = [_entry(indicator, unit, period, standing) for indicator in indicators]
    title = _("%(unit)s %(month)s 填报表") % {"unit": unit.name, "month": f"{period:%Y-%m}"}
    return write_template(title, _("填报"), fields, entries)


def _due_indicators(user: User, unit: Unit, period: date) -> list[Indicator]:
    """In the plan's order what the unit reports by hand for this period. Two queries."""
    spans = ReportingUnit.objects.on(period).filter(unit=unit)
    targets = (
        Target.objects.visible_to(user)
        .filter(plan__year=period.year, plan__state=Plan.State.ADOPTED)
        .filter(indicator__published=False, indicator__in=spans.values("indicator"))
        .select_related("indicator")
        .order_by("theme__section__order", "theme__order", "order", "code")
    )
    found = {t.indicator_id: t.indicator for t in targets if not t.indicator.measure_of(period.year)}
    return [i for i in found.values() if period in periods_of_year(i.frequency, period.year)]


Slots = dict[tuple[int, date], Reading]


def _readings(unit: Unit, indicators: Iterable[Indicator], period: date) -> Slots:
    """By indicator and period the figure that stands: an open one before an approved one. One query."""
    found = Reading.objects.filter(
        indicator__in=[indicator.pk for indicator in indicators],
        unit=unit,
        period__range=(date(period.year - 1, 1, 1), period),
        state__in=[State.DRAFT, State.SUBMITTED, State.APPROVED],
    )
    return {(r.indicator_id, r.period): r for r in found.order_by("revision")}


def _entry(indicator: Indicator, unit: Unit, period: date, standing: Slots) -> Entry:
    ends = periods_of_year(indicator.frequency, period.year)
    place = ends.index(period)
    previous = ends[place - 1] if place else periods_of_year(indicator.frequency, period.year - 1)[-1]
    now = standing.get((indicator.pk, period))
    share = indicator.is_share
    cells = [
        indicator.name,
        str(indicator.get_basis_display()),
        indicator.unit_of_measure,
        _said(standing.get((indicator.pk, previous))),
        _said(standing.get((indicator.pk, period_end(month_key(period) - 12)))),
        now.value if now else None,
        now.numerator if now else None,
        now.denominator if now else None,
        now.note if now else "",
    ]
    codes = {"code": indicator.code, "unit": unit.code, "period": period.isoformat()}
    return Entry(cells, frozenset({6, 7, 8} if share else {5, 8}), codes)


def _said(reading: Reading | None) -> Any:
    """A figure that stood, approved: a number, or numerator / denominator as text."""
    if reading is None or reading.state != State.APPROVED:
        return None
    if reading.is_share:
        return f"{reading.numerator:f} / {reading.denominator:f}".replace(".0000", "")
    return reading.value


def assignments_template(user: User, plan: Plan) -> bytes:
    """任务分解表 as it stands, with drop-downs of posts and offices."""
    units = [u.name for u in Unit.objects.filter(Access.of(user).visible_units()).order_by("path")]
    posts = [p.name for p in Post.objects.filter(Access.of(user).visible_units("unit"))]
    heading = {column.code: str(column.heading) for column in Assignments.columns}
    fields = [
        Field(heading["name"], 40),
        Field(_("目标值"), 14),
        Field(heading["post"], 18, posts),
        Field(heading["lead"], 22, units),
        # Several names in one cell: the list helps with the first, and doesn't object to more.
        Field(heading["cooperating"], 40, units, strict=False),
        Field(heading["due"], 14),
    ]
    adopted = plan.state != Plan.State.DRAFT
    targets = (
        plan.targets.select_related("indicator", "lead_office", "responsible_post")
        .prefetch_related("cooperating_offices")
        .order_by("theme__section__order", "theme__order", "order", "code")
    )
    entries = [_assignment(target, frozenset({2, 3, 4} if adopted else {2, 3, 4, 5})) for target in targets]
    title = _("%(plan)s 任务分解表") % {"plan": plan.name}
    return write_template(title, _("任务分解表"), fields, entries)


def _assignment(target: Target, open_cells: frozenset[int]) -> Entry:
    cells = [
        target.name,
        f"{target.get_comparator_display()} {_plain(target.goal)} {target.indicator.unit_of_measure}".strip(),
        target.responsible_post.name if target.responsible_post else "",
        target.lead_office.name if target.lead_office else "",
        "、".join(unit.name for unit in target.cooperating_offices.all()),
        target.due.isoformat(),
    ]
    return Entry(cells, open_cells, {"code": target.code})


def _plain(value: Decimal | None) -> str:
    text = "—" if value is None else f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def parse_period(raw: str) -> date:
    """A month's end as a form sends it; raises ValidationError."""
    day = parse_date(raw)
    return period_end(month_key(day))

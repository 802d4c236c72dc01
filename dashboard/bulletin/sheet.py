"""台账 as Excel, with the columns in use."""

import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from io import BytesIO
from math import ceil
from typing import Any

import xlsxwriter

from dashboard.bulletin.packing import packed

COLUMNS = (
    ("序号", "", 6),
    ("主要任务", "name", 30),
    ("全年目标任务", "goal", 24),
    ("分管领导", "leader", 18),
    ("牵头单位", "office", 16),
    ("责任主体与协同单位", "units", 24),
    ("上期推进情况", "earlier", 38),
    ("本期推进情况", "now", 38),
    ("是否达序", "on_pace", 10),
    ("说明", "remark", 38),
)
# Text stays text, whatever it begins with.
_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
HEADING_ROW, FIRST_ROW = 2, 3
_LATE, _NO_DATA = "否", "无数据"
# A line of text and the room around it, in points; a row may be no taller than the format allows.
_LINE, _ROOM, _TALLEST = 15, 6, 409


def written(facts: Mapping[str, Any]) -> bytes:
    """The workbook; the same facts make the same bytes."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, _OPTIONS)
    day = date.fromisoformat(facts["issued_on"])
    created = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - the file's format has no zone
    book.set_properties({"title": facts["sheet_title"], "author": facts["unit"], "created": created})
    sheet = book.add_worksheet("台账")
    _head(book, sheet, facts)
    _rows(book, sheet, facts)
    sheet.freeze_panes(FIRST_ROW, 2)
    sheet.set_landscape()
    sheet.set_paper(8)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEADING_ROW)
    sheet.set_footer("&C第 &P 页，共 &N 页")
    book.close()
    return packed(buffer.getvalue())


def _head(book: Any, sheet: Any, facts: Mapping[str, Any]) -> None:
    title = book.add_format({"bold": True, "font_size": 18, "align": "center", "valign": "vcenter"})
    about = book.add_format({"font_size": 11, "align": "right", "font_color": "#566771"})
    heading = book.add_format(
        {"bold": True, "bg_color": "#E3EEF0", "border": 1, "text_wrap": True, "align": "center", "valign": "vcenter"}
    )
    last = len(COLUMNS) - 1
    sheet.merge_range(0, 0, 0, last, "", title)
    sheet.write_string(0, 0, facts["sheet_title"], title)
    said = [f"数据截至{facts['through']}", f"{facts['issued']}生成", facts["demo"]]
    sheet.merge_range(1, 0, 1, last, "", about)
    sheet.write_string(1, 0, "　".join(filter(None, said)), about)
    sheet.set_row(0, 34)
    sheet.set_row(HEADING_ROW, 32)
    for column, (name, _field, width) in enumerate(COLUMNS):
        sheet.set_column(column, column, width)
        sheet.write_string(HEADING_ROW, column, name, heading)


def height_of(row: Mapping[str, str]) -> int:
    """Tall enough for its longest cell: not every program that opens the file measures wrapped text by itself."""
    lines = max(lines_of(row[field], width) for _name, field, width in COLUMNS if field)
    return min(_LINE * lines + _ROOM, _TALLEST)


def lines_of(text: str, width: int) -> int:
    """Lines that a text needs in a column of so many digits' width, a Chinese character being two."""
    parts = text.splitlines() or [""]
    return sum(
        max(1, ceil(sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in part) / (width - 2)))
        for part in parts
    )


def _rows(book: Any, sheet: Any, facts: Mapping[str, Any]) -> None:
    plain = {"border": 1, "text_wrap": True, "valign": "vcenter"}
    text = book.add_format(plain)
    middle = book.add_format(plain | {"align": "center"})
    late = book.add_format(plain | {"align": "center", "bold": True, "font_color": "#AE281B", "bg_color": "#FCE9E6"})
    none = book.add_format(plain | {"align": "center", "font_color": "#54646D", "bg_color": "#EEF2F4"})
    for number, row in enumerate(facts["ledger"], start=1):
        at = FIRST_ROW + number - 1
        sheet.set_row(at, height_of(row))
        sheet.write_number(at, 0, number, middle)
        for column, (_name, field, _width) in enumerate(COLUMNS[1:], start=1):
            form = text
            if field == "on_pace":
                form = {_LATE: late, _NO_DATA: none}.get(row[field], middle)
            # A line's end is one character in a cell.
            sheet.write_string(at, column, row[field].replace("\r\n", "\n"), form)

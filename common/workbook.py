"""A table out as an Excel workbook: numbers as numbers, days as days, and text as text, whatever it looks like."""

import tempfile
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, BinaryIO

import xlsxwriter

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Cell = str | int | float | Decimal | date | None
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_WIDEST = 60


def workbook(
    name: str, head: Sequence[str], rows: Iterable[Sequence[Cell]], about: Sequence[tuple[str, str]] = ()
) -> BinaryIO:
    """An open file, at its beginning. `about` becomes a second sheet: what the table is, of which day."""
    file: Any = tempfile.TemporaryFile()  # noqa: SIM115
    book = xlsxwriter.Workbook(file, _OPTIONS)
    bold, day = book.add_format({"bold": True, "bg_color": "#E3EEF0", "border": 1}), book.add_format()
    day.set_num_format("yyyy-mm-dd")
    sheet = book.add_worksheet(_title(name))
    for column, heading in enumerate(head):
        sheet.set_column(column, column, min(max(2 * len(heading) + 2, 10), _WIDEST))
        sheet.write_string(0, column, heading, bold)
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            _write(sheet, number, column, value, day)
    sheet.freeze_panes(1, 0)
    if about:
        notes = book.add_worksheet("说明")
        notes.set_column(0, 0, 16)
        notes.set_column(1, 1, _WIDEST)
        for number, (label, text) in enumerate(about):
            notes.write_string(number, 0, label, bold)
            notes.write_string(number, 1, text)
    book.close()
    file.seek(0)
    return file  # type: ignore[no-any-return]


def _write(sheet: Any, row: int, column: int, value: Cell, day: Any) -> None:
    if value is None:
        return
    if isinstance(value, str):
        sheet.write_string(row, column, value)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, day)
    else:
        sheet.write_number(row, column, value)


def _title(name: str) -> str:
    """What Excel takes for a sheet's name."""
    return "".join("_" if c in "[]:*?/\\'" else c for c in name)[:31] or "1"

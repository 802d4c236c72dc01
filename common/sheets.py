"""Reading an Excel sheet that somebody sent: bounded before it is opened, its own row numbers kept, nothing guessed.

`open_book` checks the archive (`sheet_archive`) and the sheet's outline (`sheet_structure`); openpyxl gives the values,
with defusedxml in all that the outline's strict parser hasn't been through. Whatever a foreign file does, the caller
gets one ValidationError.
"""

import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, BinaryIO, cast
from xml.etree.ElementTree import iterparse

import openpyxl
from defusedxml.common import DefusedXmlException
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from openpyxl.cell.cell import ERROR_CODES
from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE
from openpyxl.worksheet._reader import ROW_TAG, WorkSheetParser

from common.figures import parse_figure
from common.sheet_archive import DECLARED, check_archive, refused
from common.sheet_structure import HEAD_ROWS, MOST_ROWS, Place, Structure, column_letters, read_structure
from common.text import LONGEST_TEXT

# The sheet of a template that ties codes to its rows; nobody sees it in Excel.
CODES = "_codes"
STEP = 250
SIGNIFICANT = 15
Progress = Callable[[int], None]


@dataclass(slots=True)
class Cell:
    """A cell with something in it."""

    value: Any
    error: str = ""
    formula: bool = False
    percent: bool = False
    merged: bool = False


@dataclass(slots=True)
class SheetRow:
    """A row by the sheet's own number. What was merged downwards stands in each of its rows, by column index."""

    number: int
    values: Sequence[Any]
    structure: Structure
    merged: dict[int, Any] | None = None

    def at(self, index: int) -> Cell | None:
        """The cell, or None where it is empty."""
        if index >= len(self.values):
            return None
        is_merged = self.merged is not None and index in self.merged
        value = self.merged[index] if is_merged and self.merged is not None else self.values[index]
        place, outline = (self.number, index + 1), self.structure
        formula = place in outline.formulas
        if value.__class__ is str:
            if not formula and (not value or value.isspace()):
                return None
            return Cell(value, value if value in ERROR_CODES else "", formula, False, is_merged)
        if value is None:
            return Cell(None, formula=True) if formula else None
        percent = place in outline.percents and isinstance(value, float | int) and value.__class__ is not bool
        return Cell(value, "", formula, percent, is_merged)

    @property
    def cells(self) -> list[Cell | None]:
        return [self.at(index) for index in range(len(self.values))]


@dataclass
class Book:
    """An opened workbook: its first visible sheet, and what isn't read of it."""

    title: str
    structure: Structure
    hidden_sheets: list[str] = field(default_factory=list)
    other_sheets: list[str] = field(default_factory=list)
    _sheet: Any = None
    _codes: tuple[Any, Structure] | None = None

    @property
    def total(self) -> int:
        """How many rows have something in them."""
        return self.structure.filled

    @property
    def hidden_rows(self) -> list[int]:
        return sorted(row for row in self.structure.hidden if row <= self.structure.last)

    def rows(self, progress: Progress | None = None) -> Iterator[SheetRow]:
        """The visible rows that have something in them. What was merged downwards stands in each of its rows."""
        with _clearly():
            yield from _rows(self._sheet, self.structure, progress)

    def codes(self) -> dict[int, dict[str, str]]:
        """By row of the visible sheet what a template's hidden sheet says of it; empty for any other workbook."""
        if self._codes is None:
            return {}
        with _clearly():
            lines = list(_rows(*self._codes, None))
        names = ["" if cell is None else str(cell.value) for cell in lines[0].cells] if lines else []
        found = {}
        for line in lines[1:]:
            entries = {name: str(cell.value) for name, cell in zip(names, line.cells, strict=False) if cell and name}
            row = entries.pop("row", "")
            if row.isascii() and row.isdigit():
                found[int(row)] = entries
        return found


@contextmanager
def _clearly() -> Iterator[None]:
    """Whatever reading a foreign file raises becomes one message."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except ValidationError:
        raise
    except Exception as error:
        # openpyxl wraps what defusedxml raises.
        if isinstance(error, DefusedXmlException) or isinstance(error.__cause__, DefusedXmlException):
            raise refused(DECLARED) from error
        raise refused(_("文件已损坏，或不是 Excel 工作簿（.xlsx）。"), "invalid") from error


@contextmanager
def open_book(source: BinaryIO) -> Iterator[Book]:
    """The workbook, until the end of the block. Raises ValidationError for a file that can't be read safely."""
    check_archive(source)
    with _clearly():
        assert openpyxl.DEFUSEDXML
        workbook = openpyxl.load_workbook(source, read_only=True, data_only=True, keep_links=False)
    try:
        with _clearly():
            book = _open(workbook)
        yield book
    finally:
        workbook.close()


def _open(workbook: Any) -> Book:
    sheets = workbook.worksheets
    visible = [sheet for sheet in sheets if sheet.sheet_state == "visible"]
    if not visible:
        raise refused(_("没有可见的工作表。"), "empty")
    structure = _structure_of(workbook, visible[0])
    book = Book(visible[0].title, structure, _sheet=visible[0])
    book.other_sheets = [sheet.title for sheet in visible[1:]]
    for sheet in sheets:
        if sheet.sheet_state == "visible":
            continue
        if sheet.title == CODES:
            book._codes = (sheet, _structure_of(workbook, sheet))
        elif not sheet.title.startswith("_"):
            book.hidden_sheets.append(sheet.title)
    return book


def _structure_of(workbook: Any, sheet: Any) -> Structure:
    formats = {index: _number_format(workbook, style) for index, style in enumerate(workbook._cell_styles)}
    percent_styles = {str(index) for index, form in formats.items() if "%" in form}
    with workbook._archive.open(sheet._worksheet_path) as part:
        return read_structure(part, len(sheet._shared_strings), percent_styles)


def _number_format(workbook: Any, style: Any) -> str:
    if style.numFmtId < BUILTIN_FORMATS_MAX_SIZE:
        return str(BUILTIN_FORMATS.get(style.numFmtId, ""))
    return str(workbook._number_formats[style.numFmtId - BUILTIN_FORMATS_MAX_SIZE])


def _rows(sheet: Any, structure: Structure, progress: Progress | None) -> Iterator[SheetRow]:
    if not structure.last:
        return
    merged = _merged(structure)
    anchors: dict[Place, Any] = {}
    with_formulas = {row for row, _column in structure.formulas}
    for number, values in _values(sheet, structure.width):
        filled = _is_filled(values, number) or number in with_formulas
        row = SheetRow(number, values, structure)
        if merged:
            row.merged = _carried(values, number, merged, anchors)
        if filled and number not in structure.hidden:
            yield row
        if progress is not None and number % STEP == 0:
            progress(number)
        # Stopping at the last row spares what stands below the values, which openpyxl would stumble over.
        if number == structure.last:
            return


def _values(sheet: Any, width: int) -> Iterator[tuple[int, Sequence[Any]]]:
    """The rows as openpyxl reads them, by their numbers. By the plain parser, which takes half the time of the
    defusing one: the outline's has been through the same XML and let nothing in that needs it."""
    book = sheet.parent
    with book._archive.open(sheet._worksheet_path) as part:
        reader = WorkSheetParser(
            part,
            sheet._shared_strings,
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        for _event, element in iterparse(part):
            if element.tag != ROW_TAG:
                continue
            number, cells = reader.parse_row(cast(Any, element))
            element.clear()
            values: list[Any] = [None] * width
            for cell in cells:
                if cell["column"] <= width:
                    values[cell["column"] - 1] = cell["value"]
            yield number, values


def _is_filled(values: Sequence[Any], number: int) -> bool:
    """Does the row hold anything? Raises ValidationError for a text that is too long."""
    filled = False
    for index, value in enumerate(values):
        if value.__class__ is not str:
            filled = filled or value is not None
        elif len(value) > LONGEST_TEXT:
            place = f"{column_letters(index + 1)}{number}"
            message = _("单元格 %(cell)s 的文字过长（最多 %(n)s 字）。") % {"cell": place, "n": LONGEST_TEXT}
            raise refused(message, "too_long")
        elif not filled:
            filled = bool(value) and not value.isspace()
    return filled


def _merged(structure: Structure) -> dict[Place, Place]:
    """By place the corner of the downward merge that covers it, in the merge's first column alone."""
    covered: dict[Place, Place] = {}
    for merge in structure.merges:
        for row in range(merge.top, min(merge.bottom, structure.last) + 1) if merge.bottom > merge.top else ():
            place = (row, merge.left)
            if place in covered:
                raise refused(_("合并单元格互相重叠，文件已损坏。"), "invalid")
            covered[place] = (merge.top, merge.left)
    return covered


def _carried(
    values: Sequence[Any], number: int, merged: dict[Place, Place], anchors: dict[Place, Any]
) -> dict[int, Any]:
    """The row's cells that a downward merge covers, with what stands at its top."""
    found = {}
    for index, value in enumerate(values):
        corner = merged.get((number, index + 1))
        if corner is not None:
            if corner[0] == number:
                anchors[corner] = value
            found[index] = anchors.get(corner)
    return found


def text_of(cell: Cell | None) -> str:
    """A cell's text as it stands; whole numbers as digits, days as YYYY-MM-DD. Raises ValidationError for an error."""
    if cell is None or cell.value is None:
        return ""
    if cell.value.__class__ is str and not cell.error:
        return str(cell.value)
    if cell.error:
        raise ValidationError(_("单元格是错误值 %(error)s。") % {"error": cell.error}, code="invalid")
    if isinstance(cell.value, datetime):
        return cell.value.date().isoformat()
    if isinstance(cell.value, float):
        return plain(cell.value)
    return str(cell.value)


def figure_of(cell: Cell | None) -> str:
    """A figure as plain digits; empty for an empty cell. A percentage is read as the number before its sign.

    Raises ValidationError for a formula, an error value, a merged cell, and for what is no figure.
    """
    if cell is None:
        return ""
    if cell.formula:
        raise ValidationError(_("是公式：请“选择性粘贴—数值”后再上传。"), code="formula")
    if cell.error:
        raise ValidationError(_("单元格是错误值 %(error)s。") % {"error": cell.error}, code="invalid")
    if cell.merged:
        raise ValidationError(_("数值在合并单元格内，不知属于哪一行；请取消合并，逐行填写。"), code="merged")
    value = cell.value
    if isinstance(value, date | datetime | time | timedelta):
        raise ValidationError(_("单元格是日期或时间格式，不是数字。"), code="invalid")
    if isinstance(value, float | int) and not isinstance(value, bool):
        value = plain(value, 100 if cell.percent else 1)
    return f"{parse_figure(value):f}"


def plain(value: float | int, times: int = 1) -> str:
    """A number of the sheet in digits: a binary fraction rounded to the 15 digits that Excel itself keeps."""
    exact = Decimal(f"{value:.{SIGNIFICANT}g}") if isinstance(value, float) else Decimal(value)
    text = f"{exact * times:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def rows_after(rows: Sequence[SheetRow], heading: int) -> list[SheetRow]:
    """The data below the heading row; raises ValidationError when there is none, or more than is read."""
    data = [row for row in rows if row.number > heading]
    if not data:
        raise refused(_("标题行下面没有数据。"), "empty")
    if len(data) > MOST_ROWS:
        raise refused(_("行数过多（最多 %(n)s 行数据）；请删去下方多余的行。") % {"n": MOST_ROWS}, "too_many_rows")
    return data


__all__ = ["CODES", "HEAD_ROWS", "MOST_ROWS", "Book", "Cell", "SheetRow", "figure_of", "open_book", "text_of"]

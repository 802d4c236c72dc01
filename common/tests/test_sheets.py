"""Cells as people meant them, and the outline of a sheet that its values don't tell."""

import zipfile
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.core.exceptions import ValidationError

from common.sheet_structure import column_letters, column_number, read_structure
from common.sheets import Cell, figure_of, open_book, plain, text_of

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def sheet_xml(rows: str, after: str = "") -> BytesIO:
    return BytesIO(f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{after}</worksheet>'.encode())


def saved(book: openpyxl.Workbook) -> BytesIO:
    buffer = BytesIO()
    book.save(buffer)
    return buffer


@pytest.mark.parametrize(
    ("value", "figure"),
    [
        (12, "12"),
        (-0.5, "-0.5"),
        (0.1 + 0.2, "0.3"),
        (1234567.8901, "1234567.8901"),
        (1e14 - 1, "99999999999999"),
        ("1,234.50", "1234.50"),
        ("１２", "12"),
        (" 7 ", "7"),
        (0, "0"),
    ],
)
def test_a_figure_is_read_in_digits(value: object, figure: str) -> None:
    assert figure_of(Cell(value)) == figure


def test_an_empty_cell_is_no_zero() -> None:
    assert figure_of(None) == ""


@pytest.mark.parametrize(
    "cell",
    [
        Cell(True),
        Cell(date(2022, 9, 30)),
        Cell(datetime.fromisoformat("2022-09-30")),
        Cell(time(9)),
        Cell("约300"),
        Cell(1e15),
        Cell(1e-20),
        Cell(0.00001),
        Cell("#N/A", error="#N/A"),
        Cell(7, formula=True),
        Cell(None, formula=True),
        Cell(7, merged=True),
    ],
    ids=repr,
)
def test_what_is_no_figure_is_refused(cell: Cell) -> None:
    with pytest.raises(ValidationError):
        figure_of(cell)


def test_a_percentage_is_the_number_before_its_sign() -> None:
    assert figure_of(Cell(0.92, percent=True)) == "92"
    assert figure_of(Cell(0.123456, percent=True)) == "12.3456"
    assert figure_of(Cell(0.07, percent=True)) == "7"


@pytest.mark.parametrize(
    ("value", "text"),
    [("甲 ", "甲 "), (7, "7"), (7.0, "7"), (7.25, "7.25"), (datetime.fromisoformat("2022-09-30"), "2022-09-30")],
)
def test_a_text_is_taken_as_it_stands(value: object, text: str) -> None:
    assert text_of(Cell(value)) == text


def test_an_error_is_no_text() -> None:
    with pytest.raises(ValidationError):
        text_of(Cell("#REF!", error="#REF!"))


def test_a_binary_fraction_has_fifteen_digits() -> None:
    assert [plain(x) for x in (0.30000000000000004, 1 / 3, 2.0, 10)] == ["0.3", "0.333333333333333", "2", "10"]


@pytest.mark.parametrize(("letters", "number"), [("A", 1), ("Z", 26), ("AA", 27), ("CV", 100), ("XFD", 16_384)])
def test_columns_are_counted(letters: str, number: int) -> None:
    assert column_number(letters) == number
    assert column_letters(number) == letters


def test_the_outline_knows_what_values_do_not_tell() -> None:
    rows = '<row r="2"><c r="B2"><f>1+1</f></c></row><row r="5" hidden="1"><c r="A5" s="3"><v>1</v></c></row>'
    merges = '<mergeCells><mergeCell ref="A2:A4"/></mergeCells>'

    found = read_structure(sheet_xml(rows, merges), 0, {"3"})

    assert (found.formulas, found.hidden, found.percents) == ({(2, 2)}, {5}, {(5, 1)})
    assert (found.last, found.width, found.filled) == (5, 2, 2)
    assert (found.merges[0].top, found.merges[0].bottom) == (2, 4)


def test_rows_and_cells_need_no_numbers() -> None:
    found = read_structure(sheet_xml("<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>"), 0)

    assert (found.last, found.width) == (2, 2)


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="0"/>',
        '<row r="-1"/>',
        '<row r="1.5"/>',
        '<row r="2"/><row r="2"/>',
        '<row r="3"/><row r="2"/>',
        '<row r="5011"/>',
        '<row r="1"><c r="A2"><v>1</v></c></row>',
        '<row r="1"><c r="B1"/><c r="A1"/></row>',
        '<row r="1"><c r="A1"/><c r="A1"/></row>',
        '<row r="1"><c r="1"/></row>',
        '<row r="1"><c r="ÄA1"/></row>',
        '<row r="1"><c r="CW1"><v>1</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>2</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>-1</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>1.0</v></c></row>',
        '<row r="1"><c r="A1"><v>inf</v></c></row>',
        '<row r="1"><c r="A1"><v>1_000</v></c></row>',
        '<row r="1"><c r="A1"><v>１</v></c></row>',
        f'<row r="1"><c r="A1"><v>{"9" * 50}</v></c></row>',
    ],
)
def test_rows_and_cells_that_no_program_writes_are_refused(rows: str) -> None:
    with pytest.raises(ValidationError):
        read_structure(sheet_xml(rows), 2)


def test_every_invalid_cell_is_named() -> None:
    rows = '<row r="1"><c r="A1"><v>x</v></c><c r="B1"><v>1</v></c><c r="C1"><v>y</v></c></row>'

    with pytest.raises(ValidationError) as refusal:
        read_structure(sheet_xml(rows), 0)

    assert [message[:6] for message in refusal.value.messages] == ["单元格 A1", "单元格 C1"]


def test_empty_cells_beyond_the_last_column_are_nothing() -> None:
    assert read_structure(sheet_xml('<row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="1"/></row>'), 0).width == 1


def test_overlapping_merges_are_refused() -> None:
    book = openpyxl.Workbook()
    page: Any = book.active
    for row in range(1, 6):
        page.cell(row, 1, row)
    page.merged_cells.add("A1:A3")
    page.merged_cells.add("A2:A4")

    with pytest.raises(ValidationError), open_book(saved(book)) as opened:
        list(opened.rows())


def test_a_wrong_dimension_hides_nothing() -> None:
    book = openpyxl.Workbook()
    page: Any = book.active
    for row in range(1, 51):
        page.cell(row, 1, row)
    buffer = BytesIO()
    with zipfile.ZipFile(saved(book)) as old, zipfile.ZipFile(buffer, "w") as new:
        for info in old.infolist():
            new.writestr(info.filename, old.read(info.filename).replace(b'ref="A1:A50"', b'ref="A1:A1"'))

    with open_book(buffer) as opened:
        rows = list(opened.rows())

    assert len(rows) == 50


def test_a_workbook_without_a_visible_sheet_is_refused() -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].sheet_state = "hidden"
    book.create_sheet("_codes").sheet_state = "veryHidden"
    buffer = BytesIO()
    book._sheets[1].sheet_state = "visible"  # type: ignore[attr-defined]
    book.save(buffer)
    hidden = BytesIO()
    with zipfile.ZipFile(buffer) as old, zipfile.ZipFile(hidden, "w") as new:
        for info in old.infolist():
            new.writestr(info.filename, old.read(info.filename).replace(b'state="visible"', b'state="hidden"'))

    with pytest.raises(ValidationError, match="没有可见的工作表"), open_book(hidden):
        pass

"""`?format=csv` and `?format=xlsx` of any list: all its rows under its own filters, in bounded memory.

CSV is streamed in the order of the list; a workbook is written to disk row by row first, for its table of contents
comes last. Nested records become columns such as `progress.actual`. More than `MOST_ROWS` rows are refused.
"""

import csv
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from itertools import islice
from typing import Any

import orjson
import xlsxwriter
from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ErrorDetail, NotAcceptable, ValidationError
from rest_framework.request import Request
from rest_framework.serializers import BaseSerializer, ListSerializer

from common.rest.renderers import dumps, number
from common.sheet import BOM, safe

FORMATS = ("csv", "xlsx")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A sheet has room for 1,048,576 lines.
MOST_ROWS = 1_000_000
CHUNK = 2_000
Rows = Iterable[Sequence[Any]]


def format_of(request: Request) -> str:
    """What is asked for: json, csv or xlsx; NotAcceptable for anything else."""
    found = request.GET.get("format", "json")
    if found not in ("json", *FORMATS):
        raise NotAcceptable(_("没有这种格式，可用：json、csv、xlsx。"))
    return str(found)


def is_export(request: Request) -> bool:
    """Is a table asked for, to be read and nothing else?"""
    return request.method in ("GET", "HEAD") and request.GET.get("format") in FORMATS


def require_bounded(count: int) -> None:
    """Raises ValidationError for more rows than are exported at once."""
    if count > MOST_ROWS:
        said = _("共 %(n)s 行，一次最多导出 %(most)s 行，请用筛选条件分批导出。") % {"n": count, "most": MOST_ROWS}
        raise ValidationError({"format": [ErrorDetail(str(said), code="too_many_rows")]})


def columns_of(serializer: BaseSerializer[Any]) -> list[str]:
    """The columns of what a serializer answers: its fields, those of one record inside another with a dot."""
    found: list[str] = []
    for name, field in serializer.fields.items():  # type: ignore[attr-defined]
        if field.write_only:
            continue
        if isinstance(field, BaseSerializer) and not isinstance(field, ListSerializer):
            found += [f"{name}.{inner}" for inner in columns_of(field)]
        else:
            found.append(name)
    return found


def cells_of(columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> Iterator[list[Any]]:
    """Rows as an answer has them, as lines of a table."""
    paths = [name.split(".") for name in columns]
    for row in rows:
        line = []
        for path in paths:
            value: Any = row
            for step in path:
                value = value.get(step) if value is not None else None
            line.append(cell_of(value))
        yield line


def cell_of(value: Any) -> Any:
    """A value of an answer as a cell."""
    if isinstance(value, orjson.Fragment):
        # A number that was on its way into JSON.
        return Decimal(dumps(value).decode())
    if isinstance(value, dict):
        return dumps(value).decode() if value else ""
    if isinstance(value, list | tuple):
        plain = all(isinstance(each, str | int) for each in value)
        return ", ".join(map(str, value)) if plain else dumps(list(value)).decode()
    return value


def answer(name: str, kind: str, columns: Sequence[str], rows: Rows) -> HttpResponseBase:
    """The table as a file."""
    if kind == "csv":
        return csv_answer(name, columns, csv_lines(rows))
    return _named(FileResponse(workbook(columns, rows), content_type=XLSX), f"{name}.{kind}")


def csv_answer(name: str, columns: Sequence[str], lines: Iterable[str]) -> HttpResponseBase:
    """The same of lines that are CSV already."""
    found = StreamingHttpResponse(csv_chunks(columns, lines), content_type="text/csv; charset=utf-8")
    return _named(found, f"{name}.csv")


def _named(found: HttpResponseBase, name: str) -> HttpResponseBase:
    found["Content-Disposition"] = f'attachment; filename="{name}"'
    found["X-Content-Type-Options"] = "nosniff"
    return found


def csv_chunks(columns: Sequence[str], lines: Iterable[str]) -> Iterator[bytes]:
    """A head, with the mark of UTF-8 by which a spreadsheet knows it, and many lines at a time."""
    head, rest = "".join((BOM, *csv_lines([columns]))), iter(lines)
    while some := head + "".join(islice(rest, CHUNK)):
        head = ""
        yield some.encode()


def csv_lines(rows: Rows) -> Iterator[str]:
    """Rows as lines of CSV, with their ends; no cell runs as a formula in a spreadsheet."""
    buffer = StringIO()
    writer = csv.writer(buffer)
    for row in rows:
        writer.writerow([_as_text(cell) for cell in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def _as_text(cell: Any) -> Any:
    if isinstance(cell, str):
        return safe(cell)
    if isinstance(cell, Decimal):
        return number(cell)
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    return "" if cell is None else cell


def workbook(columns: Sequence[str], rows: Rows) -> Any:
    """An open temporary file with one sheet."""
    file = tempfile.TemporaryFile()  # noqa: SIM115
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        sheet = book.add_worksheet("data")
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, columns, book.add_format({"bold": True}))
        for index, line in enumerate(rows, start=1):
            for place, cell in enumerate(line):
                _write(sheet, index, place, cell)
    file.seek(0)
    return file


def _write(sheet: Any, row: int, place: int, cell: Any) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, bool):
        sheet.write_boolean(row, place, cell)
    elif isinstance(cell, int | float | Decimal):
        # A spreadsheet keeps 15 digits: what has more would come back as another number.
        exact = len(str(cell).lstrip("-0.").replace(".", "")) <= 15
        value = Decimal(number(cell)) if isinstance(cell, Decimal) else cell
        sheet.write_number(row, place, value) if exact else sheet.write_string(row, place, str(value))
    else:
        sheet.write_string(row, place, _as_text(cell)[:32_767] if not isinstance(cell, str) else cell[:32_767])

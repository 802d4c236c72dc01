"""A register's filtered rows out, as CSV or Excel, streamed: memory doesn't grow with them."""

import tempfile
from collections.abc import Iterator, Sequence
from typing import Any

import xlsxwriter
from django.db.models import QuerySet
from django.http import FileResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from accounts.permissions import Access
from common.sheet import csv_lines
from ledgers.keeping import Keeping
from ledgers.lists import labels_of
from ledgers.permissions import sees_names
from ledgers.registry import Ledger
from ledgers.values import said

CHUNK = 1_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def table_of(
    ledger: Ledger, rows: "QuerySet[Any]", access: Access, keeping: Keeping
) -> tuple[list[str], Iterator[Sequence[str]]]:
    """Headings, and the rows one after the other as people read them."""
    names = [name for name in ledger.all_fields if name != "unit"]
    head = [
        _("单位"),
        *(ledger.heading(name) for name in names),
        *(ledger.heading(n) for n in ledger.computed),
        _("状态"),
    ]
    labels = labels_of(ledger.lists.values())

    def lines() -> Iterator[Sequence[str]]:
        for row in rows.select_related("unit").iterator(chunk_size=CHUNK):
            whole = not ledger.masked or sees_names(access, row, keeping)
            cells = [said(ledger, row, name, labels, whole_names=whole) for name in names]
            yield [row.unit.name, *cells, _("已作废") if row.is_void else _("有效")]

    return head, lines()


def as_csv(name: str, head: Sequence[str], lines: Iterator[Sequence[str]]) -> StreamingHttpResponse:
    """Line by line, with the mark that makes Excel read UTF-8."""
    answer = StreamingHttpResponse(csv_lines(head, lines), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = content_disposition_header(True, f"{name}.csv")
    return answer


def as_xlsx(name: str, head: Sequence[str], lines: Iterator[Sequence[str]]) -> FileResponse:
    """Written to a file on disk first: a workbook is a zip, whose index comes last."""
    file = tempfile.TemporaryFile()  # noqa: SIM115
    book = xlsxwriter.Workbook(file, _OPTIONS)
    sheet = book.add_worksheet(name[:31])
    bold = book.add_format({"bold": True, "bg_color": "#E3EEF0", "border": 1})
    for column, heading in enumerate(head):
        sheet.write_string(0, column, heading, bold)
    for number, line in enumerate(lines, start=1):
        for column, text in enumerate(line):
            sheet.write_string(number, column, text)
    sheet.freeze_panes(1, 0)
    book.close()
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)

"""Workbooks for the tests, well made and ill, and the shortest way from one to its preview."""

import zipfile
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from typing import Any

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from goals.models import ImportJob

HEADS = ["指标代码", "填报单位", "期", "数值", "说明"]
GOOD = ["firms", "office", "2022-09-30", 12, ""]
SHEET = "xl/worksheets/sheet1.xml"


def workbook(
    *rows: Sequence[Any], heads: Sequence[str] | None = HEADS, shape: Callable[[Any], None] | None = None
) -> bytes:
    """A workbook of one sheet; `shape` may do to it what a person would in Excel."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in ([heads] if heads is not None else []) + list(rows):
        page.append(list(row))
    if shape is not None:
        shape(book)
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def altered(content: bytes, parts: Mapping[str, bytes | None], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The same archive with parts replaced, added or (None) left out."""
    buffer = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", compression) as new:
        for info in old.infolist():
            if info.filename not in parts:
                new.writestr(info.filename, old.read(info.filename))
        for name, part in parts.items():
            if part is not None:
                new.writestr(name, part)
    return buffer.getvalue()


def part_of(content: bytes, name: str = SHEET) -> str:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return archive.read(name).decode()


def with_sheet(content: bytes, change: Callable[[str], str], name: str = SHEET) -> bytes:
    """The workbook with one part's XML changed."""
    return altered(content, {name: change(part_of(content, name)).encode()})


def send(client: Client, content: bytes, name: str = "表.xlsx", address: str = "/report/excel/", **fields: str) -> Any:
    return client.post(address, {"file": SimpleUploadedFile(name, content), **fields})


def preview(client: Client, content: bytes, **fields: str) -> ImportJob:
    """The job of an upload that was taken."""
    answer = send(client, content, **fields)
    assert answer.status_code == 302, answer.content.decode()
    return ImportJob.objects.get(pk=answer["Location"].rstrip("/").rpartition("/")[2])


def confirm(client: Client, job: ImportJob, choice: str = "submitted") -> Any:
    return client.post(f"/imports/{job.pk}/confirm/", {"choice": choice})


def results(job: ImportJob) -> list[tuple[int, str]]:
    """Row numbers with what each would do."""
    return [(row["n"], row["is"]) for row in job.rows]


def said(job: ImportJob) -> str:
    """Everything that the preview says of the file and its rows."""
    rows = [m for row in job.rows for found in row.get("errors", {}).values() for m in found]
    remarks = [m for row in job.rows for m in row.get("remarks", [])]
    return "\n".join([*job.problems, *job.result.get("remarks", []), *rows, *remarks])

"""`text_fields` and `xlsx_import` of bad-inputs.yaml through a register: each case by its id, in a few tests."""

import json
from collections.abc import Callable
from datetime import date
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from accounts.tests.factories import browser_of
from audit.models import Event
from goals.models import ImportJob
from goals.tests.bad_inputs import cases, given
from goals.tests.factories import client_of, make_plan
from goals.tests.importing import factories as books
from goals.tests.importing import ill
from goals.tests.importing.factories import said, send, with_sheet, workbook
from goals.tests.test_bad_sheets import UNREADABLE
from ledgers.tests.factories import keeper, kept_by, register, villager
from safety.models import Hazard
from safety.tests.factories import make_village

pytestmark = pytest.mark.django_db
HAZARDS, API = "/ledgers/safety/hazards/", "/api/v1/safety/hazards/"
BODY = {"day": "2022-09-05", "subject": "3号楼", "source": "subdistrict", "area": "fire", "due": "2022-09-25"}
FORM = BODY | {"grade": "general", "source_system": "own"}
HEADS = ["单位", "发现日", "隐患", "整改资金（万元）", "单位或场所", "来源", "领域", "整改期限", "外部编号"]
ROW = ["jingkou", "2022-09-05", "照明缺失", 12, "3号楼", "街道检查", "消防", "2022-09-25", "T-1"]


@pytest.fixture(autouse=True)
def var(settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path


def text_of(case: dict[str, Any]) -> str:
    return str(json.loads(case["json"])) if "json" in case else given(case)


def in_html(text: str) -> str:
    return escape(text, quote=False).replace("'", "&#x27;").replace('"', "&quot;")


def test_texts_are_refused_by_their_field_or_stored_to_the_letter_and_shown_as_text() -> None:
    village = make_village()
    user = villager(village)
    failed: list[str] = []
    stored: list[str] = []
    browser, client = browser_of(user), client_of(user)
    for case in cases("text_fields"):
        text, count = text_of(case), Hazard.objects.count()
        body = json.dumps(BODY | {"unit": "jingkou", "what": text})
        answers: list[Any] = [client.post(API, body, content_type="application/json")]
        if "json" not in case:  # a form carries no lone surrogate
            answers.append(browser.post(f"{HAZARDS}new/", FORM | {"unit": village.pk, "what": text}))
        if case["expect"] == "reject":
            good = [a.status_code for a in answers] == [400] * len(answers) and Hazard.objects.count() == count
            good = good and {e["attr"] for e in answers[0].json()["errors"]} == {"what"}
            good = good and all(list(a.context["form"].errors) == ["what"] for a in answers[1:])
        else:
            known = [row.what for row in Hazard.objects.order_by("pk")[count:]]
            good, stored = [what.strip() for what in known] == [text.strip()] * 2, [*stored, *known]
        failed += [] if good else [case["id"]]
    assert failed == []

    pages = [browser.get(f"{HAZARDS}{more}") for more in ("", "?q=SUM", f"{Hazard.objects.earliest('pk').pk}/")]
    shown = pages[0].content.decode()
    answer: Any = browser.get(f"{HAZARDS}export/")
    heads, *lines = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content))).worksheets[0].iter_rows()
    column = [cell.value for cell in heads].index("隐患")
    assert [text for text in stored if in_html(text) not in shown] == []
    assert not any(mark in page.content.decode() for page in pages for mark in ("<script>alert", "<img src=x", "<a hx"))
    assert {line[column].data_type for line in lines} == {"s"}
    assert sorted(str(line[column].value).replace("_x000D_", "\r") for line in lines) == sorted(stored)


def row(**changes: Any) -> list[Any]:
    return list((dict(zip(HEADS, ROW, strict=True)) | changes).values())


def book(*rows: list[Any], **more: Any) -> bytes:
    return workbook(*(rows or [ROW]), **({"heads": HEADS} | more))


def cell(xml: str) -> Callable[[], bytes]:
    """The book with the figure's cell, D2, replaced."""
    return lambda: with_sheet(book(), ill.value_xml(xml))


def percent(page: Any) -> None:
    page.active["D2"], page.active["D2"].number_format = 0.92, "0%"


def far_date(page: Any) -> None:
    page.active["B2"], page.active["B2"].number_format = 35_000_000, "yyyy-mm-dd"


def merged(page: Any) -> None:
    page.active["A3"] = None
    page.active.merge_cells("A2:A3")


def hidden(page: Any) -> None:
    page.active.row_dimensions[3].hidden = True
    page.create_sheet("底稿").sheet_state = "hidden"


def of_1904(page: Any) -> None:
    page.epoch, page.active["B2"] = CALENDAR_MAC_1904, date(2022, 9, 5)


SECOND = row(外部编号="T-2")
MANY = [row(外部编号=f"M-{n}") for n in range(499)]
# What is said of a file that is read and refused, with the column that is named.
REFUSED: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "xl-19": (cell('<c r="D2" t="e"><v>#DIV/0!</v></c>'), "#DIV/0!", "funds"),
    "xl-20": (cell('<c r="D2"><f>1+1</f></c>'), "是公式", "funds"),
    "xl-21": (cell('<c r="D2"><f>A1*2</f><v>7</v></c>'), "是公式", "funds"),
    "xl-22": (lambda: book(shape=far_date), "错误值", "day"),
    "xl-26": (lambda: book(shape=percent), "百分比格式", "funds"),
    "xl-28 doubled": (lambda: book([*ROW, 13], heads=[*HEADS, HEADS[3]]), "重复", ""),
    "xl-28 missing": (lambda: book(ROW[:7], heads=HEADS[:7]), "须写明整改期限", "due"),
    "xl-28 needed": (lambda: book(ROW[:2], heads=HEADS[:2]), "没有找到列", ""),
    "xl-29 figure": (lambda: book(ROW, SECOND, shape=lambda b: b.active.merge_cells("D2:D3")), "合并单元格", "funds"),
    "xl-31": (lambda: book(ROW, ROW), "第 2、3 行", "external_no"),
    "xl-33 unit": (lambda: book(row(单位="nowhere")), "没有单位", "unit"),
    "xl-33 entry": (lambda: book(row(领域="消防类")), "只能是", "area"),
    "xl-34": (lambda: book(row(发现日="2021-09-05")), "年终交账", "day"),
    "xl-36": (lambda: book(*MANY, row(发现日="上周", 领域="航天")), "只能是", "area"),
    "xl-39": (lambda: book(row(隐患="字" * 32_767)), "文字过长", ""),
}
# What is read as people meant it: figure, day and count of rows.
READ: dict[str, tuple[Callable[[], bytes], str, int]] = {
    "xl-23": (lambda: book(shape=of_1904), "12", 1),
    "xl-24": (lambda: book(row(**{HEADS[3]: "12 "})), "12", 1),
    "xl-25": (lambda: book(row(**{HEADS[3]: 0.30000000000000004})), "0.3", 1),
    "xl-27": (lambda: book(ROW[::-1], heads=HEADS[::-1]), "12", 1),
    "xl-29": (lambda: book(ROW, SECOND, shape=merged), "12", 2),
    "xl-30": (lambda: book(ROW, SECOND, shape=hidden), "12", 1),
    "xl-35": (book, "12", 1),
}
ELSEWHERE = {"xl-32"}  # the whole file is denied: ledgers.tests.test_excel


def sent(client: Any, content: bytes) -> tuple[str, ImportJob | None]:
    """What was said of the file, and its job where there is one; it is confirmed, however it came out."""
    ImportJob.objects.all().delete()
    answer = send(client, content, address=f"{HAZARDS}excel/")
    job = ImportJob.objects.first()
    if job is not None:
        books.confirm(client, job, "write")
    return (said(job) if job is not None else answer.content.decode(), job)


def test_files_that_are_unsafe_or_no_sheets_are_refused_in_words() -> None:
    kept_by(register("hazards"))
    make_village()
    client, events, failed = browser_of(keeper()), Event.objects.count(), []
    for name, (build, words) in UNREADABLE.items():
        answer, _job = sent(client, build())
        if not any(word in answer for word in words.split("|")) or Hazard.objects.exists():
            failed.append(name)

    assert failed == []
    assert Event.objects.count() == events


def test_sheets_with_what_cannot_be_are_refused_with_their_column() -> None:
    kept_by(register("hazards"))
    make_village()
    make_plan("old", 2021, state="closed")
    client, events, failed = browser_of(keeper()), Event.objects.count(), []
    for name, (build, words, column) in REFUSED.items():
        answer, job = sent(client, build())
        named = {code for line in (job.rows if job else []) for code in line.get("errors", {})}
        if words not in answer or (column and column not in named) or Hazard.objects.exists():
            failed.append((name, answer[:200], named))

    assert failed == []
    assert Event.objects.count() == events


def test_sheets_are_read_as_people_meant_them() -> None:
    kept_by(register("hazards"))
    make_village()
    client, failed = browser_of(keeper()), []
    for name, (build, figure, count) in READ.items():
        Hazard.objects.all().delete()
        for _time in range(2):
            answer, _job = sent(client, build())
        rows = list(Hazard.objects.all())
        read = [(f"{each.funds:.4f}".rstrip("0").rstrip("."), each.day, each.unit.code) for each in rows]
        if read != [(figure, date(2022, 9, 5), "jingkou")] * count:
            failed.append((name, answer[:200], read))

    assert failed == []


def test_every_case_of_sheets_is_tried_through_a_register() -> None:
    tried = {name.split()[0] for name in (*UNREADABLE, *REFUSED, *READ)} | ELSEWHERE

    assert tried == {f"xl-{number:02}" for number in range(1, 41)}

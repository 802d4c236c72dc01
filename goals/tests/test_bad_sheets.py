"""`xlsx_import` of bad-inputs.yaml: refused in words, nothing stored, or read as people meant it."""

import tracemalloc
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.utils.exceptions import IllegalCharacterError
from pytest_django.fixtures import Settings as SettingsWrapper

from audit.models import Event
from goals.models import ImportJob, Reading
from goals.tests.bad_inputs import cases, given, named, refuses
from goals.tests.factories import make_indicator, make_office
from goals.tests.importing import ill
from goals.tests.importing.factories import GOOD, HEADS, altered, confirm, preview, results, said, send, workbook
from goals.tests.pages.factories import AUGUST, SEPTEMBER, Cast, browser_of, make_cast
from goals.windows import close_month

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def var(settings: SettingsWrapper, tmp_path: Path) -> Path:
    settings.VAR_DIR = tmp_path
    return tmp_path


@pytest.fixture
def cast() -> Cast:
    return make_cast(frequency="monthly")


def row(**changes: Any) -> list[Any]:
    return list((dict(zip(HEADS, GOOD, strict=True)) | changes).values())


def refused(cast: Cast, content: bytes, var: Path | None = None) -> str:
    """What is said of a file that must leave nothing behind, however hard it is confirmed."""
    browser, events = browser_of(cast.official), Event.objects.count()
    answer = send(browser, content)
    assert answer.status_code in (302, 400)
    words = answer.content.decode()
    if answer.status_code == 302:
        job = ImportJob.objects.get()
        assert job.state in ("failed", "refused", "matching")
        words = said(job)
        assert browser.get(answer["Location"]).status_code == 200
        confirm(browser, job)
    else:
        assert not ImportJob.objects.exists()
        assert 'role="alert"' in words
    assert not Reading.objects.exists()
    assert Event.objects.count() == events
    return words


UNREADABLE = {
    "xl-01 empty": (lambda: b"", "文件是空的"),
    "xl-02 text": (lambda: "指标,数值\nfirms,1\n".encode(), "不是 Excel 工作簿"),
    "xl-03 cut off": (lambda: ill.good()[:500], "已损坏"),
    "xl-04 page": (lambda: b"<html><table><tr><td>1</td></tr></table></html>", "不是 Excel 工作簿"),
    "xl-05 old binary": (ill.old_binary, "旧版 Excel"),
    "xl-06 locked": (ill.locked, "打开密码"),
    "xl-07 blown up": (ill.blown_up, "解压|压缩比"),
    "xl-08 70,000 members": (lambda: ill.crowded(70_000), "文件超过 5 MB"),
    "xl-08 400 members": (lambda: ill.crowded(400), "部件过多"),
    "xl-09 understated": (ill.understated, "已损坏"),
    "xl-10 upwards": (lambda: ill.with_member("../../etc/x"), "越界的路径"),
    "xl-10 absolute": (lambda: ill.with_member("/etc/x"), "越界的路径"),
    "xl-10 drive": (lambda: ill.with_member("C:\\x"), "越界的路径"),
    "xl-11 nested entities": (lambda: ill.declared(ill.billion_laughs(), body="&u;"), "实体"),
    "xl-12 external entity": (lambda: ill.declared('<!ENTITY a SYSTEM "file:///etc/hostname">'), "实体"),
    "xl-13 in strings": (lambda: ill.declared('<!ENTITY a SYSTEM "file:///etc/hostname">', ill.STRINGS), "实体"),
    "xl-14 far corner": (lambda: ill.rows_xml('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), "行数过多"),
    "xl-15 empty rows": (lambda: ill.rows_xml("".join(f'<row r="{n}"/>' for n in range(3, 200_003))), "行数过多"),
    "xl-16 no such string": (lambda: ill.value_cell('<c r="D2" t="s"><v>999</v></c>'), "D2 的内容无效"),
    "xl-16 negative string": (lambda: ill.value_cell('<c r="D2" t="s"><v>-1</v></c>'), "D2 的内容无效"),
    "xl-17 infinite": (lambda: ill.value_cell('<c r="D2"><v>1e400</v></c>'), "D2 的内容无效"),
    "xl-17 no number": (lambda: ill.value_cell('<c r="D2"><v>NaN</v></c>'), "D2 的内容无效"),
    "xl-18 row 0": (lambda: ill.with_sheet(ill.good(), lambda xml: xml.replace('r="2"', 'r="0"')), "行号“0”"),
    "xl-37 macro": (ill.macro_book, "含有宏"),
    "xl-37 macro type alone": (lambda: altered(ill.macro_book(), {"xl/vbaProject.bin": None}), "含有宏"),
    "xl-38 link": (lambda: ill.with_member("xl/externalLinks/externalLink1.xml"), "链接了其他文件"),
    "xl-38 embedding": (lambda: ill.with_member("xl/embeddings/oleObject1.bin"), "嵌入了"),
    "xl-39 columns": (lambda: ill.rows_xml('<row r="3"><c r="XFD3"><v>1</v></c></row>'), "列数过多"),
    "xl-40 large": (ill.large, "文件超过 5 MB"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_file_that_is_unsafe_or_no_sheet_is_refused_in_words(cast: Cast, name: str) -> None:
    build, words = UNREADABLE[name]

    answer = refused(cast, build())

    assert any(word in answer for word in words.split("|")), answer[-1500:]


def test_xl_07_is_refused_without_unpacking_it(cast: Cast) -> None:
    content = ill.blown_up()
    tracemalloc.start()

    refused(cast, content)

    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 40 * 1024 * 1024


def test_nothing_of_an_unsafe_file_is_kept(cast: Cast, var: Path) -> None:
    refused(cast, ill.macro_book())

    assert not list(var.rglob("*.xlsx"))


CELLS = {
    "xl-19 error": ('<c r="D2" t="e"><v>#DIV/0!</v></c>', "#DIV/0!"),
    "xl-20 formula without a result": ('<c r="D2"><f>1+1</f></c>', "是公式"),
    "xl-21 formula with a result": ('<c r="D2"><f>A1*2</f><v>7</v></c>', "是公式"),
}


@pytest.mark.parametrize("name", CELLS)
def test_a_value_must_be_a_constant(cast: Cast, name: str) -> None:
    cell, words = CELLS[name]

    assert words in refused(cast, ill.value_cell(cell))
    assert list(ImportJob.objects.get().rows[0]["errors"]) == ["value"]


def test_xl_22_a_date_beyond_all_dates_is_an_error_of_its_cell(cast: Cast) -> None:
    def shape(book: Any) -> None:
        book.active["C2"] = 35_000_000
        book.active["C2"].number_format = "yyyy-mm-dd"

    words = refused(cast, workbook(GOOD, shape=shape))

    assert "错误值" in words
    assert list(ImportJob.objects.get().rows[0]["errors"]) == ["period"]


def test_xl_23_dates_of_the_1904_system_are_the_same_days(cast: Cast) -> None:
    def shape(book: Any) -> None:
        book.epoch = CALENDAR_MAC_1904
        book.active["C2"] = date(2022, 9, 30)

    content = workbook(GOOD, shape=shape)
    job = preview(browser_of(cast.official), content)

    assert openpyxl.load_workbook(BytesIO(content)).epoch == CALENDAR_MAC_1904
    assert job.rows[0]["values"]["period"] == "2022-09-30"


@pytest.mark.parametrize(("cell", "value"), [("12 ", "12"), (0.30000000000000004, "0.3")], ids=["xl-24", "xl-25"])
def test_a_figure_is_taken_as_people_meant_it(cast: Cast, cell: object, value: str) -> None:
    browser = browser_of(cast.official)

    confirm(browser, preview(browser, workbook(row(数值=cell))))

    assert f"{Reading.objects.get().value:.4f}".rstrip("0").rstrip(".") == value


def percent_formatted(book: Any) -> None:
    book.active["D2"] = 0.92
    book.active["D2"].number_format = "0%"


def test_xl_26_a_percentage_is_read_as_per_cent_and_shown_for_confirmation(cast: Cast) -> None:
    cast.indicator.unit_of_measure = "%"
    cast.indicator.save()
    browser = browser_of(cast.official)

    job = preview(browser, workbook(GOOD, shape=percent_formatted))
    confirm(browser, job)

    assert "按 92% 读取" in said(job)
    assert Reading.objects.get().value == 92


def test_a_percentage_of_what_is_none_is_refused(cast: Cast) -> None:
    assert "百分比格式" in refused(cast, workbook(GOOD, shape=percent_formatted))


def test_xl_27_the_order_of_the_headings_plays_no_part(cast: Cast) -> None:
    browser = browser_of(cast.official)
    usual = preview(browser, workbook(GOOD))

    turned = preview(browser, workbook(GOOD[::-1], heads=HEADS[::-1]))

    assert turned.rows == usual.rows


def test_xl_28_a_doubled_heading_is_refused_with_its_columns(cast: Cast) -> None:
    words = refused(cast, workbook([*GOOD, 13], heads=[*HEADS, "数值"]))

    assert "“数值”重复（D、F 列）" in words


def test_xl_28_a_missing_heading_is_asked_for(cast: Cast) -> None:
    words = refused(cast, workbook(GOOD[:3], heads=HEADS[:3]))

    assert "没有找到列：本期/分子" in words


def merged_office(book: Any) -> None:
    page = book.active
    page.insert_rows(1)
    page["A1"] = "九月报表"
    page.merge_cells("A1:E1")
    page["B4"] = None
    page.merge_cells("B3:B4")


def test_xl_29_a_merged_office_is_carried_down_within_the_merge_alone(cast: Cast) -> None:
    august, july = row(期="2022-08-31"), row(期="2022-07-31", 填报单位=None)

    job = preview(browser_of(cast.official), workbook(GOOD, august, july, shape=merged_office))

    assert results(job) == [(3, "created"), (4, "created"), (5, "refused")]
    assert "请写明填报单位" in said(job)


def test_a_merged_figure_belongs_to_no_row(cast: Cast) -> None:
    content = workbook(GOOD, row(期="2022-08-31"), shape=lambda book: book.active.merge_cells("D2:D3"))

    assert "合并单元格" in refused(cast, content)


def test_xl_30_what_is_hidden_is_listed_and_not_imported(cast: Cast) -> None:
    def hide(book: Any) -> None:
        book.active.row_dimensions[3].hidden = True
        book.create_sheet("底稿").sheet_state = "hidden"
        book.create_sheet("另一张")

    job = preview(browser_of(cast.official), workbook(GOOD, row(期="2022-08-31"), shape=hide))

    assert results(job) == [(2, "created")]
    assert "隐藏的行没有导入：第 3 行" in said(job)
    assert "隐藏的工作表没有导入：底稿" in said(job)
    assert "没有读取：另一张" in said(job)


def test_xl_31_a_slot_twice_is_refused_with_both_rows(cast: Cast) -> None:
    words = refused(cast, workbook(GOOD, row(数值=13)))

    assert words.count("第 2、3 行是同一指标、单位、期") == 2


def test_xl_32_a_row_of_another_unit_denies_the_whole_file(cast: Cast, var: Path) -> None:
    make_indicator("others", make_office("other_office"), frequency="monthly")
    browser = browser_of(cast.official)

    answer = send(browser, workbook(GOOD, ["others", "other_office", "2022-09", 1, ""]))

    assert answer.status_code == 403
    assert "第 3 行是其他单位的数据" in answer.content.decode()
    assert not ImportJob.objects.exists()
    assert not list(var.rglob("*.xlsx"))
    assert not Reading.objects.exists()


@pytest.mark.parametrize("code", ["nobody", "firms\u3000", "firms ", "FIRMS"])
def test_xl_33_a_code_must_be_right_to_the_last_blank(cast: Cast, code: str) -> None:
    refused(cast, workbook(row(指标代码=code)))

    assert list(ImportJob.objects.get().rows[0]["errors"]) == ["code"]


def test_xl_34_a_closed_month_is_refused_in_the_preview(cast: Cast) -> None:
    close_month(cast.planner, cast.plan, AUGUST)

    words = refused(cast, workbook(GOOD, row(期="2022-08-31")))

    assert "已经月结" in words
    assert results(ImportJob.objects.get()) == [(2, "created"), (3, "refused")]


def test_xl_34_a_month_closed_since_refuses_the_confirmation(cast: Cast) -> None:
    browser = browser_of(cast.official)
    job = preview(browser, workbook(GOOD))
    close_month(cast.planner, cast.plan, SEPTEMBER)

    answer = confirm(browser, job)

    job.refresh_from_db()
    assert answer.status_code == 302
    assert (job.state, results(job)) == ("refused", [(2, "refused")])
    assert "已经月结" in said(job)
    assert not Reading.objects.exists()


def test_xl_35_the_same_file_twice_is_the_first_result(cast: Cast) -> None:
    browser, content = browser_of(cast.official), workbook(GOOD)
    first = preview(browser, content)
    confirm(browser, first)
    events = Event.objects.count()

    second = preview(browser, content)
    confirm(browser, second)

    first.refresh_from_db()
    second.refresh_from_db()
    assert first.pk != second.pk
    assert second.state == "confirmed"
    assert second.result == first.result
    assert Reading.objects.count() == 1
    assert Event.objects.count() == events


def test_xl_36_one_bad_row_of_500_stores_none_and_every_bad_cell_is_listed(cast: Cast) -> None:
    indicators = [make_indicator(f"i{n}", cast.office, frequency="monthly") for n in range(20)]
    months = [f"{year}-{month:02}" for year in (2020, 2021) for month in range(1, 13)] + ["2022-01"]
    rows = [row(指标代码=i.code, 期=month, 数值=1) for i in indicators for month in months]
    rows[100][3], rows[100][2] = "约300", "上月"

    words = refused(cast, workbook(*rows))

    assert [r["n"] for r in ImportJob.objects.get().rows if r["is"] == "refused"] == [102]
    assert len(rows) == 500
    assert "不是数字" in words
    assert "期应写作" in words


def test_xl_39_a_text_of_32767_characters_is_refused_with_its_cell(cast: Cast) -> None:
    assert "E2 的文字过长" in refused(cast, workbook(row(说明="字" * 32_767)))


@pytest.mark.parametrize("case", [c for c in cases("reading_value") if "json" not in c], ids=named)
def test_the_value_column_takes_and_refuses_what_the_form_does(case: dict[str, Any]) -> None:
    low, high = {"rv-31": (None, 1_000), "rv-40": (0, None), "rv-41": (None, 100)}.get(case["id"], (None, None))
    cast = make_cast(frequency="monthly", minimum=low, maximum=high)
    try:
        content = workbook(row(数值=given(case), 说明="n"))
    except IllegalCharacterError:
        content = ill.value_cell('<c r="D2" t="str"><v>\x01</v></c>')
    browser = browser_of(cast.official)

    if refuses(case):
        refused(cast, content)
    else:
        confirm(browser, preview(browser, content))
        assert str(Reading.objects.get().value.normalize()) == case["expect"]["accept_as"]  # type: ignore[union-attr]

"""The three files: opened again by other libraries, the same to the byte, and names as text whatever they hold."""

import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
import time_machine
from docx import Document
from openpyxl import load_workbook
from pypdf import PdfReader

from dashboard.bulletin import pdf, sheet, word
from dashboard.bulletin.packing import packed
from dashboard.tests.bulletin.factories import (
    all_files,
    facts,
    make_late_project,
    make_mixed_plan,
    rows_of_sheet,
    tables_of_word,
    template_of,
    text_of_pdf,
    text_of_word,
    word_of,
)
from goals.models import Plan, Target
from goals.progress.recompute import recompute
from goals.tests.bad_inputs import cases, named
from goals.tests.factories import make_reading
from projects.models import Project

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
TEXTS = [case for case in cases("text_fields") if case["expect"] != "reject"]


@pytest.fixture
def plan() -> Plan:
    plan = make_mixed_plan()
    make_late_project(plan)
    return plan


def test_the_same_facts_make_the_same_bytes_at_any_time(plan: Plan) -> None:
    told = facts(plan)
    with time_machine.travel(datetime(2022, 10, 12, 8, tzinfo=UTC)):
        first = all_files(told)
    with time_machine.travel(datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)):
        second = all_files(told)

    for kind in ("docx", "pdf", "xlsx"):
        assert first[kind] == second[kind], kind


def test_the_same_date_and_approved_figures_make_the_same_bytes(plan: Plan) -> None:
    assert all_files(facts(plan)) == all_files(facts(plan))


def test_other_figures_make_other_bytes(plan: Plan) -> None:
    before = all_files(facts(plan))
    Target.objects.get(code="growth").indicator.readings.update(value=Decimal("12.5"))
    recompute(list(plan.targets.values_list("pk", flat=True)))

    after = all_files(facts(plan))

    assert all(before[kind] != after[kind] for kind in before)


def test_a_late_approval_moves_a_new_gathering_and_nothing_that_was_gathered(plan: Plan) -> None:
    told = facts(plan)
    before = all_files(told)
    target = Target.objects.get(code="silent")
    for period in (date(2022, 1, 31), date(2022, 2, 28)):
        make_reading(target.indicator, period, 3)
    recompute([target.pk])

    assert all_files(told) == before
    assert facts(plan) != told


def test_no_moment_of_making_stands_in_an_office_file(plan: Plan) -> None:
    files = all_files(facts(plan))

    for kind in ("docx", "xlsx"):
        with zipfile.ZipFile(BytesIO(files[kind])) as archive:
            assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    said = [Document(BytesIO(files["docx"])).core_properties.modified]
    said.append(load_workbook(BytesIO(files["xlsx"])).properties.created)
    assert [moment.date() for moment in said if moment] == [date(2022, 10, 12)] * 2
    assert str(PdfReader(BytesIO(files["pdf"])).metadata["/CreationDate"]).startswith("D:20221012000000")  # type: ignore[index]


def test_packing_keeps_every_member() -> None:
    content = template_of("一", "二")

    with zipfile.ZipFile(BytesIO(content)) as before, zipfile.ZipFile(BytesIO(packed(content))) as after:
        assert set(before.namelist()) == set(after.namelist())
        assert after.namelist()[0] == "[Content_Types].xml"
        assert all(before.read(name) == after.read(name) for name in before.namelist())


def test_the_word_file_has_every_sentence_and_no_field_left(plan: Plan) -> None:
    told = facts(plan)

    text = word_of(told)

    for part in ("overall", "economy", "work", "ten", "projects", "late", "silent"):
        assert told[part]["say"] in text
    assert told["title"] in text
    assert "{{" not in text and "{%" not in text


def test_the_words_tables_have_a_row_for_each(plan: Plan) -> None:
    told = facts(plan)

    economy, work, _ten, projects, late = tables_of_word(word.written(word.OWN_TEMPLATE.read_bytes(), told))

    assert [row[1] for row in economy[1:]] == [row["name"] for row in told["economy"]["rows"]]
    assert work[-1] == [str(told["work"]["total"][n]) for n in WORK]
    assert projects[-1] == [str(told["projects"]["total"][n]) for n in WORK]
    assert [row[2] for row in late[1:]] == [row["office"] for row in told["late"]["rows"]]


WORK = ("name", "total", "done", "on_pace", "slow", "behind", "missed", "none", "completion", "pace")


def test_the_pdf_has_the_same_sentences(plan: Plan) -> None:
    told = facts(plan)

    text = text_of_pdf(pdf.written(told))

    for part in ("overall", "economy", "work", "ten", "projects", "late", "silent"):
        assert "".join(told[part]["say"].split()) in text
    assert told["title"] in text


def test_the_pdf_carries_its_own_fonts_in_two_weights(plan: Plan) -> None:
    page = PdfReader(BytesIO(pdf.written(facts(plan)))).pages[0]

    names = {str(font.get_object()["/BaseFont"]) for font in page["/Resources"]["/Font"].values()}  # type: ignore[index]
    assert {name.partition("+")[2] for name in names} == {"TaoyanSong-Regular", "TaoyanSong-Bold"}


def test_the_sheet_has_the_columns_in_use_and_a_row_for_each_task(plan: Plan) -> None:
    told = facts(plan)
    content = sheet.written(told)

    page = load_workbook(BytesIO(content))["台账"]
    headings = [cell.value for cell in page[sheet.HEADING_ROW + 1]]
    rows = rows_of_sheet(content)

    assert headings == [
        *("序号", "主要任务", "全年目标任务", "分管领导", "牵头单位"),
        *("责任主体与协同单位", "上期推进情况", "本期推进情况", "是否达序", "说明"),
    ]
    assert [row[0] for row in rows] == list(range(1, len(told["ledger"]) + 1))
    assert [row[1] for row in rows] == [line["name"] for line in told["ledger"]]
    assert [row[8] for row in rows] == [line["on_pace"] for line in told["ledger"]]
    assert {row[8] for row in rows} <= {"是", "否", "无数据"}


def test_the_demonstration_is_marked_in_all_three(plan: Plan, settings: Any) -> None:
    settings.DEMO = True
    files = all_files(facts(plan))

    assert "演示数据" in text_of_word(files["docx"])
    assert "演示数据" in text_of_pdf(files["pdf"])
    assert "演示数据" in load_workbook(BytesIO(files["xlsx"]))["台账"]["A2"].value


@pytest.mark.parametrize("case", TEXTS, ids=named)
def test_a_name_with_markup_is_text_in_all_three(plan: Plan, case: dict[str, Any]) -> None:
    name = case["in"]
    Target.objects.filter(code="target.0").update(name=name)
    Project.objects.update(name=name)

    files = all_files(facts(plan))

    squeezed = "".join(name.split())
    assert squeezed in "".join(text_of_word(files["docx"]).split())
    # What the fonts lack is told with the bulletin, and shown as a box.
    assert "".join(c for c in squeezed if c != "😀") in text_of_pdf(files["pdf"]).replace("\ufffd", "").replace(
        "😀", ""
    )
    cells = [cell for row in rows_of_sheet(files["xlsx"]) for cell in row]
    assert cells.count(name.replace("\r\n", "\n")) == 2


@pytest.mark.parametrize("case", TEXTS, ids=named)
def test_a_cell_of_the_sheet_is_never_a_formula(plan: Plan, case: dict[str, Any]) -> None:
    Target.objects.update(name=case["in"])

    page = load_workbook(BytesIO(sheet.written(facts(plan))))["台账"]

    assert {cell.data_type for row in page.iter_rows() for cell in row} <= {"s", "n"}
    assert page.calculate_dimension()
    assert not [cell for row in page.iter_rows() for cell in row if cell.hyperlink]


def test_a_name_that_looks_like_a_field_is_no_field(plan: Plan) -> None:
    Target.objects.update(name="{{ title }}{% for x in late.rows %}{{ x.name }}{% endfor %}")

    text = word_of(facts(plan))

    assert "{{ title }}{% for x in late.rows %}{{ x.name }}{% endfor %}" in text


def test_a_name_that_looks_like_typst_is_no_markup(plan: Plan) -> None:
    name = '#panic("x") *bold* $a$ = h @ref //c [b] \\u{41}'
    Target.objects.update(name=name)

    assert "".join(name.split()) in text_of_pdf(pdf.written(facts(plan)))


def test_a_character_that_the_fonts_lack_is_told(plan: Plan) -> None:
    Target.objects.filter(code="target.0").update(name="陶堰😀")

    assert pdf.not_drawn(facts(plan)) == "😀"


@pytest.mark.parametrize("name", ["陶堰溇", "王喆", "李玥", "张淏", "赵珺", "𠮷龘"])
def test_names_of_people_and_places_are_drawn(plan: Plan, name: str) -> None:
    Target.objects.filter(code="target.0").update(name=name)
    told = facts(plan)

    assert pdf.not_drawn(told) == ""
    assert name in text_of_pdf(pdf.written(told))


def test_a_row_of_the_sheet_is_as_tall_as_its_longest_cell(plan: Plan) -> None:
    """Programs that don't measure wrapped text would print the lines over one another."""
    told = facts(plan)
    told["ledger"][0]["remark"] = "比序时少2家，余下每期须完成1家，按目前进度年底预计1.5家" * 4
    told["ledger"][1]["remark"] = "一\r\n二\r\n三\r\n四"

    page = load_workbook(BytesIO(sheet.written(told)))["台账"]

    heights = [page.row_dimensions[row].height for row in range(sheet.FIRST_ROW + 1, page.max_row + 1)]
    assert all(heights)
    assert heights[0] >= 15 * 6
    assert heights[1] >= 15 * 4


@pytest.mark.parametrize(
    ("text", "lines"), [("", 1), ("a" * 36, 1), ("a" * 37, 2), ("一" * 18, 1), ("一" * 19, 2), ("一\n二", 2)]
)
def test_a_chinese_character_takes_two_digits_width(text: str, lines: int) -> None:
    assert sheet.lines_of(text, 38) == lines

"""Templates out: only what is to be filled is open, codes are out of sight, and a filled one comes back in."""

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings as SettingsWrapper

from goals.importing.templates import periods_to_fill, readings_template
from goals.models import Reading
from goals.models.reading import State
from goals.tests.factories import make_indicator, make_office, make_reading, make_target
from goals.tests.importing.factories import confirm, preview, results, said, send
from goals.tests.pages.factories import AUGUST, SEPTEMBER, Cast, browser_of

pytestmark = pytest.mark.django_db
ADDRESS = "/report/excel/?template=1&unit=office&period=2022-09-30"


@pytest.fixture
def cast(cast: Cast) -> Cast:
    """Beside the amount a share, both due for September."""
    share = make_indicator("share", cast.office, basis="share", frequency="monthly")
    make_target(cast.plan, share, rule="share", order=2)
    return cast


def template(cast: Cast) -> bytes:
    return browser_of(cast.official).get(ADDRESS).content


def opened(content: bytes) -> Any:
    return openpyxl.load_workbook(BytesIO(content))


def filled(content: bytes, fill: Callable[[Any], None]) -> bytes:
    """As a person would: opened, cells written, saved."""
    book = opened(content)
    fill(book.worksheets[0])
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_it_lists_what_the_unit_reports_for_the_period(cast: Cast) -> None:
    make_target(cast.plan, make_indicator("others", make_office("other_office"), frequency="monthly"))
    make_target(cast.plan, make_indicator("counted", cast.office, frequency="monthly", measure="milestones"))
    make_target(cast.plan, make_indicator("published", cast.office, frequency="monthly", published=True))
    make_target(cast.plan, make_indicator("yearly", cast.office, frequency="yearly"))

    page = opened(template(cast)).worksheets[0]

    assert [page.cell(row, 1).value for row in range(3, page.max_row + 1)] == ["firms", "share"]


def test_the_figures_of_last_period_and_last_year_stand_beside(cast: Cast) -> None:
    make_reading(cast.indicator, AUGUST, 7)
    make_reading(cast.indicator, date(2021, 9, 30), 5)
    make_reading(cast.indicator, SEPTEMBER, 9, state=State.DRAFT)

    page = opened(template(cast)).worksheets[0]

    assert [page.cell(3, column).value for column in (4, 5, 6)] == [7, 5, 9]


def test_only_the_cells_to_fill_are_open(cast: Cast) -> None:
    page = opened(template(cast)).worksheets[0]

    def open_cells(row: int) -> list[str]:
        return [cell.column_letter for cell in page[row] if not cell.protection.locked]

    assert page.protection.sheet
    assert open_cells(2) == []
    assert open_cells(3) == ["F", "I"]
    assert open_cells(4) == ["G", "H", "I"]


def test_codes_are_in_a_sheet_that_nobody_sees(cast: Cast) -> None:
    book = opened(template(cast))

    assert {sheet.title: sheet.sheet_state for sheet in book} == {
        "填报": "visible",
        "_codes": "veryHidden",
        "_lists": "veryHidden",
    }
    assert [cell.value for cell in book["_codes"][2]] == ["3", "firms", "office", "2022-09-30"]
    assert not any(cell.value == "firms.code" for row in book["填报"] for cell in row)


def test_the_notes_have_a_drop_down(cast: Cast) -> None:
    rules = opened(template(cast))["填报"].data_validations.dataValidation

    assert [(rule.type, str(rule.sqref)) for rule in rules] == [("list", "I3:I4")]


def test_a_text_is_never_a_formula(cast: Cast) -> None:
    cast.indicator.name = '=HYPERLINK("http://x")'
    cast.indicator.save()

    cell = opened(template(cast)).worksheets[0]["A3"]

    assert (cell.value, cell.data_type) == ('=HYPERLINK("http://x")', "s")


@pytest.mark.parametrize("demo", [True, False])
def test_sample_data_are_marked(cast: Cast, settings: SettingsWrapper, demo: bool) -> None:
    settings.DEMO = demo

    assert ("演示数据" in opened(template(cast)).worksheets[0]["A1"].value) is demo


def test_a_filled_template_comes_back_in(cast: Cast) -> None:
    def fill(page: Any) -> None:
        page["F3"], page["I3"] = 12.5, "新设"
        page["G4"], page["H4"] = 98, 100

    browser = browser_of(cast.official)
    job = preview(browser, filled(template(cast), fill))
    confirm(browser, job)

    found = {(r.indicator.code, r.period, r.value, r.numerator, r.note) for r in Reading.objects.all()}
    assert results(job) == [(3, "created"), (4, "created")]
    assert said(job) == ""
    assert found == {("firms", SEPTEMBER, 12.5, None, "新设"), ("share", SEPTEMBER, None, 98, "")}


def test_the_templates_own_period_counts_and_not_the_pages(cast: Cast) -> None:
    content = filled(template(cast), lambda page: page.__setitem__("F3", 1))

    job = preview(browser_of(cast.official), content, unit="office", period="2022-08-31")

    assert job.rows[0]["values"]["period"] == "2022-09-30"


def test_what_stands_already_comes_back_unchanged(cast: Cast) -> None:
    make_reading(cast.indicator, SEPTEMBER, 9)

    assert results(preview(browser_of(cast.official), template(cast))) == [(3, "unchanged")]


def test_rows_that_were_moved_are_refused(cast: Cast) -> None:
    def swap(page: Any) -> None:
        page["A3"], page["A4"] = page["A4"].value, page["A3"].value
        page["F3"] = 1

    job = preview(browser_of(cast.official), filled(template(cast), swap))

    assert results(job) == [(3, "refused")]
    assert "模板的行不能移动" in said(job)


def test_hidden_codes_are_no_way_to_another_units_figures(cast: Cast) -> None:
    make_indicator("others", make_office("other_office"), frequency="monthly")
    book = opened(template(cast))
    book["_codes"]["C2"] = "other_office"
    book["填报"]["F3"] = 1
    buffer = BytesIO()
    book.save(buffer)

    assert send(browser_of(cast.official), buffer.getvalue()).status_code == 403
    assert not Reading.objects.exists()


@pytest.mark.parametrize("period", ["nonsense", "2022-13-01", "=1", "99999"])
def test_a_hidden_code_is_read_as_carefully_as_a_cell(cast: Cast, period: str) -> None:
    book = opened(template(cast))
    book["_codes"]["D2"] = period
    book["填报"]["F3"] = 1
    buffer = BytesIO()
    book.save(buffer)

    job = preview(browser_of(cast.official), buffer.getvalue())

    assert job.state == "refused"


def test_the_number_of_queries_does_not_grow_with_the_rows(cast: Cast) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as found:
            readings_template(cast.official, cast.office, SEPTEMBER)
        return len(found)

    # The user's grants are read once a request.
    count()
    few = count()
    for number in range(20):
        indicator = make_indicator(f"more.{number}", cast.office, frequency="monthly")
        make_target(cast.plan, indicator)
        make_reading(indicator, AUGUST, 1)

    assert count() == few


def test_the_last_ended_month_is_offered_first() -> None:
    assert periods_to_fill(date(2022, 10, 12), 3) == [
        date(2022, 9, 30),
        date(2022, 8, 31),
        date(2022, 7, 31),
        date(2022, 10, 31),
    ]

"""The panel of a row of 我填报: months, villages, outlook, review's last word, evidence; and who may look."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from goals.models import Allocation, Reading, ReportingUnit
from goals.models.reading import State
from goals.row_panel import RowPanel
from goals.tests.factories import make_indicator, make_reading, make_target, make_unit, make_user
from goals.tests.pages.factories import AUGUST, JANUARY, SEPTEMBER, Cast, browser_of, make_cast, row

pytestmark = pytest.mark.django_db
JULY = date(2022, 7, 31)


@pytest.fixture
def cast() -> Cast:
    return make_cast(frequency="monthly", basis="running_total")


def look(browser: Client, key: str = "", **headers: Any) -> Any:
    return browser.get("/report/row/", {"row": key or row()}, **headers)


def panel_of(cast: Cast, key: str = "") -> RowPanel:
    found = look(browser_of(cast.official), key).context["panel"]
    assert isinstance(found, RowPanel)
    return found


def village(code: str, cast: Cast) -> Any:
    unit = make_unit(code, "village", make_unit())
    ReportingUnit.objects.create(indicator=cast.indicator, unit=unit)
    return unit


def test_it_is_a_fragment_for_the_sheet_and_a_page_without_scripts(cast: Cast) -> None:
    browser = browser_of(cast.official)

    page, fragment = look(browser).content.decode(), look(browser, headers={"HX-Request": "true"}).content.decode()

    assert "<html" in page and 'name="value|firms|office|2022-09-30"' in page
    assert "<html" not in fragment and "data-why" in fragment


def test_the_last_eight_months_are_shown_of_a_running_total_what_each_added(cast: Cast) -> None:
    for month, total in ((JANUARY, 3), (JULY, 40), (AUGUST, 55)):
        make_reading(cast.indicator, month, total)
    make_reading(cast.indicator, SEPTEMBER, 60, state=State.DRAFT)

    pasts = panel_of(cast).pasts

    assert [p.period.month for p in pasts] == [2, 3, 4, 5, 6, 7, 8, 9]
    # July's addition isn't known, for June is missing: nothing is guessed.
    assert [p.value for p in pasts] == [None, None, None, None, None, None, 15, 5]
    assert [p.is_current for p in pasts][-1]


def test_the_years_first_running_total_is_what_it_added(cast: Cast) -> None:
    make_reading(cast.indicator, date(2021, 12, 31), 90)
    make_reading(cast.indicator, JANUARY, 3)

    pasts = panel_of(cast, row(period=JANUARY)).pasts

    assert [p.value for p in pasts][-1] == 3


def test_a_share_is_shown_in_per_cent() -> None:
    cast = make_cast(frequency="monthly", basis="share")
    make_reading(cast.indicator, AUGUST, numerator=1, denominator=8)
    make_reading(cast.indicator, JULY, numerator=0, denominator=0)

    assert [p.value for p in panel_of(cast).pasts][-3:] == [None, 12.5, None]


def test_the_table_says_what_the_graphic_shows(cast: Cast) -> None:
    make_reading(cast.indicator, JULY, 1_000)
    make_reading(cast.indicator, AUGUST, 1_234)

    page = look(browser_of(cast.official)).content.decode()

    assert 'aria-label="各期数值' in page and "8月 234" in page
    assert ">1,234<" in page.replace("\n", "") and "当期值" in page


def test_a_draft_is_looked_ahead_with_its_warning_and_its_reason(cast: Cast) -> None:
    make_reading(cast.indicator, AUGUST, 60)
    warning = {"code": "falling_total", "attr": "value", "detail": "累计数变小了。"}
    make_reading(cast.indicator, SEPTEMBER, 50, state=State.DRAFT, warnings=[warning], note="扣除重复")

    page = look(browser_of(cast.official)).content.decode()

    assert "累计数变小了。" in page and "必填" in page and ">扣除重复</textarea>" in page
    assert panel_of(cast).standing.progress.actual == 50  # type: ignore[union-attr]


def test_without_a_draft_nothing_is_foretold(cast: Cast) -> None:
    make_reading(cast.indicator, AUGUST, 60)

    panel = panel_of(cast)

    assert panel.standing is None and panel.draft is None and panel.is_open


def test_reviews_last_word_is_shown_also_once_the_figure_is_typed_anew(cast: Cast) -> None:
    make_reading(cast.indicator, SEPTEMBER, 9, state=State.RETURNED, reason="请附合同", reviewed_by=cast.reviewer)
    make_reading(cast.indicator, SEPTEMBER, 8, state=State.DRAFT, revision=2)

    page = look(browser_of(cast.official)).content.decode()

    assert "请附合同" in page and "原报" in page


def test_what_was_returned_long_ago_and_approved_since_is_not_said(cast: Cast) -> None:
    make_reading(cast.indicator, SEPTEMBER, 9, state=State.RETURNED, reason="请附合同", reviewed_by=cast.reviewer)
    make_reading(cast.indicator, SEPTEMBER, 8, revision=2)

    panel = panel_of(cast)

    assert panel.returned is None and not panel.is_open
    assert "data-why" not in look(browser_of(cast.official)).content.decode()


def test_where_villages_report_their_figures_stand_side_by_side_with_their_sum(cast: Cast) -> None:
    east, west = village("east", cast), village("west", cast)
    Allocation.objects.create(target=cast.target, unit=east, goal=60)
    make_reading(cast.indicator, SEPTEMBER, 4, unit=east)
    make_reading(cast.indicator, SEPTEMBER, 5, unit=west, state=State.SUBMITTED)
    make_reading(cast.indicator, SEPTEMBER, 2, state=State.DRAFT)

    parts = panel_of(cast).parts

    assert {p.unit.code: (p.reading.value if p.reading else None, p.goal) for p in parts.rows} == {
        "east": (4, 60),
        "west": (5, None),
        "office": (2, None),
    }
    assert (parts.total, parts.reported, parts.reporters) == ("11", 3, 3)


def test_another_units_draft_is_its_own_affair(cast: Cast) -> None:
    make_reading(cast.indicator, SEPTEMBER, 4, unit=village("east", cast), state=State.DRAFT)

    assert panel_of(cast).parts.reported == 0


def test_shares_of_villages_come_to_one_share() -> None:
    cast = make_cast(frequency="monthly", basis="share")
    for code, above in (("east", 9), ("west", 10)):
        make_reading(cast.indicator, SEPTEMBER, unit=village(code, cast), numerator=above, denominator=10)

    assert panel_of(cast).parts.total == "19 / 20"


def test_rates_are_not_added_and_levels_that_are_averaged_are_averaged() -> None:
    cast = make_cast(frequency="monthly", basis="level", aggregation="mean")
    for code, level in (("east", 2), ("west", 5)):
        make_reading(cast.indicator, SEPTEMBER, level, unit=village(code, cast))

    assert panel_of(cast).parts.total == "3.5"
    cast.indicator.basis, cast.indicator.aggregation = "rate", "sum"
    cast.target.delete()
    cast.indicator.save()
    assert panel_of(cast).parts.total == "—"


def test_where_one_unit_reports_and_nothing_is_divided_there_is_no_breakdown(cast: Cast) -> None:
    assert panel_of(cast).parts.rows == ()


def test_files_come_with_the_draft_and_lead_back_to_the_row(cast: Cast) -> None:
    assert look(browser_of(cast.official)).context["evidence"] is None
    draft = make_reading(cast.indicator, SEPTEMBER, 5, state=State.DRAFT)

    page = look(browser_of(cast.official)).content.decode()

    assert f'action="/readings/{draft.pk}/evidence/"' in page
    assert "/report/?open=firms%7Coffice%7C2022-09-30" in page


def test_the_sheet_opens_at_the_row_that_is_asked_for(cast: Cast) -> None:
    page = browser_of(cast.official).get("/report/", {"open": row()}).content.decode()

    assert f'data-open="{row()}"' in page


@pytest.mark.parametrize("who", ["reviewer", "planner", "leader"])
def test_only_reporters_look(cast: Cast, who: str) -> None:
    assert look(browser_of(getattr(cast, who))).status_code == 403


def test_another_offices_row_is_visible_but_not_this_reporters(cast: Cast) -> None:
    make_target(cast.plan, make_indicator("others", village("east", cast)))

    assert look(browser_of(cast.official), row("others", "east")).status_code == 403


@pytest.mark.parametrize(
    "key", ["", "firms", "firms|office|2022-13-01", "none|office|2022-09-30", "firms|x|2022-09-30"]
)
def test_what_is_no_row_is_404(cast: Cast, key: str) -> None:
    assert look(browser_of(cast.official), key or "|").status_code == 404


def test_another_subdistricts_unit_is_not_there(cast: Cast) -> None:
    elsewhere = make_unit("elsewhere")
    make_user("stranger", Role.REPORTER, unit=elsewhere)

    assert look(browser_of(cast.official), row(unit="elsewhere")).status_code == 404


def test_looking_changes_nothing(cast: Cast) -> None:
    draft = make_reading(cast.indicator, SEPTEMBER, 5, state=State.DRAFT)

    assert browser_of(cast.official).post("/report/row/", {"row": row()}).status_code == 405
    look(browser_of(cast.official))

    assert Reading.objects.get().version == draft.version


def test_its_queries_do_not_grow_with_the_villages(cast: Cast) -> None:
    make_reading(cast.indicator, SEPTEMBER, 5, state=State.DRAFT)
    browser = browser_of(cast.official)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            look(browser, headers={"HX-Request": "true"})
        return len(queries)

    make_reading(cast.indicator, SEPTEMBER, 1, unit=village("first", cast))
    look(browser)
    few = count()
    for number in range(12):
        make_reading(cast.indicator, SEPTEMBER, number, unit=village(f"v{number}", cast))

    assert count() == few <= 20

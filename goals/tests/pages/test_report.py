"""我的填报: what is due, entered in one table; all or nothing, and what was typed is never lost."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit.models import Event
from goals.models import Reading
from goals.models.reading import State
from goals.tests.factories import make_indicator, make_office, make_reading, make_target
from goals.tests.pages.factories import AUGUST, JANUARY, SEPTEMBER, Cast, browser_of, make_cast, row

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast(frequency="monthly")


def enter(client: Client, cells: dict[str, str], button: str = "submit", *rows: str) -> object:
    keys = list(rows) or sorted({name.partition("|")[2] for name in cells})
    return client.post("/report/", {"row": keys, button: "1"} | cells)


def test_it_lists_what_the_own_unit_owes_and_nothing_else(cast: Cast) -> None:
    make_target(cast.plan, make_indicator("others", make_office("other_office")))
    make_reading(cast.indicator, AUGUST, 3)

    lines = browser_of(cast.official).get("/report/").context["lines"]

    assert {line.indicator.code for line in lines} == {"firms"}
    assert AUGUST not in {line.period for line in lines}
    assert SEPTEMBER in {line.period for line in lines}


def test_overdue_figures_come_first(cast: Cast) -> None:
    lines = browser_of(cast.official).get("/report/").context["lines"]

    assert [line.due.overdue for line in lines] == sorted((line.due.overdue for line in lines), reverse=True)
    assert lines[0].period == JANUARY


def test_a_figure_is_submitted(cast: Cast) -> None:
    answer = enter(browser_of(cast.official), {f"value|{row()}": "1,234.5", f"note|{row()}": "新设"})

    reading = Reading.objects.get()
    assert answer.status_code == 302  # type: ignore[attr-defined]
    assert (reading.value, reading.note, reading.state) == (1234.5, "新设", State.SUBMITTED)
    assert reading.reported_by == cast.official


def test_a_draft_stays_on_the_sheet_until_it_is_submitted(cast: Cast) -> None:
    browser = browser_of(cast.official)
    enter(browser, {f"value|{row()}": "7"}, "draft")

    line = next(x for x in browser.get("/report/").context["lines"] if x.period == SEPTEMBER)

    assert line.cells == {"value": "7"}
    enter(browser, {f"value|{row()}": "7"})
    assert Reading.objects.get().state == State.SUBMITTED


def test_a_share_is_a_numerator_and_a_denominator() -> None:
    cast = make_cast(frequency="monthly", basis="share")

    enter(browser_of(cast.official), {f"numerator|{row()}": "98", f"denominator|{row()}": "100"})

    reading = Reading.objects.get()
    assert (reading.numerator, reading.denominator, reading.value) == (98, 100, None)


def test_half_a_share_is_refused_at_its_row() -> None:
    cast = make_cast(frequency="monthly", basis="share")

    answer = enter(browser_of(cast.official), {f"numerator|{row()}": "98", f"denominator|{row()}": ""})

    line = next(x for x in answer.context["lines"] if x.period == SEPTEMBER)  # type: ignore[attr-defined]
    assert list(line.errors) == ["denominator"]
    assert not Reading.objects.exists()


def test_empty_rows_are_left_out(cast: Cast) -> None:
    enter(browser_of(cast.official), {f"value|{row()}": "1", f"value|{row(period=AUGUST)}": ""})

    assert [r.period for r in Reading.objects.all()] == [SEPTEMBER]


def test_nothing_entered_is_said_not_stored_as_zero(cast: Cast) -> None:
    answer = enter(browser_of(cast.official), {f"value|{row()}": ""})

    assert answer.status_code == 400  # type: ignore[attr-defined]
    assert "没有数据不等于零" in answer.content.decode()  # type: ignore[attr-defined]
    assert not Reading.objects.exists()


def test_one_bad_row_stores_none_and_keeps_what_was_typed(cast: Cast) -> None:
    events = Event.objects.count()

    answer = enter(browser_of(cast.official), {f"value|{row()}": "1", f"value|{row(period=AUGUST)}": "约300"})

    page = answer.content.decode()  # type: ignore[attr-defined]
    assert answer.status_code == 400  # type: ignore[attr-defined]
    assert 'value="约300"' in page
    assert 'value="1"' in page
    assert "不是数字" in page
    assert not Reading.objects.exists()
    assert Event.objects.count() == events


def test_an_indicators_own_limits_are_named(cast: Cast) -> None:
    cast.indicator.minimum, cast.indicator.maximum = 0, 100  # type: ignore[assignment]
    cast.indicator.save()

    answer = enter(browser_of(cast.official), {f"value|{row()}": "101"})

    assert "大于该指标的最大值 100" in answer.content.decode()  # type: ignore[attr-defined]


def test_a_returned_figure_is_due_again_with_the_reason(cast: Cast) -> None:
    make_reading(cast.indicator, SEPTEMBER, 9, state=State.RETURNED, reason="请附合同", reviewed_by=cast.reviewer)

    page = browser_of(cast.official).get("/report/").content.decode()

    assert "reviewer 退回：请附合同" in page
    assert 'placeholder="原报 9"' in page


def test_a_returned_figure_does_not_go_back_by_accident(cast: Cast) -> None:
    make_reading(cast.indicator, SEPTEMBER, 9, state=State.RETURNED, reason="请附合同", reviewed_by=cast.reviewer)
    browser = browser_of(cast.official)
    lines = browser.get("/report/").context["lines"]
    cells = {f"{name}|{line.key}": line.cells.get(name, "") for line in lines for name in line.names}

    enter(browser, cells)

    assert Reading.objects.get().state == State.RETURNED


def test_a_row_submitted_in_another_tab_is_told_and_nothing_is_overwritten(cast: Cast) -> None:
    browser = browser_of(cast.official)
    enter(browser, {f"value|{row()}": "5"})

    answer = enter(browser, {f"value|{row()}": "6"})

    assert answer.status_code == 400  # type: ignore[attr-defined]
    assert 'value="6"' in answer.content.decode()  # type: ignore[attr-defined]
    assert "正在审核" in answer.content.decode()  # type: ignore[attr-defined]
    assert Reading.objects.get().value == 5


def test_another_units_row_is_refused(cast: Cast) -> None:
    other = make_office("other_office")
    make_target(cast.plan, make_indicator("others", other))

    answer = enter(browser_of(cast.official), {f"value|{row('others', 'other_office')}": "1"})

    assert answer.status_code == 403  # type: ignore[attr-defined]
    assert not Reading.objects.exists()


@pytest.mark.parametrize("key", ["", "nonsense", "firms|office|2022-02-30", "firms|nowhere|2022-09-30", "x|office|y"])
def test_a_row_that_does_not_exist_is_404(cast: Cast, key: str) -> None:
    answer = enter(browser_of(cast.official), {f"value|{key}": "1"}, "submit", key)

    assert answer.status_code == 404  # type: ignore[attr-defined]


@pytest.mark.parametrize("who", ["reviewer", "planner", "leader"])
def test_only_reporters_report(cast: Cast, who: str) -> None:
    assert browser_of(getattr(cast, who)).get("/report/").status_code == 403


def test_an_approved_figure_is_corrected_by_a_new_revision(cast: Cast) -> None:
    old = make_reading(cast.indicator, SEPTEMBER, 5)

    browser_of(cast.official).post(f"/report/{old.pk}/correct/", {"value": "6", "note": "漏报一家"})

    new = Reading.objects.get(revision=2)
    old.refresh_from_db()
    assert (new.value, new.state, old.state) == (6, State.SUBMITTED, State.APPROVED)


def test_a_wrong_correction_is_refused_and_kept(cast: Cast) -> None:
    old = make_reading(cast.indicator, SEPTEMBER, 5)

    answer = browser_of(cast.official).post(f"/report/{old.pk}/correct/", {"value": "六", "note": "漏报一家"})

    assert answer.status_code == 400
    assert 'value="六"' in answer.content.decode()
    assert Reading.objects.count() == 1


def test_the_same_figure_is_no_correction(cast: Cast) -> None:
    old = make_reading(cast.indicator, SEPTEMBER, 5)

    answer = browser_of(cast.official).post(f"/report/{old.pk}/correct/", {"value": "5.0", "note": "核对无误"})

    assert answer.status_code == 400
    assert "与已通过的数字相同" in answer.content.decode()
    assert Reading.objects.count() == 1


def test_another_units_figure_is_not_corrected(cast: Cast) -> None:
    other = make_office("other_office")
    theirs = make_reading(make_indicator("others", other), SEPTEMBER, 5, unit=other)

    assert browser_of(cast.official).get(f"/report/{theirs.pk}/correct/").status_code == 403


def test_its_queries_do_not_grow_with_its_rows(cast: Cast) -> None:
    browser = browser_of(cast.official)

    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            browser.get("/report/")
        return len(captured)

    few = count()
    for number in range(20):
        indicator = make_indicator(f"more.{number}", cast.office)
        make_target(cast.plan, indicator)
        make_reading(indicator, date(2022, 1, 31), 1)

    assert count() == few <= 15


def test_more_than_a_form_can_carry_is_listed_in_parts(cast: Cast) -> None:
    for number in range(24):
        make_target(cast.plan, make_indicator(f"more.{number}", cast.office))

    page = browser_of(cast.official).get("/report/")

    assert len(page.context["lines"]) == 150
    assert "另有 75 项" in page.content.decode()


def test_beside_each_cell_stand_goal_allocation_last_month_and_last_year(cast: Cast) -> None:
    cast.target.allocations.create(unit=cast.office, goal=40)
    make_reading(cast.indicator, AUGUST, 3)
    make_reading(cast.indicator, date(2021, 9, 30), 2)

    due = next(x.due for x in browser_of(cast.official).get("/report/").context["lines"] if x.period == SEPTEMBER)

    assert (due.goal, due.allocation, due.previous.value, due.last_year.value) == (100, 40, 3, 2)


def test_january_stands_beside_last_years_last_figure(cast: Cast) -> None:
    make_reading(cast.indicator, date(2021, 12, 31), 7)

    line = next(x for x in browser_of(cast.official).get("/report/").context["lines"] if x.period == JANUARY)

    assert line.due.previous.value == 7


def test_only_the_picked_rows_are_submitted(cast: Cast) -> None:
    cells = {f"value|{row()}": "5", f"value|{row(period=AUGUST)}": "6", "picks": "1", "pick": row()}

    enter(browser_of(cast.official), cells, "submit", row(), row(period=AUGUST))

    assert [r.period for r in Reading.objects.all()] == [SEPTEMBER]


def test_with_nothing_picked_nothing_is_submitted(cast: Cast) -> None:
    answer = enter(browser_of(cast.official), {f"value|{row()}": "5", "picks": "1"}, "submit", row())

    assert answer.status_code == 400  # type: ignore[attr-defined]
    assert not Reading.objects.exists()


def test_what_a_check_warns_of_needs_a_reason_to_be_submitted() -> None:
    cast = make_cast(frequency="monthly", basis="running_total")
    make_reading(cast.indicator, AUGUST, 9)

    answer = enter(browser_of(cast.official), {f"value|{row()}": "5"})

    page = answer.content.decode()  # type: ignore[attr-defined]
    assert answer.status_code == 400  # type: ignore[attr-defined]
    assert "累计数 5 低于上期的 9" in page
    assert "请在说明中写明原因" in page
    assert Reading.objects.count() == 1


def test_a_reason_overrides_a_warning_which_the_reviewer_sees() -> None:
    cast = make_cast(frequency="monthly", basis="running_total")
    make_reading(cast.indicator, AUGUST, 9)

    enter(browser_of(cast.official), {f"value|{row()}": "5", f"note|{row()}": "上月多计四家"})

    reading = Reading.objects.get(state=State.SUBMITTED)
    assert [w["code"] for w in reading.warnings] == ["falling_total"]
    assert reading.note == "上月多计四家"


def test_a_draft_with_a_warning_needs_no_reason_yet() -> None:
    cast = make_cast(frequency="monthly", basis="running_total")
    make_reading(cast.indicator, AUGUST, 9)

    enter(browser_of(cast.official), {f"value|{row()}": "5"}, "draft")

    assert Reading.objects.get(state=State.DRAFT).value == 5


def test_unchanged_confirms_a_level_in_one_click() -> None:
    cast = make_cast(frequency="monthly", basis="level")
    make_reading(cast.indicator, AUGUST, 12)

    enter(browser_of(cast.official), {f"value|{row()}": "", "unchanged": row()}, "save", row())

    draft = Reading.objects.get(state=State.DRAFT)
    assert (draft.value, draft.note) == (12, "与上期相同，已核对。")


def test_an_amount_is_not_confirmed_as_unchanged(cast: Cast) -> None:
    make_reading(cast.indicator, AUGUST, 12)

    line = next(x for x in browser_of(cast.official).get("/report/").context["lines"] if x.period == SEPTEMBER)

    assert line.previous_cells == {}


def test_a_draft_changed_in_another_tab_is_not_overwritten(cast: Cast) -> None:
    make_reading(cast.indicator, SEPTEMBER, 5, state=State.DRAFT, version=3)

    answer = enter(browser_of(cast.official), {f"value|{row()}": "6", f"seen|{row()}": "2"})

    assert answer.status_code == 400  # type: ignore[attr-defined]
    assert "刚刚在别处改过" in answer.content.decode()  # type: ignore[attr-defined]
    assert Reading.objects.get().value == 5


def test_the_strip_says_how_each_month_stands(cast: Cast) -> None:
    for month in range(1, 9):
        make_reading(cast.indicator, date(2022, month, {2: 28, 4: 30, 6: 30}.get(month, 31)), 1)
    Reading.objects.filter(period__month=3).delete()

    marks = browser_of(cast.official).get("/report/").context["months"]

    assert [m.state for m in marks] == ["ok", "ok", "late"] + ["ok"] * 5 + ["late"] + ["fut"] * 3


def test_a_correction_needs_a_reason(cast: Cast) -> None:
    old = make_reading(cast.indicator, SEPTEMBER, 5)

    answer = browser_of(cast.official).post(f"/report/{old.pk}/correct/", {"value": "6", "note": " "})

    assert answer.status_code == 400
    assert "请写明更正原因" in answer.content.decode()

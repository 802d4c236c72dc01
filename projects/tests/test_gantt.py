"""The Gantt chart's geometry: days on a line of a hundred per cent, bars, marks, words; nothing inline."""

import re
from datetime import date
from decimal import Decimal

import pytest

from goals.models import Plan
from projects import gantt
from projects.models import Milestone, Project
from projects.words import Work

DAY = date(2022, 10, 12)
AXIS = gantt.Axis(2022)


def step(due: date, start: date | None = None, **fields: object) -> Milestone:
    fields = {"name": "施工", "first_due": due} | fields
    return Milestone(start=start, due=due, **fields)


def widths(svg: str, css: str) -> list[tuple[float, float]]:
    return [(float(x), float(w)) for x, w in re.findall(rf'class="{css}" x="([\d.]+)%" width="([\d.]+)%"', svg)]


def test_a_year_goes_from_0_to_100_per_cent() -> None:
    assert AXIS.at(date(2022, 1, 1)) == 0
    assert AXIS.after(date(2022, 12, 31)) == 100
    assert AXIS.at(date(2021, 6, 1)) == 0 and AXIS.at(date(2023, 6, 1)) == 100


def test_a_leap_year_is_a_day_longer() -> None:
    assert gantt.Axis(2024).at(date(2024, 12, 31)) == pytest.approx(100 * 365 / 366)


def test_a_planned_bar_spans_its_days() -> None:
    drawn = gantt.row(step(date(2022, 12, 31), date(2022, 1, 1)), date(2022, 1, 1), 2022)

    assert widths(drawn, "gp") == [(0, 100)]
    assert widths(drawn, "ga") == widths(drawn, "gx") == []


def test_what_was_done_in_time_has_no_red() -> None:
    done = step(date(2022, 6, 30), date(2022, 6, 1), done_on=date(2022, 6, 20), state="accepted")
    drawn = gantt.row(done, DAY, 2022)

    assert len(widths(drawn, "ga")) == 1 and widths(drawn, "gx") == []
    assert "6月20日完成" in drawn


def test_what_was_done_late_shows_its_delay_in_red() -> None:
    late = step(date(2022, 6, 30), date(2022, 6, 1), done_on=date(2022, 7, 12), state="accepted")
    drawn = gantt.row(late, DAY, 2022)

    [(x, width)] = widths(drawn, "gx")
    assert (x, width) == (pytest.approx(AXIS.at(date(2022, 7, 1)), abs=0.01), pytest.approx(100 * 12 / 365, abs=0.01))
    assert "晚 12 天" in drawn


def test_what_is_overdue_grows_red_until_today() -> None:
    drawn = gantt.row(step(date(2022, 9, 30), date(2022, 9, 1)), DAY, 2022)

    [(x, width)] = widths(drawn, "gx")
    assert x + width == pytest.approx(AXIS.after(DAY), abs=0.02)
    assert "已晚 12 天" in drawn


def test_seen_from_an_earlier_day_it_was_not_done_yet() -> None:
    done = step(date(2022, 6, 30), done_on=date(2022, 6, 20), state="accepted")

    assert "6月30日前" in gantt.row(done, date(2022, 6, 1), 2022)


def test_what_waits_for_acceptance_says_so() -> None:
    reported = step(date(2022, 6, 30), done_on=date(2022, 6, 20), state="reported")

    assert "待验收" in gantt.row(reported, DAY, 2022)


def test_a_moved_date_keeps_a_mark_of_the_first() -> None:
    moved = step(date(2022, 11, 30), first_due=date(2022, 9, 30))

    assert 'class="gf"' in gantt.row(moved, DAY, 2022)
    assert 'class="gf"' not in gantt.row(step(date(2022, 11, 30)), DAY, 2022)


def test_a_name_is_shown_as_text() -> None:
    drawn = gantt.row(step(date(2022, 6, 30), name="<b>设计</b>"), DAY, 2022)

    assert "<b>" not in drawn and "&lt;b&gt;设计" in drawn


def test_nothing_of_it_is_inline_style_or_script() -> None:
    drawn = gantt.row(step(date(2022, 6, 30)), DAY, 2022) + gantt.head(2022) + gantt.fund_bar(None, None, "x")

    assert "style=" not in drawn and "<script" not in drawn


def test_a_works_line_marks_each_milestone_by_its_state() -> None:
    project = Project(name="项目", plan=Plan(year=2022), start=date(2022, 1, 1), due=date(2022, 12, 31))
    steps = [
        step(date(2022, 3, 1), done_on=date(2022, 3, 1), state="accepted"),
        step(date(2022, 4, 1), done_on=date(2022, 4, 1), state="reported"),
        step(date(2022, 5, 1)),
        step(date(2022, 12, 1)),
    ]

    drawn = gantt.line(Work(project, None, DAY, steps), 2022)

    assert re.findall(r'<circle class="([\w-]+)"', drawn) == ["gm-d", "gm-w", "gm-l", "gm"]


def test_funds_never_leave_their_bar() -> None:
    from_shares = gantt.fund_bar(Decimal(150), None, "多收")

    assert 'width="100.00%"' in from_shares and "fd2" not in from_shares

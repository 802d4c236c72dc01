"""指标: where a target stands, how that was computed, who reported and approved it, and where it is promised."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Role, Unit
from dashboard.tests.factories import browser_of, make_full_plan, make_leader
from goals.models import Allocation, Target
from goals.progress.recompute import recompute
from goals.tests.factories import (
    make_indicator,
    make_office,
    make_plan,
    make_reading,
    make_target,
    make_unit,
    make_user,
)

pytestmark = pytest.mark.django_db


def page_of(target: Target, query: str = "", client: Client | None = None) -> str:
    recompute([target.pk])
    return (client or browser_of(make_leader())).get(f"/targets/{target.pk}/{query}").content.decode()


def test_it_prints_the_arithmetic_as_a_sentence() -> None:
    make_full_plan(1)

    assert "1–2月累计 0 家，序时应到 2 家，目标 ≥ 12 家 → 落后" in page_of(Target.objects.get())


def test_it_marks_the_quote_in_its_paragraph() -> None:
    make_full_plan(1)

    page = page_of(Target.objects.get())

    assert "<mark>争取新增4家企业</mark>，力争更多。" in page
    assert "第一段。" in page
    assert "第二段。" not in page


def test_it_names_who_reported_and_who_approved() -> None:
    make_full_plan(1)
    target = Target.objects.get()
    official, reviewer = make_user("官员甲"), make_user("审核乙")
    target.indicator.readings.update(reported_by=official, reviewed_by=reviewer)

    page = page_of(target)

    assert "官员甲" in page
    assert "审核乙" in page


def test_a_draft_is_its_units_own_affair() -> None:
    make_full_plan(1)
    target = Target.objects.get()
    make_reading(target.indicator, date(2022, 3, 31), 777_888_999, state="draft")

    assert "777,888,999" not in page_of(target)


def test_a_period_after_the_day_is_not_seen() -> None:
    make_full_plan(1)
    page = page_of(Target.objects.get(), "?as_of=2022-01-31")

    assert "<b>1月</b>" in page
    assert "<b>2月</b>" not in page


def test_a_target_in_doubt_is_printed_and_never_judged() -> None:
    target = make_target(in_doubt=True, literal="1.08万斤", note="疑似笔误", goal=Decimal("1.08"))
    make_reading(target.indicator, date(2022, 1, 31), 5)

    page = page_of(target)

    assert "≥ 1.08万斤" in page
    assert "疑似笔误" in page
    assert "口径待核" in page
    assert "ch-gauge" not in page


def test_the_gauge_is_drawn_on_the_server_filled_as_far_as_the_goal_is_reached() -> None:
    target = make_target(goal=Decimal(200))
    make_reading(target.indicator, date(2022, 1, 31), 150)

    page = page_of(target, "?as_of=2022-01-31")

    assert 'pathLength="100" stroke-dasharray="75.0 200"' in page
    assert 'class="ga-due"' in page


def test_nothing_reached_leaves_the_gauge_empty() -> None:
    target = make_target(goal=Decimal(200))
    make_reading(target.indicator, date(2022, 1, 31), 0)

    page = page_of(target, "?as_of=2022-01-31")

    assert 'class="ga-all"' in page
    assert "ga-is" not in page


def test_a_target_that_is_to_fall_is_drawn_beside_last_year() -> None:
    indicator = make_indicator("accidents", unit_of_measure="起")
    target = make_target(indicator=indicator, rule="decline", comparator="below_last_year", goal=None)
    for year, value in ((2021, 3), (2022, 1)):
        make_reading(indicator, date(year, 1, 31), value)

    page = page_of(target)

    assert 'data-chart="yoy"' in page
    assert "比上年少 2 起" in page
    assert "序时" not in page.split("怎么算出来的")[1].split("填报数据")[0]


def test_several_units_stand_beside_their_parts_of_the_goal() -> None:
    villages = [make_unit(code, "village", make_unit()) for code in ("jingkou", "nanhu")]
    indicator = make_indicator("space", *villages)
    target = make_target(indicator=indicator)
    for village, value in zip(villages, (30, 40), strict=True):
        make_reading(indicator, date(2022, 1, 31), value, unit=village)
        Allocation.objects.create(target=target, unit=village, goal=Decimal(50))

    page = page_of(target)

    assert "分单位" in page
    # in the table of the parts, and in the one behind the chart (whose pace at half of the year is another)
    assert page.count('<td class="r">50</td>') >= 4


def test_names_are_data_never_markup() -> None:
    make_plan()
    target = make_target(name="</script><script>alert(1)</script>", note="{{ 7*7 }}")

    page = page_of(target)

    assert "<script>alert(1)" not in page
    assert "{{ 7*7 }}" in page


def test_only_a_planner_is_offered_the_edit() -> None:
    make_full_plan(1)
    target = Target.objects.get()
    planner = browser_of(make_user("planner", Role.PLANNER, unit=make_unit()))

    assert f"/targets/{target.pk}/edit/" in page_of(target, client=planner)
    assert f"/targets/{target.pk}/edit/" not in page_of(target)


def test_a_stranger_gets_the_same_404_whether_or_not_it_exists() -> None:
    make_full_plan(1)
    other = Unit.objects.create(code="other", name="other", kind="subdistrict")
    stranger = browser_of(make_user("stranger", Role.LEADER, unit=other))

    hidden = stranger.get(f"/targets/{Target.objects.get().pk}/")
    missing = stranger.get("/targets/999999/")

    assert hidden.status_code == missing.status_code == 404
    assert hidden.content == missing.content


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?as_of=2022-02-15",
        "?as_of=2022-02-15&known=then",
        "?as_of=2022-02-15&compare=2022-01-20",
        "?as_of=2022-02-15&compare=2022-01-20&known=then",
    ],
)
def test_its_queries_are_at_most_15_and_do_not_grow(query: str) -> None:
    # session, user, grants, target with its terms, sections, months, units, readings; one more where the day is to be
    # computed
    make_full_plan(1)
    target = Target.objects.get()
    office = browser_of(make_user("official", Role.REPORTER, unit=make_office()))
    recompute([target.pk])

    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            office.get(f"/targets/{target.pk}/{query}")
        return len(captured)

    few = count()
    for month in (3, 4, 5):
        make_reading(target.indicator, date(2022, month, 31 if month != 4 else 30), 1)

    assert count() == few <= 15

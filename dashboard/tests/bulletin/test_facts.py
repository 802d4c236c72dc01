"""What a bulletin says: sentences and figures from approved figures alone, 无数据 for what has none."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.models import PostHolder
from accounts.tests.factories import make_post
from dashboard.bulletin.facts import facts_of
from dashboard.bulletin.sample import SAMPLE
from dashboard.tests.bulletin.factories import (
    FEBRUARY,
    TODAY,
    add_target,
    facts,
    make_late_project,
    make_mixed_plan,
)
from dashboard.tests.factories import add_targets, make_full_plan
from goals.models import Plan, Reading, Target
from goals.models.reading import State
from goals.progress.recompute import recompute
from goals.tests.factories import make_plan, make_reading, make_user
from supervision.models import Order

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]


@pytest.fixture
def plan() -> Plan:
    return make_mixed_plan()


def row_of(rows: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return next(row for row in rows if row["name"] == name)


def test_it_is_named_by_unit_year_and_month(plan: Plan) -> None:
    told = facts(plan)

    assert told["title"] == "taoyan2022年2月重点工作推进情况通报"
    assert (told["through"], told["issued"], told["note"]) == ("2022年2月28日", "2022年10月12日", "")


def test_a_month_that_still_runs_says_so(plan: Plan) -> None:
    told = facts(plan, 10, TODAY)

    assert told["note"] == "10月尚未结束，以下为截至10月12日的情况。"


def test_the_whole_plan_stands_in_its_first_sentence(plan: Plan) -> None:
    said = facts(plan)["overall"]["say"]

    assert said.startswith("全年计划6项指标中，序时正常2项、进度偏慢1项、落后2项、无数据1项。")
    assert "综合完成率" in said and "序时应到" in said


def test_counts_add_up_to_the_sections(plan: Plan) -> None:
    work = facts(plan)["work"]

    for name in ("total", "done", "on_pace", "slow", "behind", "missed", "none"):
        assert work["total"][name] == sum(row[name] for row in work["rows"])


def test_an_economic_indicator_has_value_growth_and_deviation(plan: Plan) -> None:
    periods = {date(2021, 1, 31): 5, date(2021, 2, 28): 5, date(2022, 1, 31): 6, FEBRUARY: 9}
    add_target(plan, "both", periods, goal=Decimal(60))

    row = row_of(facts(plan)["economy"]["rows"], "both")

    assert (row["value"], row["growth"], row["goal"]) == ("15家", "+50%", "≥60家")
    assert (row["deviation"], row["through"], row["status"]) == ("+8.3", "1–2月", "序时正常")


def test_a_published_growth_has_no_value_and_is_told_in_points(plan: Plan) -> None:
    told = facts(plan)["economy"]
    row = row_of(told["rows"], "growth")

    assert (row["value"], row["growth"], row["deviation"], row["status"]) == ("—", "+8.5%", "−1.5", "略低于目标")
    assert "growth8.5%，低于目标1.5个百分点" in told["say"]


def test_what_has_no_data_says_no_data_and_nothing_else(plan: Plan) -> None:
    told = facts(plan)
    row = row_of(told["economy"]["rows"], "silent")
    line = row_of(told["ledger"], "silent")

    assert (row["value"], row["growth"], row["deviation"], row["status"]) == ("无数据",) * 4
    assert (line["earlier"], line["now"], line["on_pace"]) == ("无数据",) * 3
    assert "silent（没有完整一期的数据）" in told["silent"]["say"]


@pytest.mark.parametrize("state", [State.DRAFT, State.SUBMITTED, State.RETURNED])
def test_a_figure_that_is_not_approved_is_nowhere_in_it(plan: Plan, state: str) -> None:
    target = Target.objects.get(code="silent")
    for period in (date(2022, 1, 31), FEBRUARY):
        make_reading(target.indicator, period, 4321, state=state)
    recompute([target.pk])

    told = facts(plan)

    assert "4321" not in str(told) and "4,321" not in str(told)
    assert row_of(told["ledger"], "silent")["now"] == "无数据"


def test_an_approved_one_is(plan: Plan) -> None:
    target = Target.objects.get(code="silent")
    for period in (date(2022, 1, 31), FEBRUARY):
        make_reading(target.indicator, period, 2)
    recompute([target.pk])

    assert row_of(facts(plan)["ledger"], "silent")["now"].startswith("1–2月累计4家，完成全年目标的80%")


def test_a_later_period_does_not_move_an_earlier_months_bulletin(plan: Plan) -> None:
    before = facts(plan)
    for target in Target.objects.exclude(code="silent"):
        make_reading(target.indicator, date(2022, 3, 31), 1)
    recompute(list(plan.targets.values_list("pk", flat=True)))

    assert facts(plan) == before


def test_the_ledger_has_the_month_before_beside_this_one(plan: Plan) -> None:
    line = row_of(facts(plan)["ledger"], "growth")

    assert line["earlier"] == "1月同比增长7%，低于目标。"
    assert line["now"] == "1–2月同比增长8.5%，略低于目标。"
    assert line["on_pace"] == "否"


def test_january_has_no_month_before(plan: Plan) -> None:
    lines = facts(plan, 1, date(2022, 1, 31))["ledger"]

    assert {line["earlier"] for line in lines} == {"无数据"}


def test_a_fall_is_told_as_a_fall(plan: Plan) -> None:
    Reading.objects.filter(indicator__code="growth", period=FEBRUARY).update(value=Decimal("-3.2"))
    recompute(list(Target.objects.filter(code="growth").values_list("pk", flat=True)))

    assert "同比下降3.2%" in row_of(facts(plan)["ledger"], "growth")["now"]


def test_what_is_behind_is_listed_worst_first_with_its_office(plan: Plan) -> None:
    late = facts(plan)["late"]

    assert [row["number"] for row in late["rows"]] == [1, 2]
    assert {row["office"] for row in late["rows"]} == {"office"}
    assert late["say"] == "落后和未完成事项2项：office2项。"
    assert late["rows"][0]["figures"] == "0家 / ≥12家"
    assert late["rows"][0]["short"].startswith("比序时少2家，余下每期须完成1.2家")


def test_nothing_behind_is_good_news() -> None:
    plan = make_full_plan(2)
    Reading.objects.update(value=12)
    recompute(list(plan.targets.values_list("pk", flat=True)))

    assert facts(plan)["late"]["say"] == "没有落后事项。"


def test_a_work_tells_its_milestones(plan: Plan) -> None:
    make_late_project(plan)

    told = facts(plan)
    line, late = row_of(told["ledger"], "工程"), row_of(told["late"]["rows"], "工程")

    assert line["now"] == "完成节点0/3，完成率0%，应到33.3%，落后。"
    assert (late["kind"], late["short"]) == ("项目", "“设计”（时限1月20日）逾期39天")
    assert told["projects"]["say"].startswith("重点项目1个，落后1个。")


def test_an_order_on_it_is_named_with_it(plan: Plan) -> None:
    target, leader = Target.objects.get(code="target.0"), make_user("leader")
    terms = {"lead_office": target.lead_office, "responsible_post": make_post("deputy"), "state": "signed"}
    days = {"issued_on": date(2022, 2, 20), "deadline": date(2022, 3, 20)}
    Order.objects.create(plan=plan, target=target, number=7, drafted_by=leader, issued_by=leader, **terms, **days)

    later, earlier = facts(plan), facts(plan, 1, date(2022, 1, 31))

    assert row_of(later["late"]["rows"], target.name)["short"].endswith("已督办（督〔2022〕7号）")
    assert "督办" not in row_of(earlier["ledger"], target.name)["remark"]


def test_the_leader_is_the_post_and_who_held_it_that_day(plan: Plan) -> None:
    post = make_post("deputy")
    Target.objects.filter(code="growth").update(responsible_post=post)
    for name, first, last in (("甲", date(2021, 1, 1), date(2022, 2, 10)), ("乙", date(2022, 2, 11), None)):
        PostHolder.objects.create(post=post, user=make_user(name), held_from=first, held_to=last)

    assert row_of(facts(plan)["ledger"], "growth")["leader"] == "deputy（乙）"
    assert row_of(facts(plan, 1, date(2022, 1, 31))["ledger"], "growth")["leader"] == "deputy（甲）"


def test_it_is_chinese_whoever_asks(plan: Plan) -> None:
    before = facts(plan)
    with translation.override("en"):
        assert facts(plan) == before


def test_an_empty_plan_says_no_data() -> None:
    told = facts(make_plan("taoyan-2022"))

    assert (told["overall"]["say"], told["economy"]["say"], told["projects"]["say"]) == ("无数据。",) * 3
    assert told["ten"]["say"] == "年度民生实事清单尚未公布，无数据。"
    assert told["ledger"] == []


def test_the_sample_that_templates_are_tried_on_has_the_same_names(plan: Plan) -> None:
    make_late_project(plan)

    def names(of: Any) -> Any:
        if isinstance(of, dict):
            return {name: names(value) for name, value in of.items()}
        return [names(of[0])] if isinstance(of, list) and of else None

    told = names(facts(plan))
    sample = names(SAMPLE)
    told["ten"]["rows"] = sample["ten"]["rows"]  # the ten are the demonstration's
    assert told == sample


def test_it_takes_at_most_20_queries_however_large_the_plan(plan: Plan) -> None:
    make_late_project(plan)
    with CaptureQueriesContext(connection) as few:
        facts_of(plan, 2, FEBRUARY, TODAY, 1)
    add_targets(plan, list(plan.themes.all()), range(4, 150))

    with CaptureQueriesContext(connection) as many:
        facts_of(plan, 2, FEBRUARY, TODAY, 1)

    assert len(many) == len(few) <= 20

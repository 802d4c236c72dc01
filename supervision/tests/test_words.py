"""What a page says of an order: its stages, what comes next, what is late; and the facts that it begins with."""

from datetime import date

import pytest
from django.utils.translation import override

from common import clock
from goals.models import Target
from goals.tests.factories import make_indicator, make_target
from projects.models import Project
from projects.tests.factories import make_milestone, make_project
from supervision import answering, deciding, issuing
from supervision.facts import facts_of
from supervision.models import Order
from supervision.tests.factories import TODAY, Cast
from supervision.words import Sheet, sheet_of, sheets_of

pytestmark = pytest.mark.django_db


def stages(order: Order) -> list[tuple[str, str]]:
    return [(str(stage.kind), stage.state) for stage in sheet_of(order, TODAY).stages]


def test_what_was_done_is_done_and_the_next_step_is_current(cast: Cast) -> None:
    assert stages(cast.issue()) == [
        *(("draft", "done"), ("issue", "done"), ("sign", "cur")),
        *(("feedback", ""), ("apply", ""), ("verify", ""), ("close", "")),
    ]


def test_a_stage_names_who_took_it_last_and_when(cast: Cast) -> None:
    order = cast.signed()
    for number in (1, 2):
        answering.feed_back(cast.reporter, order, f"第 {number} 次", "", "继续")

    taken = {str(stage.kind): stage.taken for stage in sheet_of(order, TODAY).stages}

    assert taken["feedback"] is not None and taken["feedback"].text == "第 2 次"
    assert taken["sign"] is not None and taken["sign"].user == cast.reporter
    assert taken["apply"] is None


def test_a_return_takes_the_answer_back_but_not_the_signing(cast: Cast) -> None:
    order = deciding.send_back(cast.planner, cast.applied(), "缺两户")

    found = dict(stages(order))

    assert (found["sign"], found["apply"], found["verify"]) == ("done", "cur", "")
    assert dict(stages(answering.apply(cast.holder, order, "已补齐")))["apply"] == "done"


def test_a_closed_order_has_all_its_stages_done(cast: Cast) -> None:
    states = dict(stages(cast.closed()))

    assert states.pop("feedback") == ""
    assert set(states.values()) == {"done"}


def test_paper_carries_feedback_and_answers_in_their_order(cast: Cast) -> None:
    order = cast.signed()
    answering.feed_back(cast.reporter, order, "走访", "", "申报")
    answering.apply(cast.holder, order, "已办")

    assert [s.text for s in sheet_of(order, TODAY).feedback] == ["走访", "已办"]


def test_lateness_names_the_step_that_is_late(cast: Cast) -> None:
    order = cast.issue()

    assert Sheet(order, date(2022, 10, 14)).lateness == ""
    assert Sheet(order, date(2022, 10, 15)).lateness == "签收已逾期 1 天"


def test_neither_a_draft_nor_what_has_ended_is_late(cast: Cast) -> None:
    draft = cast.draft()
    withdrawn = issuing.withdraw(cast.leader, draft, "不办")

    for order in (draft, withdrawn):
        assert Sheet(order, date(2022, 12, 31)).lateness == ""
    assert Sheet(withdrawn, TODAY).next_word == ""


def test_the_extension_that_waits_is_shown_until_it_is_decided(cast: Cast) -> None:
    order = cast.signed()
    assert sheet_of(order, TODAY).waiting is None
    asked = answering.ask_extension(cast.reporter, order, date(2022, 11, 9), "会议改期")
    assert sheet_of(order, TODAY).waiting == asked

    deciding.decide_extension(cast.leader, order, grant=True)

    assert sheet_of(order, TODAY).waiting is None


def test_a_list_shows_no_steps_and_asks_for_none(cast: Cast, django_assert_num_queries: object) -> None:
    orders = [cast.signed()]

    with django_assert_num_queries(0):  # type: ignore[operator]
        sheets = sheets_of(orders, TODAY)
        assert [(s.next_word, s.days_late, list(s.steps)) for s in sheets] == [("办结申请", 0, [])]


def test_an_order_reads_as_its_number_and_its_item(cast: Cast) -> None:
    draft = cast.draft()
    assert str(draft) == "拟办 red"

    assert str(issuing.issue(cast.leader, draft, issuing.Terms())) == "督〔2022〕1号 red"


# Facts.


def test_the_facts_of_a_target_are_its_arithmetic(cast: Cast) -> None:
    facts = facts_of(cast.target, TODAY)

    assert (facts.status, facts.word) == ("behind", "落后")
    assert facts.text.startswith("截至2022-10-12：") and facts.text.endswith("。")
    assert "较应到差 74" in facts.text


def test_the_facts_are_chinese_whoever_writes_the_order(cast: Cast) -> None:
    with override("en"):
        assert facts_of(cast.target, TODAY).word == "落后"


def test_the_facts_of_a_target_without_figures_say_so(cast: Cast) -> None:
    target: Target = make_target(cast.plan, make_indicator("silent", frequency="monthly"))

    facts = facts_of(target, TODAY)

    assert facts.status == "no_data"
    assert "无数据" in facts.text and "应报未报" in facts.text


def test_the_facts_of_a_work_are_its_late_milestones_and_what_blocks_it(cast: Cast) -> None:
    work = make_project(cast.plan, blocker="land")
    make_milestone(work, "设计", date(2022, 9, 30))
    make_milestone(work, "施工", date(2022, 11, 30))

    facts = facts_of(work, TODAY)

    assert "“设计”应于 2022-09-30 完成，已晚 12 天" in facts.text
    assert "施工" not in facts.text
    assert facts.text.endswith("卡点：征迁。")


def test_a_routine_work_has_facts_but_no_status(cast: Cast) -> None:
    work: Project = make_project(cast.plan, tier="routine", responsible_post=cast.post)

    assert facts_of(work, TODAY).status == ""
    assert cast.issue(thing=work).status == ""


def test_before_the_plan_begins_the_facts_are_of_its_first_day(cast: Cast) -> None:
    with clock.pretending(date(2021, 12, 1)):
        assert facts_of(cast.target, date(2021, 12, 1)).text.startswith("截至2022-01-01")

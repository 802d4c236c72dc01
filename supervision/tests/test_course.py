"""An order's course: each step by whom, in which state, with what words; and that nothing is stored otherwise."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models import Role
from accounts.tests.factories import fresh, make_holder
from audit.models import Event
from common import clock
from common.errors import Conflict, Forbidden
from goals.models import Plan, Reading, Target
from goals.progress.recompute import recompute
from goals.tests.factories import make_unit, make_user
from projects.tests.factories import make_project
from supervision import answering, deciding, issuing
from supervision.issuing import Terms
from supervision.models import Extension, Order, Step
from supervision.tests.factories import DEADLINE, TERMS, TODAY, Cast

pytestmark = pytest.mark.django_db
LATER = date(2022, 11, 9)


def stored() -> tuple[Any, ...]:
    """Everything that a refusal must leave as it was."""
    orders = Order.objects.order_by("pk").values_list("pk", "state", "deadline", "version")
    return list(orders), Step.objects.count(), list(Extension.objects.values_list("state")), Event.objects.count()


def refused(do: Callable[[], object], field: str = "") -> str:
    """What was said; the field is named, and nothing stored."""
    before = stored()
    with pytest.raises((ValidationError, Conflict, Forbidden)) as caught:
        do()
    assert stored() == before
    if field:
        assert isinstance(caught.value, ValidationError)
        assert list(caught.value.message_dict) == [field]
    return str(caught.value)


# Drafting and issuing.


def test_an_order_begins_with_the_items_office_and_post_the_facts_and_a_deadline_in_working_days(cast: Cast) -> None:
    order = cast.issue()

    assert (order.state, order.reference, order.grade) == ("issued", "督〔2022〕1号", "order")
    assert (order.lead_office, order.responsible_post) == (cast.office, cast.post)
    assert (order.deadline, order.first_deadline, order.working_days) == (DEADLINE, DEADLINE, 10)
    assert (order.issued_by, order.issuing_post, order.issued_on) == (cast.leader, cast.leading, TODAY)
    assert order.status == "behind" and "截至2022-10-12" in order.facts and "75" in order.facts


def test_each_step_is_a_dated_record_with_who_and_an_audit_event(cast: Cast) -> None:
    order = cast.closed()

    steps = [(s.kind, s.user.username, s.day) for s in order.steps.all()]
    assert steps == [
        ("draft", "leader", TODAY),
        ("issue", "leader", TODAY),
        ("sign", "reporter", TODAY),
        ("apply", "holder", TODAY),
        ("verify", "planner", TODAY),
        ("close", "leader", TODAY),
    ]
    events = Event.objects.filter(record="supervision_order", record_id=str(order.pk)).order_by("sequence")
    assert [e.action for e in events] == [f"order_{kind}" for kind, _user, _day in steps]
    assert (events[2].actor_name, events[2].after["state"]) == ("reporter", "signed")


def test_numbers_count_up_within_the_plan(cast: Cast) -> None:
    first = cast.issue()
    second = cast.issue(thing=make_project(cast.plan, responsible_post=cast.post))

    assert (first.number, second.number) == (1, 2)


def test_a_given_day_is_a_deadline_too_and_moves_to_a_working_day(cast: Cast) -> None:
    assert cast.issue(Terms(requirement="办", deadline=date(2022, 10, 29))).deadline == date(2022, 10, 31)


def test_a_planner_drafts_and_the_deadline_counts_from_the_leaders_signature(cast: Cast) -> None:
    order = cast.draft()
    assert (order.state, order.number, order.deadline) == ("draft", None, None)

    with clock.pretending(date(2022, 10, 13)):
        issued = issuing.issue(cast.leader, order, Terms(grade="listed"))

    assert (issued.grade, issued.deadline) == ("listed", date(2022, 10, 27))
    assert issued.requirement == TERMS.requirement


def test_only_a_leader_of_the_subdistrict_issues_and_only_leaders_and_planners_draft(cast: Cast) -> None:
    elsewhere = make_user("stranger", Role.LEADER, unit=make_unit("elsewhere"))
    for user in (cast.planner, cast.reporter, elsewhere):
        assert "领导签发" in refused(partial(issuing.issue_new, user, cast.target, TERMS))
    assert "拟办" in refused(lambda: issuing.draft(cast.reporter, cast.target, TERMS))


def test_a_planner_does_not_sign_a_draft(cast: Cast) -> None:
    order = cast.draft()

    refused(lambda: issuing.issue(cast.planner, order, Terms()))


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"requirement": " "}, "requirement"),
        ({"deadline": date(2022, 10, 11)}, "deadline"),
        ({"deadline": date(2099, 1, 1)}, "deadline"),
        ({"deadline": DEADLINE, "working_days": 3}, "deadline"),
        ({"working_days": 0}, "working_days"),
        ({"working_days": 251}, "working_days"),
        ({}, "working_days"),
        ({"grade": "grave", "working_days": 3}, "grade"),
    ],
)
def test_what_is_wrong_with_its_terms_is_named(cast: Cast, terms: dict[str, Any], field: str) -> None:
    refused(lambda: cast.issue(Terms(**({"requirement": "办"} | terms))), field)


def test_a_drafted_deadline_that_has_passed_meanwhile_is_named_too(cast: Cast) -> None:
    order = cast.draft(Terms(requirement="办", deadline=date(2022, 10, 14)))

    with clock.pretending(date(2022, 10, 17)):
        refused(lambda: issuing.issue(cast.leader, order, Terms()), "deadline")


def test_an_item_without_office_or_post_needs_them_given(cast: Cast) -> None:
    Target.objects.update(responsible_post=None)
    cast.target.refresh_from_db()

    refused(cast.issue, "responsible_post")
    assert cast.issue(Terms(requirement="办", working_days=3, responsible_post=cast.post)).responsible_post == cast.post


def test_an_office_of_another_subdistrict_is_refused(cast: Cast) -> None:
    away = make_unit("away", "office", make_unit("elsewhere"))

    refused(lambda: cast.issue(Terms(requirement="办", working_days=3, lead_office=away)), "lead_office")


def test_what_is_on_pace_needs_no_order(cast: Cast) -> None:
    Reading.objects.update(value=99)
    recompute([cast.target.pk])

    refused(cast.issue, "target")


def test_a_work_promised_again_is_supervised_where_it_counts(cast: Cast) -> None:
    first = make_project(cast.plan, "first", responsible_post=cast.post)
    again = make_project(cast.plan, "again", responsible_post=cast.post, same_as=first)

    refused(lambda: cast.issue(thing=again), "project")


@pytest.mark.parametrize("state", ["draft", "closed"])
def test_only_an_adopted_plan_is_supervised(cast: Cast, state: str) -> None:
    Plan.objects.update(state=state)

    assert "不能督办" in refused(cast.issue)


def test_an_item_has_one_open_order_and_may_get_another_once_it_has_ended(cast: Cast) -> None:
    order = cast.issue()
    assert "督〔2022〕1号" in refused(cast.issue)

    issuing.withdraw(cast.leader, order, "情况有变")

    assert cast.issue().number == 2


def test_the_database_itself_holds_one_open_order_an_item(cast: Cast) -> None:
    order = cast.issue()
    order.pk, order.number = None, 2

    with pytest.raises(IntegrityError), transaction.atomic():
        order.save(force_insert=True)


def test_no_order_is_ever_deleted(cast: Cast) -> None:
    order = cast.issue()

    for delete in (order.delete, Order.objects.all().delete):
        with pytest.raises(ValidationError):
            delete()
    assert Order.objects.count() == 1


# Signing, reporting, answering.


def test_another_office_signs_for_nothing(cast: Cast) -> None:
    order = cast.issue()

    for user in (cast.other, cast.planner, cast.leader, cast.holder):
        assert "签收" in refused(partial(answering.sign, user, order))


def test_feedback_says_what_was_done_and_what_comes_next(cast: Cast) -> None:
    order = cast.signed()
    answering.feed_back(cast.reporter, order, "走访 11 家", "两家未达标", "月底前申报")

    step = order.steps.get(kind="feedback")
    assert (step.text, step.problem, step.next_step) == ("走访 11 家", "两家未达标", "月底前申报")
    refused(lambda: answering.feed_back(cast.reporter, order, " ", "", "申报"), "done")
    refused(lambda: answering.feed_back(cast.reporter, order, "走访", "", ""), "next_step")
    refused(lambda: answering.feed_back(cast.other, order, "走访", "", "申报"))


def test_the_answer_is_signed_by_who_holds_the_responsible_post_that_day(cast: Cast) -> None:
    order = cast.signed()
    for user in (cast.reporter, cast.planner, cast.leader):
        assert "deputy_economy" in refused(partial(answering.apply, user, order, "已办"))

    step = answering.apply(cast.holder, order, "已办").steps.get(kind="apply")

    assert (step.post, step.is_deputy, step.due) == (cast.post, False, DEADLINE)


def test_a_deputy_signs_on_the_days_of_the_deputising_alone(cast: Cast) -> None:
    deputy = make_user("deputy")
    make_holder(cast.post, deputy, date(2022, 10, 17), date(2022, 10, 18), is_deputy=True)
    order = cast.signed()
    refused(lambda: answering.apply(deputy, order, "已办"))

    with clock.pretending(date(2022, 10, 18)):
        step = answering.apply(deputy, order, "已办").steps.get(kind="apply")

    assert (step.post, step.is_deputy) == (cast.post, True)


def test_an_answer_needs_words(cast: Cast) -> None:
    order = cast.signed()

    refused(lambda: answering.apply(cast.holder, order, "\u3000"), "result")


# Checking and closing.


def test_a_planner_verifies_or_returns_with_the_reason_and_the_office_answers_again(cast: Cast) -> None:
    order = cast.applied()
    refused(lambda: deciding.send_back(cast.planner, order, ""), "reason")
    refused(lambda: deciding.verify(cast.reporter, order))

    returned = deciding.send_back(cast.planner, order, "名单缺两户")
    assert (returned.state, returned.applied_on) == ("signed", None)

    answering.apply(cast.holder, order, "已补齐")
    assert deciding.verify(cast.planner, order).state == "verified"


def test_the_leader_returns_what_was_verified(cast: Cast) -> None:
    order = cast.verified()

    refused(lambda: deciding.send_back(cast.planner, order, "再看"))
    assert deciding.send_back(cast.leader, order, "再办").state == "signed"


def test_only_who_issued_it_closes_it(cast: Cast) -> None:
    order = cast.verified()
    colleague = make_user("colleague", Role.LEADER, unit=make_unit())

    for user in (colleague, cast.planner):
        assert "销号" in refused(partial(deciding.close, user, order))
    assert deciding.close(cast.leader, order).state == "closed"


def test_the_successor_in_the_issuers_post_closes_it(cast: Cast) -> None:
    order = cast.verified()
    successor = make_user("successor")
    make_holder(cast.leading, successor, TODAY)

    assert deciding.close(successor, order).state == "closed"


def test_where_the_issuer_had_no_post_and_is_gone_another_leader_closes_it(cast: Cast) -> None:
    order = cast.verified()
    colleague = make_user("colleague", Role.LEADER, unit=make_unit())
    Order.objects.update(issuing_post=None)
    refused(lambda: deciding.close(colleague, order))

    cast.leader.is_active = False
    cast.leader.save()

    assert deciding.close(fresh(colleague), order).state == "closed"


def test_who_answered_neither_verifies_nor_closes(cast: Cast) -> None:
    """A leader who issued it, and deputises for the responsible post; a planner who signed for the office."""
    make_holder(cast.post, cast.leader, is_deputy=True)
    both = make_user("both", Role.PLANNER, Role.REPORTER, unit=cast.office)
    order = answering.sign(both, cast.issue())
    answering.apply(cast.leader, order, "已办")

    assert "不能核验" in refused(lambda: deciding.verify(both, order))
    deciding.verify(cast.planner, order)
    assert "不能核验、退回或销号" in refused(lambda: deciding.close(cast.leader, order))


@pytest.mark.parametrize("end", ["closed", "withdrawn"])
def test_nothing_is_said_of_an_order_that_has_ended(cast: Cast, end: str) -> None:
    order = cast.closed() if end == "closed" else issuing.withdraw(cast.leader, cast.signed(), "情况有变")

    for late in (
        lambda: answering.feed_back(cast.reporter, order, "又办了", "", "再办"),
        lambda: answering.apply(cast.holder, order, "又办了"),
        lambda: answering.ask_extension(cast.reporter, order, LATER, "还要"),
        lambda: deciding.close(cast.leader, order),
        lambda: issuing.withdraw(cast.leader, order, "撤"),
    ):
        assert "不能再办理" in refused(late)


def test_steps_come_in_their_order(cast: Cast) -> None:
    order = cast.issue()

    for early in (
        lambda: answering.apply(cast.holder, order, "已办"),
        lambda: deciding.verify(cast.planner, order),
        lambda: deciding.close(cast.leader, order),
        lambda: issuing.issue(cast.leader, order, Terms()),
    ):
        assert "不能进行这一步" in refused(early)


def test_a_leader_withdraws_an_order_and_an_author_a_draft_with_the_reason(cast: Cast) -> None:
    draft = cast.draft()
    refused(lambda: issuing.withdraw(cast.planner, draft, ""), "reason")
    assert issuing.withdraw(cast.planner, draft, "拟错了").state == "withdrawn"

    order = cast.issue()
    refused(lambda: issuing.withdraw(cast.planner, order, "拟错了"))
    assert issuing.withdraw(cast.leader, order, "情况有变").ended_on == TODAY


# Extension.


def test_an_extension_moves_the_deadline_and_the_first_one_stays(cast: Cast) -> None:
    order = cast.signed()
    asked = answering.ask_extension(cast.reporter, order, date(2022, 11, 6), "会议改期")
    assert asked.new_deadline == date(2022, 11, 7)

    deciding.decide_extension(cast.leader, order, grant=True)

    order.refresh_from_db()
    assert (order.deadline, order.first_deadline) == (date(2022, 11, 7), DEADLINE)


def test_a_refused_extension_says_why_and_moves_nothing(cast: Cast) -> None:
    order = cast.signed()
    answering.ask_extension(cast.holder, order, LATER, "会议改期")
    refused(lambda: deciding.decide_extension(cast.leader, order, grant=False), "decision")

    deciding.decide_extension(cast.leader, order, grant=False, decision="按期办")

    order.refresh_from_db()
    assert (order.deadline, order.extensions.get().state) == (DEADLINE, "refused")


def test_an_extension_asked_after_the_deadline_is_refused_on_the_day_it_is_not(cast: Cast) -> None:
    order = cast.signed()
    with clock.pretending(date(2022, 10, 27)):
        refused(lambda: answering.ask_extension(cast.reporter, order, LATER, "还要"), "new_deadline")

    with clock.pretending(DEADLINE):
        assert answering.ask_extension(cast.reporter, order, LATER, "还要").state == "requested"


def test_what_is_wrong_with_an_extension_is_named(cast: Cast) -> None:
    order = cast.signed()

    refused(lambda: answering.ask_extension(cast.reporter, order, DEADLINE, "还要"), "new_deadline")
    refused(lambda: answering.ask_extension(cast.reporter, order, date(2022, 10, 1), "还要"), "new_deadline")
    refused(lambda: answering.ask_extension(cast.reporter, order, LATER, " "), "reason")
    refused(lambda: answering.ask_extension(cast.other, order, LATER, "还要"))


def test_one_extension_is_asked_at_a_time_and_nobody_decides_on_their_own(cast: Cast) -> None:
    make_holder(cast.post, cast.leader, is_deputy=True)
    order = cast.signed()
    answering.ask_extension(cast.leader, order, LATER, "还要")

    assert "待批" in refused(lambda: answering.ask_extension(cast.reporter, order, LATER, "还要"))
    assert "自己" in refused(lambda: deciding.decide_extension(cast.leader, order, grant=True))
    assert "签发领导" in refused(lambda: deciding.decide_extension(cast.planner, order, grant=True))


def test_an_answer_makes_the_extension_needless(cast: Cast) -> None:
    order = cast.signed()
    answering.ask_extension(cast.reporter, order, LATER, "还要")

    answering.apply(cast.holder, order, "已办")

    assert order.extensions.get().state == "lapsed"
    assert "不能进行" in refused(lambda: deciding.decide_extension(cast.leader, order, grant=True))


# Lateness.


def test_each_step_has_a_time_of_its_own_and_lateness_goes_by_that(cast: Cast) -> None:
    order = cast.issue()
    assert order.next_due == date(2022, 10, 14)
    assert (order.days_late(date(2022, 10, 14)), order.days_late(date(2022, 10, 17))) == (0, 3)

    with clock.pretending(date(2022, 10, 17)):
        answering.sign(cast.reporter, order)
    assert order.steps.get(kind="sign").days_late == 3
    order.refresh_from_db()
    assert order.next_due == DEADLINE

    with clock.pretending(date(2022, 10, 28)):
        answering.apply(cast.holder, order, "已办")
    order.refresh_from_db()
    assert (order.next_due, order.days_late(date(2022, 10, 28))) == (date(2022, 11, 2), 0)
    assert order.days_over(date(2022, 12, 1)) == 2


@pytest.mark.parametrize(
    ("grade", "sign", "feedback"),
    [
        ("reminder", date(2022, 10, 14), date(2022, 11, 23)),
        ("order", date(2022, 10, 14), date(2022, 10, 26)),
        ("listed", date(2022, 10, 13), date(2022, 10, 19)),
    ],
)
def test_the_graver_the_order_the_oftener_the_office_is_heard(
    cast: Cast, grade: str, sign: date, feedback: date
) -> None:
    order = cast.issue(Terms(grade=grade, requirement="办", working_days=30))
    assert order.next_due == sign

    assert answering.sign(cast.reporter, order).next_due == feedback


def test_what_has_ended_is_never_late(cast: Cast) -> None:
    assert cast.closed().days_late(date(2022, 12, 31)) == 0

"""The pages of orders: what they show to whom, who may not, and that their queries don't grow."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import pytest
from django.test import Client

from accounts.models import Post, Role
from accounts.tests.factories import browser_of, make_holder, queries
from common import clock
from goals.tests.factories import make_unit, make_user
from projects.models import Project
from projects.tests.factories import make_milestone, make_project
from supervision import answering, proposing
from supervision.models import Order, Proposal
from supervision.tests.factories import DEADLINE, TODAY, Cast

pytestmark = pytest.mark.django_db
LIST = "/plans/taoyan-2022/orders/"
TERMS: dict[str, Any] = {"grade": "order", "requirement": "月底前报出名单", "working_days": "10", "deadline": ""}


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()[:500]
    return answer.content.decode()


def terms(cast: Cast, **given: Any) -> dict[str, Any]:
    return TERMS | {"lead_office": cast.office.pk, "responsible_post": cast.post.pk} | given


# The list.


def test_the_list_says_what_each_has_to_do_now(cast: Cast) -> None:
    """Whoever has the next step finds the order there, and nobody else does."""
    everybody = [cast.reporter, cast.holder, cast.planner, cast.leader, cast.other]

    def waits_for() -> list[str]:
        found = []
        for user in everybody:
            waiting = browser_of(user).get(LIST).context["waiting"]
            found += [user.username] if waiting else []
        return found

    order = cast.draft()
    assert waits_for() == ["holder", "leader"]  # both are leaders
    _issue(cast, order)
    assert waits_for() == ["reporter"]
    answering.sign(cast.reporter, order)
    assert waits_for() == ["reporter", "holder"]
    answering.ask_extension(cast.reporter, order, date(2022, 11, 9), "会议改期")
    assert waits_for() == ["reporter", "holder", "leader"]
    answering.apply(cast.holder, order, "已办")
    assert waits_for() == ["planner"]
    _verify(cast, order)
    assert waits_for() == ["leader"]


def _issue(cast: Cast, order: Order) -> None:
    browser_of(cast.leader).post(f"/orders/{order.pk}/issue/", terms(cast))


def _verify(cast: Cast, order: Order) -> None:
    browser_of(cast.planner).post(f"/orders/{order.pk}/verify/", {"opinion": ""})


def test_who_answered_is_not_asked_to_check(cast: Cast) -> None:
    make_holder(cast.post, cast.leader, is_deputy=True)
    order = answering.apply(cast.leader, cast.signed(), "已办")
    _verify(cast, order)

    assert not browser_of(cast.leader).get(LIST).context["waiting"]


def test_leaders_and_planners_see_what_is_proposed_and_leaders_the_buttons(cast: Cast) -> None:
    proposing.propose(TODAY)
    make = f'href="/orders/new/target/{cast.target.pk}/"'

    leader, planner, reporter = (text(browser_of(u), LIST) for u in (cast.leader, cast.planner, cast.reporter))

    assert make in leader and "转为落后" in leader and "/dismiss/" in leader
    assert make in planner and "/dismiss/" not in planner
    assert "系统建议督办" not in reporter


def test_only_what_was_issued_is_shown_to_offices(cast: Cast) -> None:
    draft = cast.draft()

    assert browser_of(cast.reporter).get(f"/orders/{draft.pk}/").status_code == 404
    assert browser_of(cast.reporter).get(LIST).context["shown"] == 0
    assert browser_of(cast.leader).get(LIST).context["shown"] == 1


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ({}, 2),
        ({"state": "signed"}, 1),
        ({"grade": "listed"}, 0),
        ({"section": "section"}, 2),
        ({"section": "nowhere"}, 0),
        ({"lead_office": "office"}, 2),
        ({"late": "true"}, 0),
        ({"late": "false"}, 2),
        ({"mine": "true"}, 0),
        ({"open": "true"}, 2),
        ({"q": "red"}, 1),
        ({"q": "没有"}, 0),
        ({"state": "none"}, 2),
    ],
)
def test_it_filters(cast: Cast, asked: dict[str, str], shown: int) -> None:
    cast.signed()
    cast.issue(thing=make_project(cast.plan, responsible_post=cast.post))

    assert browser_of(cast.leader).get(LIST, asked).context["shown"] == shown


def test_a_swap_gets_the_rows_alone(cast: Cast) -> None:
    cast.issue()

    rows = browser_of(cast.leader).get(LIST, headers={"HX-Request": "true"}).content.decode()

    assert "督〔2022〕1号" in rows and "<html" not in rows


def test_colour_is_lateness_alone(cast: Cast) -> None:
    cast.issue()
    leader = browser_of(cast.leader)
    assert "is-late" not in text(leader, LIST)

    Order.objects.update(next_due=date(2022, 10, 10))

    page = text(leader, LIST)
    assert '<tr class="is-late">' in page and "签收已逾期 2 天" in page


def test_the_side_bar_counts_the_orders_in_force(cast: Cast) -> None:
    cast.draft()
    cast.issue(thing=make_project(cast.plan, responsible_post=cast.post))

    assert '<span class="side-ct side-ct-b">1<span class="sr-only">份办理中' in text(
        browser_of(cast.reporter), "/help/"
    )


def test_queries_of_the_list_do_not_grow(cast: Cast) -> None:
    leader = browser_of(cast.leader)

    def more(numbers: range) -> None:
        for number in numbers:
            work = make_project(cast.plan, f"work{number}", responsible_post=cast.post)
            cast.issue(thing=work)
            late = make_project(cast.plan, f"late{number}")
            Proposal.objects.create(
                plan=cast.plan, project=late, why="red", since=TODAY, status="behind", proposed_on=TODAY
            )

    more(range(2))
    few = queries(lambda: leader.get(LIST + "?proposals=all"))
    more(range(2, 8))

    assert queries(lambda: leader.get(LIST + "?proposals=all")) == few
    assert few <= 15


def test_a_stranger_sees_neither_list_nor_order(cast: Cast) -> None:
    order = cast.issue()
    stranger = browser_of(make_user("stranger", Role.LEADER, unit=make_unit("elsewhere")))
    auditor = browser_of(make_user("auditor", Role.AUDITOR, unit=make_unit()))

    for client in (stranger, auditor):
        for address in (LIST, f"/orders/{order.pk}/", f"/orders/new/target/{cast.target.pk}/"):
            assert client.get(address).status_code == 404
        assert client.post(f"/orders/{order.pk}/close/").status_code == 404
    assert Client().get(LIST).status_code == 302


# Proposals.


def test_leaders_and_planners_check_at_once_and_others_may_not(cast: Cast) -> None:
    for user in (cast.reporter, cast.holder):
        expected = 302 if user is cast.holder else 403
        assert browser_of(user).post(LIST + "propose/").status_code == expected
    assert browser_of(cast.planner).get(LIST + "propose/").status_code == 405

    assert Proposal.objects.count() == 1


def test_only_a_leader_dismisses_and_says_why(cast: Cast) -> None:
    proposing.propose(TODAY)
    where = f"/proposals/{Proposal.objects.get().pk}/dismiss/"
    for user in (cast.planner, cast.reporter):
        assert browser_of(user).post(where, {"reason": "不必"}).status_code == 403
    stranger = browser_of(make_user("stranger", Role.LEADER, unit=make_unit("elsewhere")))
    assert stranger.get(where).status_code == 404

    leader = browser_of(cast.leader)
    assert leader.post(where, {"reason": " "}).status_code == 400
    assert leader.post(where, {"reason": "已部署"}).status_code == 302
    assert Proposal.objects.get().state == "dismissed"


# A new order.


def test_a_leader_issues_from_the_targets_page(cast: Cast) -> None:
    leader = browser_of(cast.leader)
    where = f"/orders/new/target/{cast.target.pk}/"
    assert where in text(leader, f"/targets/{cast.target.pk}/")
    assert "序时应到" in text(leader, where)

    made = leader.post(where, terms(cast), follow=True)

    order = Order.objects.get()
    assert made.redirect_chain == [(f"/orders/{order.pk}/", 302)]
    assert (order.state, order.deadline) == ("issued", DEADLINE)
    page = text(leader, f"/targets/{cast.target.pk}/")
    assert f"/orders/{order.pk}/" in page and where not in page


def test_a_leader_issues_from_a_works_page(cast: Cast) -> None:
    work = make_project(cast.plan, responsible_post=cast.post)
    make_milestone(work, "设计", date(2022, 3, 31))
    leader = browser_of(cast.leader)
    where = f"/orders/new/project/{work.pk}/"
    assert where in text(leader, f"/projects/{work.pk}/")

    assert leader.post(where, terms(cast)).status_code == 302
    assert "设计" in Order.objects.get().facts


def test_a_planner_leaves_a_draft_for_the_leader(cast: Cast) -> None:
    planner = browser_of(cast.planner)
    assert "报领导签发" in text(planner, f"/orders/new/target/{cast.target.pk}/")

    planner.post(f"/orders/new/target/{cast.target.pk}/", terms(cast))

    assert Order.objects.get().state == "draft"


def test_the_pages_of_an_item_offer_an_order_to_nobody_else(cast: Cast) -> None:
    work = make_project(cast.plan)
    for user in (cast.reporter, cast.other):
        client = browser_of(user)
        for address in (f"/targets/{cast.target.pk}/", f"/projects/{work.pk}/"):
            assert "/orders/new/" not in text(client, address)
        for kind, pk in (("target", cast.target.pk), ("project", work.pk)):
            assert client.get(f"/orders/new/{kind}/{pk}/").status_code == 403
            assert client.post(f"/orders/new/{kind}/{pk}/", terms(cast)).status_code == 403
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"requirement": ""}, "requirement"),
        ({"working_days": ""}, "working_days"),
        ({"working_days": "", "deadline": "2022-10-11"}, "deadline"),
        ({"working_days": "", "deadline": "明天"}, "deadline"),
        ({"working_days": "-1"}, "working_days"),
        ({"grade": "grave"}, "grade"),
        ({"lead_office": "999999"}, "lead_office"),
        ({"responsible_post": "x"}, "responsible_post"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(cast: Cast, wrong: dict[str, str], field: str) -> None:
    answer = browser_of(cast.leader).post(f"/orders/new/target/{cast.target.pk}/", terms(cast, **wrong))

    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [field]
    assert not Order.objects.exists()


def test_posts_and_offices_of_other_subdistricts_cannot_be_chosen(cast: Cast) -> None:
    away = make_unit("away", "office", make_unit("elsewhere"))
    post = Post.objects.create(code="away", name="away", unit=away)

    chosen = terms(cast, lead_office=away.pk, responsible_post=post.pk)
    answer = browser_of(cast.leader).post(f"/orders/new/target/{cast.target.pk}/", chosen)

    assert set(answer.context["form"].errors) == {"lead_office", "responsible_post"}


# The order's page and its steps.


def test_the_page_shows_paper_steps_rules_and_record(cast: Cast) -> None:
    order = cast.signed()
    answering.feed_back(cast.reporter, order, "走访 11 家", "两家未达标", "月底前申报")

    page = text(browser_of(cast.reporter), f"/orders/{order.pk}/")

    for said in ("督办单", "督〔2022〕1号", "2022年10月26日", "走访 11 家", "两家未达标", "每 10 个工作日一次"):
        assert said in page
    assert " style=" not in page and "data-print" in page


def test_each_user_gets_the_buttons_of_the_own_steps(cast: Cast) -> None:
    order = cast.issue()

    def offered(user: Any) -> list[str]:
        return [name for name, _action in browser_of(user).get(f"/orders/{order.pk}/").context["actions"]]

    assert [offered(u) for u in (cast.reporter, cast.holder, cast.leader, cast.planner, cast.other)] == [
        ["sign", "extend"],
        ["extend"],
        ["withdraw"],
        [],
        [],
    ]
    answering.sign(cast.reporter, order)
    assert offered(cast.reporter) == ["feedback", "extend"]
    assert offered(cast.holder) == ["apply", "extend"]
    answering.ask_extension(cast.reporter, order, date(2022, 11, 9), "会议改期")
    assert offered(cast.leader) == ["decide", "withdraw"]
    with clock.pretending(TODAY):
        answering.apply(cast.holder, order, "已办")
    assert offered(cast.planner) == ["verify", "return"]
    _verify(cast, order)
    assert offered(cast.leader) == ["close", "return", "withdraw"]
    browser_of(cast.leader).post(f"/orders/{order.pk}/close/", {"opinion": ""})
    assert [offered(u) for u in (cast.reporter, cast.holder, cast.leader, cast.planner)] == [[]] * 4


FORMS: dict[str, dict[str, str]] = {
    "sign": {},
    "feedback": {"done": "走访", "next_step": "申报"},
    "extend": {"new_deadline": "2022-11-09", "reason": "会议改期"},
    "apply": {"result": "已办"},
    "decide": {"grant": "yes"},
    "verify": {},
    "return": {"reason": "缺两户"},
    "close": {},
    "withdraw": {"reason": "情况有变"},
}
MAY = {
    "issued": {"sign": "reporter", "extend": "reporter holder", "withdraw": "leader"},
    "signed": {"feedback": "reporter", "apply": "holder", "extend": "reporter holder", "withdraw": "leader"},
    "applied": {"verify": "planner", "return": "planner", "withdraw": "leader"},
    "verified": {"close": "leader", "return": "leader", "withdraw": "leader"},
}


@pytest.mark.parametrize("state", MAY)
def test_who_may_not_take_a_step_is_refused_and_nothing_changes(cast: Cast, state: str) -> None:
    make: Callable[[], Order] = {"issued": cast.issue}.get(state) or getattr(cast, state)
    order = make()
    before = order.steps.count()
    colleague = make_user("colleague", Role.LEADER, unit=make_unit())
    people = (cast.reporter, cast.holder, cast.planner, cast.leader, cast.other, colleague)

    for user in people:
        client = browser_of(user)
        for name, sent in FORMS.items():
            if user.username in MAY[state].get(name, "").split():
                continue
            answer = client.post(f"/orders/{order.pk}/{name}/", sent)
            assert answer.status_code in (400, 403), f"{user} {name}"

    assert Order.objects.get().state == state
    assert order.steps.count() == before


def test_a_step_that_is_none_is_not_found_and_get_changes_nothing(cast: Cast) -> None:
    order, reporter = cast.issue(), browser_of(cast.reporter)

    assert reporter.get(f"/orders/{order.pk}/burn/").status_code == 404
    assert reporter.get(f"/orders/{order.pk}/sign/").status_code == 200
    assert reporter.get("/orders/999999/").status_code == 404
    assert Order.objects.get().state == "issued"


def test_a_reply_after_closing_is_refused_in_words(cast: Cast) -> None:
    order = cast.closed()

    answer = browser_of(cast.holder).post(f"/orders/{order.pk}/apply/", {"result": "又办了"})

    assert answer.status_code == 400
    assert "督办单已销号，不能再办理" in answer.content.decode()


def test_queries_of_an_items_page_and_of_an_order_do_not_grow_with_its_steps(cast: Cast) -> None:
    order, client = cast.signed(), browser_of(cast.reporter)
    pages = (f"/orders/{order.pk}/", f"/targets/{cast.target.pk}/")
    answering.feed_back(cast.reporter, order, "第 0 次", "", "继续")
    for page in pages:
        client.get(page)  # content types are asked for once a process
    few = [queries(partial(client.get, page)) for page in pages]

    for number in range(1, 6):
        answering.feed_back(cast.reporter, order, f"第 {number} 次", "", "继续")

    assert [queries(partial(client.get, page)) for page in pages] == few
    assert not Project.objects.exists()


def test_the_paper_shows_what_is_being_written_and_stores_nothing(cast: Cast) -> None:
    where = f"/orders/new/target/{cast.target.pk}/"
    leader = browser_of(cast.leader)
    assert "（拟办）" in text(leader, where)

    answer = leader.post(where, terms(cast, requirement="逐户走访", preview="1"))

    paper = answer.content.decode()
    assert answer.status_code == 200 and "<html" not in paper
    for said in ("逐户走访", "签发后 10 个工作日", cast.office.name, cast.post.name, cast.target.name, "（拟办）"):
        assert said in paper, said
    assert not Order.objects.exists()


def test_what_is_wrong_stays_blank_on_the_paper(cast: Cast) -> None:
    answer = browser_of(cast.leader).post(
        f"/orders/new/target/{cast.target.pk}/", {"preview": "1", "working_days": "many", "requirement": "走访"}
    )

    assert answer.status_code == 200 and "走访" in answer.content.decode()
    assert not Order.objects.exists()


def test_who_may_not_prepare_an_order_sees_no_paper(cast: Cast) -> None:
    where = f"/orders/new/target/{cast.target.pk}/"

    assert browser_of(cast.reporter).post(where, terms(cast, preview="1")).status_code == 403

"""我分管的: the posts' items alone, what is due, what waits for the leader's hand, and the list as a message."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import PostHolder, Role, Unit, User
from dashboard.items import items_of
from dashboard.messages import MOST, message_of
from dashboard.tests.factories import add_targets, browser_of, make_full_plan, make_issued, make_leader, make_post
from dashboard.tests.test_items import make_work
from goals.asof import AsOf
from goals.models import Plan
from goals.progress.recompute import recompute
from goals.tests.factories import make_office, make_reading, make_user
from projects.models import Postponement
from projects.standing import PROJECTS
from projects.tests.factories import make_milestone

pytestmark = pytest.mark.django_db
ADDRESS = "/plans/taoyan-2022/mine/"
TODAY = date(2022, 10, 12)


@pytest.fixture(autouse=True)
def october(settings: Any) -> None:
    settings.TAOYAN_TODAY = TODAY.isoformat()


@pytest.fixture
def plan() -> Plan:
    """Four targets, the first of which the deputy's post answers for."""
    plan = make_full_plan(4)
    plan.targets.filter(code="target.0").update(responsible_post=make_post(plan.unit))
    return plan


@pytest.fixture
def deputy(plan: Plan) -> User:
    user = make_leader("deputy")
    make_post(plan.unit, holder=user)
    return user


def page_of(user: User, **asked: str) -> Any:
    answer = browser_of(user).get(ADDRESS, asked)
    assert answer.status_code == 200
    return answer


def test_only_the_posts_items_are_there(deputy: User, plan: Plan) -> None:
    make_work(plan, "mine", responsible_post=make_post(plan.unit))
    make_work(plan, "anothers")

    assert [i.name for i in page_of(deputy).context["items"]] == ["指标0", "mine"]


def test_a_deputy_holder_sees_them_too_and_is_called_so(plan: Plan) -> None:
    user = make_leader("stand-in")
    make_post(plan.unit, holder=user, deputy=True)

    page = page_of(user)

    assert [i.name for i in page.context["items"]] == ["指标0"]
    assert "AB 岗代理" in page.content.decode()


def test_a_post_given_up_brings_nothing(deputy: User) -> None:
    PostHolder.objects.filter(user=deputy).update(held_to=date(2022, 10, 11))

    page = page_of(deputy)

    assert page.context["items"] == []
    assert "没有担任分管岗位" in page.content.decode()


def test_it_counts_what_lags_in_a_sentence(deputy: User) -> None:
    page = page_of(deputy)

    assert [i.name for i in page.context["lagging"]] == ["指标0"]
    assert "1</b> 项落后" in page.content.decode()


def test_what_ends_within_thirty_days_is_named_the_earliest_first(deputy: User, plan: Plan) -> None:
    work = make_work(plan, "work", responsible_post=make_post(plan.unit))
    make_milestone(work, "完工", date(2022, 11, 11))
    make_milestone(work, "结算", date(2022, 11, 12))
    make_milestone(work, "开工", TODAY, state="accepted", done_on=TODAY)
    plan.targets.filter(code="target.0").update(due=date(2022, 10, 31))
    recompute([work.pk], PROJECTS)
    recompute([t.pk for t in plan.targets.all()])

    due = page_of(deputy).context["due"]

    assert [(d.item.name, d.step and d.step.name) for d in due] == [("指标0", None), ("work", "完工")]


def test_an_order_that_waits_for_the_answer_of_the_post_is_to_be_signed(deputy: User, plan: Plan) -> None:
    make_issued(plan.targets.get(code="target.0"))
    other = make_issued(plan.targets.get(code="target.2"), number=2, responsible_post=make_post(plan.unit, "other"))

    page = page_of(deputy)

    assert [s.order.number for s in page.context["waiting"]] == [1]
    assert f"/orders/{other.pk}/" not in page.content.decode()


def test_a_postponement_waits_unless_the_leader_asked_for_it(deputy: User, plan: Plan) -> None:
    work = make_work(plan, "work", due=date(2022, 11, 30), responsible_post=make_post(plan.unit))
    asked = {"old_due": work.due, "new_due": date(2022, 12, 31), "reason": "雨季", "requested_on": TODAY}
    Postponement.objects.create(project=work, requested_by=make_user("reporter"), **asked)

    assert page_of(deputy).context["to_sign"] == 1
    Postponement.objects.update(requested_by=deputy)
    assert page_of(deputy).context["to_sign"] == 0


def test_an_earlier_day_has_nothing_to_sign(deputy: User, plan: Plan) -> None:
    make_issued(plan.targets.get(code="target.0"))

    page = page_of(deputy, as_of="2022-09-30")

    assert page.context["to_sign"] == 0
    assert "签办只列今天的" in page.content.decode()


def test_a_leader_finds_it_first_in_the_navigation(deputy: User) -> None:
    page = browser_of(deputy).get("/").content.decode()

    assert page.index('href="/plans/taoyan-2022/mine/"') < page.index('href="/plans/taoyan-2022/"')


@pytest.mark.parametrize("role", [Role.REPORTER, Role.REVIEWER, Role.PLANNER])
def test_it_is_for_leaders_alone(plan: Plan, role: str) -> None:
    official = browser_of(make_user("official", role, unit=make_office()))

    assert official.get(ADDRESS).status_code == 403
    assert ADDRESS not in official.get("/").content.decode()


def test_a_stranger_sees_no_other_subdistricts(plan: Plan) -> None:
    other = Unit.objects.create(code="other", name="other", kind="subdistrict")

    assert browser_of(make_user("stranger", Role.LEADER, unit=other)).get(ADDRESS).status_code == 404
    assert Client().get(ADDRESS).headers["Location"].startswith("/login/")


def test_its_queries_do_not_grow_with_the_items(deputy: User, plan: Plan) -> None:
    browser = browser_of(deputy)

    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(ADDRESS).status_code == 200
        return len(captured)

    make_issued(plan.targets.get(code="target.0"))
    make_work(plan, "work", responsible_post=make_post(plan.unit))
    few = count()
    add_targets(plan, list(plan.themes.all()), range(4, 24))
    plan.targets.update(responsible_post=make_post(plan.unit))
    for n in range(6):
        make_issued(make_work(plan, f"more.{n}", responsible_post=make_post(plan.unit)), number=n + 2)

    assert count() == few <= 16


def listed(plan: Plan) -> list[Any]:
    return list(items_of(plan, list(plan.sections.all()), AsOf(plan, TODAY, TODAY)).all)


def test_a_message_says_the_day_each_item_how_far_and_whose(plan: Plan) -> None:
    text = message_of("落后事项", [i for i in listed(plan) if i.lags], TODAY)

    assert (
        text == "【落后事项】截至10月12日，2 项：1.指标0（落后，差 2 家，office）；2.指标2（落后，差 2 家，office）。"
    )


def test_a_message_of_nothing_says_so(plan: Plan) -> None:
    assert message_of("落后事项", [], TODAY) == "【落后事项】截至10月12日，0 项。"


@pytest.mark.parametrize("length", [1, 30, 200])
@pytest.mark.parametrize("count", [1, 4, 60])
def test_a_message_has_200_characters_at_most_and_counts_what_it_leaves_out(count: int, length: int) -> None:
    plan = make_full_plan(count)
    plan.targets.update(name="名" * length)
    items = listed(plan)

    text = message_of("全部事项", items, TODAY)

    said = text.count("（")
    assert len(text) <= MOST
    assert (f"另 {count - said} 项见平台" in text) == (said < count)


def test_a_title_of_any_length_is_cut(plan: Plan) -> None:
    assert len(message_of("长" * 300, listed(plan), TODAY)) == MOST


def test_a_figure_that_is_not_approved_is_in_no_message(deputy: User, plan: Plan) -> None:
    target = plan.targets.get(code="target.0")
    make_reading(target.indicator, date(2022, 3, 31), 777, state="submitted")
    recompute([target.pk])

    assert all("777" not in text for text in page_of(deputy).context["messages_of"].values())


def test_the_message_stands_in_a_box_without_a_script(deputy: User) -> None:
    page = page_of(deputy).content.decode()

    assert "readonly>【我分管的落后事项】截至10月12日，1 项：1.指标0（落后，差 2 家，office）。</textarea>" in page
    assert 'data-box="cm-lag" data-done="已复制" hidden' in page

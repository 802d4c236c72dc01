"""304: a page that the browser has already, and never one that isn't any more what this user would get."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.contrib.messages.storage.cookie import CookieStorage
from django.db import connection
from django.http import HttpRequest
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Grant, Unit, User
from dashboard.models import Ranking
from dashboard.tests.factories import browser_of, make_full_plan, make_issued, make_leader
from goals.models import Notice, Plan, Target
from goals.progress.recompute import recompute
from goals.tests.factories import make_reading, make_unit
from projects.tests.factories import make_project

pytestmark = pytest.mark.django_db
OF_PLAN = ["", "items/", "mine/"]
PAGES = ["/", *(f"/plans/taoyan-2022/{page}" for page in OF_PLAN)]


@pytest.fixture
def plan() -> Plan:
    return make_full_plan(2)


@pytest.fixture
def leader(plan: Plan) -> Client:
    browser = browser_of(make_leader())
    browser.get("/")
    return browser


def again(client: Client, address: str, tag: str) -> Any:
    return client.get(address, headers={"If-None-Match": tag})


@pytest.mark.parametrize("address", PAGES)
def test_a_page_that_did_not_change_is_304_without_reading_its_rows(leader: Client, address: str) -> None:
    tag = leader.get(address)["ETag"]
    with CaptureQueriesContext(connection) as captured:
        second = again(leader, address, tag)

    assert (second.status_code, second.content, second["ETag"]) == (304, b"", tag)
    # The session, the user, how the tables stand, and what the bell shows.
    assert len(captured) == 4, [q["sql"] for q in captured.captured_queries]


def test_it_is_kept_by_this_browser_alone_and_asked_for_each_time(leader: Client) -> None:
    answer = leader.get("/")

    assert answer["Cache-Control"] == "private, no-cache"
    assert "Cookie" in answer["Vary"]


def approve(plan: Plan) -> None:
    target = plan.targets.get(code="target.0")
    make_reading(target.indicator, date(2022, 3, 31), 9)


def recomputed(plan: Plan) -> None:
    plan.targets.get(code="target.0").indicator.readings.update(value=12)
    recompute([t.pk for t in plan.targets.all()])


def order(plan: Plan) -> None:
    make_issued(plan.targets.get(code="target.0"))


def notice(plan: Plan) -> None:
    user = User.objects.get(username="leader")
    Notice.objects.create(user=user, kind="overdue", key="k", created_at="2022-10-01T00:00Z")


CHANGES: list[Callable[[Plan], object]] = [
    approve,
    recomputed,
    order,
    notice,
    lambda plan: Ranking.objects.create(plan=plan, offices=False),
    lambda plan: make_project(plan),
    lambda plan: Target.objects.filter(code="target.0").update(name="改名"),
    lambda plan: Unit.objects.filter(code="office").update(name="改名"),
    lambda plan: User.objects.filter(username="leader").update(name="改名"),
    lambda plan: plan.sections.filter(code="economy").update(name="改名"),
]


@pytest.mark.parametrize("change", CHANGES)
def test_it_moves_with_what_the_page_is_made_of(leader: Client, plan: Plan, change: Callable[[Plan], object]) -> None:
    before = leader.get("/")

    change(plan)

    after = again(leader, "/", before["ETag"])
    assert after.status_code == 200
    assert after["ETag"] != before["ETag"]


def test_a_changed_name_is_on_the_next_page_though_its_body_was_kept(leader: Client) -> None:
    leader.get("/")
    Target.objects.filter(code="target.0").update(name="改了名字")

    assert "改了名字" in leader.get("/").content.decode()


def test_another_day_has_another(leader: Client, settings: Any) -> None:
    tag = leader.get("/")["ETag"]
    settings.TAOYAN_TODAY = "2022-12-30"

    assert again(leader, "/", tag).status_code == 200


def test_another_language_has_another(leader: Client, settings: Any) -> None:
    tag = leader.get("/")["ETag"]
    leader.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    answer = again(leader, "/", tag)

    assert answer.status_code == 200
    assert "Overview" in answer.content.decode() and "落后事项需盯办" not in answer.content.decode()


def test_another_day_of_the_year_has_another(leader: Client) -> None:
    tag = leader.get("/")["ETag"]

    assert again(leader, "/?as_of=2022-01-31", tag).status_code == 200


def test_another_login_has_another_for_its_form_token_stands_in_the_page(leader: Client) -> None:
    tag = leader.get("/")["ETag"]
    user = User.objects.get(username="leader")

    assert again(browser_of(user), "/", tag).status_code == 200


def test_another_user_is_never_given_304(leader: Client, plan: Plan) -> None:
    tag = leader.get("/")["ETag"]

    assert again(browser_of(make_leader("second")), "/", tag).status_code == 200


def test_who_may_not_any_more_is_told_so(leader: Client) -> None:
    tag = leader.get("/plans/taoyan-2022/")["ETag"]
    Grant.objects.all().delete()

    assert again(leader, "/plans/taoyan-2022/", tag).status_code == 404
    assert again(Client(), "/plans/taoyan-2022/", tag).status_code == 302


def test_a_page_with_a_message_is_not_taken_for_one_without(leader: Client) -> None:
    tag = leader.get("/")["ETag"]
    storage: Any = CookieStorage(HttpRequest())
    leader.cookies["messages"] = storage._encode([Message(constants.SUCCESS, "已保存")])

    shown = again(leader, "/", tag)

    assert shown.status_code == 200
    assert "已保存" in shown.content.decode()
    assert not shown.has_header("ETag")


def test_a_kept_body_is_not_given_to_who_sits_in_another_seat(leader: Client, plan: Plan) -> None:
    assert "发督办" in leader.get("/").content.decode()
    reporter = User.objects.create(username="reporter", name="reporter")
    Grant.objects.create(user=reporter, role="reporter", unit=make_unit())

    page = browser_of(reporter).get("/").content.decode()

    assert "发督办" not in page and "责任与数据" not in page


def test_while_somebody_writes_there_is_none(leader: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    tag = leader.get("/")["ETag"]
    monkeypatch.setattr("common.changes.state_of", lambda models: None)

    answer = again(leader, "/", tag)

    assert answer.status_code == 200
    assert not answer.has_header("ETag")

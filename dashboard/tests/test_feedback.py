"""意见建议: written about a page by anybody who logs in, read and answered by the planners of the page's plan."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role, User
from audit.models import Event
from common import clock
from dashboard import feedback as service
from dashboard.models import Feedback
from dashboard.tests.factories import browser_of, make_full_plan, make_leader
from goals.models import Notice, Target
from goals.tests.factories import make_unit, make_user

pytestmark = pytest.mark.django_db
WRITE, INBOX = "/feedback/", "/feedback/inbox/"


@pytest.fixture
def leader() -> User:
    make_full_plan(2)
    return make_leader()


@pytest.fixture
def planner(leader: User) -> User:
    return make_user("planner", Role.PLANNER, unit=make_unit())


def written(user: User, text: str = "牵头单位写错了") -> Feedback:
    return service.write(user, text, None)


def test_it_keeps_the_page_with_the_day_that_it_showed(leader: User) -> None:
    page = f"/targets/{Target.objects.all()[0].pk}/?as_of=2022-01-31"

    browser_of(leader).post(WRITE, {"text": "数不对", "page": page})

    kept = Feedback.objects.get()
    assert (kept.page, kept.as_of.isoformat(), kept.author) == (page, "2022-01-31", leader)


def test_without_a_day_in_the_address_it_is_todays_page(leader: User) -> None:
    browser_of(leader).post(WRITE, {"text": "数不对", "page": "/plans/taoyan-2022/"})

    assert Feedback.objects.get().as_of == clock.today()


def test_every_page_leads_here_with_its_address(leader: User) -> None:
    page = browser_of(leader).get("/plans/taoyan-2022/sections/economy/?status=behind").content.decode()

    assert 'href="/feedback/?page=%2Fplans%2Ftaoyan-2022%2Fsections%2Feconomy%2F%3Fstatus%3Dbehind"' in page


@pytest.mark.parametrize("role", list(Role))
def test_everybody_who_logs_in_may_write(leader: User, role: str) -> None:
    user = make_user("somebody", role, unit=None if role in (Role.ADMINISTRATOR, Role.AUDITOR) else make_unit())

    assert browser_of(user).post(WRITE, {"text": "看不清", "page": "/help/"}).status_code == 302
    assert Feedback.objects.get().unit == make_unit()


def test_a_machine_may_not(leader: User) -> None:
    User.objects.filter(pk=leader.pk).update(is_machine=True)

    assert browser_of(leader).get(WRITE).status_code == 403


@pytest.mark.parametrize(
    "page",
    [
        *("//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "/api/v1/targets/"),
        *("/nowhere/", "/targets/8/\r\nX: y", "/%0d%0aX: y/", "/%2f%2fevil.example", "/help/?q=" + "长" * 400),
    ],
)
def test_an_address_that_is_no_page_of_ours_is_refused(leader: User, page: str) -> None:
    answer = browser_of(leader).post(WRITE, {"text": "数不对", "page": page})

    assert answer.status_code == 400
    assert not Feedback.objects.exists()


@pytest.mark.parametrize("text", ["", "   ", "\u3000\u3000", "a\x00b", "a\u202eb", "汉" * 2_001])
def test_words_that_say_nothing_or_hide_something_are_refused(leader: User, text: str) -> None:
    answer = browser_of(leader).post(WRITE, {"text": text, "page": "/help/"})

    assert answer.status_code == 400
    assert not Feedback.objects.exists() and not Event.objects.filter(record="feedback").exists()


def test_markup_is_shown_as_text(leader: User, planner: User) -> None:
    written(leader, "<script>alert(1)</script>{{ 7*7 }}")

    page = browser_of(planner).get(INBOX).content.decode()

    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7*7 }}" in page
    assert "<script>alert(1)" not in page


def test_the_same_words_about_the_same_page_are_written_once(leader: User) -> None:
    first, second = written(leader), written(leader)

    assert first.pk == second.pk
    assert Event.objects.filter(action="give_feedback").count() == 1


def test_who_writes_by_machine_is_stopped_and_told(leader: User) -> None:
    for number in range(service.MOST_AN_HOUR):
        written(leader, f"第 {number} 条")

    answer = browser_of(leader).post(WRITE, {"text": "再一条", "page": ""})

    assert answer.status_code == 400 and "请稍后再写" in answer.content.decode()
    assert Feedback.objects.count() == service.MOST_AN_HOUR


def test_a_planner_answers_and_its_author_is_told(leader: User, planner: User) -> None:
    asked = written(leader)

    browser_of(planner).post(reverse("answer-feedback", args=[asked.pk]), {"state": "done", "answer": "已改正"})

    asked.refresh_from_db()
    assert (asked.state, asked.answer, asked.answered_by) == ("done", "已改正", planner)
    told = Notice.objects.get(user=leader)
    assert (told.kind, told.data["said"], told.link) == ("feedback", "已改正", WRITE)
    assert "已改正" in browser_of(leader).get(WRITE).content.decode()
    assert "牵头单位写错了" in browser_of(leader).get("/notices/").content.decode()
    assert Event.objects.filter(action="answer_feedback", record_id=str(asked.pk)).count() == 1


def test_nobody_is_told_of_the_own_answer(planner: User) -> None:
    service.answer(planner, written(planner), "declined", "不改")

    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    "given", [{"state": "done", "answer": " "}, {"state": "open", "answer": "好"}, {"state": "x"}, {}]
)
def test_an_answer_without_result_or_words_changes_nothing(leader: User, planner: User, given: dict[str, str]) -> None:
    asked = written(leader)

    answer = browser_of(planner).post(reverse("answer-feedback", args=[asked.pk]), given)

    assert answer.status_code == 400
    assert Feedback.objects.get().is_open and not Notice.objects.exists()


def test_it_is_answered_once(leader: User, planner: User) -> None:
    asked, browser = written(leader), browser_of(planner)
    service.answer(planner, asked, "done", "已改正")

    page = browser.post(reverse("answer-feedback", args=[asked.pk]), {"state": "declined", "answer": "不"}, follow=True)

    assert "这条意见已答复" in page.content.decode()
    assert Feedback.objects.get().answer == "已改正"


@pytest.mark.parametrize("role", [role for role in Role if role != Role.PLANNER])
def test_only_planners_see_the_list_and_answer(leader: User, role: str) -> None:
    user = make_user("somebody", role, unit=None if role in (Role.ADMINISTRATOR, Role.AUDITOR) else make_unit())
    own, other = written(user), written(leader, "别人的")

    browser = browser_of(user)

    assert browser.get(INBOX).status_code == 403
    given = {"state": "done", "answer": "好"}
    assert browser.post(reverse("answer-feedback", args=[own.pk]), given).status_code == 403
    assert browser.post(reverse("answer-feedback", args=[other.pk]), given).status_code == 404
    assert "别人的" not in browser.get(WRITE).content.decode()


def test_planners_of_another_subdistrict_neither_see_nor_answer(leader: User) -> None:
    asked = written(leader)
    browser = browser_of(make_user("far", Role.PLANNER, unit=make_unit("elsewhere")))

    assert "牵头单位写错了" not in browser.get(INBOX).content.decode()
    address = reverse("answer-feedback", args=[asked.pk])
    assert browser.post(address, {"state": "done", "answer": "好"}).status_code == 404


def test_a_page_that_its_author_does_not_see_tells_nobody_elses_planners(leader: User) -> None:
    far = make_user("far", Role.LEADER, unit=make_unit("elsewhere"))

    browser_of(far).post(WRITE, {"text": "看看", "page": "/plans/taoyan-2022/"})

    assert Feedback.objects.get().unit.code == "elsewhere"


def test_the_list_takes_the_same_queries_for_one_and_for_many(leader: User, planner: User) -> None:
    browser = browser_of(planner)

    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(INBOX).status_code == 200
        return len(captured)

    written(leader)
    few = count()
    now: dict[str, Any] = {"as_of": clock.today(), "written_at": clock.now()}
    Feedback.objects.bulk_create(Feedback(unit=make_unit(), author=leader, text=f"{n}", **now) for n in range(30))

    # session, user, grants, the side bar's sections, count, rows
    assert count() == few <= 8


def test_the_states_are_filtered(leader: User, planner: User) -> None:
    service.answer(planner, written(leader, "答过的"), "done", "好")
    written(leader, "没答的")
    browser = browser_of(planner)

    assert "答过的" not in browser.get(INBOX).content.decode()
    assert "答过的" in browser.get(INBOX, {"state": "done"}).content.decode()
    assert "没答的" in browser.get(INBOX, {"state": "all"}).content.decode()

"""我的账号: who one is, one's language, signing out everywhere."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Post, PostHolder, Role, Unit, User
from accounts.tests.logins import browser, is_logged_in, log_in, with_password
from audit.models import Event
from goals.tests.factories import make_office, make_user
from goals.tests.pages.factories import browser_of

pytestmark = pytest.mark.django_db


def hold(user: User, code: str, unit: Unit, **terms: Any) -> PostHolder:
    post = Post.objects.create(code=code, name=f"岗位{code}", unit=unit)
    return PostHolder.objects.create(post=post, user=user, **({"held_from": date(2022, 1, 1)} | terms))


@pytest.fixture
def user() -> User:
    office = make_office()
    user = make_user("official", Role.REPORTER, unit=office)
    hold(user, "now", office)
    hold(user, "deputy", office, is_deputy=True, held_to=date(2022, 12, 31))
    hold(user, "past", office, held_to=date(2022, 9, 30))
    return user


def test_it_shows_name_roles_and_the_posts_held_today(user: User) -> None:
    page = browser_of(user).get("/account/").content.decode()

    assert "填报员 · office" in page
    assert "岗位now" in page and "岗位deputy（AB 岗代理）" in page
    assert "岗位past" not in page


def test_nobody_sees_anothers_posts(user: User) -> None:
    assert "岗位now" not in browser_of(make_user("other", Role.LEADER)).get("/account/").content.decode()


@pytest.mark.parametrize("role", [*Role, None])
def test_everybody_has_one_whatever_the_role(role: str | None) -> None:
    roles = [role] if role else []

    assert browser_of(make_user("someone", *roles)).get("/account/").status_code == 200


@pytest.mark.parametrize("path", ["/account/", "/account/password/", "/account/sign-out-everywhere/"])
def test_visitors_have_none(path: str) -> None:
    assert Client().get(path)["Location"] == f"/login/?next={path}"
    assert Client().post(path).status_code == 302


def test_signing_out_everywhere_is_a_post(user: User) -> None:
    client = browser_of(user)

    assert client.get("/account/sign-out-everywhere/").status_code == 405
    assert is_logged_in(client)


def queries(client: Client) -> int:
    with CaptureQueriesContext(connection) as found:
        assert client.get("/account/").status_code == 200
    return len(found)


def test_its_queries_do_not_grow_with_posts_and_stay_within_the_budget(user: User) -> None:
    client = browser_of(user)
    before = queries(client)

    for number in range(10):
        hold(user, f"more{number}", make_office(f"office{number}"))

    assert queries(client) == before <= 12


def test_signing_out_everywhere_is_said_and_told_to_the_trail(user: User) -> None:
    answer = browser_of(user).post("/account/sign-out-everywhere/", follow=True)

    event = Event.objects.latest("pk")
    assert answer.redirect_chain == [("/login/", 302)]
    assert "已在所有设备退出" in answer.content.decode()
    assert (event.action, event.actor_id, event.record_id) == ("sign_out_everywhere", user.pk, "official")


def choose(client: Client, language: str) -> Any:
    return client.post("/i18n/setlang/", {"language": language, "next": "/account/"})


def test_the_language_is_kept_for_the_next_login_on_any_device() -> None:
    user = with_password()
    choose(browser(user), "en")

    elsewhere = Client()
    answer = log_in(client=elsewhere)

    assert answer.cookies["django_language"].value == "en"
    assert '<html lang="en">' in elsewhere.get("/account/").content.decode()


def test_a_login_without_a_chosen_language_leaves_the_browsers() -> None:
    user = with_password()
    client = Client()
    choose(client, "en")

    log_in(user.username, client=client)

    assert '<html lang="en">' in client.get("/account/").content.decode()


@pytest.mark.parametrize("language", ["fr", "", "zh", "en\r\nSet-Cookie: a=b", "x" * 10_000])
def test_a_language_that_there_is_not_is_no_choice(user: User, language: str) -> None:
    client = browser_of(user)

    assert choose(client, language)["Location"] == "/account/"

    assert User.objects.get(pk=user.pk).language == ""
    assert '<html lang="zh-CN">' in client.get("/account/").content.decode()


def test_who_is_not_logged_in_chooses_for_the_browser_alone(user: User) -> None:
    assert choose(Client(), "en").cookies["django_language"].value == "en"
    assert User.objects.get(pk=user.pk).language == ""

"""Logging in, its lock, and the language of the pages."""

import pytest
from django.test import Client
from pytest_django.fixtures import Settings as SettingsWrapper

from accounts.models import User
from goals.tests.factories import make_user

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-enough-password"


@pytest.fixture
def user() -> User:
    user = make_user("official", "leader")
    user.set_password(PASSWORD)
    user.save()
    return user


def log_in(client: Client, password: str = PASSWORD, **more: str) -> object:
    return client.post("/login/", {"username": "official", "password": password} | more)


def test_the_right_password_opens_the_overview(user: User) -> None:
    assert log_in(Client()).headers["Location"] == "/"  # type: ignore[attr-defined]


def test_a_wrong_password_is_said_in_words(user: User) -> None:
    answer = log_in(Client(), "wrong")

    assert 'role="alert"' in answer.content.decode()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "target", ["//evil.example/x", "https://evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_it_never_leads_to_another_host(user: User, target: str) -> None:
    assert log_in(Client(), next=target).headers["Location"] == "/"  # type: ignore[attr-defined]


def test_five_wrong_passwords_lock_it_even_for_the_right_one(user: User, settings: SettingsWrapper) -> None:
    settings.AXES_ENABLED = True
    client = Client()

    for _attempt in range(5):
        answer = log_in(client, "wrong")

    assert answer.status_code == 429  # type: ignore[attr-defined]
    assert "暂时锁定" in answer.content.decode()  # type: ignore[attr-defined]
    assert log_in(client).status_code == 429  # type: ignore[attr-defined]


def test_a_switched_off_account_does_not_log_in(user: User) -> None:
    User.objects.update(is_active=False)

    assert log_in(Client()).status_code == 200  # type: ignore[attr-defined]


def test_logging_out_is_a_post(user: User) -> None:
    client = Client()
    client.force_login(user)

    assert client.get("/logout/").status_code == 405
    assert client.post("/logout/").headers["Location"] == "/login/"


def test_pages_are_chinese_until_english_is_chosen(user: User) -> None:
    client = Client(headers={"accept-language": "en"})

    assert "登录" in client.get("/login/").content.decode()
    client.post("/i18n/setlang/", {"language": "en", "next": "/login/"})
    assert "Log in" in client.get("/login/").content.decode()


def test_the_api_speaks_the_language_that_is_accepted(user: User) -> None:
    client = Client()
    client.force_login(user)

    answer = client.get("/api/v1/units/?page=0", headers={"accept-language": "en"})

    assert answer.json()["errors"][0]["detail"] == "Must be a positive whole number."


def test_pages_carry_the_strict_policy_and_run_no_inline_script(user: User) -> None:
    answer = Client().get("/login/")

    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "<script>" not in answer.content.decode()
    assert "style=" not in answer.content.decode()

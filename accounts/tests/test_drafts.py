"""A form that was sent after the session had ended comes back after the login, to the same user alone."""

import re
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts import drafts
from accounts.models import User
from accounts.tests.logins import PASSWORD, browser, is_logged_in, log_in, with_password

pytestmark = pytest.mark.django_db
START = "2026-03-02 09:00:00+08:00"
SENT = {"reason": "数据与台账不符，请核对", "page": ["1", "2"]}


@pytest.fixture
def user() -> User:
    return with_password()


def send_too_late(user: User, path: str = "/review/7/return/", fields: dict[str, Any] = SENT) -> tuple[Client, Any]:
    """A form of a page that was open for too long."""
    with time_machine.travel(START, tick=False) as clock:
        client = browser(user)
        clock.shift(31 * 60)
        return client, client.post(path, fields, headers={"referer": "http://testserver/review/"})


def draft_of(answer: Any) -> str:
    found = re.search(r'name="draft" value="([^"]*)"', answer.content.decode())
    return found[1] if found else ""


def test_the_answer_is_the_login_with_what_was_typed(user: User) -> None:
    client, answer = send_too_late(user)

    assert answer.status_code == 401
    assert "刚才填写的内容还在" in answer.content.decode()
    assert draft_of(answer)
    assert answer.context["next"] == "/review/"
    assert not is_logged_in(client)


def test_after_the_login_it_can_be_sent_again(user: User) -> None:
    with time_machine.travel(START):
        client, answer = send_too_late(user)
        again = log_in(client=client, draft=draft_of(answer), next="/review/")

    page = again.content.decode()
    assert again.status_code == 200
    assert 'action="/review/7/return/"' in page
    assert 'name="reason" value="数据与台账不符，请核对"' in page
    assert page.count('type="hidden" name="page"') == 2
    assert 'href="/review/"' in page


def test_a_wrong_password_in_between_loses_nothing(user: User) -> None:
    with time_machine.travel(START):
        client, answer = send_too_late(user)

        assert draft_of(log_in(password="wrong", client=client, draft=draft_of(answer))) == draft_of(answer)


def test_another_user_does_not_get_it(user: User) -> None:
    with_password("other", password=PASSWORD)
    with time_machine.travel(START):
        client, answer = send_too_late(user)

        assert log_in("other", client=client, draft=draft_of(answer))["Location"] == "/"


@pytest.mark.parametrize("draft", ["", "made-up", "a:b:c", "x" * 100_000])
def test_what_the_portal_has_not_signed_is_no_draft(user: User, draft: str) -> None:
    assert log_in(draft=draft)["Location"] == "/"


def test_it_holds_no_longer_than_a_session(user: User) -> None:
    with time_machine.travel(START, tick=False) as clock:
        client, answer = send_too_late(user)
        clock.shift(13 * 3600)

        assert log_in(client=client, draft=draft_of(answer))["Location"] == "/"


@pytest.mark.parametrize("path", ["/account/password/", "/admin/accounts/user/add/"])
def test_forms_with_passwords_are_not_kept(user: User, path: str) -> None:
    _client, answer = send_too_late(user, path, {"new_password1": "secret"})

    assert answer.status_code == 302


def test_neither_is_what_is_too_large(user: User) -> None:
    _client, answer = send_too_late(user, fields={"reason": "x" * (drafts.LARGEST + 1)})

    assert answer.status_code == 302


def test_attached_files_are_said_to_be_lost(user: User) -> None:
    with time_machine.travel(START):
        client, answer = send_too_late(user, fields=SENT | {"file": SimpleUploadedFile("a.txt", b"a")})
        again = log_in(client=client, draft=draft_of(answer))

    assert "附件没有保留" in again.content.decode()


def test_who_was_never_logged_in_has_no_draft() -> None:
    answer = Client().post("/review/7/return/", SENT)

    assert answer["Location"] == "/login/?next=/"

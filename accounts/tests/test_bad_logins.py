"""`login_and_session` of bad-inputs.yaml: guessing, spelling, and where a login leads."""

import logging
import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from axes.models import AccessFailureLog
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.fixtures import Settings as SettingsWrapper

from accounts.models import User
from accounts.tests.logins import CASES, PASSWORD, is_logged_in, log_in, with_password
from audit.models import Event
from goals.tests.factories import make_user

pytestmark = pytest.mark.django_db
START = "2026-03-02 09:00:00+08:00"


@pytest.fixture(autouse=True)
def user(settings: SettingsWrapper) -> User:
    settings.AXES_ENABLED = True
    return with_password()


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The passwords that were hashed."""
    found: list[str] = []
    encode = MD5PasswordHasher.encode

    def counting(self: MD5PasswordHasher, password: str, salt: str) -> str:
        found.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counting)
    return found


def body(answer: Any, name: str) -> str:
    """What the page says, without the name that was typed and the form's token."""
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", answer.content.decode())
    return page.replace(f'value="{name}"', "")


def accounts_that_do_not_log_in() -> list[str]:
    User.objects.filter(pk=with_password("disabled").pk).update(is_active=False)
    machine = make_user("machine")
    machine.set_unusable_password()
    machine.save()
    return ["nobody", "disabled", "machine"]


def test_lg_01_and_02_whoever_does_not_get_in_reads_the_same() -> None:
    known = log_in("official", "wrong")

    for name in accounts_that_do_not_log_in():
        answer = log_in(name, "wrong")

        assert answer.status_code == known.status_code == 200
        assert body(answer, name) == body(known, "official")


def test_lg_02_the_right_password_of_a_switched_off_account_reads_as_a_wrong_one() -> None:
    accounts_that_do_not_log_in()

    assert body(log_in("disabled", PASSWORD), "disabled") == body(log_in("official", "wrong"), "official")


@pytest.mark.parametrize("name", ["official", "nobody", "disabled", "machine"])
def test_lg_01_and_02_each_try_costs_one_hash(name: str, hashed: list[str]) -> None:
    accounts_that_do_not_log_in()
    hashed.clear()

    log_in(name, "wrong")

    assert len(hashed) == 1


def test_lg_01_and_02_each_try_asks_the_database_as_often() -> None:
    asked = set()

    for name in ["official", *accounts_that_do_not_log_in()]:
        with CaptureQueriesContext(connection) as queries:
            log_in(name, "wrong")
        asked.add(len(queries))

    assert len(asked) == 1


def test_lg_03_after_five_wrong_passwords_the_right_one_is_refused(caplog: pytest.LogCaptureFixture) -> None:
    with time_machine.travel(START, tick=False), caplog.at_level(logging.WARNING, "accounts.lockout"):
        answers = [log_in(password="wrong") for _try in range(5)]
        right = log_in()

    assert [a.status_code for a in answers] == [200] * 4 + [429]
    assert (right.status_code, right["Retry-After"]) == (429, "900")
    assert "09:15 以后再试" in right.content.decode()
    assert [r.getMessage() for r in caplog.records if r.name == "accounts.lockout"] == [
        "locked after 5 wrong passwords, from 10.0.0.1",
        "login refused while locked, from 10.0.0.1",
    ]


def test_lg_03_the_trail_tells_of_each_failure_and_of_the_lock() -> None:
    for _try in range(6):
        log_in(password="wrong")

    events = Event.objects.order_by("pk").values_list("action", "actor_name", "record_id", "origin")
    failed, locked = [("login_failed", "official"), ("lock_out", "official")]
    assert [(e[0], e[2]) for e in events] == [failed] * 5 + [locked]
    assert {(e[1], e[3]) for e in events} == {("official", "10.0.0.1")}


def test_what_nobody_is_called_is_not_kept_for_it_may_be_a_password() -> None:
    log_in("my-secret-password", "wrong")

    assert (Event.objects.get().actor_name, Event.objects.get().record_id) == ("", "")


def test_the_lock_ends_after_a_quarter_of_an_hour_however_often_one_tried_meanwhile() -> None:
    with time_machine.travel(START, tick=False) as clock:
        for _try in range(5):
            log_in(password="wrong")
        clock.shift(14 * 60)
        assert log_in().status_code == 429
        clock.shift(60)

        assert log_in().status_code == 302


def test_failures_lock_only_within_a_quarter_of_an_hour() -> None:
    with time_machine.travel(START, tick=False) as clock:
        for _try in range(4):
            log_in(password="wrong")
        clock.shift(15 * 60)

        assert log_in(password="wrong").status_code == 200


def test_the_right_password_starts_the_count_anew() -> None:
    for _try in range(4):
        log_in(password="wrong")
    log_in()

    assert "还可以再试 4 次" in log_in(password="wrong").content.decode()


def test_a_new_password_from_the_administrator_unlocks() -> None:
    admin = with_password("admin", "administrator")
    User.objects.filter(pk=admin.pk).update(is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(User.objects.get(pk=admin.pk))
    for _try in range(5):
        log_in(password="wrong")

    official = User.objects.get(username="official")
    new = {"password1": "Issued-by-admin-1", "password2": "Issued-by-admin-1", "usable_password": "true"}
    client.post(f"/admin/accounts/user/{official.pk}/password/", new | {"set-password": "1"})

    assert log_in(password="Issued-by-admin-1").status_code == 302


def test_lg_04_the_owner_gets_in_from_another_address() -> None:
    for _try in range(5):
        log_in(password="wrong", address="10.0.0.66")

    assert log_in(address="10.0.0.66").status_code == 429
    assert log_in(address="10.0.0.1").status_code == 302


def fail_from(address: str, times: int) -> None:
    """What so many wrong passwords, each for another name, leave in the database."""
    rows = [AccessFailureLog(username=f"name{n}", ip_address=address) for n in range(times)]
    AccessFailureLog.objects.bulk_create(rows)


def test_lg_05_an_address_is_refused_after_a_hundred_failures_in_an_hour() -> None:
    with time_machine.travel(START, tick=False) as clock:
        fail_from("10.0.0.66", 99)
        assert log_in("name100", "wrong", address="10.0.0.66").status_code == 200
        answer = log_in(address="10.0.0.66")
        assert (answer.status_code, answer["Retry-After"]) == (429, "3600")
        assert "网络地址" in answer.content.decode()
        assert log_in(address="10.0.0.1").status_code == 302

        clock.shift(3600)
        assert log_in(address="10.0.0.66").status_code == 302


def test_lg_06_another_forwarded_address_at_each_try_evades_neither_lock() -> None:
    for number in range(5):
        log_in(password="wrong", forwarded=f"192.0.2.{number}")
    assert log_in(forwarded="192.0.2.99").status_code == 429

    fail_from("10.0.0.66", 100)
    assert log_in(address="10.0.0.66", forwarded="192.0.2.100").status_code == 429


SPELLINGS = [
    "official",
    "Official",
    "OFFICIAL",
    "ｏｆｆｉｃｉａｌ",
    "official ",
    "　official",
    "offi\u200bcial",
    "\ufeffofficial",
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_lg_07_a_name_is_found_in_any_spelling(spelling: str) -> None:
    client = Client()

    assert log_in(spelling, client=client).status_code == 302
    assert client.get("/account/").context["user"].username == "official"


def test_lg_07_all_spellings_have_one_counter() -> None:
    answers = [log_in(spelling, "wrong") for spelling in SPELLINGS[:5]]

    assert answers[-1].status_code == 429
    assert log_in().status_code == 429


def test_lg_07_no_second_account_differs_by_its_spelling() -> None:
    with pytest.raises(Exception, match="同名"):
        call_command("add_user", "ＯＦＦＩＣＩＡＬ\u200b", "--role", "leader")


def test_lg_07_names_of_before_that_differ_by_case_stay_two_people() -> None:
    with_password("Official", password="another-long-password")

    assert log_in("official").status_code == 302
    assert log_in("Official", "another-long-password").status_code == 302
    assert log_in("OFFICIAL").status_code == 200


def test_lg_08_a_password_of_a_megabyte_is_refused_unhashed(hashed: list[str]) -> None:
    hashed.clear()

    answer = log_in(password="x" * 1_000_000)

    assert answer.status_code == 200
    assert "密码过长" in answer.content.decode()
    assert hashed == []


def test_lg_09_a_name_is_never_a_query() -> None:
    assert log_in(CASES["lg-09"]["in"], "x").status_code == 200


@pytest.mark.parametrize("name", ["", "\x00", "a" * 100_000, "\u200b"])
def test_a_name_that_nobody_can_have_is_refused_in_words(name: str) -> None:
    answer = log_in(name, "x")

    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()


ELSEWHERE = ["lg-13", "lg-14", "lg-15", "lg-16", "lg-17"]


@pytest.mark.parametrize("case", ELSEWHERE)
def test_lg_13_to_17_a_login_leads_nowhere_else(case: str) -> None:
    address = "/login/?" + CASES[case]["query"]

    answer = Client().post(address, {"username": "official", "password": PASSWORD})

    assert answer["Location"] == "/"
    assert "a" not in answer.cookies


@pytest.mark.parametrize("case", ELSEWHERE)
def test_lg_13_to_17_neither_does_the_login_page_of_who_is_logged_in(case: str) -> None:
    client = Client()
    log_in(client=client)

    assert client.get("/login/?" + CASES[case]["query"])["Location"] == "/"


def test_it_leads_on_to_the_page_that_was_asked_for() -> None:
    asked = Client().get("/account/password/?x=1")

    assert asked["Location"] == "/login/?next=/account/password/%3Fx%3D1"
    assert log_in(next="/account/password/?x=1")["Location"] == "/account/password/?x=1"


@pytest.mark.parametrize("target", ["/login/", "/login/?next=/login/"])
def test_it_does_not_lead_back_to_itself(target: str) -> None:
    client = Client()
    log_in(client=client)

    assert client.get("/login/", {"next": target})["Location"] == "/"


def test_the_trail_tells_who_logged_in_and_out() -> None:
    client = Client()
    log_in(client=client)
    client.post("/logout/")

    events = Event.objects.order_by("pk").values_list("action", "actor_name", "record", "record_id")
    assert list(events) == [(action, "official", "user", "official") for action in ("login", "logout")]
    assert not is_logged_in(client)


def test_old_failures_are_forgotten() -> None:
    fail_from("10.0.0.9", 3)
    AccessFailureLog.objects.update(attempt_time=timezone.now() - timedelta(hours=2))

    log_in(password="wrong")

    assert AccessFailureLog.objects.count() == 1

"""`login_and_session` of bad-inputs.yaml: sessions that are over, forms from elsewhere, tokens that don't hold."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Token, User
from accounts.tests.logins import PASSWORD, browser, is_logged_in, log_in, with_password
from audit.models import Event
from goals.models.reading import State
from goals.tests.factories import make_reading
from goals.tests.pages.factories import SEPTEMBER, browser_of, make_cast

pytestmark = pytest.mark.django_db
START = "2026-03-02 09:00:00+08:00"
MINUTE, HOUR = 60, 3600
NEW = "Another-long-password-1"


@pytest.fixture
def user() -> User:
    return with_password()


def test_lg_10_the_session_gets_another_id_at_login(user: User) -> None:
    client = Client()
    session = client.session
    session["planted"] = "yes"
    session.save()
    client.cookies["sessionid"] = planted = session.session_key or ""

    log_in(client=client)

    assert client.cookies["sessionid"].value != planted
    assert is_logged_in(client)


def change_password(client: Client, user: User) -> None:
    client.post("/account/password/", {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW})


def log_out(client: Client, user: User) -> None:
    client.post("/logout/")


def switch_off(client: Client, user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


def everywhere(client: Client, user: User) -> None:
    client.post("/account/sign-out-everywhere/")


@pytest.mark.parametrize("end", [log_out, change_password, switch_off, everywhere])
def test_lg_11_an_old_cookie_leads_to_the_login(user: User, end: Callable[[Client, User], None]) -> None:
    client = browser(user)
    old = Client()
    old.cookies["sessionid"] = client.cookies["sessionid"].value

    assert is_logged_in(old)
    end(client, user)

    assert old.get("/account/")["Location"] == "/login/?next=/account/"


@pytest.mark.parametrize("end", [change_password, everywhere])
def test_lg_11_so_does_the_session_of_another_device(user: User, end: Callable[[Client, User], None]) -> None:
    client, other = browser(user), browser(user)

    end(client, user)

    assert not is_logged_in(other)
    assert is_logged_in(client) == (end is change_password)


def test_signing_out_everywhere_leaves_others_logged_in(user: User) -> None:
    other = browser(with_password("other"))

    everywhere(browser(user), user)

    assert is_logged_in(other)


def test_lg_12_a_session_ends_after_half_an_hour_without_use(user: User) -> None:
    with time_machine.travel(START, tick=False) as clock:
        client = browser(user)
        clock.shift(29 * MINUTE)
        assert is_logged_in(client)
        clock.shift(31 * MINUTE)

        answer = client.get("/account/", follow=True)

    assert answer.redirect_chain == [("/login/?next=/account/", 302)]
    assert "已自动退出" in answer.content.decode()


def test_lg_12_a_session_ends_after_twelve_hours_of_use(user: User) -> None:
    with time_machine.travel(START, tick=False) as clock:
        client = browser(user)
        for _quarter in range(12 * 4 - 1):
            clock.shift(15 * MINUTE)
            assert is_logged_in(client)
        clock.shift(16 * MINUTE)

        assert not is_logged_in(client)


def test_lg_12_a_session_that_ended_stays_ended(user: User) -> None:
    with time_machine.travel(START, tick=False) as clock:
        client = browser(user)
        old = client.cookies["sessionid"].value
        clock.shift(31 * MINUTE)
        client.get("/account/")
        clock.shift(-31 * MINUTE)
        client.cookies["sessionid"] = old

        assert not is_logged_in(client)


def test_lg_12_the_demonstrations_day_ages_no_session(user: User, settings: Any) -> None:
    settings.TAOYAN_TODAY = "2022-10-12"
    client = browser(user)

    assert is_logged_in(client)


def test_a_clock_set_back_ends_no_session_and_starts_its_count_anew(user: User) -> None:
    with time_machine.travel(START, tick=False) as clock:
        client = browser(user)
        clock.shift(-2 * HOUR)
        assert is_logged_in(client)
        clock.shift(31 * MINUTE)

        assert not is_logged_in(client)


def writes(client: Client) -> list[str]:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert is_logged_in(client)
    return [q["sql"] for q in queries if q["sql"].startswith(("UPDATE", "INSERT", "DELETE"))]


def test_the_use_of_a_session_is_written_down_once_a_minute_at_most(user: User) -> None:
    with time_machine.travel(START, tick=False) as clock:
        client = browser(user)
        clock.shift(59)
        assert writes(client) == []
        clock.shift(1)
        assert len(writes(client)) == 1
        assert writes(client) == []


@pytest.mark.parametrize("headers", [{"hx-request": "true"}, {"accept": "application/json"}])
def test_a_script_is_told_that_the_session_is_over(headers: dict[str, str]) -> None:
    came_from = {"referer": "http://testserver/report/?month=9"}

    answer = Client().post("/report/", {"x": "1"}, headers=headers | came_from)

    assert answer.status_code == 401
    assert answer.json() == {"login": "/login/?next=/report/%3Fmonth%3D9"}


def test_a_script_is_never_led_to_another_host() -> None:
    headers = {"hx-request": "true", "referer": "https://evil.example/report/"}

    assert Client().get("/report/", headers=headers).json() == {"login": "/login/?next=/"}


def test_the_api_answers_an_ended_session_itself(user: User) -> None:
    with time_machine.travel(START, tick=False) as clock:
        client = browser(user)
        assert client.get("/api/v1/units/").status_code == 200
        clock.shift(31 * MINUTE)

        answer = client.get("/api/v1/units/")

    assert answer.status_code == 401
    assert answer.json()["type"] == "client_error"


def strict(user: User) -> tuple[Client, str]:
    """A browser whose forms are checked, and the token of its own forms."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    client.get("/account/")
    return client, client.cookies["csrftoken"].value


def test_lg_18_a_form_without_a_token_or_with_anothers_changes_nothing(user: User) -> None:
    client, _own = strict(user)
    _other, foreign = strict(with_password("other"))

    for data in ({}, {"csrfmiddlewaretoken": foreign}, {"csrfmiddlewaretoken": "x" * 64}):
        answer = client.post("/account/sign-out-everywhere/", data)

        assert answer.status_code == 403
        assert "表单已过期" in answer.content.decode()
    assert User.objects.get(pk=user.pk).session_epoch == 0


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://testserver.evil.example"])
def test_lg_18_a_form_from_another_origin_changes_nothing(user: User, origin: str) -> None:
    client, own = strict(user)

    answer = client.post("/account/sign-out-everywhere/", {"csrfmiddlewaretoken": own}, headers={"origin": origin})

    assert answer.status_code == 403
    assert User.objects.get(pk=user.pk).session_epoch == 0


def test_lg_18_the_own_token_is_accepted(user: User) -> None:
    client, own = strict(user)

    client.post("/account/sign-out-everywhere/", {"csrfmiddlewaretoken": own})

    assert User.objects.get(pk=user.pk).session_epoch == 1


def test_lg_18_a_script_reads_of_it_in_the_apis_shape(user: User) -> None:
    client, _own = strict(user)

    page = client.post("/account/sign-out-everywhere/", headers={"accept": "application/json"})
    api = client.post("/api/v1/readings/", {}, content_type="application/json")

    assert (page.status_code, page.json()["errors"][0]["code"]) == (403, "csrf_failed")
    assert (api.status_code, api.json()["type"]) == (403, "client_error")


def test_lg_19_opening_an_address_logs_nobody_out_and_approves_nothing() -> None:
    cast = make_cast(frequency="monthly")
    reading = make_reading(cast.indicator, SEPTEMBER, 5, state=State.SUBMITTED, entered_by=cast.official)
    client, events = browser_of(cast.reviewer), Event.objects.count()
    api = f"/api/v1/readings/{reading.pk}"

    for address in ("/logout/", f"/review/{reading.pk}/approve/", f"{api}/approve/", f"{api}/submit/"):
        assert client.get(address).status_code == 405, address

    reading.refresh_from_db()
    assert (reading.state, Event.objects.count()) == (State.SUBMITTED, events)
    assert is_logged_in(client)


def expired(token: Token) -> None:
    token.expires_at = timezone.now() - timedelta(seconds=1)


def revoked(token: Token) -> None:
    token.revoked_at = timezone.now()


def of_a_disabled_user(token: Token) -> None:
    User.objects.filter(pk=token.user_id).update(is_active=False)


@pytest.mark.parametrize("spoil", [expired, revoked, of_a_disabled_user])
def test_lg_22_a_token_that_no_longer_holds_is_401(user: User, spoil: Callable[[Token], None]) -> None:
    token, key = Token.issue(user, name="t", scope="write")
    headers = {"authorization": f"Token {key}"}
    assert Client().get("/api/v1/units/", headers=headers).status_code == 200

    spoil(token)
    token.save()

    assert Client().get("/api/v1/units/", headers=headers).status_code == 401


@pytest.mark.parametrize("parameter", ["token", "access_token", "api_key", "authorization"])
def test_lg_22_a_token_in_the_address_is_401(user: User, parameter: str) -> None:
    key = Token.issue(user, name="t", scope="write")[1]

    assert Client().get("/api/v1/units/", {parameter: key}).status_code == 401

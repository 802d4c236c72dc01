"""令牌 on the own page: made, shown once, revoked; and what a token opens, from where."""

import base64
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Role, Token, User
from accounts.tests.factories import browser_of, queries
from audit.models import Event
from goals.tests.factories import client_of, make_office, make_user

pytestmark = pytest.mark.django_db
PAGE = "/account/tokens/"
UNITS = "/api/v1/units/"
FORM = {"name": "区数据平台", "scope": "read", "days": "90", "networks": ""}


@pytest.fixture
def official() -> User:
    return make_user("official", Role.REPORTER, unit=make_office())


def make(user: User, **fields: Any) -> Any:
    return browser_of(user).post(PAGE, FORM | fields)


def using(key: str, **headers: Any) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {key}", **headers)
    return client


def password(user: str, key: str) -> dict[str, Any]:
    return {"HTTP_AUTHORIZATION": "Basic " + base64.b64encode(f"{user}:{key}".encode()).decode()}


def test_a_tokens_key_is_shown_once_and_kept_as_a_digest(official: User) -> None:
    page = make(official)

    key, token = page.context["key"], Token.objects.get()
    assert key in page.content.decode()
    assert page["Cache-Control"].startswith("max-age=0")
    assert token.digest == Token.digest_of(key) and key not in str(token.__dict__)
    assert key not in browser_of(official).get(PAGE).content.decode()
    assert using(key).get(UNITS).status_code == 200


def test_the_trail_tells_of_it_without_the_key(official: User) -> None:
    page = make(official, networks="10.0.0.0/8")

    event = Event.objects.latest("pk")
    assert (event.action, event.record, event.after["networks"]) == ("make_token", "token", "10.0.0.0/8")
    assert page.context["key"] not in str(event.after) and Token.objects.get().digest not in str(event.after)


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"name": ""}, "name"),
        ({"name": "a" * 101}, "name"),
        ({"scope": "admin"}, "scope"),
        ({"days": "3660"}, "days"),
        ({"networks": "10.1.2.300"}, "networks"),
        ({"networks": "somewhere"}, "networks"),
        ({"networks": ", ".join(["10.0.0.1"] * 21)}, "networks"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_made(official: User, fields: dict[str, str], named: str) -> None:
    page = make(official, **fields)

    assert page.status_code == 400
    assert set(page.context["form"].errors) == {named}
    assert not Token.objects.exists()


def test_two_usable_tokens_have_two_names_and_there_are_at_most_twenty(official: User) -> None:
    make(official)

    assert "name" in make(official).context["form"].errors
    for number in range(19):
        make(official, name=f"第{number}个")
    assert make(official, name="再一个").status_code == 400
    assert Token.objects.count() == 20


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR, None])
def test_who_sees_no_business_has_no_tokens(role: str | None) -> None:
    user = make_user("someone", *([role] if role else []))

    assert browser_of(user).get(PAGE).status_code == 403
    assert make(user).status_code == 403
    assert not Token.objects.exists()


def test_visitors_are_asked_to_log_in() -> None:
    assert Client().get(PAGE)["Location"] == f"/login/?next={PAGE}"


def test_a_revoked_token_opens_nothing_any_more(official: User) -> None:
    key = make(official).context["key"]
    token = Token.objects.get()

    answer = browser_of(official).post(f"/tokens/{token.pk}/revoke/", follow=True)

    assert "令牌已撤销" in answer.content.decode()
    assert using(key).get(UNITS).status_code == 401
    assert Event.objects.latest("pk").action == "revoke_token"


def test_nobody_revokes_anothers_token_but_an_administrator(official: User) -> None:
    make(official)
    path = f"/tokens/{Token.objects.get().pk}/revoke/"

    assert browser_of(make_user("other", Role.LEADER)).post(path).status_code == 404
    assert browser_of(official).get(path).status_code == 405
    assert Token.objects.get().revoked_at is None
    assert browser_of(make_user("root", Role.ADMINISTRATOR)).post(path).status_code == 302
    assert Token.objects.get().revoked_at is not None


def test_an_administrator_makes_a_machines_tokens_and_no_persons(official: User) -> None:
    feed, browser = make_user("feed", Role.DATA_FEED), browser_of(make_user("root", Role.ADMINISTRATOR))
    User.objects.filter(pk=feed.pk).update(is_machine=True)

    assert browser.post(f"/users/{feed.pk}/tokens/", FORM).context["token"].user == feed
    assert browser.post(f"/users/{official.pk}/tokens/", FORM).status_code == 403
    assert browser_of(official).get(f"/users/{feed.pk}/tokens/").status_code == 403
    assert not Token.objects.filter(user=official).exists()


def test_the_pages_queries_do_not_grow_with_its_tokens(official: User) -> None:
    browser = browser_of(official)
    make(official)
    few = queries(lambda: browser.get(PAGE))

    for number in range(10):
        make(official, name=str(number))

    assert queries(lambda: browser.get(PAGE)) == few <= 12


def test_a_token_is_used_from_its_addresses_alone(official: User) -> None:
    key = make(official, networks="10.1.0.0/16, 2001:db8::1").context["key"]

    def status(address: str) -> int:
        return int(using(key, REMOTE_ADDR=address).get(UNITS).status_code)

    assert [status(a) for a in ("10.1.2.3", "2001:db8::1", "::ffff:10.1.9.9")] == [200, 200, 200]
    assert [status(a) for a in ("10.2.0.1", "127.0.0.1", "2001:db8::2", "")] == [403, 403, 403, 403]


def test_behind_a_proxy_the_address_is_what_the_proxy_saw(official: User, settings: Any) -> None:
    settings.PROXIES = [ip_network("192.0.2.1/32")]
    key = make(official, networks="10.1.2.3").context["key"]

    through = using(key, REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR="6.6.6.6, 10.1.2.3").get(UNITS)
    forged = using(key, REMOTE_ADDR="6.6.6.6", HTTP_X_FORWARDED_FOR="10.1.2.3").get(UNITS)

    assert (through.status_code, forged.status_code) == (200, 403)


def test_the_last_use_is_noted_once_a_minute(official: User) -> None:
    client = client_of(official)
    client.get(UNITS)
    first = Token.objects.get().last_used_at

    client.get(UNITS)
    assert Token.objects.get().last_used_at == first
    Token.objects.update(last_used_at=timezone.now() - timedelta(minutes=2))
    client.get(UNITS)
    assert Token.objects.get().last_used_at > first  # type: ignore[operator]


def expire(token: Token) -> None:
    Token.objects.filter(pk=token.pk).update(expires_at=timezone.now() - timedelta(seconds=1))


def revoke(token: Token) -> None:
    Token.objects.filter(pk=token.pk).update(revoked_at=timezone.now())


def disable(token: Token) -> None:
    User.objects.filter(pk=token.user_id).update(is_active=False)


@pytest.mark.parametrize("spoil", [expire, revoke, disable])
def test_lg_22_a_token_that_does_not_hold_any_more_is_401(official: User, spoil: Any) -> None:
    token, key = Token.issue(official, name="t", scope="read")
    spoil(token)

    assert using(key).get(UNITS).status_code == 401
    assert APIClient().get(f"{UNITS}?format=csv", **password("official", key)).status_code == 401


@pytest.mark.parametrize("name", ["token", "key", "access_token", "auth_token"])
def test_lg_22_a_token_in_the_query_string_is_401(official: User, name: str) -> None:
    _token, key = Token.issue(official, name="t", scope="read")

    assert APIClient().get(f"{UNITS}?format=csv&{name}={key}").status_code == 401


def test_a_spreadsheet_is_asked_for_a_password_and_takes_a_read_token(official: User) -> None:
    _token, key = Token.issue(official, name="t", scope="read")

    asked = APIClient().get(f"{UNITS}?format=csv")
    answer: Any = APIClient().get(f"{UNITS}?format=csv", **password("official", key))

    assert asked.status_code == 401 and asked["WWW-Authenticate"].startswith("Basic realm=")
    assert APIClient().get(UNITS)["WWW-Authenticate"] == "Token"
    assert b"office" in b"".join(answer.streaming_content)


def test_as_a_password_a_token_reads_tables_and_nothing_else(official: User) -> None:
    _token, key = Token.issue(official, name="read", scope="read")
    _token, writing = Token.issue(official, name="write", scope="write")

    def status(path: str, user: str, key: str, method: str = "get") -> int:
        return int(getattr(APIClient(), method)(path, **password(user, key)).status_code)

    assert status(UNITS, "official", key) == 401
    assert status(f"{UNITS}?format=csv", "somebody", key) == 401
    assert status(f"{UNITS}?format=csv", "official", writing) == 401
    assert status("/api/v1/readings/?format=csv", "official", key, "post") == 401
    assert status("/account/", "official", key) == 302


@pytest.mark.parametrize("header", ["Basic", "Basic ", "Basic !!!", "Basic /w==", "Basic b2ZmaWNpYWw="])
def test_a_password_that_is_none_is_401(header: str) -> None:
    assert APIClient().get(f"{UNITS}?format=csv", HTTP_AUTHORIZATION=header).status_code == 401

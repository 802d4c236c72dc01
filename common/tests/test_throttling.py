"""So many requests a minute: refused clearly, counted by token or address, never at the price of an answer."""

import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as configured
from django.core.cache import caches
from redis.backoff import NoBackoff
from redis.retry import Retry
from rest_framework.test import APIClient

from common import counting
from goals.tests.factories import client_of, make_office, make_user

pytestmark = pytest.mark.django_db
UNITS = "/api/v1/units/"


@pytest.fixture(autouse=True)
def few(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three a token and two an address, counted from nothing."""
    rates = {"token": "3/hour", "address": "2/hour"}
    settings.REST_FRAMEWORK = configured.REST_FRAMEWORK | {"DEFAULT_THROTTLE_RATES": rates}
    monkeypatch.setattr(counting, "_down_until", 0.0)
    for name in ("default", "local"):
        caches[name].clear()
    make_office()


def test_the_fourth_request_of_a_token_is_429_and_says_when() -> None:
    client = client_of(make_user("leader", "leader"))

    answers = [client.get(UNITS) for _time in range(4)]

    assert [a.status_code for a in answers] == [200, 200, 200, 429]
    assert 0 < int(answers[3]["Retry-After"]) <= 3_600
    assert answers[3].json()["errors"][0]["code"] == "throttled"


def test_each_token_has_its_own_number() -> None:
    user = make_user("leader", "leader")
    first, second = client_of(user), client_of(user)
    for _time in range(4):
        first.get(UNITS)

    assert second.get(UNITS).status_code == 200


@pytest.mark.parametrize("headers", [{}, {"HTTP_AUTHORIZATION": "Token ty_unknown"}])
def test_who_is_not_known_is_counted_by_the_address(headers: dict[str, str]) -> None:
    def ask(address: str, forwarded: str = "") -> int:
        more = {"REMOTE_ADDR": address, "HTTP_X_FORWARDED_FOR": forwarded}
        return int(APIClient().get(UNITS, **more, **headers).status_code)  # type: ignore[arg-type]

    assert [ask("10.0.0.1", f"10.9.9.{n}") for n in range(3)] == [401, 401, 429]
    assert ask("10.0.0.2") == 401


def test_what_is_refused_counts_too() -> None:
    client = client_of(make_user("auditor", "auditor"))

    assert [client.get(UNITS).status_code for _time in range(4)] == [403, 403, 403, 429]


def test_a_304_counts_too() -> None:
    client = client_of(make_user("leader", "leader"))
    tag = client.get(UNITS)["ETag"]

    assert [client.get(UNITS, HTTP_IF_NONE_MATCH=tag).status_code for _time in range(3)] == [304, 304, 429]


def on_redis(settings: Any, location: str) -> None:
    options = {"socket_timeout": 0.3, "socket_connect_timeout": 0.3, "retry": Retry(NoBackoff(), 0)}
    settings.CACHES = configured.CACHES | {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": location, "OPTIONS": options}
    }


@pytest.fixture
def hung() -> Iterator[str]:
    """A Redis that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        kept: list[socket.socket] = []

        def take() -> None:
            while True:
                try:
                    kept.append(server.accept()[0])
                except OSError:
                    return

        threading.Thread(target=take, daemon=True).start()
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


def answered(client: APIClient, times: int) -> tuple[list[int], float]:
    begun = time.monotonic()
    return [client.get(UNITS).status_code for _time in range(times)], time.monotonic() - begun


def test_a_redis_that_hangs_delays_one_request_and_breaks_none(settings: Any, hung: str) -> None:
    on_redis(settings, hung)
    client = client_of(make_user("leader", "leader"))

    statuses, took = answered(client, 4)

    # Counted in the process meanwhile, after one wait of 0.3 s at most twice.
    assert statuses == [200, 200, 200, 429]
    assert counting._down_until > time.monotonic()
    assert took < 5


def test_a_redis_that_is_down_breaks_nothing(settings: Any) -> None:
    on_redis(settings, "redis://127.0.0.1:1/0")

    assert answered(client_of(make_user("leader", "leader")), 4)[0] == [200, 200, 200, 429]

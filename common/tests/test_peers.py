"""Where a request comes from: the peer's own address, or what a named proxy says."""

from ipaddress import ip_network
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from pytest_django.fixtures import Settings as SettingsWrapper

from common.middleware import PeerMiddleware

PROXY, STRANGER = "10.1.0.5", "203.0.113.9"


def seen(peer: str, **headers: str) -> HttpRequest:
    """The request as the portal sees it."""
    found: list[HttpRequest] = []

    def view(request: HttpRequest) -> HttpResponse:
        found.append(request)
        return HttpResponse()

    request: Any = RequestFactory().get("/", REMOTE_ADDR=peer, headers=headers)
    PeerMiddleware(view)(request)
    return found[0]


@pytest.fixture
def behind(settings: SettingsWrapper) -> None:
    settings.PROXIES = [ip_network("10.1.0.0/24")]
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")


def test_without_a_proxy_nobody_says_where_they_come_from() -> None:
    request = seen(STRANGER, **{"x-forwarded-for": "192.0.2.1"})

    assert request.META["REMOTE_ADDR"] == STRANGER
    assert "HTTP_X_FORWARDED_FOR" not in request.META


@pytest.mark.parametrize(
    ("told", "address"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("198.51.100.1, 192.0.2.1", "192.0.2.1"),
        ("2001:db8::1", "2001:db8::1"),
        ("", PROXY),
        ("nonsense", PROXY),
        ("192.0.2.1, <script>", PROXY),
    ],
)
@pytest.mark.usefixtures("behind")
def test_a_named_proxys_last_address_counts(told: str, address: str) -> None:
    assert seen(PROXY, **{"x-forwarded-for": told}).META["REMOTE_ADDR"] == address


@pytest.mark.usefixtures("behind")
def test_another_peer_is_believed_neither_address_nor_protocol() -> None:
    request = seen(STRANGER, **{"x-forwarded-for": "192.0.2.1", "x-forwarded-proto": "https"})

    assert request.META["REMOTE_ADDR"] == STRANGER
    assert not request.is_secure()


@pytest.mark.usefixtures("behind")
def test_the_named_proxys_protocol_counts() -> None:
    assert seen(PROXY, **{"x-forwarded-proto": "https"}).is_secure()


@pytest.mark.usefixtures("behind")
def test_a_peer_without_an_address_is_no_proxy() -> None:
    assert seen("", **{"x-forwarded-for": "192.0.2.1"}).META["REMOTE_ADDR"] == ""

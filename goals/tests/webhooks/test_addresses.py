"""Where a hook may connect to: what the administrator listed, judged by what the name resolves to."""

import socket
from ipaddress import ip_address
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from goals.webhooks.addresses import Allowed, NotAllowed, is_public, parsed, plain, resolved

NOTHING = Allowed.of([])


def resolves_to(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """Every name has these addresses; returns the list of names asked for."""
    asked: list[str] = []

    def answer(host: str, port: int, **_more: Any) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    return asked


def test_a_listed_host_is_reached_at_its_public_address(monkeypatch: pytest.MonkeyPatch) -> None:
    resolves_to(monkeypatch, "93.184.216.34")

    place = resolved("https://Data.Example.cn:8443/in?x=1", Allowed.of(["data.example.cn"]))

    assert str(place.ip) == "93.184.216.34"
    assert (place.host, place.port, place.path) == ("data.example.cn", 8443, "/in?x=1")
    assert place.authority == "data.example.cn:8443"


@pytest.mark.parametrize(
    "ip", ["127.0.0.1", "10.1.2.3", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1"]
)
def test_a_listed_host_does_not_lead_to_a_private_address(monkeypatch: pytest.MonkeyPatch, ip: str) -> None:
    resolves_to(monkeypatch, ip)

    with pytest.raises(NotAllowed) as refused:
        resolved("http://data.example.cn/", Allowed.of(["data.example.cn"]))

    assert refused.value.code == "not_allowed"


@pytest.mark.parametrize(
    "ip", ["::1", "fe80::1", "fd00::1", "::ffff:127.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1", "2001:0:1:1::80ff:fffe"]
)
def test_nor_to_one_of_version_6_that_is_private_or_stands_for_a_private_one(
    monkeypatch: pytest.MonkeyPatch, ip: str
) -> None:
    resolves_to(monkeypatch, ip)

    with pytest.raises(NotAllowed):
        resolved("http://data.example.cn/", Allowed.of(["data.example.cn"]))


def test_a_listed_network_admits_its_addresses_private_ones_too(monkeypatch: pytest.MonkeyPatch) -> None:
    resolves_to(monkeypatch, "10.1.2.3")

    assert str(resolved("http://inside.example/", Allowed.of(["10.1.2.0/24"])).ip) == "10.1.2.3"
    with pytest.raises(NotAllowed):
        resolved("http://inside.example/", Allowed.of(["10.1.3.0/24"]))


def test_what_is_not_listed_is_not_reached_public_or_not(monkeypatch: pytest.MonkeyPatch) -> None:
    resolves_to(monkeypatch, "93.184.216.34")

    with pytest.raises(NotAllowed):
        resolved("http://elsewhere.example/", Allowed.of(["data.example.cn"]))


def test_of_several_addresses_one_that_is_allowed_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    resolves_to(monkeypatch, "10.0.0.1", "93.184.216.34")

    assert str(resolved("http://data.example.cn/", Allowed.of(["data.example.cn"])).ip) == "93.184.216.34"


@pytest.mark.parametrize("written", ["http://2130706433/", "http://0x7f.1/", "http://127.1/", "http://localhost/"])
def test_another_spelling_of_loopback_is_loopback(written: str) -> None:
    with pytest.raises(NotAllowed):
        resolved(written, NOTHING)


def test_a_name_that_no_one_knows_is_not_resolved(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_args: Any, **_more: Any) -> None:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", unknown)

    with pytest.raises(NotAllowed) as refused:
        resolved("http://nobody.example/", NOTHING)

    assert refused.value.code == "not_resolved"


@pytest.mark.parametrize(
    "address",
    [
        *(
            "ftp://a.cn/",
            "http://",
            "a.cn",
            "file:///etc/passwd",
            "http://u:p@a.cn/",
            "http://a.cn/#x",
            "http://a.cn:0/",
        ),
        *(
            "http://a.cn:99999/",
            "http://数据.cn/",
            "http://a.cn/ x",
            "http://a.cn/\r\nX: y",
            "http://[::1",
            "http://a.cn\\@b/",
        ),
        "http://a.cn/" + "x" * 500,
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ValidationError):
        parsed(address)


def test_an_address_of_version_4_in_one_of_6_is_judged_as_what_it_is() -> None:
    assert str(plain(ip_address("::ffff:10.0.0.1"))) == "10.0.0.1"
    assert not is_public(ip_address("255.255.255.255"))
    assert is_public(ip_address("93.184.216.34"))

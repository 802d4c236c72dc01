"""Where a webhook may connect to: only what the administrator allowed, checked after the name was resolved."""

import socket
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

Ip = IPv4Address | IPv6Address
_NAT64 = ip_network("64:ff9b::/96")
_LONGEST = 500
_PORTS = {"http": 80, "https": 443}


class NotAllowed(Exception):
    """No address that this host has may be connected to; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Place:
    """A checked address: the connection goes to `ip`, whatever the name means by then."""

    scheme: str
    host: str
    port: int
    path: str
    ip: Ip

    @property
    def authority(self) -> str:
        """As in the Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


@dataclass(frozen=True)
class Allowed:
    """What the administrator allowed: names of hosts, and networks."""

    hosts: frozenset[str]
    networks: tuple[IPv4Network | IPv6Network, ...]

    @classmethod
    def of(cls, entries: Iterable[str]) -> "Allowed":
        hosts, networks = set(), []
        for entry in entries:
            network = network_of(entry)
            if network is None:
                hosts.add(entry)
            else:
                networks.append(network)
        return cls(frozenset(hosts), tuple(networks))

    def admits(self, host: str, ip: Ip) -> bool:
        """An address in a listed network; or a public one of a listed host."""
        if any(ip in network for network in self.networks):
            return True
        return host in self.hosts and is_public(ip)


def parsed(address: str) -> SplitResult:
    """The parts of a hook's address. Raises ValidationError for what is none."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as error:
        raise ValidationError(_("不是有效的网址。"), code="invalid") from error
    if parts.scheme not in _PORTS or not parts.hostname or len(address) > _LONGEST or port == 0:
        raise ValidationError(_("应为 http:// 或 https:// 开头的网址。"), code="invalid")
    if not (address.isascii() and address.isprintable()) or " " in address or "\\" in address:
        raise ValidationError(_("网址只能用 ASCII 字符；中文域名请写成 xn-- 形式。"), code="invalid")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise ValidationError(_("网址里不能带用户名、密码或 # 部分。"), code="invalid")
    return parts


def network_of(entry: str) -> IPv4Network | IPv6Network | None:
    """The network that an entry of the administrator names; None for a host."""
    try:
        return ip_network(entry)
    except ValueError:
        return None


def resolved(address: str, allowed: Allowed) -> Place:
    """The first allowed address that the host has now. Raises NotAllowed when none is."""
    parts = parsed(address)
    host = str(parts.hostname).rstrip(".")
    port = parts.port or _PORTS[parts.scheme]
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotAllowed("not_resolved") from error
    for *_kind, place in found:
        ip = ip_address(str(place[0]).partition("%")[0])
        if allowed.admits(host, plain(ip)):
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            return Place(parts.scheme, host, port, path, ip)
    raise NotAllowed("not_allowed")


def plain(ip: Ip) -> Ip:
    """The address of version 4 that one of version 6 stands for, where it does: a translator would go there."""
    if isinstance(ip, IPv4Address):
        return ip
    if ip.ipv4_mapped is not None:
        return ip.ipv4_mapped
    if ip.sixtofour is not None:
        return ip.sixtofour
    if ip.teredo is not None:
        return ip.teredo[1]
    return IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else ip


def is_public(ip: Ip) -> bool:
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)

"""Addresses and networks as people write them: 10.1.2.3, 10.1.0.0/16, 2001:db8::/32."""

import re
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

Network = IPv4Network | IPv6Network
MOST = 20


def parse_networks(listed: str) -> list[Network]:
    """What is listed, with commas, spaces or line ends between. Raises ValidationError naming what is neither."""
    found: list[Network] = []
    for each in re.split(r"[\s,，、;；]+", listed.strip()) if listed.strip() else ():
        try:
            found.append(ip_network(each, strict=False))
        except ValueError:
            said = _("“%(address)s”不是地址或网段，应如 10.1.2.3 或 10.1.0.0/16。") % {"address": each[:50]}
            raise ValidationError(said, code="invalid_network") from None
    if len(found) > MOST:
        raise ValidationError(_("最多 %(n)s 个地址或网段。") % {"n": MOST}, code="too_many")
    return found


def is_among(address: str, networks: Iterable[Network]) -> bool:
    """Does the address lie in one of them? An IPv4 address that is written as IPv6 counts as what it is."""
    try:
        found: IPv4Address | IPv6Address = ip_address(address)
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return any((mapped or found) in network for network in networks)

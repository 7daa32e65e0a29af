"""Where a request comes from, as far as limits for strangers need it.

One household or attacker is one IPv4 address, or one IPv6 network of 64 bits. A server in front
says in `X-Forwarded-For` for whom it speaks; without that header, or where it isn't believed
(`http.proxies`), all it speaks for are one origin.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.requests import Request

_NETWORK = 64


def origin_of(request: Request) -> str:
    """A name for the origin, "" where it can't be told."""
    if request.client is None:
        return ""
    try:
        address = ipaddress.ip_address(request.client.host.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, _NETWORK), strict=False))

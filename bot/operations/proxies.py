"""Servers in front of ours: whose `X-Forwarded-For` is believed, and a word where none is.

Where a visitor comes from counts: limits for strangers go by origin. Only this machine's own
servers and those of `http.proxies` are believed; anybody else could make an origin up.
"""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_OWN: Final = ("127.0.0.1/32", "::1/128")
_HEADER: Final = b"x-forwarded-for"

log = logging.getLogger(__name__)


class Believed:
    """The networks whose servers are believed, each also as a socket for IPv6 and IPv4 tells it."""

    def __init__(self, proxies: Sequence[str]) -> None:
        own = [ipaddress.ip_network(one) for one in (*_OWN, *proxies)]
        mapped = [
            ipaddress.ip_network((f"::ffff:{one.network_address}", 96 + one.prefixlen))
            for one in own
            if one.version == 4
        ]
        self._networks = [*own, *mapped]

    @property
    def networks(self) -> list[str]:
        """As uvicorn wants them."""
        return [str(one) for one in self._networks]

    def __contains__(self, address: str) -> bool:
        try:
            found = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(found in one for one in self._networks)


class Noticing:
    """Tells the operator, once, of a server nearby that speaks for others and isn't believed."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._told = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._told and (server := _unheard(scope)):
            self._told = True
            log.warning(
                "a server at %s says for whom it speaks and is not believed: all who come through "
                "it share the limits for strangers; if it is yours, write it under http.proxies",
                server,
            )
        await self._app(scope, receive, send)


def _unheard(scope: Scope) -> str:
    """The address of such a server; nothing where there is none, or its word was taken."""
    told = b", ".join(value for name, value in scope.get("headers", ()) if name == _HEADER)
    if not told or not scope.get("client"):
        return ""
    try:
        address = ipaddress.ip_address(scope["client"][0])
    except ValueError:
        return ""
    taken = scope["client"][0] in told.decode("latin1")
    return "" if taken or not address.is_private else str(address)

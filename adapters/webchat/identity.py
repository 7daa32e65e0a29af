"""Who is at the page: a random token in a cookie, of which only the hash is known here.

A token never leaves the browser's cookie and is never stored. Its SHA-256 names the person:
`webchat:<first 32 hex digits>`. Whoever has the cookie is that person; whoever has the
address can't become them.

A page may only be posted to from itself: browsers say in `Sec-Fetch-Site` or `Origin` which
site made a request, and the cookie is SameSite=Lax besides.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,128}")
_FOUR_HUNDRED_DAYS = 400 * 24 * 3600  # the longest that browsers keep a cookie


def person_id(token: str) -> str:
    """The id of whoever holds `token`: what stands behind `webchat:`."""
    return hashlib.sha256(token.encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Where a page is reached and how its cookie is called.

    `base` is the page's path, with a slash at the end; `token` is the fixed one of a made-up
    person, None where every browser gets its own.
    """

    base: str
    cookie: str
    secure: bool
    token: str | None = None

    def who(self, request: Request) -> str | None:
        """The person whose cookie came along, if one did."""
        token = request.cookies.get(self.cookie, "")
        return person_id(token) if _TOKEN.fullmatch(token) else None

    def give_cookie(self, request: Request, response: Response) -> None:
        """See to it that the browser has a token from now on; whoever comes back keeps theirs."""
        known = request.cookies.get(self.cookie, "") if self.who(request) is not None else ""
        response.set_cookie(
            self.cookie,
            self.token or known or secrets.token_urlsafe(32),
            max_age=_FOUR_HUNDRED_DAYS,
            path=self.base,
            secure=self.secure,
            httponly=True,
            samesite="lax",
        )


def front_door(public_url: str | None) -> Door:
    """The ordinary page, at `/`.

    Under https the cookie carries the `__Host-` prefix, so that no neighbouring host can set it.
    """
    secure = (public_url or "").startswith("https://")
    return Door(base="/", cookie="__Host-saar" if secure else "saar", secure=secure)


def demo_doors(people: Mapping[str, str]) -> dict[str, Door]:
    """One door a made-up person, each with its own path, so that one browser can be all."""
    for name, token in people.items():
        if not _TOKEN.fullmatch(token):
            raise ConfigurationError(f"demo person {name}: a token has 16 to 128 letters or digits")
    return {
        name: Door(base=f"/demo/phone/{name}/", cookie="saar_demo", secure=False, token=token)
        for name, token in people.items()
    }


def same_origin(headers: Mapping[str, str], public_url: str | None) -> bool:
    """Whether a request comes from our own page, as far as the browser says."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = headers.get("origin")
    if origin is None:
        return False
    hosts = {headers.get("host", ""), urlsplit(public_url or "").netloc} - {""}
    try:
        return urlsplit(origin).netloc in hosts
    except ValueError:  # no address at all
        return False

"""The page as it leaves here: one HTML file filled in, and the headers that fence it."""

from __future__ import annotations

import html
from functools import cache
from string import Template
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse
from starlette.staticfiles import StaticFiles

from adapters.webchat.words import STATIC, spoken, word

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import Scope

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
    "connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'"
)


def fence(*, framed: bool) -> dict[str, str]:
    """Headers for a page; `framed` lets pages of our own show it in a frame."""
    ancestors = "'self'" if framed else "'none'"
    return {
        "Content-Security-Policy": f"{_POLICY}; frame-ancestors {ancestors}",
        "X-Frame-Options": "SAMEORIGIN" if framed else "DENY",
        "Permissions-Policy": "geolocation=(self), camera=(), microphone=()",
        "Cross-Origin-Opener-Policy": "same-origin",
    } | PLAIN_FENCE


PLAIN_FENCE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@cache
def _template() -> Template:
    return Template((STATIC / "page.html").read_text())


def page(*, language: str, framed: bool, facts: dict[str, Any]) -> HTMLResponse:
    """The chat page; every one of `facts` becomes a `data-` attribute that its script reads."""
    language = spoken(language)
    emergency = str(facts["emergency"])
    attributes = " ".join(
        f'data-{key}="{html.escape(str(fact))}"' for key, fact in facts.items() if fact is not None
    )
    words = {
        key: html.escape(word(language, key, emergency=emergency))
        for key in ("call", "detail", "placeholder", "send", "attach", "log", "noscript", "skip")
    }
    body = _template().substitute(
        words,
        language=language,
        attributes=attributes,
        name=html.escape(str(facts["group"])),
        emergency=html.escape(emergency),
    )
    return HTMLResponse(body, headers=fence(framed=framed))


class Assets(StaticFiles):
    """Styles, scripts, fonts and texts: fetched again only when they changed."""

    def __init__(self) -> None:
        super().__init__(directory=STATIC)

    async def get_response(self, path: str, scope: Scope) -> Response:
        if path.endswith(".html"):  # a template, no page
            raise HTTPException(404)
        response = await super().get_response(path, scope)
        response.headers.update(PLAIN_FENCE)
        days = path.endswith(".woff2")
        response.headers["Cache-Control"] = "max-age=604800" if days else "no-cache"
        return response

"""The bot's own HTTP server: health, figures, and the pages that adapters mount.

There is one listener and it runs inside the application's loop. `/healthz` says that the process
lives, `/readyz` that store and adapters are usable, `/metrics` speaks to this machine only unless
the configuration says `metrics: any`. A page that sets its own headers keeps them.

Anybody may connect. So that no crowd of connections takes the files away that messengers, store and
mail need, they have half of what this process may open, and one address has a quarter of those; who
connects and asks for nothing, at first or behind an answer, is let go.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import logging
import resource
import socket
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, cast

import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.errors import SaarbotError
from bot.messaging import Page
from bot.operations import listener, proxies
from bot.operations.health import Health
from bot.operations.metrics import CONTENT_TYPE, Metrics
from bot.settings.model import HttpSettings

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger(__name__)

HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(self), microphone=()",
}
_FORWARDED: Final = ("forwarded", "x-forwarded-for", "x-real-ip")
_GRACE: Final = 3
_SILENT_S: Final = 20.0  # until a request on a connection
_OF_ONE: Final = 4
_FILES: Final = 8192


class HttpServer:
    """Serves until `stop`. `start` returns once the port listens, and then `address` is known."""

    def __init__(
        self,
        settings: HttpSettings,
        health: Health,
        metrics: Metrics,
        pages: Sequence[Page] = (),
        *,
        connections: int | None = None,
        silent_s: float = _SILENT_S,
    ) -> None:
        self._settings = settings
        self._socket: socket.socket | None = None
        self._task: asyncio.Task[None] | None = None
        self.app = _app(settings, health, metrics, pages)
        believed = proxies.Believed(settings.proxies)
        self._server = _Server(
            uvicorn.Config(
                self.app,
                http=_guarded(connections or files() // 2, silent_s, believed),
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=True,
                forwarded_allow_ips=believed.networks,
                lifespan="off",
                timeout_graceful_shutdown=_GRACE,
                ws_max_size=1 << 20,
            )
        )

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens: the port that was taken if 0 was asked."""
        if self._socket is None:
            raise RuntimeError("the server has not been started")
        host, port = self._socket.getsockname()[:2]
        return str(host), int(port)

    @property
    def url(self) -> str:
        """Its address on this machine, without a slash at the end."""
        return listener.url(*self.address)

    async def start(self) -> None:
        """Bind and serve; raises Unusable when the address can't be had."""
        self._socket = listener.take(self._settings.host, self._settings.port)
        self._task = asyncio.create_task(self._server.serve([self._socket]), name="http")
        while not self._server.started:
            if self._task.done():
                await self._task
                raise SaarbotError("the HTTP server ended before it had begun")
            await asyncio.sleep(0.005)

    async def wait(self) -> None:
        """Return when the server has ended; raises what ended it."""
        if self._task is not None:
            await asyncio.shield(self._task)

    async def stop(self) -> None:
        """Take no more connections, let open ones finish for a moment, and end."""
        self._server.should_exit = True
        if self._task is not None:
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        if self._socket is not None:
            self._socket.close()


def files() -> int:
    """How many files this process may have open at once."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _FILES if soft == resource.RLIM_INFINITY else soft


def more_files() -> None:
    """Allow this process what a city's worth of open pages needs, as far as the system lets it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _guarded(most: int, silent_s: float, crossing: proxies.Believed) -> type[H11Protocol]:
    """The protocol with at most `most` connections, a quarter of them from one address that speaks
    for itself alone, and none that is silent for long outside of a request.
    """

    class Guarded(H11Protocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
            super().connection_made(transport)
            if len(self.connections) > most or self._crowds():
                transport.abort()
            else:
                self._wait_for_a_request()

        def on_response_complete(self) -> None:
            self._wait_for_a_request()
            super().on_response_complete()

        def _crowds(self) -> bool:
            """Whether its address has too many; each connection is looked at, websockets too."""
            address = _address(self)
            if address in crossing:
                return False
            return sum(_address(one) == address for one in self.connections) > most // _OF_ONE

        def _wait_for_a_request(self) -> None:
            self.loop.call_later(silent_s, self._let_go, self.cycle)

        def _let_go(self, answered: object) -> None:
            """Close it if no whole head of a request came behind that answer, or the first."""
            # One that has become a websocket is no longer among them.
            if cast("object", self.cycle) is answered and self in self.connections:
                self.transport.close()

    return Guarded


def _address(connection: Any) -> str:
    """Whose connection it is, of whichever protocol."""
    return str(connection.client[0]) if connection.client else ""


class _Server(uvicorn.Server):
    """Signals belong to the application, not to its HTTP server."""

    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        yield


def _app(
    settings: HttpSettings, health: Health, metrics: Metrics, pages: Sequence[Page]
) -> ASGIApp:
    async def healthz(_: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def readyz(_: Request) -> Response:
        parts = health.parts()
        told = {name: "ok" if part.ok else "not ready" for name, part in parts.items()}
        return JSONResponse(told, status_code=200 if health.ready() else 503)

    async def figures(request: Request) -> Response:
        if settings.metrics == "loopback" and not from_this_machine(request):
            return PlainTextResponse("not found\n", status_code=404)
        text = await asyncio.to_thread(metrics.text)
        return Response(text, media_type=CONTENT_TYPE)

    routes = [
        Route("/healthz", healthz),
        Route("/readyz", readyz),
        Route("/metrics", figures),
    ]
    own = Starlette(routes=routes, exception_handlers={Exception: _failed})
    return proxies.Noticing(Secured(_Pages(own, {route.path for route in routes}, pages)))


async def _failed(_: Request, error: Exception) -> Response:
    log.error("a page failed", exc_info=error)
    return PlainTextResponse("internal error\n", status_code=500)


class _Pages:
    """Hands a request to the page with the longest path that fits.

    Unlike Starlette's Mount a page also gets its bare path (`/webhooks/telegram`), without a
    redirect that no messenger would follow.
    """

    def __init__(self, own: ASGIApp, taken: set[str], pages: Sequence[Page]) -> None:
        self._own = own
        self._taken = taken
        mounted = [(page.path.rstrip("/"), page.app) for page in pages]
        self._pages = sorted(mounted, key=lambda one: len(one[0]), reverse=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = str(scope["path"])
        if path not in self._taken:
            for prefix, app in self._pages:
                if path == prefix or path.startswith(f"{prefix}/"):
                    root = scope.get("root_path", "")
                    await app({**scope, "root_path": root + prefix}, receive, send)
                    return
        await self._own(scope, receive, send)


def from_this_machine(request: Request) -> bool:
    """Whether the caller is on this machine, and no proxy speaks for somebody else."""
    if request.client is None or any(name in request.headers for name in _FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False


class Secured:
    """Puts the security headers on every answer that doesn't bring its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers)

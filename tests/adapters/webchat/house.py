"""The web chat with a real server on loopback and, in the core's place, a sink that answers."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from adapters.webchat.adapter import WebChat, factory
from bot.clock import SettableClock
from bot.errors import StoreFull
from bot.messaging import AdapterState, Address, Context, Event, Page, Panels, RawInbound
from bot.operations.health import Health
from bot.operations.http import HttpServer
from bot.operations.metrics import Metrics
from bot.settings.model import HttpSettings
from bot.testkit.storage import MemoryStorage

ABOUT: dict[str, Any] = {
    "neighbourhoods": [
        {"id": "munsterbilzen", "name": "Munsterbilzen", "invite_code": "rozenstraat"}
    ],
    "emergency": "101",
}
Answer = Callable[[Event], Awaitable[None]]


class Core:
    """Stands where the core stands: keeps what is handed over, once, and may answer it."""

    def __init__(self, storage: MemoryStorage) -> None:
        self.raws: list[RawInbound] = []
        self.events: list[Event] = []
        self.states: list[AdapterState] = []
        self.full = False
        self.answer: Answer | None = None
        self.adapter: WebChat | None = None
        self._storage = storage
        self._keys: set[str] = set()
        self._answers: set[asyncio.Task[None]] = set()

    async def accept(self, raw: RawInbound, *, cursor: tuple[str, str] | None = None) -> None:
        if self.full:
            raise StoreFull("the disk is full, for a test")
        self.raws.append(raw)
        if raw.key in self._keys:
            return
        self._keys.add(raw.key)
        if cursor is not None:
            await self._storage.put(*cursor)
        assert self.adapter is not None
        for event in self.adapter.parse(raw):
            self.events.append(event)
            if self.answer is not None:
                task = asyncio.create_task(_run(self.answer(event)))
                self._answers.add(task)
                task.add_done_callback(self._answers.discard)

    async def state(self, state: AdapterState) -> None:
        self.states.append(state)


async def _run(answer: Awaitable[None]) -> None:
    await answer


class House:
    """One web chat. `stop` and `start` play a restart of the process: only the storage stays."""

    def __init__(
        self,
        folder: Path,
        *,
        about: Mapping[str, Any] | None = None,
        settings: Mapping[str, Any] | None = None,
        public_url: str | None = None,
        storage: MemoryStorage | None = None,
    ) -> None:
        self.storage = storage or MemoryStorage()
        self.clock = SettableClock(datetime(2026, 11, 12, 22, 13, tzinfo=UTC), flow=True)
        self.core = Core(self.storage)
        self.port = 0
        self._folder = folder
        self._about = ABOUT if about is None else about
        self._settings = settings or {}
        self._public_url = public_url
        self.panels: dict[str, Panels] = {}
        self._panels_changed = asyncio.Event()
        self._sent = 0
        self._more: list[Page] = []
        self._running: asyncio.Task[None] | None = None
        self.adapter = self._build()

    def show(self, chat: Address, **panels: Any) -> None:
        """The core shows these panels around a conversation from now on."""
        self.panels[chat.id] = Panels(**panels)
        self._panels_changed.set()
        self._panels_changed = asyncio.Event()

    async def _around(self, chat: Address) -> AsyncGenerator[Panels, None]:
        while True:
            changed = self._panels_changed
            yield self.panels.get(chat.id, Panels())
            await changed.wait()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _build(self) -> WebChat:
        self._pages: list[Page] = []
        self._folder.mkdir(parents=True, exist_ok=True)
        self.adapter = factory(
            Context(
                name="webchat",
                settings=self._settings,
                storage=self.storage,
                clock=self.clock,
                spool=self._folder,
                public_url=self._public_url,
                mount=self._pages.append,
                about=self._about,
                panels=self._around,
            )
        )
        self.core.adapter = self.adapter
        return self.adapter

    def mounts(self, page: Page) -> None:
        """Serve one more page beside the chat."""
        self._more.append(page)

    def app(self) -> ASGIApp:
        """All pages, as the bot's own HTTP server serves them."""
        settings = HttpSettings()
        return HttpServer(settings, Health(), Metrics(), [*self._pages, *self._more]).app

    async def _current(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)

    async def start(self, *, running: bool = True) -> None:
        self._app = self.app()
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        self.port = listener.getsockname()[1]
        config = uvicorn.Config(
            self._current,
            interface="asgi3",
            log_config=None,
            lifespan="off",
            ws="none",
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._serving = asyncio.create_task(self._server.serve(sockets=[listener]))
        if running:
            self._running = asyncio.create_task(self.adapter.run(self.core))
        while not self._server.started:
            await asyncio.sleep(0.01)

    async def stop(self) -> None:
        if self._running is not None:
            self._running.cancel()
            with suppress(asyncio.CancelledError):
                await self._running
        await self.adapter.close()
        self._server.should_exit = True
        await self._serving

    async def restart(self) -> None:
        await self.stop()
        self._build()
        await self.start()

    def renew(self) -> WebChat:
        """A new adapter over the same storage behind the same server."""
        self._build()
        self._app = self.app()
        return self.adapter

    def key(self) -> str:
        self._sent += 1
        return f"key-{self._sent}"

    def people(self) -> list[Address]:
        """Everybody whose page was ever opened."""
        return [
            Address("webchat", key.removeprefix("chat/"))
            for key in self.storage.values
            if key.startswith("chat/")
        ]

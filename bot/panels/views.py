"""Keeps what is shown true: looks again after a commit, for the chats that somebody looks at.

The first change is shown at once. While more follow it looks at most every quarter of a second,
and never spends more than a tenth of the time looking. A minute without a change it looks too,
since a pause may have passed.
"""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from bot.messaging import Address
    from bot.messaging.panels import Panels
    from bot.panels.around import Around
    from bot.store.engine import Store

BREATH_S = 0.25
LOOK_ANYWAY_S = 60.0
SHARE = 10

log = logging.getLogger(__name__)


class _View:
    """One page that shows panels: the newest it has not shown yet."""

    def __init__(self, chat: Address) -> None:
        self.chat = chat
        self._newest: Panels | None = None
        self._changed = asyncio.Event()

    def show(self, panels: Panels) -> None:
        if panels != self._newest:
            self._newest = panels
            self._changed.set()

    async def next(self) -> Panels:
        await self._changed.wait()
        self._changed.clear()
        assert self._newest is not None, "set before the event"
        return self._newest


class Views:
    """All pages that show panels."""

    def __init__(self, store: Store, around: Around) -> None:
        self._store = store
        self._around = around
        self._open: set[_View] = set()
        self._stirred = asyncio.Event()
        self._told = False
        self._loop: asyncio.AbstractEventLoop | None = None

    async def panels(self, chat: Address) -> AsyncGenerator[Panels, None]:
        """What stands around `chat` now, and again at each change, until it is closed."""
        view = _View(chat)
        self._open.add(view)
        self._stirred.set()
        try:
            while True:
                yield await view.next()
        finally:
            self._open.discard(view)

    async def run(self) -> None:
        """Look whenever something was committed, until cancelled."""
        self._loop = asyncio.get_running_loop()
        self._store.writer.listen(self._committed)
        try:
            while True:
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_ANYWAY_S):
                        await self._stirred.wait()
                began = time.monotonic()
                await self._look()
                await asyncio.sleep(max(BREATH_S, SHARE * (time.monotonic() - began)))
        finally:
            self._store.writer.listen(None)

    def _committed(self) -> None:
        """In the writer's thread: something is on disk."""
        if not self._open or self._told or self._loop is None:
            return
        self._told = True
        with suppress(RuntimeError):  # the loop has ended, and with it every page
            self._loop.call_soon_threadsafe(self._stirred.set)

    async def _look(self) -> None:
        self._stirred.clear()
        self._told = False
        views = list(self._open)
        if not views:
            return
        try:
            found = await asyncio.to_thread(self._read, {view.chat for view in views})
        except Exception as error:  # noqa: BLE001  # panels are a help: the pages stay as they are
            log.error("panels could not be made: %s", type(error).__name__)  # noqa: TRY400  # a trace may quote a message
            return
        for view in views:
            view.show(found[view.chat])

    def _read(self, chats: set[Address]) -> dict[Address, Panels]:
        with self._store.reading() as reader:
            return self._around.look(reader, chats)

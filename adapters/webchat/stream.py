"""What an open page hears: a snapshot or what it missed, then each change as it comes.

Server-sent events. The id of an event is `<epoch>-<number>`; a page that comes back names the
last one it had. A sign of life goes out every few seconds, so that the page notices a dead
line and we notice a dead page.
"""

from __future__ import annotations

import asyncio
import json
import re
from typing import TYPE_CHECKING, Any

from adapters.webchat.history import written

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from adapters.webchat.history import Chat, History
    from adapters.webchat.live import Connection
    from bot.clock import Clock

_NUMBER = re.compile(r"[0-9]{1,12}")
BEAT = ": \nevent: beat\ndata: {}\n\n"


def event(kind: str, data: Any, *, name: str | None = None) -> str:
    """One server-sent event."""
    head = f"id: {name}\n" if name else ""
    return f"{head}event: {kind}\ndata: {json.dumps(data)}\n\n"


def _missed_from(chat: Chat, last: str) -> int | None:
    """The number the page has come to, or None if it must start afresh."""
    epoch, _, number = last.partition("-")
    if epoch != chat.epoch or not _NUMBER.fullmatch(number) or int(number) > chat.last:
        return None
    return int(number)


class Stream:
    """One page's events."""

    def __init__(self, history: History, clock: Clock, *, heartbeat_s: float) -> None:
        self._history = history
        self._clock = clock
        self._heartbeat_s = heartbeat_s

    async def events(self, connection: Connection, last: str) -> AsyncIterator[str]:
        """Everything after `last`, and so on until the connection ends.

        The connection is already registered: what comes while we read waits in its queue, and
        is left out if it was read.
        """
        chat = await self._history.opened(connection.person)
        number = _missed_from(chat, last)
        items = await self._history.since(connection.person, number or 0)
        face = await self._history.face(connection.person)
        yield event("hello", self._hello(connection, face))
        if number is None:
            in_order = sorted(items, key=lambda item: int(item["id"]))
            yield event("snapshot", in_order, name=f"{chat.epoch}-{chat.last}")
        else:
            for item in items:
                yield event("item", item, name=f"{chat.epoch}-{item['number']}")
        seen = max([chat.last, *(item["number"] for item in items)])
        async for text in self._live(connection, chat.epoch, seen):
            yield text

    async def _live(self, connection: Connection, epoch: str, seen: int) -> AsyncIterator[str]:
        while True:
            try:
                async with asyncio.timeout(self._heartbeat_s):
                    news = await connection.queue.get()
            except TimeoutError:
                yield BEAT
                continue
            if news is None:
                return
            if "face" in news:
                yield event("face", news["face"])
            elif "panels" in news:
                yield event("panels", connection.newest_panels())
            elif news["number"] > seen:
                yield event("item", news, name=f"{epoch}-{news['number']}")

    def _hello(self, connection: Connection, face: dict[str, Any]) -> dict[str, Any]:
        return {
            "connection": connection.id,
            "beat_s": self._heartbeat_s,
            "now": written(self._clock.now()),
            "face": face,
        }

"""Servers that outlive the bot: two messengers and a mailbox, each slow enough to be cut off.

They note what was really sent, when, and how it read when it was new. An answer is held back for a
moment *after* the deed, so that a kill often finds a message sent and its outcome not recorded.
"""

from __future__ import annotations

import asyncio
import json
import random
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from bot.police.sink import MailboxSink
from tests.adapters.signal.restapi import SignalServer
from tests.adapters.telegram.botapi import BotApiServer
from tests.adapters.telegram.updates import Updates

if TYPE_CHECKING:
    from pathlib import Path

    from tests.adapters.telegram.listener import Request
    from tests.adapters.telegram.world import Json

Delay = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A message of the bot as a messenger got it; `chat` as the store names it."""

    chat: str
    native: str
    text: str
    at: float


class _Noted(Updates):
    """Updates, with the id that each message got."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: dict[tuple[int, int], int] = {}

    def add(self, update: Json, kind: str | None = None) -> None:
        if message := update.get("message"):
            self.ids[message["chat"]["id"], message["message_id"]] = update["update_id"]
        super().add(update, kind)


class SlowTelegram(BotApiServer):
    """Telegram, a moment late with its answers."""

    def __init__(self, delay: Delay) -> None:
        super().__init__()
        self.updates: _Noted = _Noted()
        self.sent: list[Sent] = []
        self._delay = delay

    async def _done(self, name: str, request: Request) -> Json:
        answer = await super()._done(name, request)
        if name.startswith("send") and answer["ok"]:
            self._note(answer["result"])
        if name.startswith(("send", "edit")):
            await asyncio.sleep(random.uniform(*self._delay))
        return answer

    def _note(self, shown: Json) -> None:
        chat, number = shown["chat"]["id"], shown["message_id"]
        self.sent.append(
            Sent(
                chat=f"telegram:{chat}",
                native=str(number),
                text=self.chat(chat).posts[number].text,
                at=time.monotonic(),
            )
        )


class SlowSignal(SignalServer):
    """signal-cli-rest-api, a moment late with its answers; keeps what comes while nobody reads."""

    def __init__(self, delay: Delay) -> None:
        super().__init__(on_connection=True)
        self.sent: list[Sent] = []
        self.asked = 0  # messages and edits, whatever became of them
        self._delay = delay

    def answer(self, method: str, target: str, body: bytes) -> tuple[int, Any] | None:
        found = super().answer(method, target, body)
        if target == "/v2/send":
            self.asked += 1
            if found is not None and found[0] == 201:
                self._note(json.loads(body), str(found[1][0]["timestamp"]))
            time.sleep(random.uniform(*self._delay))
        return found

    def _note(self, asked: Any, timestamp: str) -> None:
        if "edit_timestamp" in asked:
            return
        self.sent.append(
            Sent(
                chat=f"signal:{asked['recipients'][0]}",
                native=timestamp,
                text=asked["message"].replace("**", ""),
                at=time.monotonic(),
            )
        )


class Mailbox(MailboxSink):
    """The police's mailbox in a thread of its own; slow to say that it has taken a mail."""

    def __init__(self, folder: Path, delay: Delay) -> None:
        super().__init__(folder)
        self._delay = delay
        self._ready = threading.Event()
        self._ended: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=asyncio.run, args=(self._serve(),), daemon=True)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        told = await super().handle_DATA(server, session, envelope)
        await asyncio.sleep(random.uniform(*self._delay))
        return told

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        if self._loop is not None and self._ended is not None:
            self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(10)

    async def _serve(self) -> None:
        self._loop, self._ended = asyncio.get_running_loop(), asyncio.Event()
        await self.start()
        self._ready.set()
        await self._ended.wait()
        await self.stop()

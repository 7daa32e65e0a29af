"""Fetching updates by long polling.

What is promised: an update is confirmed to Telegram only when it is on disk. Updates of one
answer are handed over side by side, in order, so that they share a commit; the offset goes with
the last of them, in its commit, once all others are safe. So the stored offset never passes an
update that was not kept; after a crash Telegram sends the rest of the answer again, and the
sink knows what it already has. Trouble is a state and a pause that doubles, never an end.
"""

from __future__ import annotations

import asyncio
import json
import random
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode

from telegram import error as telegram
from telegram.request import BaseRequest

from adapters.telegram.failures import REJECTED, says, words
from adapters.telegram.transport import Flooded
from bot.clock import Clock
from bot.errors import StoreError
from bot.messaging.adapter import AdapterState, Condition, RawInbound, Sink, Storage

OFFSET: Final = "offset"

# Telegram's own default leaves out chat_member and message_reaction, and remembers the last list.
ALLOWED: Final = (
    "message",
    "edited_message",
    "callback_query",
    "my_chat_member",
    "chat_member",
    "chat_join_request",
    "message_reaction",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Seconds: how long a poll waits for news, an answer may take, and a pause lasts."""

    poll: int = 30
    answer: float = 20.0
    connect: float = 10.0
    upload: float = 120.0
    first_pause: float = 1.0
    longest_pause: float = 60.0


class Poller:
    """Fetches one bot's updates until cancelled."""

    def __init__(
        self,
        *,
        source: str,
        url: str,
        request: BaseRequest,
        storage: Storage,
        clock: Clock,
        timing: Timing,
        identify: Callable[[], Awaitable[None]],
        unhook: Callable[[], Awaitable[None]],
        kept: Callable[[dict[str, Any]], None],
    ) -> None:
        """`identify` asks who we are, `unhook` takes a webhook away, `kept` hears what is safe."""
        self._source = source
        self._url = url
        self._request = request
        self._storage = storage
        self._clock = clock
        self._timing = timing
        self._identify = identify
        self._unhook = unhook
        self._kept = kept
        self._offset = 0
        self._told: tuple[Condition, str] | None = None
        self._pause = timing.first_pause

    async def run(self, sink: Sink) -> None:
        """Never returns; raises only when cancelled or when the sink breaks its contract."""
        await self._tell(sink, Condition.STARTING)
        self._offset = int(await self._storage.get(OFFSET) or 0)
        is_known = False
        while True:
            try:
                if not is_known:
                    await self._identify()
                    is_known = True
                await self._round(sink)
            except StoreError:
                await self._trouble(sink, Condition.DEGRADED, "nothing can be stored")
            except telegram.TelegramError as error:
                await self._handle(sink, error)

    async def _round(self, sink: Sink) -> None:
        is_connected = self._told == (Condition.CONNECTED, "")
        # The first poll doesn't wait, so that we know at once whether it works.
        updates = await self._fetch(self._timing.poll if is_connected else 0)
        await self._tell(sink, Condition.CONNECTED)
        if updates:
            await self._hand_over(sink, updates)
        self._pause = self._timing.first_pause

    async def _fetch(self, wait: int) -> list[dict[str, Any]]:
        asked = {
            "timeout": wait,
            "allowed_updates": json.dumps(ALLOWED),
            **({"offset": self._offset} if self._offset else {}),
        }
        payload = await self._request.retrieve(
            f"{self._url}/getUpdates?{urlencode(asked)}", read_timeout=wait + self._timing.answer
        )
        return _updates(self._request.parse_json_payload(payload))

    async def _hand_over(self, sink: Sink, updates: list[dict[str, Any]]) -> None:
        *others, last = updates
        tasks = [asyncio.create_task(self._accept(sink, update)) for update in others]
        # All are waited for, also when one fails: none may be under way when they come again.
        for outcome in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(outcome, BaseException):
                raise outcome
        offset = last["update_id"] + 1
        await self._accept(sink, last, cursor=(OFFSET, str(offset)))
        self._offset = offset

    async def _accept(
        self, sink: Sink, update: dict[str, Any], *, cursor: tuple[str, str] | None = None
    ) -> None:
        await sink.accept(self._raw(update), cursor=cursor)
        self._kept(update)

    def _raw(self, update: dict[str, Any]) -> RawInbound:
        payload = json.dumps(update, separators=(",", ":"))
        return RawInbound(
            source=self._source,
            # Ids start anew after a week of silence: the checksum keeps a new update from
            # being taken for an old one.
            key=f"{update['update_id']}-{zlib.crc32(payload.encode()):08x}",
            payload=payload,
            received_at=self._clock.now(),
        )

    # Trouble

    async def _handle(self, sink: Sink, error: telegram.TelegramError) -> None:
        match error:
            case telegram.Conflict() if says(error, "webhook"):
                await self._take_over(sink)
            case telegram.Conflict():
                detail = "another program fetches this bot's updates; stop one of the two"
                await self._trouble(sink, Condition.DEGRADED, detail)
            case telegram.InvalidToken():
                await self._trouble(sink, Condition.DISCONNECTED, REJECTED)
            case Flooded():
                detail = "Telegram asks for a pause"
                await self._trouble(sink, Condition.DEGRADED, detail, at_least=error.after)
            case telegram.BadRequest():
                await self._trouble(sink, Condition.DISCONNECTED, words(error))
            case _:
                detail = "Telegram can't be reached"
                await self._trouble(sink, Condition.DISCONNECTED, detail)

    async def _take_over(self, sink: Sink) -> None:
        """A webhook is left from before; the configuration says polling."""
        try:
            await self._unhook()
        except telegram.TelegramError:
            detail = "a webhook is set and can't be removed"
            await self._trouble(sink, Condition.DISCONNECTED, detail)

    async def _trouble(
        self,
        sink: Sink,
        condition: Condition,
        detail: str,
        *,
        at_least: timedelta = timedelta(),
    ) -> None:
        await self._tell(sink, condition, detail)
        spread = self._pause * random.uniform(0.5, 1.0)  # noqa: S311 - spreads load, no secret
        self._pause = min(self._pause * 2, self._timing.longest_pause)
        await asyncio.sleep(max(spread, at_least.total_seconds()))

    async def _tell(self, sink: Sink, condition: Condition, detail: str = "") -> None:
        if self._told != (condition, detail):
            self._told = (condition, detail)
            await sink.state(AdapterState(source=self._source, condition=condition, detail=detail))


def _updates(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """The updates in Telegram's answer; raises TelegramError if it isn't one."""
    updates = answer.get("result")
    if not isinstance(updates, list) or not all(_is_update(update) for update in updates):
        raise telegram.TelegramError("the answer is not from a Bot API server")
    return updates


def _is_update(update: object) -> bool:
    return isinstance(update, dict) and isinstance(update.get("update_id"), int)

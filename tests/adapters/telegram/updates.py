"""The updates that wait for the bot, as getUpdates gives and forgets them."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from itertools import count
from typing import Final

from tests.adapters.telegram.world import Json

# What Telegram leaves out when nothing else was asked for.
_NOT_BY_DEFAULT: Final = {"chat_member", "message_reaction", "message_reaction_count"}


class Updates:
    """One bot's queue."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ids = count(731_001)
        self._pending: list[Json] = []
        self._last: list[Json] = []
        self._again: list[Json] = []
        self._allowed: list[str] = []
        self._poll = 0

    def new_id(self) -> int:
        """The next update's id."""
        return next(self._ids)

    @property
    def waiting(self) -> int:
        """How many are not confirmed."""
        return len(self._pending)

    def add(self, update: Json, kind: str | None = None) -> None:
        """Queue an update, if the bot asked for its kind; None is always queued."""
        with self._lock:
            if kind is None or self._is_wanted(kind):
                self._pending.append(update)

    def _is_wanted(self, kind: str) -> bool:
        return kind in self._allowed if self._allowed else kind not in _NOT_BY_DEFAULT

    def redeliver(self) -> None:
        """Give the last update that was given once more, confirmed or not."""
        with self._lock:
            self._again = self._last[-1:]

    async def poll(self, fields: Json) -> list[Json] | None:
        """Forget what lies before `offset`; wait up to `timeout` seconds for something to give.

        None when another poll came in the meantime.
        """
        mine = self._begin(fields)
        end = time.monotonic() + int(fields.get("timeout", 0))
        while not (self._pending or self._again) and time.monotonic() < end and mine == self._poll:
            await asyncio.sleep(0.005)
        return self._give(int(fields.get("limit", 100))) if mine == self._poll else None

    def _begin(self, fields: Json) -> int:
        with self._lock:
            if "allowed_updates" in fields:
                self._allowed = json.loads(fields["allowed_updates"])
            offset = int(fields.get("offset", 0))
            self._pending = [each for each in self._pending if each["update_id"] >= offset]
            self._poll += 1
            return self._poll

    def _give(self, limit: int) -> list[Json]:
        with self._lock:
            given = [*self._again, *self._pending[:limit]]
            self._last, self._again = given or self._last, []
            return given

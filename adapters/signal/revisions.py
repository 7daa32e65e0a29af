"""Which later version belongs to which message.

Every edit on Signal has a timestamp of its own, and what refers to an edited message may name any
version: a second edit names the first one (Signal Desktop, `getTargetOfThisEditTimestamp`), a quote
of an edited card names the version that was on the screen. The core knows a message by its first
version only. So we keep, for each later version, the first: in memory for reading, in the adapter's
store for the next start.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from adapters.signal.ids import NativeId

if TYPE_CHECKING:
    from datetime import datetime

    from bot.messaging import Storage

PREFIX = "revision:"
KEPT = timedelta(days=30)
_BATCH = 1000


class Revisions:
    """From any version's id to the first version's."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._first: dict[NativeId, NativeId] = {}

    def original(self, version: NativeId) -> NativeId:
        """The first version's id; an unknown one is its own."""
        return self._first.get(version, version)

    def learn(self, new: NativeId, replaced: NativeId) -> tuple[str, str]:
        """Note that `new` replaced `replaced`; returns the pair to store."""
        first = self.original(replaced)
        self._first[new] = first
        return f"{PREFIX}{new}", str(first)

    async def keep(self, new: NativeId, replaced: NativeId) -> None:
        """Note it and store it."""
        await self._storage.put(*self.learn(new, replaced))

    async def load(self, now: datetime) -> None:
        """Take up what was stored; forget what is older than 30 days."""
        oldest = (now - KEPT).timestamp() * 1000
        after, stale = "", list[str]()
        while pairs := await self._storage.scan(PREFIX, after=after, limit=_BATCH):
            for key, value in pairs:
                version = NativeId.parse(key.removeprefix(PREFIX))
                if version.timestamp < oldest:
                    stale.append(key)
                else:
                    self._first[version] = NativeId.parse(value)
            after = pairs[-1][0]
        if stale:
            await self._storage.put_many(dict.fromkeys(stale))

"""An adapter's key-value store without a disk, and a context to build an adapter with."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.clock import Clock, SystemClock
from bot.messaging import Context


class MemoryStorage:
    """Keeps what it is given as long as it lives; hand it on to play a restart."""

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        self.values = dict(values or {})

    async def get(self, key: str) -> str | None:
        return self.values.get(key)

    async def put(self, key: str, value: str | None) -> None:
        if value is None:
            self.values.pop(key, None)
        else:
            self.values[key] = value

    async def put_many(self, values: Mapping[str, str | None]) -> None:
        for key, value in values.items():
            await self.put(key, value)

    async def scan(
        self, prefix: str, *, after: str = "", limit: int = 1000
    ) -> list[tuple[str, str]]:
        keys = sorted(key for key in self.values if key.startswith(prefix) and key > after)
        return [(key, self.values[key]) for key in keys[:limit]]


def context(
    name: str,
    spool: Path,
    *,
    settings: Mapping[str, Any] | None = None,
    storage: MemoryStorage | None = None,
    clock: Clock | None = None,
) -> Context:
    """What an adapter is given, with nothing of the core behind it."""
    return Context(
        name=name,
        settings=settings or {},
        storage=storage or MemoryStorage(),
        clock=clock or SystemClock(),
        spool=spool,
    )

"""Being called back when the clock has come to a time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.store.tx import from_ms

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.clock import Clock


class Alarm:
    """Calls `ring` in the event loop once the earliest time that was asked for has come."""

    def __init__(self, clock: Clock, ring: Callable[[], None]) -> None:
        self._clock = clock
        self._ring = ring
        self._at: int | None = None
        self._task: asyncio.Task[None] | None = None

    def set(self, at: int) -> None:
        """Ring at this time (milliseconds), or earlier if that was asked for before."""
        if self._at is not None and self._at <= at:
            return
        self.stop()
        self._at = at
        self._task = asyncio.get_running_loop().create_task(self._wait(at))

    def stop(self) -> None:
        """Ring no more."""
        if self._task is not None:
            self._task.cancel()
        self._at = self._task = None

    async def _wait(self, at: int) -> None:
        await self._clock.sleep_until(from_ms(at))
        self._at = self._task = None
        self._ring()

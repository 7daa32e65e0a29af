"""Looks for what has come due and has it decided, a transaction each."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from bot.errors import StoreError
from bot.intake.sink import place_of
from bot.store import dialogues, timers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.clock import Clock
    from bot.store.engine import Store
    from bot.store.timers import Timer
    from bot.store.tx import Tx

log = logging.getLogger(__name__)
LOOK_EVERY_S = 0.2


class Timekeeper:
    """Fires durable timers. A timer that fails is logged and dropped, so that it stops nobody."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        handlers: Mapping[str, Callable[[Tx, Timer], None]],
    ) -> None:
        self._store = store
        self._clock = clock
        self._handlers = handlers

    async def run(self) -> None:
        """Look five times a second until cancelled: a clock that was turned is noticed too."""
        while True:
            try:
                while await self.tick():
                    pass
            except StoreError as error:
                log.warning("timers wait: %s", error)
            await asyncio.sleep(LOOK_EVERY_S)

    async def tick(self) -> int:
        """Fire everything that is due; how many."""
        with self._store.reading() as reader:
            due = [*timers.due(reader), *dialogues.due(reader)]
        for timer in sorted(due, key=lambda timer: timer.due_at):
            await self._fire(timer)
        return len(due)

    async def _fire(self, timer: Timer) -> None:
        take = dialogues.take if timer.kind == dialogues.TIMER else timers.take

        def work(tx: Tx) -> None:
            if take(tx, timer):
                self._handlers[timer.kind](tx, timer)

        def drop(tx: Tx) -> None:
            take(tx, timer)

        try:
            await self._store.writer.submit(work, label=f"timer {timer.kind}")
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001  # it may be anything, and must stop nobody
            kind, where = type(error).__name__, place_of(error)
            log.error("a timer %s failed: %s at %s", timer.kind, kind, where)  # noqa: TRY400  # no texts in logs
            await self._store.writer.submit(drop, label="drop timer")

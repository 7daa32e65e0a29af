"""Cutting off calls that take too long, by a clock that can be turned."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from bot.delivery.alarm import Alarm
from bot.errors import Uncertain
from bot.store.tx import to_ms

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from bot.clock import Clock

T = TypeVar("T")


@dataclass(slots=True, eq=False)
class _Deadline:
    at: int
    task: asyncio.Task[None]
    missed: bool = False


class Deadlines:
    """Every call that is under way, and when it must be over."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._open: set[_Deadline] = set()
        self._watchdog = Alarm(clock, self._cancel_overdue)

    async def within(self, milliseconds: int, call: Awaitable[T]) -> T:
        """What `call` returns; raises Uncertain when it hangs, or gives up by itself."""
        task = asyncio.current_task()
        assert task is not None, "called from a task of ours"
        deadline = _Deadline(self._now() + milliseconds, task)
        self._open.add(deadline)
        self._watchdog.set(deadline.at)
        try:
            return await call
        except asyncio.CancelledError:
            if deadline.missed:
                task.uncancel()
            if task.cancelling():
                raise
            raise Uncertain("no answer in time") from None
        finally:
            self._open.discard(deadline)

    def stop(self) -> None:
        """Cut nothing off any more."""
        self._watchdog.stop()

    def _cancel_overdue(self) -> None:
        now = self._now()
        for deadline in self._open:
            if deadline.at <= now and not deadline.missed:
                deadline.missed = True
                deadline.task.cancel()
        left = [deadline.at for deadline in self._open if not deadline.missed]
        if left:
            self._watchdog.set(min(left))

    def _now(self) -> int:
        return to_ms(self._clock.now())

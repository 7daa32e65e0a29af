"""Blocking work beside the event loop, a few at a time.

Not a ThreadPoolExecutor: Python waits at its end for an executor's threads, so one server that
hangs would hold up a stop for as long as its timeout. These threads end with the process; whatever
such a request was about, the core's records say that its outcome is unknown.
"""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class Workers:
    """At most `count` threads at work, called `name`; who comes later waits."""

    def __init__(self, count: int, *, name: str) -> None:
        self._name = name
        self._free = asyncio.Semaphore(count)

    async def do(self, work: Callable[[], T]) -> T:
        """What `work` returns or raises. When cancelled, the work goes on unheard."""
        await self._free.acquire()
        loop = asyncio.get_running_loop()
        outcome: asyncio.Future[T] = loop.create_future()

        def run() -> None:
            try:
                tell = _success(outcome, work())
            except Exception as error:  # noqa: BLE001 -- whatever it is, the one who waits gets it
                tell = _failure(outcome, error)
            with suppress(RuntimeError):  # the loop is gone, and with it whoever waited
                loop.call_soon_threadsafe(self._done, tell)

        threading.Thread(target=run, daemon=True, name=self._name).start()
        return await outcome

    def _done(self, tell: Callable[[], None]) -> None:
        self._free.release()
        tell()


def _success(outcome: asyncio.Future[T], result: T) -> Callable[[], None]:
    return lambda: None if outcome.done() else outcome.set_result(result)


def _failure(outcome: asyncio.Future[T], error: Exception) -> Callable[[], None]:
    return lambda: None if outcome.done() else outcome.set_exception(error)

"""Where time comes from. The core never asks the operating system itself."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time and waits for it.

    `now` is aware, in UTC, cut to milliseconds, because that is what the log keeps.
    """

    simulated: bool

    def now(self) -> datetime:
        """The current time, aware, UTC, whole milliseconds."""
        ...

    async def sleep_until(self, moment: datetime) -> None:
        """Return when `moment` has come; returns at once if it is past."""
        ...


def in_milliseconds(moment: datetime) -> datetime:
    """The same moment in UTC, cut to whole milliseconds."""
    moment = moment.astimezone(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


class SystemClock:
    """The operating system's wall clock.

    It sleeps in steps of at most `step` seconds, so that a clock set by hand or a machine
    that slept is noticed.
    """

    simulated = False

    def __init__(self, *, step: float = 1.0) -> None:
        self._step = step

    def now(self) -> datetime:
        return in_milliseconds(datetime.now(UTC))

    async def sleep_until(self, moment: datetime) -> None:
        while (left := (moment - datetime.now(UTC)).total_seconds()) > 0:
            await asyncio.sleep(min(left, self._step))


class SettableClock:
    """A clock that a test or the demonstration turns.

    It stands still (`flow=False`) or runs on from where it was set (`flow=True`).
    """

    simulated = True

    def __init__(self, start: datetime, *, flow: bool = False) -> None:
        if start.tzinfo is None:
            raise ValueError("a clock needs an aware time")
        self._base = in_milliseconds(start)
        self._flow = flow
        self._since = time.monotonic()
        self._turned = asyncio.Event()

    def now(self) -> datetime:
        if not self._flow:
            return self._base
        return in_milliseconds(self._base + timedelta(seconds=time.monotonic() - self._since))

    def set(self, moment: datetime) -> None:
        """Turn the clock to `moment`; whoever sleeps looks again."""
        self._base = in_milliseconds(moment)
        self._since = time.monotonic()
        self._turned.set()
        self._turned = asyncio.Event()

    def advance(self, by: timedelta) -> None:
        """Turn the clock on by `by`."""
        self.set(self.now() + by)

    async def sleep_until(self, moment: datetime) -> None:
        while (left := (moment - self.now()).total_seconds()) > 0:
            turned = self._turned
            try:
                async with asyncio.timeout(left if self._flow else None):
                    await turned.wait()
            except TimeoutError:
                continue

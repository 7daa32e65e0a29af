"""A progress bar: only on a terminal, and only once the work has taken two seconds."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable
from contextlib import suppress
from typing import Final, TextIO, TypeVar

T = TypeVar("T")

PATIENCE_S: Final = 2.0
WIDTH: Final = 28
_TICK_S: Final = 0.5


class Bar:
    """Draws on stderr; call it as a `Progress`. `during` keeps it moving while work goes on."""

    def __init__(self, stream: TextIO | None = None, *, patience: float = PATIENCE_S) -> None:
        self._stream = stream or sys.stderr
        self._since = time.monotonic()
        self._patience = patience
        self._last = (0, 0, "")
        self._drawn = False

    def __call__(self, done: int, of: int, what: str = "") -> None:
        """Show how far it is; `of` 0 means nobody knows how much there is."""
        self._last = (done, of, what)
        self.draw()

    def draw(self) -> None:
        """Show what was last told, and for how long it has been going on."""
        seconds = time.monotonic() - self._since
        if not self._stream.isatty() or seconds < self._patience:
            return
        self._drawn = True
        self._stream.write(f"\r\x1b[K{_line(*self._last)} {seconds:.0f} s")
        self._stream.flush()

    async def during(self, work: Awaitable[T]) -> T:
        """Await `work`, drawing meanwhile, and leave a clean line."""
        ticking = asyncio.create_task(self._tick())
        try:
            return await work
        finally:
            ticking.cancel()
            with suppress(asyncio.CancelledError):
                await ticking
            self._clear()

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(_TICK_S)
            self.draw()

    def _clear(self) -> None:
        if self._drawn:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
            self._drawn = False


def _line(done: int, of: int, what: str) -> str:
    if not of:
        return f"{done} {what}" if done else "working"
    full = min(WIDTH, WIDTH * done // of)
    return f"[{'#' * full}{'.' * (WIDTH - full)}] {done}/{of} {what}"

"""A progress bar: only on a terminal, and only once the work has taken two seconds."""

from __future__ import annotations

import sys
import time
from typing import Final, TextIO

PATIENCE_S: Final = 2.0
WIDTH: Final = 28


class Bar:
    """Draws on stderr; call it as a `Progress`, and `close` it before anything else is printed."""

    def __init__(self, stream: TextIO | None = None, *, patience: float = PATIENCE_S) -> None:
        self._stream = stream or sys.stderr
        self._since = time.monotonic()
        self._patience = patience
        self._drawn = False

    def __call__(self, done: int, of: int, what: str = "") -> None:
        """Show how far it is; `of` 0 means nobody knows how much there is."""
        if not self._stream.isatty() or time.monotonic() - self._since < self._patience:
            return
        self._drawn = True
        self._stream.write(f"\r\x1b[K{_line(done, of, what)}")
        self._stream.flush()

    def close(self) -> None:
        """Leave a clean line."""
        if self._drawn:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
            self._drawn = False


def _line(done: int, of: int, what: str) -> str:
    if not of:
        return f"{done} {what}"
    full = min(WIDTH, WIDTH * done // of)
    return f"[{'#' * full}{'.' * (WIDTH - full)}] {done}/{of} {what}"

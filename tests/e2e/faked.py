"""A clock for another process that can be turned while it runs, by libfaketime.

The process sees the real time moved by an offset; what it measures with (`CLOCK_MONOTONIC`) stays
real, and so do the times of files. `faketime_sleep/` mends what libfaketime breaks by that.
"""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from tests.e2e.process import ROOT
from tests.tools import MISSING, tool

BRUSSELS: Final = ZoneInfo("Europe/Brussels")
_SLEEP: Final = Path(__file__).parent / "faketime_sleep"
_PLACES: Final = ("/usr/lib", "/usr/local/lib", "/lib")


class FakedTime:
    """`environ` is what the process must be started with."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "faketime"
        self._offset = 0.0
        self._write()
        self.environ = {
            "LD_PRELOAD": str(_library()),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            # Its guess whether the C library needs this is wrong for Python's locks: they then
            # wait many times too long.
            "FAKETIME_FORCE_MONOTONIC_FIX": "0",
            "NO_FAKE_STAT": "1",
            "PYTHONPATH": os.pathsep.join((str(ROOT), str(_SLEEP))),
        }

    def now(self) -> datetime:
        """What the process sees, in Belgium."""
        return datetime.fromtimestamp(self.seconds(), UTC).astimezone(BRUSSELS)

    def seconds(self) -> float:
        """What the process sees, as seconds since 1970."""
        return time.time() + self._offset

    def turn_to(self, moment: clock_time) -> None:
        """Go on to the next time that it is `moment` in Belgium."""
        now = self.now()
        then = datetime.combine(now.date(), moment, tzinfo=BRUSSELS)
        if then <= now:
            then = datetime.combine(now.date() + timedelta(days=1), moment, tzinfo=BRUSSELS)
        self._offset += then.timestamp() - now.timestamp()
        self._write()

    def _write(self) -> None:
        """In one step: the process may look at any moment."""
        half = self._file.with_suffix(".part")
        half.write_text(f"+{self._offset:.3f}\n")
        half.rename(self._file)


def _library() -> Path:
    tool("faketime")
    for place in _PLACES:
        for found in Path(place).glob("**/faketime/libfaketime.so.1"):
            return found
    pytest.skip(f"{MISSING}faketime")

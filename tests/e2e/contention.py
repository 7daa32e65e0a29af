"""How long threads stood in line for a processor: what a busy machine adds to a measured time.

Linux counts it for every thread (`schedstat`: time run, time waited, both in nanoseconds). On a
machine with room it is next to nothing.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def waited_s(*processes: int) -> float:
    """What all threads of these processes have waited so far, in seconds."""
    return sum(_thread(file) for pid in processes for file in _files(pid)) / 1e9


def of_both(process: int) -> float:
    """The bot's and ours, which plays the messengers."""
    return waited_s(process, os.getpid())


def _files(pid: int) -> list[Path]:
    return list(Path(f"/proc/{pid}/task").glob("*/schedstat"))


def _thread(file: Path) -> int:
    with suppress(OSError, IndexError, ValueError):  # it has ended, or this kernel doesn't count
        return int(file.read_text().split()[1])
    return 0

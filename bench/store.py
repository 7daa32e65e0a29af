"""Works per second through the writer: grouped, and one commit each, beside the disk's own sync.

python -m bench.store
"""

from __future__ import annotations

import asyncio
import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bot.clock import SystemClock
from bot.store import schema as s
from bot.store.engine import Store, open_store
from bot.store.statement import add

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.store.tx import Tx

WORKS = 40_000
CALLERS = 256
ALONE = 2_000
SYNCS = 300

_PUT = add(s.inbox_event, "source", "event_id", "received_at")


def main() -> None:
    """Measure in the folder that TMPDIR names, and print a table."""
    with tempfile.TemporaryDirectory() as folder:
        sync = sync_ms(Path(folder))
        store = open_store("sqlite", Path(folder) / "var", SystemClock())
        store.migrate()
        grouped = asyncio.run(through(store, WORKS, CALLERS))
        alone = asyncio.run(through(store, ALONE, 1))
        store.close()
    print(f"disk: fdatasync of 4 kB, median            {sync:8.2f} ms")
    print(f"grouped, {CALLERS} callers                       {grouped:8,.0f} works/s")
    print(f"one commit each                            {alone:8,.0f} works/s")


async def through(store: Store, works: int, callers: int) -> float:
    """How many works per second `callers` get done together, one insert each."""
    left = iter(range(works))
    origin = f"bench-{callers}-{time.monotonic_ns()}"

    async def caller() -> None:
        for number in left:
            await store.writer.submit(_work(origin, str(number)))

    began = time.perf_counter()
    await asyncio.gather(*(caller() for _ in range(callers)))
    return works / (time.perf_counter() - began)


def _work(origin: str, number: str) -> Callable[[Tx], None]:
    def work(tx: Tx) -> None:
        tx.run(_PUT, source=origin, event_id=number, received_at=tx.now_ms)

    return work


def sync_ms(folder: Path) -> float:
    """What the disk itself needs to make 4 kB safe, in milliseconds."""
    took = []
    with (folder / "sync").open("wb", buffering=0) as file:
        for _ in range(SYNCS):
            file.write(bytes(4096))
            began = time.perf_counter()
            os.fdatasync(file.fileno())
            took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)


if __name__ == "__main__":
    main()

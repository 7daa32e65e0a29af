"""What was acknowledged survives, whatever happens to the process or the disk."""

from __future__ import annotations

import resource
import sqlite3
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from bot.clock import SettableClock
from bot.errors import StoreFull
from bot.journal import journal
from bot.store import schema as s
from bot.store.engine import open_store
from bot.store.statement import Statement, add

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bot.store.engine import Store

_PUT = add(s.adapter_storage, "adapter", "key", "value")
_KEYS = Statement(select(s.adapter_storage.c.key))

_WRITES_UNTIL_KILLED = """
import asyncio, sys
from pathlib import Path
from bot.clock import SystemClock
from bot.journal import journal
from bot.store import schema as s
from bot.store.engine import open_store
from bot.store.statement import add

put = add(s.adapter_storage, "adapter", "key", "value")
store = open_store("sqlite", Path(sys.argv[1]), SystemClock())
store.migrate()

async def caller(name):
    for n in range(1_000_000):
        key = f"{name}/{n}"
        def work(tx):
            tx.run(put, adapter="a", key=key, value="x" * 500)
            journal.append(tx, "n", "case.message", {"text": key}, case="M-2026-0001")
        await store.writer.submit(work)
        print(key, flush=True)

async def all():
    await asyncio.gather(*(caller(name) for name in range(20)))

asyncio.run(all())
"""


@pytest.mark.crash
@pytest.mark.parametrize("moment", [0.05, 0.11, 0.23, 0.4])
def test_kill_9_loses_nothing_that_was_acknowledged(tmp_path: Path, moment: float) -> None:
    """Every work whose caller was answered is there; the chain verifies; the file is sound."""
    command = [sys.executable, "-c", _WRITES_UNTIL_KILLED, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        heard = child.stdout.readline()
        time.sleep(moment)
        child.kill()
        heard += child.stdout.read()
    told = {line.strip() for line in heard.splitlines(keepends=True) if line.endswith("\n")}
    store = open_store("sqlite", tmp_path, SettableClock(datetime(2026, 11, 12, tzinfo=UTC)))
    with store.reading() as reader:
        found = {row[0] for row in reader.all(_KEYS)}
        assert told
        assert told <= found
        assert journal.verify(reader, "n") is None
        assert journal.head(reader, "n").n == len(found)
    store.close()
    connection = sqlite3.connect(tmp_path / "saarbot.db")
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    """A disk with no room: the system refuses to let any file of ours grow past this."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


async def test_a_disk_without_room_is_told_and_got_over(store: Store) -> None:
    """Each work is either kept and answered, or refused with StoreFull; with room all goes on."""
    kept = []

    async def put(key: str) -> None:
        await store.writer.submit(lambda tx: tx.run(_PUT, adapter="a", key=key, value="x" * 20_000))
        kept.append(key)

    await put("first")
    with no_file_larger_than((store.data_dir / "saarbot.db-wal").stat().st_size + 100_000):
        refused = 0
        for n in range(30):
            try:
                await put(f"tight/{n}")
            except StoreFull:
                refused += 1
        assert refused
    await put("last")
    with store.reading() as reader:
        assert sorted(row[0] for row in reader.all(_KEYS)) == sorted(kept)

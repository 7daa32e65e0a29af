"""A data directory that has its tables: the migrations run once, every test gets a copy.

What the migrations do is tested in `tests/store`; elsewhere they would be most of a short test.
"""

from __future__ import annotations

import tempfile
import threading
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from bot.clock import SystemClock
from bot.store.datadir import FILE
from bot.store.engine import open_store

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.store.engine import Store


_ONE_AT_A_TIME = threading.Lock()  # Alembic keeps what it works on in its module


def store_in(data_dir: Path, clock: Clock) -> Store:
    """An open store with its tables; what was in the folder is kept."""
    lay_tables(data_dir)
    store = open_store("sqlite", data_dir, clock)
    store.migrate()
    return store


def lay_tables(data_dir: Path) -> None:
    """Empty tables, for whoever opens the store next; nothing where there are some."""
    file = data_dir / FILE
    if not file.exists():
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _ONE_AT_A_TIME:
            tables = _migrated()
        file.write_bytes(tables)


@cache
def _migrated() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        store = open_store("sqlite", Path(folder), SystemClock())
        store.migrate()
        store.close()
        return store.file.read_bytes()

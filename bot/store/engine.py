"""The store of one data directory: one writer, any number of readers, one process that runs."""

from __future__ import annotations

import fcntl
import os
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from bot.errors import ConfigurationError, StoreBusy, StoreError
from bot.store import datadir, workspace
from bot.store.datadir import FILE, LOCK
from bot.store.sqlite import is_damaged, open_engine
from bot.store.tx import Reader
from bot.store.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from sqlalchemy import Engine
    from sqlalchemy.pool import PoolProxiedConnection

    from bot.clock import Clock

_IDLE_READERS = 4


def open_store(database: str, data_dir: Path, clock: Clock) -> Store:
    """The store that a configuration names; creates the folder, not yet the tables.

    Raises ConfigurationError for a database that can't be used, Unusable for a folder.
    """
    if database != "sqlite":
        raise ConfigurationError(
            f"database: {database.partition(':')[0]} can't be used yet; write database: sqlite"
        )
    datadir.prepare(data_dir)
    return Store(data_dir, clock)


class Store:
    """Tables on disk. The writer's thread starts when it is first asked for."""

    def __init__(self, data_dir: Path, clock: Clock) -> None:
        self.data_dir = data_dir
        self.file = data_dir / FILE
        self._clock = clock
        self._engine = open_engine(self.file)
        self._readers: Engine = open_engine(self.file, read_only=True)
        self._idle: list[tuple[PoolProxiedConnection, Any]] = []
        self._starting = threading.Lock()
        self._writer: Writer | None = None
        self._locked: int | None = None

    @property
    def writer(self) -> Writer:
        """The one writer of this process."""
        with self._starting:
            if self._writer is None:
                self._writer = Writer(self._engine, self._clock)
            return self._writer

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        """One consistent picture of the tables, on a connection that can't write.

        Works from any thread; never blocks the writer and is never blocked by it. Raises StoreError
        where the file is damaged.
        """
        try:
            held, cursor = self._reader()
        except Exception as error:
            self._say_if_damaged(error)
            raise
        whole = False
        try:
            cursor.execute("BEGIN")
            yield Reader(cursor, self._readers.dialect, self._clock.now())
            cursor.execute("ROLLBACK")
            whole = True
        except Exception as error:
            self._say_if_damaged(error)
            raise
        finally:
            if whole and len(self._idle) < _IDLE_READERS:
                self._idle.append((held, cursor))
            else:
                held.invalidate()

    def migrate(self) -> None:
        """Bring the tables to this version's form; nothing happens when they have it.

        Raises StoreError where the file is damaged.
        """
        from bot.store.migrations import migrate

        try:
            migrate(self._engine)
        except Exception as error:
            self._say_if_damaged(error)
            raise

    def lock(self) -> None:
        """Keep the data directory for this process until `close`; raises StoreBusy.

        Only who runs the bot needs it: commands beside it read, and write requests, without.
        Half-made files that a crash left are cleared away.
        """
        if self._locked is not None:
            return
        handle = os.open(self.data_dir / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(handle)
            raise StoreBusy.folder(self.data_dir) from error
        self._locked = handle
        workspace.clear(self.data_dir)

    def workspace(self) -> AbstractContextManager[Path]:
        """A private folder for something half made, gone afterwards."""
        return workspace.workspace(self.data_dir)

    def close(self) -> None:
        """Finish what the writer has, and let go of everything. Idempotent."""
        if self._writer is not None:
            self._writer.close()
        while self._idle:
            self._idle.pop()[0].invalidate()
        self._engine.dispose()
        self._readers.dispose()
        if self._locked is not None:
            os.close(self._locked)
            self._locked = None

    def _say_if_damaged(self, error: Exception) -> None:
        if is_damaged(error):
            raise StoreError(f"{self.file} is damaged: put the last backup back") from error

    def _reader(self) -> tuple[PoolProxiedConnection, Any]:
        try:
            return self._idle.pop()
        except IndexError:
            held = self._readers.raw_connection()
            return held, held.cursor()

"""What only SQLite does: opening a connection so that a commit survives a power cut.

WAL lets readers go on while one connection writes; `synchronous=FULL` syncs the log at every
commit (https://sqlite.org/pragma.html#pragma_synchronous): NORMAL would lose acknowledged alerts.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, event
from sqlalchemy.pool import NullPool

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

_BUSY_MS = 10_000  # a command beside `run` writes seldom; its commits take milliseconds
_WAL_KEPT = 64 * 1024 * 1024
_CACHE_KB = 16_000
_STATEMENTS = 512
_WRITER = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    f"PRAGMA journal_size_limit={_WAL_KEPT}",
    f"PRAGMA cache_size=-{_CACHE_KB}",
    "PRAGMA temp_store=MEMORY",  # savepoints keep old pages: no file for them
)
_EVERYBODY = ("PRAGMA foreign_keys=ON", f"PRAGMA busy_timeout={_BUSY_MS}")
# https://sqlite.org/rescode.html: nothing can be written as things stand
_DISK = frozenset(
    {
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_NOMEM,
    }
)


def open_engine(file: Path, *, read_only: bool = False) -> Engine:
    """An engine whose connections are set up for us; nothing is opened yet.

    A read-only one never creates the file.
    """
    mode = "ro" if read_only else "rwc"
    engine = create_engine(
        f"sqlite:///{file.absolute().as_uri()}?mode={mode}&uri=true",
        poolclass=NullPool,
        connect_args={
            "check_same_thread": False,
            "isolation_level": None,  # our own BEGIN, SAVEPOINT and COMMIT
            "cached_statements": _STATEMENTS,
        },
    )
    pragmas = _EVERYBODY if read_only else (*_EVERYBODY, *_WRITER)

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: Any) -> None:
        for pragma in pragmas:
            connection.execute(pragma)

    return engine


def is_disk_trouble(error: BaseException) -> bool:
    """Whether the error says that the file can't be written, rather than that a query is wrong."""
    code = getattr(error, "sqlite_errorcode", None)
    return isinstance(code, int) and (code & 0xFF) in _DISK


def is_damaged(error: BaseException) -> bool:
    """Whether the file is no database, or no longer a whole one."""
    code = getattr(getattr(error, "orig", error), "sqlite_errorcode", None)
    return isinstance(code, int) and (code & 0xFF) in {
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
    }


def is_busy(error: BaseException) -> bool:
    """Whether another process kept the database to itself for longer than we wait."""
    code = getattr(error, "sqlite_errorcode", None)
    return isinstance(code, int) and (code & 0xFF) in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}

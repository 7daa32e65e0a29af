"""A transaction as the rooms see it: the time, queries, and what to do once it is safe."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from sqlalchemy.engine import Dialect

    from bot.store.statement import Statement

    Ends = dict[Hashable, Callable[["Tx"], Any]]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def to_ms(moment: datetime) -> int:
    """Whole milliseconds since 1970, as the tables keep times."""
    since = moment - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1000 + since.microseconds // 1000


def from_ms(value: int) -> datetime:
    """The aware UTC time for a table's milliseconds."""
    return _EPOCH + value * _MILLISECOND


class Cursor(Protocol):
    """The part of a driver's cursor that is used here."""

    @property
    def rowcount(self) -> int: ...
    @property
    def lastrowid(self) -> int | None: ...
    @property
    def description(self) -> Any: ...
    def execute(self, sql: str, parameters: Any = ..., /) -> Any: ...
    def fetchone(self) -> Any: ...
    def fetchall(self) -> Any: ...


class Reader:
    """Queries on a connection. `now` is the time at which this work began."""

    def __init__(self, cursor: Cursor, dialect: Dialect, now: datetime) -> None:
        self._cursor = cursor
        self._dialect = dialect
        self._name = dialect.name
        self.now = now
        self.now_ms = to_ms(now)

    def _execute(self, statement: Statement, given: dict[str, Any]) -> None:
        ready = statement.ready.get(self._name) or statement.prepare(self._dialect)
        if ready.fixed:
            given = {**ready.fixed, **given}
        self._cursor.execute(ready.sql, ready.pick(given))

    def one(self, statement: Statement, **given: Any) -> Any:
        """The first row as a tuple, or None."""
        self._execute(statement, given)
        return self._cursor.fetchone()

    def all(self, statement: Statement, **given: Any) -> list[Any]:
        """All rows as tuples."""
        self._execute(statement, given)
        rows: list[Any] = self._cursor.fetchall()
        return rows

    def value(self, statement: Statement, **given: Any) -> Any:
        """The first column of the first row, or None."""
        row = self.one(statement, **given)
        return None if row is None else row[0]


class Tx(Reader):
    """Work that is kept as a whole or not at all."""

    def __init__(self, cursor: Cursor, dialect: Dialect, now: datetime) -> None:
        super().__init__(cursor, dialect, now)
        self.on_commit: list[Callable[[], None]] = []
        self.ends: Ends = {}
        self.noted: dict[Hashable, Any] = {}  # what this work knows and need not look up again

    def run(self, statement: Statement, **given: Any) -> int:
        """Change something; how many rows it touched."""
        self._execute(statement, given)
        return self._cursor.rowcount

    def add(self, statement: Statement, **given: Any) -> Any:
        """Insert: the row's number, or what RETURNING gives; None where nothing was inserted."""
        self._execute(statement, given)
        if self._cursor.description is None:
            return self._cursor.lastrowid if self._cursor.rowcount else None
        rows = self._cursor.fetchall()
        return rows[0][0] if rows else None

    def after_commit(self, act: Callable[[], None]) -> None:
        """Call `act` in the writer's thread once this work is on disk; never if it is undone."""
        self.on_commit.append(act)

    def at_end(self, key: Hashable, work: Callable[[Tx], Any]) -> None:
        """Do `work` before the commit; of several under one key in a group only the last."""
        self.ends[key] = work

    def random(self, size: int) -> bytes:
        """Unpredictable bytes, for salts and codes."""
        return secrets.token_bytes(size)

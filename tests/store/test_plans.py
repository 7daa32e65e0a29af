"""How the database answers each query: what a message needs must not take longer year by year."""

from __future__ import annotations

import importlib
import pkgutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from sqlalchemy.dialects import sqlite

import bot.store
from bot.store.statement import Statement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.store.engine import Store

# Each reads a whole table, and why that may be.
WHOLE = {
    "alerts._MOVE_COPIES": "a group seldom gets another address",
    "inbox._ASIDE": "what can't be read is rare, and kept thirty days",
    "inbox._FORGET_ASIDE": "the same",
    "overview._ASIDE": "the same",
    "journal._CHAINS": "an operator's question: which chains there are",
    "old_posts._OLD": "once a day, beside the writer",
    "overview._ALL_ALERTS": "an operator's question, beside the writer",
    "overview._ALL_MAILS": "the same",
    "overview._ALL_MEDIA": "the same",
    "overview._ALL_OUTBOX": "the same",
    "overview._HEADS": "the same",
    "overview._LAST_ACCEPTED": "the same",
    "overview._MAILED": "the same",
    "overview._MEMBERS": "the same",
    "overview._STANDING": "the same",
    "places._GROUPS": "the start of a day's look at who is in which group",
    "places._PLACES": "as many as the configuration has",
    "police._PLACES": "the same",
    "police._LINES": "a mailbox a neighbourhood",
    "police._IN_STATE": "a mail a day and neighbourhood, looked at by the minute",
    "police._OLD_FILES": "once a day",
    "requests._AGAIN": "requests are answered within minutes and forgotten",
    "requests._FORGET": "the same",
    "requests._NEXT": "the same",
}


def test_no_message_has_a_whole_table_read_for_it(store: Store) -> None:
    """Given all our queries, when the database says how it would answer them, then it goes by an
    index, but for those that are known to be seldom or small.
    """
    with closing(sqlite3.connect(store.file)) as connection:
        reading = {name for name, statement in _all() if _reads_all(connection, statement)}
    assert reading == WHOLE.keys()


def _all() -> Iterator[tuple[str, Statement]]:
    for found in pkgutil.iter_modules(bot.store.__path__):
        module = importlib.import_module(f"bot.store.{found.name}")
        for name, value in vars(module).items():
            if isinstance(value, Statement):
                yield f"{found.name}.{name}", value


def _reads_all(connection: sqlite3.Connection, statement: Statement) -> bool:
    sql = statement.prepare(sqlite.dialect()).sql
    nothing = (None,) * sql.count("?")
    plan = connection.execute(f"EXPLAIN QUERY PLAN {sql}", nothing)
    return any(step.startswith("SCAN") for *_, step in plan)

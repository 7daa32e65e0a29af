"""Queries as the rooms use them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Column, Integer, MetaData, String, Table, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.store import places
from bot.store.schema import inbox_event
from bot.store.schema import person as people
from bot.store.statement import Statement, add, add_once

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect

    from bot.store.engine import Store
    from bot.store.tx import Tx

_PERSON = add(people, "name", "language", "created_at", returning="id")
_EVENT = add_once(inbox_event, "source", "event_id", "received_at")
_NAME = Statement(select(people.c.name).where(people.c.id == bindparam("person")))
_SAME = add_once(people, "id", "name", "language", "created_at", returning="id")


def test_a_new_row_tells_its_own_number(store: Store) -> None:
    """Whatever was written to other tables in between, the number is this row's."""

    def work(tx: Tx) -> list[int]:
        found = []
        for name in ("An", "Bert", "Chris"):
            found.append(tx.add(_PERSON, name=name, language="nl", created_at=1))
            tx.run(_EVENT, source="t", event_id=name, received_at=1)
        return found

    found = store.writer.call(work)
    assert len(set(found)) == 3
    with store.reading() as reader:
        named = [reader.value(_NAME, person=one) for one in found]
    assert named == ["An", "Bert", "Chris"]


def test_a_row_that_is_there_already_gives_nothing(store: Store) -> None:
    """Also when the newest row of all has a number that could be taken for the answer."""

    def work(tx: Tx) -> tuple[int | None, int | None]:
        first = tx.add(_SAME, id=41, name="An", language="nl", created_at=1)
        return first, tx.add(_SAME, id=41, name="Bert", language="nl", created_at=1)

    assert store.writer.call(work) == (41, None)


def test_a_number_that_is_counted_up_is_the_new_one(store: Store) -> None:
    """What is no row's own number is returned by the database."""

    def work(tx: Tx) -> list[int]:
        places.put_place(tx, "munster", name="Munsterbilzen", invite_code="rozenstraat")
        return [places.next_pseudonym(tx, "munster") for _ in range(3)]

    assert store.writer.call(work) == [1, 2, 3]


def test_only_sqlite_knows_the_number_by_itself() -> None:
    """Another database is asked to return it, and so is SQLite for a key that is no number."""
    word = Table("word", MetaData(), Column("key", String, primary_key=True), Column("n", Integer))
    assert "RETURNING" not in _sql(_PERSON, sqlite.dialect())
    assert "RETURNING person.id" in _sql(_PERSON, postgresql.dialect())  # type: ignore[no-untyped-call]  # the library gives it none
    assert "RETURNING" in _sql(add(word, "key", "n", returning="key"), sqlite.dialect())


def _sql(statement: Statement, dialect: Dialect) -> str:
    return statement.prepare(dialect).sql

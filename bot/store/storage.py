"""The adapters' small key-value stores, and the same as the port wants it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, select

from bot.store.schema import adapter_storage as t
from bot.store.statement import Statement, put

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.store.engine import Store
    from bot.store.tx import Reader, Tx
    from bot.store.writer import Writer

_LAST = "\U0010ffff"  # sorts behind every key that starts the same

_PUT = put(t, ("adapter", "key"), "value")
_FORGET = Statement(
    delete(t).where(t.c.adapter == bindparam("adapter_"), t.c.key == bindparam("key_"))
)
_GET = Statement(
    select(t.c.value).where(t.c.adapter == bindparam("adapter_"), t.c.key == bindparam("key_"))
)
_SCAN = Statement(
    select(t.c.key, t.c.value)
    .where(
        t.c.adapter == bindparam("adapter_"),
        t.c.key >= bindparam("low"),
        t.c.key < bindparam("high"),
        t.c.key > bindparam("after"),
    )
    .order_by(t.c.key)
    .limit(bindparam("most"))
)


def keep(tx: Tx, adapter: str, key: str, value: str | None) -> None:
    """Store one value in the transaction at hand, or forget the key when it is None."""
    if value is None:
        tx.run(_FORGET, adapter_=adapter, key_=key)
    else:
        tx.run(_PUT, adapter=adapter, key=key, value=value)


def move_cursor(tx: Tx, adapter: str, key: str, value: str) -> None:
    """The adapter has read up to here: in the same commit as what it brought, once a group."""
    tx.at_end((adapter, key), lambda last: keep(last, adapter, key, value))


def kept(reader: Reader, adapter: str, key: str) -> str | None:
    """One stored value."""
    found: str | None = reader.value(_GET, adapter_=adapter, key_=key)
    return found


class AdapterStorage:
    """What `Context.storage` is: everything under one adapter's name."""

    def __init__(self, writer: Writer, store: Store, name: str) -> None:
        self._writer = writer
        self._store = store
        self._name = name

    async def get(self, key: str) -> str | None:
        with self._store.reading() as reader:
            return kept(reader, self._name, key)

    async def put(self, key: str, value: str | None) -> None:
        await self.put_many({key: value})

    async def put_many(self, values: Mapping[str, str | None]) -> None:
        """All of them in one commit, or none."""
        pairs = list(values.items())

        def work(tx: Tx) -> None:
            for key, value in pairs:
                keep(tx, self._name, key, value)

        await self._writer.submit(work, label="adapter storage")

    async def scan(
        self, prefix: str, *, after: str = "", limit: int = 1000
    ) -> list[tuple[str, str]]:
        with self._store.reading() as reader:
            return reader.all(
                _SCAN,
                adapter_=self._name,
                low=prefix,
                high=prefix + _LAST,
                after=after,
                most=limit,
            )

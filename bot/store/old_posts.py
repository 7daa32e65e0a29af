"""Posts that are over and old: what of the outbox need not be kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, literal_column, select, update

from bot.store import sent_parts
from bot.store.outbox import PARKED
from bot.store.schema import outbox as t
from bot.store.statement import Statement

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.store.tx import Reader, Tx

_OLD = Statement(
    select(t.c.id)
    .where(
        t.c.state.in_(("sent", "dropped")),
        t.c.done_at < bindparam("before"),
        t.c.alert_id.is_(None),
    )
    .order_by(t.c.id)
    .limit(bindparam("most"))
)
_FADE = Statement(
    update(t)
    .where(PARKED, t.c.done_at < bindparam("before"))
    .values(state=literal_column("'dropped'"), body="")
)
_FORGET = Statement(delete(t).where(t.c.id == bindparam("id_")))


def old(reader: Reader, *, before: int, most: int) -> list[int]:
    """Posts that were over before a time and belong to no alert."""
    return [row[0] for row in reader.all(_OLD, before=before, most=most)]


def forget(tx: Tx, posts: Iterable[int]) -> None:
    """Remove them, and what the messengers called them."""
    for number in posts:
        sent_parts.forget(tx, number)
        tx.run(_FORGET, id_=number)


def fade(tx: Tx, *, before: int) -> None:
    """Dead letters of before a time are none any more, and their words are gone."""
    tx.run(_FADE, before=before)

"""What the messengers made of our posts: each message of theirs that one of ours became."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, select

from bot.store.schema import sent_part as p
from bot.store.statement import Statement, add

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.store.tx import Reader, Tx

_PARTS = Statement(
    select(p.c.native_id, p.c.chat).where(p.c.outbox_id == bindparam("id_")).order_by(p.c.part)
)
_ADD = add(p, "outbox_id", "part", "chat", "native_id")
_FORGET = Statement(delete(p).where(p.c.outbox_id == bindparam("id_")))
_FIND = Statement(
    select(p.c.outbox_id)
    .where(p.c.chat == bindparam("chat_"), p.c.native_id == bindparam("native_"))
    .order_by(p.c.outbox_id.desc())
    .limit(1)
)


def of_post(reader: Reader, outbox_id: int) -> list[tuple[str, str]]:
    """Native ids and chats of the messages that one of ours became."""
    return reader.all(_PARTS, id_=outbox_id)


def keep(tx: Tx, outbox_id: int, chat: str, natives: Sequence[str]) -> None:
    """What one of ours became, in place of what was known before."""
    forget(tx, outbox_id)
    for number, native in enumerate(natives):
        tx.run(_ADD, outbox_id=outbox_id, part=number, chat=chat, native_id=native)


def find(reader: Reader, chat: str, native_id: str) -> int | None:
    """Which of ours a messenger's message is."""
    found: int | None = reader.value(_FIND, chat_=chat, native_=native_id)
    return found


def forget(tx: Tx, outbox_id: int) -> None:
    """Nobody needs to find it any more."""
    tx.run(_FORGET, id_=outbox_id)

"""What came in: keys that are kept, payloads that are not, and what was set aside."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import bindparam, delete, select

from bot.store import schema as s
from bot.store.statement import Statement, add, add_once, put

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.store.tx import Reader, Tx

_RAW_SEEN = add_once(s.inbox_raw, "source", "key", "received_at")
_EVENT_SEEN = add_once(s.inbox_event, "source", "event_id", "received_at")
_ALBUM_SEEN = add_once(s.inbox_album, "source", "group_key", "received_at")
_SET_ASIDE = add(s.inbox_aside, "source", "key", "payload", "reason", "received_at", "keep_until")
_ASIDE = Statement(
    select(
        s.inbox_aside.c.id, s.inbox_aside.c.source, s.inbox_aside.c.key, s.inbox_aside.c.reason
    ).order_by(s.inbox_aside.c.id)
)
_FORGET_ASIDE = Statement(delete(s.inbox_aside).where(s.inbox_aside.c.keep_until < bindparam("at")))
_OFFER = put(s.offer, ("chat", "subject"), "choices", "offered_at")
_OFFERS = Statement(
    select(s.offer.c.subject, s.offer.c.offered_at, s.offer.c.choices)
    .where(s.offer.c.chat == bindparam("chat_"))
    .order_by(s.offer.c.offered_at.desc(), s.offer.c.subject)
)
_WITHDRAW = Statement(delete(s.offer).where(s.offer.c.subject == bindparam("subject_")))
_WITHDRAW_ONE = Statement(
    delete(s.offer).where(
        s.offer.c.subject == bindparam("subject_"), s.offer.c.chat == bindparam("chat_")
    )
)

KEEP_ASIDE_MS = 30 * 24 * 3600 * 1000


class Aside(NamedTuple):
    """One payload that could not be read or handled."""

    id: int
    source: str
    key: str
    reason: str


class Offered(NamedTuple):
    """One answer to a question that stands open outside a dialogue."""

    number: int
    label: str
    token: str


class Offer(NamedTuple):
    """A question that a bare number may answer."""

    subject: str
    offered_at: int
    choices: tuple[Offered, ...]


def first_sight_of_raw(tx: Tx, source: str, key: str, received_ms: int) -> bool:
    """Remember the key; False when it was here before."""
    return tx.run(_RAW_SEEN, source=source, key=key, received_at=received_ms) == 1


def first_sight_of_event(tx: Tx, source: str, event_id: str, received_ms: int) -> bool:
    """Remember the event; False when it was here before."""
    return tx.run(_EVENT_SEEN, source=source, event_id=event_id, received_at=received_ms) == 1


def first_of_album(tx: Tx, source: str, group_key: str) -> bool:
    """Whether no other part of this album has been seen yet."""
    return tx.run(_ALBUM_SEEN, source=source, group_key=group_key, received_at=tx.now_ms) == 1


def set_aside(tx: Tx, source: str, key: str, payload: str, reason: str) -> None:
    """Keep what could not be handled for the operator, 30 days."""
    tx.run(
        _SET_ASIDE,
        source=source,
        key=key,
        payload=payload,
        reason=reason,
        received_at=tx.now_ms,
        keep_until=tx.now_ms + KEEP_ASIDE_MS,
    )


def aside(reader: Reader) -> list[Aside]:
    """All that is set aside, oldest first."""
    return [Aside._make(row) for row in reader.all(_ASIDE)]


def forget_old_aside(tx: Tx) -> int:
    """Remove what was set aside more than 30 days ago."""
    return tx.run(_FORGET_ASIDE, at=tx.now_ms)


def offer(tx: Tx, chat: str, subject: str, choices: Sequence[Offered]) -> None:
    """Let a bare number in `chat` answer the question about `subject`."""
    tx.run(_OFFER, chat=chat, subject=subject, choices=json.dumps(choices), offered_at=tx.now_ms)


def offers(reader: Reader, chat: str) -> list[Offer]:
    """The questions that stand open in `chat`, newest first."""
    return [
        Offer(subject, at, tuple(Offered(*choice) for choice in json.loads(choices)))
        for subject, at, choices in reader.all(_OFFERS, chat_=chat)
    ]


def withdraw(tx: Tx, subject: str, chat: str | None = None) -> int:
    """The question about `subject` is answered or past, in `chat` or everywhere; in how many."""
    if chat is None:
        return tx.run(_WITHDRAW, subject_=subject)
    return tx.run(_WITHDRAW_ONE, subject_=subject, chat_=chat)

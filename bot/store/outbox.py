"""Rows of the outbox."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import bindparam, func, literal_column, or_, select, update

from bot.store.schema import outbox as t
from bot.store.statement import Statement, add_once

if TYPE_CHECKING:
    from bot.store.tx import Reader, Tx


class Row(NamedTuple):
    """One post as stored; `body` is the message as JSON, until it is sent or dropped."""

    id: int
    chat: str
    kind: str
    priority: int
    body: str
    purpose: str
    target_id: int | None
    reply_to_id: int | None
    alert_id: int | None
    membership_id: int | None
    state: str
    attempts: int
    unknowns: int
    created_at: int
    not_before: int
    reason: str


class Queued(NamedTuple):
    """What a lane must know about a message that waits."""

    id: int
    chat: str
    priority: int
    not_before: int


class Fate(NamedTuple):
    """What became of one post of an alert. `reached` comes back as 1, 0 or None."""

    membership: int | None
    chat: str
    state: str
    reached: int | None
    unknowns: int
    reason: str


# Written out, so that the database sees that an index of the open rows is enough.
WAITING = t.c.state == literal_column("'waiting'")
SENDING = t.c.state == literal_column("'sending'")
PARKED = t.c.state == literal_column("'parked'")
_other = t.alias("other")
_ID = t.c.id == bindparam("id_")
_ROW = tuple(t.c[name] for name in Row._fields)
_QUEUED = tuple(t.c[name] for name in Queued._fields)
_FATE = (t.c.membership_id, t.c.chat, t.c.state, t.c.reached, t.c.unknowns, t.c.reason)

_POST = add_once(
    t,
    "cause",
    "chat",
    "kind",
    "priority",
    "body",
    "purpose",
    "target_id",
    "reply_to_id",
    "alert_id",
    "membership_id",
    "state",
    "created_at",
    "not_before",
    returning="id",
)
_GET = Statement(select(*_ROW).where(_ID))
_QUEUE = Statement(
    select(*_QUEUED)
    .where(WAITING, t.c.id > bindparam("after"))
    .order_by(t.c.id)
    .limit(bindparam("most"))
)
_CLAIM = Statement(
    update(t).where(_ID, t.c.state == "waiting").values(state="sending", attempts=t.c.attempts + 1)
)
_OLD = Statement(
    select(t.c.id)
    .where(WAITING, t.c.priority == bindparam("priority_"), t.c.created_at < bindparam("before"))
    .order_by(t.c.id)
)
_UNDER_WAY = Statement(select(*_ROW).where(SENDING).order_by(t.c.id))
_SENT = Statement(
    update(t)
    .where(_ID)
    .values(
        state="sent",
        body="",
        done_at=bindparam("at"),
        reached=bindparam("reached_"),
        reason=bindparam("reason_"),
    )
)
_PARK = Statement(
    update(t)
    .where(_ID)
    .values(state="parked", done_at=bindparam("at"), reason=bindparam("reason_"))
)
_DROP = Statement(
    update(t)
    .where(_ID)
    .values(state="dropped", body="", done_at=bindparam("at"), reason=bindparam("reason_"))
)
_RETRY = Statement(
    update(t)
    .where(_ID)
    .values(
        state="waiting",
        not_before=bindparam("not_before_"),
        reason=bindparam("reason_"),
        unknowns=bindparam("unknowns_"),
        attempts=bindparam("attempts_"),
    )
)
_REPLACE_OLDER_EDITS = Statement(
    update(t)
    .where(
        t.c.target_id == bindparam("target"),
        t.c.kind == "edit",
        t.c.state == "waiting",
        t.c.id != bindparam("id_"),
    )
    .values(state="dropped", body="", done_at=bindparam("at"))
)
_CHANGED_SINCE = Statement(
    select(t.c.id)
    .where(
        t.c.target_id == bindparam("target"), t.c.state == "waiting", t.c.id > bindparam("after")
    )
    .limit(1)
)
_NEW_BODY = Statement(update(t).where(_ID, t.c.state == "waiting").values(body=bindparam("body_")))
_WITHDRAW = Statement(
    update(t)
    .where(_ID, t.c.state == "waiting")
    .values(state="dropped", body="", done_at=bindparam("at"))
)
_RECALL = Statement(update(t).where(_ID, t.c.state == "sending").values(recalled=True))
_IS_RECALLED = Statement(select(t.c.id).where(_ID, t.c.recalled))
_FOR_MEMBER = Statement(
    select(*_ROW).where(
        or_(WAITING, SENDING),
        t.c.membership_id == bindparam("membership"),
        t.c.kind == "send",
    )
)
_REFUSED = Statement(
    select(*_ROW)
    .where(
        PARKED,
        t.c.chat == bindparam("chat_"),
        t.c.unknowns == 0,
        t.c.done_at >= bindparam("since"),
    )
    .order_by(t.c.id)
)
_REVIVE = Statement(
    update(t)
    .where(_ID, t.c.state == "parked")
    .values(
        state="waiting",
        attempts=0,
        reason="",
        done_at=None,
        created_at=bindparam("at"),
        not_before=bindparam("at"),
    )
)
_MOVE = Statement(
    update(t)
    .where(t.c.chat == bindparam("chat_"), or_(WAITING, SENDING))
    .where(
        ~select(_other.c.id)
        .where(_other.c.chat == bindparam("to_"), _other.c.cause == t.c.cause)
        .correlate(t)
        .exists()
    )
    .values(chat=bindparam("to_"))
)
_LEFT_BEHIND = Statement(
    update(t)
    .where(t.c.chat == bindparam("chat_"), or_(WAITING, SENDING))
    .values(state="dropped", body="", done_at=bindparam("at"))
)
_EDITS = Statement(
    select(func.count()).where(
        t.c.target_id == bindparam("target"), t.c.kind == "edit", t.c.state == "sent"
    )
)
_DONE_AT = Statement(select(t.c.state, t.c.done_at).where(_ID))
_TALLY = Statement(
    select(*_FATE)
    .where(
        t.c.alert_id == bindparam("alert"),
        t.c.purpose == bindparam("purpose_"),
        t.c.kind == "send",
        t.c.state != "dropped",
    )
    .order_by(t.c.id)
)
_OF_CAUSE = Statement(
    select(t.c.chat, t.c.id).where(t.c.cause == bindparam("cause_")).order_by(t.c.id)
)
_OF_CAUSES = Statement(
    select(*_ROW)
    .where(t.c.cause >= bindparam("first"), t.c.cause < bindparam("beyond"))
    .order_by(t.c.id)
)
_OF_ALERT = Statement(
    select(*_ROW)
    .where(t.c.alert_id == bindparam("alert"), t.c.kind == "send", t.c.state != "dropped")
    .order_by(t.c.id)
)
_OVERWRITE = Statement(update(t).where(_ID).values(body=bindparam("body_")))
_ANY_UNDER_WAY = Statement(
    select(t.c.id)
    .where(
        t.c.alert_id == bindparam("alert"),
        t.c.purpose == bindparam("purpose_"),
        t.c.state.in_(("waiting", "sending")),
        ~t.c.recalled,
    )
    .limit(1)
)


def post(tx: Tx, **columns: Any) -> int | None:
    """A new row; None when cause and chat are there already."""
    found: int | None = tx.add(_POST, created_at=tx.now_ms, not_before=tx.now_ms, **columns)
    return found


def get(reader: Reader, outbox_id: int) -> Row | None:
    """One post."""
    return _row(reader.one(_GET, id_=outbox_id))


def queue(reader: Reader, *, after: int, most: int) -> list[Queued]:
    """What waits, by id, behind `after`."""
    return [Queued(*row) for row in reader.all(_QUEUE, after=after, most=most)]


def claim(tx: Tx, outbox_id: int) -> Row | None:
    """Mark a waiting post as being sent; None when it does not wait any more."""
    return get(tx, outbox_id) if tx.run(_CLAIM, id_=outbox_id) else None


def waiting_since(reader: Reader, priority: int, before: int) -> list[int]:
    """Posts of a priority that were made before a time and still wait."""
    return [row[0] for row in reader.all(_OLD, priority_=priority, before=before)]


def under_way(reader: Reader) -> list[Row]:
    """Posts that were being sent."""
    return [Row(*row) for row in reader.all(_UNDER_WAY)]


def sent(tx: Tx, outbox_id: int, *, reached: bool, reason: str = "") -> None:
    """The messenger accepted it."""
    tx.run(_SENT, id_=outbox_id, at=tx.now_ms, reached_=reached, reason_=reason)


def park(tx: Tx, outbox_id: int, reason: str) -> None:
    """It does not go out by itself any more."""
    tx.run(_PARK, id_=outbox_id, at=tx.now_ms, reason_=reason)


def drop(tx: Tx, outbox_id: int, reason: str) -> None:
    """Nobody needs it any more."""
    tx.run(_DROP, id_=outbox_id, at=tx.now_ms, reason_=reason)


def retry(
    tx: Tx, outbox_id: int, *, not_before: int, reason: str, unknowns: int, attempts: int
) -> None:
    """It waits again."""
    tx.run(
        _RETRY,
        id_=outbox_id,
        not_before_=not_before,
        reason_=reason,
        unknowns_=unknowns,
        attempts_=attempts,
    )


def replace_others(tx: Tx, target: int, *, but: int) -> None:
    """Older edits of the same message that still wait are not needed any more."""
    tx.run(_REPLACE_OLDER_EDITS, target=target, id_=but, at=tx.now_ms)


def changed_since(reader: Reader, target: int | None, after: int) -> bool:
    """Whether a change of a message waits that is newer than `after`."""
    return reader.value(_CHANGED_SINCE, target=target, after=after) is not None


def new_body(tx: Tx, outbox_id: int, body: str) -> bool:
    """Change what a post will say, if it still waits."""
    return tx.run(_NEW_BODY, id_=outbox_id, body_=body) == 1


def withdraw(tx: Tx, outbox_id: int) -> bool:
    """Take a post back, if it still waits."""
    return tx.run(_WITHDRAW, id_=outbox_id, at=tx.now_ms) == 1


def recall(tx: Tx, outbox_id: int) -> None:
    """A post that is being sent isn't tried again if that fails."""
    tx.run(_RECALL, id_=outbox_id)


def is_recalled(reader: Reader, outbox_id: int) -> bool:
    """Whether nobody needs a post any more that was being sent."""
    return reader.value(_IS_RECALLED, id_=outbox_id) is not None


def open_for(reader: Reader, membership: int) -> list[Row]:
    """New messages to a member that wait or are being sent."""
    return [Row(*row) for row in reader.all(_FOR_MEMBER, membership=membership)]


def refused(reader: Reader, chat: str, since: int) -> list[Row]:
    """What was given up for a chat since a time, and certainly did not arrive."""
    return [Row(*row) for row in reader.all(_REFUSED, chat_=chat, since=since)]


def revive(tx: Tx, outbox_id: int) -> None:
    """What was given up waits again, as if it were new."""
    tx.run(_REVIVE, id_=outbox_id, at=tx.now_ms)


def move(tx: Tx, chat: str, to: str) -> int:
    """What waits for a chat goes to its new address, unless it was posted there too; how many."""
    moved = tx.run(_MOVE, chat_=chat, to_=to)
    tx.run(_LEFT_BEHIND, chat_=chat, at=tx.now_ms)
    return moved


def edits_made(reader: Reader, target: int) -> int:
    """How often a message was edited."""
    found: int = reader.value(_EDITS, target=target)
    return found


def state_of(reader: Reader, outbox_id: int) -> tuple[str, int | None] | None:
    """A post's state and when it was over."""
    found: tuple[str, int | None] | None = reader.one(_DONE_AT, id_=outbox_id)
    return found


def tally(reader: Reader, alert: int, purpose: str) -> list[Fate]:
    """What became of an alert's posts for one purpose."""
    return [Fate(*row) for row in reader.all(_TALLY, alert=alert, purpose_=purpose)]


def of_cause(reader: Reader, cause: str) -> list[tuple[str, int]]:
    """The posts of one cause: (chat, id)."""
    return reader.all(_OF_CAUSE, cause_=cause)


def of_causes(reader: Reader, begin: str) -> list[Row]:
    """The posts whose causes begin so, by the causes' index."""
    beyond = begin[:-1] + chr(ord(begin[-1]) + 1)
    return [Row(*row) for row in reader.all(_OF_CAUSES, first=begin, beyond=beyond)]


def of_alert(reader: Reader, alert: int) -> list[Row]:
    """The new messages about an alert that were sent, or may yet be."""
    return [Row(*row) for row in reader.all(_OF_ALERT, alert=alert)]


def overwrite(tx: Tx, outbox_id: int, body: str) -> None:
    """Keep another text for a post, wherever it stands."""
    tx.run(_OVERWRITE, id_=outbox_id, body_=body)


def any_under_way(reader: Reader, alert: int, purpose: str) -> bool:
    """Whether any of an alert's posts for one purpose is not over, and is still needed."""
    return reader.value(_ANY_UNDER_WAY, alert=alert, purpose_=purpose) is not None


def _row(found: Any) -> Row | None:
    return None if found is None else Row(*found)

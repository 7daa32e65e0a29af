"""Alerts, their numbers, the chats that show their card, and messages that belong to them."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import and_, bindparam, or_, select, update

from bot.store import schema as s
from bot.store.statement import Statement, add, count_up, put

if TYPE_CHECKING:
    from bot.store.tx import Reader, Tx


class Alert(NamedTuple):
    """One alert. Times are milliseconds; `facts` is what is known of it."""

    id: int
    neighbourhood: str
    number: str
    sequence: int
    state: str
    urgency: str
    reporter_id: int
    opened_at: int
    relayed_at: int | None
    closed_at: int | None
    spoken_at: int
    edited_at: int | None
    relayed: int
    version: int
    facts: dict[str, Any]


class Copy(NamedTuple):
    """One chat that shows the card."""

    alert_id: int
    chat: str
    outbox_id: int
    membership_id: int | None
    lang: str


class Heard(NamedTuple):
    """A message of somebody's that belongs to an alert, as it was last seen."""

    membership_id: int | None
    alert_id: int
    digest: str


_COLUMNS = tuple(
    s.alert.c[name]
    for name in (
        "id",
        "neighbourhood_id",
        "number",
        "sequence",
        "state",
        "urgency",
        "reporter_id",
        "opened_at",
        "relayed_at",
        "closed_at",
        "spoken_at",
        "edited_at",
        "relayed",
        "version",
        "facts",
    )
)
_ADD = add(
    s.alert,
    "neighbourhood_id",
    "number",
    "sequence",
    "state",
    "urgency",
    "reporter_id",
    "opened_at",
    "spoken_at",
    "facts",
    returning="id",
)
_BY_ID = Statement(select(*_COLUMNS).where(s.alert.c.id == bindparam("id_")))
_LIVE = Statement(
    select(*_COLUMNS)
    .where(
        s.alert.c.neighbourhood_id == bindparam("place"),
        or_(s.alert.c.state == "open", s.alert.c.state == "waiting"),
    )
    .order_by(s.alert.c.id.desc())
)
_OVER = Statement(
    select(*_COLUMNS)
    .where(
        s.alert.c.neighbourhood_id == bindparam("place"),
        or_(
            s.alert.c.closed_at >= bindparam("since"),
            and_(s.alert.c.state == "recorded", s.alert.c.opened_at >= bindparam("since")),
        ),
    )
    .order_by(s.alert.c.id.desc())
    .limit(20)
)
_BY_SEQUENCE = Statement(
    select(*_COLUMNS)
    .where(
        s.alert.c.neighbourhood_id == bindparam("place"),
        s.alert.c.sequence == bindparam("sequence_"),
    )
    .order_by(s.alert.c.id.desc())
    .limit(1)
)
_BY_NUMBER = Statement(
    select(*_COLUMNS).where(
        s.alert.c.neighbourhood_id == bindparam("place"), s.alert.c.number == bindparam("number_")
    )
)
_SAVE = Statement(
    update(s.alert)
    .where(s.alert.c.id == bindparam("id_"))
    .values(
        state=bindparam("state_"),
        urgency=bindparam("urgency_"),
        relayed_at=bindparam("relayed_at_"),
        closed_at=bindparam("closed_at_"),
        spoken_at=bindparam("spoken_at_"),
        edited_at=bindparam("edited_at_"),
        relayed=bindparam("relayed_"),
        version=bindparam("version_"),
        facts=bindparam("facts_"),
    )
)
_NEXT_NUMBER = count_up(s.case_number, ("neighbourhood_id", "series"), "last")
_PUT_COPY = put(s.card_copy, ("alert_id", "chat"), "outbox_id", "membership_id", "lang")
_COPIES = Statement(
    select(
        s.card_copy.c.alert_id,
        s.card_copy.c.chat,
        s.card_copy.c.outbox_id,
        s.card_copy.c.membership_id,
        s.card_copy.c.lang,
    )
    .where(s.card_copy.c.alert_id == bindparam("alert"))
    .order_by(s.card_copy.c.outbox_id)
)
_MOVE_COPIES = Statement(
    update(s.card_copy)
    .where(s.card_copy.c.chat == bindparam("chat_"))
    .values(chat=bindparam("to_"))
)
_HEAR = put(s.heard, ("chat", "message_id"), "membership_id", "alert_id", "digest", "at")
_HEARD = Statement(
    select(s.heard.c.membership_id, s.heard.c.alert_id, s.heard.c.digest).where(
        s.heard.c.chat == bindparam("chat_"), s.heard.c.message_id == bindparam("message")
    )
)


def _alert(row: Any) -> Alert:
    return Alert._make((*row[:14], json.loads(row[14])))


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def add_alert(
    tx: Tx,
    place: str,
    *,
    number: str,
    sequence: int,
    state: str,
    urgency: str,
    reporter_id: int,
    facts: dict[str, Any],
) -> Alert:
    """A new alert."""
    found: int = tx.add(
        _ADD,
        neighbourhood_id=place,
        number=number,
        sequence=sequence,
        state=state,
        urgency=urgency,
        reporter_id=reporter_id,
        opened_at=tx.now_ms,
        spoken_at=tx.now_ms,
        facts=_compact(facts),
    )
    return Alert(
        id=found,
        neighbourhood=place,
        number=number,
        sequence=sequence,
        state=state,
        urgency=urgency,
        reporter_id=reporter_id,
        opened_at=tx.now_ms,
        relayed_at=None,
        closed_at=None,
        spoken_at=tx.now_ms,
        edited_at=None,
        relayed=0,
        version=1,
        facts=facts,
    )


def by_id(reader: Reader, alert_id: int) -> Alert | None:
    """One alert."""
    row = reader.one(_BY_ID, id_=alert_id)
    return None if row is None else _alert(row)


def live(reader: Reader, place: str) -> list[Alert]:
    """Alerts that are open, or wait for somebody to call, newest first."""
    return [_alert(row) for row in reader.all(_LIVE, place=place)]


def over_since(reader: Reader, place: str, since: int) -> list[Alert]:
    """Alerts that ended, and reports that alerted nobody, since a time; newest first."""
    return [_alert(row) for row in reader.all(_OVER, place=place, since=since)]


def by_number(reader: Reader, place: str, number: str) -> Alert | None:
    """The alert with this number: whole (M-2026-0117), or the newest with it (117)."""
    if number.isdigit():
        row = reader.one(_BY_SEQUENCE, place=place, sequence_=int(number))
    else:
        row = reader.one(_BY_NUMBER, place=place, number_=number.upper())
    return None if row is None else _alert(row)


def save(tx: Tx, new: Alert) -> None:
    """Write how the alert stands now."""
    tx.run(
        _SAVE,
        id_=new.id,
        state_=new.state,
        urgency_=new.urgency,
        relayed_at_=new.relayed_at,
        closed_at_=new.closed_at,
        spoken_at_=new.spoken_at,
        edited_at_=new.edited_at,
        relayed_=new.relayed,
        version_=new.version,
        facts_=_compact(new.facts),
    )


def next_number(tx: Tx, place: str, series: str) -> int:
    """The next number of a series such as M-2026; without gaps."""
    found: int = tx.add(_NEXT_NUMBER, neighbourhood_id=place, series=series)
    return found


def put_copy(
    tx: Tx, alert_id: int, chat: str, outbox_id: int, membership_id: int | None, lang: str
) -> None:
    """`chat` shows the card."""
    tx.run(
        _PUT_COPY,
        alert_id=alert_id,
        chat=chat,
        outbox_id=outbox_id,
        membership_id=membership_id,
        lang=lang,
    )


def copies(reader: Reader, alert_id: int) -> list[Copy]:
    """All chats that show the card."""
    return [Copy._make(row) for row in reader.all(_COPIES, alert=alert_id)]


def move_copies(tx: Tx, chat: str, to: str) -> None:
    """A chat that shows cards has another address."""
    tx.run(_MOVE_COPIES, chat_=chat, to_=to)


def hear(tx: Tx, chat: str, message_id: str, *, member: int | None, alert: int, text: str) -> None:
    """Remember that a message belongs to an alert, so that its edit finds it."""
    tx.run(
        _HEAR,
        chat=chat,
        message_id=message_id,
        membership_id=member,
        alert_id=alert,
        digest=digest(text),
        at=tx.now_ms,
    )


def heard(reader: Reader, chat: str, message_id: str) -> Heard | None:
    """What is known of a message."""
    row = reader.one(_HEARD, chat_=chat, message=message_id)
    return None if row is None else Heard._make(row)


def digest(text: str) -> str:
    """What is kept of a text to notice that it changed."""
    return sha256(text.strip().encode("utf-8", "replace")).hexdigest()

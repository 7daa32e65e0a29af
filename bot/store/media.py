"""Rows of files that were sent to us: wanted, stored or missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import bindparam, func, select, update

from bot.store.schema import alert as alert_table
from bot.store.schema import media as t
from bot.store.statement import Statement, add_once

if TYPE_CHECKING:
    from bot.store.tx import Reader, Tx


class Row(NamedTuple):
    """One file as stored; `ref` is the messenger's reference as JSON."""

    id: int
    neighbourhood_id: str
    alert_id: int | None
    membership_id: int | None
    dialogue_id: int | None
    source: str
    ref: str
    state: str
    sha256: str | None
    size: int | None
    mime: str | None
    reason: str
    asked_at: int
    next_try_at: int | None
    tries: int
    journal_n: int | None


_ROW = tuple(t.c[name] for name in Row._fields)
_ID = t.c.id == bindparam("id_")
_WANTED = t.c.state == "wanted"

_WANT = add_once(
    t,
    "neighbourhood_id",
    "alert_id",
    "membership_id",
    "dialogue_id",
    "source",
    "native_id",
    "ref",
    "state",
    "asked_at",
    "next_try_at",
    returning="id",
)
_FIND = Statement(
    select(t.c.id).where(
        t.c.source == bindparam("source_"),
        t.c.native_id == bindparam("native"),
        t.c.neighbourhood_id == bindparam("place"),
    )
)
_GET = Statement(select(*_ROW).where(_ID))
_ATTACH = Statement(
    update(t)
    .where(t.c.dialogue_id == bindparam("dialogue"), t.c.alert_id.is_(None))
    # Somebody with two neighbourhoods may have chosen after they sent it.
    .values(
        alert_id=bindparam("alert"),
        neighbourhood_id=select(alert_table.c.neighbourhood_id)
        .where(alert_table.c.id == bindparam("alert"))
        .scalar_subquery(),
    )
)
_DUE = Statement(
    select(*_ROW)
    .where(_WANTED, t.c.next_try_at <= bindparam("at"))
    .order_by(t.c.next_try_at, t.c.id)
    .limit(bindparam("most"))
)
_NEXT = Statement(
    select(func.min(t.c.next_try_at)).where(_WANTED, t.c.next_try_at > bindparam("after"))
)
_LATER = Statement(
    update(t)
    .where(_ID)
    .values(tries=t.c.tries + 1, next_try_at=bindparam("next_try_at_"), reason=bindparam("reason_"))
)
_STORED = Statement(
    update(t)
    .where(_ID, _WANTED)
    .values(
        state="stored",
        sha256=bindparam("sha256_"),
        size=bindparam("size_"),
        mime=bindparam("mime_"),
        reason="",
        stored_at=bindparam("at"),
    )
)
_MISSING = Statement(
    update(t).where(_ID, _WANTED).values(state="missing", reason=bindparam("reason_"))
)
_JOURNALLED = Statement(update(t).where(_ID).values(journal_n=bindparam("n")))
_OF_ALERT = Statement(select(*_ROW).where(t.c.alert_id == bindparam("alert")).order_by(t.c.id))
_OF_DIALOGUE = Statement(
    select(*_ROW).where(t.c.dialogue_id == bindparam("dialogue")).order_by(t.c.id)
)
_OF_PLACE = Statement(
    select(*_ROW)
    .where(t.c.neighbourhood_id == bindparam("place"), _WANTED, t.c.alert_id.is_not(None))
    .order_by(t.c.id)
)
_KEPT = Statement(select(func.count()).where(t.c.sha256 == bindparam("sha256_")))


def want(
    tx: Tx,
    *,
    neighbourhood: str,
    alert: int | None,
    membership: int | None,
    dialogue: int | None,
    source: str,
    native_id: str,
    ref: str,
) -> tuple[int, bool]:
    """The row for a file, and whether it is new."""
    found: int | None = tx.add(
        _WANT,
        neighbourhood_id=neighbourhood,
        alert_id=alert,
        membership_id=membership,
        dialogue_id=dialogue,
        source=source,
        native_id=native_id,
        ref=ref,
        state="wanted",
        asked_at=tx.now_ms,
        next_try_at=tx.now_ms,
    )
    if found is not None:
        return found, True
    return tx.value(_FIND, source_=source, native=native_id, place=neighbourhood), False


def get(reader: Reader, media_id: int) -> Row | None:
    """One file."""
    row = reader.one(_GET, id_=media_id)
    return None if row is None else Row(*row)


def attach(tx: Tx, dialogue: int, alert: int) -> int:
    """The files of a draft belong to its alert now; how many."""
    return tx.run(_ATTACH, dialogue=dialogue, alert=alert)


def due(reader: Reader, *, at: int, most: int) -> list[Row]:
    """Wanted files whose turn it is."""
    return [Row(*row) for row in reader.all(_DUE, at=at, most=most)]


def next_try(reader: Reader, *, after: int) -> int | None:
    """When the next wanted file's turn comes, apart from those whose turn it is."""
    found: int | None = reader.value(_NEXT, after=after)
    return found


def later(tx: Tx, media_id: int, *, next_try_at: int, reason: str) -> None:
    """Try again at another time."""
    tx.run(_LATER, id_=media_id, next_try_at_=next_try_at, reason_=reason)


def stored(tx: Tx, media_id: int, *, sha256: str, size: int, mime: str) -> bool:
    """The bytes are in the vault; False when the row had been settled before."""
    return tx.run(_STORED, id_=media_id, sha256_=sha256, size_=size, mime_=mime, at=tx.now_ms) == 1


def missing(tx: Tx, media_id: int, reason: str) -> bool:
    """The bytes will not come; False when the row had been settled before."""
    return tx.run(_MISSING, id_=media_id, reason_=reason) == 1


def journalled(tx: Tx, media_id: int, n: int) -> None:
    """Which entry of the journal tells of it."""
    tx.run(_JOURNALLED, id_=media_id, n=n)


def of_alert(reader: Reader, alert: int) -> list[Row]:
    """An alert's files."""
    return [Row(*row) for row in reader.all(_OF_ALERT, alert=alert)]


def of_dialogue(reader: Reader, dialogue: int) -> list[Row]:
    """A draft's files."""
    return [Row(*row) for row in reader.all(_OF_DIALOGUE, dialogue=dialogue)]


def awaited(reader: Reader, neighbourhood: str) -> list[Row]:
    """Files of any alert of a neighbourhood that have not come yet."""
    return [Row(*row) for row in reader.all(_OF_PLACE, place=neighbourhood)]


def kept(reader: Reader, sha256: str) -> int:
    """How many rows need these bytes."""
    found: int = reader.value(_KEPT, sha256_=sha256)
    return found

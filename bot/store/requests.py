"""What a command beside `run`, or a chat command with a long result, asks the running process.

state: waiting → working → done | failed. The outcome is JSON that the asker understands.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, select, update

from bot.store.schema import request as t
from bot.store.statement import Statement, add
from bot.store.tx import from_ms, to_ms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.store.tx import Reader, Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request as it stands."""

    id: int
    kind: str
    args: dict[str, Any]
    state: str
    progress: str
    outcome: dict[str, Any]
    created_at: datetime


_ROW = (t.c.id, t.c.kind, t.c.args, t.c.state, t.c.progress, t.c.outcome, t.c.created_at)
_ADD = add(t, "kind", "args", "state", "created_at", returning="id")
_GET = Statement(select(*_ROW).where(t.c.id == bindparam("id_")))
_NEXT = Statement(select(*_ROW).where(t.c.state == "waiting").order_by(t.c.id).limit(1))
_SET = Statement(
    update(t).where(t.c.id == bindparam("id_")).values(state=bindparam("state_"), done_at=None)
)
_PROGRESS = Statement(
    update(t).where(t.c.id == bindparam("id_")).values(progress=bindparam("progress_"))
)
_FINISH = Statement(
    update(t)
    .where(t.c.id == bindparam("id_"))
    .values(state=bindparam("state_"), outcome=bindparam("outcome_"), done_at=bindparam("done_at_"))
)
_AGAIN = Statement(update(t).where(t.c.state == "working").values(state="waiting"))
_FORGET = Statement(delete(t).where(t.c.done_at < bindparam("before")))


def ask(tx: Tx, kind: str, args: Mapping[str, Any]) -> int:
    """Put a request; its id."""
    found: int = tx.add(
        _ADD, kind=kind, args=json.dumps(dict(args)), state="waiting", created_at=tx.now_ms
    )
    return found


def take(tx: Tx) -> Request | None:
    """The oldest that waits, now being worked on."""
    row = tx.one(_NEXT)
    if row is None:
        return None
    tx.run(_SET, id_=row[0], state_="working")
    return _read(row)


def progress(tx: Tx, request_id: int, text: str) -> None:
    """How far it is, for the asker to show."""
    tx.run(_PROGRESS, id_=request_id, progress_=text)


def finish(tx: Tx, request_id: int, outcome: Mapping[str, Any], *, failed: bool = False) -> None:
    """It is over."""
    tx.run(
        _FINISH,
        id_=request_id,
        state_="failed" if failed else "done",
        outcome_=json.dumps(dict(outcome)),
        done_at_=tx.now_ms,
    )


def look(reader: Reader, request_id: int) -> Request | None:
    """The request as it stands now."""
    row = reader.one(_GET, id_=request_id)
    return None if row is None else _read(row)


def waiting(reader: Reader) -> Request | None:
    """The oldest that nobody works on, left where it is."""
    row = reader.one(_NEXT)
    return None if row is None else _read(row)


def again(tx: Tx) -> int:
    """After a crash: what was being worked on waits once more; how many."""
    return tx.run(_AGAIN)


def forget(tx: Tx, before: datetime) -> int:
    """Remove those that were over before a time; how many."""
    return tx.run(_FORGET, before=to_ms(before))


def _read(row: tuple[Any, ...]) -> Request:
    number, kind, args, state, done, outcome, created = row
    return Request(
        id=number,
        kind=kind,
        args=json.loads(args),
        state=state,
        progress=done,
        outcome=json.loads(outcome) if outcome else {},
        created_at=from_ms(created),
    )

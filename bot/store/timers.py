"""Moments at which something must be looked at again. Durable, one per kind and subject.

Those of conversations, which change with every message, stand in their own rows (`dialogues.py`).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import bindparam, delete, select

from bot.store import schema as s
from bot.store.statement import Statement, put

if TYPE_CHECKING:
    from datetime import timedelta

    from bot.store.tx import Reader, Tx

_ARM = put(s.timer, ("kind", "subject"), "due_at", "data")
_DISARM = Statement(
    delete(s.timer).where(
        s.timer.c.kind == bindparam("kind_"), s.timer.c.subject == bindparam("subject_")
    )
)
_TAKE = Statement(
    delete(s.timer).where(
        s.timer.c.kind == bindparam("kind_"),
        s.timer.c.subject == bindparam("subject_"),
        s.timer.c.due_at == bindparam("at"),
    )
)
_DUE = Statement(
    select(s.timer.c.id, s.timer.c.due_at, s.timer.c.kind, s.timer.c.subject, s.timer.c.data)
    .where(s.timer.c.due_at <= bindparam("at"))
    .order_by(s.timer.c.due_at, s.timer.c.id)
    .limit(200)
)
_FIND = Statement(
    select(s.timer.c.id, s.timer.c.due_at, s.timer.c.kind, s.timer.c.subject, s.timer.c.data).where(
        s.timer.c.kind == bindparam("kind_"), s.timer.c.subject == bindparam("subject_")
    )
)
_ARMED = Statement(
    select(s.timer.c.due_at).where(
        s.timer.c.kind == bindparam("kind_"), s.timer.c.subject == bindparam("subject_")
    )
)


class Timer(NamedTuple):
    """One moment to look again. `due_at` in milliseconds."""

    id: int
    due_at: int
    kind: str
    subject: str
    data: Any


def arm(tx: Tx, kind: str, subject: str, after: timedelta, data: Any = None) -> None:
    """Look at `subject` again after `after`; an earlier timer of the same kind is replaced."""
    due = tx.now_ms + int(after.total_seconds() * 1000)
    tx.run(_ARM, kind=kind, subject=subject, due_at=due, data=json.dumps(data))


def arm_once(tx: Tx, kind: str, subject: str, after: timedelta, data: Any = None) -> None:
    """As `arm`, but an earlier timer stays."""
    if not armed(tx, kind, subject):
        arm(tx, kind, subject, after, data)


def due_at(reader: Reader, kind: str, subject: str) -> int | None:
    """When such a timer comes due, in milliseconds; None when it isn't set."""
    found: int | None = reader.value(_ARMED, kind_=kind, subject_=subject)
    return found


def find(reader: Reader, kind: str, subject: str) -> Timer | None:
    """Such a timer, if it is set."""
    row = reader.one(_FIND, kind_=kind, subject_=subject)
    return None if row is None else Timer(row[0], row[1], row[2], row[3], json.loads(row[4]))


def armed(reader: Reader, kind: str, subject: str) -> bool:
    """Whether such a timer is set."""
    return due_at(reader, kind, subject) is not None


def disarm(tx: Tx, kind: str, subject: str) -> None:
    """Nothing needs to be looked at any more."""
    tx.run(_DISARM, kind_=kind, subject_=subject)


def take(tx: Tx, timer: Timer) -> bool:
    """It is dealt with from now on; False where it was moved or taken away meanwhile."""
    return tx.run(_TAKE, kind_=timer.kind, subject_=timer.subject, at=timer.due_at) == 1


def due(reader: Reader) -> list[Timer]:
    """What has come due, oldest first, at most 200."""
    return [
        Timer(row[0], row[1], row[2], row[3], json.loads(row[4]))
        for row in reader.all(_DUE, at=reader.now_ms)
    ]

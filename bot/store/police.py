"""Rows of the police's room: mail lines, and the ledger of digests."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import bindparam, select, update

from bot.store import schema as s
from bot.store.schema import digest as d
from bot.store.schema import mail_line as m
from bot.store.statement import Statement, add

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.store.tx import Reader, Tx


class Line(NamedTuple):
    """One series of mails: a neighbourhood and an address. Times are milliseconds."""

    id: str
    neighbourhood: str
    address: str
    opened_at: int
    ended_at: int | None
    predecessor: str | None


class Digest(NamedTuple):
    """One mail of a line, over the entries (after_n, upto_n]. `boundaries` and `summary` are JSON.

    state: cut | waiting_media | rendered | accepted | refused | parked
    """

    line_id: str
    number: int
    after_n: int
    upto_n: int
    since: int
    until: int
    cause: str
    boundaries: str
    state: str
    message_id: str
    file: str
    sha256: str
    head: str
    attempts: int
    next_try_at: int
    reason: str
    cut_at: int
    accepted_at: int | None
    summary: str

    @property
    def missed(self) -> list[int]:
        """Hours, in milliseconds, at which this mail or one like it should have gone."""
        return [int(value) for value in json.loads(self.boundaries)]

    @property
    def told(self) -> dict[str, Any]:
        """What else is known of it."""
        found: dict[str, Any] = json.loads(self.summary)
        return found


OPEN = ("cut", "waiting_media", "rendered")
_ID = d.c.line_id == bindparam("line_")
_ONE = (_ID, d.c.number == bindparam("number_"))
_LINE = tuple(m.c[name] for name in ("id", "neighbourhood_id", "address", "opened_at", "ended_at", "predecessor"))  # fmt: skip
_DIGEST = tuple(d.c[name] for name in Digest._fields)

_LINES = Statement(select(*_LINE).order_by(m.c.opened_at, m.c.id))
_PLACES = Statement(select(s.neighbourhood.c.id))
_ADD_LINE = add(m, "id", "neighbourhood_id", "address", "opened_at", "predecessor")
_END_LINE = Statement(
    update(m).where(m.c.id == bindparam("line_")).values(ended_at=bindparam("ended"))
)
_LAST = Statement(select(*_DIGEST).where(_ID).order_by(d.c.number.desc()).limit(1))
_GET = Statement(select(*_DIGEST).where(*_ONE))
_OF_LINE = Statement(select(*_DIGEST).where(_ID).order_by(d.c.number))
_IN_STATE = Statement(
    select(*_DIGEST).where(d.c.state == bindparam("state_")).order_by(d.c.line_id, d.c.number)
)
_OLD_FILES = Statement(
    select(*_DIGEST).where(
        d.c.state == "accepted", d.c.file != "", d.c.accepted_at <= bindparam("before")
    )
)
_INSERT = add(
    d,
    *("line_id", "number", "after_n", "upto_n", "since", "until", "cause", "boundaries", "state"),
    *("message_id", "head", "next_try_at", "cut_at", "summary"),
)
_CHANGING = [
    "upto_n",
    "until",
    "boundaries",
    "state",
    "file",
    "sha256",
    "head",
    "attempts",
    "next_try_at",
    "reason",
    "accepted_at",
    "summary",
]
_SAVE = Statement(
    update(d).where(*_ONE).values({name: bindparam(f"{name}_") for name in _CHANGING})
)


def lines(reader: Reader) -> list[Line]:
    """Every line there ever was, oldest first."""
    return [Line(*row) for row in reader.all(_LINES)]


def places(reader: Reader) -> set[str]:
    """The neighbourhoods that have a row."""
    return {row[0] for row in reader.all(_PLACES)}


def add_line(tx: Tx, line: Line) -> None:
    """Open a line."""
    tx.run(
        _ADD_LINE,
        id=line.id,
        neighbourhood_id=line.neighbourhood,
        address=line.address,
        opened_at=line.opened_at,
        predecessor=line.predecessor,
    )


def end_line(tx: Tx, line: str) -> None:
    """Nothing new is cut for this line any more."""
    tx.run(_END_LINE, line_=line, ended=tx.now_ms)


def last(reader: Reader, line: str) -> Digest | None:
    """A line's newest mail."""
    row = reader.one(_LAST, line_=line)
    return None if row is None else Digest(*row)


def get(reader: Reader, line: str, number: int) -> Digest | None:
    """One mail."""
    row = reader.one(_GET, line_=line, number_=number)
    return None if row is None else Digest(*row)


def of_line(reader: Reader, line: str) -> list[Digest]:
    """A line's mails in order."""
    return [Digest(*row) for row in reader.all(_OF_LINE, line_=line)]


def in_state(reader: Reader, *states: str) -> list[Digest]:
    """Mails in these states, in the order of their lines and numbers."""
    found = [Digest(*row) for state in states for row in reader.all(_IN_STATE, state_=state)]
    return sorted(found, key=lambda one: (one.line_id, one.number))


def old_files(reader: Reader, before: int) -> list[Digest]:
    """Accepted mails whose bytes are still kept though they were accepted before then."""
    return [Digest(*row) for row in reader.all(_OLD_FILES, before=before)]


def insert(tx: Tx, row: Mapping[str, Any]) -> None:
    """Cut a mail."""
    tx.run(_INSERT, **row)


def save(tx: Tx, row: Digest) -> None:
    """Keep what changed about a mail."""
    changed = {f"{name}_": getattr(row, name) for name in _CHANGING}
    tx.run(_SAVE, line_=row.line_id, number_=row.number, **changed)

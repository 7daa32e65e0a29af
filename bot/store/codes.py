"""One-time codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import bindparam, select, update

from bot.store import schema as s
from bot.store.statement import Statement, add

if TYPE_CHECKING:
    from bot.store.tx import Reader, Tx


class Code(NamedTuple):
    """A one-time code."""

    code: str
    kind: str
    neighbourhood: str | None
    person_id: int | None
    created_at: int
    used_at: int | None


_ADD_CODE = add(s.code, "code", "kind", "neighbourhood_id", "person_id", "created_at")
_CODE = Statement(
    select(
        s.code.c.code,
        s.code.c.kind,
        s.code.c.neighbourhood_id,
        s.code.c.person_id,
        s.code.c.created_at,
        s.code.c.used_at,
    ).where(s.code.c.code == bindparam("code_"))
)
_USE_CODE = Statement(
    update(s.code)
    .where(s.code.c.code == bindparam("code_"), s.code.c.used_at.is_(None))
    .values(used_at=bindparam("at_"))
)


def add_code(tx: Tx, code: str, kind: str, place: str | None, person_id: int | None = None) -> None:
    """A one-time code: kind is beheer (its sender becomes coordinator) or koppel."""
    tx.run(
        _ADD_CODE,
        code=code,
        kind=kind,
        neighbourhood_id=place,
        person_id=person_id,
        created_at=tx.now_ms,
    )


def code(reader: Reader, value: str) -> Code | None:
    """A code, used or not."""
    row = reader.one(_CODE, code_=value)
    return None if row is None else Code._make(row)


def use_code(tx: Tx, value: str) -> bool:
    """Use a code up; False when somebody else already did."""
    return tx.run(_USE_CODE, code_=value, at_=tx.now_ms) == 1

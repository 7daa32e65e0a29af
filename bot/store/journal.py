"""Rows of the journal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import bindparam, func, select, update

from bot.store.schema import journal_entry as t
from bot.store.statement import Statement, add

if TYPE_CHECKING:
    from bot.store.tx import Reader, Tx


class Row(NamedTuple):
    """One entry as stored; `fields` is JSON text {name: [salt in hexadecimal, value] or null}."""

    n: int
    ts: str
    kind: str
    case_number: str | None
    fields: str
    body: bytes
    hash: bytes


_COLUMNS = (t.c.n, t.c.ts, t.c.kind, t.c.case_number, t.c.fields, t.c.body, t.c.hash)
_CHAIN = t.c.chain == bindparam("chain_")
_BETWEEN = (_CHAIN, t.c.n > bindparam("after"), t.c.n <= bindparam("upto"))

_ADD = add(t, "chain", "n", "ts", "kind", "case_number", "fields", "body", "hash")
_HEAD = Statement(select(t.c.n, t.c.hash).where(_CHAIN).order_by(t.c.n.desc()).limit(1))
_HASH = Statement(select(t.c.hash).where(_CHAIN, t.c.n == bindparam("n_")))
_PAGE = Statement(select(*_COLUMNS).where(*_BETWEEN).order_by(t.c.n).limit(bindparam("most")))
_CASE = Statement(
    select(*_COLUMNS)
    .where(*_BETWEEN, t.c.case_number == bindparam("case_"))
    .order_by(t.c.n)
    .limit(bindparam("most"))
)
_ONE = Statement(select(*_COLUMNS).where(_CHAIN, t.c.n == bindparam("n_")))
_CHAINS = Statement(select(t.c.chain).distinct().order_by(t.c.chain))
_TALLY = Statement(
    select(t.c.kind, func.count()).where(*_BETWEEN).group_by(t.c.kind).order_by(t.c.kind)
)
_SINCE = Statement(select(func.min(t.c.n)).where(_CHAIN, t.c.ts >= bindparam("moment")))
_ERASE = Statement(
    update(t).where(_CHAIN, t.c.n == bindparam("n_")).values(fields=bindparam("fields_"))
)


def insert(tx: Tx, chain: str, row: Row) -> None:
    """Add an entry behind the head."""
    n, ts, kind, case_number, fields, body, found = row
    tx.run(
        _ADD,
        chain=chain,
        n=n,
        ts=ts,
        kind=kind,
        case_number=case_number,
        fields=fields,
        body=body,
        hash=found,
    )


def head(reader: Reader, chain: str) -> tuple[int, bytes] | None:
    """Number and hash of the last entry."""
    found: tuple[int, bytes] | None = reader.one(_HEAD, chain_=chain)
    return found


def hash_of(reader: Reader, chain: str, n: int) -> bytes | None:
    """The hash of one entry."""
    found: bytes | None = reader.value(_HASH, chain_=chain, n_=n)
    return found


def page(
    reader: Reader, chain: str, *, after: int, upto: int, most: int, case: str | None = None
) -> list[Row]:
    """At most `most` entries behind `after`, in order; those of one case if it is named."""
    given: dict[str, Any] = {"chain_": chain, "after": after, "upto": upto, "most": most}
    rows = reader.all(_PAGE, **given) if case is None else reader.all(_CASE, **given, case_=case)
    return [Row(*row) for row in rows]


def one(reader: Reader, chain: str, n: int) -> Row | None:
    """One entry."""
    row = reader.one(_ONE, chain_=chain, n_=n)
    return None if row is None else Row(*row)


def chains(reader: Reader) -> list[str]:
    """All chains that have an entry."""
    return [row[0] for row in reader.all(_CHAINS)]


def tally(reader: Reader, chain: str, *, after: int, upto: int) -> dict[str, int]:
    """How many entries of each kind."""
    return dict(reader.all(_TALLY, chain_=chain, after=after, upto=upto))


def first_since(reader: Reader, chain: str, ts: str) -> int | None:
    """The first entry written at or after a time."""
    found: int | None = reader.value(_SINCE, chain_=chain, moment=ts)
    return found


def set_fields(tx: Tx, chain: str, n: int, fields: str) -> None:
    """Replace what is kept of an entry's values (erasure)."""
    tx.run(_ERASE, chain_=chain, n_=n, fields_=fields)

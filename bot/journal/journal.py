"""Writing and reading what happened, one chain a neighbourhood and one for the operator.

The head is remembered within one work and looked up again by the next: a work that is undone can't
leave a wrong one behind.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from bot.journal import kinds
from bot.journal.canonical import Value, canonical, written
from bot.journal.chain import (
    ENTRY,
    GENESIS,
    SALT,
    Break,
    Link,
    body,
    entry_hash,
    promised,
    quoted,
    timestamp,
)
from bot.journal.chain import verify as verify_links
from bot.journal.kinds import Police
from bot.store import journal as rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from bot.store.tx import Reader, Tx

OPERATOR = "operator"
_HEAD = "head"
_PAGE = 500
_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_END = 2**53


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Where a chain stands; `n` is 0 before its first entry."""

    n: int
    hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry. `fields` and `salts` hold what was not erased."""

    n: int
    ts: str
    kind: str
    case: str | None
    fields: Mapping[str, Value]
    salts: Mapping[str, bytes]
    erased: frozenset[str]
    prev: bytes
    body: bytes
    hash: bytes

    @property
    def police(self) -> Police:
        """How much of it may leave the house."""
        return kinds.kind(self.kind).police

    def link(self) -> Link:
        """The entry as the chain sees it."""
        values: dict[str, Value] = {ENTRY: self.kind, **self.fields}
        opened = {name: (salt, values[name]) for name, salt in self.salts.items()}
        return Link(
            n=self.n, ts=self.ts, prev=self.prev, body=self.body, hash=self.hash, opened=opened
        )

    def to_json_line(self) -> str:
        """Its line in a package's log, without the line's end; withheld unless police is `yes`."""
        if self.police is not Police.YES:
            return self.to_digest_line()
        told = json.loads(self.body)
        shown = {name: {"value": v, "salt": s.hex()} for name, (s, v) in self.link().opened.items()}
        fields: dict[str, Any] = {**shown, **dict.fromkeys(self.erased)}
        return canonical(
            {**told, "prev": self.prev.hex(), "hash": self.hash.hex(), "fields": fields}
        ).decode()

    def to_digest_line(self) -> str:
        """Its line where nothing of it may be seen."""
        digest = sha256(self.body).hexdigest()
        return canonical({"n": self.n, "body_sha256": digest, "hash": self.hash.hex()}).decode()


def append(
    tx: Tx, chain: str, kind: str, fields: Mapping[str, Any], *, case: str | None = None
) -> int:
    """Write one entry in the transaction at hand; its number.

    `case` is put among the fields too, where the kind has it. Raises KeyError for an undeclared
    kind, ValueError for a field or value that can't be written.
    """
    kept: dict[str, Any] = {**fields, ENTRY: kind}
    if case is not None and "case" in kinds.kind(kind).fields:
        kept.setdefault("case", case)
    kinds.check(kind, fields.keys())
    before = _head_now(tx, chain)
    about = case or kept.get("case")
    about = about if isinstance(about, str) and about else None
    try:
        row = _row(tx, before, kind, about, kept)
    except UnicodeEncodeError:
        row = _row(tx, before, kind, about, _mend(kept))
    rows.insert(tx, chain, row)
    tx.noted[_HEAD, chain] = Head(n=row.n, hash=row.hash)
    return row.n


def _head_now(tx: Tx, chain: str) -> Head:
    """The head, which the work at hand may have moved itself."""
    found: Head | None = tx.noted.get((_HEAD, chain))
    return found or head(tx, chain)


def _row(tx: Tx, before: Head, kind: str, case: str | None, fields: Mapping[str, Any]) -> rows.Row:
    """The next entry: each value is put into its canonical form once, to promise and to keep it."""
    ts = timestamp(tx.now)
    pool = tx.random(SALT * len(fields))
    promises: dict[str, str] = {}
    kept: list[str] = []
    for at, (name, shown) in enumerate(quoted(tuple(fields))):
        salt = pool[at * SALT : (at + 1) * SALT]
        value = written(fields[name])
        promises[name] = promised(salt, value)
        kept.append(f'{shown}:["{salt.hex()}",{value}]')
    made = body(before.n + 1, ts, promises)
    return rows.Row(
        n=before.n + 1,
        ts=ts,
        kind=kind,
        case_number=case,
        fields=f"{{{','.join(kept)}}}",
        body=made,
        hash=entry_hash(before.hash, sha256(made).digest()),
    )


def _mend(value: Any) -> Any:
    """The value, with half characters (lone surrogates, which no UTF-8 can hold) replaced."""
    if isinstance(value, str):
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if isinstance(value, list):
        return [_mend(item) for item in value]
    if isinstance(value, dict):
        return {_mend(key): _mend(item) for key, item in value.items()}
    return value


def head(reader: Reader, chain: str) -> Head:
    """Number and hash of the last entry."""
    found = rows.head(reader, chain)
    return Head(n=0, hash=GENESIS) if found is None else Head(n=found[0], hash=found[1])


def head_at(reader: Reader, chain: str, n: int) -> Head:
    """The head as it was when `n` was the last entry; raises KeyError where there is none."""
    if n == 0:
        return Head(n=0, hash=GENESIS)
    found = rows.hash_of(reader, chain, n)
    if found is None:
        raise KeyError(f"chain {chain} has no entry {n}")
    return Head(n=n, hash=found)


def entries(
    reader: Reader, chain: str, *, after: int = 0, upto: int | None = None, case: str | None = None
) -> Iterator[Entry]:
    """Entries (after, upto] in order; those of one case if it is named. Read page by page."""
    last = _END if upto is None else upto
    previous = Head(n=0, hash=b"")
    while page := rows.page(reader, chain, after=after, upto=last, most=_PAGE, case=case):
        for row in page:
            if previous.n != row.n - 1 or not previous.hash:
                previous = _before(reader, chain, row.n)
            yield _entry(row, previous.hash)
            previous = Head(n=row.n, hash=row.hash)
        after = page[-1].n


def texts_of(reader: Reader, chain: str, case: str, message: str) -> Iterator[str]:
    """What was kept of one message of a case: each version that was not erased."""
    after = 0
    while page := rows.page(reader, chain, after=after, upto=_END, most=_PAGE, case=case):
        for row in page:
            fields = {name: pair[1] for name, pair in json.loads(row.fields).items() if pair}
            if fields.get("message") == message and isinstance(fields.get("text"), str):
                yield fields["text"]
        after = page[-1].n


def _before(reader: Reader, chain: str, n: int) -> Head:
    """What stands before `n`; 32 zero bytes where that is missing, so that verifying says so."""
    found = rows.hash_of(reader, chain, n - 1) if n > 1 else None
    return Head(n=n - 1, hash=found or GENESIS)


def entry(reader: Reader, chain: str, n: int) -> Entry | None:
    """One entry."""
    row = rows.one(reader, chain, n)
    return None if row is None else _entry(row, _before(reader, chain, n).hash)


def chains(reader: Reader) -> list[str]:
    """All chains that have an entry."""
    return rows.chains(reader)


def tally(reader: Reader, chain: str, *, after: int = 0, upto: int | None = None) -> dict[str, int]:
    """How many entries of each kind stand in (after, upto]."""
    return rows.tally(reader, chain, after=after, upto=_END if upto is None else upto)


def first_since(reader: Reader, chain: str, moment: datetime) -> int | None:
    """The number of the first entry written at or after a time."""
    return rows.first_since(reader, chain, timestamp(moment))


def verify(reader: Reader, chain: str) -> Break | None:
    """The first entry of a chain that doesn't hold; None if all do."""
    holds = 0

    def counted() -> Iterator[Link]:
        nonlocal holds
        for one in entries(reader, chain):
            yield one.link()
            holds += 1

    try:
        return verify_links(counted())
    except (ValueError, TypeError, KeyError, AttributeError, IndexError):
        return Break(n=holds + 1, why="its values can't be read")


def erase(tx: Tx, chain: str, n: int, names: Iterable[str]) -> None:
    """Forget values and salts of these fields; what was promised about them stays and verifies."""
    row = rows.one(tx, chain, n)
    if row is None:
        raise KeyError(f"chain {chain} has no entry {n}")
    kept = json.loads(row.fields)
    kept.update(dict.fromkeys(name for name in names if name in kept and name != ENTRY))
    rows.set_fields(tx, chain, n, _compact(kept))


def _entry(row: rows.Row, prev: bytes) -> Entry:
    kept = json.loads(row.fields)
    opened = {name: pair for name, pair in kept.items() if pair is not None}
    return Entry(
        n=row.n,
        ts=row.ts,
        kind=row.kind,
        case=row.case_number,
        fields={name: pair[1] for name, pair in opened.items() if name != ENTRY},
        salts={name: bytes.fromhex(pair[0]) for name, pair in opened.items()},
        erased=frozenset(kept.keys() - opened.keys()),
        prev=prev,
        body=row.body,
        hash=row.hash,
    )

"""The chain: pure arithmetic over entries, so that anybody can do it again.

    commitment = SHA256(salt ‖ canonical(value))               a salt of 16 bytes for each field
    body       = canonical({commitments, n, ts})               commitments in hexadecimal, by name
    hash       = SHA256(prev ‖ SHA256(body))                   prev of the first entry: 32 zero bytes

What kind of entry it is stands among the committed fields, under the name `entry`. A field can
be withheld or erased, value and salt together: its commitment stays, so everything else still
verifies. A chain shows that nothing was changed since a head left the house, and no more.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC
from functools import lru_cache
from hashlib import sha256
from hmac import compare_digest
from typing import TYPE_CHECKING

from bot.journal.canonical import Value, canonical, in_order, written

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

GENESIS = bytes(32)
SALT = 16
ENTRY = "entry"


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """The first entry that doesn't hold, and why."""

    n: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One entry as the chain sees it. A field that was erased is in `body` only."""

    n: int
    ts: str
    prev: bytes
    body: bytes
    hash: bytes
    opened: Mapping[str, tuple[bytes, Value]]


def timestamp(moment: datetime) -> str:
    """UTC with milliseconds, as the chain writes times."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def commitment(salt: bytes, value: Value) -> str:
    """What is promised about a field without showing it, in hexadecimal."""
    return promised(salt, written(value))


def promised(salt: bytes, text: str) -> str:
    """The same of a value in its canonical form."""
    return sha256(salt + text.encode()).hexdigest()


def body(n: int, ts: str, commitments: Mapping[str, str]) -> bytes:
    """What the hash of an entry covers: canonical({commitments, n, ts}).

    Written out, because every entry passes here.
    """
    shown = [f'{name}:"{commitments[plain]}"' for plain, name in quoted(tuple(commitments))]
    return f'{{"commitments":{{{",".join(shown)}}},"n":{n},"ts":{written(ts)}}}'.encode()


@lru_cache(maxsize=256)
def quoted(names: tuple[str, ...]) -> list[tuple[str, str]]:
    """Names in canonical order, each with its form in JSON. Kinds have few sets of fields."""
    return [(name, written(name)) for name in in_order(names)]


def entry_hash(prev: bytes, body_sha256: bytes) -> bytes:
    """The hash that the next entry builds on."""
    return sha256(prev + body_sha256).digest()


def verify(links: Iterable[Link], *, after: int = 0, prev: bytes = GENESIS) -> Break | None:
    """The first link that doesn't follow from those before it; None if all do."""
    for expected, one in enumerate(links, after + 1):
        if one.n != expected:
            return Break(n=expected, why=f"entry {expected} is missing")
        if why := _fault(one, prev):
            return Break(n=expected, why=why)
        prev = one.hash
    return None


def _fault(one: Link, prev: bytes) -> str:
    if not compare_digest(one.hash, entry_hash(prev, sha256(one.body).digest())):
        return "its hash does not follow from its body and the entry before it"
    try:
        told = json.loads(one.body)
        promised = dict(told["commitments"])
    except (ValueError, TypeError, KeyError):
        return "its body can't be read"
    if canonical(told) != one.body or told.get("n") != one.n or told.get("ts") != one.ts:
        return "its number or time is not what its body says"
    if ENTRY not in one.opened:
        return "its kind is missing"
    for name, pair in one.opened.items():
        if len(pair[0]) != SALT or promised.get(name) != commitment(*pair):
            return f"field {name!r} was changed"
    return ""

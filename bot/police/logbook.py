"""Follows a package's log from entry to entry, as `toelichting.txt` explains it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any, Final

from bot.police.verdict import Found

_ENTRY: Final = "entry"
_SALT: Final = 16
_WHOLE: Final = {"commitments", "fields", "hash", "n", "prev", "ts"}
_WITHHELD: Final = {"body_sha256", "hash", "n"}


def parsed(data: bytes) -> dict[str, Any]:
    """A JSON object; empty where it is none, or says one thing twice."""
    try:
        found = json.loads(data, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


class Logbook:
    """The chain from `first` to `last`, and which files its entries promise."""

    def __init__(self, told: Mapping[str, Any]) -> None:
        self._first = told["first"]
        self._last = told.get("last", 0)
        self.prev = str(told.get("previous_head") or "")
        self.media: dict[int, str] = {}
        self.ended = self._first - 1
        self.withheld = 0
        self.broken = False

    def read(self, lines: Iterable[bytes]) -> Iterator[Found]:
        """What there is to say about the log; stops at the first entry that doesn't hold."""
        rest = iter(lines)
        for n, data in enumerate(rest, self._first):
            found = self._fault(n, parsed(data), rest)
            if found is not None:
                self.broken = True
                yield found
                return
            self.ended = n
        if self.ended != self._last:
            self.broken = True
            yield Found(code="entry.missing", ok=False, n=self.ended + 1)
        elif self.ended < self._first:
            yield Found(code="log.empty")
        else:
            n = self.ended - self._first + 1
            yield Found(code="log", n=n, what=f"{self._first}–{self._last}")
            if self.withheld:
                yield Found(code="log.withheld", n=self.withheld)

    def _fault(self, n: int, line: dict[str, Any], rest: Iterator[bytes]) -> Found | None:
        if type(line.get("n")) is not int:
            return Found(code="entry.unreadable", ok=False, n=n)
        if line["n"] != n:
            later = any(parsed(data).get("n") == n for data in rest)
            return Found(code="entry.moved" if later else "entry.missing", ok=False, n=n)
        try:
            why = self._follow(n, line)
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
            return Found(code="entry.unreadable", ok=False, n=n)
        return Found(code="entry.changed", ok=False, n=n, what=why) if why else None

    def _follow(self, n: int, line: dict[str, Any]) -> str:
        """Why the line doesn't follow from the one before; empty if it does.

        A line is whole or withheld, never something of both: what stands in it is what was hashed.
        """
        if set(line) == _WITHHELD:
            body = line["body_sha256"]
        elif set(line) == _WHOLE:
            body = sha256(_body(line)).hexdigest()
        else:
            return "form"
        made = sha256(bytes.fromhex(self.prev) + bytes.fromhex(body)).hexdigest()
        if made != line["hash"] or line.get("prev", self.prev) != self.prev:
            return "hash"
        fields, promised = line.get("fields", {}), line.get("commitments", {})
        for name in sorted(fields.keys() | promised.keys()):
            if name not in fields or not _keeps(fields[name], promised.get(name)):
                return str(name)
        self.prev = made
        self.withheld += "body_sha256" in line
        self._remember(n, fields)
        return ""

    def _remember(self, n: int, fields: Mapping[str, Any]) -> None:
        kind, digest = fields.get(_ENTRY), fields.get("sha256")
        if kind and kind["value"] == "case.media" and digest:
            self.media[n] = digest["value"]


def _keeps(field: Any, promised: Any) -> bool:
    """Whether a field is what was promised; one that was erased is null and only its promise is."""
    if field is None:
        return isinstance(promised, str)
    salt = bytes.fromhex(field["salt"])
    # A longer or shorter salt could take a digit from the value, or give it one.
    if set(field) != {"salt", "value"} or len(salt) != _SALT:
        return False
    return bool(sha256(salt + _canonical(field["value"])).hexdigest() == promised)


def _body(line: Mapping[str, Any]) -> bytes:
    return _canonical({name: line[name] for name in ("commitments", "n", "ts")})


def _canonical(value: Any) -> bytes:
    """The one form of a JSON value without floats (RFC 8785)."""
    return _text(value).encode()


def _text(value: Any) -> str:
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(f"{_text(key)}:{_text(value[key])}" for key in keys) + "}"
    if isinstance(value, list):
        return "[" + ",".join(_text(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)

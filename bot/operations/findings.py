"""One table of everything that was looked at."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Mark(StrEnum):
    """How a row ended. A note is right as it is, but the operator should know."""

    OK = "ok"
    NOTE = "note"
    FAIL = "FAIL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What was looked at, how it is, and the cure."""

    subject: str
    mark: Mark
    detail: str = ""
    cure: str = ""


_LEAST: Final = 40


def failed(rows: Sequence[Row]) -> int:
    """How many rows need somebody."""
    return sum(row.mark is Mark.FAIL for row in rows)


def as_table(rows: Sequence[Row], width: int) -> str:
    """The rows as aligned text that fits `width` columns."""
    subjects = max((len(row.subject) for row in rows), default=0)
    indent = " " * (subjects + 8)
    room = max(width - len(indent), _LEAST)
    lines: list[str] = []
    for row in rows:
        detail = [part for line in row.detail.split("\n") for part in _wrapped(line, room)]
        cure = [part for line in [row.cure] if line for part in _wrapped(f"> {line}", room)]
        first, *others = [*detail, *cure] or [""]
        lines.append(f"{row.mark:<4}  {row.subject:<{subjects}}  {first}".rstrip())
        lines += [f"{indent}{other}" for other in others]
    return "\n".join([*lines, "", _verdict(rows)])


def _wrapped(line: str, room: int) -> list[str]:
    return textwrap.wrap(line, room, break_long_words=False, break_on_hyphens=False)


def _verdict(rows: Sequence[Row]) -> str:
    bad = failed(rows)
    notes = sum(row.mark is Mark.NOTE for row in rows)
    told = f", {notes} to know" if notes else ""
    if bad:
        return f"{bad} of {len(rows)} need your attention{told}."
    return f"All {len(rows)} are right{told}."

"""Pieces of a text that neighbours don't see, and the text with them covered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

HIDDEN: Final = "…"
_MASK: Final = "\0"  # what a later look finds in their place: no letter, no digit, no blank


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """From `start` to `end` the group sees `shown` instead."""

    start: int
    end: int
    shown: str = HIDDEN


def covered(text: str, covers: Iterable[Cover]) -> str:
    """The text as the group sees it; where covers overlap, the first one's word counts."""
    done: list[str] = []
    at = 0
    for cover in sorted(covers, key=lambda one: (one.start, -one.end)):
        if cover.start >= at:
            done += [text[at : cover.start], cover.shown]
        at = max(at, cover.end)
    done.append(text[at:])
    return "".join(done)


def masked(text: str, covers: Iterable[Cover]) -> str:
    """The text with its covered pieces blacked out, as long as it was."""
    for cover in covers:
        text = f"{text[: cover.start]}{_MASK * (cover.end - cover.start)}{text[cover.end :]}"
    return text

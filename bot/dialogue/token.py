"""The token behind a button: it names the dialogue, the question and the choice.

`q17.4.called`: an old button never answers a new question.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_TOKEN = re.compile(r"q(\d{1,18})\.(\d{1,9})\.([a-z0-9_]{1,30})", re.ASCII)


class Token(NamedTuple):
    """What a button says when it is pressed."""

    dialogue: int
    question: int
    choice: str


def encode(dialogue: int, question: int, choice: str) -> str:
    """The token, at most 60 ASCII bytes. Raises ValueError for an id that doesn't fit."""
    token = f"q{dialogue}.{question}.{choice}"
    if not _TOKEN.fullmatch(token):
        raise ValueError(f"{choice!r} can't be the id of a choice: a-z, 0-9 and _, at most 30")
    return token


def decode(token: str) -> Token | None:
    """What the token says, or None when it isn't one of a dialogue."""
    match = _TOKEN.fullmatch(token)
    return match and Token(int(match[1]), int(match[2]), match[3])

"""Fitting a message to what a chat can show: numbered choices, plain marks, parts that fit."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.messaging.capabilities import TextUnit

if TYPE_CHECKING:
    from bot.messaging.outgoing import Outgoing

_BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
_ENDS = (".", "!", "?", "…", ":", ";", ",")
_MARK_ROOM = 12  # "(12/34) " and a space


def plain(text: str) -> str:
    """The text without its bold marks."""
    return _BOLD.sub(r"\1", text)


def sentences(text: str) -> str:
    """What was told in several messages, on one line: each a sentence of its own."""
    told = [line.strip() for line in text.splitlines() if line.strip()]
    begun = [line if at == 0 else line[:1].upper() + line[1:] for at, line in enumerate(told)]
    last = len(begun) - 1
    return " ".join(
        line if at == last or line.endswith(_ENDS) else f"{line}." for at, line in enumerate(begun)
    )


def length(text: str, unit: TextUnit) -> int:
    """How long a messenger that counts in `unit` finds the text."""
    if unit is TextUnit.BYTES:
        return len(text.encode())
    if unit is TextUnit.UTF16:
        return len(text.encode("utf-16-le")) // 2
    return len(text)


def with_numbers(message: Outgoing) -> str:
    """The text with its choices written out, for chats without buttons."""
    if not message.choices:
        return message.text
    lines = [f"**{choice.number}** {choice.label}" for choice in message.choices]
    return "\n".join([message.text, "", *lines]) if message.text else "\n".join(lines)


def split(text: str, limit: int, unit: TextUnit = TextUnit.CHARACTERS) -> list[str]:
    """Parts that each fit `limit`, cut at a paragraph, a sentence or a word, marked (1/2).

    Never cuts inside a code point.
    """
    if length(text, unit) <= limit:
        return [text]
    room = limit - _MARK_ROOM
    parts: list[str] = []
    while text:
        head = _head(text, room, unit)
        parts.append(head.rstrip())
        text = text[len(head) :].lstrip()
    return [f"({n}/{len(parts)}) {part}" for n, part in enumerate(parts, 1)]


def _head(text: str, room: int, unit: TextUnit) -> str:
    if length(text, unit) <= room:
        return text
    low, high = 1, min(len(text), room)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if length(text[:middle], unit) <= room else (low, middle - 1)
    for mark in ("\n\n", "\n", ". ", " "):
        at = text.rfind(mark, 0, low)
        if at > low // 2:
            return text[: at + len(mark)]
    return text[:low]

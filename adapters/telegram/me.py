"""Whose updates are read, and how what people typed is taken."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

# The account in whose name Telegram shows administrators who hide behind their group.
ANONYMOUS: Final = 1087968824

_COMMAND = re.compile(r"(/\w+)@(\w+)", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Me:
    """One bot. `username` is None until Telegram told it."""

    source: str
    bot_id: int
    username: str | None = None

    def reads(self, typed: str) -> str:
        """What was typed; a command's `@ourname`, needed in groups, is taken off."""
        text = clean(typed)
        command = _COMMAND.match(text) if text.startswith("/") else None
        if command and command[2].lower() == (self.username or "").lower():
            return command[1] + text[command.end() :]
        return text


def clean(text: str) -> str:
    """Without halves of surrogate pairs: JSON can hold them, nothing behind us can."""
    if text.isascii():
        return text
    return text.encode(errors="replace").decode()


def language(code: str | None) -> str | None:
    """`nl-BE` is Dutch."""
    return code.partition("-")[0] if code else None

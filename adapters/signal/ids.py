"""How Signal names messages and groups, and how we write that down.

A message is its author and the author's timestamp in milliseconds; the timestamp alone isn't
unique. Written down, one of somebody else's is `<uuid>|<timestamp>` (`<+number>|<timestamp>` where
no uuid is known), and one of the bot's own is `<timestamp>`, since only the bot's need no author.

A group has two names. What comes in carries signal-cli's: base64 of 32 bytes. What goes out wants
`group.` + base64 of that text. The address of a group is the second, as the configuration has it.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Self

GROUP_PREFIX = "group."


@dataclass(frozen=True, slots=True)
class NativeId:
    """One message: `author` is None for the bot's own."""

    author: str | None
    timestamp: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what `str` wrote; raises ValueError for anything else."""
        author, bar, timestamp = text.rpartition("|")
        if bar and not author:
            raise ValueError("a Signal message id is author|timestamp or a timestamp")
        return cls(author or None, int(timestamp))

    def __str__(self) -> str:
        return f"{self.author}|{self.timestamp}" if self.author else str(self.timestamp)


def group_address_id(internal: str) -> str:
    """`group.…` for signal-cli's own group id."""
    return GROUP_PREFIX + base64.b64encode(internal.encode()).decode()


def is_group(chat_id: str) -> bool:
    """Whether an address' id names a group. A username may begin with `group.` too."""
    return internal_group_id(chat_id) is not None


def internal_group_id(chat_id: str) -> str | None:
    """signal-cli's id for `group.…`, or None if it isn't one."""
    if not chat_id.startswith(GROUP_PREFIX):
        return None
    try:
        internal = base64.b64decode(chat_id[len(GROUP_PREFIX) :], validate=True).decode("ascii")
        base64.b64decode(internal, validate=True)
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
    return internal

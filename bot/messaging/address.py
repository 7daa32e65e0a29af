"""How chats, people and messages are named: always `messenger:id`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """A chat or an account on one messenger, written `telegram:-1001234567890`.

    `id` is the messenger's stable id: it may hold colons, the messenger's name may not.
    """

    messenger: str
    id: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `messenger:id`; raises ValueError when either half is missing."""
        messenger, colon, native = text.partition(":")
        if not (messenger and colon and native):
            raise ValueError(f"{text!r} is no address: write messenger:id, as in telegram:111111")
        return cls(messenger, native)

    def __str__(self) -> str:
        return f"{self.messenger}:{self.id}"


@dataclass(frozen=True, slots=True)
class MessageRef:
    """One message as the messenger knows it. Telegram's id, Signal's timestamp, …"""

    chat: Address
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who an event comes from.

    `address` is the stable id. `aliases` are other addresses of the same account (a Signal
    number beside its uuid). `direct` is the chat in which the bot can answer privately, or
    None where it can't write first. `display` and `handle` never leave the core.
    """

    address: Address
    aliases: tuple[Address, ...] = ()
    direct: Address | None = None
    display: str = ""
    language: str | None = None

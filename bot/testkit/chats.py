"""What is shown: messages as they look now, and everything that happened to them, in order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.messaging import Address, Card, ChatKind, Choice


class Change(StrEnum):
    """What happened to a message."""

    SENT = "sent"
    EDITED = "edited"
    DELETED = "deleted"
    REACTED = "reacted"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFile:
    """A file as it arrived in the chat."""

    name: str
    mime: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One message as it looks. `author` is a person's name, or None for the bot."""

    id: str
    chat: Address
    at: datetime
    author: str | None = None
    text: str = ""
    choices: tuple[Choice, ...] = ()
    buttons: tuple[str, ...] = ()
    files: tuple[ShownFile, ...] = ()
    reply_to: str | None = None
    card: Card | None = None
    panel: dict[str, Any] = field(default_factory=dict)
    silent: bool = False
    edits: int = 0
    reaction: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a chat's history: what happened, when, and how the message looked then."""

    at: datetime
    change: Change
    shown: Shown

    def __str__(self) -> str:
        who = self.shown.author or "bot"
        what = "" if self.change is Change.SENT else f" ({self.change})"
        text = self.shown.text or " ".join(f"[{file.name}]" for file in self.shown.files)
        buttons = "".join(f" [{label}]" for label in self.shown.buttons)
        indented = text.replace("\n", "\n    ")
        return f"{self.at:%H:%M:%S} {self.shown.chat} {who}{what}: {indented}{buttons}"


class Chat:
    """A direct chat or a group: what it shows and how that came about."""

    def __init__(self, address: Address, kind: ChatKind, now: Callable[[], datetime]) -> None:
        self.address = address
        self.kind = kind
        self.history: list[Entry] = []
        self._now = now
        self._messages: dict[str, Shown] = {}
        self._changed = asyncio.Event()

    def __iter__(self) -> Iterator[Shown]:
        return iter(list(self._messages.values()))

    def __getitem__(self, message_id: str) -> Shown:
        return self._messages[message_id]

    def __contains__(self, message_id: str) -> bool:
        return message_id in self._messages

    @property
    def of_bot(self) -> list[Shown]:
        """The bot's messages that are there now, oldest first."""
        return [shown for shown in self if shown.author is None]

    @property
    def last(self) -> Shown:
        """The bot's latest message; IndexError when it said nothing."""
        return self.of_bot[-1]

    @property
    def texts(self) -> list[str]:
        """What the bot's messages say now."""
        return [shown.text for shown in self.of_bot]

    def put(self, shown: Shown) -> None:
        self._messages[shown.id] = shown
        self._note(Change.SENT, shown)

    def edit(self, message_id: str, **looks: Any) -> None:
        before = self._messages[message_id]
        after = replace(before, edits=before.edits + 1, **looks)
        self._messages[message_id] = after
        self._note(Change.EDITED, after)

    def react(self, message_id: str, emoji: str | None) -> None:
        after = replace(self._messages[message_id], reaction=emoji)
        self._messages[message_id] = after
        self._note(Change.REACTED, after)

    def delete(self, message_id: str) -> None:
        self._note(Change.DELETED, self._messages.pop(message_id))

    async def hears(self, fragment: str, *, since: int = 0, within: float = 5.0) -> Shown:
        """Wait until the bot says (or changes a message to) something with `fragment` in it.

        `since` is a place in `history`. Fails with what was said instead after `within` seconds.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + within
        while True:
            for entry in self.history[since:]:
                if entry.shown.author is None and fragment.lower() in entry.shown.text.lower():
                    return entry.shown
            try:
                await asyncio.wait_for(self._changed.wait(), deadline - loop.time())
            except TimeoutError:
                heard = "\n".join(str(entry) for entry in self.history) or "nothing at all"
                raise AssertionError(
                    f"{self.address} never heard {fragment!r}, but:\n{heard}"
                ) from None

    def _note(self, change: Change, shown: Shown) -> None:
        self.history.append(Entry(at=self._now(), change=change, shown=shown))
        self._changed.set()
        self._changed = asyncio.Event()

"""What stands around a conversation, for a chat that can draw it: header, bar, desk.

Panels are no messages. They show how things stand for one person: the newest takes the place of
the one before, and nothing of them is kept or delivered. Everything in them is in words already,
and is no more than the same person may read in the chat.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.messaging.outgoing import Card, Choice


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """For which group this is, and who one is there."""

    name: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """What goes on now: `state` is that of the card whose title is `title`."""

    state: str
    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAlert:
    """An alert's card with what may be done about it; `safe` is the token that does no harm."""

    card: Card
    choices: tuple[Choice, ...] = ()
    safe: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One thing that waits for this person; `icon` as on a card, or mail, bell."""

    icon: str
    about: str
    title: str
    text: str = ""
    choices: tuple[Choice, ...] = ()
    safe: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """One line about something that is over."""

    number: str
    time: str
    what: str
    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """Names and values under a title."""

    title: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A coordinator's overview. `sentence` says it all in one line, bold marks included."""

    sentence: str
    open: tuple[OpenAlert, ...] = ()
    waiting: tuple[Task, ...] = ()
    passed: tuple[Passed, ...] = ()
    boxes: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Panels:
    """Everything around one person's conversation; what is None is not there."""

    header: Header | None = None
    bar: Bar | None = None
    desk: Desk | None = None

"""What the core says: one message, in words already chosen, that each messenger shows as it can."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.messaging.address import MessageRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One answer. `number` may always be typed; `token` (at most 60 ASCII bytes) comes back
    when the button is pressed and names the question, so an old button never answers a new one.
    """

    number: int
    label: str
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CardLine:
    """One line of a card; `icon` is one of phone, person, car, eye, lock, clock, update, pin, bell."""

    icon: str
    text: str
    strong: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """An alert as a page may draw it. `state` is open, waiting, closed, no_news, rectified, drill."""

    kind: str
    state: str
    title: str
    state_word: str
    headline: str = ""
    body: str = ""
    lines: tuple[CardLine, ...] = ()
    footer: str = ""
    updated: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file to send: `path` is a readable file that stays until the send is over."""

    path: str
    name: str
    mime: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One message to one chat.

    `text` says everything (a card's text too) with `**bold**` as its only markup; choices are
    not in it. `card` is for pages; so is `panel`, which says what kind of question this is and in
    which conversation. `ask` is a hint for a page: "location", "photo"
    or "". `silent` asks the messenger to ring nobody. `lang` is the text's language.
    """

    text: str
    choices: tuple[Choice, ...] = ()
    files: tuple[File, ...] = ()
    card: Card | None = None
    reply_to: MessageRef | None = None
    ask: str = ""
    silent: bool = False
    protect: bool = False
    lang: str = "nl"
    panel: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the messenger accepted.

    `parts` are the native ids of all messages that ours became, in order. `reached` is False
    where it is stored but nobody is there to see it now (a closed web page). `failed` are
    recipients of a group who were not reached, with the messenger's reason.
    """

    parts: tuple[str, ...]
    reached: bool = True
    failed: tuple[tuple[str, str], ...] = ()

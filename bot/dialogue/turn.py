"""What goes into the engine and what comes out of it.

What comes out are tuples, because every message makes a dozen; always give their fields by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, NamedTuple, TypeAlias

from bot.dialogue.state import State

Pairs: TypeAlias = tuple[tuple[str, Any], ...]
_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


class AnswerKind(StrEnum):
    """What somebody did."""

    TEXT = "text"
    CHOICE = "choice"
    MEDIA = "media"
    LOCATION = "location"
    STICKER = "sticker"
    CONTACT = "contact"
    OTHER = "other"
    TIMER = "timer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One thing that came in. `at` is when we had it, `sent_at` what the platform claims.

    CHOICE: `choice` and, from a button's token, `question`. MEDIA: `media` files of `media_kind`
    (photo, video, voice, …), `as_file` False where the messenger recompressed them, `text` the
    caption. LOCATION: `location` as {latitude, longitude, label}. TIMER: `timer` as it was
    armed. `message` and `source` name the message, for the log.
    """

    kind: AnswerKind
    at: datetime
    text: str = ""
    choice: str = ""
    question: int | None = None
    media: int = 0
    media_kind: str = ""
    as_file: bool | None = None
    location: Mapping[str, Any] | None = None
    timer: str = ""
    sent_at: datetime | None = None
    message: str = ""
    source: str = ""

    @property
    def key(self) -> str:
        """Which message this is, over all messengers of one person; '' for none."""
        return f"{self.source}:{self.message}" if self.message else ""


class Option(NamedTuple):
    """One choice: `id` goes into the button's token, `number` may always be typed."""

    id: str
    number: int
    label_key: str
    label_values: Pairs = ()


class Say(NamedTuple):
    """One text by key. A question carries its choices. `values` holds `n` where it has a plural.

    `panel` ("gate") and `ask` ("location", "photo") are hints for a page that may draw them.
    `steady`: nothing of it depends on the moment, the emergency number apart.
    """

    key: str
    values: Mapping[str, Any] = _NOTHING
    choices: tuple[Option, ...] = ()
    panel: str = ""
    ask: str = ""
    steady: bool = False


class Effect(NamedTuple):
    """Something another room must do, in the order of the turn."""

    name: str
    args: Mapping[str, Any] = _NOTHING


class Timer(NamedTuple):
    """To arm: answer with TIMER and this `name` after so many seconds of silence."""

    name: str
    after_s: int


class Turn(NamedTuple):
    """What follows from one answer.

    `state` None: the conversation is over. `data` is the draft as it now is, also then.
    `timers` are to be armed, each in place of one of the same name; where `fresh` is true all
    other timers of this dialogue are void. A timer that goes off all the same does no harm.
    `start`: go on with this script and this data, once the effects are carried out.
    """

    state: State | None
    says: tuple[Say, ...] = ()
    effects: tuple[Effect, ...] = ()
    timers: tuple[Timer, ...] = ()
    start: tuple[str, Mapping[str, Any]] | None = None
    data: Mapping[str, Any] = _NOTHING
    fresh: bool = True

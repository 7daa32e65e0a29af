"""What goes into the engine and what comes out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.dialogue.state import State


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One choice: `id` goes into the button's token, `number` may always be typed."""

    id: str
    number: int
    label_key: str
    label_values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """One text by key. A question carries its choices. `values` holds `n` where it has a plural.

    `panel` ("gate") and `ask` ("location", "photo") are hints for a page that may draw them.
    """

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)
    choices: tuple[Option, ...] = ()
    panel: str = ""
    ask: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """Something another room must do, in the order of the turn."""

    name: str
    args: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """To arm: answer with TIMER and this `name` after so many seconds of silence."""

    name: str
    after_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
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
    data: Mapping[str, Any] = field(default_factory=dict)
    fresh: bool = True

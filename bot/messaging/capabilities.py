"""What a chat can do: data, so that the core never asks which messenger it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum


class Level(IntEnum):
    """How well a chat does something. Rejected: an error comes back; dropped: silently lost."""

    REJECTED = -2
    DROPPED = -1
    UNSUPPORTED = 0
    PARTIAL = 1
    FULL = 2


class Feature(StrEnum):
    """What a chat may or may not do."""

    EDIT = "edit"
    DELETE = "delete"
    REACT = "react"
    REPLY = "reply"
    BUTTONS = "buttons"
    CARD = "card"
    FILES = "files"
    ALBUM = "album"
    LOCATION = "location"
    RECEIPTS = "receipts"
    JOIN_REQUESTS = "join_requests"
    MEMBERSHIP_EVENTS = "membership_events"
    MEMBER_LOOKUP = "member_lookup"
    DELETE_EVENTS = "delete_events"
    WRITE_FIRST = "write_first"
    COMMAND_MENU = "command_menu"


class TextUnit(StrEnum):
    """What a text limit counts."""

    CHARACTERS = "characters"
    UTF16 = "utf16"
    BYTES = "bytes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A limit: at most `count` in any `seconds`.

    With `burst` it is a bucket instead, for limits that tolerate a few at once: it holds `burst`
    messages, and `count` come back in each `seconds`, evenly.
    """

    count: int
    seconds: float
    burst: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What one chat can do, and its limits.

    `text_max` counts in `text_unit`; file limits are in bytes; `edit_age_s` is how old a
    message may be to be edited, `edit_count` how often. Rates are the messenger's published
    ones for this chat and for the whole account, each of which must have room; none: unlimited.
    `call_max_s` is how long one call may take before its outcome counts as unknown (a large file
    gets more): longer than the adapter's own patience, which knows better what happened.
    """

    support: dict[Feature, Level] = field(default_factory=dict)
    text_max: int = 4096
    text_unit: TextUnit = TextUnit.CHARACTERS
    upload_max: int = 50_000_000
    download_max: int | None = None
    edit_age_s: int | None = None
    edit_count: int | None = None
    chat_rates: tuple[Rate, ...] = ()
    account_rates: tuple[Rate, ...] = ()
    call_max_s: float = 30.0

    def can(self, feature: Feature, *, at_least: Level = Level.PARTIAL) -> bool:
        """Whether the chat does `feature` at this level or better."""
        return self.support.get(feature, Level.UNSUPPORTED) >= at_least

"""What happens on a messenger, in the field's terms: immutable, aware of time zones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.messaging.address import Address, Sender


class ChatKind(StrEnum):
    """Whether one person or a group reads what is written here."""

    DIRECT = "direct"
    GROUP = "group"


class MediaKind(StrEnum):
    """What a file is to the person who sent it."""

    PHOTO = "photo"
    VIDEO = "video"
    VOICE = "voice"
    AUDIO = "audio"
    DOCUMENT = "document"


class ContentKind(StrEnum):
    """What a message is besides its text and files."""

    PLAIN = "plain"
    STICKER = "sticker"
    CONTACT = "contact"
    POLL = "poll"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaRef:
    """A file on the messenger, not yet fetched.

    `native` is whatever the adapter needs to fetch it again after a restart (JSON values
    only). `size` is in bytes, as the messenger claims. `as_file` is True where the messenger
    left the bytes as they were, False where it recompressed them, None where it can't be told.
    """

    source: str
    id: str
    kind: MediaKind
    native: dict[str, Any]
    mime: str | None = None
    name: str | None = None
    size: int | None = None
    as_file: bool | None = None
    width: int | None = None
    height: int | None = None
    duration_s: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A shared point, WGS 84 degrees; `accuracy_m` in metres; `label` as the sender's app names it."""

    latitude: float
    longitude: float
    accuracy_m: float | None = None
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Common to all events.

    `event_id` is unique per `source` and stays the same when the messenger delivers the event
    again. `occurred_at` is what the platform claims, `received_at` when we had it.
    """

    source: str
    event_id: str
    chat: Address
    chat_kind: ChatKind
    sender: Sender | None
    occurred_at: datetime
    received_at: datetime
    is_self: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageReceived(Event):
    """Somebody wrote. `group_key` is common to the parts of one album.

    `reply_to` is the native id of the message answered, in the same chat. `anonymous` is True
    when the messenger hides the writer behind the group (Telegram's anonymous admins).
    """

    message_id: str
    text: str = ""
    media: tuple[MediaRef, ...] = ()
    location: Location | None = None
    content: ContentKind = ContentKind.PLAIN
    reply_to: str | None = None
    group_key: str | None = None
    forwarded: bool = False
    anonymous: bool = False
    view_once: bool = False
    expires_in_s: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageEdited(Event):
    """Somebody changed what they wrote; `message_id` is the original's."""

    message_id: str
    text: str = ""
    media: tuple[MediaRef, ...] = ()
    location: Location | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDeleted(Event):
    """Somebody took back what they wrote."""

    message_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReactionChanged(Event):
    """Somebody put an emoji on a message, or took it off (`emoji` is None)."""

    message_id: str
    emoji: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ButtonPressed(Event):
    """Somebody pressed a choice; `token` is the one the core gave it."""

    message_id: str
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MembershipChanged(Event):
    """Somebody came into or left a native group; `member` may be the bot itself (`is_bot`)."""

    member: Sender
    present: bool
    is_bot: bool = False
    can_post: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinRequested(Event):
    """Somebody asks to come into a native group."""

    request: dict[str, Any]
    invite: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatMigrated(Event):
    """The chat has another address from now on."""

    to: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactLost(Event):
    """The person stopped the bot in their direct chat: nothing can be sent until they return."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityChanged(Event):
    """A safety number changed, or a message could not be decrypted."""

    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryStatus(Event):
    """A receipt for something the bot sent: delivered, read or failed."""

    message_id: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown(Event):
    """An update the adapter does not know: kept aside, never dropped. `kind` names it."""

    kind: str = ""

"""From a frame of signal-cli to events. Pure.

The shapes are signal-cli's records (`src/main/java/org/asamk/signal/json/Json*.java`). An
envelope says who and when, and carries one content. What is known and means nothing to a
neighbourhood (typing, stories, pins, polls' votes) gives no event; what isn't known gives
`Unknown`.

`occurred_at` is the moment Signal's server took the message: the envelope's own timestamp is the
sender's clock, which may be wrong by hours. That timestamp lives on in the message's id.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from adapters.signal import contents
from adapters.signal import frame as frames
from adapters.signal.frame import Fields
from adapters.signal.ids import NativeId, group_address_id
from bot.messaging import (
    Address,
    ChatKind,
    ContentKind,
    DeliveryStatus,
    Event,
    IdentityChanged,
    MessageDeleted,
    MessageEdited,
    MessageReceived,
    RawInbound,
    ReactionChanged,
    Sender,
    Unknown,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Known, and nothing to a neighbourhood.
_QUIET_DATA = frozenset({"pinMessage", "unpinMessage", "pollVote", "pollTerminate", "storyContext"})
# What stands around the content of a data message, of a sync message's copy, of an envelope.
_FRAME_OF_DATA = frozenset(
    {
        "timestamp",
        "message",
        "expiresInSeconds",
        "isExpirationUpdate",
        "viewOnce",
        "groupInfo",
        "quote",
        "mentions",
        "previews",
        "textStyles",
        "destination",
        "destinationNumber",
        "destinationUuid",
    }
)
_ENVELOPE = frozenset(
    {
        "source",
        "sourceNumber",
        "sourceUuid",
        "sourceName",
        "sourceDevice",
        "timestamp",
        "serverReceivedTimestamp",
        "serverDeliveredTimestamp",
    }
)
_CARRIES = frozenset({"message", "attachments", "sticker", "contacts", "pollCreate", "payment"})
# Decryption failures that lose nothing: the message came before, or it was our own.
_HARMLESS = frozenset({"ProtocolDuplicateMessageException", "SelfSendException"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What reading needs to know: our name, the bot's number, and how edits hang together.

    `original` gives the first version's id for that of any later version.
    """

    source: str
    number: str
    original: Callable[[NativeId], NativeId]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Envelope:
    """Who sent what when, in our terms."""

    account: Account
    raw: RawInbound
    fields: Fields

    @property
    def author(self) -> str:
        return frames.author(self.fields)

    @property
    def timestamp(self) -> int:
        return self.fields.number("timestamp") or 0

    @property
    def is_self(self) -> bool:
        return self.account.number in (
            self.fields.text("sourceNumber"),
            self.fields.text("source"),
        )

    def address(self, native: str) -> Address:
        return Address(self.account.source, native or "unknown")

    @property
    def sender(self) -> Sender | None:
        if not self.author:
            return None
        address = self.address(self.author)
        number = self.fields.text("sourceNumber")
        alias = (self.address(number),) if number and number != self.author else ()
        return Sender(
            address=address,
            aliases=alias,
            direct=address,
            display=self.fields.text("sourceName"),
        )

    def message_id(self, timestamp: int | None = None) -> str:
        """The id of a message of this sender."""
        return str(NativeId(None if self.is_self else self.author, timestamp or self.timestamp))

    def original(self, author: str, timestamp: int) -> str:
        """The id of the first version of somebody's message."""
        return str(self.account.original(NativeId(author or None, timestamp)))

    def someone(self, of: Fields, prefix: str) -> str:
        """The author whom a quote, reaction or deletion points at; empty for the bot."""
        number, legacy = of.text(f"{prefix}Number"), of.text(prefix)
        if self.account.number in (number, legacy):
            return ""
        return of.text(f"{prefix}Uuid") or number or legacy

    def common(self, what: str, *, group: str = "", direct: str = "") -> dict[str, Any]:
        """The fields that all events share. `direct` is the other side, if not the sender."""
        return {
            "source": self.account.source,
            "event_id": f"{self.author}|{self.timestamp}|{what}" if self.author else self.raw.key,
            "chat": self.address(group_address_id(group) if group else direct or self.author),
            "chat_kind": ChatKind.GROUP if group else ChatKind.DIRECT,
            "sender": self.sender,
            "occurred_at": self.occurred_at,
            "received_at": self.raw.received_at,
            "is_self": self.is_self,
        }

    @property
    def occurred_at(self) -> datetime:
        server = self.fields.number("serverReceivedTimestamp")
        return _moment(server or self.timestamp, self.raw.received_at)


def parse(raw: RawInbound, account: Account) -> Sequence[Event]:
    """The events in one frame. Raises nothing, whatever the frame holds."""
    frame = frames.read(raw.payload)
    envelope = _Envelope(account=account, raw=raw, fields=frame.fields("envelope"))
    events = _content(envelope)
    if not events and frame.has("exception"):
        return _undecrypted(envelope, frame.fields("exception"))
    if not events and frames.kind(frame) == "nothing":
        return [Unknown(**envelope.common("unknown"), kind=_unknown_kind(frame))]
    return events


def edit_in(payload: str, account: Account) -> tuple[NativeId, NativeId] | None:
    """If the frame is an edit: the new version's id, and the id of the version it replaces."""
    envelope = frames.read(payload).fields("envelope")
    edit = envelope.fields("editMessage") or (
        envelope.fields("syncMessage").fields("sentMessage").fields("editMessage")
    )
    new, old = edit.fields("dataMessage").number("timestamp"), edit.number("targetSentTimestamp")
    if new is None or old is None:
        return None
    own = account.number in (envelope.text("sourceNumber"), envelope.text("source"))
    author = None if own else frames.author(envelope)
    return NativeId(author, new), NativeId(author, old)


def group_update_in(payload: str) -> str | None:
    """The group's address id if the frame tells that its members, name or rights changed."""
    data = frames.read(payload).fields("envelope").fields("dataMessage")
    group = data.fields("groupInfo")
    if group.text("type") != "UPDATE" or not group.text("groupId"):
        return None
    return group_address_id(group.text("groupId"))


def _unknown_kind(frame: Fields) -> str:
    extra = sorted(set(frame.fields("envelope")) - _ENVELOPE)
    if extra:
        return extra[0][:40]
    return "server error" if frame.text("error") else "no content"


def _content(envelope: _Envelope) -> Sequence[Event]:
    fields = envelope.fields
    if fields.has("dataMessage"):
        return _data(envelope, fields.fields("dataMessage"))
    if fields.has("editMessage"):
        return _edit(envelope, fields.fields("editMessage"))
    if fields.has("syncMessage"):
        return _sync(envelope, fields.fields("syncMessage"))
    if fields.has("receiptMessage"):
        return _receipt(envelope, fields.fields("receiptMessage"))
    if fields.has("callMessage"):
        return _call(envelope, fields.fields("callMessage"))
    return []


def _data(envelope: _Envelope, data: Fields, *, direct: str = "") -> Sequence[Event]:
    group = data.fields("groupInfo").text("groupId")
    if data.has("reaction"):
        return [_reaction(envelope, data.fields("reaction"), group, direct)]
    if data.has("remoteDelete"):
        return [_deletion(envelope, data.fields("remoteDelete"), group, direct)]
    if data.has("adminDelete"):
        return [_moderation(envelope, data.fields("adminDelete"), group)]
    if _CARRIES & set(data):
        return [_message(envelope, data, group, direct)]
    unknown = sorted(set(data) - _FRAME_OF_DATA - _QUIET_DATA)
    if unknown:
        common = envelope.common("unknown", group=group, direct=direct)
        return [Unknown(**common, kind=unknown[0][:40])]
    return []


def _message(envelope: _Envelope, data: Fields, group: str, direct: str) -> MessageReceived:
    message_id = envelope.message_id(data.number("timestamp"))
    return MessageReceived(
        **envelope.common("message", group=group, direct=direct),
        message_id=message_id,
        text=contents.text(data, own_number=envelope.account.number),
        media=contents.media(data, source=envelope.account.source, message_id=message_id),
        content=contents.kind(data),
        reply_to=_quoted(envelope, data),
        view_once=data.flag("viewOnce"),
        expires_in_s=data.number("expiresInSeconds") or None,
    )


def _edit(envelope: _Envelope, edit: Fields, *, direct: str = "") -> Sequence[Event]:
    data, target = edit.fields("dataMessage"), edit.number("targetSentTimestamp")
    group = data.fields("groupInfo").text("groupId")
    if target is None:
        return [Unknown(**envelope.common("unknown", group=group), kind="editMessage")]
    original = envelope.original("" if envelope.is_self else envelope.author, target)
    return [
        MessageEdited(
            **envelope.common("edit", group=group, direct=direct),
            message_id=original,
            text=contents.text(data, own_number=envelope.account.number),
            media=contents.media(
                data,
                source=envelope.account.source,
                message_id=envelope.message_id(data.number("timestamp")),
            ),
        )
    ]


def _sync(envelope: _Envelope, sync: Fields) -> Sequence[Event]:
    """What the bot's account did on another device of its own."""
    sent = sync.fields("sentMessage")
    direct = sent.text("destinationUuid") or sent.text("destinationNumber")
    if sent.has("editMessage"):
        return _edit(envelope, sent.fields("editMessage"), direct=direct)
    return _data(envelope, sent, direct=direct) if sent else []


def _reaction(envelope: _Envelope, reaction: Fields, group: str, direct: str) -> Event:
    target = reaction.number("targetSentTimestamp") or 0
    return ReactionChanged(
        **envelope.common("reaction", group=group, direct=direct),
        message_id=envelope.original(envelope.someone(reaction, "targetAuthor"), target),
        emoji=None if reaction.flag("isRemove") else reaction.text("emoji") or None,
    )


def _deletion(envelope: _Envelope, deletion: Fields, group: str, direct: str) -> Event:
    author = "" if envelope.is_self else envelope.author
    return MessageDeleted(
        **envelope.common("delete", group=group, direct=direct),
        message_id=envelope.original(author, deletion.number("timestamp") or 0),
    )


def _moderation(envelope: _Envelope, deletion: Fields, group: str) -> Event:
    """A group's admin took somebody's message away."""
    target = deletion.number("targetSentTimestamp") or 0
    return MessageDeleted(
        **envelope.common("admin-delete", group=group),
        message_id=envelope.original(envelope.someone(deletion, "targetAuthor"), target),
    )


def _receipt(envelope: _Envelope, receipt: Fields) -> Sequence[Event]:
    """Which of our messages reached a device. The chat is the reader's, also for a group's."""
    status = "delivered" if receipt.flag("isDelivery") else "read"
    return [
        DeliveryStatus(
            **envelope.common(f"{status}:{timestamp}"),
            message_id=envelope.original("", timestamp),
            status=status,
        )
        for timestamp in receipt.many("timestamps")
        if isinstance(timestamp, int)
    ]


def _call(envelope: _Envelope, call: Fields) -> Sequence[Event]:
    """Somebody rings the bot: a message of another kind, so that they get an answer."""
    if not call.has("offerMessage"):
        return []
    return [
        MessageReceived(
            **envelope.common("call"),
            message_id=envelope.message_id(),
            content=ContentKind.OTHER,
        )
    ]


def _undecrypted(envelope: _Envelope, exception: Fields) -> Sequence[Event]:
    what = exception.text("type")[:60]
    if what in _HARMLESS:
        return []
    return [IdentityChanged(**envelope.common("exception"), detail=what)]


def _quoted(envelope: _Envelope, data: Fields) -> str | None:
    quote = data.fields("quote")
    timestamp = quote.number("id")
    if not timestamp:
        return None
    return envelope.original(envelope.someone(quote, "author"), timestamp)


def _moment(milliseconds: int, otherwise: datetime) -> datetime:
    try:
        return _EPOCH + timedelta(milliseconds=milliseconds) if milliseconds else otherwise
    except OverflowError:
        return otherwise

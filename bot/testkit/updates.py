"""What the messenger in memory hands over, as JSON, and how it is read: both pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bot.messaging import (
    Address,
    ButtonPressed,
    ChatKind,
    ChatMigrated,
    ContactLost,
    ContentKind,
    DeliveryStatus,
    Event,
    IdentityChanged,
    JoinRequested,
    Location,
    MediaKind,
    MediaRef,
    MembershipChanged,
    MessageDeleted,
    MessageEdited,
    MessageReceived,
    RawInbound,
    ReactionChanged,
    Sender,
    Unknown,
)

Fields = Mapping[str, Any]


def read(raw: RawInbound) -> list[Event]:
    """The one event that an update is; whatever can't be read is Unknown."""
    try:
        update = json.loads(raw.payload)
        return [_READERS[update["kind"]](update, _common(raw, update))]
    except (AttributeError, KeyError, TypeError, ValueError):
        return [_unknown(raw)]


def write(*, number: int, kind: str, chat: str, group: bool, at: datetime, fields: Fields) -> str:
    """An update as the messenger keeps it until it is acknowledged."""
    head = {"n": number, "kind": kind, "chat": chat, "group": group, "at": at.isoformat()}
    return json.dumps(head | dict(fields), ensure_ascii=False)


def person(
    address: Address, *, name: str, language: str | None, aliases: tuple[Address, ...], direct: bool
) -> dict[str, Any]:
    """Somebody, as updates name them."""
    return {
        "id": address.id,
        "name": name,
        "language": language,
        "aliases": [alias.id for alias in aliases],
        "direct": direct,
    }


def media(ref: MediaRef) -> dict[str, Any]:
    """A file, as updates name it."""
    return {
        "id": ref.id,
        "kind": ref.kind.value,
        "mime": ref.mime,
        "name": ref.name,
        "size": ref.size,
        "as_file": ref.as_file,
    }


def _unknown(raw: RawInbound) -> Unknown:
    return Unknown(
        source=raw.source,
        event_id=raw.key,
        chat=Address(raw.source, "unknown"),
        chat_kind=ChatKind.DIRECT,
        sender=None,
        occurred_at=raw.received_at,
        received_at=raw.received_at,
        kind="unreadable",
    )


def _common(raw: RawInbound, update: Fields) -> dict[str, Any]:
    return {
        "source": raw.source,
        "event_id": str(update["n"]),
        "chat": Address(raw.source, update["chat"]),
        "chat_kind": ChatKind.GROUP if update["group"] else ChatKind.DIRECT,
        "sender": _sender(raw.source, update.get("from")),
        "occurred_at": datetime.fromisoformat(update["at"]),
        "received_at": raw.received_at,
    }


def _sender(source: str, who: Fields | None) -> Sender | None:
    if who is None:
        return None
    address = Address(source, who["id"])
    return Sender(
        address=address,
        aliases=tuple(Address(source, alias) for alias in who["aliases"]),
        direct=address if who["direct"] else None,
        display=who["name"],
        language=who["language"],
    )


def _content(update: Fields, common: Fields) -> dict[str, Any]:
    at = update.get("location")
    return {
        "message_id": update["message"],
        "text": update.get("text", ""),
        "media": tuple(
            MediaRef(
                source=common["source"],
                id=file["id"],
                kind=MediaKind(file["kind"]),
                native={"file": file["id"]},
                mime=file["mime"],
                name=file["name"],
                size=file["size"],
                as_file=file["as_file"],
            )
            for file in update.get("media", ())
        ),
        "location": at and Location(latitude=at[0], longitude=at[1]),
    }


def _message(update: Fields, common: Fields) -> Event:
    return MessageReceived(
        **common,
        **_content(update, common),
        content=ContentKind(update.get("content", "plain")),
        reply_to=update.get("reply_to"),
        group_key=update.get("album"),
        forwarded=update.get("forwarded", False),
        anonymous=update.get("anonymous", False),
        view_once=update.get("view_once", False),
        expires_in_s=update.get("expires_in_s"),
    )


def _edit(update: Fields, common: Fields) -> Event:
    return MessageEdited(**common, **_content(update, common))


def _deletion(update: Fields, common: Fields) -> Event:
    return MessageDeleted(**common, message_id=update["message"])


def _reaction(update: Fields, common: Fields) -> Event:
    return ReactionChanged(**common, message_id=update["message"], emoji=update["emoji"])


def _press(update: Fields, common: Fields) -> Event:
    return ButtonPressed(**common, message_id=update["message"], token=update["token"])


def _membership(update: Fields, common: Fields) -> Event:
    member = _sender(common["source"], update["member"])
    if member is None:
        raise ValueError("a change of membership names the member")
    return MembershipChanged(
        **common, member=member, present=update["present"], is_bot=update.get("is_bot", False)
    )


def _join_request(update: Fields, common: Fields) -> Event:
    return JoinRequested(**common, request=update["request"], invite=update.get("invite"))


def _migration(update: Fields, common: Fields) -> Event:
    return ChatMigrated(**common, to=Address(common["source"], update["to"]))


def _lost(_update: Fields, common: Fields) -> Event:
    return ContactLost(**common)


def _identity(update: Fields, common: Fields) -> Event:
    return IdentityChanged(**common, detail=update.get("detail", ""))


def _status(update: Fields, common: Fields) -> Event:
    return DeliveryStatus(**common, message_id=update["message"], status=update["status"])


_READERS: dict[str, Callable[[Fields, Fields], Event]] = {
    "message": _message,
    "edit": _edit,
    "deletion": _deletion,
    "reaction": _reaction,
    "press": _press,
    "membership": _membership,
    "join_request": _join_request,
    "migration": _migration,
    "lost": _lost,
    "identity": _identity,
    "status": _status,
}

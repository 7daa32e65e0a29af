"""The commonest update, a text and nothing else, read the short way.

The library's `Message` has over a hundred fields, and building one takes as long as the rest of
handling a text. This reads just the shape below and leaves everything else, also anything odd in
it, to the long way; tests hold the two equal.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from adapters.telegram.me import ANONYMOUS, Me, clean, language
from bot.messaging.adapter import RawInbound
from bot.messaging.address import Address, Sender
from bot.messaging.events import ChatKind, MessageReceived

_FIELDS: Final = frozenset({"message_id", "from", "chat", "date", "text"})
_MAY_COME_TOO: Final = frozenset({"entities"})
_KINDS: Final = {
    "private": ChatKind.DIRECT,
    "group": ChatKind.GROUP,
    "supergroup": ChatKind.GROUP,
}


def text_message(raw: RawInbound, me: Me, data: Any) -> MessageReceived | None:
    """The event, or None for the long way."""
    if not (type(data) is dict and len(data) == 2 and type(data.get("update_id")) is int):
        return None
    message: Any = data.get("message")
    if not (_is_text(message) and _is_person(message["from"])):
        return None
    kind = _kind(message["chat"])
    return None if kind is None else _received(raw, me, data["update_id"], message, kind)


def _received(
    raw: RawInbound, me: Me, update: int, message: dict[str, Any], kind: ChatKind
) -> MessageReceived:
    chat = Address(me.source, str(message["chat"]["id"]))
    user = message["from"]
    return MessageReceived(
        source=me.source,
        event_id=f"{update}.{message['date']}",
        chat=chat,
        chat_kind=kind,
        sender=Sender(
            address=Address(me.source, str(user["id"])),
            direct=chat if kind is ChatKind.DIRECT else None,
            display=clean(_name(user)),
            language=language(user.get("language_code")),
        ),
        occurred_at=datetime.fromtimestamp(message["date"], UTC),
        received_at=raw.received_at,
        is_self=user["id"] == me.bot_id,
        message_id=str(message["message_id"]),
        text=me.reads(message["text"]),
    )


def _is_text(message: Any) -> bool:
    """Whether it is an object with just these fields, each of exactly its type."""
    return (
        type(message) is dict
        and (message.keys() == _FIELDS or message.keys() - _MAY_COME_TOO == _FIELDS)
        and type(message["message_id"]) is int
        and type(message["from"]) is dict
        and type(message["chat"]) is dict
        and type(message["date"]) is int
        and type(message["text"]) is str
        and message["text"] != ""
    )


def _is_person(user: dict[str, Any]) -> bool:
    return (
        type(user.get("id")) is int
        and type(user.get("is_bot")) is bool
        and type(user.get("first_name")) is str
        and type(user.get("last_name", "")) is str
        and type(user.get("language_code", "")) is str
        and user["id"] != ANONYMOUS
    )


def _kind(chat: dict[str, Any]) -> ChatKind | None:
    kind = chat.get("type")
    return _KINDS.get(kind) if type(chat.get("id")) is int and type(kind) is str else None


def _name(user: dict[str, Any]) -> str:
    last = user.get("last_name")
    return f"{user['first_name']} {last}" if last else str(user["first_name"])

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

_MESSAGE: Final = {"message_id": int, "from": dict, "chat": dict, "date": int, "text": str}
_USER: Final = {"id": int, "is_bot": bool, "first_name": str}
_CHAT: Final = {"id": int, "type": str}
_KINDS: Final = {
    "private": ChatKind.DIRECT,
    "group": ChatKind.GROUP,
    "supergroup": ChatKind.GROUP,
}


def text_message(raw: RawInbound, me: Me, data: Any) -> MessageReceived | None:
    """The event, or None for the long way."""
    if not (isinstance(data, dict) and len(data) == 2 and _holds(data, {"update_id": int})):
        return None
    message: Any = data.get("message")
    if not (_holds(message, _MESSAGE) and message.keys() - {"entities"} == _MESSAGE.keys()):
        return None
    user, chat = message["from"], message["chat"]
    kind = _KINDS.get(chat.get("type")) if _holds(chat, _CHAT) else None
    if kind is None or not message["text"] or not _is_person(user):
        return None
    return _received(raw, me, data["update_id"], message, kind)


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


def _holds(value: Any, kinds: dict[str, type]) -> bool:
    """Whether it is an object with these fields of exactly these types."""
    return type(value) is dict and all(type(value.get(key)) is kinds[key] for key in kinds)


def _is_person(user: Any) -> bool:
    optional = (user.get("last_name", ""), user.get("language_code", ""))
    return (
        _holds(user, _USER)
        and user["id"] != ANONYMOUS
        and all(type(each) is str for each in optional)
    )


def _name(user: dict[str, Any]) -> str:
    last = user.get("last_name")
    return f"{user['first_name']} {last}" if last else str(user["first_name"])

"""Outgoing messages as JSON, to keep them as they will be sent."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

from bot.messaging.address import Address, MessageRef
from bot.messaging.outgoing import Card, CardLine, Choice, File, Outgoing

_compact = json.JSONEncoder(separators=(",", ":")).encode
_usual = {
    kind: tuple(
        (field.name, {} if field.name == "panel" else field.default) for field in fields(kind)
    )
    for kind in (Outgoing, Card, CardLine, Choice, File, MessageRef)
}


def encode(message: Outgoing) -> str:
    """The message as JSON text; what has its default value is left out."""
    return _compact(_shown(message))


def decode(text: str) -> Outgoing:
    """The message that `encode` was given."""
    told: dict[str, Any] = json.loads(text)
    return Outgoing(
        **{
            **told,
            "choices": tuple(Choice(**one) for one in told.get("choices", ())),
            "files": tuple(File(**one) for one in told.get("files", ())),
            "card": _card(told["card"]) if "card" in told else None,
            "reply_to": _ref(told["reply_to"]) if "reply_to" in told else None,
        }
    )


def _shown(value: Any) -> Any:
    if isinstance(value, Address):
        return str(value)
    if isinstance(value, tuple):
        return [_shown(item) for item in value]
    names = _usual.get(type(value))
    if names is None:
        return value
    return {
        name: kept if isinstance(kept, str) else _shown(kept)
        for name, usual in names
        if (kept := getattr(value, name)) != usual
    }


def _card(told: dict[str, Any]) -> Card:
    return Card(**{**told, "lines": tuple(CardLine(**one) for one in told.get("lines", ()))})


def _ref(told: dict[str, str]) -> MessageRef:
    return MessageRef(Address.parse(told["chat"]), told["id"])

"""Outgoing messages as JSON, to keep them as they will be sent."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from typing import Any

from bot.messaging.address import Address, MessageRef
from bot.messaging.outgoing import Card, CardLine, Choice, File, Outgoing


def encode(message: Outgoing) -> str:
    """The message as JSON text; what has its default value is left out."""
    return json.dumps(_shown(message), ensure_ascii=True, separators=(",", ":"))


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
    if is_dataclass(value):
        kept = {field.name: getattr(value, field.name) for field in fields(value)}
        usual = {field.name: field.default for field in fields(value)}
        return {name: _shown(item) for name, item in kept.items() if item != usual[name]}
    return value


def _card(told: dict[str, Any]) -> Card:
    return Card(**{**told, "lines": tuple(CardLine(**one) for one in told.get("lines", ()))})


def _ref(told: dict[str, str]) -> MessageRef:
    return MessageRef(Address.parse(told["chat"]), told["id"])

"""Outgoing messages as JSON, to keep them as they will be sent."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

from bot.messaging.address import Address, MessageRef
from bot.messaging.outgoing import Card, CardLine, Choice, File, Outgoing

_compact = json.JSONEncoder(separators=(",", ":")).encode
_usual = {
    kind: tuple((field.name, field.default) for field in fields(kind))
    for kind in (Card, CardLine, File, MessageRef)
}


def encode(message: Outgoing) -> str:
    """The message as JSON text; what has its default value is left out."""
    told: dict[str, Any] = {"text": message.text}
    if message.choices:
        told["choices"] = [
            {"number": choice.number, "label": choice.label, "token": choice.token}
            for choice in message.choices
        ]
    if message.files or message.card is not None or message.reply_to is not None:
        _add_rare(told, message)
    if message.ask:
        told["ask"] = message.ask
    if message.silent:
        told["silent"] = True
    if message.protect:
        told["protect"] = True
    if message.lang != "nl":
        told["lang"] = message.lang
    if message.panel:
        told["panel"] = message.panel
    return _compact(told)


def _add_rare(told: dict[str, Any], message: Outgoing) -> None:
    if message.files:
        told["files"] = _shown(message.files)
    if message.card is not None:
        told["card"] = _shown(message.card)
    if message.reply_to is not None:
        told["reply_to"] = _shown(message.reply_to)


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

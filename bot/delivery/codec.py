"""Outgoing messages as JSON, to keep them as they will be sent."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

from bot.messaging.address import Address, MessageRef
from bot.messaging.outgoing import Card, CardLine, Choice, File, Outgoing


def encode(message: Outgoing) -> str:
    """The message as JSON text; what has its default value is left out."""
    return json.dumps(_shown(message), ensure_ascii=True, separators=(",", ":"))


def decode(text: str) -> Outgoing:
    """The message that `encode` was given."""
    told: dict[str, Any] = json.loads(text)
    card, ref = told.get("card"), told.get("reply_to")
    made = {
        **told,
        "choices": tuple(Choice(**one) for one in told.get("choices", ())),
        "files": tuple(File(**one) for one in told.get("files", ())),
        "card": None if card is None else _card(card),
        "reply_to": None if ref is None else MessageRef(Address.parse(ref["chat"]), ref["id"]),
    }
    return Outgoing(**made)


def _shown(value: Any) -> Any:
    if isinstance(value, Address):
        return str(value)
    if isinstance(value, Outgoing | Card | CardLine | Choice | File | MessageRef):
        kept = {field.name: getattr(value, field.name) for field in fields(value)}
        return {name: _shown(item) for name, item in kept.items() if item not in (None, "", ())}
    if isinstance(value, tuple):
        return [_shown(item) for item in value]
    return value


def _card(told: dict[str, Any]) -> Card:
    lines = tuple(CardLine(**{"text": "", "icon": "", **one}) for one in told.get("lines", ()))
    required = dict.fromkeys(("kind", "state", "title", "state_word"), "")
    return Card(**{**required, **told, "lines": lines})

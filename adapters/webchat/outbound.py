"""A message of the core's as the page draws it: plain JSON."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.errors import TooLarge
from bot.messaging.text import split

if TYPE_CHECKING:
    from bot.messaging import Outgoing, Panels

TEXT_MAX = 4000
UPLOAD_MAX = 200_000_000


def shown(message: Outgoing) -> list[dict[str, Any]]:
    """What stands on the page for `message`: a long text in parts, all else under the last.

    A card is drawn from its own fields, so its text is never cut.
    """
    parts = [message.text] if message.card else split(message.text, TEXT_MAX)
    items = [{"from": "bot", "text": part, "lang": message.lang} for part in parts]
    if message.reply_to is not None:
        items[0]["reply_to"] = message.reply_to.id
    items[-1] |= _drawn(message)
    return items


def _drawn(message: Outgoing) -> dict[str, Any]:
    choices = [
        {"number": choice.number, "label": choice.label, "token": choice.token}
        for choice in message.choices
    ]
    parts: dict[str, Any] = {
        "choices": choices,
        "card": message.card and asdict(message.card),
        "ask": message.ask,
        "silent": message.silent,
        "panel": message.panel,
    }
    return {key: part for key, part in parts.items() if part}


def check_files(message: Outgoing) -> None:
    """Raise TooLarge when a file is over what the page offers."""
    for file in message.files:
        if Path(file.path).stat().st_size > UPLOAD_MAX:
            raise TooLarge("file over the page's limit", limit=UPLOAD_MAX)


def face(message: Outgoing) -> dict[str, Any]:
    """What `message` changes around the conversation: the page's language."""
    return {"lang": message.lang} if message.lang else {}


def drawn(panels: Panels) -> dict[str, Any]:
    """Panels as the page draws them; what is not there is left out."""
    return {name: part for name, part in asdict(panels).items() if part is not None}

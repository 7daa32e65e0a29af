"""All tables, a module for each room that writes them; other rooms ask that room.

Times are whole milliseconds since 1970, UTC; JSON is text.
"""

from __future__ import annotations

from bot.store.columns import metadata
from bot.store.schema.alerts import alert, card_copy, case_number, heard
from bot.store.schema.delivery import outbox, sent_part
from bot.store.schema.intake import (
    dialogue,
    inbox_album,
    inbox_aside,
    inbox_event,
    inbox_raw,
    offer,
    timer,
)
from bot.store.schema.journal import journal_entry, media
from bot.store.schema.operations import adapter_storage, request
from bot.store.schema.people import (
    code,
    identity,
    membership,
    native_group,
    neighbourhood,
    person,
    presence,
)
from bot.store.schema.police import digest, mail_line

__all__ = [
    "adapter_storage",
    "alert",
    "card_copy",
    "case_number",
    "code",
    "dialogue",
    "digest",
    "heard",
    "identity",
    "inbox_album",
    "inbox_aside",
    "inbox_event",
    "inbox_raw",
    "journal_entry",
    "mail_line",
    "media",
    "membership",
    "metadata",
    "native_group",
    "neighbourhood",
    "offer",
    "outbox",
    "person",
    "presence",
    "request",
    "sent_part",
    "timer",
]

"""The operator's tables: adapters' own storage, and what a command asks the running process."""

from __future__ import annotations

from sqlalchemy import PrimaryKeyConstraint, Table

from bot.store.columns import metadata, moment, number, words

# Adapters' own storage, written through bot/operations.
adapter_storage = Table(
    "adapter_storage",
    metadata,
    words("adapter"),
    words("key"),
    words("value"),
    PrimaryKeyConstraint("adapter", "key"),
    sqlite_with_rowid=False,
)
# What a command beside `run`, or a chat command with a long result, asks the running process.
request = Table(
    "request",
    metadata,
    number(),
    words("kind"),
    words("args"),
    words("state"),
    words("progress", default=""),
    words("outcome", default=""),
    moment("created_at"),
    moment("done_at", nullable=True),
)

"""The journal's tables: the chain's entries, and the files that came in."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
)

from bot.store.columns import metadata, moment, number, ref, words

journal_entry = Table(
    "journal_entry",
    metadata,
    words("chain"),
    Column("n", Integer, nullable=False),
    words("ts"),
    words("kind"),
    words("case_number", nullable=True),
    words("fields"),
    Column("body", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    PrimaryKeyConstraint("chain", "n"),
    Index("ix_journal_entry_chain_case_number", "chain", "case_number", "n"),
)
# state: wanted | stored | missing
media = Table(
    "media",
    metadata,
    number(),
    words("neighbourhood_id"),
    ref("alert_id", "alert.id", nullable=True),
    ref("membership_id", "membership.id", nullable=True),
    Column("dialogue_id", Integer, nullable=True),
    words("source"),
    words("native_id"),
    words("ref"),
    words("state"),
    words("sha256", nullable=True),
    Column("size", Integer, nullable=True),
    words("mime", nullable=True),
    words("reason", default=""),
    moment("asked_at"),
    moment("next_try_at", nullable=True),
    Column("tries", Integer, nullable=False, server_default="0"),
    moment("stored_at", nullable=True),
    Column("journal_n", Integer, nullable=True),
    UniqueConstraint("source", "native_id", "neighbourhood_id"),
    Index("ix_media_state", "state"),
    Index("ix_media_alert_id", "alert_id"),
    Index("ix_media_dialogue_id", "dialogue_id"),
    Index("ix_media_sha256", "sha256"),
)

"""Delivery's tables: what is to go out, and what it became on the messenger."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
)

from bot.store.columns import metadata, moment, number, only_where, ref, words

# kind: send | edit | delete ; state: waiting | sending | sent | parked | dropped (not needed any more)
# recalled: it is under way, and nobody needs it any more: if it fails, it isn't tried again.
outbox = Table(
    "outbox",
    metadata,
    number(),
    words("cause"),
    words("chat"),
    words("kind"),
    Column("priority", Integer, nullable=False),
    words("body"),
    words("purpose"),
    Column("target_id", Integer, nullable=True),
    Column("reply_to_id", Integer, nullable=True),
    Column("alert_id", Integer, nullable=True),
    Column("membership_id", Integer, nullable=True),
    words("state"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("unknowns", Integer, nullable=False, server_default="0"),
    Column("reached", Boolean, nullable=True),
    Column("recalled", Boolean, nullable=False, server_default="0"),
    words("reason", default=""),
    moment("created_at"),
    moment("not_before"),
    moment("done_at", nullable=True),
    UniqueConstraint("cause", "chat"),
    # Most rows are sent: what is still open stays a small index, whatever the table's size.
    only_where(
        "ix_outbox_state", "state", "state = 'waiting' OR state = 'sending' OR state = 'parked'"
    ),
    only_where("ix_outbox_target_id", "target_id", "target_id IS NOT NULL"),
    only_where("ix_outbox_alert_id_purpose", "alert_id", "alert_id IS NOT NULL", "purpose"),
)
sent_part = Table(
    "sent_part",
    metadata,
    ref("outbox_id", "outbox.id"),
    Column("part", Integer, nullable=False),
    words("chat"),
    words("native_id"),
    PrimaryKeyConstraint("outbox_id", "part"),
    Index("ix_sent_part_chat_native_id", "chat", "native_id"),
    sqlite_with_rowid=False,
)

"""The alerts' tables."""

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

# state: waiting (for the gate) | open | closed | no_news | rectified ; urgency: urgent | cold | unsure
alert = Table(
    "alert",
    metadata,
    number(),
    ref("neighbourhood_id", "neighbourhood.id"),
    words("number"),
    Column("sequence", Integer, nullable=False),
    words("state"),
    words("urgency"),
    ref("reporter_id", "membership.id"),
    moment("opened_at"),
    moment("relayed_at", nullable=True),
    moment("closed_at", nullable=True),
    moment("spoken_at"),
    moment("edited_at", nullable=True),
    Column("relayed", Boolean, nullable=False, server_default="0"),
    Column("version", Integer, nullable=False, server_default="1"),
    words("facts"),
    UniqueConstraint("neighbourhood_id", "number"),
    Index("ix_alert_neighbourhood_id_state", "neighbourhood_id", "state"),
)
case_number = Table(
    "case_number",
    metadata,
    words("neighbourhood_id"),
    words("series"),
    Column("last", Integer, nullable=False),
    PrimaryKeyConstraint("neighbourhood_id", "series"),
)
# Every chat that shows the card, so that it can be edited there.
card_copy = Table(
    "card_copy",
    metadata,
    ref("alert_id", "alert.id"),
    words("chat"),
    ref("outbox_id", "outbox.id"),
    ref("membership_id", "membership.id", nullable=True),
    words("lang"),
    PrimaryKeyConstraint("alert_id", "chat"),
)
# Messages of people that belong to an alert or a draft, so that an edit finds its entry.
heard = Table(
    "heard",
    metadata,
    words("chat"),
    words("message_id"),
    ref("membership_id", "membership.id", nullable=True),
    ref("alert_id", "alert.id", nullable=True),
    words("digest"),
    moment("at"),
    PrimaryKeyConstraint("chat", "message_id"),
    only_where("ix_heard_membership_id", "membership_id", "alert_id IS NULL"),
    sqlite_with_rowid=False,
)

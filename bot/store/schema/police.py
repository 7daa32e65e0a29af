"""The police's tables: lines and their mails."""

from __future__ import annotations

from sqlalchemy import Column, Integer, PrimaryKeyConstraint, Table

from bot.store.columns import metadata, moment, ref, words

mail_line = Table(
    "mail_line",
    metadata,
    words("id", key=True),
    ref("neighbourhood_id", "neighbourhood.id"),
    words("address"),
    moment("opened_at"),
    moment("ended_at", nullable=True),
    words("predecessor", nullable=True),
)
# state: cut | waiting_media | rendered | accepted | refused | parked ; one row a mail (part 1: one part)
digest = Table(
    "digest",
    metadata,
    words("line_id"),
    Column("number", Integer, nullable=False),
    Column("after_n", Integer, nullable=False),
    Column("upto_n", Integer, nullable=False),
    moment("since"),
    moment("until"),
    words("cause"),
    words("boundaries", default="[]"),
    words("state"),
    words("message_id"),
    words("file", default=""),
    words("sha256", default=""),
    words("head"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    moment("next_try_at"),
    words("reason", default=""),
    moment("cut_at"),
    moment("accepted_at", nullable=True),
    words("summary", default="{}"),
    PrimaryKeyConstraint("line_id", "number"),
)

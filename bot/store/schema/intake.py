"""Intake's tables: what came in, what a number may answer, timers, and open dialogues."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, PrimaryKeyConstraint, Table, UniqueConstraint

from bot.store.columns import metadata, moment, number, only_where, ref, words

# The raw key stays after the payload is gone, so that a redelivery costs one look-up.
inbox_raw = Table(
    "inbox_raw",
    metadata,
    words("source"),
    words("key"),
    moment("received_at"),
    PrimaryKeyConstraint("source", "key"),
    sqlite_with_rowid=False,
)
inbox_event = Table(
    "inbox_event",
    metadata,
    words("source"),
    words("event_id"),
    moment("received_at"),
    PrimaryKeyConstraint("source", "event_id"),
    sqlite_with_rowid=False,
)
# What could not be read or handled: kept 30 days for the operator.
inbox_aside = Table(
    "inbox_aside",
    metadata,
    number(),
    words("source"),
    words("key"),
    words("payload"),
    words("reason"),
    moment("received_at"),
    moment("keep_until"),
)
# An album's first part, so that ten pictures get one answer.
inbox_album = Table(
    "inbox_album",
    metadata,
    words("source"),
    words("group_key"),
    moment("received_at"),
    PrimaryKeyConstraint("source", "group_key"),
    sqlite_with_rowid=False,
)
# What a chat may answer with a bare number when no dialogue is open: one row a question.
offer = Table(
    "offer",
    metadata,
    words("chat"),
    words("subject"),
    words("choices"),
    moment("offered_at"),
    PrimaryKeyConstraint("chat", "subject"),
    Index("ix_offer_subject", "subject"),
    sqlite_with_rowid=False,
)
timer = Table(
    "timer",
    metadata,
    number(),
    moment("due_at"),
    words("kind"),
    words("subject"),
    words("data", default="{}"),
    UniqueConstraint("kind", "subject"),
    Index("ix_timer_due_at", "due_at"),
)
# One open dialogue per person and neighbourhood; `chat` is where it was last spoken. `moments` are
# when to look again and why, `due_at` the first of them.
dialogue = Table(
    "dialogue",
    metadata,
    number(),
    ref("person_id", "person.id"),
    words("neighbourhood_id"),
    words("script"),
    words("step"),
    Column("question", Integer, nullable=False),
    words("chat"),
    words("data"),
    moment("started_at"),
    moment("spoken_at"),
    moment("due_at", nullable=True),
    words("moments", default="[]"),
    UniqueConstraint("person_id", "neighbourhood_id"),
    only_where("ix_dialogue_due_at", "due_at", "due_at IS NOT NULL"),
)

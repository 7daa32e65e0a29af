"""All tables, with who writes them. Times are whole milliseconds since 1970, UTC; JSON is text.

Each table is written by one room (named above it); other rooms ask that room. The schema is
SQLAlchemy's so that migrations and PostgreSQL come from the same words.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> Column[int]:
    return Column("id", Integer, primary_key=True)


def _at(name: str, *, nullable: bool = False) -> Column[int]:
    return Column(name, Integer, nullable=nullable)


def _text(name: str, *, nullable: bool = False, default: str | None = None) -> Column[str]:
    return Column(name, Text, nullable=nullable, server_default=default)


def _ref(name: str, target: str, *, nullable: bool = False) -> Column[Any]:
    kind = Text if target == "neighbourhood.id" else Integer
    return Column(name, kind, ForeignKey(target), nullable=nullable)


def _only_where(name: str, first: str, condition: str, *more: str) -> Index:
    """An index of the rows that are looked for, leaving out the many that never are."""
    where = text(condition)
    return Index(name, first, *more, sqlite_where=where, postgresql_where=where)


# --- adapters' own storage (written through bot/operations) ---------------------------------
adapter_storage = Table(
    "adapter_storage",
    metadata,
    _text("adapter"),
    _text("key"),
    _text("value"),
    PrimaryKeyConstraint("adapter", "key"),
    sqlite_with_rowid=False,
)

# --- intake --------------------------------------------------------------------------------
# The raw key stays after the payload is gone, so that a redelivery costs one look-up.
inbox_raw = Table(
    "inbox_raw",
    metadata,
    _text("source"),
    _text("key"),
    _at("received_at"),
    PrimaryKeyConstraint("source", "key"),
    sqlite_with_rowid=False,
)
inbox_event = Table(
    "inbox_event",
    metadata,
    _text("source"),
    _text("event_id"),
    _at("received_at"),
    PrimaryKeyConstraint("source", "event_id"),
    sqlite_with_rowid=False,
)
# What could not be read or handled: kept 30 days for the operator.
inbox_aside = Table(
    "inbox_aside",
    metadata,
    _id(),
    _text("source"),
    _text("key"),
    _text("payload"),
    _text("reason"),
    _at("received_at"),
    _at("keep_until"),
)
# An album's first part, so that ten pictures get one answer.
inbox_album = Table(
    "inbox_album",
    metadata,
    _text("source"),
    _text("group_key"),
    _at("received_at"),
    PrimaryKeyConstraint("source", "group_key"),
    sqlite_with_rowid=False,
)
# What a chat may answer with a bare number when no dialogue is open: one row a question.
offer = Table(
    "offer",
    metadata,
    _text("chat"),
    _text("subject"),
    _text("choices"),
    _at("offered_at"),
    PrimaryKeyConstraint("chat", "subject"),
    Index("ix_offer_subject", "subject"),
    sqlite_with_rowid=False,
)
timer = Table(
    "timer",
    metadata,
    _id(),
    _at("due_at"),
    _text("kind"),
    _text("subject"),
    _text("data", default="{}"),
    UniqueConstraint("kind", "subject"),
    Index("ix_timer_due_at", "due_at"),
)

# --- neighbourhood -------------------------------------------------------------------------
neighbourhood = Table(
    "neighbourhood",
    metadata,
    _text("id"),
    _text("name"),
    _text("invite_code"),
    _at("created_at"),
    _text("settings", default="{}"),
    Column("next_pseudonym", Integer, nullable=False, server_default="1"),
    Column("paused", Boolean, nullable=False, server_default="0"),
    PrimaryKeyConstraint("id"),
    UniqueConstraint("invite_code"),
)
person = Table(
    "person",
    metadata,
    _id(),
    _text("name", default=""),
    _text("language", nullable=True),
    _at("created_at"),
)
# One account on one messenger. `direct` is the chat where the bot can write to it, if any.
identity = Table(
    "identity",
    metadata,
    _text("address"),
    _ref("person_id", "person.id"),
    _text("canonical"),
    _text("direct", nullable=True),
    _at("lost_at", nullable=True),
    _at("created_at"),
    PrimaryKeyConstraint("address"),
    Index("ix_identity_person_id", "person_id"),
    _only_where("ix_identity_direct", "direct", "direct IS NOT NULL"),
    sqlite_with_rowid=False,
)
# state: asking | pending | active | paused | left | refused | removed
membership = Table(
    "membership",
    metadata,
    _id(),
    _ref("neighbourhood_id", "neighbourhood.id"),
    _ref("person_id", "person.id"),
    _text("role"),
    _text("state"),
    Column("pseudonym", Integer, nullable=True),
    _text("street", default=""),
    _text("rules_version", default=""),
    _at("asked_at"),
    _at("decided_at", nullable=True),
    _ref("decided_by", "membership.id", nullable=True),
    _at("paused_until", nullable=True),
    UniqueConstraint("neighbourhood_id", "person_id"),
    Index("ix_membership_person_id", "person_id"),
)
# A native group that belongs to a neighbourhood.
native_group = Table(
    "native_group",
    metadata,
    _text("address"),
    _ref("neighbourhood_id", "neighbourhood.id"),
    _at("linked_at"),
    _text("linked_by", default=""),
    PrimaryKeyConstraint("address"),
)
# Who is known to be in a native group; no row means unknown, which counts as outside.
presence = Table(
    "presence",
    metadata,
    _text("native_group"),
    _text("address"),
    Column("present", Boolean, nullable=False),
    _at("seen_at"),
    PrimaryKeyConstraint("native_group", "address"),
    Index("ix_presence_address", "address"),
    sqlite_with_rowid=False,
)
# One-time codes: kind is beheer | koppel.
code = Table(
    "code",
    metadata,
    _text("code"),
    _text("kind"),
    _ref("neighbourhood_id", "neighbourhood.id", nullable=True),
    _ref("person_id", "person.id", nullable=True),
    _at("created_at"),
    _at("used_at", nullable=True),
    PrimaryKeyConstraint("code"),
)

# --- dialogue ------------------------------------------------------------------------------
# One open dialogue per person and neighbourhood; `chat` is where it was last spoken.
dialogue = Table(
    "dialogue",
    metadata,
    _id(),
    _ref("person_id", "person.id"),
    _text("neighbourhood_id"),
    _text("script"),
    _text("step"),
    Column("question", Integer, nullable=False),
    _text("chat"),
    _text("data"),
    _at("started_at"),
    _at("spoken_at"),
    UniqueConstraint("person_id", "neighbourhood_id"),
)

# --- alerts --------------------------------------------------------------------------------
# state: waiting (for the gate) | open | closed | no_news | rectified ; urgency: urgent | cold | unsure
alert = Table(
    "alert",
    metadata,
    _id(),
    _ref("neighbourhood_id", "neighbourhood.id"),
    _text("number"),
    Column("sequence", Integer, nullable=False),
    _text("state"),
    _text("urgency"),
    _ref("reporter_id", "membership.id"),
    _at("opened_at"),
    _at("relayed_at", nullable=True),
    _at("closed_at", nullable=True),
    _at("spoken_at"),
    _at("edited_at", nullable=True),
    Column("relayed", Boolean, nullable=False, server_default="0"),
    Column("version", Integer, nullable=False, server_default="1"),
    _text("facts"),
    UniqueConstraint("neighbourhood_id", "number"),
    Index("ix_alert_neighbourhood_id_state", "neighbourhood_id", "state"),
)
case_number = Table(
    "case_number",
    metadata,
    _text("neighbourhood_id"),
    _text("series"),
    Column("last", Integer, nullable=False),
    PrimaryKeyConstraint("neighbourhood_id", "series"),
)
# Every chat that shows the card, so that it can be edited there.
card_copy = Table(
    "card_copy",
    metadata,
    _ref("alert_id", "alert.id"),
    _text("chat"),
    _ref("outbox_id", "outbox.id"),
    _ref("membership_id", "membership.id", nullable=True),
    _text("lang"),
    PrimaryKeyConstraint("alert_id", "chat"),
)
# Messages of people that belong to an alert or a draft, so that an edit finds its entry.
heard = Table(
    "heard",
    metadata,
    _text("chat"),
    _text("message_id"),
    _ref("membership_id", "membership.id", nullable=True),
    _ref("alert_id", "alert.id", nullable=True),
    _text("digest"),
    _at("at"),
    PrimaryKeyConstraint("chat", "message_id"),
    _only_where("ix_heard_membership_id", "membership_id", "alert_id IS NULL"),
    sqlite_with_rowid=False,
)

# --- journal -------------------------------------------------------------------------------
journal_entry = Table(
    "journal_entry",
    metadata,
    _text("chain"),
    Column("n", Integer, nullable=False),
    _text("ts"),
    _text("kind"),
    _text("case_number", nullable=True),
    _text("fields"),
    Column("body", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    PrimaryKeyConstraint("chain", "n"),
    Index("ix_journal_entry_chain_case_number", "chain", "case_number", "n"),
)
# state: wanted | stored | missing
media = Table(
    "media",
    metadata,
    _id(),
    _text("neighbourhood_id"),
    _ref("alert_id", "alert.id", nullable=True),
    _ref("membership_id", "membership.id", nullable=True),
    Column("dialogue_id", Integer, nullable=True),
    _text("source"),
    _text("native_id"),
    _text("ref"),
    _text("state"),
    _text("sha256", nullable=True),
    Column("size", Integer, nullable=True),
    _text("mime", nullable=True),
    _text("reason", default=""),
    _at("asked_at"),
    _at("next_try_at", nullable=True),
    Column("tries", Integer, nullable=False, server_default="0"),
    _at("stored_at", nullable=True),
    Column("journal_n", Integer, nullable=True),
    UniqueConstraint("source", "native_id", "neighbourhood_id"),
    Index("ix_media_state", "state"),
    Index("ix_media_alert_id", "alert_id"),
    Index("ix_media_dialogue_id", "dialogue_id"),
    Index("ix_media_sha256", "sha256"),
)

# --- delivery ------------------------------------------------------------------------------
# kind: send | edit | delete ; state: waiting | sending | sent | parked | dropped (not needed any more)
outbox = Table(
    "outbox",
    metadata,
    _id(),
    _text("cause"),
    _text("chat"),
    _text("kind"),
    Column("priority", Integer, nullable=False),
    _text("body"),
    _text("purpose"),
    Column("target_id", Integer, nullable=True),
    Column("reply_to_id", Integer, nullable=True),
    Column("alert_id", Integer, nullable=True),
    Column("membership_id", Integer, nullable=True),
    Column("must_answer", Boolean, nullable=False, server_default="0"),
    _text("state"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("unknowns", Integer, nullable=False, server_default="0"),
    Column("reached", Boolean, nullable=True),
    _text("reason", default=""),
    _at("created_at"),
    _at("not_before"),
    _at("done_at", nullable=True),
    UniqueConstraint("cause", "chat"),
    # Most rows are sent: what is still open stays a small index, whatever the table's size.
    _only_where(
        "ix_outbox_state", "state", "state = 'waiting' OR state = 'sending' OR state = 'parked'"
    ),
    _only_where("ix_outbox_target_id", "target_id", "target_id IS NOT NULL"),
    _only_where("ix_outbox_alert_id_purpose", "alert_id", "alert_id IS NOT NULL", "purpose"),
)
sent_part = Table(
    "sent_part",
    metadata,
    _ref("outbox_id", "outbox.id"),
    Column("part", Integer, nullable=False),
    _text("chat"),
    _text("native_id"),
    PrimaryKeyConstraint("outbox_id", "part"),
    Index("ix_sent_part_chat_native_id", "chat", "native_id"),
    sqlite_with_rowid=False,
)

# --- police --------------------------------------------------------------------------------
mail_line = Table(
    "mail_line",
    metadata,
    _text("id"),
    _ref("neighbourhood_id", "neighbourhood.id"),
    _text("address"),
    _at("opened_at"),
    _at("ended_at", nullable=True),
    _text("predecessor", nullable=True),
    PrimaryKeyConstraint("id"),
)
# state: cut | waiting_media | rendered | accepted | refused | parked ; one row a mail (part 1: one part)
digest = Table(
    "digest",
    metadata,
    _text("line_id"),
    Column("number", Integer, nullable=False),
    Column("after_n", Integer, nullable=False),
    Column("upto_n", Integer, nullable=False),
    _at("since"),
    _at("until"),
    _text("cause"),
    _text("boundaries", default="[]"),
    _text("state"),
    _text("message_id"),
    _text("file", default=""),
    _text("sha256", default=""),
    _text("head"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    _at("next_try_at"),
    _text("reason", default=""),
    _at("cut_at"),
    _at("accepted_at", nullable=True),
    _text("summary", default="{}"),
    PrimaryKeyConstraint("line_id", "number"),
)

# --- operations ----------------------------------------------------------------------------
# What a command beside `run`, or a chat command with a long result, asks the running process.
request = Table(
    "request",
    metadata,
    _id(),
    _text("kind"),
    _text("args"),
    _text("state"),
    _text("progress", default=""),
    _text("outcome", default=""),
    _at("created_at"),
    _at("done_at", nullable=True),
)

"""All tables, with who writes them. Times are whole milliseconds since 1970, UTC; JSON is text.

Each table is written by one room (named above it); other rooms ask that room.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
)

from bot.store.columns import metadata, moment, number, only_where, ref, words

# --- adapters' own storage (written through bot/operations) ---------------------------------
adapter_storage = Table(
    "adapter_storage",
    metadata,
    words("adapter"),
    words("key"),
    words("value"),
    PrimaryKeyConstraint("adapter", "key"),
    sqlite_with_rowid=False,
)

# --- intake --------------------------------------------------------------------------------
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

# --- neighbourhood -------------------------------------------------------------------------
neighbourhood = Table(
    "neighbourhood",
    metadata,
    words("id", key=True),
    words("name"),
    words("invite_code"),
    moment("created_at"),
    words("settings", default="{}"),
    Column("next_pseudonym", Integer, nullable=False, server_default="1"),
    Column("paused", Boolean, nullable=False, server_default="0"),
    UniqueConstraint("invite_code"),
)
person = Table(
    "person",
    metadata,
    number(),
    words("name", default=""),
    words("language", nullable=True),
    moment("created_at"),
)
# One account on one messenger. `direct` is the chat where the bot can write to it, if any.
identity = Table(
    "identity",
    metadata,
    words("address", key=True),
    ref("person_id", "person.id"),
    words("canonical"),
    words("direct", nullable=True),
    moment("lost_at", nullable=True),
    moment("created_at"),
    Index("ix_identity_canonical", "canonical"),
    Index("ix_identity_person_id", "person_id"),
    only_where("ix_identity_direct", "direct", "direct IS NOT NULL"),
    sqlite_with_rowid=False,
)
# state: asking | pending | active | paused | left | refused | removed
membership = Table(
    "membership",
    metadata,
    number(),
    ref("neighbourhood_id", "neighbourhood.id"),
    ref("person_id", "person.id"),
    words("role"),
    words("state"),
    Column("pseudonym", Integer, nullable=True),
    words("street", default=""),
    words("rules_version", default=""),
    moment("asked_at"),
    moment("decided_at", nullable=True),
    ref("decided_by", "membership.id", nullable=True),
    moment("paused_until", nullable=True),
    UniqueConstraint("neighbourhood_id", "person_id"),
    Index("ix_membership_person_id", "person_id"),
)
# A native group that belongs to a neighbourhood.
native_group = Table(
    "native_group",
    metadata,
    words("address", key=True),
    ref("neighbourhood_id", "neighbourhood.id"),
    moment("linked_at"),
    words("linked_by", default=""),
    Index("ix_native_group_neighbourhood_id", "neighbourhood_id"),
)
# Who is known to be in a native group; no row means unknown, which counts as outside.
presence = Table(
    "presence",
    metadata,
    words("native_group"),
    words("address"),
    Column("present", Boolean, nullable=False),
    moment("seen_at"),
    PrimaryKeyConstraint("native_group", "address"),
    Index("ix_presence_address", "address"),
    sqlite_with_rowid=False,
)
# One-time codes: kind is beheer | koppel.
code = Table(
    "code",
    metadata,
    words("code", key=True),
    words("kind"),
    ref("neighbourhood_id", "neighbourhood.id", nullable=True),
    ref("person_id", "person.id", nullable=True),
    moment("created_at"),
    moment("used_at", nullable=True),
)

# --- dialogue ------------------------------------------------------------------------------
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

# --- alerts --------------------------------------------------------------------------------
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

# --- journal -------------------------------------------------------------------------------
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

# --- delivery ------------------------------------------------------------------------------
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

# --- police --------------------------------------------------------------------------------
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

# --- operations ----------------------------------------------------------------------------
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

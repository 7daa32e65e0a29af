"""The neighbourhoods' tables: who lives there, how they are reached, and their native groups."""

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

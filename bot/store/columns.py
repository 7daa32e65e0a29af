"""What the tables' columns are made of: the same few kinds everywhere."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, MetaData, Text
from sqlalchemy import text as condition_text

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def number() -> Column[int]:
    return Column("id", Integer, primary_key=True)


def moment(name: str, *, nullable: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=nullable)  # milliseconds: more than 32 bits


def words(
    name: str, *, key: bool = False, nullable: bool = False, default: str | None = None
) -> Column[str]:
    return Column(name, Text, primary_key=key, nullable=nullable, server_default=default)


def ref(name: str, target: str, *, nullable: bool = False) -> Column[Any]:
    kind = Text if target == "neighbourhood.id" else Integer
    return Column(name, kind, ForeignKey(target), nullable=nullable)


def only_where(name: str, first: str, condition: str, *more: str) -> Index:
    """An index of the rows that are looked for, leaving out the many that never are.

    PostgreSQL's own `postgresql_where` stands in the migrations: named here, it would load that
    dialect at every start.
    """
    return Index(name, first, *more, sqlite_where=condition_text(condition))

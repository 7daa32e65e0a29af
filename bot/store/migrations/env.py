"""Alembic's entry: on the connection it is given, or on an empty database for `revision`."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection, create_engine

from bot.store import schema


def run(connection: Connection) -> None:
    """Run the steps on this connection, inside the caller's transaction."""
    context.configure(
        connection=connection,
        target_metadata=schema.metadata,
        render_as_batch=True,
        transactional_ddl=False,
    )
    context.run_migrations()


given = context.config.attributes.get("connection")
if given is None:
    url = context.config.get_main_option("sqlalchemy.url") or "sqlite://"
    with create_engine(url).connect() as opened:
        run(opened)
        opened.commit()
else:
    run(given)

"""How the tables came to be, step by step, with Alembic.

A new step: change `bot/store/schema/`, then `alembic -c bot/store/migrations/alembic.ini
revision --autogenerate -m "what and why"`, read what it wrote, and set `HEAD`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

if TYPE_CHECKING:
    from sqlalchemy import Engine

HEAD = "0001"


def migrate(engine: Engine) -> None:
    """Run the steps that are missing, all in one transaction.

    Alembic is loaded only when there is something to do: a start should be quick.
    """
    if current(engine) == HEAD:
        return
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.exec_driver_sql("COMMIT")


def current(engine: Engine) -> str | None:
    """The step at which this database stands; None before the first."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return found

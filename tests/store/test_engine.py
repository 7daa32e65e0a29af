"""Opening, reading, locking and migrating a store."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import func, select, text

from bot.errors import ConfigurationError, StoreBusy
from bot.store import migrations
from bot.store import schema as s
from bot.store.engine import Store, open_store
from bot.store.sqlite import open_engine
from bot.store.statement import Statement, add

if TYPE_CHECKING:
    from bot.clock import SettableClock
    from bot.store.tx import Tx

_PUT = add(s.adapter_storage, "adapter", "key", "value")
_COUNT = Statement(select(func.count()).select_from(s.adapter_storage))
_PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_every_commit_is_synced_and_keys_are_checked(store: Store) -> None:
    """The writer's connection runs WAL with full durability and foreign keys."""

    def look(tx: Tx) -> dict[str, object]:
        return {name: tx.value(Statement(text(f"PRAGMA {name}"))) for name in _PRAGMAS}

    assert store.writer.call(look) == _PRAGMAS


def test_a_reader_cannot_write(store: Store) -> None:
    """Reading has a connection of its own that refuses every change."""
    with store.reading() as reader, pytest.raises(sqlite3.OperationalError, match="readonly"):
        reader._execute(_PUT, {"adapter": "a", "key": "k", "value": "v"})


def test_a_reader_sees_one_moment(store: Store) -> None:
    """What is written meanwhile appears to the next reader, not halfway through this one."""
    with store.reading() as reader:
        assert reader.value(_COUNT) == 0
        store.writer.call(lambda tx: tx.run(_PUT, adapter="a", key="k", value="v"))
        assert reader.value(_COUNT) == 0
    with store.reading() as reader:
        assert reader.value(_COUNT) == 1


def test_reading_after_a_crash_needs_no_writer(tmp_path: Path, clock: SettableClock) -> None:
    """A command that only reads finds what a process that ended left behind."""
    first = open_store("sqlite", tmp_path, clock)
    first.migrate()
    first.writer.call(lambda tx: tx.run(_PUT, adapter="a", key="k", value="v"))
    first.close()
    second = open_store("sqlite", tmp_path, clock)
    with second.reading() as reader:
        assert reader.value(_COUNT) == 1
    second.close()


def test_a_second_process_is_told_which_folder_is_taken(store: Store, clock: SettableClock) -> None:
    """The lock is held by one; the other's message names the data directory."""
    store.lock()
    store.lock()
    other = open_store("sqlite", store.data_dir, clock)
    with pytest.raises(StoreBusy, match=re.escape(str(store.data_dir))):
        other.lock()
    store.close()
    other.lock()
    other.close()


def test_another_process_may_write_beside_it(store: Store, clock: SettableClock) -> None:
    """A command hands in a stored request while `run` holds the lock."""
    store.lock()
    beside = open_store("sqlite", store.data_dir, clock)
    assert beside.writer.call(lambda tx: tx.run(_PUT, adapter="b", key="k", value="v")) == 1
    beside.close()
    with store.reading() as reader:
        assert reader.value(_COUNT) == 1


def test_postgresql_is_refused_clearly(tmp_path: Path, clock: SettableClock) -> None:
    """The refusal names the key and what would be right, and keeps the password to itself."""
    with pytest.raises(ConfigurationError, match="database: sqlite") as refused:
        open_store("postgresql://saar:secret@host/db", tmp_path, clock)
    assert "secret" not in str(refused.value)


def test_the_data_directory_is_private(store: Store) -> None:
    """Names and addresses lie in it: nobody else on the machine may look."""
    assert store.data_dir.stat().st_mode & 0o077 == 0


def _form(engine_file: Path) -> set[tuple[str, ...]]:
    connection = sqlite3.connect(engine_file)
    rows = connection.execute(
        "SELECT sql FROM sqlite_master WHERE sql NOT NULL AND name != 'alembic_version'"
    ).fetchall()
    connection.close()
    return {_parts(row[0]) for row in rows}


def _parts(sql: str) -> tuple[str, ...]:
    """Columns and constraints, in any order."""
    flat = re.sub(r"\s+", " ", sql).replace(") WITHOUT", ", WITHOUT")
    return tuple(sorted(part.rstrip(") ") for part in flat.split(", ")))


def test_the_migrations_make_what_the_schema_says(store: Store, tmp_path: Path) -> None:
    """Tables, columns, keys and indexes come out the same both ways."""
    direct = open_engine(tmp_path / "direct.db")
    s.metadata.create_all(direct)
    assert _form(store.file) == _form(tmp_path / "direct.db")


def test_head_names_the_last_step() -> None:
    """A start that needs no step is recognised without loading Alembic."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    assert ScriptDirectory.from_config(config).get_current_head() == migrations.HEAD


def test_migrating_twice_is_nothing_new(store: Store) -> None:
    """The second time finds everything in place."""
    store.migrate()
    assert migrations.current(store._engine) == migrations.HEAD

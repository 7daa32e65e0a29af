"""A real store in a folder of its own, and a clock that the test turns."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from bot.clock import SettableClock
from bot.store.engine import Store, open_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(datetime(2026, 11, 12, 22, 14, 3, 123000, tzinfo=UTC))


@pytest.fixture
def store(tmp_path: Path, clock: SettableClock) -> Iterator[Store]:
    store = open_store("sqlite", tmp_path / "var", clock)
    store.migrate()
    yield store
    store.close()

"""pytest's fixtures of the test kit: `pytest_plugins = ["bot.testkit.plugin"]` in a conftest."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.clock import SettableClock
from bot.testkit.memory import MemoryWorld

# Before anything imports the suite, so that its asserts explain themselves.
pytest.register_assert_rewrite("bot.testkit.contract", "bot.testkit.peer")


@pytest.fixture
def clock() -> SettableClock:
    """A clock that stands still on a Saturday night, 23:14 in Belgium, until it is turned."""
    return SettableClock(datetime(2026, 11, 14, 22, 14, tzinfo=UTC))


@pytest.fixture
def world(clock: SettableClock) -> MemoryWorld:
    """Messengers in memory under that clock."""
    return MemoryWorld(clock=clock)

"""A real store in a folder of its own, and a clock that the test turns."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.clock import SettableClock


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(datetime(2026, 11, 12, 22, 14, 3, 123000, tzinfo=UTC))

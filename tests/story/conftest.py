"""The village, for the stories."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.story.village import village

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.clock import SettableClock
    from tests.story.village import Village


@pytest.fixture
async def munster(tmp_path: Path, clock: SettableClock) -> AsyncIterator[Village]:
    """Munsterbilzen with its two coordinators, and nobody else yet."""
    async with village(tmp_path, clock) as found:
        yield found


@pytest.fixture
async def street(munster: Village) -> Village:
    """The same with four neighbours and two native groups."""
    return await munster.with_neighbours()

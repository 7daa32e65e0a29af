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


@pytest.fixture
async def both(tmp_path: Path, clock: SettableClock) -> AsyncIterator[Village]:
    """Wim lives in Munsterbilzen and works in Beverst, where Bea lives. Els coordinates both."""
    async with village(tmp_path, clock, two_places=True) as munster:
        street = await munster.with_neighbours()
        wim, bea = street.telegram.person("Wim", id="wim"), street.telegram.person("Bea", id="bea")
        await street.lives_here(wim, "Wim Nijs")
        await street.lives_here(wim, "Wim Nijs", "beverst")
        await street.lives_here(bea, "Bea Smet", "beverst")
        yield street

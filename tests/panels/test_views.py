"""The look after each commit, and its end."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from bot.panels.views import Views

if TYPE_CHECKING:
    from tests.story.village import Village


@pytest.mark.parametrize("turns", range(4))
async def test_stirred_and_told_to_end_in_one_moment_it_ends(street: Village, turns: int) -> None:
    """SIGTERM comes just when something was committed: the end wins, whichever is seen first."""
    views = Views(street.store, street.house.around)
    task = asyncio.create_task(views.run())
    await asyncio.sleep(0.1)  # until it waits
    views._stirred.set()
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()
    done, _ = await asyncio.wait([task], timeout=10)
    task.cancel()
    assert done
    assert task.cancelled()

"""The village with somebody looking at pages: what stands around their conversations."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from bot.panels.views import Views
from bot.testkit.peer import eventually
from tests.story.village import village

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from bot.clock import SettableClock
    from bot.messaging import Panels
    from bot.testkit.memory import Person
    from tests.story.village import Village


class Page:
    """Somebody looks at a chat: every state of its panels, the newest last."""

    def __init__(self, views: Views, person: Person) -> None:
        self.seen: list[Panels] = []
        self._watch = asyncio.create_task(self._look(views, person))

    async def _look(self, views: Views, person: Person) -> None:
        async for panels in views.panels(person.address):
            self.seen.append(panels)

    @property
    def now(self) -> Panels:
        return self.seen[-1]

    async def shows(self, right: Callable[[Panels], object], what: str) -> Panels:
        """Return when the newest panels are right."""
        await eventually(lambda: bool(self.seen) and bool(right(self.now)), what=what)
        return self.now

    async def closes(self) -> None:
        self._watch.cancel()
        with suppress(asyncio.CancelledError):
            await self._watch


class Watchers:
    """Pages over one village."""

    def __init__(self, street: Village) -> None:
        self.street = street
        self.views = Views(street.store, street.house.around)
        self.pages: list[Page] = []

    def opens(self, person: Person) -> Page:
        page = Page(self.views, person)
        self.pages.append(page)
        return page


@pytest.fixture
async def street(tmp_path: Path, clock: SettableClock) -> AsyncIterator[Village]:
    """With neighbours; Carla has the web page, Els and Gert are coordinators."""
    async with village(tmp_path, clock) as found:
        yield await found.with_neighbours()


@pytest.fixture
async def watchers(street: Village) -> AsyncIterator[Watchers]:
    found = Watchers(street)
    running = asyncio.create_task(found.views.run())
    yield found
    for page in found.pages:
        await page.closes()
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running

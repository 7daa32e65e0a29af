"""A real store, a real mail server on loopback, and a clock that the test turns."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.clock import SettableClock
from bot.store.engine import Store, open_store
from tests.police.postoffice import Authority, PostOffice, authority
from tests.police.story import Story, local


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(local(12, 6, 31))


@pytest.fixture
def store(tmp_path: Path, clock: SettableClock) -> Iterator[Store]:
    store = open_store("sqlite", tmp_path / "var", clock)
    store.migrate()
    yield store
    store.close()


@pytest.fixture
def story(store: Store, clock: SettableClock) -> Story:
    return Story(store, clock)


@pytest.fixture(scope="session")
def ca(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture
async def office(tmp_path: Path, ca: Authority) -> AsyncIterator[PostOffice]:
    office = PostOffice(tmp_path / "mailbox", tls=ca.server())
    async with office:
        yield office

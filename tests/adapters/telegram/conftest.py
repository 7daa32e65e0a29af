"""A loopback Telegram for each test, which must end without a request it should have refused."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.testkit.storage import MemoryStorage
from tests.adapters.telegram.botapi import BotApiServer
from tests.adapters.telegram.peer import Watched, adapter
from tests.adapters.telegram.people import User
from tests.adapters.telegram.world import Group


@pytest.fixture
def server() -> Iterator[BotApiServer]:
    with BotApiServer() as server:
        yield server
    assert server.violations == []


@pytest.fixture
def storage() -> MemoryStorage:
    return MemoryStorage()


@pytest.fixture
async def telegram(
    server: BotApiServer, storage: MemoryStorage, tmp_path: Path
) -> AsyncIterator[Watched]:
    telegram = adapter(server, tmp_path, storage)
    yield telegram
    await telegram.close()


@pytest.fixture
def els(server: BotApiServer) -> User:
    els = server.user("Els")
    els.has_started = True
    return els


@pytest.fixture
def straat(server: BotApiServer) -> Group:
    return server.group("Rozenstraat")

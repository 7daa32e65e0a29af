"""A loopback signal-cli-rest-api, and the adapter before it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from adapters.signal.adapter import SignalAdapter
from bot.testkit.storage import MemoryStorage
from tests.adapters.signal.building import build
from tests.adapters.signal.people import Group, Person
from tests.adapters.signal.restapi import SignalServer


@pytest.fixture
def server() -> Iterator[SignalServer]:
    """A server with nobody on it yet; no test may send what the description doesn't allow."""
    with SignalServer() as server:
        yield server
    assert server.violations == []
    assert server.errors == []


@pytest.fixture
def storage() -> MemoryStorage:
    return MemoryStorage()


@pytest.fixture
async def adapter(
    server: SignalServer, storage: MemoryStorage, tmp_path: Path
) -> AsyncIterator[SignalAdapter]:
    adapter = build(server, tmp_path, storage=storage)
    yield adapter
    await adapter.close()


@pytest.fixture
def ann(server: SignalServer) -> Person:
    return server.person("Ann", "+32470000002")


@pytest.fixture
def street(server: SignalServer, ann: Person) -> Group:
    return server.group("Rozenstraat", ann, server.person("Bert", "+32470000003", hidden=True))

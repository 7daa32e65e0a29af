"""Signal keeps the contract of all adapters."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.testkit.contract import AdapterContract
from tests.adapters.signal.peer import SignalPeer
from tests.adapters.signal.restapi import SignalServer


class TestSignal(AdapterContract):
    @pytest.fixture
    async def peer(self, tmp_path: Path) -> AsyncIterator[SignalPeer]:
        with SignalServer() as server:
            peer = SignalPeer(server, tmp_path)
            yield peer
            await peer.adapter.close()
        assert server.violations == []
        assert server.errors == []

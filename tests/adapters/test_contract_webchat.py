"""The web chat keeps the contract, driven by the requests that its page makes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.testkit.contract import AdapterContract
from tests.adapters.webchat.peer import WebPeer


class TestWebChat(AdapterContract):
    @pytest.fixture
    async def peer(self, tmp_path: Path) -> AsyncIterator[WebPeer]:
        peer = WebPeer(tmp_path)
        await peer.starts()
        yield peer
        await peer.ends()

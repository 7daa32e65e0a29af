"""Telegram keeps the contract of all adapters."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.testkit.contract import AdapterContract
from tests.adapters.telegram.botapi import BotApiServer
from tests.adapters.telegram.peer import TelegramPeer


class TestTelegram(AdapterContract):
    @pytest.fixture
    async def peer(self, tmp_path: Path) -> AsyncIterator[TelegramPeer]:
        with BotApiServer() as server:
            peer = TelegramPeer(server, tmp_path)
            yield peer
            await peer.adapter.close()
        assert server.violations == []

"""The messenger in memory keeps the contract that it is used to test others by."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.messaging import Capabilities
from bot.testkit.contract import AdapterContract
from bot.testkit.memory import BUTTONS, NUMBERS, PAGE, MemoryWorld
from bot.testkit.peer import Ability
from tests.testkit.memory_peer import MemoryPeer

PROFILES = {"buttons": BUTTONS, "numbers": NUMBERS, "page": PAGE}


class TestMemory(AdapterContract):
    @pytest.fixture(params=list(PROFILES.values()), ids=list(PROFILES))
    def peer(
        self, request: pytest.FixtureRequest, world: MemoryWorld, tmp_path: Path
    ) -> MemoryPeer:
        profile: Capabilities = request.param
        peer = MemoryPeer(world, tmp_path, profile)
        if profile is NUMBERS:
            peer.cannot[Ability.PRESS] = "this profile has no buttons"
        for person in (peer.els, peer.jan):
            person.starts()
        return peer

"""Files: fetched when asked for, bounded, as the messenger has them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, cast

import pytest

from bot.errors import (
    TooLarge,
)
from bot.messaging import (
    MediaKind,
    MediaRef,
    MessageReceived,
)
from bot.testkit.contract.material import PHOTO, collect, needs
from bot.testkit.peer import Ability, Peer, receiving


class MediaContract:
    """Bytes come when asked for, bounded, as the messenger has them."""

    async def _photo(self, peer: Peer) -> MediaRef:
        needs(peer, Ability.PHOTO)
        async with receiving(peer.adapter) as sink:
            await peer.sends_photo(PHOTO, caption="achterdeur")
            event = await sink.event(peer.adapter, MessageReceived)
        assert isinstance(event, MessageReceived)
        assert event.text == "achterdeur"
        assert len(event.media) == 1
        return event.media[0]

    async def test_a_photo_is_fetched_as_it_is(self, peer: Peer) -> None:
        """With its caption as the message's text; every byte the same."""
        media = await self._photo(peer)
        assert media.kind is MediaKind.PHOTO
        assert media.source == peer.adapter.name
        assert await collect(peer, media, max_bytes=10_000_000) == PHOTO

    async def test_a_file_can_be_fetched_after_a_restart(self, peer: Peer) -> None:
        """`native` holds all that is needed, and survives being written as JSON."""
        media = await self._photo(peer)
        native = cast("dict[str, Any]", json.loads(json.dumps(media.native)))
        await peer.restart()
        assert await collect(peer, replace(media, native=native), max_bytes=10_000_000) == PHOTO

    async def test_fetching_is_bounded(self, peer: Peer) -> None:
        """Past `max_bytes` it stops, whatever size was claimed."""
        media = replace(await self._photo(peer), size=None)
        got = bytearray()

        async def fetch() -> None:
            async for chunk in peer.adapter.fetch(media, max_bytes=1000):
                got.extend(chunk)

        with pytest.raises(TooLarge):
            await fetch()
        assert len(got) <= 1000

    async def test_releasing_twice_is_no_error(self, peer: Peer) -> None:
        """A crash may come between releasing and noting it."""
        media = await self._photo(peer)
        await peer.adapter.release(media)
        await peer.adapter.release(media)

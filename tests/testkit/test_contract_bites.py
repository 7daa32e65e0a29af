"""The contract finds adapters that break it: each of these is wrong in one way."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bot.clock import SettableClock
from bot.errors import MessengerError, StoreError
from bot.messaging import (
    Address,
    Event,
    MediaRef,
    MessageEdited,
    MessageReceived,
    MessageRef,
    Outgoing,
    RawInbound,
    Receipt,
    Sink,
)
from bot.testkit.contract import AdapterContract
from bot.testkit.memory import BUTTONS, MemoryAdapter, MemoryWorld
from bot.testkit.peer import Peer
from bot.testkit.storage import context
from tests.testkit.memory_peer import MemoryPeer


class TellsTooEarly(MemoryAdapter):
    async def _hand_over(self, sink: Sink, raw: RawInbound, *, cursor: tuple[str, str]) -> None:
        self.messenger.acknowledge(int(raw.key))
        await super()._hand_over(sink, raw, cursor=cursor)


class GivesUpOnARefusal(MemoryAdapter):
    async def _hand_over(self, sink: Sink, raw: RawInbound, *, cursor: tuple[str, str]) -> None:
        try:
            await sink.accept(raw, cursor=cursor)
        except StoreError:
            return


class ForgetsWhatItRead(MemoryAdapter):
    def parse(self, raw: RawInbound) -> Sequence[Event]:
        now = self._clock.now()
        if isinstance(self._clock, SettableClock):
            self._clock.set(now.replace(year=now.year + 1))
        return [replace(event, received_at=now) for event in super().parse(raw)]


class NamesEditsAnew(MemoryAdapter):
    def parse(self, raw: RawInbound) -> Sequence[Event]:
        return [
            replace(event, message_id=raw.key) if isinstance(event, MessageEdited) else event
            for event in super().parse(raw)
        ]


class DropsTheUnknown(MemoryAdapter):
    def parse(self, raw: RawInbound) -> Sequence[Event]:
        return [event for event in super().parse(raw) if isinstance(event, MessageReceived)]


class EditsByWritingAgain(MemoryAdapter):
    async def edit(self, refs: Sequence[MessageRef], message: Outgoing, *, key: str) -> Receipt:
        return await self.send(refs[0].chat, message, key=key)


class CallsEverythingTemporary(MemoryAdapter):
    async def send(self, chat: Address, message: Outgoing, *, key: str) -> Receipt:
        try:
            return await super().send(chat, message, key=key)
        except MessengerError as error:
            raise MessengerError(message.text) from error


class FetchesWithoutEnd(MemoryAdapter):
    async def fetch(self, media: MediaRef, *, max_bytes: int) -> AsyncIterator[bytes]:
        async for chunk in super().fetch(media, max_bytes=max_bytes * 1_000_000):
            yield chunk


class ShowsTheStars(MemoryAdapter):
    async def send(self, chat: Address, message: Outgoing, *, key: str) -> Receipt:
        marked = replace(message, text=message.text.replace("**", "* *"))
        return await super().send(chat, marked, key=key)


SUITE = AdapterContract()
Promise = Callable[[Peer], Awaitable[None]]
BROKEN: list[tuple[type[MemoryAdapter], Promise]] = [
    (TellsTooEarly, SUITE.test_nothing_is_acknowledged_before_it_is_kept),
    (GivesUpOnARefusal, SUITE.test_what_is_refused_is_offered_again),
    (ForgetsWhatItRead, SUITE.test_parsing_is_pure),
    (NamesEditsAnew, SUITE.test_an_edit_names_the_original),
    (DropsTheUnknown, SUITE.test_the_unknown_is_kept_as_unknown),
    (EditsByWritingAgain, SUITE.test_an_edit_changes_the_same_message),
    (FetchesWithoutEnd, SUITE.test_fetching_is_bounded),
    (ShowsTheStars, SUITE.test_marks_are_not_shown),
    (CallsEverythingTemporary, SUITE.test_a_limit_says_how_long),
]


@pytest.mark.parametrize(("adapter", "promise"), BROKEN, ids=[kind.__name__ for kind, _ in BROKEN])
async def test_a_broken_adapter_is_found(
    adapter: type[MemoryAdapter],
    promise: Promise,
    world: MemoryWorld,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The promise that it breaks fails, and only a failed promise may fail it."""
    monkeypatch.setattr("bot.testkit.contract.receiving.PATIENCE", 0.5)
    peer = MemoryPeer(world, tmp_path, BUTTONS)
    for person in (peer.els, peer.jan):
        person.starts()
    await promise(peer)
    peer = MemoryPeer(MemoryWorld(clock=world.clock), tmp_path, BUTTONS)
    for person in (peer.els, peer.jan):
        person.starts()
    peer.adapter = adapter(context("memory", tmp_path, clock=world.clock), peer.messenger)
    with pytest.raises((AssertionError, MessengerError, pytest.fail.Exception)):
        await promise(peer)

"""Received first, then read; nothing that the messenger believes received is lost."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from bot.messaging import (
    ButtonPressed,
    ChatKind,
    Condition,
    ContentKind,
    MessageEdited,
    MessageReceived,
    Outgoing,
    RawInbound,
    Unknown,
)
from bot.testkit.contract.material import (
    PATIENCE,
    WIDE,
    ids_of,
    leaks,
    needs,
    question,
    texts_of,
)
from bot.testkit.peer import Ability, Peer, eventually, receiving


class ReceivingContract:
    """What is received is handed over first, then read."""

    async def test_a_text_becomes_one_message(self, peer: Peer) -> None:
        """Who wrote what, where and when: complete, and every time has its zone."""
        async with receiving(peer.adapter) as sink:
            native = await peer.says("er loopt iemand rond")
            event = await sink.event(peer.adapter, MessageReceived)
        assert isinstance(event, MessageReceived)
        assert event.text == "er loopt iemand rond"
        assert event.message_id == native
        assert event.source == peer.adapter.name
        assert event.chat == peer.person
        assert event.chat_kind is ChatKind.DIRECT
        assert event.sender is not None
        assert event.sender.address.messenger == peer.person.messenger
        assert event.sender.direct == peer.person
        assert event.occurred_at.tzinfo is not None
        assert event.received_at.tzinfo is not None

    async def test_a_text_keeps_every_character(self, peer: Peer) -> None:
        """Emoji, accents and right-to-left words arrive as they were typed."""
        async with receiving(peer.adapter) as sink:
            await peer.says(WIDE)
            event = await sink.event(peer.adapter, MessageReceived)
        assert isinstance(event, MessageReceived)
        assert event.text == WIDE

    async def test_a_typed_number_arrives_as_typed(self, peer: Peer) -> None:
        """Typing the number works everywhere, buttons or not."""
        async with receiving(peer.adapter) as sink:
            await peer.adapter.send(peer.person, question(), key="k1")
            await peer.says("1")
            event = await sink.event(peer.adapter, MessageReceived)
        assert isinstance(event, MessageReceived)
        assert event.text == "1"

    async def test_a_group_message_says_that_it_is_one(self, peer: Peer) -> None:
        """The chat is the group; the person is the sender."""
        needs(peer, Ability.GROUP)
        async with receiving(peer.adapter) as sink:
            await peer.says("hij rijdt weg", in_group=True)
            event = await sink.event(peer.adapter, MessageReceived)
        assert event.chat_kind is ChatKind.GROUP
        assert event.chat == peer.group
        assert event.sender is not None
        assert event.sender.address != peer.group

    async def test_the_same_person_is_the_same_address(self, peer: Peer) -> None:
        """In the group and in the direct chat, by the messenger's stable id."""
        needs(peer, Ability.GROUP)
        async with receiving(peer.adapter) as sink:
            await peer.says("hier", in_group=True)
            first = await sink.event(peer.adapter, MessageReceived)
            await peer.says("daar")
            second = await sink.event(peer.adapter, MessageReceived, nth=2)
        assert first.sender is not None
        assert second.sender is not None
        assert first.sender.address == second.sender.address

    async def test_a_reply_names_what_it_answers(self, peer: Peer) -> None:
        """By the native id that `send` returned."""
        needs(peer, Ability.REPLY)
        async with receiving(peer.adapter) as sink:
            receipt = await peer.adapter.send(peer.person, Outgoing(text="MELDING"), key="k1")
            await peer.says("gezien", reply_to=receipt.parts[0])
            event = await sink.event(peer.adapter, MessageReceived)
        assert isinstance(event, MessageReceived)
        assert event.reply_to == receipt.parts[0]

    async def test_an_edit_names_the_original(self, peer: Peer) -> None:
        """However often it is edited."""
        needs(peer, Ability.EDIT_OWN)
        async with receiving(peer.adapter) as sink:
            native = await peer.says("rode auto")
            await peer.edits(native, "blauwe auto")
            await peer.edits(native, "groene auto")
            first = await sink.event(peer.adapter, MessageEdited)
            second = await sink.event(peer.adapter, MessageEdited, nth=2)
        assert isinstance(first, MessageEdited)
        assert isinstance(second, MessageEdited)
        assert (first.message_id, first.text) == (native, "blauwe auto")
        assert (second.message_id, second.text) == (native, "groene auto")
        assert first.event_id != second.event_id

    async def test_a_pressed_button_gives_its_token_back(self, peer: Peer) -> None:
        """So that an old button never answers a new question."""
        needs(peer, Ability.PRESS)
        async with receiving(peer.adapter) as sink:
            receipt = await peer.adapter.send(peer.person, question(), key="k1")
            await peer.presses(receipt.parts[-1], "Ik kan niet bellen")
            event = await sink.event(peer.adapter, ButtonPressed)
        assert isinstance(event, ButtonPressed)
        assert event.token == "q7:2"  # noqa: S105 (no password)
        assert event.message_id in receipt.parts
        assert event.chat == peer.person

    async def test_a_location_is_a_point(self, peer: Peer) -> None:
        """In WGS 84 degrees, whatever the messenger calls them."""
        needs(peer, Ability.LOCATION)
        async with receiving(peer.adapter) as sink:
            await peer.sends_location(50.8703, 5.5186)
            event = await sink.event(peer.adapter, MessageReceived)
        assert isinstance(event, MessageReceived)
        assert event.location is not None
        assert event.location.latitude == pytest.approx(50.8703, abs=1e-5)
        assert event.location.longitude == pytest.approx(5.5186, abs=1e-5)

    async def test_a_sticker_says_that_it_is_one(self, peer: Peer) -> None:
        """It has no words; the core answers kindly rather than with silence."""
        needs(peer, Ability.STICKER)
        async with receiving(peer.adapter) as sink:
            await peer.sends_sticker()
            event = await sink.event(peer.adapter, MessageReceived)
        assert isinstance(event, MessageReceived)
        assert event.content is ContentKind.STICKER

    async def test_own_messages_do_not_come_back(self, peer: Peer) -> None:
        """What the bot sends is not received again, or is marked as its own."""
        async with receiving(peer.adapter) as sink:
            await peer.adapter.send(peer.person, Outgoing(text="hallo"), key="k1")
            await peer.says("dag")
            await sink.event(peer.adapter, MessageReceived)
            events = [event for raw in sink.accepted for event in peer.adapter.parse(raw)]
        texts = [e.text for e in events if isinstance(e, MessageReceived) and not e.is_self]
        assert texts == ["dag"]


class HandingOverContract:
    """Nothing that the messenger believes received is lost."""

    async def test_nothing_is_acknowledged_before_it_is_kept(self, peer: Peer) -> None:
        """While `accept` has not returned the messenger still holds the message."""
        async with receiving(peer.adapter) as sink:
            sink.hold()
            speaking = asyncio.create_task(peer.says("meld"))
            await eventually(lambda: bool(sink.offered), what="the message is offered")
            assert peer.acknowledged() is not True
            assert not sink.accepted
            sink.go()
            await asyncio.wait_for(speaking, PATIENCE)
            await eventually(lambda: len(sink.accepted) == 1, what="the message is accepted")
            await eventually(lambda: peer.acknowledged() is not False, what="the messenger is told")

    async def test_what_is_refused_is_offered_again(self, peer: Peer) -> None:
        """A full disk is no reason to lose a message: it comes again until it is kept."""
        async with receiving(peer.adapter) as sink:
            sink.refuse(2)
            speaking = asyncio.create_task(peer.says("meld"))
            await eventually(
                lambda: bool(sink.accepted), what="the message is accepted", within=PATIENCE
            )
            await asyncio.wait_for(speaking, PATIENCE)
        texts = texts_of(peer, sink.accepted)
        assert texts == ["meld"]
        assert len({raw.key for raw in sink.offered}) == 1

    async def test_the_same_thing_again_has_the_same_names(self, peer: Peer) -> None:
        """Same key, same event ids: the core drops it unread."""
        needs(peer, Ability.REDELIVER)
        async with receiving(peer.adapter) as sink:
            await peer.says("meld")
            await eventually(lambda: len(sink.accepted) >= 1, what="the message is accepted")
            await peer.redeliver()
            await eventually(lambda: len(sink.accepted) >= 2, what="it is accepted again")
        first, again = sink.accepted[:2]
        assert first.key == again.key
        assert ids_of(peer, first) == ids_of(peer, again)

    async def test_different_things_have_different_names(self, peer: Peer) -> None:
        """Two people who say the same in the same second are two events."""
        async with receiving(peer.adapter) as sink:
            for _ in range(3):
                await peer.says("ja")
            await sink.event(peer.adapter, MessageReceived, nth=3)
        assert len({raw.key for raw in sink.accepted}) == len(sink.accepted)
        ids = [ident for raw in sink.accepted for ident in ids_of(peer, raw)]
        assert len(set(ids)) == len(ids)

    async def test_messages_keep_their_order(self, peer: Peer) -> None:
        """As the messenger gave them."""
        said = [f"regel {n}" for n in range(10)]
        async with receiving(peer.adapter) as sink:
            for line in said:
                await peer.says(line)
            await sink.event(peer.adapter, MessageReceived, nth=len(said))
        assert texts_of(peer, sink.accepted) == said

    async def test_what_came_while_away_is_received(self, peer: Peer) -> None:
        """After a restart it goes on where it was: nothing left out."""
        needs(peer, Ability.KEEPS_WHILE_AWAY)
        async with receiving(peer.adapter) as sink:
            await peer.says("voor")
            await sink.event(peer.adapter, MessageReceived)
        await peer.restart()
        speaking = asyncio.create_task(peer.says("tijdens"))
        async with receiving(peer.adapter) as sink:
            await eventually(
                lambda: "tijdens" in texts_of(peer, sink.accepted),
                what="the later message is there",
            )
            await asyncio.wait_for(speaking, PATIENCE)

    async def test_trouble_is_a_state_not_an_exception(self, peer: Peer) -> None:
        """The connection breaks: `run` says so, tries again, and goes on."""
        needs(peer, Ability.DISCONNECT)
        async with receiving(peer.adapter) as sink:
            before = len(sink.states)
            await peer.goes_away()
            await eventually(
                lambda: any(
                    state.condition in {Condition.DISCONNECTED, Condition.DEGRADED}
                    for state in sink.states[before:]
                ),
                what="the adapter tells of its trouble",
                within=PATIENCE,
            )
            await peer.comes_back()
            await eventually(
                lambda: sink.condition is Condition.CONNECTED,
                what="the adapter is connected again",
                within=PATIENCE,
            )
            await peer.says("nog hier")
            await sink.event(peer.adapter, MessageReceived)
        assert not leaks(peer, " ".join(state.detail for state in sink.states))

    async def test_run_ends_when_cancelled(self, peer: Peer) -> None:
        """Promptly, and with nothing left behind that still receives."""
        async with receiving(peer.adapter) as sink:
            pass
        count = len(sink.offered)
        await asyncio.sleep(0)
        assert len(sink.offered) == count


class ParsingContract:
    """Reading is pure."""

    async def test_parsing_is_pure(self, peer: Peer) -> None:
        """The same raw gives equal events, now, again, and in a process that never received."""
        async with receiving(peer.adapter) as sink:
            await peer.says("meld")
            await sink.event(peer.adapter, MessageReceived)
        raws = list(sink.accepted)
        first = [list(peer.adapter.parse(raw)) for raw in raws]
        assert [list(peer.adapter.parse(raw)) for raw in raws] == first
        other = await peer.restart()
        assert [list(other.parse(raw)) for raw in raws] == first

    async def test_the_unknown_is_kept_as_unknown(self, peer: Peer) -> None:
        """What a later version of the messenger sends is set aside, never dropped or fatal."""
        events = peer.adapter.parse(peer.unknown())
        assert [type(event) for event in events] == [Unknown]

    @pytest.mark.parametrize("payload", ["", "geen json", "null", "[]", "{}", '{"a": {"b": [1]}}'])
    async def test_nonsense_raises_nothing(self, peer: Peer, payload: str) -> None:
        """A payload that makes no sense is unknown too."""
        raw = RawInbound(
            source=peer.adapter.name,
            key="nonsense",
            payload=payload,
            received_at=datetime(2026, 11, 14, 22, 14, tzinfo=UTC),
        )
        assert all(isinstance(event, Unknown) for event in peer.adapter.parse(raw))

"""What every adapter promises, as a suite that its author runs.

    class TestTelegram(AdapterContract):
        @pytest.fixture
        async def peer(self, tmp_path: Path) -> AsyncIterator[Peer]:
            ...

The fixture gives the adapter and the messenger on its other side (`bot.testkit.peer.Peer`). A test
whose ability the messenger lacks is left out with the peer's own reason; nothing else is optional.
Tests need pytest-asyncio in automatic mode.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from bot.errors import (
    MessengerError,
    NotAllowed,
    RateLimited,
    RecipientGone,
    Retryable,
    TooLarge,
    Uncertain,
)
from bot.messaging import (
    ButtonPressed,
    ChatKind,
    Choice,
    CommandMenu,
    Condition,
    ContentKind,
    Feature,
    File,
    Level,
    MediaKind,
    MediaRef,
    MessageEdited,
    MessageReceived,
    MessageRef,
    Outgoing,
    RawInbound,
    Unknown,
)
from bot.messaging.text import length
from bot.testkit.peer import Ability, Fault, Peer, eventually, receiving

if TYPE_CHECKING:
    from bot.messaging import Address

PATIENCE = 30.0
"""Seconds within which an adapter under test must give up on a request that hangs."""

# A picture's bytes needn't be a picture's; but servers that sniff want a beginning.
PHOTO = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(range(256)) * 40 + b"\xff\xd9"

WIDE = "Rozenstraat 12: 👩‍👧 ontsnapt, ça va? Ωμέγα \u202bשלום\u202c"


def needs(peer: Peer, ability: Ability | Fault) -> None:
    """Leave the test out when the messenger can't do this, saying why."""
    reason = peer.cannot.get(Ability(ability.value))
    if reason:
        pytest.skip(f"{peer.adapter.name} can't {ability.value}: {reason}")


def question(text: str = "Heb je 101 gebeld?") -> Outgoing:
    return Outgoing(
        text=text,
        choices=(
            Choice(number=1, label="Ik heb 101 gebeld", token="q7:1"),  # noqa: S106 (no password)
            Choice(number=2, label="Ik kan niet bellen", token="q7:2"),  # noqa: S106
        ),
    )


async def collect(peer: Peer, media: MediaRef, *, max_bytes: int) -> bytes:
    return b"".join([chunk async for chunk in peer.adapter.fetch(media, max_bytes=max_bytes)])


def refs(chat: Address, parts: tuple[str, ...]) -> list[MessageRef]:
    return [MessageRef(chat, part) for part in parts]


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
        texts = _texts(peer, sink.accepted)
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
        assert _ids(peer, first) == _ids(peer, again)

    async def test_different_things_have_different_names(self, peer: Peer) -> None:
        """Two people who say the same in the same second are two events."""
        async with receiving(peer.adapter) as sink:
            for _ in range(3):
                await peer.says("ja")
            await sink.event(peer.adapter, MessageReceived, nth=3)
        assert len({raw.key for raw in sink.accepted}) == len(sink.accepted)
        ids = [ident for raw in sink.accepted for ident in _ids(peer, raw)]
        assert len(set(ids)) == len(ids)

    async def test_messages_keep_their_order(self, peer: Peer) -> None:
        """As the messenger gave them."""
        said = [f"regel {n}" for n in range(10)]
        async with receiving(peer.adapter) as sink:
            for line in said:
                await peer.says(line)
            await sink.event(peer.adapter, MessageReceived, nth=len(said))
        assert _texts(peer, sink.accepted) == said

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
                lambda: "tijdens" in _texts(peer, sink.accepted), what="the later message is there"
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
        assert not _leaks(peer, " ".join(state.detail for state in sink.states))

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


class SendingContract:
    """What is sent is what is shown, and the answer names it."""

    async def test_a_message_is_shown_and_named(self, peer: Peer) -> None:
        """`parts` are the native ids of what the chat shows."""
        receipt = await peer.adapter.send(peer.person, Outgoing(text="Welkom"), key="k1")
        shown = peer.shown(peer.person)
        assert [seen.id for seen in shown] == list(receipt.parts)
        assert shown[-1].text.strip() == "Welkom"

    async def test_marks_are_not_shown(self, peer: Peer) -> None:
        """Bold is bold or plain; the stars themselves, and what looks like markup, are text."""
        text = "**MELDING** 3 < 5 & <b>_niet_ *vet*</b> [x](y)"
        await peer.adapter.send(peer.person, Outgoing(text=text), key="k1")
        assert peer.shown(peer.person)[-1].text == text.replace("**", "")

    async def test_choices_can_be_read(self, peer: Peer) -> None:
        """As buttons, or numbered in the text: nobody must guess what can be answered."""
        await peer.adapter.send(peer.person, question(), key="k1")
        shown = peer.shown(peer.person)[-1]
        for choice in question().choices:
            labelled = any(choice.label in button for button in shown.buttons)
            numbered = str(choice.number) in shown.text and choice.label in shown.text
            assert labelled or numbered
        can_press = peer.adapter.capabilities(peer.person).can(Feature.BUTTONS)
        assert bool(shown.buttons) == can_press

    async def test_a_long_text_is_split(self, peer: Peer) -> None:
        """Into parts that fit, in order, nothing lost, however it is counted."""
        limits = peer.adapter.capabilities(peer.person)
        words = [f"wóórd{n}😀" for n in range(limits.text_max // 5)]
        receipt = await peer.adapter.send(peer.person, Outgoing(text=" ".join(words)), key="k1")
        shown = peer.shown(peer.person)
        assert len(shown) > 1
        assert [seen.id for seen in shown] == list(receipt.parts)
        assert all(length(seen.text, limits.text_unit) <= limits.text_max for seen in shown)
        read = " ".join(seen.text for seen in shown).split()
        assert [word for word in read if word.startswith("wóórd")] == words

    async def test_choices_of_a_long_text_stand_at_its_end(self, peer: Peer) -> None:
        """Under the last part, where the thumb is."""
        limits = peer.adapter.capabilities(peer.person)
        long = replace(question(), text="lang " * limits.text_max)
        await peer.adapter.send(peer.person, long, key="k1")
        *before, last = peer.shown(peer.person)
        assert before
        assert not any(seen.buttons for seen in before)
        assert last.buttons or "Ik kan niet bellen" in last.text

    async def test_a_file_arrives_as_it_is(self, peer: Peer, tmp_path: Path) -> None:
        """With its text beside it."""
        if not peer.adapter.capabilities(peer.person).can(Feature.FILES):
            pytest.skip(f"{peer.adapter.name} sends no files")
        path = tmp_path / "rapport.pdf"
        path.write_bytes(b"%PDF-1.7\n" + bytes(range(256)))
        file = File(path=str(path), name="rapport.pdf", mime="application/pdf")
        receipt = await peer.adapter.send(
            peer.person, Outgoing(text="Het rapport", files=(file,)), key="k1"
        )
        shown = peer.shown(peer.person)
        assert [seen.id for seen in shown] == list(receipt.parts)
        assert [data for seen in shown for data in seen.files] == [path.read_bytes()]
        assert any("Het rapport" in seen.text for seen in shown)

    async def test_a_file_over_the_limit_is_refused(self, peer: Peer, tmp_path: Path) -> None:
        """Before it is sent: TooLarge, with nothing shown."""
        limits = peer.adapter.capabilities(peer.person)
        if not limits.can(Feature.FILES):
            pytest.skip(f"{peer.adapter.name} sends no files")
        path = tmp_path / "film.mp4"
        with path.open("wb") as film:
            film.truncate(limits.upload_max + 1)
        file = File(path=str(path), name="film.mp4", mime="video/mp4")
        with pytest.raises(TooLarge):
            await peer.adapter.send(peer.person, Outgoing(text="", files=(file,)), key="k1")
        assert peer.shown(peer.person) == []

    async def test_a_reply_points_at_what_it_answers(self, peer: Peer) -> None:
        """Where the messenger has replies."""
        if not peer.adapter.capabilities(peer.person).can(Feature.REPLY):
            pytest.skip(f"{peer.adapter.name} shows no replies")
        card = await peer.adapter.send(peer.person, Outgoing(text="MELDING"), key="k1")
        answered = MessageRef(peer.person, card.parts[0])
        await peer.adapter.send(peer.person, Outgoing(text="Gezien", reply_to=answered), key="k2")
        assert peer.shown(peer.person)[-1].reply_to == card.parts[0]

    async def test_a_group_reads_it_too(self, peer: Peer) -> None:
        """One message for the whole group."""
        needs(peer, Ability.GROUP)
        assert peer.group is not None
        receipt = await peer.adapter.send(peer.group, Outgoing(text="MELDING"), key="k1")
        assert [seen.id for seen in peer.shown(peer.group)] == list(receipt.parts)


class ChangingContract:
    """What was sent can be changed where the chat says so, and only there."""

    async def test_an_edit_changes_the_same_message(self, peer: Peer) -> None:
        """No second message, whatever it says now."""
        if not peer.adapter.capabilities(peer.person).can(Feature.EDIT):
            pytest.skip(f"{peer.adapter.name} edits nothing")
        receipt = await peer.adapter.send(peer.person, Outgoing(text="1 gezien"), key="k1")
        for text in ("2 gezien", "3 gezien"):
            changed = await peer.adapter.edit(
                refs(peer.person, receipt.parts), Outgoing(text=text), key=text
            )
            assert changed.parts == receipt.parts
        shown = peer.shown(peer.person)
        assert [(seen.id, seen.text) for seen in shown] == [(receipt.parts[0], "3 gezien")]

    async def test_editing_to_the_same_is_no_error(self, peer: Peer) -> None:
        """After a crash nobody knows whether the edit was made: it is made again."""
        if not peer.adapter.capabilities(peer.person).can(Feature.EDIT):
            pytest.skip(f"{peer.adapter.name} edits nothing")
        receipt = await peer.adapter.send(peer.person, Outgoing(text="MELDING"), key="k1")
        await peer.adapter.edit(
            refs(peer.person, receipt.parts), Outgoing(text="MELDING"), key="k2"
        )
        assert [seen.text for seen in peer.shown(peer.person)] == ["MELDING"]

    async def test_an_edit_takes_buttons_away(self, peer: Peer) -> None:
        """A question that is answered can no longer be pressed."""
        limits = peer.adapter.capabilities(peer.person)
        if not (limits.can(Feature.EDIT) and limits.can(Feature.BUTTONS)):
            pytest.skip(f"{peer.adapter.name} has no buttons that can be edited")
        receipt = await peer.adapter.send(peer.person, question(), key="k1")
        await peer.adapter.edit(
            refs(peer.person, receipt.parts), Outgoing(text="Beantwoord"), key="k2"
        )
        assert [seen.buttons for seen in peer.shown(peer.person)] == [()]

    async def test_a_shorter_edit_leaves_nothing_of_the_longer(self, peer: Peer) -> None:
        """All parts of ours change: no half of the old text stays."""
        limits = peer.adapter.capabilities(peer.person)
        if not limits.can(Feature.EDIT):
            pytest.skip(f"{peer.adapter.name} edits nothing")
        long = "oud " * limits.text_max
        receipt = await peer.adapter.send(peer.person, Outgoing(text=long), key="k1")
        await peer.adapter.edit(refs(peer.person, receipt.parts), Outgoing(text="nieuw"), key="k2")
        texts = [seen.text for seen in peer.shown(peer.person)]
        assert "nieuw" in texts
        assert not any("oud" in text for text in texts)

    async def test_a_deleted_message_is_gone(self, peer: Peer) -> None:
        """Every part of it."""
        if not peer.adapter.capabilities(peer.person).can(Feature.DELETE):
            pytest.skip(f"{peer.adapter.name} deletes nothing")
        receipt = await peer.adapter.send(peer.person, Outgoing(text="weg"), key="k1")
        await peer.adapter.delete(refs(peer.person, receipt.parts))
        assert peer.shown(peer.person) == []

    @pytest.mark.parametrize("feature", [Feature.EDIT, Feature.DELETE, Feature.REACT])
    async def test_what_a_chat_cannot_do_is_refused(self, peer: Peer, feature: Feature) -> None:
        """Never silently: what the capabilities deny raises MessengerError."""
        if peer.adapter.capabilities(peer.person).can(feature):
            return
        receipt = await peer.adapter.send(peer.person, Outgoing(text="MELDING"), key="k1")
        ours = refs(peer.person, receipt.parts)
        asked: dict[Feature, Callable[[], Awaitable[object]]] = {
            Feature.EDIT: lambda: peer.adapter.edit(ours, Outgoing(text="x"), key="k2"),
            Feature.DELETE: lambda: peer.adapter.delete(ours),
            Feature.REACT: lambda: peer.adapter.react(ours[0], "👍"),
        }
        with pytest.raises(MessengerError):
            await asked[feature]()


_OUTCOMES: list[tuple[Fault, tuple[type[MessengerError], ...]]] = [
    (Fault.RATE_LIMITED, (RateLimited,)),
    (Fault.SERVER_ERROR, (Retryable, Uncertain)),
    (Fault.DOWN, (Retryable,)),
    (Fault.GONE, (RecipientGone,)),
    (Fault.FORBIDDEN, (NotAllowed, RecipientGone)),
    (Fault.HANG, (Uncertain,)),
    (Fault.LOST_ANSWER, (Uncertain,)),
]


class FailingContract:
    """A send ends sent, not sent, or unknown, in the port's own words."""

    @pytest.mark.parametrize(("fault", "classes"), _OUTCOMES, ids=[f.value for f, _ in _OUTCOMES])
    async def test_a_failed_send_is_classified(
        self, peer: Peer, fault: Fault, classes: tuple[type[MessengerError], ...]
    ) -> None:
        """Within bounded time, without secrets or the text in the reason; then all is well again."""
        needs(peer, fault)
        peer.fail_next(fault, peer.person)
        with pytest.raises(MessengerError) as failed:
            await asyncio.wait_for(
                peer.adapter.send(peer.person, Outgoing(text="MELDING Kerkstraat"), key="k1"),
                PATIENCE,
            )
        assert isinstance(failed.value, classes)
        assert not _leaks(peer, str(failed.value))
        assert "Kerkstraat" not in str(failed.value)
        await peer.adapter.send(peer.person, Outgoing(text="weer goed"), key="k2")
        assert peer.shown(peer.person)[-1].text == "weer goed"

    async def test_a_limit_says_how_long(self, peer: Peer) -> None:
        """`after` is positive and `scope` is the chat or the account."""
        needs(peer, Fault.RATE_LIMITED)
        peer.fail_next(Fault.RATE_LIMITED, peer.person)
        with pytest.raises(RateLimited) as limited:
            await peer.adapter.send(peer.person, Outgoing(text="MELDING"), key="k1")
        assert limited.value.after > timedelta(0)
        assert limited.value.scope in {"chat", "account"}

    async def test_an_unanswered_edit_is_unknown(self, peer: Peer) -> None:
        """As with a send."""
        needs(peer, Fault.HANG)
        if not peer.adapter.capabilities(peer.person).can(Feature.EDIT):
            pytest.skip(f"{peer.adapter.name} edits nothing")
        receipt = await peer.adapter.send(peer.person, Outgoing(text="MELDING"), key="k1")
        peer.fail_next(Fault.HANG, peer.person)
        with pytest.raises(Uncertain):
            await asyncio.wait_for(
                peer.adapter.edit(
                    refs(peer.person, receipt.parts), Outgoing(text="GESLOTEN"), key="k2"
                ),
                PATIENCE,
            )

    async def test_one_hanging_chat_holds_up_no_other(self, peer: Peer) -> None:
        """The alert for everybody else goes out while one request hangs."""
        needs(peer, Fault.HANG)
        peer.fail_next(Fault.HANG, peer.person)
        stuck = asyncio.create_task(
            peer.adapter.send(peer.person, Outgoing(text="MELDING"), key="k1")
        )
        await asyncio.sleep(0)
        await peer.adapter.send(peer.other, Outgoing(text="MELDING"), key="k2")
        assert [seen.text for seen in peer.shown(peer.other)] == ["MELDING"]
        with pytest.raises(Uncertain):
            await asyncio.wait_for(stuck, PATIENCE)

    async def test_many_at_once_all_arrive(self, peer: Peer) -> None:
        """Twenty sends started together, each shown once."""
        sends = [
            peer.adapter.send(chat, Outgoing(text=f"nr {n}"), key=f"{chat}{n}")
            for n in range(10)
            for chat in (peer.person, peer.other)
        ]
        receipts = await asyncio.gather(*sends)
        assert len({part for receipt in receipts for part in receipt.parts}) >= 10
        for chat in (peer.person, peer.other):
            assert sorted(seen.text for seen in peer.shown(chat)) == sorted(
                f"nr {n}" for n in range(10)
            )


class DescribingContract:
    """What an adapter says of itself."""

    async def test_capabilities_hold_together(self, peer: Peer) -> None:
        """Equal each time, with limits that can be met."""
        chats = [chat for chat in (peer.person, peer.group) if chat is not None]
        for chat in chats:
            limits = peer.adapter.capabilities(chat)
            assert peer.adapter.capabilities(chat) == limits
            assert limits.text_max >= 200
            assert limits.upload_max > 0
            for rate in (limits.chat_rate, limits.account_rate):
                assert rate is None or (rate.count > 0 and rate.seconds > 0)
            assert all(isinstance(level, Level) for level in limits.support.values())

    async def test_every_promise_of_the_peer_is_a_capability(self, peer: Peer) -> None:
        """A messenger whose buttons can be pressed says so, and the other way round."""
        can_press = peer.adapter.capabilities(peer.person).can(Feature.BUTTONS)
        assert can_press == (Ability.PRESS not in peer.cannot)

    async def test_probing_a_healthy_messenger_finds_nothing_wrong(self, peer: Peer) -> None:
        """Every line of `saarbot check` is right, and none shows a secret."""
        findings = await peer.adapter.probe()
        assert findings
        assert [finding for finding in findings if not finding.ok] == []
        assert not _leaks(peer, " ".join(f"{f.subject} {f.detail} {f.cure}" for f in findings))

    async def test_probing_a_dead_messenger_names_a_cure(self, peer: Peer) -> None:
        """It raises nothing: what is wrong is a line, with what to do."""
        needs(peer, Ability.DISCONNECT)
        await peer.goes_away()
        try:
            findings = await asyncio.wait_for(peer.adapter.probe(), PATIENCE)
        finally:
            await peer.comes_back()
        wrong = [finding for finding in findings if not finding.ok]
        assert wrong
        assert all(finding.cure for finding in wrong)
        assert not _leaks(peer, " ".join(f"{f.subject} {f.detail} {f.cure}" for f in findings))

    async def test_membership_is_told_or_unknown(self, peer: Peer) -> None:
        """True, or None where the messenger can't tell; never a guess of False."""
        needs(peer, Ability.GROUP)
        assert peer.group is not None
        async with receiving(peer.adapter) as sink:
            await peer.says("hier", in_group=True)
            event = await sink.event(peer.adapter, MessageReceived)
        assert event.sender is not None
        known = await peer.adapter.is_member(peer.group, event.sender.address)
        lookup = peer.adapter.capabilities(peer.group).can(Feature.MEMBER_LOOKUP)
        assert known is (True if lookup else None)

    async def test_a_deep_link_carries_its_payload(self, peer: Peer) -> None:
        """Or there is none."""
        link = peer.adapter.deep_link("rozenstraat")
        assert link is None or "rozenstraat" in link

    async def test_commands_can_be_set_again(self, peer: Peer) -> None:
        """At every start; where there is no menu, nothing happens."""
        menus = [CommandMenu(audience="resident", entries={"nl": [("meld", "Meld iets")]})]
        await peer.adapter.set_commands(menus)
        await peer.adapter.set_commands(menus)

    async def test_closing_twice_is_no_error(self, peer: Peer) -> None:
        """Whoever shuts down in a hurry may ask twice."""
        await peer.adapter.close()
        await peer.adapter.close()


class AdapterContract(
    ReceivingContract,
    HandingOverContract,
    ParsingContract,
    MediaContract,
    SendingContract,
    ChangingContract,
    FailingContract,
    DescribingContract,
):
    """All that an adapter promises: subclass it, give the fixture `peer`."""


def _texts(peer: Peer, raws: list[RawInbound]) -> list[str]:
    events = [event for raw in raws for event in peer.adapter.parse(raw)]
    return [e.text for e in events if isinstance(e, MessageReceived) and not e.is_self]


def _ids(peer: Peer, raw: RawInbound) -> list[str]:
    return [event.event_id for event in peer.adapter.parse(raw)]


def _leaks(peer: Peer, text: str) -> list[str]:
    return [secret for secret in peer.secrets if secret and secret in text]

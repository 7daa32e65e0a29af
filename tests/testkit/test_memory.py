"""The world in memory: what people do arrives, what the bot does shows, faults come on demand."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import SettableClock
from bot.errors import ChatMoved, NotAllowed, Permanent, RecipientGone, Uncertain
from bot.messaging import (
    ButtonPressed,
    ChatMigrated,
    Choice,
    ContactLost,
    ContentKind,
    DeliveryStatus,
    Event,
    IdentityChanged,
    JoinRequested,
    MembershipChanged,
    MessageDeleted,
    MessageReceived,
    MessageRef,
    Outgoing,
    ReactionChanged,
    registry,
)
from bot.testkit.memory import (
    BUTTONS,
    NUMBERS,
    PAGE,
    Attachment,
    MemoryAdapter,
    MemoryFactory,
    MemoryWorld,
)
from bot.testkit.messenger import Messenger
from bot.testkit.peer import KeepingSink, receiving
from bot.testkit.storage import MemoryStorage, context

GATE = Outgoing(
    text="Heb je 101 gebeld?",
    choices=(
        Choice(number=1, label="Ik heb 101 gebeld", token="q:1"),
        Choice(number=2, label="Ik bel nu", token="q:2"),
        Choice(number=3, label="Ik bel niet", token="q:3"),
    ),
)


@pytest.fixture
def telegram(world: MemoryWorld) -> Messenger:
    return world.messenger("telegram", profile=BUTTONS)


@pytest.fixture
def signal(world: MemoryWorld) -> Messenger:
    return world.messenger("signal", profile=NUMBERS)


def adapter_of(messenger: Messenger, tmp_path: Path) -> MemoryAdapter:
    given = context(messenger.name, tmp_path, clock=messenger.clock)
    return MemoryFactory(messenger)(given)


async def events(adapter: MemoryAdapter) -> list[Event]:
    """What the adapter hands over, once it has handed over all there is."""
    async with receiving(adapter) as sink:
        await adapter.messenger.settled()
    return [event for raw in sink.accepted for event in adapter.parse(raw)]


async def test_everything_people_do_arrives(telegram: Messenger, tmp_path: Path) -> None:
    """Each deed becomes its event, in order, from whoever did it."""
    els = telegram.person("Els", aliases=("+32470000001",))
    street = telegram.group("Rozenstraat")
    said = els.says("meld")
    els.sends_odd(ContentKind.CONTACT)
    els.reacts("👍", on=els.chat[said])
    els.asks_to_join(street, invite="rozenstraat")
    els.joins(street)
    els.changes_safety_number()
    els.reads(els.chat[said])
    els.leaves(street)
    els.blocks()
    got = await events(adapter_of(telegram, tmp_path))
    assert [type(event) for event in got] == [
        MessageReceived,
        MessageReceived,
        ReactionChanged,
        JoinRequested,
        MembershipChanged,
        IdentityChanged,
        DeliveryStatus,
        MembershipChanged,
        ContactLost,
    ]
    assert {event.sender.address for event in got if event.sender} == {els.address}
    first = got[0].sender
    assert first is not None
    assert [alias.id for alias in first.aliases] == ["+32470000001"]


async def test_an_album_is_several_messages_with_one_key(
    telegram: Messenger, tmp_path: Path
) -> None:
    """With the caption at the first, as messengers do it."""
    els = telegram.person("Els")
    ids = els.sends(Attachment(data=b"a"), Attachment(data=b"b"), caption="achterdeur")
    got = [
        e for e in await events(adapter_of(telegram, tmp_path)) if isinstance(e, MessageReceived)
    ]
    assert [event.message_id for event in got] == ids
    assert [event.text for event in got] == ["achterdeur", ""]
    assert len({event.group_key for event in got}) == 1


async def test_a_choice_is_pressed_or_typed(
    telegram: Messenger, signal: Messenger, tmp_path: Path
) -> None:
    """By label, by a part of it, by number or by token; without buttons the number is typed."""
    for messenger in (telegram, signal):
        els = messenger.person("Els")
        els.starts()
        adapter = adapter_of(messenger, tmp_path)
        await adapter.send(els.address, GATE, key="k")
        for choice in ("bel nu", "Ik bel nu", 2, "q:2"):
            els.presses(choice)
        got = await events(adapter)
        if messenger is telegram:
            assert [e.token for e in got if isinstance(e, ButtonPressed)] == ["q:2"] * 4
        else:
            assert [e.text for e in got if isinstance(e, MessageReceived)] == ["2"] * 4


async def test_an_unclear_choice_is_an_error_of_the_script(
    telegram: Messenger, tmp_path: Path
) -> None:
    """It says what was offered."""
    els = telegram.person("Els")
    with pytest.raises(LookupError, match="asked nothing"):
        els.presses("Ja")
    els.starts()
    await adapter_of(telegram, tmp_path).send(els.address, GATE, key="k")
    with pytest.raises(LookupError, match="1 Ik heb 101 gebeld"):
        els.presses("Ik bel")


async def test_a_bot_may_not_write_first_where_nobody_started(
    telegram: Messenger, signal: Messenger, tmp_path: Path
) -> None:
    """Nor to somebody who blocks it; writing again lifts the block."""
    els, jan = telegram.person("Els"), signal.person("Jan")
    to_telegram = adapter_of(telegram, tmp_path)
    with pytest.raises(RecipientGone):
        await to_telegram.send(els.address, GATE, key="k")
    await adapter_of(signal, tmp_path).send(jan.address, GATE, key="k")
    els.says("/start")
    await to_telegram.send(els.address, GATE, key="k")
    els.blocks()
    with pytest.raises(RecipientGone):
        await to_telegram.send(els.address, GATE, key="k2")


async def test_a_group_that_moves_says_so_both_ways(telegram: Messenger, tmp_path: Path) -> None:
    """By an event, and by an error to whoever still sends to the old address."""
    street = telegram.group("Rozenstraat")
    old = street.address
    adapter = adapter_of(telegram, tmp_path)
    new = street.moves()
    with pytest.raises(ChatMoved) as moved:
        await adapter.send(old, GATE, key="k")
    assert moved.value.to == new
    await adapter.send(new, GATE, key="k")
    assert street.texts == ["Heb je 101 gebeld?"]
    (event,) = await events(adapter)
    assert isinstance(event, ChatMigrated)
    assert (event.chat, event.to) == (old, new)


async def test_a_group_may_be_closed_to_the_bot(telegram: Messenger, tmp_path: Path) -> None:
    """Posting may be forbidden, the bot may be put out, single members may be missed."""
    street = telegram.group("Rozenstraat")
    adapter = adapter_of(telegram, tmp_path)
    street.unreached["+32470"] = "untrusted"
    receipt = await adapter.send(street.address, GATE, key="k")
    assert receipt.failed == (("+32470", "untrusted"),)
    street.bot_may_post = False
    with pytest.raises(NotAllowed):
        await adapter.send(street.address, GATE, key="k")
    street.puts_bot_out()
    with pytest.raises(RecipientGone):
        await adapter.send(street.address, GATE, key="k")
    (event,) = await events(adapter)
    assert isinstance(event, MembershipChanged)
    assert (event.is_bot, event.present) == (True, False)


async def test_a_join_request_is_decided_once(telegram: Messenger, tmp_path: Path) -> None:
    """A second decision changes nothing."""
    els, street = telegram.person("Els"), telegram.group("Rozenstraat")
    els.asks_to_join(street)
    adapter = adapter_of(telegram, tmp_path)
    (asked,) = await events(adapter)
    assert isinstance(asked, JoinRequested)
    assert await adapter.is_member(street.address, els.address) is False
    await adapter.decide_join(asked.request, admit=True)
    await adapter.decide_join(asked.request, admit=False)
    assert await adapter.is_member(street.address, els.address) is True


async def test_history_keeps_every_look_of_a_message(
    telegram: Messenger, world: MemoryWorld, clock: SettableClock, tmp_path: Path
) -> None:
    """Sent, edited, deleted: in order, with the time and how it looked then."""
    els = telegram.person("Els")
    els.says("meld")
    adapter = adapter_of(telegram, tmp_path)
    receipt = await adapter.send(els.address, GATE, key="k")
    ours = [MessageRef(els.address, part) for part in receipt.parts]
    clock.advance(timedelta(minutes=1))
    await adapter.edit(ours, Outgoing(text="Dank je"), key="k2")
    await adapter.react(ours[0], "👍")
    await adapter.delete(ours)
    changes = [(entry.change.value, entry.shown.text) for entry in els.chat.history]
    assert changes == [
        ("sent", "meld"),
        ("sent", "Heb je 101 gebeld?"),
        ("edited", "Dank je"),
        ("reacted", "Dank je"),
        ("deleted", "Dank je"),
    ]
    assert els.chat.of_bot == []
    lines = world.transcript().splitlines()
    assert lines[0] == f"22:14:00 {els.address} Els: meld"
    assert lines[1].endswith("[Ik heb 101 gebeld] [Ik bel nu] [Ik bel niet]")
    assert lines[2] == f"22:15:00 {els.address} bot (edited): Dank je"


async def test_people_take_their_own_words_back(signal: Messenger, tmp_path: Path) -> None:
    """Edited and deleted, where the messenger tells the bot of it."""
    els, street = signal.person("Els"), signal.group("Rozenstraat")
    said = els.says("rode auto", to=street)
    els.edits(said, "blauwe auto")
    els.deletes(said)
    got = await events(adapter_of(signal, tmp_path))
    assert isinstance(got[-1], MessageDeleted)
    assert got[-1].chat == street.address
    with pytest.raises(LookupError, match="said no"):
        els.edits(said, "groene auto")


async def test_old_messages_can_no_longer_be_edited(
    signal: Messenger, clock: SettableClock, tmp_path: Path
) -> None:
    """By age and by count, as the profile says."""
    els = signal.person("Els")
    adapter = adapter_of(signal, tmp_path)
    receipt = await adapter.send(els.address, GATE, key="k")
    ours = [MessageRef(els.address, part) for part in receipt.parts]
    for _ in range(10):
        await adapter.edit(ours, GATE, key="k")
    with pytest.raises(NotAllowed, match="too often"):
        await adapter.edit(ours, GATE, key="k")
    receipt = await adapter.send(els.address, GATE, key="k2")
    clock.advance(timedelta(hours=25))
    with pytest.raises(NotAllowed, match="too old"):
        await adapter.edit([MessageRef(els.address, receipt.parts[0])], GATE, key="k")
    with pytest.raises(NotAllowed, match="no such message"):
        await adapter.edit([MessageRef(els.address, "999")], GATE, key="k")


async def test_faults_meet_whom_they_are_meant_for(signal: Messenger, tmp_path: Path) -> None:
    """One chat, so many times; and what was lost on the way back is shown all the same."""
    els, jan = signal.person("Els"), signal.person("Jan")
    adapter = adapter_of(signal, tmp_path)
    signal.loses_answers(at=els.address, times=2)
    await adapter.send(jan.address, Outgoing(text="hallo"), key="k")
    for _ in range(2):
        with pytest.raises(Uncertain):
            await adapter.send(els.address, Outgoing(text="hallo"), key="k")
    await adapter.send(els.address, Outgoing(text="hallo"), key="k")
    assert els.texts == ["hallo"] * 3
    signal.hangs(times=None)
    with pytest.raises(Uncertain):
        await adapter.send(els.address, Outgoing(text="dag"), key="k")
    signal.heals()
    signal.slows(0.01)
    await adapter.send(els.address, Outgoing(text="laat"), key="k")
    assert els.texts[3:] == ["laat"]


async def test_a_closed_page_is_not_reached(world: MemoryWorld, tmp_path: Path) -> None:
    """The message is there, but nobody sees it now."""
    page = world.messenger("web", profile=PAGE)
    els = page.person("Els")
    els.starts()
    adapter = adapter_of(page, tmp_path)
    assert (await adapter.send(els.address, GATE, key="k")).reached is True
    els.watching = False
    assert (await adapter.send(els.address, GATE, key="k")).reached is False


async def test_nothing_is_not_sent(telegram: Messenger, tmp_path: Path) -> None:
    """A message without words or files is a mistake of the sender."""
    els = telegram.person("Els")
    els.starts()
    with pytest.raises(Permanent):
        await adapter_of(telegram, tmp_path).send(els.address, Outgoing(text=""), key="k")


async def test_who_waits_hears_it_when_it_comes(telegram: Messenger, tmp_path: Path) -> None:
    """`hears` waits for words said since this person last acted, and tells what came instead."""
    els = telegram.person("Els")
    adapter = adapter_of(telegram, tmp_path)
    els.says("meld")
    waiting = asyncio.create_task(els.hears("101"))
    await adapter.send(els.address, GATE, key="k")
    assert (await waiting).text == "Heb je 101 gebeld?"
    els.says("ja")
    with pytest.raises(AssertionError, match="Heb je 101 gebeld"):
        await els.hears("101", within=0.01)


async def test_a_restart_goes_on_where_it_was(telegram: Messenger, tmp_path: Path) -> None:
    """The offset is the core's to keep: only what it stored is left out."""
    els = telegram.person("Els")
    for word in ("een", "twee", "drie"):
        els.says(word)
    storage = MemoryStorage({"offset": "2"})
    adapter = MemoryFactory(telegram)(context("telegram", tmp_path, storage=storage))
    (event,) = await events(adapter)
    assert isinstance(event, MessageReceived)
    assert event.text == "drie"


async def test_the_installed_entry_point_has_a_world_of_its_own(tmp_path: Path) -> None:
    """`adapters: {memory: {}}` in a configuration needs nothing else."""
    adapter = registry.load("memory")(context("memory", tmp_path))
    assert isinstance(adapter, MemoryAdapter)
    adapter.messenger.person("Els").says("hallo")
    sink = KeepingSink()
    running = asyncio.create_task(adapter.run(sink))
    event = await sink.event(adapter, MessageReceived)
    running.cancel()
    assert event.source == "memory"


async def test_storage_scans_in_order() -> None:
    """By prefix, behind a key, so many at a time; None forgets."""
    storage = MemoryStorage()
    await storage.put_many({"a:1": "x", "a:2": "y", "a:3": "z", "b:1": "q"})
    await storage.put("a:3", None)
    assert await storage.scan("a:") == [("a:1", "x"), ("a:2", "y")]
    assert await storage.scan("a:", after="a:1") == [("a:2", "y")]
    assert await storage.scan("a:", limit=1) == [("a:1", "x")]

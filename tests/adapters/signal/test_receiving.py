"""Between the socket and the store nothing is lost that can be kept."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from pathlib import Path

import pytest

from adapters.signal import receiver
from adapters.signal.adapter import SignalAdapter
from bot.messaging import (
    Address,
    Condition,
    MediaKind,
    MembershipChanged,
    MessageDeleted,
    MessageEdited,
    MessageReceived,
    MessageRef,
    Outgoing,
    ReactionChanged,
)
from bot.testkit.peer import KeepingSink, eventually, receiving
from bot.testkit.storage import MemoryStorage
from tests.adapters.signal.building import build
from tests.adapters.signal.restapi import SignalServer


def texts(adapter: SignalAdapter, sink: KeepingSink) -> list[str]:
    events = [event for raw in sink.accepted for event in adapter.parse(raw)]
    return [event.text for event in events if isinstance(event, MessageReceived)]


async def test_a_burst_is_kept_in_order(server: SignalServer, adapter: SignalAdapter) -> None:
    """Five hundred messages at once, each once and in its place; the server dropped none."""
    ann = server.person("Ann", "+32470000002")
    said = [f"regel {n}" for n in range(500)]
    async with receiving(adapter) as sink:
        for line in said:
            ann.says(line)
        await eventually(lambda: len(sink.accepted) == 500, what="all are there")
        assert texts(adapter, sink) == said
    assert server.lost == 0


async def test_a_full_store_holds_the_reading_up_and_loses_nothing(
    server: SignalServer, adapter: SignalAdapter
) -> None:
    """The frame in hand is offered again; the rest waits in the socket. The operator is told."""
    ann = server.person("Ann", "+32470000002")
    async with receiving(adapter) as sink:
        sink.refuse(2)
        for line in ("een", "twee", "drie"):
            ann.says(line)
        await eventually(lambda: len(sink.accepted) == 3, what="all are kept in the end")
        assert texts(adapter, sink) == ["een", "twee", "drie"]
        assert Condition.DEGRADED in [state.condition for state in sink.states]
        await eventually(lambda: sink.condition is Condition.CONNECTED, what="all is well again")
    assert server.lost == 0


async def test_a_cut_socket_is_opened_again(server: SignalServer, adapter: SignalAdapter) -> None:
    """At once, and the operator reads that something may be lost."""
    ann = server.person("Ann", "+32470000002")
    async with receiving(adapter) as sink:
        server.close_sockets()
        await eventually(
            lambda: any("may be lost" in state.detail for state in sink.states), what="it is told"
        )
        await eventually(lambda: server.readers == 1, what="the socket is open again")
        await eventually(lambda: sink.condition is Condition.CONNECTED, what="it is told too")
        ann.says("nog hier")
        await sink.event(adapter, MessageReceived)


async def test_what_comes_while_nobody_reads_is_lost_in_json_rpc_mode(
    server: SignalServer, adapter: SignalAdapter
) -> None:
    """So it is with the real one: the documentation says so, and this server plays it."""
    server.person("Ann", "+32470000002").says("hoort iemand mij?")
    assert server.lost == 1
    async with receiving(adapter) as sink:
        assert sink.accepted == []


async def test_and_kept_where_signal_cli_receives_on_connection_only(
    server: SignalServer, adapter: SignalAdapter
) -> None:
    server.on_connection = True
    server.person("Ann", "+32470000002").says("hoort iemand mij?")
    async with receiving(adapter) as sink:
        await sink.event(adapter, MessageReceived)
    assert server.lost == 0


async def test_what_had_arrived_is_handed_over_before_the_end(
    server: SignalServer, adapter: SignalAdapter
) -> None:
    """At a stop the socket is closed first; what was read already is not thrown away."""
    ann = server.person("Ann", "+32470000002")
    sink = KeepingSink()
    running = asyncio.create_task(adapter.run(sink))
    await sink.connected()
    sink.hold()
    for line in ("een", "twee", "drie"):
        ann.says(line)
    await eventually(lambda: bool(sink.offered), what="the first is offered")
    running.cancel()
    sink.go()
    with suppress(asyncio.CancelledError):
        await running
    assert texts(adapter, sink) == ["een", "twee", "drie"]
    assert sink.condition is Condition.STOPPED
    assert server.lost == 0


async def test_the_wrong_mode_is_told_with_its_cure(
    server: SignalServer, adapter: SignalAdapter
) -> None:
    """Nothing can be received in normal mode yet; when the server changes, receiving begins."""
    server.mode = "normal"
    sink = KeepingSink()
    running = asyncio.create_task(adapter.run(sink))
    await eventually(lambda: sink.condition is Condition.DISCONNECTED, what="it is told")
    assert "MODE=json-rpc" in sink.states[-1].detail
    server.mode = "json-rpc"
    await sink.connected()
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


@pytest.mark.parametrize("receive", ["websocket", "polling"])
async def test_receive_can_be_chosen(server: SignalServer, tmp_path: Path, receive: str) -> None:
    """A chosen websocket asks for no mode; polling says that it comes later."""
    adapter = build(server, tmp_path, receive=receive)
    sink = KeepingSink()
    running = asyncio.create_task(adapter.run(sink))
    wanted = Condition.CONNECTED if receive == "websocket" else Condition.DISCONNECTED
    await eventually(lambda: sink.condition is wanted, what=f"the state is {wanted}")
    assert server.requests["GET /v1/about"] == 0
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    await adapter.close()


async def test_a_silent_server_is_asked_for_a_sign_of_life(
    server: SignalServer, adapter: SignalAdapter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An idle socket that answers stays; one that doesn't is given up and opened again."""
    monkeypatch.setattr(receiver, "IDLE_S", 0.05)
    monkeypatch.setattr(receiver, "PONG_S", 0.2)
    ann = server.person("Ann", "+32470000002")
    async with receiving(adapter) as sink:
        opened = server.requests["GET /v1/receive/{number}"]
        await eventually(lambda: server.pings >= 5, what="it was asked, and answered")
        assert server.requests["GET /v1/receive/{number}"] == opened
        server.freeze_sockets()
        await eventually(
            lambda: server.requests["GET /v1/receive/{number}"] > opened, what="it is opened again"
        )
        await eventually(lambda: sink.condition is Condition.CONNECTED, what="it is well again")
        ann.says("nog hier")
        await sink.event(adapter, MessageReceived)


@pytest.mark.parametrize("trouble", ["refused", "away"])
async def test_a_socket_that_cannot_be_opened_is_told(
    server: SignalServer, tmp_path: Path, trouble: str
) -> None:
    """Why, and without the number that stands in its address."""
    if trouble == "away":
        server.stop()
    server.mode = "normal"
    adapter = build(server, tmp_path, receive="websocket")
    sink = KeepingSink()
    running = asyncio.create_task(adapter.run(sink))
    await eventually(lambda: sink.condition is Condition.DISCONNECTED, what="it is told")
    wanted = "HTTP 400" if trouble == "refused" else "can't be reached"
    assert wanted in sink.states[-1].detail
    assert server.number[1:] not in sink.states[-1].detail
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    await adapter.close()


async def test_no_log_line_holds_the_number(
    server: SignalServer, adapter: SignalAdapter, caplog: pytest.LogCaptureFixture
) -> None:
    """Not even with every library at its most talkative."""
    caplog.set_level(logging.DEBUG)
    ann = server.person("Ann", "+32470000002")
    async with receiving(adapter) as sink:
        await adapter.send(Address("signal", ann.number), Outgoing(text="dag"), key="k1")
        ann.says("dag")
        await sink.event(adapter, MessageReceived)
        await adapter.is_member(
            Address("signal", server.group("Straat", ann).id), Address("signal", ann.uuid)
        )
        server.close_sockets()
        await eventually(lambda: len(sink.states) > 3, what="it was down and is up again")
    assert server.number[1:] not in caplog.text
    assert ann.number[1:] not in caplog.text


async def test_edits_of_edits_name_the_original_also_after_a_restart(
    server: SignalServer, storage: MemoryStorage, tmp_path: Path
) -> None:
    """Signal Desktop's second edit names the first one. Ours is the id the core knows."""
    ann = server.person("Ann", "+32470000002")
    first, second = (build(server, tmp_path, storage=storage) for _ in range(2))
    async with receiving(first) as sink:
        shown = ann.says("rode auto")
        ann.edits(shown, "blauwe auto")
        await sink.event(first, MessageEdited)
        storage.values.update(sink.cursors)  # as the core does, in the commit of the frame
    await first.close()
    async with receiving(second) as sink:
        ann.edits(shown, "groene auto")
        edited = await sink.event(second, MessageEdited)
        ann.deletes(shown)
        await sink.event(second, MessageDeleted)
    assert isinstance(edited, MessageEdited)
    assert edited.message_id == f"{ann.uuid}|{shown.timestamp}"
    await second.close()


async def test_an_answer_to_an_edited_card_finds_the_card(
    server: SignalServer, adapter: SignalAdapter, storage: MemoryStorage, tmp_path: Path
) -> None:
    """Apps quote the version on the screen; also after a restart the core sees its own id."""
    ann = server.person("Ann", "+32470000002")
    chat = Address("signal", ann.uuid)
    receipt = await adapter.send(chat, Outgoing(text="MELDING"), key="k1")
    refs = [MessageRef(chat, part) for part in receipt.parts]
    await adapter.edit(refs, Outgoing(text="MELDING · 2 gezien"), key="k2")
    await adapter.edit(refs, Outgoing(text="MELDING · 3 gezien"), key="k3")
    again = build(server, tmp_path, storage=storage)
    async with receiving(again) as sink:
        ann.says("ik ook", quote=ann.shown[0])
        ann.reacts(ann.shown[0], "👍")
        answer = await sink.event(again, MessageReceived)
        reaction = await sink.event(again, ReactionChanged)
    assert isinstance(answer, MessageReceived)
    assert isinstance(reaction, ReactionChanged)
    assert answer.reply_to == reaction.message_id == receipt.parts[0]
    await again.close()


async def test_old_histories_are_forgotten(
    server: SignalServer, adapter: SignalAdapter, storage: MemoryStorage
) -> None:
    """The store doesn't grow for ever."""
    storage.values["revision:1700000000001"] = "1700000000000"
    async with receiving(adapter):
        pass
    assert "revision:1700000000001" not in storage.values


async def test_a_photo_from_a_phone_arrives_as_it_is_and_is_forgotten_when_stored(
    server: SignalServer, adapter: SignalAdapter
) -> None:
    """Two pictures in one message are an album; once stored, the server needn't keep them."""
    ann = server.person("Ann", "+32470000002")
    async with receiving(adapter) as sink:
        ann.sends_files(
            [("image/jpeg", None, b"een" * 9000), ("audio/aac", None, b"stem")], caption="kijk"
        )
        event = await sink.event(adapter, MessageReceived)
    assert isinstance(event, MessageReceived)
    photo, voice = event.media
    assert (photo.kind, voice.kind) == (MediaKind.PHOTO, MediaKind.VOICE)
    chunks = [chunk async for chunk in adapter.fetch(photo, max_bytes=100_000)]
    assert b"".join(chunks) == b"een" * 9000
    await adapter.release(photo)
    assert server.removed == [photo.id]


async def test_who_comes_and_goes_is_told(server: SignalServer, adapter: SignalAdapter) -> None:
    """Signal says only that a group changed; we say who."""
    ann, bert = server.person("Ann", "+32470000002"), server.person("Bert", "+32470000003")
    street = server.group("Rozenstraat", ann)
    async with receiving(adapter) as sink:
        await eventually(
            lambda: server.requests["GET /v1/groups/{number}"] > 0, what="the group is known"
        )
        await settled(adapter)
        assert not sink.accepted
        street.joins(bert)
        came = await sink.event(adapter, MembershipChanged)
        await settled(adapter)
        street.leaves(ann)
        left = await sink.event(adapter, MembershipChanged, nth=2)
    assert isinstance(came, MembershipChanged)
    assert isinstance(left, MembershipChanged)
    assert came.chat == left.chat == Address("signal", street.id)
    assert (came.member.address.id, came.present, came.is_bot) == (bert.uuid, True, False)
    assert came.member.aliases == (Address("signal", bert.number),)
    assert (left.member.address.id, left.present) == (ann.uuid, False)


async def test_who_left_while_we_were_away_is_told_afterwards(
    server: SignalServer, storage: MemoryStorage, tmp_path: Path
) -> None:
    """The roster is kept; the difference is found at the next connection."""
    ann, bert = server.person("Ann", "+32470000002"), server.person("Bert", "+32470000003")
    street = server.group("Rozenstraat", ann, bert)
    adapter = build(server, tmp_path, storage=storage)
    async with receiving(adapter):
        await eventually(lambda: "rosters" in storage.values, what="the group is known")
    street.members.remove(bert)
    async with receiving(adapter) as sink:
        left = await sink.event(adapter, MembershipChanged)
    assert isinstance(left, MembershipChanged)
    assert (left.member.address.id, left.present) == (bert.uuid, False)
    await adapter.close()


async def test_the_bot_s_own_coming_and_going_is_told_and_nobody_else_s(
    server: SignalServer, adapter: SignalAdapter, storage: MemoryStorage
) -> None:
    """When it is taken into a group or put out of one, the others stayed where they were."""
    ann = server.person("Ann", "+32470000002")
    async with receiving(adapter) as sink:
        await eventually(lambda: "rosters" in storage.values, what="the first look is over")
        await settled(adapter)
        street = server.group("Rozenstraat", ann, only_admins_write=True, bot_is_admin=False)
        ann.says("welkom", street)
        street.joins(server.person("Bert", "+32470000003"))
        came = await sink.event(adapter, MembershipChanged)
        await settled(adapter)
        storage.values.update(sink.cursors)
        street.has_bot = False
        street.joins(server.person("Cor", "+32470000004"))
        left = await sink.event(adapter, MembershipChanged, nth=2)
        events = [event for raw in sink.accepted for event in adapter.parse(raw)]
    assert isinstance(came, MembershipChanged)
    assert isinstance(left, MembershipChanged)
    assert (came.is_bot, came.present, came.can_post) == (True, True, False)
    assert (left.is_bot, left.present) == (True, False)
    assert len([event for event in events if isinstance(event, MembershipChanged)]) == 2


async def settled(adapter: SignalAdapter) -> None:
    """Return when the adapter looks at no group any more."""
    await eventually(lambda: not adapter._background, what="the look at the groups is over")

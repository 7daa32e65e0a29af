"""What is posted goes out: once, in order, the urgent first, each chat for itself."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.delivery.post import Kind, Priority, Result
from bot.errors import ChatMoved, MessengerError, RecipientGone, Retryable, Uncertain
from bot.messaging import Address, Receipt
from bot.store import outbox as rows
from tests.delivery.conftest import Office, settle, turn, until

if TYPE_CHECKING:
    from bot.store.tx import Tx


async def test_what_is_posted_is_sent_and_told(office: Office) -> None:
    """A post goes out by itself; the core hears so, with what the messenger called it."""
    async with office.delivering():
        number = await office.post("Dag Anna", membership=7)
        await until(lambda: office.outcomes)
    assert office.messenger.texts("paper:anna") == ["Dag Anna"]
    outcome = office.outcomes[0]
    assert (outcome.outbox_id, outcome.result, outcome.parts) == (number, Result.SENT, ("m1",))
    assert outcome.membership == 7
    assert office.state(number) == ("sent", "")
    with office.store.reading() as reader:
        assert office.outbox.find(reader, Address.parse("paper:anna"), "m1") == number


async def test_what_was_posted_before_the_start_is_sent(office: Office) -> None:
    """The table is the truth: a start finds what waits in it."""
    await office.post("van gisteren")
    async with office.delivering():
        await until(lambda: office.outcomes)


async def test_posting_twice_sends_once(office: Office) -> None:
    """The same cause to the same chat is a no-op; to another chat it is a message of its own."""

    def twice(tx: Tx) -> list[int | None]:
        return [
            office.outbox.post(tx, office.a("a", cause="m1")),
            office.outbox.post(tx, office.a("a", cause="m1")),
            office.outbox.post(tx, office.a("a", "paper:bert", cause="m1")),
        ]

    first, second, third = await office.store.writer.submit(twice)
    assert second is None
    assert None not in (first, third)
    async with office.delivering():
        await until(lambda: len(office.outcomes) == 2)


async def test_a_chat_gets_its_messages_in_order(office: Office) -> None:
    """One at a time: the second leaves when the first is over."""
    gate = asyncio.Event()
    office.messenger.script["paper:anna"] = [gate]
    async with office.delivering():
        for text in ("een", "twee", "drie"):
            await office.post(text)
        await settle(office)
        assert office.messenger.texts("paper:anna") == ["een"]
        gate.set()
        await until(lambda: len(office.outcomes) == 3)
    assert office.messenger.texts("paper:anna") == ["een", "twee", "drie"]


async def test_a_slow_chat_holds_nobody_up(office: Office) -> None:
    """Others get theirs while one messenger call hangs."""
    gate = asyncio.Event()
    office.messenger.script["paper:traag"] = [gate]
    async with office.delivering():
        await office.post("a", "paper:traag")
        await office.post("b", "paper:vlug")
        await until(lambda: office.messenger.texts("paper:vlug"))
        await until(lambda: len(office.outcomes) == 1)
        gate.set()
        await until(lambda: len(office.outcomes) == 2)


async def test_the_urgent_goes_first(office: Office) -> None:
    """What waits leaves by priority, not by age."""

    def work(tx: Tx) -> None:
        for priority in (Priority.CAMPAIGN, Priority.NOTICE, Priority.QUESTION, Priority.ALERT):
            office.outbox.post(tx, office.a(priority.name, priority=priority))

    await office.store.writer.submit(work)
    async with office.delivering():
        await until(lambda: len(office.outcomes) == 4)
    assert office.messenger.texts("paper:anna") == ["ALERT", "QUESTION", "NOTICE", "CAMPAIGN"]


async def test_a_chat_that_moved_behind_our_back(office: Office) -> None:
    """An event says that a chat moved while messages wait in its lane: they follow."""
    gate = asyncio.Event()
    office.messenger.script["paper:oud"] = [gate]
    async with office.delivering():
        await office.post("een", "paper:oud")
        await until(lambda: office.messenger.calls)
        await office.post("twee", "paper:oud")
        old, new = Address.parse("paper:oud"), Address.parse("paper:nieuw")
        assert await office.store.writer.submit(lambda tx: office.outbox.move(tx, old, new)) == 2
        gate.set()
        await until(lambda: len(office.outcomes) == 2)
    assert office.messenger.texts("paper:nieuw") == ["twee"]


async def test_a_moved_chat_is_followed(office: Office) -> None:
    """Everything that waits goes to the new address, in order, and the core follows too."""
    office.messenger.script["paper:oud"] = [ChatMoved(Address.parse("paper:nieuw"))]
    async with office.delivering():
        await office.store.writer.submit(
            lambda tx: [office.outbox.post(tx, office.a(t, "paper:oud")) for t in ("een", "twee")]
        )
        await until(lambda: len(office.outcomes) == 3)
    moved = office.outcomes[0]
    assert (moved.result, str(moved.chat), str(moved.moved_from)) == (
        Result.MOVED,
        "paper:nieuw",
        "paper:oud",
    )
    assert office.messenger.texts("paper:nieuw") == ["een", "twee"]


async def test_what_nobody_needs_any_more_is_not_sent_late(office: Office) -> None:
    """A question that was answered elsewhere while its chat was out of reach goes to nobody."""
    office.messenger.script["paper:anna"] = [Retryable("no network")]
    async with office.delivering():
        number = await office.post("Kun jij bellen?", cause="page:7:a", priority=Priority.ALERT)
        await office.post("Kun jij bellen?", cause="page:71:a", priority=Priority.ALERT)
        await settle(office)
        await office.store.writer.submit(lambda tx: office.outbox.take_back(tx, "page:7:"))
        await turn(office, 1)
        await until(lambda: office.outcomes)
    assert office.state(number)[0] == "dropped"
    assert len(office.messenger.calls) == 2


async def test_taking_back(office: Office) -> None:
    """What waits is never sent; what was sent is deleted by all its parts."""
    office.messenger.script["paper:anna"] = [Receipt(parts=("x", "y"))]
    waiting = await office.post("toch niet", "paper:bert")
    await office.post("", "paper:bert", target=waiting, kind=Kind.DELETE)
    async with office.delivering():
        number = await office.post("weg")
        await until(lambda: office.outcomes)
        await office.post("", target=number, kind=Kind.DELETE)
        await until(lambda: len(office.outcomes) == 2)
        await settle(office)
    assert office.messenger.texts("paper:bert") == []
    assert office.messenger.calls[-1].refs == ("x", "y")


async def test_a_reply_names_the_first_part_of_what_it_answers(office: Office) -> None:
    """The durable map carries replies across."""
    office.messenger.script["paper:anna"] = [Receipt(parts=("x", "y"))]
    async with office.delivering():
        card = await office.post("MELDING")
        await office.post("GEZIEN", reply_to=card)
        await until(lambda: len(office.outcomes) == 2)
    assert office.messenger.calls[1].reply_to == "x"


async def test_the_tally_tells_the_truth(office: Office) -> None:
    """Accepted, accepted with nobody there, refused with its reason, or still on its way."""
    office.messenger.script["paper:weg"] = [RecipientGone("blocked")]
    office.messenger.script["paper:dicht"] = [Receipt(parts=("p",), reached=False)]
    office.messenger.script["paper:groep"] = [Receipt(parts=("g",), failed=(("Cem", "no key"),))]
    office.messenger.script["paper:later"] = [Retryable()]
    async with office.delivering():
        for member, chat in enumerate(("anna", "weg", "dicht", "later"), 1):
            await office.post(
                "MELDING", f"paper:{chat}", alert=1, membership=member, purpose="card"
            )
        await office.post("MELDING", "paper:groep", alert=1, purpose="card")
        await until(lambda: len(office.outcomes) == 4)
        await settle(office)
        with office.store.reading() as reader:
            fates = rows.tally(reader, 1, "card")
            assert rows.any_under_way(reader, 1, "card")
    assert [(fate.membership, fate.state, fate.reached, fate.reason) for fate in fates] == [
        (1, "sent", 1, ""),
        (2, "parked", None, "blocked"),
        (3, "sent", 0, ""),
        (4, "waiting", None, "Retryable"),
        (None, "sent", 1, ""),
    ]
    assert [o.failed for o in office.outcomes if o.failed] == [(("Cem", "no key"),)]


async def test_an_account_that_is_deleted_halfway(office: Office) -> None:
    """Gone between two tries: parked with its reason, also what may have arrived before."""
    office.messenger.script["paper:anna"] = [Uncertain(), RecipientGone("user is deactivated")]
    async with office.delivering():
        number = await office.post("MELDING", priority=Priority.ALERT)
        await turn(office, 1)
        await until(lambda: office.outcomes)
    outcome = office.outcomes[0]
    assert (outcome.result, outcome.error) == (Result.UNKNOWN, "RecipientGone")
    assert office.state(number) == ("parked", "user is deactivated")


async def test_a_post_must_name_its_target(office: Office) -> None:
    """An edit of nothing, or a message with a target, can't be built."""
    with pytest.raises(ValueError, match="target"):
        office.a("x", kind=Kind.EDIT)
    with pytest.raises(ValueError, match="target"):
        office.a("x", target=3, kind=Kind.SEND)


@pytest.mark.parametrize(
    "trouble", [Retryable(), Uncertain("no answer"), ChatMoved(Address.parse("paper:b"))]
)
async def test_what_is_taken_back_under_way_is_not_tried_again(
    office: Office, trouble: MessengerError
) -> None:
    """A question that was answered meanwhile, and a message to somebody who left: the send that is
    under way may end well; if it fails, in whatever way, that was all, and nobody is alarmed.
    """
    busy = asyncio.Event()
    office.messenger.script["paper:anna"] = [busy, trouble]
    async with office.delivering():
        number = await office.post("MELDING", purpose="card", membership=1)
        await until(lambda: office.state(number)[0] == "sending")
        await office.store.writer.submit(lambda tx: office.outbox.spare(tx, 1, but=()))
        busy.set()
        await until(lambda: office.state(number)[0] == "dropped")
        office.clock.advance(timedelta(minutes=1))
        await settle(office)
    assert len(office.messenger.calls) == 1
    assert not any(outcome.twice for outcome in office.outcomes)

"""How messages get out, whatever the messenger does."""

from __future__ import annotations

import asyncio
import sqlite3
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest

from bot.delivery.post import Kind, Priority, Result
from bot.errors import (
    ChatMoved,
    MessengerError,
    Permanent,
    RateLimited,
    RecipientGone,
    Retryable,
    StoreFull,
    Uncertain,
)
from bot.messaging import Address, File, Level, Outgoing, Rate, Receipt
from bot.store import outbox as rows
from bot.store import overview
from tests.delivery.conftest import MARK, Office, settle, until

if TYPE_CHECKING:
    from pathlib import Path

    from bot.delivery.post import Outcome
    from bot.store.tx import Tx


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


async def turn(office: Office, by: float) -> None:
    """Let things happen, then turn the clock."""
    await settle()
    office.clock.advance(seconds(by))
    await settle()


def _has_read(office: Office, texts: list[str]) -> bool:
    return office.messenger.texts("paper:anna") == texts


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
        await settle()
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


async def test_an_alert_is_retried_after_1_2_and_5_seconds(office: Office) -> None:
    """A failure that may pass is tried again soon, then with more patience, in the same words."""
    office.messenger.script["paper:anna"] = [Retryable("busy") for _ in range(4)]
    async with office.delivering():
        await office.post("MELDING", priority=Priority.ALERT)
        for pause in (1, 2, 5, 10):
            await turn(office, pause - 0.1)
            await turn(office, 0.1)
        await until(lambda: office.outcomes)
    begun = office.messenger.calls[0].at
    waited = [(call.at - begun).total_seconds() for call in office.messenger.calls]
    assert waited == [0, 1, 3, 8, 18]
    assert set(office.messenger.texts("paper:anna")) == {"MELDING"}
    assert len({call.key for call in office.messenger.calls}) == 1


async def test_a_foreign_error_is_temporary_and_its_text_is_not_kept(office: Office) -> None:
    """An adapter that raises something unknown gets another try; only the class is written down."""
    office.messenger.script["paper:anna"] = [RuntimeError("+32470123456 is wrong")]
    async with office.delivering():
        number = await office.post("Dag")
        await settle()
        assert office.state(number) == ("waiting", "RuntimeError")
        await turn(office, 2)
        await until(lambda: office.outcomes)


async def test_who_asked_to_wait_longer_is_obeyed(office: Office) -> None:
    """`Retryable.after` is a minimum."""
    office.messenger.script["paper:anna"] = [Retryable("later", after=seconds(90))]
    async with office.delivering():
        await office.post("MELDING", priority=Priority.ALERT)
        await turn(office, 89)
        assert len(office.messenger.calls) == 1
        await turn(office, 1)
        await until(lambda: office.outcomes)


async def test_an_alert_is_given_up_after_half_an_hour(office: Office) -> None:
    """Then it is parked with its reason and the core is told."""
    office.messenger.script["paper:anna"] = [Retryable("no network") for _ in range(200)]
    async with office.delivering():
        number = await office.post("MELDING", priority=Priority.ALERT, membership=3)
        for _ in range(40):
            await turn(office, 50)
        assert office.outcomes[0].result is Result.PARKED
        assert office.outcomes[0].reason == "no network"
        assert office.state(number) == ("parked", "no network")
        assert office.clock.now() - office.messenger.calls[0].at >= timedelta(minutes=30)


async def test_what_can_never_be_sent_is_parked_at_once(office: Office) -> None:
    """A recipient who is gone costs one call; the next message still goes its way."""
    office.messenger.script["paper:anna"] = [RecipientGone("blocked")]
    async with office.delivering():
        number = await office.post("een")
        await office.post("twee")
        await until(lambda: len(office.outcomes) == 2)
    first = office.outcomes[0]
    assert (first.outbox_id, first.result, first.error) == (number, Result.PARKED, "RecipientGone")
    assert office.state(number) == ("parked", "blocked")
    with office.store.reading() as reader:
        assert overview.outbox_counts(reader) == {"waiting": 0, "sending": 0, "parked": 1}


async def test_a_messenger_that_is_not_configured_parks(office: Office) -> None:
    """A chat on a messenger that was switched off is reported, not kept for ever."""
    async with office.delivering():
        await office.post("een", "pigeon:anna")
        await until(lambda: office.outcomes)
    assert office.outcomes[0].reason == "no adapter pigeon is configured"


async def test_a_rate_limited_chat_pauses_alone(office: Office) -> None:
    """The chat is left alone as long as asked; others go on."""
    office.messenger.script["paper:anna"] = [RateLimited("slow down", after=seconds(30))]
    async with office.delivering():
        await office.post("een")
        await office.post("twee")
        await turn(office, 1)
        await office.post("drie", "paper:bert")
        await until(lambda: office.messenger.texts("paper:bert"))
        await turn(office, 28)
        assert office.messenger.texts("paper:anna") == ["een"]
        await turn(office, 1)
        await until(lambda: len(office.outcomes) == 3)
    assert office.messenger.texts("paper:anna") == ["een", "een", "twee"]


async def test_a_rate_limited_account_pauses_as_a_whole(office: Office) -> None:
    """Nothing leaves on that account until the time asked for, then everything."""
    limit = RateLimited("slow down", after=seconds(10), scope="account")
    office.messenger.script["paper:anna"] = [limit]
    async with office.delivering():
        await office.post("een")
        await turn(office, 0)
        await office.post("twee", "paper:bert")
        await turn(office, 9)
        assert office.messenger.texts("paper:bert") == []
        await turn(office, 1)
        await until(lambda: len(office.outcomes) == 2)


async def test_an_alert_that_no_messenger_takes_is_told(office: Office) -> None:
    """An account that must be silent for hours: whoever looks after it hears so within the hour,
    also of alerts that could not even be tried.
    """
    silence = RateLimited("flood", after=timedelta(hours=5), scope="account")
    office.messenger.script["paper:anna"] = [silence]
    async with office.delivering():
        await office.post("een", priority=Priority.ALERT)
        await settle()
        await office.post("twee", "paper:bert", priority=Priority.ALERT)
        await office.post("tip", "paper:cem", priority=Priority.CAMPAIGN)
        for _ in range(62):
            await turn(office, 60)
        await until(lambda: len(office.outcomes) == 2)
    assert [call.text for call in office.messenger.calls] == ["een"]
    assert {outcome.result for outcome in office.outcomes} == {Result.PARKED}
    assert {str(outcome.chat) for outcome in office.outcomes} == {"paper:anna", "paper:bert"}


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


async def test_what_cannot_be_read_is_set_aside(office: Office) -> None:
    """A spoilt row costs itself, not its lane; the core hears that nobody was reached by it."""
    connection = sqlite3.connect(office.store.file)
    number = await office.post("een")
    with connection:
        connection.execute("UPDATE outbox SET body = '{' WHERE id = ?", (number,))
    connection.close()
    async with office.delivering():
        await office.post("twee")
        await until(lambda: len(office.outcomes) == 2)
    assert office.state(number) == ("parked", "it can't be read")
    assert office.messenger.texts("paper:anna") == ["twee"]
    assert office.outcomes[0].result is Result.PARKED


async def test_a_doubtful_alert_is_repeated_once_and_marked(office: Office) -> None:
    """Nobody knows whether it arrived: it goes once more, saying so."""
    office.messenger.script["paper:anna"] = [Uncertain("timeout")]
    async with office.delivering():
        await office.post("MELDING", priority=Priority.ALERT)
        await turn(office, 1)
        await until(lambda: office.outcomes)
    assert office.messenger.texts("paper:anna") == ["MELDING", f"{MARK} MELDING"]
    assert office.outcomes[0].result is Result.SENT


async def test_a_second_doubt_is_parked_and_told(office: Office) -> None:
    """After two unknown outcomes nothing more is sent; the coordinator can be told."""
    office.messenger.script["paper:anna"] = [Uncertain(), Uncertain()]
    async with office.delivering():
        number = await office.post("Bent u er nog?", priority=Priority.QUESTION)
        await turn(office, 1)
        await until(lambda: office.outcomes)
        await turn(office, 60)
    assert office.outcomes[0].result is Result.UNKNOWN
    assert office.state(number)[0] == "parked"
    assert len(office.messenger.calls) == 2


async def test_a_doubtful_answer_is_repeated_and_news_is_not(office: Office) -> None:
    """Whoever wrote hears something, if need be twice; news that may have arrived is parked."""
    office.messenger.script["paper:anna"] = [Uncertain()]
    office.messenger.script["paper:bert"] = [Uncertain()]
    async with office.delivering():
        await office.post("een", purpose="group_message")
        await office.post("twee", "paper:bert", purpose="answer")
        await turn(office, 1)
        await until(lambda: len(office.outcomes) == 2)
    results = {str(outcome.chat): outcome.result for outcome in office.outcomes}
    assert results == {"paper:anna": Result.UNKNOWN, "paper:bert": Result.SENT}
    assert office.messenger.texts("paper:bert") == ["twee", f"{MARK} twee"]


async def test_a_call_that_hangs_is_doubtful_after_thirty_seconds(office: Office) -> None:
    """It is cut off and treated as unknown, so that its lane goes on."""
    office.messenger.script["paper:anna"] = [asyncio.Event()]
    async with office.delivering():
        await office.post("MELDING", priority=Priority.ALERT)
        await turn(office, 29)
        assert len(office.messenger.calls) == 1
        await turn(office, 1)
        await turn(office, 1)
        await until(lambda: office.outcomes)
    assert office.messenger.texts("paper:anna") == ["MELDING", f"{MARK} MELDING"]


async def test_a_messenger_that_takes_long_is_given_its_time(office: Office) -> None:
    """Cut off before its own patience ends, a slow send would go out twice."""
    office.messenger.call_max_s = 66
    answered = asyncio.Event()
    office.messenger.script["paper:anna"] = [answered]
    async with office.delivering():
        await office.post("MELDING", priority=Priority.ALERT)
        await turn(office, 59)
        answered.set()
        await until(lambda: office.outcomes)
    assert office.messenger.texts("paper:anna") == ["MELDING"]


async def test_a_library_that_cancels_itself_is_doubtful(office: Office) -> None:
    """A CancelledError out of an adapter is no reason to lose the message or the lane."""
    office.messenger.script["paper:anna"] = [asyncio.CancelledError()]
    async with office.delivering():
        await office.post("MELDING", priority=Priority.ALERT)
        await turn(office, 1)
        await until(lambda: office.outcomes)


async def test_what_was_under_way_at_a_crash_is_doubtful(office: Office) -> None:
    """An alert, or an answer, claimed by a process that died is repeated a second later, marked; news
    is parked.
    """
    alert = await office.post("MELDING", priority=Priority.ALERT, purpose="card")
    answer = await office.post("Dit kun je typen", "paper:cem")
    notice = await office.post("Nieuws", "paper:bert", purpose="broadcast")
    for number in (alert, answer, notice):
        await office.store.writer.submit(partial(rows.claim, outbox_id=number))
    async with office.delivering():
        await until(lambda: office.outcomes)
        await turn(office, 1)
        await until(lambda: len(office.outcomes) == 3)
    assert office.messenger.texts("paper:anna") == [f"{MARK} MELDING"]
    assert office.messenger.texts("paper:cem") == [f"{MARK} Dit kun je typen"]
    assert office.messenger.texts("paper:bert") == []
    assert office.state(notice)[0] == "parked"


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


async def test_an_edit_of_what_still_waits_changes_what_it_will_say(office: Office) -> None:
    """Only the newest words go out, once."""
    card = await office.post("MELDING v1")
    edit = await office.post("MELDING v2", target=card)
    async with office.delivering():
        await until(lambda: office.outcomes)
        await settle()
    assert [(call.what, call.text) for call in office.messenger.calls] == [("send", "MELDING v2")]
    assert office.state(edit)[0] == "dropped"


async def test_a_newer_edit_takes_the_place_of_a_waiting_one(office: Office) -> None:
    """Three changes while the chat is busy are one call."""
    gate = asyncio.Event()
    async with office.delivering():
        card = await office.post("v1")
        await until(lambda: office.outcomes)
        office.messenger.script["paper:anna"] = [gate]
        await office.post("iets anders")
        await until(lambda: len(office.messenger.calls) == 2)
        for version in ("v2", "v3", "v4"):
            await office.post(version, target=card)
        gate.set()
        await until(lambda: len(office.outcomes) == 3)
        await settle()
    assert [call.text for call in office.messenger.calls] == ["v1", "iets anders", "v4"]
    assert office.messenger.calls[-1].refs == ("m1",)


async def test_edits_that_a_messenger_does_not_allow_are_dropped_quietly(office: Office) -> None:
    """Too old, too often, or not at all: no call, nobody is bothered."""
    office.messenger.edit_age_s, office.messenger.edit_count = 3600, 1
    async with office.delivering():
        card = await office.post("v1")
        await until(lambda: office.outcomes)
        await office.post("v2", target=card)
        await until(lambda: len(office.outcomes) == 2)
        often = await office.post("v3", target=card)
        await until(lambda: office.state(often)[0] == "dropped")
        office.messenger.edit_count = None
        await turn(office, 3601)
        old = await office.post("v4", target=card)
        await until(lambda: office.state(old)[0] == "dropped")
        office.messenger.edit_age_s, office.messenger.edits = None, Level.UNSUPPORTED
        never = await office.post("v5", target=card)
        await until(lambda: office.state(never)[0] == "dropped")
    assert [call.text for call in office.messenger.calls] == ["v1", "v2"]
    assert len(office.outcomes) == 2


async def test_a_doubtful_edit_is_simply_done_again(office: Office) -> None:
    """Editing twice is the same as once: no mark."""
    async with office.delivering():
        card = await office.post("v1")
        await until(lambda: office.outcomes)
        office.messenger.script["paper:anna"] = [Uncertain()]
        await office.post("v2", target=card)
        await turn(office, 2)
        await until(lambda: len(office.outcomes) == 2)
    assert [call.text for call in office.messenger.calls] == ["v1", "v2", "v2"]


async def test_an_edit_without_an_answer_is_tried_with_patience_and_given_up(
    office: Office,
) -> None:
    """A messenger that never answers costs an edit some tries, not one a second for hours."""
    async with office.delivering():
        card = await office.post("v1")
        await until(lambda: office.outcomes)
        office.messenger.on_call = lambda _text: Uncertain("no answer in time")
        await office.post("v2", target=card)
        for _ in range(130):
            await turn(office, 60)
        await until(lambda: len(office.outcomes) == 2)
    assert office.outcomes[1].result is Result.PARKED
    assert len(office.messenger.calls) < 130


async def test_an_edit_that_failed_gives_way_to_a_newer_one(office: Office) -> None:
    """Only the newest words go: v2 is under way and fails, v3 was posted meanwhile."""
    gate = asyncio.Event()
    async with office.delivering():
        card = await office.post("v1")
        await until(lambda: office.outcomes)
        office.messenger.script["paper:anna"] = [gate, Retryable("busy")]
        old = await office.post("v2", target=card)
        await until(lambda: len(office.messenger.calls) == 2)
        await office.post("v3", target=card)
        gate.set()
        await turn(office, 2)
        await until(lambda: len(office.outcomes) == 2)
    assert [call.text for call in office.messenger.calls] == ["v1", "v2", "v3"]
    assert office.state(old) == ("dropped", "a newer change took its place")


async def test_an_edit_of_what_is_under_way_and_fails_is_told_once(office: Office) -> None:
    """The original fails while its change waits behind it: one message goes, in the new words."""
    gate = asyncio.Event()
    office.messenger.script["paper:anna"] = [gate, *(Retryable("busy") for _ in range(4))]
    async with office.delivering():
        card = await office.post("v1")
        await until(lambda: office.messenger.calls)
        await office.post("v2", target=card)
        gate.set()
        for pause in (2, 5, 15, 60):
            await turn(office, pause)
        await until(lambda: office.outcomes)
        await settle()
    assert office.messenger.calls[-1].text == "v2"
    assert [call.what for call in office.messenger.calls] == ["send"] * 5


async def test_what_was_taken_back_is_not_changed_any_more(office: Office) -> None:
    """A late edit neither takes the place of a deletion nor goes out after it."""
    gate = asyncio.Event()
    async with office.delivering():
        card = await office.post("v1")
        await until(lambda: office.outcomes)
        office.messenger.script["paper:anna"] = [gate]
        await office.post("iets anders")
        await until(lambda: len(office.messenger.calls) == 2)
        await office.post("", target=card, kind=Kind.DELETE)
        edit = await office.post("v2", target=card)
        gate.set()
        await until(lambda: len(office.outcomes) == 3)
        await until(lambda: office.state(edit)[0] == "dropped")
    assert [call.what for call in office.messenger.calls] == ["send", "send", "delete"]


async def test_what_nobody_needs_any_more_is_not_sent_late(office: Office) -> None:
    """A question that was answered elsewhere while its chat was out of reach goes to nobody."""
    office.messenger.script["paper:anna"] = [Retryable("no network")]
    async with office.delivering():
        number = await office.post("Kun jij bellen?", cause="page:7:a", priority=Priority.ALERT)
        await office.post("Kun jij bellen?", cause="page:71:a", priority=Priority.ALERT)
        await settle()
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
        await settle()
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
        await settle()
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


async def test_a_core_that_fails_on_an_outcome_causes_no_second_send(office: Office) -> None:
    """What the messenger accepted is recorded even if nobody can take it in."""

    def broken(tx: Tx, outcome: Outcome) -> None:
        raise LookupError(outcome.purpose)

    office.on_outcome = broken
    async with office.delivering():
        number = await office.post("een")
        await until(lambda: office.state(number)[0] == "sent")
    assert len(office.messenger.calls) == 1


async def test_a_full_disk_pauses_delivery_and_sends_nothing_twice(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While outcomes can't be written nothing is repeated; afterwards all goes on."""
    await office.post("een")
    real, full = office.store.writer.submit, [StoreFull("full") for _ in range(3)]

    async def sometimes(work: object, *, label: str = "") -> object:
        if office.messenger.calls and full:
            raise full.pop()
        return await real(work, label=label)  # type: ignore[arg-type]

    monkeypatch.setattr(office.store.writer, "submit", sometimes)
    async with office.delivering():
        for _ in range(4):
            await turn(office, 1)
        await until(lambda: office.outcomes)
    assert len(office.messenger.calls) == 1


async def test_stopping_lets_a_send_end(office: Office) -> None:
    """SIGTERM while a call is under way: it is recorded before the process goes."""
    gate = asyncio.Event()
    office.messenger.script["paper:anna"] = [gate]
    async with office.delivering():
        number = await office.post("een")
        await until(lambda: office.messenger.calls)
        asyncio.get_running_loop().call_later(0.05, gate.set)
    assert office.state(number)[0] == "sent"


async def test_what_does_not_end_in_time_is_doubtful_at_the_next_start(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SIGTERM while a call hangs: it is cut off after a few seconds, and repeated, marked."""
    monkeypatch.setattr("bot.delivery.delivery.GRACE_S", 0.05)
    office.messenger.script["paper:anna"] = [asyncio.Event()]
    async with office.delivering():
        number = await office.post("een")
        await until(lambda: office.messenger.calls)
    assert office.state(number)[0] == "sending"
    async with office.delivering():
        await turn(office, 1)
        await until(lambda: office.outcomes)
    assert office.messenger.texts("paper:anna") == ["een", f"{MARK} een"]


async def test_a_large_file_may_take_its_time(office: Office, tmp_path: Path) -> None:
    """Ten megabytes are given three minutes more before they count as doubtful; a file that is
    gone is parked at once.
    """
    file = tmp_path / "pakket.zip"
    with file.open("wb") as made:
        made.truncate(10_000_000)
    gate = asyncio.Event()
    office.messenger.script["paper:anna"] = [gate]
    parcel = Outgoing(
        text="", files=(File(path=str(file), name="pakket.zip", mime="application/zip"),)
    )
    async with office.delivering():
        await office.post("", message=parcel, purpose="export")
        await until(lambda: office.messenger.calls)
        for _ in range(7):
            await turn(office, 30)
        gate.set()
        await until(lambda: office.outcomes)
        assert office.outcomes[0].result is Result.SENT
        file.unlink()
        await office.post("", message=parcel, purpose="export")
        await until(lambda: len(office.outcomes) == 2)
    assert office.outcomes[1].reason == "the file to send is gone"
    assert len(office.messenger.calls) == 1


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


async def test_a_chat_rate_is_never_exceeded(office: Office) -> None:
    """Telegram's twenty a minute to a group: the twenty-first waits for the first to be a minute old."""
    office.messenger.chat_rates = (Rate(count=20, seconds=60),)
    async with office.delivering() as delivery:
        for n in range(45):
            await office.post(str(n), "paper:groep")
        for _ in range(15):
            await until(lambda: delivery.stats().active == 0)
            await turn(office, 10)
        await until(lambda: len(office.outcomes) == 45)
    times = [call.at for call in office.messenger.calls]
    assert all(
        later - first >= seconds(60) for first, later in zip(times, times[20:], strict=False)
    )
    assert [call.text for call in office.messenger.calls] == [str(n) for n in range(45)]


async def test_a_short_burst_goes_at_once_and_an_alert_overtakes_the_rest(office: Office) -> None:
    """One a second with three in a burst: three answers go at once, and of what then waits in the
    chat the alert goes first, a second later.
    """
    office.messenger.chat_rates = (Rate(count=1, seconds=1, burst=3),)
    async with office.delivering():
        for text in ("een", "twee", "drie", "vier"):
            await office.post(text)
        await until(lambda: _has_read(office, ["een", "twee", "drie"]))
        await office.post("MELDING", priority=Priority.ALERT)
        await turn(office, 0.9)
        assert len(office.messenger.calls) == 3
        await turn(office, 0.1)
        await until(lambda: _has_read(office, ["een", "twee", "drie", "MELDING"]))
        await turn(office, 1)
        await until(lambda: _has_read(office, ["een", "twee", "drie", "MELDING", "vier"]))


async def test_a_limit_that_was_told_rules_over_a_burst(office: Office) -> None:
    """ "Retry after 7" with two of the burst left: nothing for seven seconds, then one by one."""
    office.messenger.chat_rates = (Rate(count=1, seconds=1, burst=3),)
    office.messenger.script["paper:anna"] = [RateLimited("slow down", after=seconds(7))]
    async with office.delivering():
        for text in ("een", "twee", "drie"):
            await office.post(text)
        await turn(office, 6.9)
        assert office.messenger.texts("paper:anna") == ["een"]
        for sent in (["een"], ["een", "twee"], ["een", "twee", "drie"]):
            await turn(office, 0.1 if sent == ["een"] else 1)
            await until(partial(_has_read, office, ["een", *sent]))


async def test_campaigns_leave_room_for_alerts(office: Office) -> None:
    """With the campaign at its third of the account's limit, an alert still goes at once."""
    office.messenger.account_rates = (Rate(count=30, seconds=1),)
    async with office.delivering():
        await office.store.writer.submit(
            lambda tx: [
                office.outbox.post(tx, office.a("c", f"paper:{n}", priority=Priority.CAMPAIGN))
                for n in range(100)
            ]
        )
        await settle()
        assert len(office.messenger.calls) == 10
        await office.store.writer.submit(
            lambda tx: [
                office.outbox.post(tx, office.a("A", f"paper:a{n}", priority=Priority.ALERT))
                for n in range(25)
            ]
        )
        await settle()
        sent = [call.text for call in office.messenger.calls]
        assert sent.count("A") == 20
        await turn(office, 1)
        sent = [call.text for call in office.messenger.calls]
        assert sent.count("A") == 25


async def test_ten_thousand_waiting_campaign_messages_delay_no_alert(office: Office) -> None:
    """Nothing goes before an alert but what was under way: at most one second's share of campaigns.

    How soon that is, `make bench` measures.
    """
    office.messenger.account_rates = (Rate(count=30, seconds=1),)

    def campaign(tx: Tx) -> None:
        for n in range(10_000):
            office.outbox.post(tx, office.a("c", f"paper:{n}", priority=Priority.CAMPAIGN))

    await office.store.writer.submit(campaign)
    overtaken = []
    async with office.delivering():
        await until(lambda: office.messenger.calls)
        for n in range(15):
            before = len(office.messenger.calls)
            await office.post("A", f"paper:a{n}", priority=Priority.ALERT)
            await until(lambda: office.messenger.calls[-1].text == "A")
            overtaken.append(len(office.messenger.calls) - before - 1)
            await settle()
            office.clock.advance(seconds(1))
            await until(lambda: office.messenger.calls[-1].text == "c")
    assert max(overtaken) <= 10, overtaken


async def test_permanent_trouble_with_one_message_leaves_the_lane_open(office: Office) -> None:
    """A message that keeps failing lets the others of its chat pass after its third try."""
    office.messenger.script["paper:anna"] = [Retryable(), Retryable(), Retryable(), Retryable()]
    async with office.delivering():
        await office.post("giftig")
        await office.post("gewoon")
        for pause in (2, 5, 15):
            assert "gewoon" not in office.messenger.texts("paper:anna")
            await turn(office, pause)
        await until(lambda: "gewoon" in office.messenger.texts("paper:anna"))


async def test_two_poisoned_messages_leave_the_lane_open(office: Office) -> None:
    """What is behind several that keep failing gets its turn within minutes."""
    office.messenger.on_call = lambda text: Retryable("odd") if text.startswith("giftig") else None
    async with office.delivering():
        for text in ("giftig 1", "giftig 2", "gewoon"):
            await office.post(text)
        for _ in range(23):
            await turn(office, 10)
        assert "gewoon" in office.messenger.texts("paper:anna")


async def test_an_outage_changes_no_order(office: Office) -> None:
    """Ten minutes in which nothing goes: then the first answer comes before the second question,
    and that before the third, although each was tried many times. An alert still goes first.
    """
    down = True
    office.messenger.on_call = lambda _text: Retryable("no network") if down else None
    posts = (("een", Priority.ANSWER), ("twee", Priority.QUESTION), ("drie", Priority.ANSWER))
    async with office.delivering():
        for text, priority in posts:
            await office.post(text, priority=priority)
            await turn(office, 20)
        for _ in range(55):
            await turn(office, 10)
        await office.post("MELDING", priority=Priority.ALERT)
        await turn(office, 10)
        await settle()
        tried = len(office.messenger.calls)
        down = False
        await turn(office, 10)
        await office.post("vier", priority=Priority.QUESTION)
        for _ in range(9):
            await turn(office, 10)
        await until(lambda: len(office.outcomes) == 5)
    assert [call.text for call in office.messenger.calls[tried:]] == [
        "MELDING",
        "een",
        "twee",
        "drie",
        "vier",
    ]


async def test_a_restart_changes_no_order(office: Office) -> None:
    """What waits for its next try is still before what was written after it."""
    office.messenger.script["paper:anna"] = [Retryable("busy") for _ in range(2)]
    async with office.delivering():
        await office.post("een")
        await office.post("twee", priority=Priority.QUESTION)
        await turn(office, 2)
    async with office.delivering():
        await turn(office, 4)
        assert office.messenger.texts("paper:anna") == ["een", "een"]
        await turn(office, 1)
        await until(lambda: len(office.outcomes) == 2)
    assert office.messenger.texts("paper:anna")[2:] == ["een", "twee"]


async def test_a_post_must_name_its_target(office: Office) -> None:
    """An edit of nothing, or a message with a target, can't be built."""
    with pytest.raises(ValueError, match="target"):
        office.a("x", kind=Kind.EDIT)
    with pytest.raises(ValueError, match="target"):
        office.a("x", target=3, kind=Kind.SEND)


async def test_a_permanent_edit_failure_is_told(office: Office) -> None:
    """A refused edit is parked with its reason."""
    async with office.delivering():
        card = await office.post("v1")
        await until(lambda: office.outcomes)
        office.messenger.script["paper:anna"] = [Permanent("not ours")]
        await office.post("v2", target=card)
        await until(lambda: len(office.outcomes) == 2)
    assert (office.outcomes[1].kind, office.outcomes[1].reason) == (Kind.EDIT, "not ours")


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
        await settle()
    assert len(office.messenger.calls) == 1
    assert not any(outcome.twice for outcome in office.outcomes)

"""What was sent is changed where it stands: the newest words win, and no edit is lost in silence."""

from __future__ import annotations

import asyncio

from bot.delivery.post import Kind, Result
from bot.errors import Permanent, Retryable, Uncertain
from bot.messaging import Level
from tests.delivery.conftest import Office, settle, turn, until


async def test_an_edit_of_what_still_waits_changes_what_it_will_say(office: Office) -> None:
    """Only the newest words go out, once."""
    card = await office.post("MELDING v1")
    edit = await office.post("MELDING v2", target=card)
    async with office.delivering():
        await until(lambda: office.outcomes)
        await settle(office)
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
        await settle(office)
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
        await settle(office)
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


async def test_a_permanent_edit_failure_is_told(office: Office) -> None:
    """A refused edit is parked with its reason."""
    async with office.delivering():
        card = await office.post("v1")
        await until(lambda: office.outcomes)
        office.messenger.script["paper:anna"] = [Permanent("not ours")]
        await office.post("v2", target=card)
        await until(lambda: len(office.outcomes) == 2)
    assert (office.outcomes[1].kind, office.outcomes[1].reason) == (Kind.EDIT, "not ours")

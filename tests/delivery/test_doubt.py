"""A send whose end nobody knows: what is repeated, marked, parked and told, also after a stop."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

import pytest

from bot.delivery.post import Priority, Result
from bot.errors import StoreFull, Uncertain
from bot.messaging import File, Outgoing
from bot.store import outbox as rows
from tests.delivery.conftest import MARK, Office, turn, until

if TYPE_CHECKING:
    from pathlib import Path

    from bot.delivery.post import Outcome
    from bot.store.tx import Tx


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
        return await real(work, label=label)  # type: ignore[arg-type]  # whatever it gives

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

"""What could not be sent is tried again, in its order, and given up only when it must be."""

from __future__ import annotations

import sqlite3
from datetime import timedelta

from bot.delivery.post import Priority, Result
from bot.errors import RateLimited, RecipientGone, Retryable
from bot.store import overview
from tests.delivery.conftest import Office, seconds, settle, turn, until


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
        await settle(office)
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


async def test_an_alert_that_no_messenger_takes_is_told(office: Office) -> None:
    """An account that must be silent for hours: whoever looks after it hears so within the hour,
    also of alerts that could not even be tried.
    """
    silence = RateLimited("flood", after=timedelta(hours=5), scope="account")
    office.messenger.script["paper:anna"] = [silence]
    async with office.delivering():
        await office.post("een", priority=Priority.ALERT)
        await settle(office)
        await office.post("twee", "paper:bert", priority=Priority.ALERT)
        await office.post("tip", "paper:cem", priority=Priority.CAMPAIGN)
        for _ in range(62):
            await turn(office, 60)
        await until(lambda: len(office.outcomes) == 2)
    assert [call.text for call in office.messenger.calls] == ["een"]
    assert {outcome.result for outcome in office.outcomes} == {Result.PARKED}
    assert {str(outcome.chat) for outcome in office.outcomes} == {"paper:anna", "paper:bert"}


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
        await settle(office)
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

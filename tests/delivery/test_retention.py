"""What the outbox keeps, and how long."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.delivery.post import Kind
from bot.delivery.retention import forget_old
from bot.errors import Permanent
from bot.messaging import Address
from bot.store import outbox as rows
from bot.store import overview
from tests.delivery.conftest import Office, until

if TYPE_CHECKING:
    from bot.store.outbox import Row


def row(office: Office, number: int) -> Row | None:
    with office.store.reading() as reader:
        return rows.get(reader, number)


def bodies(office: Office) -> list[str]:
    with closing(sqlite3.connect(office.store.file)) as connection:
        return [one[0] for one in connection.execute("SELECT body FROM outbox ORDER BY id")]


async def test_words_are_kept_until_they_have_gone(office: Office) -> None:
    """Sent, taken back or replaced: nothing of it is read again. What waits or is parked keeps them."""
    office.messenger.script["paper:bert"] = [Permanent("refused")]
    await office.post("geparkeerd", "paper:bert")
    taken = await office.post("toch niet", "paper:cem")
    await office.post("", "paper:cem", target=taken, kind=Kind.DELETE)
    async with office.delivering():
        card = await office.post("v1")
        await until(lambda: len(office.outcomes) == 2)
        await office.post("v2", target=card)
        await until(lambda: len(office.outcomes) == 3)
    parked, *others = bodies(office)
    assert "geparkeerd" in parked
    assert set(others) == {""}


async def test_what_is_over_is_forgotten_after_thirty_days(office: Office) -> None:
    """Rows, and which message was which; those of an alert stay as long as it does."""
    office.messenger.script["paper:bert"] = [Permanent("refused")]
    async with office.delivering():
        answer = await office.post("een")
        card = await office.post("MELDING", "paper:cem", alert=7, purpose="card")
        refused = await office.post("nooit", "paper:bert")
        await until(lambda: len(office.outcomes) == 3)
    waiting = await office.post("wacht")
    office.clock.advance(timedelta(days=29))
    await forget_old(office.store)
    assert office.state(refused)[0] == "parked"
    assert row(office, answer) is not None
    office.clock.advance(timedelta(days=2))
    await forget_old(office.store)
    assert row(office, answer) is None
    assert office.state(refused) == ("dropped", "refused")
    assert office.state(card)[0] == "sent"
    assert office.state(waiting)[0] == "waiting"
    with office.store.reading() as reader:
        assert office.outbox.find(reader, Address.parse("paper:anna"), "m1") is None
        assert overview.outbox_counts(reader) == {"waiting": 1, "sending": 0, "parked": 0}


async def test_however_much_is_old_it_goes_some_at_a_time(office: Office) -> None:
    """More than one page; nothing is left."""
    await office.store.writer.submit(
        lambda tx: [office.outbox.post(tx, office.a(str(n), f"paper:{n}")) for n in range(450)]
    )
    async with office.delivering():
        await until(lambda: len(office.outcomes) == 450)
    office.clock.advance(timedelta(days=31))
    await forget_old(office.store)
    assert bodies(office) == []

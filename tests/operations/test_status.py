"""`saarbot status` and the figures: what stands in the store, told truthfully."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.clock import SettableClock
from bot.delivery.outbox import Outbox
from bot.delivery.policy import UNKNOWN
from bot.delivery.post import Post, Priority
from bot.errors import StoreError
from bot.journal import journal
from bot.messaging import Address, Outgoing
from bot.operations.board import Board, last_board
from bot.operations.gauges import watch_store
from bot.operations.health import Health
from bot.operations.metrics import Metrics
from bot.operations.status import in_words, status
from bot.settings import Settings, load
from bot.store import alerts, inbox, outbox, people, places, police
from bot.store.engine import Store
from bot.store.tx import Tx, to_ms
from tests.tables import store_in

NIGHT = datetime(2026, 11, 12, 22, 14, tzinfo=UTC)
GONE = "telegram:111111"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    file = tmp_path / "saarbot.yaml"
    file.write_text(
        "data_dir: var\nneighbourhoods: {munsterbilzen: {name: Munsterbilzen, preset: bilzen}}\n"
    )
    return load(file, {})


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    store = store_in(settings.data_dir, SettableClock(NIGHT))
    yield store
    store.close()


def a_night(tx: Tx) -> None:
    """One member, one open alert, one message that waits, one given up, one mail put off."""
    places.put_place(tx, "munsterbilzen", name="Munsterbilzen", invite_code="rozenstraat")
    person = people.add_person(tx, name="Jan Peeters", language="nl")
    member = people.add_member(
        tx, "munsterbilzen", person, role="coordinator", state="active", pseudonym=1
    )
    alerts.add_alert(
        tx,
        "munsterbilzen",
        number="M-2026-0117",
        sequence=117,
        state="open",
        urgency="urgent",
        reporter_id=member,
        facts={"what": "inbraak bezig"},
    )
    _post(tx, "one")
    number = _post(tx, "two")
    outbox.park(tx, number, "RecipientGone")
    outbox.park(tx, _post(tx, "three", purpose="answer", alert=None), UNKNOWN)
    inbox.set_aside(tx, "telegram", "k", '{"text": "geheim"}', "KeyError")
    journal.append(tx, "munsterbilzen", "case.closed", {"case": "M-2026-0117", "outcome": "gone"})
    _mail(tx)


def _post(tx: Tx, cause: str, *, purpose: str = "card", alert: int | None = 1) -> int:
    post = Post(
        chat=Address.parse(GONE),
        message=Outgoing(text="MELDING Kerkstraat"),
        cause=cause,
        priority=Priority.ALERT,
        purpose=purpose,
        alert=alert,
    )
    number = Outbox().post(tx, post)
    assert number is not None
    return number


def _mail(tx: Tx) -> None:
    line = police.Line(
        id="munsterbilzen-1a2b",
        neighbourhood="munsterbilzen",
        address="wijk@politie.test",
        opened_at=tx.now_ms,
        ended_at=None,
        predecessor=None,
    )
    police.add_line(tx, line)
    columns: dict[str, Any] = {
        "line_id": line.id,
        "number": 118,
        "after_n": 0,
        "upto_n": 1,
        "since": tx.now_ms,
        "until": tx.now_ms,
        "cause": "due",
        "state": "rendered",
        "message_id": "<x@y>",
        "head": "00",
        "attempts": 3,
        "next_try_at": tx.now_ms,
        "reason": "the server broke off",
        "cut_at": tx.now_ms,
        "accepted_at": None,
    }
    row = {name: columns.get(name, "") for name in police.Digest.__annotations__}
    police.insert(tx, {**row, "boundaries": "[]", "summary": "{}"})
    made = police.last(tx, line.id)
    assert made is not None
    police.save(tx, made._replace(attempts=3, reason="the server broke off"))


def test_everything_an_operator_asks_is_told(settings: Settings, store: Store) -> None:
    """Open alerts, outbox, dead letters, mail, chain head: each with its time, local."""
    store.writer.call(a_night)
    words = in_words(status(settings), settings.timezone).splitlines()
    head = next(line for line in words if line.startswith("Log "))

    assert words[0] == "Saarbot is not running."
    assert "Munsterbilzen: 1 member, of whom 1 coordinator" in words
    assert "Open alerts: 1" in words
    assert "  M-2026-0117 in munsterbilzen, open since 2026-11-12 23:14" in words
    assert "Outbox: 1 waiting, 0 under way, the oldest since 2026-11-12 23:14" in words
    assert "Dead letters: 2, 1 of which may have arrived" in words
    assert "  2: telegram, card, M-2026-0117, 2026-11-12 23:14: RecipientGone" in words
    assert "  3: telegram, answer, 2026-11-12 23:14: nobody knows whether it was sent" in words
    assert "Set aside: 1 message that could not be handled" in words
    assert (
        "Police mail munsterbilzen: P-0118 rendered 2026-11-12 23:14: the server broke off" in words
    )
    assert head.startswith("Log munsterbilzen: 1 entry, head ")
    assert len(head.split()[-1]) == 64


def test_nothing_personal_is_in_the_status(settings: Settings, store: Store) -> None:
    """No name, no chat, no text: it may be pasted into a ticket."""
    store.writer.call(a_night)
    told = json.dumps(status(settings))

    for personal in ("Peeters", "111111", "Kerkstraat", "inbraak", "geheim"):
        assert personal not in told


def test_an_empty_store_is_told_in_the_same_words(settings: Settings, store: Store) -> None:
    """Nothing open, nothing waiting, nothing mailed."""
    words = in_words(status(settings), settings.timezone).splitlines()

    assert words == [
        "Saarbot is not running.",
        "Munsterbilzen: 0 members, of whom 0 coordinators",
        "Open alerts: none",
        "Outbox: 0 waiting, 0 under way",
        "Dead letters: none",
        "Police mail: none sent yet",
        "Log: empty",
    ]


def test_no_store_is_an_error_and_none_is_made(settings: Settings) -> None:
    """Looking creates nothing."""
    with pytest.raises(StoreError, match="there is no database"):
        status(replace(settings, data_dir=settings.data_dir / "elsewhere"))
    assert not (settings.data_dir / "elsewhere").exists()


async def test_the_parts_of_a_running_bot_are_read_from_another_process(
    settings: Settings, store: Store
) -> None:
    """Each change of the health board is on disk; it counts only while somebody runs."""
    health = Health()
    health.expect("telegram")
    keeping = asyncio.create_task(Board(health, store).run())
    health.set("telegram", False, "token refused")
    async with asyncio.timeout(10):
        while True:
            with store.reading() as reader:
                kept = last_board(reader)
            if kept and kept["telegram"].detail == "token refused":
                break
            await asyncio.sleep(0.01)
    keeping.cancel()
    with suppress(asyncio.CancelledError):
        await keeping

    assert status(settings)["parts"] == {}
    store.lock()
    running = status(settings)
    assert running["parts"] == {"telegram": {"ok": False, "detail": "token refused"}}
    assert "  FAIL telegram: token refused" in in_words(running, settings.timezone)


def test_the_figures_are_counted_in_the_store(store: Store) -> None:
    """After a restart they are as true as before; nothing personal is a label."""
    store.writer.call(a_night)
    metrics = Metrics()
    watch_store(metrics, store)
    lines = metrics.text().decode().splitlines()

    for line in (
        'saarbot_outbox{state="waiting"} 1.0',
        'saarbot_outbox{state="parked"} 2.0',
        "saarbot_outbox_in_doubt 1.0",
        'saarbot_alerts{neighbourhood="munsterbilzen",state="open"} 1.0',
        'saarbot_journal_entries{chain="munsterbilzen"} 1.0',
        'saarbot_members{neighbourhood="munsterbilzen"} 1.0',
        'saarbot_mails{neighbourhood="munsterbilzen",state="rendered"} 1.0',
        "saarbot_set_aside 1.0",
    ):
        assert line in lines
    assert not [line for line in lines if "111111" in line or "Peeters" in line]


def test_an_accepted_mail_shows_its_time(store: Store) -> None:
    """An alarm on its age finds a mail that didn't leave."""

    def work(tx: Tx) -> None:
        a_night(tx)
        row = police.last(tx, "munsterbilzen-1a2b")
        assert row is not None
        police.save(tx, row._replace(state="accepted", accepted_at=tx.now_ms))

    store.writer.call(work)
    metrics = Metrics()
    watch_store(metrics, store)

    name = 'saarbot_last_mail_accepted_timestamp_seconds{neighbourhood="munsterbilzen"}'
    told = next(line for line in metrics.text().decode().splitlines() if line.startswith(name))
    assert float(told.split()[-1]) * 1000 == to_ms(NIGHT)


def test_more_dead_letters_than_a_screen_holds(settings: Settings, store: Store) -> None:
    """The newest twenty are shown, each with its number; how many more there are is said."""

    def work(tx: Tx) -> None:
        for n in range(25):
            outbox.park(tx, _post(tx, f"c{n}", alert=None), "blocked")

    store.writer.call(work)
    words = in_words(status(settings), settings.timezone).splitlines()
    at = words.index("Dead letters: 25")
    assert words[at + 1].startswith("  25: telegram, card, ")
    assert words[at + 21] == "  and 5 older"


def test_a_refused_mail_is_shown_however_many_went_after_it(
    settings: Settings, store: Store
) -> None:
    """P-0118 was refused, P-0119 taken the next day: the police still miss a mail, and without a
    coordinator to tell the operator must see it here, with its reason and what to do.
    """

    def work(tx: Tx) -> None:
        a_night(tx)
        refused = police.last(tx, "munsterbilzen-1a2b")
        assert refused is not None
        police.save(tx, refused._replace(state="refused", reason="mailbox refused: 550 unknown"))
        for number in (119, 120):
            after = refused._replace(number=number, message_id=f"<{number}@y>")._asdict()
            police.insert(tx, after)
            made = police.last(tx, "munsterbilzen-1a2b")
            assert made is not None
            police.save(tx, made._replace(state="accepted", accepted_at=tx.now_ms))

    store.writer.call(work)
    words = in_words(status(settings), settings.timezone).splitlines()
    assert [line for line in words if line.startswith("Police mail")] == [
        (
            "Police mail munsterbilzen: P-0118 refused 2026-11-12 23:14: mailbox refused: "
            "550 unknown; once that is mended, `saarbot digest` sends it again"
        ),
        "Police mail munsterbilzen: P-0120 accepted 2026-11-12 23:14",
    ]

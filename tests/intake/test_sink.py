"""Where adapters hand over: kept once, one failing event by itself, words to nobody's log."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from bot.intake.sink import Inbox
from bot.messaging import ChatKind, Context, MessageReceived, RawInbound, Sender
from bot.operations.metrics import Metrics
from bot.store import inbox as inbox_store
from bot.store.storage import AdapterStorage
from bot.testkit.memory import MemoryAdapter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.messaging import Event
    from bot.testkit.memory import Person
    from tests.story.village import Village


class Bundles(MemoryAdapter):
    """A messenger that brings several people's messages in one update, as some do."""

    said: Sequence[tuple[Person, str]] = ()

    def parse(self, raw: RawInbound) -> Sequence[Event]:
        return [
            MessageReceived(
                source=self.name,
                event_id=f"{raw.key}.{number}",
                chat=person.address,
                chat_kind=ChatKind.DIRECT,
                sender=Sender(address=person.address, direct=person.address),
                occurred_at=raw.received_at,
                received_at=raw.received_at,
                message_id=f"{raw.key}.{number}",
                text=text,
            )
            for number, (person, text) in enumerate(self.said)
        ]


def bundles(street: Village) -> tuple[Bundles, Inbox]:
    adapter = street.adapters["telegram"]
    assert isinstance(adapter, MemoryAdapter)
    adapter.__class__ = Bundles
    made = adapter
    assert isinstance(made, Bundles)
    return made, street._inbox(made)


def raw(street: Village, key: str) -> RawInbound:
    return RawInbound(source="telegram", key=key, payload="{}", received_at=street.clock.now())


async def test_one_failing_event_takes_no_other_with_it(
    street: Village, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Three people in one update: the second one's fails, the others are answered, and so is she."""
    adapter, inbox = bundles(street)
    emma = street.telegram.person("Emma")
    await street.lives_here(emma, "Emma Claes")

    def broken(_ask: object) -> None:
        raise RuntimeError("Emma zei iets")

    monkeypatch.setitem(street.house.intake._direct._handlers, "privacy", broken)
    adapter.said = [(street.anna, "meld"), (emma, "privacy"), (street.dirk, "help")]
    await inbox.accept(raw(street, "b1"), cursor=("bundle", "b1"))
    await street.anna.chat.hears("Bel eerst 101")
    await emma.chat.hears("Dat ging mis")
    with street.store.reading() as reader:
        said = street.house.outbox.of_cause(reader, "neighbourhood.went_wrong::telegram:b1.1")
    assert list(said) == [str(emma.address)], "it stands in the outbox, where no crash loses it"
    await street.dirk.chat.hears("Dit kun je hier typen")
    with street.store.reading() as reader:
        assert [one.key for one in inbox_store.aside(reader)] == ["b1"]
    assert "Emma" not in caplog.text
    kept = AdapterStorage(street.store.writer, street.store, "telegram")
    assert await kept.get("bundle") == "b1"


async def test_the_same_update_again_is_nothing(street: Village) -> None:
    """Delivered twice, whole or in another bundle: each event is handled once."""
    adapter, inbox = bundles(street)
    adapter.said = [(street.anna, "meld"), (street.dirk, "meld")]
    await inbox.accept(raw(street, "b2"))
    await street.settled()
    before = len(street.anna.texts)
    await inbox.accept(raw(street, "b2"))
    await street.settled()
    assert len(street.anna.texts) == before


async def test_what_cannot_even_be_parsed_is_set_aside(street: Village) -> None:
    """An adapter that raises loses nothing: the payload waits for the operator."""

    class Broken(MemoryAdapter):
        def parse(self, raw: RawInbound) -> Sequence[Event]:
            raise ValueError(raw.payload)

    storage = AdapterStorage(street.store.writer, street.store, "signal")
    context = Context(
        name="signal", settings={}, storage=storage, clock=street.clock, spool=street.folder
    )
    inbox = Inbox(
        adapter=Broken(context, street.signal),
        writer=street.store.writer,
        intake=street.house.intake,
        metrics=Metrics(),
        on_state=lambda _state: None,
        cry=lambda _lang: "",
        seconds=time.monotonic,
    )
    await inbox.accept(raw(street, "x"))
    with street.store.reading() as reader:
        (one,) = inbox_store.aside(reader)
    assert one.reason.startswith("ValueError at test_sink.py")

"""Munsterbilzen in memory: two native groups, two coordinators, people with direct chats only."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.delivery.delivery import Delivery
from bot.house import House, Words
from bot.intake.sink import Inbox
from bot.intake.timekeeper import Timekeeper
from bot.messaging import Context
from bot.operations.metrics import Metrics
from bot.settings.reader import load
from bot.store.engine import open_store
from bot.store.storage import AdapterStorage
from bot.testkit.memory import BUTTONS, NUMBERS, PAGE, MemoryWorld

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.clock import SettableClock
    from bot.store.engine import Store
    from bot.testkit.memory import Group, Messenger, Person

CONFIG = """
data_dir: {data}
timezone: Europe/Brussels
language: nl
adapters:
  telegram: {{token: "1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}}
  signal: {{api_url: "http://127.0.0.1:1", number: "+32470123456"}}
  webchat: {{}}
mail:
  from: saarbot@example.org
  smtp: {{host: 127.0.0.1, port: 1, security: none}}
neighbourhoods:
  munsterbilzen:
    name: Munsterbilzen
    preset: bilzen
    invite_code: rozenstraat
    streets: [Kerkstraat, Kloosterstraat, Rozenstraat, Stationsstraat]
    coordinators: ["telegram:els", "signal:gert"]
    police: {{mailbox: [wijk@politie.example], on_close: false}}
"""


@dataclass(kw_only=True)
class Village:
    """The neighbourhood and its people. `els` and `gert` are coordinators."""

    world: MemoryWorld
    clock: SettableClock
    store: Store
    house: House
    telegram: Messenger
    signal: Messenger
    web: Messenger
    els: Person
    gert: Person

    async def admits(self, person: Person, name: str, street: str = "Rozenstraat") -> None:
        """Somebody joins by invitation and Els approves."""
        person.says("/start rozenstraat")
        await person.hears("huisregels")
        person.presses("Ja")
        await person.hears("Hoe heet je")
        person.says(name)
        await person.hears("straat")
        person.says(street)
        await person.hears("beheerder")
        await self.els.chat.hears(name)
        self.els.presses("Goedkeuren")
        await person.hears("Welkom")

    async def links(self, group: Group, by: Person) -> None:
        """A coordinator links a native group."""
        by.says("/koppel", to=group)
        await group.hears("hoort nu bij")

    async def later(self, **by: float) -> None:
        """Turn the clock and let what is due happen."""
        self.clock.advance(timedelta(**by))
        await self.settled()

    async def settled(self) -> None:
        """Return when nothing is due, waiting or under way any more."""
        deadline = time.monotonic() + 10
        quiet = 0
        while quiet < 3:  # looks in a row
            await asyncio.sleep(0.03)
            busy = await self.timekeeper.tick() or self._busy()
            quiet = 0 if busy else quiet + 1
            assert time.monotonic() < deadline, "the village does not come to rest"

    def _busy(self) -> bool:
        with self.store.reading() as reader:
            counts = self.house.outbox.counts(reader)
        return bool(counts.get("waiting", 0) + counts.get("sending", 0)) or bool(
            self.store.writer.stats().waiting
        )

    timekeeper: Timekeeper


@asynccontextmanager
async def village(folder: Path, clock: SettableClock) -> AsyncIterator[Village]:
    """A running core over three messengers in memory."""
    file = folder / "saarbot.yaml"
    file.write_text(CONFIG.format(data=folder / "data"), "utf-8")
    settings = load(file, {})
    world = MemoryWorld(clock=clock)
    profiles = {"telegram": BUTTONS, "signal": NUMBERS, "webchat": PAGE}
    messengers = {name: world.messenger(name, profile=one) for name, one in profiles.items()}
    store = open_store("sqlite", settings.data_dir, clock)
    store.lock()
    store.migrate()
    adapters = {
        name: world.factory(name)(
            Context(
                name=name,
                settings={},
                storage=AdapterStorage(store.writer, store, name),
                clock=clock,
                spool=folder,
            )
        )
        for name in messengers
    }
    house = House(settings, store, Words.load(), adapters)
    await store.writer.submit(house.seed)
    delivery = Delivery(
        store=store,
        outbox=house.outbox,
        adapters=adapters,
        clock=clock,
        on_outcome=house.on_outcome,
        markers={"nl": "(mogelijk dubbel) ", "en": "(may be a repeat) "},
    )
    keeper = Timekeeper(store, clock, house.timers())
    tasks = [asyncio.create_task(delivery.run()), asyncio.create_task(keeper.run())]
    metrics = Metrics()
    for adapter in adapters.values():
        inbox = Inbox(
            adapter=adapter,
            writer=store.writer,
            intake=house.intake,
            metrics=metrics,
            on_state=lambda _state: None,
            cry=lambda _lang: "Ik kan nu niet doorgeven. Bel 101.",
            sorry=lambda _lang: "Dat ging mis.",
            seconds=time.monotonic,
        )
        tasks.append(asyncio.create_task(adapter.run(inbox)))
    telegram = messengers["telegram"]
    try:
        yield Village(
            world=world,
            clock=clock,
            store=store,
            house=house,
            telegram=telegram,
            signal=messengers["signal"],
            web=messengers["webchat"],
            els=telegram.person("Els", id="els"),
            gert=messengers["signal"].person("Gert", id="gert"),
            timekeeper=keeper,
        )
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task
        store.close()

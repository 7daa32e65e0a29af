"""Munsterbilzen in memory: two native groups, two coordinators, and people with direct chats only.

    async with village(tmp_path, clock) as munster:
        street = await munster.with_neighbours()
        await street.reports(street.anna)

Everything decides and delivers as in a real run; only the messengers are in memory.
"""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.delivery.delivery import Delivery
from bot.delivery.lanes import Item
from bot.house import House
from bot.intake.long_work import LongWork
from bot.intake.sink import Inbox
from bot.intake.timekeeper import Timekeeper
from bot.journal import journal
from bot.journal.fetcher import Fetcher
from bot.messaging import Address, Context, Sender
from bot.neighbourhood.people import RESIDENT
from bot.operations.metrics import Metrics
from bot.operations.requests import Requests
from bot.police.export import Exporter
from bot.settings.reader import load
from bot.store import alerts as alert_store
from bot.store import dialogues as dialogue_store
from bot.store import media as media_rows
from bot.store import outbox as outbox_rows
from bot.store import overview
from bot.store import people as people_store
from bot.store import places as place_store
from bot.store.storage import AdapterStorage
from bot.testkit.memory import BUTTONS, NUMBERS, PAGE, MemoryWorld
from tests.tables import store_in
from tests.words import words

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.clock import SettableClock
    from bot.journal.journal import Entry
    from bot.store.alerts import Alert
    from bot.store.tx import Tx
    from bot.testkit.memory import Group, Messenger, Person, Shown

HEAD = """
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
"""
PLACE = """
  {id}:
    name: {name}
    preset: bilzen
    invite_code: {code}
    streets: [Kerkstraat, Kapelstraat, Kloosterstraat, Rozenstraat, Stationsstraat, De Hoeven]
    coordinators: [{coordinators}]
    police: {{mailbox: [wijk@politie.example], on_close: false}}
"""
MUNSTER = {"id": "munsterbilzen", "name": "Munsterbilzen", "code": "rozenstraat"}
BEVERST = {"id": "beverst", "name": "Beverst", "code": "kapelstraat"}
PROFILES = {"telegram": BUTTONS, "signal": NUMBERS, "webchat": PAGE}


class Village:
    """The neighbourhood and its people. `els` (Telegram) and `gert` (Signal) are coordinators.

    With neighbours: Anna (Telegram) and Carla (web chat) have direct chats only, Dirk is in the
    Telegram group with Els, Bram in the Signal group with Gert.
    """

    telegram_group: Group
    signal_group: Group
    anna: Person
    bram: Person
    carla: Person
    dirk: Person

    def __init__(self, folder: Path, clock: SettableClock, config: str) -> None:
        self.folder = folder
        self.clock = clock
        file = folder / "saarbot.yaml"
        file.write_text(config.format(data=folder / "data"), "utf-8")
        self.settings = load(file, {})
        self.world = MemoryWorld(clock=clock)
        self._messengers = {
            name: self.world.messenger(name, profile=profile) for name, profile in PROFILES.items()
        }
        self.telegram: Messenger = self._messengers["telegram"]
        self.signal: Messenger = self._messengers["signal"]
        self.web: Messenger = self._messengers["webchat"]
        self.els: Person = self.telegram.person("Els", id="els")
        self.gert: Person = self.signal.person("Gert", id="gert")
        self._words = words()
        self._tasks: list[asyncio.Task[None]] = []

    # --- running -----------------------------------------------------------------------------

    async def starts(self) -> None:
        """The core comes up, on whatever is in the data directory."""
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))  # for `settled`
        self.store = store_in(self.settings.data_dir, self.clock)
        self.store.lock()
        self.adapters = {name: self._adapter(name) for name in self._messengers}
        self.house = House(self.settings, self.store, self._words, self.adapters)
        await self.store.writer.submit(self.house.seed)
        self.keeper = Timekeeper(self.store, self.clock, self.house.timers())
        texts = self._words.texts
        delivery = Delivery(
            store=self.store,
            outbox=self.house.outbox,
            adapters=self.adapters,
            clock=self.clock,
            on_outcome=self.house.on_outcome,
            markers={lang: texts.say(lang, "delivery.repeated") for lang in texts.languages},
        )
        fetcher = Fetcher(
            store=self.store,
            vault=self.house.vault,
            adapters=self.adapters,
            clock=self.clock,
            on_media=self.house.pictures.on_media,
        )
        works = [delivery.run(), fetcher.run(), self.keeper.run(), self.house.presence.run()]
        works += [adapter.run(self._inbox(adapter)) for adapter in self.adapters.values()]
        self._tasks = [asyncio.create_task(work) for work in works]

    def _adapter(self, name: str) -> Any:
        storage = AdapterStorage(self.store.writer, self.store, name)
        context = Context(
            name=name, settings={}, storage=storage, clock=self.clock, spool=self.folder
        )
        return self.world.factory(name)(context)

    def _inbox(self, adapter: Any) -> Inbox:
        return Inbox(
            adapter=adapter,
            writer=self.store.writer,
            intake=self.house.intake,
            metrics=Metrics(),
            on_state=lambda _state: None,
            cry=lambda _lang: "Ik kan nu niet doorgeven. Bel 101.",
            seconds=time.monotonic,
        )

    def works(self) -> None:
        """Exports, status and released pictures are made, beside the conversations."""
        store, house = self.store, self.house
        work = LongWork(
            store=store,
            voice=house.voice,
            people=house.people,
            outbox=house.outbox,
            chronicle=house.chronicle,
            relay=house.relay,
            vault=house.vault,
            exporter=Exporter(store, house.vault, self.settings, self._words.texts, self.clock),
            zone=self.settings.timezone,
            clock=self.clock,
            upload_max=lambda chat: self.adapters[chat.messenger].capabilities(chat).upload_max,
        )
        house.requests = Requests(store, work.handlers())
        self._tasks.append(asyncio.create_task(house.requests.run()))

    async def stops(self) -> None:
        """The core goes down."""
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task
        self.store.close()

    async def restarts(self) -> None:
        """Down, and up again."""
        await self.stops()
        await self.starts()

    async def later(self, **by: float) -> None:
        """Turn the clock and let what is due happen."""
        await self.settled()
        self.clock.advance(timedelta(**by))
        await self.settled()

    async def settled(self) -> None:
        """Return when nothing is due, waiting or under way any more."""
        deadline = time.monotonic() + 20
        quiet = 0
        while quiet < 3:  # looks in a row, each behind all that waited for a thread
            await asyncio.sleep(0.001)
            await asyncio.to_thread(lambda: None)
            busy = await self.keeper.tick() or self._busy()
            quiet = 0 if busy else quiet + 1
            assert time.monotonic() < deadline, "the village does not come to rest"

    def _busy(self) -> bool:
        if not all(messenger.all_acknowledged for messenger in self._messengers.values()):
            return True
        with self.store.reading() as reader:
            sending = overview.outbox_counts(reader)["sending"]
            waiting = _may_go(outbox_rows.queue(reader, after=0, most=1000), reader.now_ms)
            fetching = media_rows.due(reader, at=reader.now_ms, most=1)
        return bool(sending or waiting or fetching or self.store.writer.stats().waiting)

    # --- people ------------------------------------------------------------------------------

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
        question = await self.els.chat.hears(name)
        self.els.presses("Goedkeuren", on=question)
        await person.hears("Welkom")

    async def lives_here(
        self, person: Person, name: str, place: str = "munsterbilzen", street: str = "Rozenstraat"
    ) -> None:
        """Somebody became a member earlier."""
        person.starts()

        def work(tx: Tx) -> None:
            sender = Sender(
                address=person.address, aliases=person.aliases, direct=person.address, display=name
            )
            people = self.house.people.enrol(tx, sender, lang=person.language or "nl")
            self.house.people.name(tx, people, name, place)
            number = place_store.next_pseudonym(tx, place)
            people_store.add_member(
                tx, place, people, role=RESIDENT, state="active", pseudonym=number, street=street
            )

        await self.store.writer.submit(work)

    async def links(self, group: Group, by: Person) -> None:
        """A coordinator links a native group."""
        several = len(self.settings.neighbourhoods) > 1
        by.says("/koppel Munsterbilzen" if several else "/koppel", to=group)
        await group.hears("hoort nu bij")

    async def with_neighbours(self) -> Village:
        """The cast above, their groups linked, everybody's phone switched on."""
        self.els.says("/start")
        await self.els.hears("Beheerder")
        self.anna = self.telegram.person("Anna")
        self.bram = self.signal.person("Bram")
        self.carla = self.web.person("Carla")
        self.dirk = self.telegram.person("Dirk")
        for person, name in (
            (self.anna, "Anna Peeters"),
            (self.bram, "Bram Maes"),
            (self.carla, "Carla Vos"),
            (self.dirk, "Dirk Wouters"),
        ):
            await self.lives_here(person, name)
        self.telegram_group = self.telegram.group("Straat", self.els, self.dirk)
        self.signal_group = self.signal.group("Straat", self.gert, self.bram)
        await self.links(self.telegram_group, self.els)
        await self.links(self.signal_group, self.gert)
        await self.house.presence.refresh()
        await self.settled()
        return self

    # --- what often happens ------------------------------------------------------------------

    async def begins(self, person: Person, gate: str = "Ik heb 101 gebeld") -> None:
        """`meld`, and an answer to the gate."""
        person.says("meld")
        await person.hears("Bel eerst 101")
        person.presses(gate)

    async def tells(
        self, person: Person, what: str = "man voelt aan autodeuren", where: str = "Kerkstraat 12"
    ) -> Shown:
        """What and where (unless the street was told with it); returns the preview."""
        await person.hears("Wat zie")
        person.says(what)
        asked = await person.hears("het?")
        if "Waar is het" not in asked.text:
            return asked
        person.says(where)
        return await person.hears("Klopt het?")

    async def reports(self, person: Person, place: str = "munsterbilzen", **told: str) -> Alert:
        """A whole report by somebody who called 101."""
        await self.begins(person)
        await self.tells(person, **told)
        person.presses("Versturen")
        await person.hears("gaat nu naar de buurt")
        await self.settled()
        return self.alert(place=place)

    async def skips_enrichment(self, person: Person) -> None:
        """`klaar`, so that no conversation is open."""
        person.says("klaar")
        await person.hears("Bedankt")
        await self.settled()

    # --- looking -----------------------------------------------------------------------------

    def alert(self, number: str = "", place: str = "munsterbilzen") -> Alert:
        """The alert with this number, or the newest."""
        with self.store.reading() as reader:
            if number:
                found = alert_store.by_number(reader, place, number)
            else:
                found = next(
                    (
                        alert
                        for last in range(30, 0, -1)
                        if (alert := alert_store.by_number(reader, place, str(last)))
                    ),
                    None,
                )
        assert found is not None, f"no alert {number}"
        return found

    def log(self, *kinds: str, place: str = "munsterbilzen") -> list[Entry]:
        """The log's entries of these kinds, in order."""
        with self.store.reading() as reader:
            found = list(journal.entries(reader, place))
            assert journal.verify(reader, place) is None, "the chain doesn't hold"
        return [entry for entry in found if not kinds or entry.kind in kinds]

    def card(self, chat: Person | Group) -> Shown:
        """The newest card in a chat, as it looks now."""
        cards = [shown for shown in chat.chat.of_bot if "MELDING M-" in shown.text[:12]]
        assert cards, f"no card in {chat.chat.address}, but {chat.texts}"
        return cards[-1]

    def saw_card(self, chat: Person | Group) -> bool:
        """Whether a card was ever shown there."""
        return any("MELDING M-" in shown.text[:12] for shown in chat.chat.of_bot)

    def open_conversations(self) -> int:
        """How many conversations are open, with anybody."""
        with self.store.reading() as reader:
            people = range(1, 50)
            return sum(len(dialogue_store.of_person(reader, person)) for person in people)

    def address_of(self, chat: Person | Group) -> Address:
        return chat.chat.address


def _may_go(queue: list[outbox_rows.Queued], now: int) -> bool:
    """Whether a message is due and none before it in its chat waits for a later time."""
    places = [(q.chat, Item(q.priority, q.id, q.not_before)) for q in queue]
    holding = [(chat, item.place) for chat, item in places if item.not_before > now]
    return any(
        item.not_before <= now
        and not any(chat == other and place < item.place for other, place in holding)
        for chat, item in places
    )


@asynccontextmanager
async def village(
    folder: Path,
    clock: SettableClock,
    *,
    more: str = "",
    two_places: bool = False,
    coordinators: str = '"telegram:els", "signal:gert"',
) -> AsyncIterator[Village]:
    """A running core over three messengers in memory. `more` are further settings of the place."""
    config = HEAD + PLACE.format(**MUNSTER, coordinators=coordinators).replace("{", "{{").replace(
        "}", "}}"
    )
    config += "".join(f"    {line}\n" for line in more.splitlines())
    if two_places:
        other = PLACE.format(**BEVERST, coordinators='"telegram:els"')
        config += other.replace("{", "{{").replace("}", "}}")
    found = Village(folder, clock, config)
    await found.starts()
    try:
        yield found
    finally:
        await found.stops()

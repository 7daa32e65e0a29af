"""The composition root: a running bot, made of a house and everything around it that does."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from bot.delivery.delivery import Delivery
from bot.delivery.retention import forget_old
from bot.house import House
from bot.intake.long_work import LongWork
from bot.intake.sink import Inbox
from bot.intake.timekeeper import Timekeeper
from bot.journal.fetcher import Fetcher
from bot.messaging import AdapterState, Condition, Context, registry
from bot.operations.board import Board
from bot.operations.health import Health
from bot.operations.http import HttpServer
from bot.operations.logs import Told
from bot.operations.metrics import Metrics
from bot.operations.requests import Requests
from bot.operations.schedule import Schedule
from bot.panels.views import Views
from bot.police.digest import Police
from bot.police.export import Exporter
from bot.store import places as place_store
from bot.store.engine import open_store
from bot.store.storage import AdapterStorage
from bot.words import Words

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Coroutine, Mapping

    from bot.clock import Clock
    from bot.messaging import Adapter, Address, CommandMenu, Factory, Page, Panels
    from bot.settings import Settings

log = logging.getLogger(__name__)

_LOOK_S = 5.0
# All together must be less than the service's TimeoutStopSec (deploy/saarbot.service).
END_S = 10.0
AGAIN_S = 2.0


class App:
    """A running bot: a house and everything around it that does."""

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Clock,
        factories: Mapping[str, Factory] | None = None,
        about: Mapping[str, Any] | None = None,
        pages: tuple[Page, ...] = (),
    ) -> None:
        """Opens, locks and migrates the store. Raises ConfigurationError, StoreBusy."""
        self.settings = settings
        self.clock = clock
        self.words = Words.load(settings.texts, settings.dialogues)
        self.store = open_store(settings.database, settings.data_dir, clock)
        self.store.lock()
        self.store.migrate()
        self.health = Health()
        self.metrics = Metrics()
        self.health.on_change(self.metrics.watch)
        self._pages: list[Page] = list(pages)
        self._factories = factories or {}
        self._about = {**self._told(), **(about or {})}
        self.adapters = {name: self._adapter(name) for name in settings.adapters}
        self.house = House(settings, self.store, self.words, self.adapters)
        self._tasks: list[asyncio.Task[None]] = []
        self._stopping = asyncio.Event()
        self._around()

    def _told(self) -> dict[str, Any]:
        """What a page may show to anybody."""
        places = self.settings.neighbourhoods.values()
        return {
            "neighbourhoods": self._invitations,
            "timezone": str(self.settings.timezone),
            "emergency": next((place.emergency for place in places), "101"),
            "language": self.settings.language,
        }

    def _invitations(self) -> list[dict[str, str]]:
        """Each neighbourhood's name and invite code, as they are now."""
        with self.store.reading() as reader:
            return [
                {"id": place.id, "name": place.name, "invite_code": place.invite_code}
                for place in place_store.places(reader)
            ]

    def _adapter(self, name: str) -> Adapter:
        factory = self._factories.get(name) or registry.load(name)
        spool = self.store.data_dir / "spool" / name
        spool.mkdir(mode=0o700, parents=True, exist_ok=True)
        return factory(
            Context(
                name=name,
                settings=self.settings.adapters[name].plain(),
                storage=AdapterStorage(self.store.writer, self.store, name),
                clock=self.clock,
                spool=spool,
                public_url=self.settings.http.public_url,
                mount=self._pages.append,
                about=self._about,
                panels=self._panels,
            )
        )

    def _panels(self, chat: Address) -> AsyncGenerator[Panels, None]:
        return self.views.panels(chat)

    def _around(self) -> None:
        """Everything that does, given to each other."""
        settings, store, house, clock = self.settings, self.store, self.house, self.clock
        texts = self.words.texts
        self.delivery = Delivery(
            store=store,
            outbox=house.outbox,
            adapters=self.adapters,
            clock=clock,
            on_outcome=house.on_outcome,
            markers={lang: texts.say(lang, "delivery.repeated") for lang in texts.languages},
        )
        self.fetcher = Fetcher(
            store=store,
            vault=house.vault,
            adapters=self.adapters,
            clock=clock,
            on_media=house.pictures.on_media,
        )
        self.police = house.police = Police(
            store, settings, clock, texts, vault=house.vault, on_mail=house.on_mail
        )
        self.long_work = LongWork(
            store=store,
            voice=house.voice,
            people=house.people,
            outbox=house.outbox,
            chronicle=house.chronicle,
            relay=house.relay,
            vault=house.vault,
            exporter=Exporter(store, house.vault, settings, texts, clock),
            zone=settings.timezone,
            clock=clock,
            upload_max=lambda chat: self.adapters[chat.messenger].capabilities(chat).upload_max,
        )
        self.requests = house.requests = Requests(
            store, {**self.long_work.handlers(), **self.police.handlers()}
        )
        self.views = Views(store, house.around)
        self.timekeeper = Timekeeper(store, clock, house.timers())
        self.board = Board(self.health, store)
        self.schedule = Schedule()
        self.http = HttpServer(settings.http, self.health, self.metrics, self._pages)

    # --- life ------------------------------------------------------------------------------

    async def start(self) -> None:
        """Return when everything runs and the HTTP server listens."""
        self.health.expect("store", *self.adapters)
        await self.store.writer.submit(self.house.seed, label="seed")
        await self.http.start()
        self.health.set("store", True)
        self._go("delivery", self.delivery.run())
        self._go("media", self.fetcher.run())
        self._go("timers", self.timekeeper.run())
        self._go("police", self.police.run())
        self._go("requests", self.requests.run())
        self._go("panels", self.views.run())
        self._go("presence", self.house.presence.run())
        self._go("board", self.board.run())
        for adapter in self.adapters.values():
            self._go(adapter.name, self._receive(adapter))
        self.schedule.each_minute("police", self.police.wake)
        self.schedule.every(_LOOK_S, "store", self._look_at_store)
        self.schedule.every(3600, "tidy", self._tidy)
        self.schedule.start()

    def _go(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        self._tasks.append(asyncio.create_task(work, name=name))

    async def _receive(self, adapter: Adapter) -> None:
        """One adapter, started again when it fails: it takes nobody else down."""
        inbox = Inbox(
            adapter=adapter,
            writer=self.store.writer,
            intake=self.house.intake,
            metrics=self.metrics,
            on_state=self._adapter_state,
            cry=partial(self._plain, "neighbourhood.store_full"),
            seconds=time.monotonic,
        )
        self._go(f"{adapter.name} commands", self._announce(adapter))
        wait = 1.0
        while True:
            began = time.monotonic()
            try:
                await adapter.run(inbox)
            except Exception:
                log.exception("adapter %s failed; trying again", adapter.name)
                self.health.set(adapter.name, False, "failed")
            wait = 1.0 if time.monotonic() - began > 60 else min(wait * 2, 60.0)  # seconds
            await asyncio.sleep(wait)

    def _look_at_store(self) -> None:
        well = self.store.writer.well
        self.health.set("store", well, "" if well else "nothing can be written; see the errors")

    def _adapter_state(self, state: AdapterState) -> None:
        well = state.condition in (Condition.CONNECTED, Condition.DEGRADED)
        self.health.set(state.source, well, state.detail or state.condition.value)

    def _plain(self, key: str, lang: str) -> str:
        """What is said past the outbox when nothing else can be."""
        voice = self.house.voice
        emergency = str(self._about["emergency"])
        return voice.text(voice.language(lang), key, emergency=emergency)

    async def _announce(self, adapter: Adapter) -> None:
        """Fill the messenger's own command list; without it everything works all the same."""
        try:
            await adapter.set_commands(self._menus(adapter.name))
        except Exception as error:  # noqa: BLE001  # decoration, whatever fails
            log.warning(
                "the command list of %s is not filled: %s", adapter.name, type(error).__name__
            )

    def _menus(self, messenger: str) -> list[CommandMenu]:
        """What everybody sees in a private chat, and what each coordinator sees in theirs."""
        commands = self.words.commands
        with self.store.reading() as reader:
            chats = [
                recipient.chat
                for place in self.settings.neighbourhoods
                for recipient in self.house.people.coordinators(reader, place)
                if recipient.chat is not None and recipient.chat.messenger == messenger
            ]
        own = commands.menus("coordinator")
        return [
            replace(commands.menus("resident"), audience="direct"),
            *(replace(own, audience=str(chat)) for chat in chats),
        ]

    async def _tidy(self) -> None:
        from bot.store import inbox  # once an hour

        await self.long_work.tidy()
        await self.requests.forget_old()
        await self.store.writer.submit(inbox.forget_old_aside, label="tidy")
        await forget_old(self.store)

    def ask_to_stop(self) -> None:
        """End `run`; from a signal handler."""
        self._stopping.set()

    async def run(self) -> None:
        """Start, serve until asked to stop or something essential ends, finish cleanly."""
        try:
            await self.start()
            await self._serve()
        finally:
            await self.stop()

    async def _serve(self) -> None:
        stop = asyncio.create_task(self._stopping.wait())
        essential = [task for task in self._tasks if not task.get_name().endswith("commands")]
        done, _ = await asyncio.wait([stop, *essential], return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        for task in done - {stop}:
            task.result()

    async def stop(self) -> None:
        """Receive nothing more, let go of everything. What was accepted is on disk, so whatever
        doesn't end in time is left behind, and named.
        """
        self.schedule.stop()
        await self._end_tasks()
        await _within("the web server", self.http.stop())
        adapters = self.adapters.values()
        await asyncio.gather(*(_within(one.name, _closed(one)) for one in adapters))
        await _within("the store", asyncio.to_thread(self.store.close))

    async def _end_tasks(self) -> None:
        """Cancel all; once more who is still tidying up when the time is over."""
        left = set(self._tasks)
        self._tasks.clear()
        for patience in (END_S, AGAIN_S):
            for task in left:
                task.cancel()
            if left:
                done, left = await asyncio.wait(left, timeout=patience)
                for task in done:
                    task.cancelled() or task.exception()  # nobody else asks for it
            if left:
                names = ", ".join(sorted(task.get_name() for task in left))
                log.warning("not ended after %g s: %s", patience, Told(names))


async def _closed(adapter: Adapter) -> None:
    """Close one adapter; a third party's may raise anything."""
    try:
        await adapter.close()
    except Exception as error:  # noqa: BLE001  # the others are closed all the same
        log.warning("%s did not close well: %s", adapter.name, type(error).__name__)


async def _within(name: str, work: Coroutine[Any, Any, None]) -> None:
    try:
        async with asyncio.timeout(END_S):
            await work
    except TimeoutError:
        log.warning("not ended after %g s: %s", END_S, Told(name))

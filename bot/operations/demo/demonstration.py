"""The demonstration: a real bot with made-up people, a clock that can be turned and a mailbox.

Three people have the web page; fifteen neighbours are in a native group of an invented messenger,
two more have only a direct chat there and one of those has blocked the bot. Everything else is as
in a real run: the same rooms, the same requests, a real SMTP server on this machine.
"""

from __future__ import annotations

import asyncio
import shutil
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from bot.app import App
from bot.clock import SettableClock
from bot.delivery.post import Post, Priority
from bot.errors import ConfigurationError, StoreBusy
from bot.journal import journal
from bot.messaging import Address
from bot.neighbourhood.people import RESIDENT
from bot.operations.demo.mailbox import Mailbox
from bot.operations.demo.page import page
from bot.operations.demo.script import BEATS, BEHEERDER, BUUR, MELDER, Beat
from bot.operations.demo.stage import LogLine, Scene
from bot.operations.demo.story import PHONES
from bot.operations.demo.visitor import Visitor, spoken
from bot.operations.requests import is_running
from bot.police.sink import MailboxSink
from bot.settings.model import AdapterSettings
from bot.store import people as people_store
from bot.store import places as place_store
from bot.testkit.memory import MemoryWorld

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.settings import Settings
    from bot.store.tx import Tx

EVENING: Final = (datetime(2026, 11, 12), time(23, 12))  # noqa: DTZ001  # a day; the zone is the settings'
INVENTED: Final = "buurtapp"
IN_GROUP: Final = 15
TOKENS: Final = {name: f"demo-{name}-of-one-night" for name in (MELDER, BUUR, BEHEERDER)}
NAMES: Final = {MELDER: "Rita Claes", BUUR: "Jos Hermans", BEHEERDER: "Els Wouters"}
STREETS: Final = {MELDER: "Kloosterstraat", BUUR: "Rozenstraat", BEHEERDER: "Kerkstraat"}
MARK: Final = "DEMONSTRATION"
LOG_LINES: Final = 11
BREATH_S: Final = 1.6
MAIL_STEP, VERIFIED_STEP = 6, 7
MORNING: Final = time(6, 30)


class Demonstration:
    """One night, played or lived; what the page calls a stage."""

    phones = PHONES

    def __init__(self, settings: Settings, *, breath_s: float = BREATH_S) -> None:
        self._settings = settings
        self._zone: ZoneInfo = settings.timezone
        self._breath_s = breath_s
        self._step = 0
        self._beat = 0
        self._playing: asyncio.Task[None] | None = None
        self._again = asyncio.Event()
        self._port = settings.http.port
        place = next(iter(settings.neighbourhoods.values()))
        self.place = place.id
        self.police_address = place.police.mailboxes[0].address
        self.due = f"{place.police.at:%H:%M}"
        self.folder = settings.data_dir / "police-mailbox"
        self.mailbox = Mailbox(self.folder)
        self.people: dict[str, Visitor] = {}
        self.clock = SettableClock(_evening(self._zone), flow=True)

    # --- life ------------------------------------------------------------------------------

    async def open(self) -> None:
        """From the start: an empty store, the same people, the clock at ten past eleven."""
        _empty(self._settings.data_dir)
        self._step = self._beat = 0
        self.clock = SettableClock(_evening(self._zone), flow=True)
        self.sink = MailboxSink(self.folder)
        await self.sink.start()
        self.world = MemoryWorld(clock=self.clock)
        self.app = App(
            self._with_people(),
            clock=self.clock,
            factories={INVENTED: self.world.factory(INVENTED)},
            about={"demo_people": TOKENS},
            pages=(page(self),),
        )
        await self.app.start()
        self._port = self.app.http.address[1]
        neighbours = self._invent()
        await self.app.store.writer.submit(lambda tx: self._fill(tx, neighbours))
        self.people = {
            name: Visitor(
                name=name, url=f"{self.app.http.url}/demo/phone/{name}/", token=TOKENS[name]
            )
            for name in TOKENS
        }

    async def close(self) -> None:
        """Stop everything that was started."""
        await self.pause()
        await self.app.stop()
        await self.sink.stop()

    async def serve(self) -> None:
        """Until cancelled; *from the start* is carried out here, outside the request for it."""
        while True:
            await self._again.wait()
            self._again.clear()
            await self.close()
            await self.open()

    def _with_people(self) -> Settings:
        mail = self._settings.mail
        if mail is None:
            raise ConfigurationError("the demonstration needs a mail section", file="demo.yaml")
        return replace(
            self._settings,
            http=replace(self._settings.http, port=self._port),
            mail=replace(mail, smtp=replace(mail.smtp, host="127.0.0.1", port=self.sink.port)),
            adapters={
                **self._settings.adapters,
                INVENTED: AdapterSettings(name=INVENTED, values={}),
            },
        )

    def _invent(self) -> list[str]:
        """Seventeen neighbours on a messenger that exists in memory only."""
        messenger = self.world.messenger(INVENTED)
        persons = [messenger.person(f"Buur {n}", id=f"buur-{n}") for n in range(1, 18)]
        for person in persons:
            person.starts()
        messenger.group("Munsterbilzen", *persons[:IN_GROUP], id="groep")
        persons[16].blocks()
        return [str(person.address) for person in persons]

    def _fill(self, tx: Tx, neighbours: Sequence[str]) -> None:
        """Everybody is a member, as if they had been admitted last week."""
        group = f"{INVENTED}:groep"
        place_store.link_group(tx, group, self.place, by="demo")
        for name, token in TOKENS.items():
            address = f"webchat:{sha256(token.encode()).hexdigest()[:32]}"
            person, number = self._member(tx, address, NAMES[name], STREETS[name])
            self._welcome(tx, address, number)
            if name == BEHEERDER:
                self.app.house.joining.make_coordinator(tx, self.place, person)
        for number, address in enumerate(neighbours):
            self._member(tx, address, f"Buur uit de straat {number + 1}", "Stationsstraat")
            if number < IN_GROUP:
                place_store.see(tx, group, address, present=True)

    def _welcome(self, tx: Tx, address: str, number: int) -> None:
        """What they read when they were admitted: nobody's page is a stranger's."""
        place = self._settings.neighbourhoods[self.place]
        message = self.app.house.voice.message(
            "nl",
            "neighbourhood.welcome",
            group=place.name,
            emergency=place.emergency,
            n=number,
        )
        self.app.house.outbox.post(
            tx,
            Post(
                chat=Address.parse(address),
                message=message,
                cause="demo:welcome",
                priority=Priority.NOTICE,
                purpose="notice",
            ),
        )

    def _member(self, tx: Tx, address: str, name: str, street: str) -> tuple[int, int]:
        person = people_store.add_person(tx, name=name, language="nl")
        people_store.add_account(tx, address, person, canonical=address, direct=address)
        number = place_store.next_pseudonym(tx, self.place)
        people_store.add_member(
            tx,
            self.place,
            person,
            role=RESIDENT,
            state="active",
            pseudonym=number,
            street=street,
        )
        journal.append(tx, self.place, "member.admitted", {"pseudonym": number, "by": "demo"})
        return person, number

    # --- the stage ----------------------------------------------------------------------------

    def now(self) -> datetime:
        """The demonstration's time, local."""
        return self.clock.now().astimezone(self._zone)

    def scene(self) -> Scene:
        """How far it is."""
        return Scene(step=self._step, playing=self._playing is not None)

    def log(self) -> Sequence[LogLine]:
        """The last eleven entries about the case and its mail."""
        with self.app.store.reading() as reader:
            told = [
                e for e in journal.entries(reader, self.place) if not e.kind.startswith("member.")
            ]
        return [
            LogLine(
                number=entry.n,
                at=datetime.fromisoformat(entry.ts).astimezone(self._zone),
                words=_in_words(entry.kind),
                code=entry.hash.hex()[:8],
            )
            for entry in told[-LOG_LINES:]
        ]

    async def play(self) -> None:
        """Go on by itself."""
        if self._playing is None:
            self._playing = asyncio.create_task(self._play(), name="demonstration")

    async def pause(self) -> None:
        """Stop after what is being said now."""
        task, self._playing = self._playing, None
        if task is not None and task is not asyncio.current_task():
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def morning(self) -> None:
        """Turn the clock to the next 06:30; the mail leaves by itself."""
        self._step = MAIL_STEP
        local = self.now()
        day = local.date() + timedelta(days=local.time() >= MORNING)
        self.clock.set(datetime.combine(day, MORNING, tzinfo=self._zone).astimezone(UTC))
        self.app.police.wake()

    async def restart(self) -> None:
        """From the start, once this answer is out."""
        await self.pause()
        self._again.set()

    async def _play(self) -> None:
        try:
            while self._beat < len(BEATS):
                await self.beat(BEATS[self._beat])
                await asyncio.sleep(self._breath_s)
            if not self.sink.mails():
                await self.morning()
            mail = await self.mail()
            await asyncio.sleep(self._breath_s * 3)
            if await asyncio.to_thread(_holds, mail):
                self._step = VERIFIED_STEP
        finally:
            if self._playing is asyncio.current_task():
                self._playing = None

    async def tell(self) -> None:
        """The whole story at once, without a breath."""
        for beat in BEATS:
            await self.beat(beat)
        await self.morning()

    async def transcript(self) -> str:
        """What everybody's phone showed, in order of time."""
        lines: list[tuple[str, str, str]] = []
        for name, person in self.people.items():
            lines += [(str(item["at"]), name, spoken(item)) for item in await person.shown()]
        for entry in self.world.history():
            if entry.shown.author is None:
                at = entry.at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
                lines.append((at, str(entry.shown.chat), f"Saarbot: {entry.shown.text}"))
        return "\n".join(
            f"{datetime.fromisoformat(at).astimezone(self._zone):%H:%M:%S}  {who:<18} "
            + text.replace("\n", "\n" + " " * 30)
            for at, who, text in sorted(lines, key=lambda line: line[0])
        )

    async def beat(self, beat: Beat) -> None:
        """One act, at its time."""
        self._step = beat.step
        hour, minute = (int(part) for part in beat.at.split(":"))
        local = self.now()
        moment = local.replace(hour=hour, minute=minute, second=20, microsecond=0)
        if moment > local:
            self.clock.set(moment)
        await beat.act(self.people)
        self._beat += 1

    async def mail(self) -> Path:
        """Wait for the police mail; the file in the mailbox."""
        for _ in range(200):
            if found := self.sink.mails():
                return found[-1]
            await asyncio.sleep(0.05)
        raise ConfigurationError("the police mail did not come")


def _holds(mail: Path) -> bool:
    """Whether the package in `mail` verifies: the page says so only then."""
    from bot.operations.verifying import verify

    verdicts = verify(mail)
    return bool(verdicts) and all(verdict.broken is None for verdict in verdicts)


def _evening(zone: ZoneInfo) -> datetime:
    day, hour = EVENING
    return datetime.combine(day.date(), hour, tzinfo=zone)


def _empty(folder: Path) -> None:
    """Remove an earlier demonstration; never anything else, and none that still plays."""
    if is_running(folder):
        raise StoreBusy(f"another saarbot already works in {folder}")
    mark = folder / MARK
    if folder.exists() and any(folder.iterdir()) and not mark.exists():
        raise ConfigurationError(
            f"{folder} holds something that is no demonstration; give another data_dir"
        )
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    mark.write_text("Made-up people and a simulated clock. May be removed at any time.\n", "utf-8")


_WORDS: Final[dict[str, str]] = {
    "case.opened": "melding begonnen",
    "case.gate": "101 gebeld, zegt de melder",
    "case.message": "bericht van de melder",
    "case.relayed": "melding verstuurd",
    "case.reach": "bereik geteld",
    "case.description": "beschrijving aangevuld",
    "case.media": "beeld bewaard",
    "case.sighting": "waarneming",
    "case.closed": "afgesloten",
    "mail.cut": "politiemail samengesteld",
    "mail.accepted": "politiemail aanvaard",
    "member.admitted": "lid toegelaten",
    "member.role": "beheerder aangesteld",
    "group.linked": "groep gekoppeld",
}


def _in_words(kind: str) -> str:
    return _WORDS.get(kind, kind)

"""The demonstration: a real bot with made-up people, a clock that can be turned and a mailbox.

Everything but the people and the clock is as in a real run: the same rooms, the same requests, a
real SMTP server on this machine. What the page says follows what was seen on the phones and in
the mailbox, never the script.
"""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from bot.app import App
from bot.clock import SettableClock
from bot.errors import ConfigurationError, StoreBusy
from bot.operations.demo import cast, logbook
from bot.operations.demo.happening import POLICE, Happening, Kind, Reading
from bot.operations.demo.mailbox import Mailbox
from bot.operations.demo.page import page
from bot.operations.demo.player import READING, Player
from bot.operations.demo.script import BEATS, Beat
from bot.operations.demo.stage import Button, LogLine, Scene
from bot.operations.demo.story import BEHEERDER, PHONES, SKIPPED, TAKEN_OVER, WHO
from bot.operations.demo.tale import Tale
from bot.operations.demo.transcript import Transcript
from bot.operations.demo.visitor import Item, Visitor
from bot.operations.requests import is_running
from bot.police.sink import MailboxSink
from bot.settings.model import AdapterSettings
from bot.testkit.memory import MemoryWorld

if TYPE_CHECKING:
    from collections.abc import Coroutine, Sequence
    from typing import Any

    from bot.settings import Settings

EVENING: Final = (datetime(2026, 11, 12), time(23, 12))  # noqa: DTZ001  # a day; the zone is the settings'
MARK: Final = "DEMONSTRATION"
BREATH_S: Final = 1.6
LOOK_EVERY_S: Final = 0.1
STRIDE: Final = timedelta(minutes=15)


class Demonstration:
    """One night, played or lived; what the page calls a stage."""

    phones = PHONES

    def __init__(self, settings: Settings, *, breath_s: float = BREATH_S) -> None:
        self._settings = settings
        self._zone: ZoneInfo = settings.timezone
        self.breath_s = breath_s
        self._again = asyncio.Event()
        self._turning = asyncio.Lock()
        self._then_play = False
        self._going: set[asyncio.Task[None]] = set()
        self._port = settings.http.port
        self.place = next(iter(settings.neighbourhoods.values()))
        self.police_address = self.place.police.mailboxes[0].address
        self.due = f"{self.place.police.at:%H:%M}"
        self.folder = settings.data_dir / "police-mailbox"
        self.mailbox = Mailbox(self.folder)
        self.people: dict[str, Visitor] = {}

    # --- life ------------------------------------------------------------------------------

    async def open(self) -> None:
        """From the start: an empty store, the same people, the clock at twelve past eleven."""
        _empty(self._settings.data_dir)
        self.clock = SettableClock(_evening(self._zone), flow=True)
        self.sink = MailboxSink(self.folder)
        await self.sink.start()
        self.world = MemoryWorld(clock=self.clock)
        self.app = App(
            self._with_people(),
            clock=self.clock,
            factories={cast.INVENTED: self.world.factory(cast.INVENTED)},
            about={"demo_people": cast.TOKENS},
            pages=(page(self),),
        )
        self._begin()
        await self.app.start()
        self._port = self.app.http.address[1]
        await self._open_phones()
        neighbours = cast.invent(self.world)
        house = self.app.house
        await self.app.store.writer.submit(lambda tx: cast.admit(tx, house, self.place, neighbours))
        await asyncio.gather(
            *(person.reads(cast.welcome_of(name)) for name, person in self.people.items())
        )
        self._go(self._watch_mailbox())

    def _begin(self) -> None:
        """Nothing was seen yet."""
        self.tale = Tale()
        self._checked = asyncio.Event()
        self._reading = Reading(self.app.words.texts)
        self._written = Transcript(self.clock, self._zone)
        self.player = Player(
            BEATS,
            act=self.beat,
            end=self._to_the_end,
            told=lambda: self.tale.told,
            breath_s=lambda: self.breath_s,
        )

    async def _open_phones(self) -> None:
        url = self.app.http.url
        self.people = {
            name: Visitor(
                name=name,
                url=f"{url}/demo/phone/{name}/",
                token=token,
                texts=self.app.words.texts,
                heard=self._heard,
            )
            for name, token in cast.TOKENS.items()
        }
        await asyncio.gather(*(person.opens() for person in self.people.values()))

    async def close(self) -> None:
        """Stop everything that was started."""
        await self.player.close()
        for person in self.people.values():
            person.leaves()
        for task in self._going:
            task.cancel()
        await asyncio.gather(*self._going, return_exceptions=True)
        await self.app.stop()
        await self.sink.stop()

    async def serve(self) -> None:
        """Until cancelled; *from the start* is carried out here, outside the request for it."""
        while True:
            await self._again.wait()
            self._again.clear()
            await self.close()
            await self.open()
            if self._then_play:
                self._then_play = False
                self.player.play()

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
                cast.INVENTED: AdapterSettings(name=cast.INVENTED, values={}),
            },
        )

    def _go(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._going.add(task)
        task.add_done_callback(self._going.discard)

    # --- what is seen -------------------------------------------------------------------------

    def _heard(self, person: Visitor, item: Item, edited: bool) -> None:  # noqa: FBT001  # called by place
        """One message on one phone, new or changed."""
        self._written.hears(person.name, item, edited=edited)
        if item.get("from") == "me":
            self.tale.speaks(person.name)
            if person.said_by_hand(item):
                dutch, english = WHO[person.name]
                self.player.give_up(
                    (
                        TAKEN_OVER[0].format(who=dutch.lower()),
                        TAKEN_OVER[1].format(who=english.removeprefix("The ")),
                    )
                )
        for happening in self._reading.happenings(person.name, item):
            self.tale.sees(happening)

    async def _watch_mailbox(self) -> None:
        known: set[str] = set()
        while True:
            for mail in reversed(self.mailbox.mails()):
                if mail.id not in known:
                    known.add(mail.id)
                    values = {"cases": str(mail.cases), "pictures": str(len(mail.photos))}
                    if not mail.cases:
                        values["nil"] = "1"
                    self._police(Kind.MAILED, mail.id, values)
                    self._go(self._check(mail.id))
            await asyncio.sleep(LOOK_EVERY_S)

    async def _check(self, mail_id: str) -> None:
        """Verify what came, once its arrival could be read."""
        await asyncio.sleep(self.breath_s * READING)
        path = self.mailbox.original(mail_id)
        if path is not None:
            good = await asyncio.to_thread(_holds, path)
            self._police(Kind.VERIFIED if good else Kind.BROKEN, mail_id)
            self._checked.set()

    def _police(self, kind: Kind, about: str, values: dict[str, str] | None = None) -> None:
        self.tale.sees(Happening(kind=kind, who=POLICE, about=about, values=values or {}))

    # --- the stage ----------------------------------------------------------------------------

    def now(self) -> datetime:
        """The demonstration's time, local."""
        return self.clock.now().astimezone(self._zone)

    def scene(self) -> Scene:
        """How far it is."""
        tale, player = self.tale, self.player
        return Scene(
            step=tale.step,
            done=tale.done,
            says=tale.says,
            column=tale.column,
            lines=tale.lines,
            notice=player.notice,
            button=player.button,
            led=player.plays,
        )

    def log(self) -> Sequence[LogLine]:
        """The last entries about the case and its mail."""
        with self.app.store.reading() as reader:
            return logbook.lines(reader, self.place.id, self._zone)

    def photos(self) -> Sequence[str]:
        """The check codes of the pictures that were kept."""
        with self.app.store.reading() as reader:
            return list(logbook.photos(reader, self.place.id))

    def photo(self, proof: str) -> bytes | None:
        """The picture with this check code."""
        with self.app.store.reading() as reader:
            digest = logbook.photos(reader, self.place.id).get(proof)
        return self.app.house.vault.path(digest).read_bytes() if digest else None

    async def play(self) -> None:
        """Go on by itself; a new night if this one was taken over or is at its end."""
        if self.player.button in {Button.AGAIN, Button.ANEW}:
            self._then_play = True
            self._again.set()
        else:
            self.player.play()

    async def pause(self) -> None:
        """Stop after what is being said now."""
        self.player.pause()

    async def morning(self) -> None:
        """Turn the clock to the next 06:30 by hand; what is due leaves by itself."""
        self.player.give_up(SKIPPED)
        await self._turn_to_the_mail()

    async def _turn_to_the_mail(self) -> None:
        """The clock at the next 06:30, and somebody to notice if nothing comes."""
        async with self._turning:
            hour = self.place.police.at
            local = self.now()
            day = local.date() + timedelta(days=local.time() >= hour)
            due = datetime.combine(day, hour, tzinfo=self._zone).astimezone(UTC)
            await self._let_pass(due)
            before = len(self.sink.mails())
            self.clock.set(due)
            self.app.police.wake()
        self._go(self._notice_silence(day.isoformat(), before))

    async def _let_pass(self, due: datetime) -> None:
        """The hours until `due`, in strides: what the night would have done happens in its order."""
        await self._settled()
        while (moment := self.clock.now() + STRIDE) < due:
            self.clock.set(moment)
            if await self.app.timekeeper.tick():
                await self._settled()
        await self._settled()

    async def _settled(self) -> None:
        """Until nothing is under way: a send must not seem to last as long as the clock jumps."""
        for _ in range(80):
            now = self.app.delivery.stats()
            if not now.active and not now.waiting:
                return
            await asyncio.sleep(0.025)

    async def _notice_silence(self, day: str, before: int) -> None:
        """Say that no mail goes, once the police room looked and found nothing to send."""
        await self.app.police.step()
        if len(self.sink.mails()) == before and not self._owes():
            self._police(Kind.SILENT, day)

    def _owes(self) -> bool:
        """Whether a mail is still on its way."""
        ledger, vault, now = self.app.police.ledger, self.app.house.vault, self.clock.now()
        with self.app.store.reading() as reader:
            return bool(
                ledger.ready(reader, whenever=True)
                or vault.awaited(reader, self.place.id)
                or any(ledger.due(reader, line, now) for line in ledger.live(reader))
            )

    async def restart(self) -> None:
        """From the start, once this answer is out."""
        self._then_play = False
        self._again.set()

    # --- the story ----------------------------------------------------------------------------

    async def beat(self, beat: Beat) -> None:
        """One act, at its time, until it was seen."""
        hour, minute = (int(part) for part in beat.at.split(":"))
        local = self.now()
        moment = local.replace(hour=hour, minute=minute, second=20, microsecond=0)
        if moment > local:
            await self._settled()
            self.clock.set(moment)
        await beat.act(self.people)
        if beat.line:
            self.tale.explains(beat.who, beat.line)

    async def _to_the_end(self) -> None:
        """The hour of the mail; until the package is checked."""
        await self._turn_to_the_mail()
        await self.mail()
        await self._checked.wait()

    async def tell(self) -> Path:
        """The whole story at once, without a breath; until the coordinator reads of the mail."""
        for beat in BEATS:
            await self.beat(beat)
        await self._turn_to_the_mail()
        mail = await self.mail()
        await self.people[BEHEERDER].reads("status.mail_accepted")
        return mail

    def transcript(self) -> str:
        """What everybody's phone showed, in order of time."""
        return self._written.told(self.world.history())

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
        raise StoreBusy.folder(folder)
    mark = folder / MARK
    if folder.exists() and any(folder.iterdir()) and not mark.exists():
        raise ConfigurationError(
            f"{folder} holds something that is no demonstration; give another data_dir"
        )
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    mark.write_text("Made-up people and a simulated clock. May be removed at any time.\n", "utf-8")

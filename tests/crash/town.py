"""Munsterbilzen on loopback, for a bot that is killed: messengers and mailbox outlive it.

Everybody on Telegram or Signal is in their native group, but for one outsider on each, who gets
the card in the direct chat, as those on the page do.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot.clock import SystemClock
from bot.house import House
from bot.settings import load
from bot.store import people, places
from tests.adapters.telegram.botapi import TOKEN
from tests.crash.lines import SignalLine, TelegramLine, WebLine
from tests.crash.page import Page
from tests.crash.servers import Mailbox, SlowSignal, SlowTelegram
from tests.tables import store_in
from tests.words import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from bot.store.tx import Tx
    from tests.crash.lines import Line
    from tests.crash.process import Bot
    from tests.crash.servers import Delay

PLACE = "munsterbilzen"
_CONFIG = """
data_dir: {data}
http: {{listen: "127.0.0.1:0"}}
adapters:
  telegram: {{token: "{token}", api_url: "{telegram}"}}
  signal: {{api_url: "{signal}", number: "{number}"}}
  webchat: {{}}
mail:
  from: saarbot@example.org
  smtp: {{host: 127.0.0.1, port: {smtp}, security: none}}
neighbourhoods:
  munsterbilzen:
    name: Munsterbilzen
    preset: bilzen
    police: {{mailbox: [wijk@politie.example], on_close: true, empty: never}}
"""


@dataclass(kw_only=True)
class Town:
    """The bot, what it talks with, and everybody who lives here."""

    folder: Path
    bot: Bot
    telegram: SlowTelegram
    signal: SlowSignal
    mailbox: Mailbox
    groups: list[str] = field(default_factory=list)
    reporters: list[Line] = field(default_factory=list)
    outsiders: list[str] = field(default_factory=list)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def pages(self) -> list[Page]:
        return [line.page for line in self.reporters if isinstance(line, WebLine)]

    def rows(self, query: str, *values: Any) -> list[sqlite3.Row]:
        """What the tables hold, read beside the bot and without its code."""
        with closing(sqlite3.connect(f"file:{self.data}/saarbot.db?mode=ro", uri=True)) as found:
            found.row_factory = sqlite3.Row
            return found.execute(query, values).fetchall()

    def count(self, query: str, *values: Any) -> int:
        """The one number that a query gives."""
        return int(self.rows(query, *values)[0][0])

    def until(self, true: Any, *, seconds: float, what: str) -> None:
        """Return when `true()` is."""
        end = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < end, f"not within {seconds:g} s: {what}"
            time.sleep(0.02)


@contextmanager
def town(
    folder: Path,
    make: Callable[[Path], Bot],
    *,
    telegram: int,
    signal: int,
    web: int,
    delay: Delay,
) -> Iterator[Town]:
    """So many reporters on each messenger. `make` gives the bot; it has not been started."""
    with ExitStack() as stack:
        mailbox = stack.enter_context(Mailbox(folder / "police-mailbox", delay))
        bots_api = stack.enter_context(SlowTelegram(delay))
        rest = stack.enter_context(SlowSignal(delay))
        file = folder / "saarbot.yaml"
        file.write_text(
            _CONFIG.format(
                data=folder / "data",
                token=TOKEN,
                telegram=bots_api.url,
                signal=rest.url,
                number=rest.number,
                smtp=mailbox.port,
            ),
            "utf-8",
        )
        here = Town(
            folder=folder,
            bot=make(file),
            telegram=bots_api,
            signal=rest,
            mailbox=mailbox,
        )
        asyncio.run(_settle(here, telegram, signal, web))
        stack.callback(here.bot.abandon)
        for page in here.pages:
            page.open()
            stack.callback(page.close)
        yield here


async def _settle(here: Town, telegram: int, signal: int, web: int) -> None:
    """Put everybody into the store, as if they had joined long ago."""
    settings = load(here.bot.config, {})
    store = store_in(settings.data_dir, SystemClock())
    house = House(settings, store, words(), {})
    await store.writer.submit(house.seed)
    await store.writer.submit(lambda tx: _move_in(tx, here, telegram, signal, web))
    store.close()


def _move_in(tx: Tx, here: Town, telegram: int, signal: int, web: int) -> None:
    *typing, els, lonely = _on_telegram(here, telegram + 2)
    *writing, alone = _on_signal(here, signal + 1)
    pages = [WebLine(Page(lambda: here.bot.port)) for _ in range(web)]
    street = here.telegram.group("Buurt")
    street.members = {line.user.id for line in (*typing, els)}
    ring = here.signal.group("Buurt", *(line.person for line in writing))
    here.groups = [f"telegram:{street.id}", f"signal:{ring.id}"]
    here.reporters = [*typing, *writing, *pages]
    here.outsiders = [lonely.chat, alone.chat, *(line.chat for line in pages)]
    for group in here.groups:
        places.link_group(tx, group, PLACE, by="")
    _admit(tx, els.chat, role="coordinator", group=here.groups[0])
    for typist in typing:
        _admit(tx, typist.chat, group=here.groups[0])
    for writer in writing:
        _admit(tx, writer.chat, group=here.groups[1])
    for chat in here.outsiders:
        _admit(tx, chat)


def _on_telegram(here: Town, many: int) -> list[TelegramLine]:
    users = [here.telegram.user(f"Buur T{n}") for n in range(many)]
    for user in users:
        user.has_started = True
    return [TelegramLine(here.telegram, user) for user in users]


def _on_signal(here: Town, many: int) -> list[SignalLine]:
    persons = [here.signal.person(f"Buur S{n}", f"+324700001{n:02d}") for n in range(many)]
    return [SignalLine(here.signal, person) for person in persons]


def _admit(tx: Tx, chat: str, *, role: str = "resident", group: str = "") -> None:
    person = people.add_person(tx, name="", language="nl")
    people.add_account(tx, chat, person, canonical=chat, direct=chat)
    number = places.next_pseudonym(tx, PLACE)
    people.add_member(tx, PLACE, person, role=role, state="active", pseudonym=number)
    if group:
        places.see(tx, group, chat, present=True)

"""Munsterbilzen around the real process: twenty residents, two coordinators, two native groups.

Nine residents are on Telegram, seven on Signal, four on the web page; one of these four and the
second coordinator sit at a real Chromium. Telegram, Signal and the police's mail server are
loopback servers that refuse what the published descriptions don't allow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import time as clock_time
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from bot.police.sink import MailboxSink
from tests.adapters.signal.people import Group as SignalGroup
from tests.adapters.telegram.world import Group as TelegramGroup
from tests.browser import ARGUMENTS
from tests.e2e.faked import FakedTime
from tests.e2e.mailserver import mail_server
from tests.e2e.process import Saarbot, wait_until
from tests.e2e.residents import (
    InBrowser,
    OnSignal,
    OnTelegram,
    Resident,
    SignalTonight,
    TelegramTonight,
)
from tests.e2e.web import WebPerson
from tests.police.postoffice import authority
from tests.tools import tool

CONFIG = """
data_dir: data
timezone: Europe/Brussels
language: nl
http: {{listen: "127.0.0.1:0"}}
adapters:
  telegram: {{token_file: telegram.token, api_url: "{telegram}"}}
  signal: {{api_url: "{signal}", number: "{number}"}}
  webchat: {{}}
mail:
  from: saarbot@example.org
  smtp: {{host: 127.0.0.1, port: {port}, security: starttls, ca_file: tls/ca.pem}}
neighbourhoods:
  munsterbilzen:
    name: Munsterbilzen
    preset: bilzen
    invite_code: rozenstraat
    streets: [Bilzerstraat, Kerkstraat, Kloosterstraat, Lindenlaan, Rozenstraat, Stationsstraat]
    police: {{mailbox: [wijk@politie.example], at: "06:30", on_close: true, empty: weekly}}
"""

# Name and street; the first of each list are in the native group of their messenger.
TELEGRAM = (
    *(("Bert Aerts", "Kerkstraat"), ("Carine Bollen", "Rozenstraat"), ("Dirk Claes", "Lindenlaan")),
    *(
        ("Eva Daniels", "Kerkstraat"),
        ("Fons Evens", "Stationsstraat"),
        ("Anna Peeters", "Kerkstraat"),
    ),
    *(("Greet Fabry", "Rozenstraat"), ("Hugo Geurts", "Lindenlaan"), ("Ilse Hardy", "Kerkstraat")),
)
SIGNAL = (
    *(("Jan Iven", "Rozenstraat"), ("Kaat Jaspers", "Kerkstraat"), ("Leo Kerkhofs", "Lindenlaan")),
    *(
        ("Mia Lemmens", "Rozenstraat"),
        ("Nico Martens", "Kerkstraat"),
        ("Olga Nijs", "Bilzerstraat"),
    ),
    ("Piet Oris", "Lindenlaan"),
)
WEB = (
    ("Quinten Palmers", "Kerkstraat"),
    ("Rosa Reynders", "Lindenlaan"),
    ("Staf Swinnen", "Rozenstraat"),
)
IN_BROWSER = ("Tine Thijs", "Bilzerstraat")
STREETS = dict((*TELEGRAM, *SIGNAL, *WEB, IN_BROWSER))
IN_GROUP = {"telegram": 5, "signal": 4}


@dataclass(kw_only=True)
class Village:
    """Everything the story needs. `secrets` is what may stand in no log."""

    folder: Path
    faked: FakedTime
    telegram: TelegramTonight
    signal: SignalTonight
    mailbox: MailboxSink
    saarbot: Saarbot
    chromium: Browser
    telegram_group: TelegramGroup
    signal_group: SignalGroup
    els: OnTelegram
    els_signal: OnSignal
    residents: dict[str, Resident] = field(default_factory=dict)
    secrets: set[str] = field(default_factory=set)

    # --- who is who ------------------------------------------------------------------------

    def gather(self) -> None:
        """Everybody with a messenger of their own, some of them in its group already."""
        for n, (name, _) in enumerate(TELEGRAM):
            who = self.on_telegram(name)
            if n < IN_GROUP["telegram"]:
                self.telegram_group.members.add(who.user.id)
        for n, (name, _) in enumerate(SIGNAL):
            whom = self.on_signal(name)
            if n < IN_GROUP["signal"]:
                self.signal_group.members.append(whom.person)

    def on_telegram(self, name: str) -> OnTelegram:
        found = OnTelegram(name=name, user=self.telegram.user(name))
        self.residents[name] = found
        self.secrets |= {name, str(found.user.id)}
        return found

    def on_signal(self, name: str) -> OnSignal:
        number = f"+3247100{len(self.signal.people):04d}"
        found = OnSignal(name=name, person=self.signal.person(name, number))
        self.residents[name] = found
        self.secrets |= {name, number, number[1:], found.person.uuid}
        return found

    def on_web(self, name: str) -> WebPerson:
        found = WebPerson(name, self.saarbot.url)
        self.residents[name] = found
        self.secrets.add(name)
        return found

    def in_browser(self, name: str) -> InBrowser:
        context = self.chromium.new_context(
            viewport={"width": 390, "height": 844}, locale="nl-BE", timezone_id="Europe/Brussels"
        )
        found = InBrowser(name=name, url=self.saarbot.url, context=context)
        if name in STREETS:
            self.residents[name] = found
        self.secrets.add(name)
        return found

    # --- what happened ---------------------------------------------------------------------

    def waits(self, true: Callable[[], object], *, seconds: float = 30) -> None:
        """Return when `true()` is."""
        wait_until(true, told=lambda: self.saarbot.said()[-4000:], seconds=seconds)

    def group_texts(self) -> tuple[list[str], list[str]]:
        """What the bot wrote in the Telegram and in the Signal group."""
        signal = [one.text for one in list(self.signal_group.shown) if one.author is None]
        return self.telegram_group.texts, signal

    def everything_written(self) -> set[str]:
        """Every text that people wrote or read tonight, in any chat."""
        posts = [p.text for chat in self.telegram.chats.values() for p in chat.posts.values()]
        screens = [one.shown for one in self.signal.people]
        screens += [one.shown for one in self.signal.groups]
        shown = [text for each in screens for one in each for text in (one.text, *one.earlier)]
        web = [
            str(item.get("text", ""))
            for one in self.residents.values()
            if isinstance(one, WebPerson)
            for item in one.items
        ]
        return {text for text in (*posts, *shown, *web) if text}


def one_line(command: str, printed: str) -> str:
    """The line of what a command printed that contains `command`."""
    return next(line.strip() for line in printed.splitlines() if command in line)


@contextmanager
def village(folder: Path) -> Iterator[Village]:
    """The evening before anybody has joined: everything runs, at 23:12."""
    faked = FakedTime(folder)
    faked.turn_to(clock_time(23, 12))
    with ExitStack() as stack:
        telegram = stack.enter_context(TelegramTonight(faked))
        signal = stack.enter_context(SignalTonight(faked))
        mailbox = stack.enter_context(mail_server(folder / "mailbox", authority(folder / "tls")))
        (folder / "telegram.token").write_text(telegram.token)
        config = CONFIG.format(
            telegram=telegram.url, signal=signal.url, number=signal.number, port=mailbox.port
        )
        saarbot = stack.enter_context(Saarbot(folder, config, environ=faked.environ))
        playwright = stack.enter_context(sync_playwright())
        chromium = playwright.chromium.launch(executable_path=tool("chromium"), args=ARGUMENTS)
        stack.callback(chromium.close)
        els = OnTelegram(name="Els Wouters", user=telegram.user("Els Wouters"))
        els_signal = OnSignal(name="Els", person=signal.person("Els", "+32471999999"))
        found = Village(
            folder=folder,
            faked=faked,
            telegram=telegram,
            signal=signal,
            mailbox=mailbox,
            saarbot=saarbot,
            chromium=chromium,
            telegram_group=telegram.group("Munsterbilzen"),
            signal_group=signal.group("Munsterbilzen", els_signal.person),
            els=els,
            els_signal=els_signal,
            secrets={telegram.token, signal.number, signal.number[1:], str(els.user.id)},
        )
        found.gather()
        yield found

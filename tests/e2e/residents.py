"""The same acts on every messenger, so that one story can be told of all of them.

On Telegram a choice is a button that is pressed, on Signal its number is typed, in the web chat it
is pressed on the page. `texts` is what the bot wrote in the private chat, as it stands now.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Protocol

from playwright.sync_api import BrowserContext, Page, expect

from tests.adapters.signal.people import Person
from tests.adapters.signal.restapi import SignalServer
from tests.adapters.telegram.botapi import BotApiServer
from tests.adapters.telegram.people import User
from tests.e2e.faked import FakedTime
from tests.e2e.process import wait_until


class TelegramTonight(BotApiServer):
    """Telegram under the same clock as the bot."""

    def __init__(self, faked: FakedTime) -> None:
        super().__init__(limits=True)
        self._faked = faked

    def now(self) -> int:
        return int(self._faked.seconds())


class SignalTonight(SignalServer):
    """Signal under the same clock as the bot."""

    def __init__(self, faked: FakedTime) -> None:
        super().__init__()
        self._faked = faked

    def tick(self) -> int:
        with self._lock:
            self._last = max(self._last + 1, int(self._faked.seconds() * 1000))
            return self._last


class Resident(Protocol):
    """Somebody, wherever they are."""

    name: str

    @property
    def texts(self) -> list[str]: ...
    def says(self, text: str) -> object: ...
    def presses(self, label: str) -> None: ...
    def reads(self, fragment: str) -> None: ...


class _Reading:
    """Waiting for words, the same for all."""

    name: str

    @property
    def texts(self) -> list[str]:
        """What the bot wrote here, oldest first."""
        raise NotImplementedError

    def reads(self, fragment: str) -> None:
        wait_until(
            lambda: any(fragment in text for text in self.texts),
            told=lambda: f"{self.name} waits for {fragment!r}: {self.texts[-3:]}",
            seconds=30,
        )


@dataclass(kw_only=True)
class OnTelegram(_Reading):
    """Presses buttons."""

    name: str
    user: User

    @property
    def texts(self) -> list[str]:
        return self.user.texts

    def says(self, text: str) -> int:
        return self.user.says(text)

    def presses(self, label: str) -> None:
        wait_until(
            lambda: self._offers(label),
            told=lambda: f"{self.name} has no button {label!r}: {self.texts[-2:]}",
            seconds=30,
        )
        self.user.presses(label)

    def _offers(self, label: str) -> bool:
        try:
            self.user.offers(label)
        except LookupError:
            return False
        return True


@dataclass(kw_only=True)
class OnSignal(_Reading):
    """Types numbers."""

    name: str
    person: Person

    @property
    def texts(self) -> list[str]:
        return [one.text for one in list(self.person.shown) if one.author is None]

    def says(self, text: str) -> object:
        return self.person.says(text)

    def presses(self, label: str) -> None:
        wait_until(
            lambda: self._number(label),
            told=lambda: f"{self.name} is offered no {label!r}: {self.texts[-2:]}",
            seconds=30,
        )
        self.person.says(self._number(label))

    def _number(self, label: str) -> str:
        for text in reversed(self.texts):
            if found := re.search(rf"^(\d+) {re.escape(label)}", text, re.MULTILINE):
                return found[1]
        return ""


@dataclass(kw_only=True)
class InBrowser:
    """A real Chromium, as wide as a phone; what its console complains of is kept."""

    name: str
    url: str
    context: BrowserContext
    page: Page = field(init=False)
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page = self.context.new_page()
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _heard(self, message: Any) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    def opens(self, path: str = "/") -> None:
        self.page.goto(self.url + path)
        self.page.wait_for_selector('#log[aria-busy="false"]', state="attached")

    @property
    def texts(self) -> list[str]:
        return self.page.locator("#log .bot, #log .card").all_inner_texts()

    def says(self, text: str) -> None:
        self.page.fill("#say", text)
        self.page.press("#say", "Enter")
        expect(self.page.locator("#log .waiting")).to_have_count(0, timeout=30_000)

    def presses(self, label: str, *, of: str = "") -> None:
        """Press the newest such choice, under a message that says `of`."""
        message = self.page.locator("#log .bot, #log .card").filter(has_text=of)
        message.locator(".choice").filter(has_text=label).last.click(timeout=30_000)

    def reads(self, fragment: str) -> None:
        shown = self.page.locator("#log .bot, #log .card").filter(has_text=fragment)
        shown.last.wait_for(timeout=30_000)

    def sends_file(self, name: str, mime: str, content: bytes) -> None:
        file: Any = {"name": name, "mimeType": mime, "buffer": content}
        self.page.set_input_files("#files", file)

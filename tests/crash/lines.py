"""What each messenger is to a person in these tests: something to write in and to read from."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from tests.crash.servers import Sent

if TYPE_CHECKING:
    from tests.adapters.signal.people import Person
    from tests.adapters.telegram.people import User
    from tests.crash.page import Page
    from tests.crash.servers import SlowSignal, SlowTelegram

PICTURE = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"


@dataclass(slots=True, kw_only=True)
class Said:
    """Something a person wrote; `event` begins the id that the core gives it."""

    text: str
    event: str
    at: float = field(default_factory=time.monotonic)
    accepted: bool = True


class Line(Protocol):
    """One person's chat with the bot."""

    said: list[Said]

    @property
    def chat(self) -> str:
        """As the store names it."""

    def heard(self) -> list[Sent]:
        """What the bot wrote here, oldest first, as it read when it was new."""

    def says(self, text: str) -> None:
        """Write."""

    def shows(self, picture: bytes) -> None:
        """Send a photo; a line without photos says so in words."""

    def repeats(self) -> None:
        """Write again what nobody has acknowledged, where the messenger does so."""


class TelegramLine:
    """Everything written is safe with Telegram until the bot confirms it."""

    def __init__(self, server: SlowTelegram, user: User) -> None:
        self._server = server
        self.user = user
        self.said: list[Said] = []

    @property
    def chat(self) -> str:
        return self.user.address

    def heard(self) -> list[Sent]:
        return [sent for sent in list(self._server.sent) if sent.chat == self.chat]

    def says(self, text: str) -> None:
        self._note(text, self.user.says(text))

    def shows(self, picture: bytes) -> None:
        self._note("(foto)", self.user.sends_photo(picture))

    def repeats(self) -> None:
        """Telegram does."""

    def _note(self, text: str, message: int) -> None:
        update = self._server.updates.ids[self.user.id, message]
        self.said.append(Said(text=text, event=f"telegram:{update}."))


class SignalLine:
    """What is in the socket of a process that is killed is lost: Signal's way, counted apart."""

    def __init__(self, server: SlowSignal, person: Person) -> None:
        self._server = server
        self.person = person
        self.said: list[Said] = []

    @property
    def chat(self) -> str:
        return f"signal:{self.person.uuid}"

    def heard(self) -> list[Sent]:
        return [sent for sent in list(self._server.sent) if sent.chat == self.chat]

    def says(self, text: str) -> None:
        self._note(text, self.person.says(text).timestamp)

    def shows(self, picture: bytes) -> None:
        self._note("(foto)", self.person.sends_photo(picture).timestamp)

    def repeats(self) -> None:
        """signal-cli doesn't."""

    def _note(self, text: str, timestamp: int) -> None:
        self.said.append(Said(text=text, event=f"signal:{self.person.uuid}|{timestamp}|"))


class WebLine:
    """A page posts until it is answered 200, under the same name each time."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.said: list[Said] = []

    @property
    def chat(self) -> str:
        return f"webchat:{self.page.person}"

    def heard(self) -> list[Sent]:
        items = list(self.page.items.values())  # a copy: the page's thread may add to them
        items.sort(key=lambda item: int(item["id"]))
        return [
            Sent(
                chat=self.chat,
                native=item["id"],
                text=item["text"].replace("**", ""),
                at=self.page.came[item["id"]],
            )
            for item in items
            if item["from"] == "bot"
        ]

    def says(self, text: str) -> None:
        client = secrets.token_hex(12)
        said = Said(text=text, event=f"webchat:{self.page.person}:{client}", accepted=False)
        self.said.append(said)
        self.repeats()

    def shows(self, picture: bytes) -> None:
        del picture
        self.says("er is geen foto")

    def repeats(self) -> None:
        for said in self.said:
            if not said.accepted:
                client = said.event.rpartition(":")[2]
                said.accepted = self.page.post(client, said.text)

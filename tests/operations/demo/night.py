"""A stage for the page's own tests: it holds what it is told, and notes which buttons were pressed."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import typst

from bot.operations.demo.mailbox import Mailbox
from bot.operations.demo.pictures import car
from bot.operations.demo.stage import Both, Button, LogLine, Scene
from bot.operations.demo.story import BEFORE, PHONES, QUIET

BRUSSELS = ZoneInfo("Europe/Brussels")


class Night:
    """A demonstration that stands still."""

    phones = PHONES
    police_address = "wijk@politie.example"
    due = "06:30"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.mailbox = Mailbox(folder)
        self.time = datetime(2026, 11, 12, 23, 16, tzinfo=BRUSSELS)
        self.scenery = Scene(
            step=0,
            done=frozenset(),
            says=QUIET,
            column=0,
            lines=BEFORE,
            notice=None,
            button=Button.PLAY,
            led=False,
        )
        self.kept: dict[str, bytes] = {}
        self.pressed: list[str] = []
        self.lines: list[LogLine] = []

    def now(self) -> datetime:
        return self.time

    def scene(self) -> Scene:
        return self.scenery

    def shows(self, **change: Any) -> None:
        """Another scene."""
        self.scenery = replace(self.scenery, **change)

    def photos(self) -> list[str]:
        return list(self.kept)

    def photo(self, proof: str) -> bytes | None:
        return self.kept.get(proof)

    def log(self) -> list[LogLine]:
        return self.lines

    def writes(self, *words: Both) -> None:
        for text in words:
            number = 2207 + len(self.lines)
            at = self.time - timedelta(minutes=3 - len(self.lines))
            self.lines.append(LogLine(number=number, at=at, words=text, code="5b0e 77c1"))

    async def play(self) -> None:
        self.pressed.append("play")
        self.shows(button=Button.PAUSE)

    async def pause(self) -> None:
        self.pressed.append("pause")
        self.shows(button=Button.PLAY)

    async def morning(self) -> None:
        self.pressed.append("morning")
        self.time = datetime(2026, 11, 13, 6, 30, tzinfo=BRUSSELS)

    async def restart(self) -> None:
        self.pressed.append("restart")
        self.lines = []
        self.shows(step=0, button=Button.PLAY)
        for path in self.folder.glob("*.eml"):
            path.unlink()

    def receives(self, number: int = 42) -> None:
        """A mail lands in the mailbox."""
        (self.folder / f"{number:04d}-P-{number:04d}.eml").write_bytes(bytes(mail(number)))


def mail(number: int) -> EmailMessage:
    """A made-up police mail with a report of two pages."""
    message = EmailMessage()
    message["Subject"] = f"[SAAR Munsterbilzen P-{number:04d} 1/1]"
    message["From"] = "Buurtpreventie Munsterbilzen <saarbot@demo.example>"
    message["Date"] = datetime(2026, 11, 13, 6, 30, tzinfo=BRUSSELS)
    message.set_content("1 MELDING, 1 DRINGEND, 2 BEELDEN. Dit is geen noodoproep.\n")
    message.add_alternative(
        "<html><body style='font-family:Arial'><h1>1 melding, 2 beelden</h1>"
        "<script>document.title='hacked'</script><p>Dit is geen noodoproep.</p></body></html>",
        subtype="html",
    )
    message.add_attachment(report(), maintype="application", subtype="pdf", filename="rapport.pdf")
    message.add_attachment(
        package(), maintype="application", subtype="zip", filename="saar-P-0042.zip"
    )
    return message


def package() -> bytes:
    """A zip with one report and one picture."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        packed.writestr("saar/data/inhoud.json", '{"cases": ["M-2026-0117"]}')
        packed.writestr("saar/data/media/0001.jpg", car())
    return made.getvalue()


def report() -> bytes:
    """A PDF of two pages."""
    source = b'#set page("a4")\n= Melding M-2026-0117\nKloosterstraat\n#pagebreak()\n= Tijdlijn'
    made: bytes = typst.compile(source)
    return made

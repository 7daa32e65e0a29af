"""One neighbourhood with a police mailbox, wired as the application wires it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from bot.police.digest import MailNews, Police
from bot.settings import (
    Mailbox,
    MailSettings,
    NeighbourhoodSettings,
    PoliceSettings,
    Settings,
    SmtpSettings,
)
from bot.store import places
from bot.store import police as rows
from bot.store.tx import Tx
from tests.police.issued import TEXTS
from tests.police.postoffice import Authority, PostOffice
from tests.police.story import BRUSSELS, PLACE, Story, local

WIJK = "wijk@politie.example"


def settings(
    data_dir: Path,
    smtp: SmtpSettings,
    *,
    mailboxes: tuple[str, ...] = (WIJK,),
    limit: int = 10_000_000,
    **police: Any,
) -> Settings:
    place = NeighbourhoodSettings(
        id=PLACE,
        name="Munsterbilzen",
        police=PoliceSettings(
            mailboxes=tuple(Mailbox(address=address) for address in mailboxes),
            **{"at": time(6, 30), "on_close": False, **police},
        ),
    )
    return Settings(
        file=data_dir / "saarbot.yaml",
        data_dir=data_dir,
        timezone=BRUSSELS,
        neighbourhoods={PLACE: place},
        mail=MailSettings(sender="saarbot@example.org", smtp=smtp, max_message_bytes=limit),
    )


def smtp_to(office: PostOffice, ca: Authority, **changes: Any) -> SmtpSettings:
    return SmtpSettings(
        **{
            "host": "127.0.0.1",
            "port": office.port,
            "security": "starttls",
            "ca_file": ca.certificate,
            **changes,
        }
    )


@dataclass
class Desk:
    """The police's room and what it told the coordinators."""

    story: Story
    smtp: SmtpSettings
    options: dict[str, Any] = field(default_factory=dict)
    news: list[MailNews] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.story.store.writer.call(
            lambda tx: places.put_place(tx, PLACE, name="Munsterbilzen", invite_code="rozenstraat")
        )
        self.open()

    def open(self, **changes: Any) -> Police:
        """As after a start of the bot, with the settings changed."""
        self.options |= changes
        data_dir = self.story.store.data_dir
        self.police = Police(
            self.story.store,
            settings(data_dir, self.smtp, **self.options),
            self.story.clock,
            TEXTS,
            on_mail=self._told,
        )
        return self.police

    def _told(self, _tx: Tx, mail: MailNews) -> None:
        self.news.append(mail)

    def mails(self) -> list[rows.Digest]:
        with self.story.store.reading() as reader:
            return [row for line in rows.lines(reader) for row in rows.of_line(reader, line.id)]

    def lines(self) -> list[rows.Line]:
        with self.story.store.reading() as reader:
            return rows.lines(reader)

    def states(self) -> list[str]:
        return [row.state for row in self.mails()]


def opened(file: Path) -> EmailMessage:
    """A kept mail, read by a parser that did not write it."""
    message = message_from_bytes(file.read_bytes(), policy=default)
    assert isinstance(message, EmailMessage)
    return message


def body(message: EmailMessage, kind: str = "plain") -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def paragraphs(message: EmailMessage) -> list[str]:
    """The mail's plain words, each paragraph on one line again."""
    return [" ".join(part.split()) for part in body(message).replace("\r", "").split("\n\n")]


def attached(message: EmailMessage) -> dict[str, bytes]:
    return {str(part.get_filename()): part.get_content() for part in message.iter_attachments()}


async def night_is_due(desk: Desk) -> None:
    """The night of the story is in the log, and it is half past six."""
    await desk.police.step()
    desk.story.night()
    desk.story.at(local(13, 6, 30))

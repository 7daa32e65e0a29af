"""The police mailbox as the page shows it: the mails kept as `.eml` files, read like a mail
program reads them.

The PDF's pages become pictures through typst, which is here for the report anyway.
"""

from __future__ import annotations

import asyncio
import io
import json
import zipfile
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import lru_cache
from pathlib import Path
from typing import Final

_PAGES_MAX = 20
_SHARPNESS = 144  # points an inch: readable on a screen that doubles its dots
_PICTURES: Final = {
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """One attachment: its place in the mail, name, type and size in bytes."""

    number: int
    name: str
    mime: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail, as a list of mails shows it and as it reads when opened.

    `cases` is how many reports its package holds, `photos` the names of the pictures in it.
    """

    id: str
    subject: str
    sender: str
    preview: str
    sent_at: datetime | None
    html: str
    attachments: tuple[Attachment, ...]
    cases: int
    photos: tuple[str, ...]

    def report(self) -> Attachment | None:
        """The PDF, if there is one."""
        return next((one for one in self.attachments if one.mime == "application/pdf"), None)


class Mailbox:
    """The mails in one folder, newest first."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def mails(self) -> list[Mail]:
        """Every mail that came."""
        return [_read(path, path.stat().st_mtime_ns) for path in self._files()]

    def find(self, mail_id: str) -> Mail | None:
        """The mail with this id."""
        return next((mail for mail in self.mails() if mail.id == mail_id), None)

    def original(self, mail_id: str) -> Path | None:
        """The `.eml` file itself."""
        return next((path for path in self._files() if path.stem == mail_id), None)

    def content(self, mail_id: str, number: int) -> bytes | None:
        """The bytes of one attachment."""
        path = self.original(mail_id)
        return None if path is None else _attached(path, number)

    def photo(self, mail_id: str, number: int) -> tuple[bytes, str] | None:
        """One picture of the package, and its type."""
        mail, path = self.find(mail_id), self.original(mail_id)
        if mail is None or path is None or not 0 <= number < len(mail.photos):
            return None
        name = mail.photos[number]
        package = _package(_parsed(path))
        assert package is not None
        with package:
            return package.read(name), _PICTURES[Path(name).suffix.lower()]

    async def pages(self, mail_id: str) -> int:
        """How many pages the report in this mail has."""
        return len(await self._pictures(mail_id))

    async def page(self, mail_id: str, number: int) -> bytes | None:
        """One page of the report as a PNG, counted from 1."""
        pictures = await self._pictures(mail_id)
        return pictures[number - 1] if 1 <= number <= len(pictures) else None

    async def _pictures(self, mail_id: str) -> tuple[bytes, ...]:
        mail, path = self.find(mail_id), self.original(mail_id)
        report = mail.report() if mail is not None else None
        if report is None or path is None:
            return ()
        return await asyncio.to_thread(_drawn, path, path.stat().st_mtime_ns, report.number)

    def _files(self) -> list[Path]:
        return sorted(self._folder.glob("*.eml"), reverse=True)


@lru_cache(maxsize=64)
def _read(path: Path, _changed: int) -> Mail:
    message = _parsed(path)
    body = message.get_body(("html", "plain"))
    plain = message.get_body(("plain",))
    date = message["Date"]
    cases, photos = _held(message)
    return Mail(
        id=path.stem,
        subject=str(message["Subject"] or ""),
        sender=str(message["From"] or ""),
        preview=_preview(plain.get_content() if plain else ""),
        sent_at=date.datetime if date else None,
        html=body.get_content() if body else "",
        attachments=tuple(_described(n, part) for n, part in enumerate(_parts(message))),
        cases=cases,
        photos=photos,
    )


def _package(message: EmailMessage) -> zipfile.ZipFile | None:
    for part in _parts(message):
        if part.get_content_type() == "application/zip":
            try:
                return zipfile.ZipFile(io.BytesIO(_bytes(part)))
            except zipfile.BadZipFile:
                return None
    return None


def _held(message: EmailMessage) -> tuple[int, tuple[str, ...]]:
    """How many reports the package tells of, and its pictures."""
    package = _package(message)
    if package is None:
        return 0, ()
    with package:
        names = package.namelist()
        listed = next((name for name in names if name.endswith("/data/inhoud.json")), None)
        cases = len(json.loads(package.read(listed))["cases"]) if listed else 0
    return cases, tuple(name for name in names if Path(name).suffix.lower() in _PICTURES)


def _preview(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return next((line for line in lines if line[0].isdigit()), lines[0] if lines else "")


def _parsed(path: Path) -> EmailMessage:
    return message_from_bytes(path.read_bytes(), policy=default)


def _parts(message: EmailMessage) -> list[EmailMessage]:
    return list(message.iter_attachments())


def _bytes(part: EmailMessage) -> bytes:
    content = part.get_content()
    return content.encode() if isinstance(content, str) else bytes(content)


def _described(number: int, part: EmailMessage) -> Attachment:
    return Attachment(
        number=number,
        name=part.get_filename() or f"bijlage-{number + 1}",
        mime=part.get_content_type(),
        size=len(_bytes(part)),
    )


def _attached(path: Path, number: int) -> bytes | None:
    parts = _parts(_parsed(path))
    return _bytes(parts[number]) if 0 <= number < len(parts) else None


@lru_cache(maxsize=8)
def _drawn(path: Path, _changed: int, number: int) -> tuple[bytes, ...]:
    """Every page of an attached PDF, as pictures."""
    import tempfile  # like typst: only when somebody looks at a report

    data = _attached(path, number)
    if data is None:
        return ()
    # Beside the mails: the next demonstration begins by clearing all of it away.
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".pages-") as folder:
        (Path(folder) / "report.pdf").write_bytes(data)
        sheet = Path(folder) / "sheet.typ"
        sheet.write_text(
            "#set page(width: 210mm, height: auto, margin: 0pt)\n"
            '#image("report.pdf", page: int(sys.inputs.page), width: 100%)'
        )
        return _each_page(sheet)


def _each_page(sheet: Path) -> tuple[bytes, ...]:
    import typst

    pages: list[bytes] = []
    for number in range(1, _PAGES_MAX + 1):
        inputs = {"page": str(number)}
        try:
            picture = typst.compile(str(sheet), format="png", ppi=_SHARPNESS, sys_inputs=inputs)
        except typst.TypstError:  # there is no such page
            break
        pages.append(picture)
    return tuple(pages)

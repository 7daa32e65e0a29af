"""What the tests of sending send, and to whom."""

from __future__ import annotations

from pathlib import Path

from bot.messaging import Address, File, Outgoing
from tests.adapters.signal.people import Group, Person

CARD = Outgoing(text="**MELDING** inbraak bezig, Kerkstraat")


def chat(of: Person | Group) -> Address:
    return Address("signal", of.id if isinstance(of, Group) else of.uuid)


def a_file(folder: Path, content: bytes, name: str = "foto.jpg", mime: str = "image/jpeg") -> File:
    path = folder / "file"
    path.write_bytes(content)
    return File(path=str(path), name=name, mime=mime)

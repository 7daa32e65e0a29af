"""Files on their way: what a page uploads, and what it is offered to download.

An upload is written beside its place and renamed when it is whole, so that a file with a
proper name is always complete. The core fetches it and then lets it go; what nobody fetched
in a month goes too. A download is a copy that expires after a day.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import secrets
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import Permanent, StoreFull, TooLarge

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_NAME = re.compile(r"[A-Za-z0-9_-]{1,120}")
_CHUNK = 256 * 1024
_MONTH_S = 31 * 24 * 3600
WAITING_MAX = 2_000_000_000
"""Bytes of uploads that may wait for the core or be under way, so that nobody fills the disk."""
STRANGERS_MAX = 200_000_000
"""The same, past which only members may bring more: nobody else can stand in their way."""


class EmptyFile(ValueError):
    """Nothing came: a file of 0 bytes."""


class BrokenOff(ValueError):
    """The page stopped sending halfway."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A whole upload: `sha256` is of the bytes as they came."""

    file: str
    size: int
    sha256: str


class Spool:
    """The adapter's private folder."""

    def __init__(self, folder: Path) -> None:
        self._incoming = folder / "in"
        self._outgoing = folder / "out"
        self._coming = 0

    def prepare(self) -> None:
        """Make the folders, and clear away what a crash or nobody left behind."""
        for folder in (self._incoming, self._outgoing):
            folder.mkdir(parents=True, exist_ok=True)
        for path in self._incoming.glob("*.part"):
            path.unlink(missing_ok=True)
        self.sweep()

    def sweep(self) -> None:
        """Clear away what nobody fetched in a month."""
        for path in self._incoming.iterdir():
            with suppress(FileNotFoundError):  # fetched and let go meanwhile
                if time.time() - path.stat().st_mtime > _MONTH_S:
                    path.unlink(missing_ok=True)

    async def receive(
        self,
        name: str,
        chunks: AsyncIterator[bytes],
        *,
        limit: int,
        expected: int | None,
        member: bool,
    ) -> Received:
        """Keep what comes in. Raises EmptyFile, BrokenOff, TooLarge, StoreFull.

        What is over the limit is read to the end and thrown away, since a browser hears no
        answer before it has sent everything.
        """
        promised = min(limit if expected is None else expected, limit)
        room = WAITING_MAX if member else min(STRANGERS_MAX, WAITING_MAX)
        if self._waiting() + self._coming > room:
            raise StoreFull("too many uploads wait for the core")
        self._coming += promised
        try:
            return await self._take(name, chunks, limit, expected)
        finally:
            self._coming -= promised

    async def _take(
        self, name: str, chunks: AsyncIterator[bytes], limit: int, expected: int | None
    ) -> Received:
        part = self._incoming / f"{name}.{secrets.token_hex(4)}.part"
        try:
            received = await self._write(part, name, chunks, limit)
            if received.size == 0:
                raise EmptyFile
            if expected is not None and received.size != expected:
                raise BrokenOff
            await asyncio.to_thread(os.replace, part, self._incoming / name)
        except OSError as error:
            raise StoreFull("the spool can't be written") from error
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)
        return received

    def _waiting(self) -> int:
        with os.scandir(self._incoming) as entries:
            return sum(_size(entry) for entry in entries if not entry.name.endswith(".part"))

    async def _write(
        self, part: Path, name: str, chunks: AsyncIterator[bytes], limit: int
    ) -> Received:
        size, digest = 0, hashlib.sha256()
        with part.open("wb") as file:
            async for chunk in chunks:
                size += len(chunk)
                if size <= limit:
                    digest.update(chunk)
                    await asyncio.to_thread(file.write, chunk)
                elif size > 3 * limit:
                    break
            file.flush()
            await asyncio.to_thread(os.fsync, file.fileno())
        if size > limit:
            raise TooLarge("upload over the limit", limit=limit)
        return Received(file=name, size=size, sha256=digest.hexdigest())

    async def read(self, name: str, *, max_bytes: int) -> AsyncIterator[bytes]:
        """An upload's bytes. Raises TooLarge, or Permanent when it is no longer there."""
        path = self._incoming / _checked(name)
        try:
            size = path.stat().st_size
        except OSError as error:
            raise Permanent("the upload is no longer in the spool") from error
        if size > max_bytes:
            raise TooLarge("upload larger than asked for", limit=max_bytes)
        with path.open("rb") as file:
            while chunk := await asyncio.to_thread(file.read, _CHUNK):
                yield chunk

    def release(self, name: str) -> None:
        """An upload is stored elsewhere."""
        (self._incoming / _checked(name)).unlink(missing_ok=True)

    async def offer(self, source: str) -> tuple[str, int]:
        """Copy a file to be downloaded; returns its name here and its size."""
        name = secrets.token_urlsafe(24)
        target = self._outgoing / name
        try:
            await asyncio.to_thread(shutil.copyfile, source, target)
        except OSError as error:
            target.unlink(missing_ok=True)
            raise StoreFull("the spool can't be written") from error
        return name, target.stat().st_size

    def offered(self, name: str) -> Path:
        """Where a file to be downloaded lies."""
        return self._outgoing / _checked(name)

    def withdraw(self, name: str) -> None:
        """A download has expired."""
        self.offered(name).unlink(missing_ok=True)


def _size(entry: os.DirEntry[str]) -> int:
    try:
        return entry.stat().st_size
    except FileNotFoundError:  # fetched and let go meanwhile
        return 0


def _checked(name: object) -> str:
    if isinstance(name, str) and _NAME.fullmatch(name):
        return name
    raise Permanent("no file of the spool has such a name")

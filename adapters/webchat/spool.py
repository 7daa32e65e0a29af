"""Files on their way: what a page uploads, and what it is offered to download.

An upload is written beside its place and renamed when it is whole, so that a file with a
proper name is always complete. The core fetches it and then lets it go; what nobody fetched
in a month goes too, and after a day where somebody brought it who is no member: of them the
core wants next to nothing. A download is a copy that expires after a day.
"""

from __future__ import annotations

import asyncio
import hashlib
import math
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
_DAY_S = 24 * 3600
_STRANGERS = "stranger-"
WAITING_MAX = 2_000_000_000
"""Bytes of uploads that may wait for the core or be under way, so that nobody fills the disk."""
STRANGERS_MAX = 200_000_000
"""The same, of all who are no members: they can't stand in a member's way."""
AN_ORIGINS_MAX = 60_000_000
"""The same, of those from one origin: nobody can stand in all other newcomers' way."""
STRANGERS_UNDER_WAY = 64
AN_ORIGINS_UNDER_WAY = 8
"""Uploads at once, however small: each holds a connection."""
STRANGERS_S = 300.0
"""Seconds in which a stranger's upload must be whole: a slow one holds what it has promised."""


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


@dataclass(frozen=True, slots=True, eq=False)
class _Coming:
    """An upload that lies here, or is promised."""

    name: str
    size: int


class Spool:
    """The adapter's private folder."""

    def __init__(self, folder: Path) -> None:
        self._incoming = folder / "in"
        self._outgoing = folder / "out"
        self._key = secrets.token_bytes(16)
        self._coming: list[_Coming] = []

    def prepare(self) -> None:
        """Make the folders, and clear away what a crash or nobody left behind."""
        for folder in (self._incoming, self._outgoing):
            folder.mkdir(parents=True, exist_ok=True)
        for path in self._incoming.glob("*.part"):
            path.unlink(missing_ok=True)
        self.sweep()

    def sweep(self) -> None:
        """Clear away what nobody fetched in a month, of strangers in a day."""
        for path in self._incoming.iterdir():
            keep_s = _DAY_S if path.name.startswith(_STRANGERS) else _MONTH_S
            with suppress(FileNotFoundError):  # fetched and let go meanwhile
                if time.time() - path.stat().st_mtime > keep_s:
                    path.unlink(missing_ok=True)

    async def receive(
        self,
        name: str,
        chunks: AsyncIterator[bytes],
        *,
        limit: int,
        expected: int | None,
        stranger: str | None,
    ) -> Received:
        """Keep what comes in. Raises EmptyFile, BrokenOff, TooLarge, StoreFull.

        `stranger` is the origin of somebody who is no member. What is over the limit is read to the
        end and thrown away, since a browser hears no answer before it has sent everything.
        """
        name = name if stranger is None else f"{self._of(stranger)}{name}"
        coming = _Coming(name, min(limit if expected is None else expected, limit))
        if not self._has_room(coming, stranger):
            raise StoreFull("too many uploads wait for the core")
        self._coming.append(coming)
        try:
            async with asyncio.timeout(None if stranger is None else STRANGERS_S):
                return await self._take(name, chunks, limit, expected)
        except TimeoutError:
            raise BrokenOff from None
        finally:
            self._coming.remove(coming)

    def _of(self, origin: str) -> str:
        """How the names of files from a stranger's origin begin, until the next start."""
        told = hashlib.blake2b(origin.encode(), key=self._key, digest_size=6).hexdigest()
        return f"{_STRANGERS}{told}-"

    def _has_room(self, coming: _Coming, stranger: str | None) -> bool:
        """Whether nobody else's room is taken by it. Where nothing lies yet, one may always come."""
        limits: list[tuple[str, int, float]] = [("", WAITING_MAX, math.inf)]
        if stranger is not None:
            limits += [
                (_STRANGERS, STRANGERS_MAX, STRANGERS_UNDER_WAY),
                (self._of(stranger), AN_ORIGINS_MAX, AN_ORIGINS_UNDER_WAY),
            ]
        waiting = [*self._waiting(), *self._coming]
        for begin, most, at_once in limits:
            there = sum(one.size for one in waiting if one.name.startswith(begin))
            under_way = sum(one.name.startswith(begin) for one in self._coming)
            if under_way >= at_once or (there and there + coming.size > most):
                return False
        return True

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

    def _waiting(self) -> list[_Coming]:
        with os.scandir(self._incoming) as entries:
            whole = [entry for entry in entries if not entry.name.endswith(".part")]
            return [_Coming(entry.name, _size(entry)) for entry in whole]

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

"""Fetching the files that are wanted, until they are here or can't be had.

A wish is a row: it survives restarts. A file is stored, then recorded and told in one transaction,
and only then may the messenger forget it. What fails for now is tried again after 2, 5, 15, 60
seconds and ever more patiently, for a day; what can't be had, and a file of no bytes, is recorded
as missing with its reason. Whoever closes a case or cuts a mail doesn't wait for that.
"""

from __future__ import annotations

import asyncio
import logging
import mimetypes
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from bot.errors import Permanent, RateLimited, Retryable, StoreError, TooLarge
from bot.journal import vault as vaults
from bot.store import media as rows
from bot.store.tx import Tx, from_ms, to_ms

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from datetime import timedelta

    from bot.clock import Clock
    from bot.journal.vault import Incoming, Media, Vault
    from bot.messaging.adapter import Adapter
    from bot.store.engine import Store

MAX_BYTES = 50_000_000
AT_ONCE = 4
HANGS_MS = 10 * 60_000
PATIENCE_MS = 24 * 3600 * 1000
WAITS_S = (2, 5, 15, 60, 300, 900, 3600)
LOOK_AGAIN_MS = 60_000

log = logging.getLogger(__name__)


class Why(StrEnum):
    """Why a file can't be had."""

    TOO_LARGE = "too_large"
    EMPTY = "empty"
    GONE = "gone"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """The bytes are in the vault: `media.sha256`, `size` and `mime` are known now."""

    media: Media


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """The bytes will not come."""

    media: Media
    reason: Why


OnMedia: TypeAlias = Callable[[Tx, Arrived | Missing], None]


class Fetcher:
    """One per process. `on_media` runs in the transaction that records what became of a file."""

    def __init__(
        self,
        *,
        store: Store,
        vault: Vault,
        adapters: Mapping[str, Adapter],
        clock: Clock,
        on_media: OnMedia,
        max_bytes: int = MAX_BYTES,
    ) -> None:
        self._store = store
        self._vault = vault
        self._adapters = adapters
        self._clock = clock
        self._on_media = on_media
        self._max_bytes = max_bytes
        self._busy: dict[int, asyncio.Task[None]] = {}
        self._wake = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        vault.listen(self._wanted)

    async def run(self) -> None:
        """Fetch until cancelled. What is under way then is fetched again at the next start."""
        self._loop = asyncio.get_running_loop()
        self._vault.tidy()
        try:
            while True:
                self._wake.clear()
                await self._sleep(self._start_due())
        finally:
            await self._end()

    def _wanted(self) -> None:
        """In the writer's thread: a new wish is on disk."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake.set)

    def _start_due(self) -> int:
        """Start what may start; when to look again."""
        now = self._now()
        with self._store.reading() as reader:
            due = rows.due(reader, at=now, most=AT_ONCE + len(self._busy))
            later = rows.next_try(reader, after=now)
        for row in due:
            if row.id not in self._busy and len(self._busy) < AT_ONCE:
                self._busy[row.id] = asyncio.create_task(self._serve(vaults.read(row)))
        return min(later or now + LOOK_AGAIN_MS, now + LOOK_AGAIN_MS)

    async def _sleep(self, until: int) -> None:
        """Until a wish comes, a fetch ends, or the time."""
        waits = [
            asyncio.ensure_future(self._wake.wait()),
            asyncio.ensure_future(self._clock.sleep_until(from_ms(until))),
        ]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    async def _serve(self, media: Media) -> None:
        try:
            await self._settle(media)
        except asyncio.CancelledError:
            raise
        except Exception as error:  # noqa: BLE001  # whatever went wrong, it is tried again
            log.warning("file %d: %s", media.id, type(error).__name__)
            await self._later(media, error)
        finally:
            self._busy.pop(media.id, None)
            self._wake.set()

    async def _settle(self, media: Media) -> None:
        try:
            digest, size = await self._in_time(media)
        except TooLarge:
            await self._missing(media, Why.TOO_LARGE)
        except Permanent:
            await self._missing(media, Why.GONE)
        else:
            if size == 0:
                await self._missing(media, Why.EMPTY)
            else:
                await self._arrived(media, digest, size)
                await self._release(media)

    async def _in_time(self, media: Media) -> tuple[str, int]:
        """Fetch; raises Retryable when it takes longer than anything should."""
        fetch = asyncio.ensure_future(self._fetch(media))
        limit = asyncio.ensure_future(self._clock.sleep_until(from_ms(self._now() + HANGS_MS)))
        try:
            await asyncio.wait((fetch, limit), return_when=asyncio.FIRST_COMPLETED)
            if not fetch.done():
                raise Retryable("no answer in time")
            return fetch.result()
        finally:
            limit.cancel()
            fetch.cancel()
            await asyncio.gather(fetch, return_exceptions=True)

    async def _fetch(self, media: Media) -> tuple[str, int]:
        """Bring the bytes into the vault: their SHA-256 and number. Nothing is kept of none."""
        adapter = self._adapters.get(media.ref.source)
        if adapter is None:
            raise Retryable(f"no adapter {media.ref.source} is configured")
        if media.ref.size is not None and media.ref.size > self._max_bytes:
            raise TooLarge(limit=self._max_bytes)
        incoming = self._vault.receive()
        try:
            await self._pour(adapter.fetch(media.ref, max_bytes=self._max_bytes), incoming)
            if incoming.size == 0:
                return "", 0
            return await asyncio.to_thread(self._vault.keep, incoming), incoming.size
        finally:
            incoming.drop()

    async def _pour(self, chunks: AsyncIterator[bytes], incoming: Incoming) -> None:
        try:
            async for chunk in chunks:
                incoming.write(chunk)
                if incoming.size > self._max_bytes:
                    raise TooLarge(limit=self._max_bytes)
        finally:
            # A generator's connection is given back now, not when it is collected.
            if (close := getattr(chunks, "aclose", None)) is not None:
                await close()

    async def _arrived(self, media: Media, digest: str, size: int) -> None:
        guessed = mimetypes.guess_type(media.ref.name or "")[0]
        mime = media.ref.mime or guessed or "application/octet-stream"

        def work(tx: Tx) -> None:
            if rows.stored(tx, media.id, sha256=digest, size=size, mime=mime):
                self._on_media(tx, Arrived(media=_as_recorded(tx, media)))

        await self._store.writer.submit(work, label="media")

    async def _missing(self, media: Media, reason: Why) -> None:
        def work(tx: Tx) -> None:
            if rows.missing(tx, media.id, reason):
                self._on_media(tx, Missing(media=_as_recorded(tx, media), reason=reason))

        await self._store.writer.submit(work, label="media")

    async def _later(self, media: Media, error: Exception) -> None:
        if self._now() - to_ms(media.asked_at) > PATIENCE_MS and media.tries >= len(WAITS_S):
            try:
                await self._missing(media, Why.UNREACHABLE)
            except Exception as again:  # noqa: BLE001  # giving up failed: that too is tried again
                log.error("file %d not given up: %s", media.id, type(again).__name__)  # noqa: TRY400  # a trace may quote a message
            else:
                return
        await self._postpone(media, error)

    async def _postpone(self, media: Media, error: Exception) -> None:
        wait = WAITS_S[min(media.tries, len(WAITS_S) - 1)] * 1000
        asked: timedelta | None = getattr(error, "after", None)
        if isinstance(error, Retryable | RateLimited) and asked is not None:
            wait = max(wait, round(asked.total_seconds() * 1000))
        at = self._now() + wait

        def work(tx: Tx) -> None:
            rows.later(tx, media.id, next_try_at=at, reason=type(error).__name__)

        try:
            await self._store.writer.submit(work, label="media")
        except StoreError:  # no room for even that: the row says that it is due, so go slowly
            await self._clock.sleep_until(from_ms(at))

    async def _release(self, media: Media) -> None:
        """The messenger need not keep the bytes for us; if it can't be told, no harm is done."""
        adapter = self._adapters.get(media.ref.source)
        try:
            if adapter is not None:
                await adapter.release(media.ref)
        except Exception as error:  # noqa: BLE001  # the file is safe with us
            log.info("file %d could not be released: %s", media.id, type(error).__name__)

    async def _end(self) -> None:
        tasks = list(self._busy.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _now(self) -> int:
        return to_ms(self._clock.now())


def _as_recorded(tx: Tx, media: Media) -> Media:
    """The file as its row stands now: its draft may have become an alert meanwhile."""
    row = rows.get(tx, media.id)
    return media if row is None else vaults.read(row)

"""Commands beside a running `run`: what changes or sends is asked of it, and waited for.

The command writes a row and watches it; the running process takes rows one at a time, in order,
and writes how far it is and how it ended. With nobody running, the command takes the data
directory's lock and does the work itself, by the same handlers. If the running process ends while
a command waits, the command notices that the lock is free and does its own row.
"""

from __future__ import annotations

import asyncio
import fcntl
import logging
import os
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bot.errors import RequestRefused, SaarbotError, StoreBusy, StoreError
from bot.store import requests as rows
from bot.store.datadir import LOCK

if TYPE_CHECKING:
    from bot.store.engine import Store

log = logging.getLogger(__name__)

# Tells how far the work is: (done, of, of what). `of` 0 means unknown.
Progress = Callable[[int, int, str], None]
Handler = Callable[[Mapping[str, Any], Progress], Awaitable[Mapping[str, Any]]]

POLL_S: Final = 0.2
KEEP: Final = timedelta(days=30)


class Requests:
    """The running process's side: does what stands in the table."""

    def __init__(self, store: Store, handlers: Mapping[str, Handler]) -> None:
        self._store = store
        self._handlers = handlers
        self._woken = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def wake(self) -> None:
        """Look now; from any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._woken.set)

    async def run(self) -> None:
        """Take requests until cancelled; those of a crashed process first."""
        self._loop = asyncio.get_running_loop()
        await self._store.writer.submit(rows.again, label="requests of a crash")
        while True:
            while await self.step():
                pass
            # Unlike wait_for (before Python 3.12) this never swallows a cancellation.
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL_S):
                    await self._woken.wait()
            self._woken.clear()

    async def step(self) -> bool:
        """Do one request; False when none waits."""
        with self._store.reading() as reader:
            if rows.waiting(reader) is None:
                return False
        request = await self._store.writer.submit(rows.take, label="take request")
        if request is None:
            return False
        await self._do(request)
        return True

    async def forget_old(self) -> None:
        """Remove what was over a month ago."""
        await self._store.writer.submit(
            lambda tx: rows.forget(tx, tx.now - KEEP), label="forget requests"
        )

    async def _do(self, request: rows.Request) -> None:
        outcome, failed = await answer(
            self._handlers, request.kind, request.args, self._reporter(request.id)
        )
        await self._store.writer.submit(
            lambda tx: rows.finish(tx, request.id, outcome, failed=failed), label="finish request"
        )

    def _reporter(self, request_id: int) -> Progress:
        """Writes each step of progress, without holding the work up.

        Handlers may call it from any thread, so it goes through the event loop.
        """
        loop = asyncio.get_running_loop()
        waiting: set[asyncio.Task[None]] = set()

        def note(text: str) -> None:
            if waiting:  # the last one isn't on disk yet: the next will say more
                return
            task = loop.create_task(self._note(request_id, text))
            waiting.add(task)
            task.add_done_callback(waiting.discard)

        def report(done: int, of: int, what: str) -> None:
            loop.call_soon_threadsafe(note, f"{done}/{of} {what}")

        return report

    async def _note(self, request_id: int, text: str) -> None:
        with suppress(StoreError):
            await self._store.writer.submit(
                lambda tx: rows.progress(tx, request_id, text), label="progress"
            )


async def answer(
    handlers: Mapping[str, Handler], kind: str, args: Mapping[str, Any], progress: Progress
) -> tuple[Mapping[str, Any], bool]:
    """Do one request: its outcome, and whether it failed. Raises nothing but cancellation."""
    handler = handlers.get(kind)
    if handler is None:
        return {"error": f"this version does not know the request {kind!r}"}, True
    try:
        return await handler(args, progress), False
    except SaarbotError as error:
        return {"error": str(error), "refused": isinstance(error, RequestRefused)}, True
    except Exception as error:
        log.exception("a request failed: %s", kind)
        return {"error": f"an internal error ({type(error).__name__}); the log says where"}, True


def is_running(data_dir: Path) -> bool:
    """Whether a `run` or `demo` holds this data directory."""
    try:
        handle = os.open(data_dir / LOCK, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


async def perform(
    store: Store,
    kind: str,
    args: Mapping[str, Any],
    *,
    handlers: Callable[[], Mapping[str, Handler]],
    progress: Progress,
) -> Mapping[str, Any]:
    """The command's side: have the request done, by whoever runs or by ourselves.

    `handlers` is called only when we do it ourselves. Raises SaarbotError when it failed.
    """
    try:
        store.lock()
    except StoreBusy:
        outcome, failed = await _ask(store, kind, args, handlers, progress)
    else:
        store.migrate()
        outcome, failed = await answer(handlers(), kind, args, progress)
    if failed:
        raise RequestRefused(str(outcome.get("error", "it failed")))
    return outcome


async def _ask(
    store: Store,
    kind: str,
    args: Mapping[str, Any],
    handlers: Callable[[], Mapping[str, Handler]],
    progress: Progress,
) -> tuple[Mapping[str, Any], bool]:
    request_id = await store.writer.submit(lambda tx: rows.ask(tx, kind, args), label="ask")
    told = ""
    while True:
        with store.reading() as reader:
            request = rows.look(reader, request_id)
        if request is None:
            return {"error": "the request is gone from the store"}, True
        if request.state in ("done", "failed"):
            return request.outcome, request.state == "failed"
        if request.progress != told:
            told = request.progress
            _pass_on(told, progress)
        if _left_alone(store):
            return await _ourselves(store, request, handlers, progress)
        await asyncio.sleep(POLL_S)


def _left_alone(store: Store) -> bool:
    """Whether whoever ran has ended; then the lock is ours."""
    try:
        store.lock()
    except StoreBusy:
        return False
    return True


async def _ourselves(
    store: Store,
    request: rows.Request,
    handlers: Callable[[], Mapping[str, Handler]],
    progress: Progress,
) -> tuple[Mapping[str, Any], bool]:
    """Nobody runs any more: do our own request. What others asked, in chat too, waits for `run`."""
    log.warning("saarbot run has ended; this command finishes its own request")
    outcome, failed = await answer(handlers(), request.kind, request.args, progress)
    await store.writer.submit(
        lambda tx: rows.finish(tx, request.id, outcome, failed=failed), label="finish request"
    )
    return outcome, failed


def _pass_on(told: str, progress: Progress) -> None:
    counts, _, what = told.partition(" ")
    done, _, of = counts.partition("/")
    if done.isdigit() and of.isdigit():
        progress(int(done), int(of), what)

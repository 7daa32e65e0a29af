"""The only connection that writes, in a thread of its own.

Works that wait are done together in one transaction (group commit), all answered after the commit,
so that one sync of the disk serves up to sixty-four. A group never waits for more than what is
queued already: an idle store commits a single work at once.

A work that raises is undone alone and only its caller hears of it: the group is undone and done
again, each work under a savepoint of its own. That is seldom, and a savepoint for every work would
copy each page it touches. So a work may be done twice; whatever it does outside its transaction
waits for `after_commit`.

If the disk is full or failing, nothing of the group is kept, everybody in it gets `StoreFull`, and
the writer goes on: the next group succeeds as soon as there is room again.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from concurrent.futures import Future
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, TypeVar

from bot.errors import StoreBusy, StoreError, StoreFull
from bot.store.sqlite import is_busy, is_disk_trouble
from bot.store.tx import Tx

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine
    from sqlalchemy.pool import PoolProxiedConnection

    from bot.clock import Clock
    from bot.store.tx import Cursor, Ends

T = TypeVar("T")

GROUP = 64
SLOW_S = 0.25

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class WriterStats:
    """How much the writer has done since it was started."""

    works: int
    groups: int
    failed: int
    refused: int
    waiting: int


class _Job:
    """One work that waits, and where its result goes."""

    __slots__ = ("answer", "error", "label", "loop", "on_commit", "result", "work")

    def __init__(
        self,
        work: Callable[[Tx], Any],
        label: str,
        loop: asyncio.AbstractEventLoop | None,
        answer: asyncio.Future[Any] | Future[Any],
    ) -> None:
        self.work = work
        self.label = label
        self.loop = loop
        self.answer = answer
        self.result: Any = None
        self.error: BaseException | None = None
        self.on_commit: list[Callable[[], None]] = []


class _GroupLost(Exception):
    """The whole transaction is gone; `cause` says what everybody is told."""

    def __init__(self, told: StoreError) -> None:
        self.told = told
        super().__init__(str(told))


class Writer:
    """Takes works from any thread and any event loop. Started at once; closed once."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._begin = "BEGIN IMMEDIATE" if engine.dialect.name == "sqlite" else "BEGIN"
        self._queue: SimpleQueue[_Job | None] = SimpleQueue()
        self._gate = threading.Lock()
        self._closed = False
        self._well = True
        self._works = self._groups = self._failed = self._refused = 0
        self._held: PoolProxiedConnection | None = None
        self._listener: Callable[[], None] | None = None
        self._thread = threading.Thread(target=self._serve, name="store-writer", daemon=True)
        self._thread.start()

    async def submit(self, work: Callable[[Tx], T], *, label: str = "") -> T:
        """Do `work` in the next group; its result once that is on disk.

        Raises what `work` raised, StoreFull, StoreBusy, or StoreError after `close`. A caller that
        is cancelled leaves its work in the queue: it may still be done.
        """
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()
        self._put(_Job(work, label, loop, answer))
        return await answer

    def call(self, work: Callable[[Tx], T], *, label: str = "") -> T:
        """The same, waiting, for threads other than an event loop's or the writer's own."""
        if threading.current_thread() is self._thread:
            raise RuntimeError("a work can't wait for another work")
        answer: Future[T] = Future()
        self._put(_Job(work, label, None, answer))
        return answer.result()

    def listen(self, listener: Callable[[], None] | None) -> None:
        """Call `listener` in the writer's thread after each commit; it must be quick."""
        self._listener = listener

    @property
    def well(self) -> bool:
        """Whether the newest group was written: with a full disk it wasn't."""
        return self._well

    def stats(self) -> WriterStats:
        """Counters for the operator."""
        return WriterStats(
            works=self._works,
            groups=self._groups,
            failed=self._failed,
            refused=self._refused,
            waiting=self._queue.qsize(),
        )

    def close(self) -> None:
        """Finish what is queued, then stop. Idempotent."""
        with self._gate:
            if not self._closed:
                self._closed = True
                self._queue.put(None)
        self._thread.join()

    def _put(self, job: _Job) -> None:
        with self._gate:
            if self._closed:
                raise StoreError("the store is closed")
            self._queue.put(job)

    # --- in the writer's thread -----------------------------------------------------------

    def _serve(self) -> None:
        ended = False
        while not ended:
            group, ended = self._next_group()
            if group:
                self._do(group)
                _answer(group)
        self._disconnect()

    def _next_group(self) -> tuple[list[_Job], bool]:
        job = self._queue.get()
        group: list[_Job] = []
        try:
            while job is not None:
                group.append(job)
                if len(group) == GROUP:
                    return group, False
                job = self._queue.get_nowait()
        except Empty:
            return group, False
        return group, True

    def _do(self, group: list[_Job]) -> None:
        try:
            self._transact(group)
        except _GroupLost as lost:
            self._refuse(group, lost.told)
        except Exception as error:  # noqa: BLE001  # whatever the driver says, callers must be told
            self._refuse(group, _told(error))
        else:
            self._well = True
            self._groups += 1
            self._works += len(group)
            _run_after(group)
            if self._listener is not None:
                self._listener()

    def _transact(self, group: list[_Job]) -> None:
        cursor = self._cursor()
        cursor.execute(self._begin)
        ends = self._together(cursor, group)
        if ends is None:
            cursor.execute("ROLLBACK")
            cursor.execute(self._begin)
            ends = self._one_by_one(cursor, group)
        if ends:
            tx = self._tx(cursor)
            for end in ends.values():
                end(tx)
        cursor.execute("COMMIT")

    def _together(self, cursor: Cursor, group: list[_Job]) -> Ends | None:
        """All of them; None when one fails: whose fault it is shows when each is done by itself."""
        ends: Ends = {}
        for job in group:
            tx = self._tx(cursor)
            began = time.perf_counter()
            try:
                job.result = job.work(tx)
            except BaseException as error:
                if is_disk_trouble(error):
                    raise _GroupLost(_told(error)) from error
                return None
            job.on_commit = tx.on_commit
            ends.update(tx.ends)
            _say_if_slow(job, began)
        return ends

    def _one_by_one(self, cursor: Cursor, group: list[_Job]) -> Ends:
        """All that can be done; the error of each other one goes to its caller."""
        ends: Ends = {}
        for job in group:
            cursor.execute("SAVEPOINT work")
            tx = self._tx(cursor)
            job.on_commit = []
            try:
                job.result = job.work(tx)
            except BaseException as error:  # it belongs to the caller, whatever it is
                if is_disk_trouble(error):
                    raise _GroupLost(_told(error)) from error
                cursor.execute("ROLLBACK TO work")
                job.error = error
                self._failed += 1
            else:
                job.on_commit = tx.on_commit
                ends.update(tx.ends)
            cursor.execute("RELEASE work")
        return ends

    def _tx(self, cursor: Cursor) -> Tx:
        return Tx(cursor, self._engine.dialect, self._clock.now())

    def _refuse(self, group: list[_Job], told: StoreError) -> None:
        self._well = False
        log.error("nothing was written: %s", told)
        self._refused += len(group)
        for job in group:
            job.error = told
            job.on_commit = []
        # A new connection starts from what is on disk, whatever state this one is in.
        self._disconnect()

    def _cursor(self) -> Cursor:
        if self._held is None:
            self._held = self._engine.raw_connection()
            self._plain: Cursor = self._held.cursor()
        return self._plain

    def _disconnect(self) -> None:
        held, self._held = self._held, None
        if held is None:
            return
        try:
            held.invalidate()
        except Exception as error:  # noqa: BLE001  # it is given up either way
            log.warning("a broken connection did not close: %s", type(error).__name__)


def _say_if_slow(job: _Job, began: float) -> None:
    if (took := time.perf_counter() - began) > SLOW_S:
        label = job.label.replace(" ", "-") or "?"
        log.warning("a work held up the store: %s, %.0f ms", label, took * 1000)


def _told(error: BaseException) -> StoreError:
    """What callers are told, without the driver's own classes."""
    if is_busy(error):
        return StoreBusy(f"another process keeps the database locked ({error})")
    return StoreFull(f"nothing can be written to the database ({error})")


def _run_after(group: list[_Job]) -> None:
    for job in group:
        for act in job.on_commit:
            try:
                act()
            except Exception as error:  # noqa: BLE001  # the work is on disk: its caller is owed the result
                log.error("after a commit: %s", type(error).__name__)  # noqa: TRY400  # no texts in logs


def _answer(group: list[_Job]) -> None:
    """Give everybody their result, waking each event loop once."""
    woken: dict[asyncio.AbstractEventLoop, list[_Job]] = {}
    for job in group:
        if job.loop is None:
            _resolve(job)
        else:
            woken.setdefault(job.loop, []).append(job)
    for loop, jobs in woken.items():
        try:
            loop.call_soon_threadsafe(_resolve_all, jobs)
        except RuntimeError:  # the loop has closed: nobody waits any more
            continue


def _resolve_all(jobs: list[_Job]) -> None:
    for job in jobs:
        _resolve(job)


def _resolve(job: _Job) -> None:
    if job.answer.done():
        return
    if job.error is None:
        job.answer.set_result(job.result)
    else:
        job.answer.set_exception(job.error)

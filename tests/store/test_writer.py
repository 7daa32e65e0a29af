"""What a caller of the writer may rely on."""

from __future__ import annotations

import asyncio
import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import bindparam, func, select, text

from bot.errors import StoreError, StoreFull
from bot.store import schema as s
from bot.store.statement import Statement, add

if TYPE_CHECKING:
    from pathlib import Path

    from bot.clock import SettableClock
    from bot.store.engine import Store
    from bot.store.tx import Tx

_PUT = add(s.adapter_storage, "adapter", "key", "value")
_COUNT = Statement(select(func.count()).select_from(s.adapter_storage))
_GET = Statement(
    select(s.adapter_storage.c.value).where(s.adapter_storage.c.key == bindparam("key_"))
)
_LIMIT = Statement(text("PRAGMA max_page_count=60"))
_NO_LIMIT = Statement(text("PRAGMA max_page_count=1000000"))


def put(key: str, value: str = "x") -> Any:
    return lambda tx: tx.run(_PUT, adapter="a", key=key, value=value)


async def hold(store: Store, gate: threading.Event) -> asyncio.Task[bool]:
    """Keep the writer busy until the gate opens, so that what follows waits together."""
    begun = threading.Event()

    def work(tx: Tx) -> bool:
        begun.set()
        return gate.wait(10)

    task = asyncio.create_task(store.writer.submit(work))
    while not begun.is_set():
        await asyncio.sleep(0.001)
    return task


def count(store: Store) -> int:
    with store.reading() as reader:
        number: int = reader.value(_COUNT)
        return number


async def test_what_was_submitted_is_there_when_the_call_returns(store: Store) -> None:
    """A caller whose work returned can read it back, from any connection."""
    assert await store.writer.submit(put("one")) == 1
    assert count(store) == 1


async def test_waiting_works_share_one_commit(store: Store) -> None:
    """Sixty works that wait behind a slow one are committed in a group, not one by one."""
    gate = threading.Event()
    slow = await hold(store, gate)
    rest = [asyncio.ensure_future(store.writer.submit(put(str(n)))) for n in range(60)]
    await asyncio.sleep(0)
    gate.set()
    await asyncio.gather(slow, *rest)
    assert store.writer.stats().groups == 2
    assert count(store) == 60


async def test_a_work_that_raises_is_undone_alone(store: Store) -> None:
    """Its caller gets its exception; its neighbours in the group are kept; nothing of it stays."""
    acted: list[str] = []

    def spoilt(tx: Tx) -> None:
        put("half")(tx)
        tx.after_commit(lambda: acted.append("spoilt"))
        raise LookupError("no such street")

    results = await asyncio.gather(
        store.writer.submit(put("before")),
        store.writer.submit(spoilt),
        store.writer.submit(put("after")),
        return_exceptions=True,
    )
    assert isinstance(results[1], LookupError)
    assert [results[0], results[2]] == [1, 1]
    assert count(store) == 2
    assert acted == []


async def test_a_group_with_a_failure_is_done_again_and_acts_once(store: Store) -> None:
    """The others of the group are tried twice, kept once, and heard of once."""
    gate = threading.Event()
    tried: list[str] = []
    acted: list[str] = []

    def sound(tx: Tx) -> None:
        tried.append("sound")
        put("sound")(tx)
        tx.after_commit(lambda: acted.append("sound"))

    def spoilt(_tx: Tx) -> None:
        raise ValueError("spoilt")

    slow = await hold(store, gate)
    works = [asyncio.ensure_future(store.writer.submit(work)) for work in (sound, spoilt)]
    await asyncio.sleep(0)
    gate.set()
    await slow
    kept, failed = await asyncio.gather(*works, return_exceptions=True)
    assert kept is None
    assert isinstance(failed, ValueError)
    assert tried == ["sound", "sound"]
    assert acted == ["sound"]
    assert count(store) == 1


async def test_what_ends_a_group_is_done_once_with_the_last_word(store: Store) -> None:
    """A cursor that every work of a group moves is written once: as the last sound work left it."""
    gate = threading.Event()
    written: list[str] = []

    def moving(to: str, *, fails: bool = False) -> Any:
        def end(tx: Tx) -> None:
            written.append(to)
            put("cursor", to)(tx)

        def work(tx: Tx) -> None:
            tx.at_end("cursor", end)
            if fails:
                raise ValueError("spoilt")

        return work

    slow = await hold(store, gate)
    moves = (moving("1"), moving("2"), moving("3", fails=True))
    works = [asyncio.ensure_future(store.writer.submit(work)) for work in moves]
    await asyncio.sleep(0)
    gate.set()
    await slow
    await asyncio.gather(*works, return_exceptions=True)
    assert written == ["2"]
    with store.reading() as reader:
        assert reader.value(_GET, key_="cursor") == "2"


async def test_after_commit_runs_when_others_can_read_it(store: Store) -> None:
    """What is to be done after the commit finds the work on disk."""
    seen: list[int] = []

    def work(tx: Tx) -> None:
        put("one")(tx)
        tx.after_commit(lambda: seen.append(count(store)))

    await store.writer.submit(work)
    assert seen == [1]


async def test_an_act_after_commit_that_raises_harms_nobody(store: Store) -> None:
    """The work is on disk: its caller hears so, and the writer goes on."""

    def work(tx: Tx) -> str:
        tx.after_commit(lambda: print(1 // 0))
        return "kept"

    assert await store.writer.submit(work) == "kept"
    assert await store.writer.submit(put("next")) == 1


async def test_each_work_has_its_own_time(store: Store, clock: SettableClock) -> None:
    """`now` is the clock's time when the work begins."""
    first = await store.writer.submit(lambda tx: tx.now)
    clock.advance(timedelta(minutes=5))
    assert await store.writer.submit(lambda tx: tx.now) - first == timedelta(minutes=5)


def test_other_threads_call_and_wait(store: Store) -> None:
    """A thread without an event loop gets result and exception alike."""
    assert store.writer.call(put("one")) == 1
    with pytest.raises(ZeroDivisionError):
        store.writer.call(lambda tx: 1 // 0)


def test_a_work_cannot_wait_for_another(store: Store) -> None:
    """It would wait for itself for ever: it is told so."""
    with pytest.raises(RuntimeError, match="can't wait"):
        store.writer.call(lambda tx: store.writer.call(put("inner")))


async def test_a_cancelled_caller_disturbs_nobody(store: Store) -> None:
    """Who gives up waiting leaves the others their answers."""
    given_up = asyncio.ensure_future(store.writer.submit(put("left")))
    await asyncio.sleep(0)
    given_up.cancel()
    assert await store.writer.submit(put("stayed")) == 1
    with pytest.raises(asyncio.CancelledError):
        await given_up


async def test_a_full_disk_is_told_to_everybody_in_the_group(store: Store) -> None:
    """Nothing of the group is kept, each caller gets StoreFull, and later works succeed again."""

    def lower_the_ceiling(tx: Tx) -> None:
        tx.all(_LIMIT)

    gate = threading.Event()
    await store.writer.submit(lower_the_ceiling)
    slow = await hold(store, gate)
    doomed = [
        asyncio.ensure_future(store.writer.submit(put("small"))),
        asyncio.ensure_future(store.writer.submit(put("huge", "x" * 4_000_000))),
    ]
    await asyncio.sleep(0)
    gate.set()
    await slow
    results = await asyncio.gather(*doomed, return_exceptions=True)
    assert [type(result) for result in results] == [StoreFull, StoreFull]
    assert count(store) == 0
    assert not store.writer.well
    await store.writer.submit(lambda tx: tx.all(_NO_LIMIT))
    assert await store.writer.submit(put("huge", "x" * 4_000_000)) == 1
    assert store.writer.well


async def test_a_swallowed_disk_error_still_fails_the_group(store: Store) -> None:
    """A work that catches everything can't make a lost transaction look kept."""

    def swallows(tx: Tx) -> None:
        tx.all(_LIMIT)
        try:
            put("huge", "x" * 4_000_000)(tx)
        except Exception:  # noqa: BLE001
            return

    result = (await asyncio.gather(store.writer.submit(swallows), return_exceptions=True))[0]
    assert result is None or isinstance(result, StoreFull)
    assert count(store) == 0
    await store.writer.submit(lambda tx: tx.all(_NO_LIMIT))
    assert await store.writer.submit(put("next")) == 1


async def test_a_closed_store_says_so(store: Store) -> None:
    """What was queued before closing is done; what comes after is refused, not left waiting."""
    last = asyncio.ensure_future(store.writer.submit(put("last")))
    await asyncio.sleep(0)
    writer = store.writer
    store.close()
    assert await last == 1
    with pytest.raises(StoreError, match="closed"):
        await writer.submit(put("late"))


def test_a_loop_that_is_gone_stops_nothing(store: Store, tmp_path: Path) -> None:
    """An event loop that ended while its work waited doesn't take the writer with it."""
    gate = threading.Event()

    async def leave_behind() -> None:
        task = asyncio.ensure_future(store.writer.submit(lambda tx: gate.wait(10)))
        await asyncio.sleep(0)
        task.cancel()

    asyncio.run(leave_behind())
    gate.set()
    assert store.writer.call(put("one")) == 1

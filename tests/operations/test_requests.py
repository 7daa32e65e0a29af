"""Commands beside a running bot: asked, waited for, and done even if it ends meanwhile."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from bot.clock import SystemClock
from bot.errors import RequestRefused
from bot.operations.progress import Bar
from bot.operations.requests import Handler, Progress, Requests, is_running, perform
from bot.store import requests as rows
from bot.store.engine import Store
from tests.tables import store_in


def opened(folder: Path) -> Store:
    return store_in(folder, SystemClock())


@asynccontextmanager
async def running(folder: Path, handlers: Mapping[str, Handler]) -> AsyncIterator[Requests]:
    """A bot that does requests and holds the lock."""
    store = opened(folder)
    store.lock()
    requests = Requests(store, handlers)
    task = asyncio.create_task(requests.run())
    try:
        yield requests
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        store.close()


async def command(folder: Path, kind: str, handlers: Mapping[str, Handler], **args: Any) -> Any:
    """An operator's command in another process, as far as the store can tell."""
    store = opened(folder)
    told: list[tuple[int, int, str]] = []
    try:
        outcome = await asyncio.wait_for(
            perform(
                store,
                kind,
                args,
                handlers=lambda: handlers,
                progress=lambda *step: told.append(step),
            ),
            20,
        )
    finally:
        store.close()
    return outcome, told


async def _here(args: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    progress(1, 2, "half")
    return {"by": "command", **args}


async def _there(args: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    return {"by": "bot", **args}


@pytest.mark.parametrize("turns", range(4))
async def test_woken_and_told_to_end_in_one_moment_it_ends(tmp_path: Path, turns: int) -> None:
    """SIGTERM comes just when a request does: the end wins, whichever the loop sees first."""
    store = opened(tmp_path)
    requests = Requests(store, {})
    task = asyncio.create_task(requests.run())
    await asyncio.sleep(0.1)  # until it waits
    requests._woken.set()
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()
    done, _ = await asyncio.wait([task], timeout=3)
    task.cancel()
    store.close()
    assert done
    assert task.cancelled()


async def test_with_nobody_running_the_command_does_the_work_itself(tmp_path: Path) -> None:
    """It takes the lock, so that nobody else starts meanwhile, and shows its progress."""
    outcome, told = await command(tmp_path, "export", {"export": _here}, case="117")

    assert outcome == {"by": "command", "case": "117"}
    assert told == [(1, 2, "half")]


async def test_beside_a_running_bot_the_bot_does_the_work(tmp_path: Path) -> None:
    """The command writes a request and gets its outcome."""
    async with running(tmp_path, {"export": _there}):
        assert is_running(tmp_path)
        outcome, _ = await command(tmp_path, "export", {"export": _here}, case="117")
    assert outcome == {"by": "bot", "case": "117"}
    assert not is_running(tmp_path)


async def test_progress_crosses_over_to_the_command(tmp_path: Path) -> None:
    """What the bot reports, the command shows."""
    go = asyncio.Event()

    async def slow(args: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
        await asyncio.to_thread(progress, 3, 40, "entries")
        await go.wait()
        return {}

    async with running(tmp_path, {"export": slow}):
        store = opened(tmp_path)
        told: list[tuple[int, int, str]] = []

        def show(done: int, of: int, what: str) -> None:
            told.append((done, of, what))
            go.set()

        work = perform(store, "export", {}, handlers=dict, progress=show)
        await asyncio.wait_for(work, 20)
        store.close()
    assert told == [(3, 40, "entries")]


async def test_requests_are_done_in_order_one_at_a_time(tmp_path: Path) -> None:
    """Two commands at once never work over each other."""
    order: list[str] = []

    async def note(args: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
        order.append(f"begin {args['n']}")
        await asyncio.sleep(0)
        order.append(f"end {args['n']}")
        return {}

    store = opened(tmp_path)
    for n in range(3):
        await store.writer.submit(lambda tx, n=n: rows.ask(tx, "x", {"n": n}))  # type: ignore[misc]  # n is bound
    requests = Requests(store, {"x": note})
    while await requests.step():
        pass
    store.close()
    assert order == [f"{word} {n}" for n in range(3) for word in ("begin", "end")]


async def test_a_refusal_reaches_the_operator_in_words(tmp_path: Path) -> None:
    """The reason is told, by whoever refused."""

    async def refuse(args: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
        raise RequestRefused("there is no report 999")

    async with running(tmp_path, {"export": refuse}):
        with pytest.raises(RequestRefused, match="there is no report 999"):
            await command(tmp_path, "export", {})
    with pytest.raises(RequestRefused, match="there is no report 999"):
        await command(tmp_path, "export", {"export": refuse})


async def test_a_bug_is_told_by_its_name_only_and_the_next_request_is_done(tmp_path: Path) -> None:
    """An internal error says what it is, never what it held, and the worker goes on."""

    async def broken(args: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
        raise ValueError("Jan woont in de Kerkstraat")

    async with running(tmp_path, {"export": broken, "digest": _there}):
        with pytest.raises(RequestRefused) as error:
            await command(tmp_path, "export", {})
        outcome, _ = await command(tmp_path, "digest", {})
    assert "Jan" not in str(error.value)
    assert "ValueError" in str(error.value)
    assert outcome == {"by": "bot"}


async def test_an_unknown_request_is_refused(tmp_path: Path) -> None:
    """A newer command beside an older bot gets an answer, not silence."""
    async with running(tmp_path, {}):
        with pytest.raises(RequestRefused, match="does not know the request 'purge'"):
            await command(tmp_path, "purge", {})


async def test_if_the_bot_ends_the_command_finishes_its_own_request(tmp_path: Path) -> None:
    """A command that waits is never left hanging."""
    begun, forever = asyncio.Event(), asyncio.Event()

    async def stuck(args: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
        begun.set()
        await forever.wait()
        return {}

    async with running(tmp_path, {"export": stuck}):
        waiting = asyncio.create_task(command(tmp_path, "export", {"export": _here}, case="1"))
        await asyncio.wait_for(begun.wait(), 10)
    outcome, _ = await waiting
    assert outcome == {"by": "command", "case": "1"}


async def test_a_command_left_alone_does_not_take_what_was_asked_in_chat(tmp_path: Path) -> None:
    """A coordinator's /export waits when `run` ends beside an operator's `digest`: the command does
    its own, and the export is made by the next `run`. Nobody is left in silence.
    """

    async def done(_args: Mapping[str, Any], _progress: Progress) -> Mapping[str, Any]:
        return {"ok": True}

    store = opened(tmp_path)
    chat = await store.writer.submit(lambda tx: rows.ask(tx, "chat.export", {}), label="ask")
    store.lock()
    asked = asyncio.create_task(command(tmp_path, "digest", {"digest": done}))
    await _until(lambda: _state(tmp_path, chat + 1) == "waiting")
    store.close()
    assert (await asked)[0] == {"ok": True}
    assert (_state(tmp_path, chat), _state(tmp_path, chat + 1)) == ("waiting", "done")


def _state(folder: Path, request: int) -> str:
    store = opened(folder)
    try:
        with store.reading() as reader:
            found = rows.look(reader, request)
        return found.state if found else ""
    finally:
        store.close()


async def _until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not true():
            await asyncio.sleep(0.01)


async def test_what_a_crashed_bot_had_begun_is_done_after_its_restart(tmp_path: Path) -> None:
    """A request that was being worked on at a crash isn't lost."""
    store = opened(tmp_path)
    number = await store.writer.submit(lambda tx: rows.ask(tx, "export", {"case": "1"}))
    await store.writer.submit(rows.take)
    store.close()

    async with running(tmp_path, {"export": _there}):
        looking = opened(tmp_path)
        async with asyncio.timeout(10):
            while True:
                with looking.reading() as reader:
                    found = rows.look(reader, number)
                if found is not None and found.state == "done":
                    break
                await asyncio.sleep(0.02)
        looking.close()
    assert found.outcome == {"by": "bot", "case": "1"}


def test_an_empty_folder_has_nobody_running(tmp_path: Path) -> None:
    """Asking whether somebody runs makes no file and takes no lock."""
    assert not is_running(tmp_path / "nothing")
    assert not list(tmp_path.iterdir())


class Terminal(io.StringIO):
    """A stream that claims to be a terminal."""

    def isatty(self) -> bool:
        return True


async def test_the_bar_appears_on_a_terminal_after_two_seconds_only() -> None:
    """Short work and piped output show nothing; long work shows that it goes on."""
    soon, pipe, late = Terminal(), io.StringIO(), Terminal()
    Bar(soon)(1, 2, "entries")
    Bar(pipe, patience=0)(1, 2, "entries")
    bar = Bar(late, patience=0)

    async def work() -> str:
        bar(1, 4, "entries")
        bar(5, 0, "files")
        bar(0, 0, "")
        return "made"

    assert await bar.during(work()) == "made"
    assert soon.getvalue() == ""
    assert pipe.getvalue() == ""
    assert "[#######.....................] 1/4 entries 0 s" in late.getvalue()
    assert "5 files 0 s" in late.getvalue()
    assert "working 0 s" in late.getvalue()
    assert late.getvalue().endswith("\r\x1b[K")


async def test_the_bar_moves_though_nobody_reports() -> None:
    """Work that can't say how far it is still shows that it lives."""
    late = Terminal()
    bar = Bar(late, patience=0)

    async def work() -> None:
        async with asyncio.timeout(10):
            while "working" not in late.getvalue():  # a stream rings no bell
                await asyncio.sleep(0.02)

    await bar.during(work())
    assert late.getvalue().endswith("\r\x1b[K")

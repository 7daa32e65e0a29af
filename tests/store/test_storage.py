"""The adapters' own storage, and requests to the running process."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.store import requests
from bot.store.storage import AdapterStorage, keep

if TYPE_CHECKING:
    from bot.clock import SettableClock
    from bot.store.engine import Store
    from bot.store.tx import Tx


async def test_an_adapter_finds_what_it_put(store: Store) -> None:
    """Values can be changed and forgotten; other adapters see nothing of them."""
    mine = AdapterStorage(store.writer, store, "telegram")
    other = AdapterStorage(store.writer, store, "signal")
    await mine.put("offset", "17")
    await mine.put("offset", "18")
    assert await mine.get("offset") == "18"
    assert await other.get("offset") is None
    await mine.put("offset", None)
    assert await mine.get("offset") is None


async def test_a_prefix_is_scanned_in_order(store: Store) -> None:
    """Pages through keys that start alike, and no others."""
    mine = AdapterStorage(store.writer, store, "webchat")
    await mine.put_many({f"seq/{n:03}": str(n) for n in range(5)})
    await mine.put_many({"seq": "no", "ser": "no", "seq0": "no"})
    first = await mine.scan("seq/", limit=2)
    assert first == [("seq/000", "0"), ("seq/001", "1")]
    assert await mine.scan("seq/", after=first[-1][0]) == [
        ("seq/002", "2"),
        ("seq/003", "3"),
        ("seq/004", "4"),
    ]


async def test_a_cursor_moves_with_what_it_brought(store: Store) -> None:
    """If the work fails, the cursor stays."""
    mine = AdapterStorage(store.writer, store, "telegram")

    def spoilt(tx: Tx) -> None:
        keep(tx, "telegram", "offset", "99")
        raise LookupError

    try:
        await store.writer.submit(spoilt)
    except LookupError:
        assert await mine.get("offset") is None


def test_a_request_goes_its_way(store: Store, clock: SettableClock) -> None:
    """Asked, taken once, its progress shown, finished with an outcome, forgotten later."""
    number = store.writer.call(lambda tx: requests.ask(tx, "digest", {"now": True}))
    with store.reading() as reader:
        found = requests.waiting(reader)
    assert found is not None
    assert (found.id, found.kind, found.args, found.state) == (
        number,
        "digest",
        {"now": True},
        "waiting",
    )
    assert store.writer.call(requests.take) is not None
    assert store.writer.call(requests.take) is None
    store.writer.call(lambda tx: requests.progress(tx, number, "1 of 2"))
    store.writer.call(lambda tx: requests.finish(tx, number, {"mails": 2}))
    with store.reading() as reader:
        found = requests.look(reader, number)
    assert found is not None
    assert (found.state, found.progress, found.outcome) == ("done", "1 of 2", {"mails": 2})
    clock.advance(timedelta(days=1))
    assert store.writer.call(lambda tx: requests.forget(tx, tx.now)) == 1


def test_a_request_under_way_at_a_crash_waits_again(store: Store) -> None:
    """The next process takes it up."""
    number = store.writer.call(lambda tx: requests.ask(tx, "export", {}))
    store.writer.call(requests.take)
    assert store.writer.call(requests.again) == 1
    again = store.writer.call(requests.take)
    assert again is not None
    assert again.id == number

"""The history behind each page: durable, in order, bounded, and without what was taken back."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.webchat.flood import Buckets
from adapters.webchat.history import History
from adapters.webchat.inbound import parse
from adapters.webchat.live import PAGES_A_PERSON, Live
from adapters.webchat.spool import Spool
from bot.clock import SettableClock
from bot.errors import Permanent, TooLarge
from bot.messaging import File, MessageRef, Outgoing, RawInbound, Unknown
from bot.testkit.storage import MemoryStorage
from tests.adapters.webchat.house import House
from tests.adapters.webchat.peer import Browser

NOW = datetime(2026, 11, 12, 22, 13, tzinfo=UTC)
ELS = "e" * 32


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(NOW)


@pytest.fixture
def storage() -> MemoryStorage:
    return MemoryStorage()


@pytest.fixture
def history(storage: MemoryStorage, clock: SettableClock) -> History:
    return History(storage, clock, keep=30, days=30)


def item(text: str, at: str = "2026-11-12T22:13:00.000Z") -> dict[str, Any]:
    return {"from": "bot", "text": text, "at": at}


async def test_what_changed_since_comes_once_and_in_order(history: History) -> None:
    """New and edited alike, each as it stands now."""
    first = await history.add(ELS, item("een"), once="1")
    second = await history.add(ELS, item("twee"), once="2")
    await history.replace(ELS, first["id"], item("een, beter"))
    assert [one["text"] for one in await history.since(ELS, 0)] == ["twee", "een, beter"]
    assert [one["text"] for one in await history.since(ELS, second["number"])] == ["een, beter"]
    assert await history.since(ELS, 3) == []


async def test_the_same_key_is_the_same_message(history: History) -> None:
    """Also when both come at once."""
    both = await asyncio.gather(
        history.add(ELS, item("een"), once="1"), history.add(ELS, item("een"), once="1")
    )
    assert both[0] == both[1]
    assert len(await history.since(ELS, 0)) == 1


async def test_what_was_edited_away_is_not_kept(storage: MemoryStorage, history: History) -> None:
    """A rectified description stands nowhere any more."""
    first = await history.add(ELS, item("man met rode pet"), once="1")
    await history.replace(ELS, first["id"], item("rechtgezet"))
    assert "rode pet" not in json.dumps(storage.values)
    changed = await history.item(ELS, first["id"])
    assert changed is not None
    assert changed["at"] == first["at"]


async def test_what_is_old_goes_also_where_nothing_comes_any_more(
    storage: MemoryStorage, history: History, clock: SettableClock
) -> None:
    """A page that nobody writes to, or opens, keeps its words no longer than any other."""
    await history.add(ELS, item("Kerkstraat"), once="1")
    clock.set(NOW + timedelta(days=31))
    today = item("vandaag", "2026-12-13T22:13:00.000Z")
    await history.add("b" * 32, today, once="1")
    await history.sweep()
    assert "Kerkstraat" not in json.dumps(storage.values)
    assert await history.chat(ELS) is not None
    assert [one["text"] for one in await history.since("b" * 32, 0)] == ["vandaag"]


async def test_history_is_bounded(storage: MemoryStorage, history: History) -> None:
    """The newest are kept; of the others nothing stays, not even their keys."""
    for n in range(100):
        await history.add(ELS, item(f"bericht {n}"), once=str(n))
    kept = [one["text"] for one in await history.since(ELS, 0)]
    assert kept == [f"bericht {n}" for n in range(70, 100)]
    assert len(storage.values) == 1 + 3 * 30


async def test_old_messages_go(history: History, clock: SettableClock) -> None:
    """After thirty days, at the next message or two."""
    await history.add(ELS, item("lang geleden"), once="old")
    clock.advance(timedelta(days=31))
    await history.trim(ELS)
    assert await history.since(ELS, 0) == []


async def test_an_edit_of_what_was_forgotten_stands_in_its_place(history: History) -> None:
    """A card edited after a month appears again, where it was."""
    first = await history.add(ELS, item("kaart"), once="1")
    await history.trim(ELS)
    edited = await history.replace(ELS, first["id"], item("gesloten"))
    assert edited["id"] == first["id"]
    assert await history.amend(ELS, "77", {"answered": "x"}) is None


async def test_a_full_day_ends_a_download(tmp_path: Path) -> None:
    """After 24 hours the link is dead, and the copy goes at the next sweep."""
    house = House(tmp_path / "spool")
    await house.start()
    els = Browser(house)
    await els.opens()
    export = tmp_path / "export.zip"
    export.write_bytes(b"PK")
    file = File(path=str(export), name="export.zip", mime="application/zip")
    (chat,) = house.people()
    receipt = await house.adapter.send(chat, Outgoing(text="klaar", files=(file,)), key="k")
    again = await house.adapter.send(chat, Outgoing(text="klaar", files=(file,)), key="k")
    assert again == receipt
    (shown,) = await house.adapter.history.since(chat.id, 0)
    path = f"/webchat/file/{shown['files'][0]['file']}"
    assert (await els.http.get(path)).content == b"PK"
    house.clock.advance(timedelta(hours=25))
    assert (await els.http.get(path)).status_code == 404
    await house.adapter.downloads.sweep()
    assert list((tmp_path / "spool" / "out").iterdir()) == []
    assert not any(key.startswith("file/") for key in house.storage.values)
    await els.closes()
    await house.stop()


async def test_a_crash_halfway_an_upload_leaves_nothing(tmp_path: Path) -> None:
    """What a dead process left half is cleared at the next start."""
    spool = Spool(tmp_path)
    spool.prepare()
    (tmp_path / "in" / "x.abcd.part").write_bytes(b"half")
    (tmp_path / "in" / "whole").write_bytes(b"whole")
    Spool(tmp_path).prepare()
    assert [path.name for path in (tmp_path / "in").iterdir()] == ["whole"]


@pytest.mark.parametrize("name", ["../secret", "", "a/b", "x" * 200, None, 5])
async def test_no_name_leads_out_of_the_spool(tmp_path: Path, name: Any) -> None:
    """Whatever a stored reference says."""
    spool = Spool(tmp_path)
    spool.prepare()
    with pytest.raises(Permanent):
        spool.release(name)
    with pytest.raises(Permanent):
        async for _ in spool.read(name, max_bytes=10):
            pass


async def test_an_upload_that_grew_is_not_read(tmp_path: Path) -> None:
    """Past what was asked for: nothing at all."""
    spool = Spool(tmp_path)
    spool.prepare()
    (tmp_path / "in" / "x").write_bytes(b"12345")
    with pytest.raises(TooLarge):
        async for _ in spool.read("x", max_bytes=4):
            pass


async def test_uploads_that_nobody_fetches_do_not_fill_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Past the limit the next one is refused, with the words to call, until some are fetched."""
    house = House(tmp_path)
    await house.start()
    els = Browser(house)
    await els.opens()
    monkeypatch.setattr("adapters.webchat.spool.WAITING_MAX", 1500)
    sent = []
    for n in range(3):
        ask = {"client_id": f"abcdefgh{n}"}
        sent.append(await els.http.post("/webchat/upload", params=ask, content=bytes(600)))
    assert [answer.status_code for answer in sent] == [200, 200, 503]
    assert "Bel 101" in sent[2].json()["text"]
    house.adapter.spool.release(next((tmp_path / "in").glob("*-abcdefgh0")).name)
    assert (await els.http.post("/webchat/upload", params=ask, content=b"x")).status_code == 200
    await els.closes()
    await house.stop()


async def test_too_many_pages_of_one_person_give_way() -> None:
    """The oldest is ended; it may come back."""
    live = Live(heartbeat_s=15)
    first = live.connect(ELS)
    for _ in range(PAGES_A_PERSON):
        live.connect(ELS)
    assert first.queue.get_nowait() is None
    assert len(list(live.everyone())) == PAGES_A_PERSON


async def test_a_page_that_reads_nothing_is_let_go() -> None:
    """It holds up nobody and fills no memory; it comes back for what it missed."""
    live = Live(heartbeat_s=15)
    page = live.connect(ELS)
    for n in range(600):
        live.push(ELS, {"number": n})
    assert page.queue.get_nowait() is None
    assert not live.reaches(ELS)
    assert not live.here(ELS, page.id)


def test_a_bucket_refills_evenly() -> None:
    """It gives what it has, then says how long to wait; each key has its own."""
    bucket = Buckets(count=2, seconds=1)
    assert [bucket.wait_s("a"), bucket.wait_s("a")] == [0.0, 0.0]
    assert 0 < bucket.wait_s("a") <= 0.5
    assert bucket.wait_s("b") == 0.0


async def test_what_can_not_be_edited_says_so(tmp_path: Path) -> None:
    """A reference that is none of ours is permanent, not repeated."""
    house = House(tmp_path, about={"demo_people": {"buur": "made-up-person-buur"}})
    (person,) = house.adapter._demo
    from bot.messaging import Address

    chat = Address("webchat", person)
    with pytest.raises(Permanent):
        await house.adapter.edit([MessageRef(chat, "x")], Outgoing(text="x"), key="k")
    with pytest.raises(Permanent):
        await house.adapter.send(Address("telegram", "1"), Outgoing(text="x"), key="k")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=10,
)
_KEYS = st.sampled_from(
    ["person", "id", "text", "token", "message", "file", "location", "language", "waited_ms"]
)


@given(said=_JSON | st.dictionaries(_KEYS, _JSON, max_size=9))
def test_no_payload_makes_parse_raise(said: Any) -> None:
    """Whatever was kept, by whatever version, is read or set aside."""
    raw = RawInbound(
        source="webchat", key=f"{ELS}:abcdefgh", payload=json.dumps(said), received_at=NOW
    )
    (event,) = parse(raw)
    assert event.event_id == raw.key
    if isinstance(event, Unknown):
        assert event.kind == "unreadable"

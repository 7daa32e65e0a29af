"""What strangers and odd requests can't do: fill the disk, try out invitations, break a page."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from adapters.webchat.arriving import Arriving
from adapters.webchat.flood import Shared
from adapters.webchat.spool import Spool
from bot.testkit.peer import eventually
from tests.adapters.webchat.house import House
from tests.adapters.webchat.peer import Browser
from tests.adapters.webchat.script import around
from tests.browser import ON_ITS_LOOP

SAME = {"Sec-Fetch-Site": "same-origin"}

pytestmark = ON_ITS_LOOP


@pytest_asyncio.fixture(loop_scope="session")
async def els(house: House) -> AsyncIterator[Browser]:
    els = Browser(house)
    await els.opens()
    yield els
    await els.closes()


async def test_strangers_do_not_use_up_the_members_room(
    house: House, els: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever is no member fills a small part of the disk; a member's photo still comes in."""
    monkeypatch.setattr("adapters.webchat.spool.STRANGERS_MAX", 1500)
    stranger = Browser(house)
    await stranger.opens()
    house.show(house.people()[0], **around(bar=False))
    await eventually(lambda: house.adapter.live.is_member(els.person), what="Els is a member")
    statuses = []
    for n in range(3):
        ask = {"client_id": f"stranger{n}"}
        answer = await stranger.http.post("/webchat/upload", params=ask, content=bytes(600))
        statuses.append(answer.status_code)
    assert statuses == [200, 200, 503]
    ask = {"client_id": "abcdefgh1"}
    answer = await els.http.post("/webchat/upload", params=ask, content=bytes(600))
    assert answer.status_code == 200
    await stranger.closes()


def elsewhere(house: House, address: str) -> Browser:
    """A browser behind another address, as a server in front tells it."""
    browser = Browser(house)
    browser.http.headers["X-Forwarded-For"] = address
    return browser


async def uploads(browser: Browser, client: str, size: int = 600) -> int:
    ask = {"client_id": f"{client}-file"}
    answer = await browser.http.post("/webchat/upload", params=ask, content=bytes(size))
    return answer.status_code


class Half:
    """A request whose body stopped halfway; no client waits for an answer to such a one."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def answer(self, more: bytes = b"") -> bytes:
        """What the server says, perhaps after the other half."""
        self._writer.write(more)
        return await asyncio.wait_for(self._reader.read(), 20)


@asynccontextmanager
async def half_sent(house: House, browser: Browser, path: str) -> AsyncIterator[Half]:
    """Ten bytes of twenty."""
    reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
    ((name, token),) = browser.http.cookies.items()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nSec-Fetch-Site: same-origin\r\n"
        f"Cookie: {name}={token}\r\nContent-Length: 20\r\nConnection: close\r\n\r\n"
    )
    writer.write(head.encode() + b"x" * 10)
    yield Half(reader, writer)
    writer.close()


async def test_a_stranger_does_not_use_up_other_strangers_room(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One origin has a part of what all may bring; a newcomer from elsewhere still gets in."""
    monkeypatch.setattr("adapters.webchat.spool.AN_ORIGINS_MAX", 1500)
    one, same, other = (
        elsewhere(house, address) for address in ("192.0.2.7", "192.0.2.7", "192.0.2.8")
    )
    for browser in (one, same, other):
        await browser.opens()
    statuses = [
        await uploads(browser, f"file{n}") for n, browser in enumerate((one, same, one, other))
    ]
    assert statuses == [200, 200, 503, 200]
    for browser in (one, same, other):
        await browser.closes()


async def test_slow_uploads_of_strangers_hold_nothing_for_long(
    house: House, els: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a stranger promises and doesn't send is let go; a member may take all the time they need."""
    monkeypatch.setattr("adapters.webchat.spool.STRANGERS_S", 0.3)
    house.show(house.people()[0], **around(bar=False))
    await eventually(lambda: house.adapter.live.is_member(els.person), what="Els is a member")
    stranger = elsewhere(house, "192.0.2.7")
    await stranger.opens()
    async with (
        half_sent(house, els, "/webchat/upload?client_id=els-file") as of_member,
        half_sent(house, stranger, "/webchat/upload?client_id=stranger-file") as of_stranger,
    ):
        assert b"400 Bad Request" in await of_stranger.answer()
        assert b"200 OK" in await of_member.answer(more=b"x" * 10)
    assert len(list((house.adapter._spool_folder / "in").iterdir())) == 1
    await stranger.closes()


async def test_many_small_uploads_of_strangers_hold_few_connections(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However little each promises: one more from the same origin is refused at once."""
    monkeypatch.setattr("adapters.webchat.spool.AN_ORIGINS_UNDER_WAY", 2)
    stranger = Browser(house)
    await stranger.opens()
    async with AsyncExitStack() as held:
        for n in range(2):
            path = f"/webchat/upload?client_id=stranger{n}"
            await held.enter_async_context(half_sent(house, stranger, path))
        await eventually(lambda: len(house.adapter.spool._coming) == 2, what="two are under way")
        assert await uploads(stranger, "third", 1) == 503
    await stranger.closes()


async def test_slow_words_of_strangers_hold_few_connections(house: House, els: Browser) -> None:
    """Whoever sends a letter at a time from one origin is refused at once when there are many of
    them; a member's words come in as slowly as they like, and strangers' from elsewhere.
    """
    house.adapter.arriving = Arriving(an_origin=2, of_all=4)
    house.show(house.people()[0], **around(bar=False))
    await eventually(lambda: house.adapter.live.is_member(els.person), what="Els is a member")
    stranger = Browser(house)
    await stranger.opens()
    body = {"client_id": "hello-01", "text": "hallo"}
    async with AsyncExitStack() as held:
        for _ in range(2):
            await held.enter_async_context(half_sent(house, stranger, "/webchat/messages"))
        await eventually(
            lambda: not house.adapter.arriving.has_room("127.0.0.1"), what="two are awaited"
        )
        assert (await stranger.http.post("/webchat/messages", json=body)).status_code == 429
        assert (await els.http.post("/webchat/messages", json=body)).status_code == 200
        stranger.http.headers["X-Forwarded-For"] = "192.0.2.7"
        assert (await stranger.http.post("/webchat/messages", json=body)).status_code == 200
    await eventually(lambda: house.adapter.arriving.has_room("127.0.0.1"), what="they are let go")
    await stranger.closes()


async def test_a_member_is_known_though_no_page_of_theirs_is_open(house: House) -> None:
    """The core is asked before a member is treated as a stranger: after a restart nobody is known."""
    member = elsewhere(house, "192.0.2.7")
    await member.http.get("/")
    await member.posts("/webchat/messages", json={"client_id": "hello-01", "text": "hallo"})
    house.show(house.people()[0], **around(bar=False))
    assert await uploads(member, "photo1") == 200
    (file,) = (house.adapter._spool_folder / "in").iterdir()
    assert not file.name.startswith("stranger-")
    await member.closes()


async def test_strangers_may_listen_only_so_many_at_once(house: House, els: Browser) -> None:
    """From one origin a part, together not more than the house bears; a member always may."""
    house.show(house.people()[0], **around(bar=False))
    await eventually(lambda: house.adapter.live.is_member(els.person), what="Els is a member")
    house.adapter.live._strangers = 8

    async def listens(address: str) -> tuple[int, Browser]:
        browser = elsewhere(house, address)
        await browser.http.get("/")
        return await browser.listens(), browser

    came = [await listens("192.0.2.7") for _ in range(3)]
    came += [await listens(f"198.51.100.{n}") for n in range(7)]
    assert [status for status, _ in came] == [200, 200, 429, *[200] * 6, 429]
    els.http.headers["X-Forwarded-For"] = "192.0.2.7"
    assert await els.listens() == 200
    for _, browser in came:
        await browser.closes()


async def test_words_that_come_a_letter_at_a_time_hold_no_connection(
    house: House, els: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A message is whole within half a minute, or its sender is told that it broke off."""
    monkeypatch.setattr("adapters.webchat.web.BODY_S", 0.2)
    async with half_sent(house, els, "/webchat/messages") as words:
        answer = await words.answer()
    assert b"400 Bad Request" in answer
    assert b"broken_off" in answer


async def test_what_nobody_fetched_in_a_month_goes_while_it_runs(tmp_path: Path) -> None:
    """Not only at a start; what is on its way stays, and what a stranger brought for a day."""
    spool = Spool(tmp_path)
    spool.prepare()
    names = ("old", "young", "coming.part", "stranger-a-old", "stranger-a-young")
    old, young, coming, strangers, new = (tmp_path / "in" / name for name in names)
    for path in (old, young, coming, strangers, new):
        path.write_bytes(b"x")
    two_days_ago = time.time() - 2 * 24 * 3600
    for path in (young, strangers):
        os.utime(path, (two_days_ago, two_days_ago))
    month_ago = time.time() - 32 * 24 * 3600
    os.utime(old, (month_ago, month_ago))
    spool.sweep()
    assert (old.exists(), young.exists(), coming.exists()) == (False, True, True)
    assert (strangers.exists(), new.exists()) == (False, True)


async def test_a_name_or_a_caption_is_never_in_an_address(house: House, els: Browser) -> None:
    """Addresses end up in the logs of servers on the way: what is written there is not heard."""
    ask = {"client_id": "abcdefgh1", "name": "Jan Peeters.jpg", "text": "mijn buurman"}
    told = {"X-File-Name": "caf%C3%A9.jpg", "X-File-Text": "bij%20de%20kerk"}
    await els.posts("/webchat/upload", params=ask, content=b"x", headers=told)
    assert "Peeters" not in house.core.raws[0].payload
    assert "buurman" not in house.core.raws[0].payload
    (event,) = house.core.events
    assert event.media[0].name == "café.jpg"  # type: ignore[attr-defined]  # a message event
    assert event.text == "bij de kerk"  # type: ignore[attr-defined]  # a message event


async def test_a_file_that_is_told_of_badly_leaves_nothing(house: House, els: Browser) -> None:
    """It is refused before it is kept."""
    ask = {"client_id": "abcdefgh1", "group": "../x"}
    answer = await els.http.post("/webchat/upload", params=ask, content=b"x")
    assert answer.status_code == 400
    assert list((house.adapter._spool_folder / "in").iterdir()) == []


@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b'{"client_id": ' * 50_000, b'{"a":' + b"9" * 10_000 + b"}", b"\xff"]
)
async def test_json_that_no_page_sends_breaks_nothing(
    house: House, els: Browser, body: bytes
) -> None:
    """Nested without end, numbers without end, no characters at all: 400."""
    answer = await els.http.post("/webchat/messages", content=body)
    assert (answer.status_code, answer.json()["error"]) == (400, "not_understood")


async def test_half_a_character_holds_up_nobodys_words(house: House, els: Browser) -> None:
    """A broken emoji, as a browser sends it, arrives with a sign in its place; the next one too."""
    headers = {"Content-Type": "application/json"}
    body = b'{"client_id": "abcdefgh1", "text": "bij de kerk \\ud83d", "waited_ms": 0}'
    answer = await els.http.post("/webchat/messages", content=body, headers=headers)
    assert (answer.status_code, answer.json()["text"]) == (200, "bij de kerk \ufffd")
    body = b'{"client_id": "abcdefgh2", "token": "x", "message": "0", "label": "\\udc00 \\ud83d\\ude00"}'
    answer = await els.http.post("/webchat/messages", content=body, headers=headers)
    assert (answer.status_code, answer.json()["text"]) == (200, "\ufffd \U0001f600")
    assert house.core.events[0].text == "bij de kerk \ufffd"  # type: ignore[attr-defined]  # a message event


async def test_an_origin_that_is_no_address_is_somebody_elses(house: House, els: Browser) -> None:
    """It is refused, like any other site."""
    async with httpx.AsyncClient(base_url=house.url, cookies=els.http.cookies) as other:
        headers = {"Origin": "http://[bad"}
        answer = await other.post("/webchat/messages", content=b"{}", headers=headers)
    assert answer.status_code == 403


async def test_numbers_without_end_break_nothing(house: House, els: Browser) -> None:
    """A page that says it saw number 999…: it is told everything afresh."""
    digits = "9" * 5000
    epoch = (await house.adapter.history.opened(els.person)).epoch
    asked = {"after": f"{epoch}-{digits}"}
    async with els.http.stream("GET", "/webchat/events", params=asked) as stream:
        assert stream.status_code == 200
        lines = [line async for line in _first(stream, 5)]
    assert "event: snapshot" in lines
    ask = {"client_id": "abcdefgh1", "waited_ms": digits}
    assert (await els.http.post("/webchat/upload", params=ask, content=b"x")).status_code == 200


async def _first(stream: httpx.Response, most: int) -> AsyncIterator[str]:
    async for line in stream.aiter_lines():
        yield line
        most -= 1
        if not most:
            return


async def test_invitations_can_not_be_tried_out(house: House) -> None:
    """After many wrong codes the page tells nobody a right one from a wrong one; joining works."""
    async with httpx.AsyncClient(base_url=house.url) as http:
        assert 'data-invited-to="Munsterbilzen"' in (await http.get("/u/rozenstraat")).text
        for n in range(60):
            await http.get(f"/u/guess-{n}")
        right, wrong = await http.get("/u/rozenstraat"), await http.get("/u/guess")
        assert "data-invited-to" not in right.text
        assert "data-invited-to" not in wrong.text
        assert 'data-invite="rozenstraat"' in right.text
        # Whoever has the right one reads what it is for, whatever others try elsewhere.
        http.headers["X-Forwarded-For"] = "192.0.2.7"
        assert 'data-invited-to="Munsterbilzen"' in (await http.get("/u/rozenstraat")).text


async def test_many_who_try_invitations_lock_out_nobody_who_has_one(house: House) -> None:
    """From anywhere: whoever tries a wrong one then learns nothing more; the right one is read."""
    house.adapter.flood._wrong_codes = Shared(an_origin=60, of_all=20, seconds=3600)
    async with httpx.AsyncClient(base_url=house.url) as http:
        for n in range(25):
            http.headers["X-Forwarded-For"] = f"192.0.2.{n}"
            await http.get(f"/u/guess-{n}")
        assert "data-invited-to" not in (await http.get("/u/rozenstraat")).text
        http.headers["X-Forwarded-For"] = "2001:db8::7"
        assert 'data-invited-to="Munsterbilzen"' in (await http.get("/u/rozenstraat")).text


async def test_one_origin_does_not_keep_new_browsers_out(house: House) -> None:
    """A minute's worth of new browsers from one address leaves room for those from another."""
    house.adapter.flood._newcomers = Shared(an_origin=3, of_all=200, seconds=3600)
    statuses = []
    for n in range(5):
        async with httpx.AsyncClient(base_url=house.url, headers=SAME) as http:
            http.headers["X-Forwarded-For"] = "192.0.2.7" if n < 4 else "192.0.2.8"
            await http.get("/")
            body = {"client_id": f"hello-{n:04d}", "text": "hallo"}
            statuses.append((await http.post("/webchat/messages", json=body)).status_code)
    assert statuses == [200, 200, 200, 429, 200]


async def test_strangers_can_not_fill_the_disk_with_words(house: House) -> None:
    """What all who are no members write together is kept within bounds, however many they are."""
    statuses = []
    origins = (1, 1, 1, 2, 2, 3, 3, 4)
    for n, origin in enumerate(origins):
        body = {"client_id": f"novel-{n:04d}", "text": "x" * 199_000}
        async with httpx.AsyncClient(base_url=house.url, headers=SAME) as http:
            http.headers["X-Forwarded-For"] = f"192.0.2.{origin}"
            await http.get("/")
            statuses.append((await http.post("/webchat/messages", json=body)).status_code)
    # Two from one origin, and five from all.
    assert statuses == [200, 200, 429, 200, 200, 200, 429, 429]


async def test_a_page_that_comes_back_without_end_is_slowed(house: House, els: Browser) -> None:
    """Each return reads the whole conversation: two a second are enough for anybody."""
    statuses = set()
    for _ in range(130):
        async with els.http.stream("GET", "/webchat/events") as stream:
            statuses.add(stream.status_code)
    assert statuses == {200, 429}


async def test_nothing_is_cached_but_what_anybody_may_have(house: House, els: Browser) -> None:
    """Pages, streams, answers and refusals are not kept by browsers or servers on the way."""
    async with httpx.AsyncClient(base_url=house.url) as http:
        for path in ("/webchat/events", "/webchat/file/x", "/"):
            answer = await http.get(path)
            assert answer.headers.get("cache-control") == "no-store", path
        assert (await http.get("/static/js/main.js")).headers["cache-control"] == "no-cache"
        assert (await http.get("/static/page.html")).status_code == 404
    sent = await els.http.post(
        "/webchat/messages", json={"client_id": "abcdefgh1", "text": "hallo"}
    )
    assert sent.headers["cache-control"] == "no-store"


async def test_a_cookie_of_ones_own_making_opens_nobodys_page(house: House, els: Browser) -> None:
    """Only the browser that has the token is that person; the address is of no use."""
    async with httpx.AsyncClient(base_url=house.url, headers=SAME) as http:
        http.cookies.set("saar", els.person)
        answer = await http.post(
            "/webchat/messages", json={"client_id": "abcdefgh1", "text": "ik ben Els"}
        )
        assert answer.status_code == 200
    assert house.core.events[0].chat.id != els.person

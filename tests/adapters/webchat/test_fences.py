"""What strangers and odd requests can't do: fill the disk, try out invitations, break a page."""

from __future__ import annotations

import os
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

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
    monkeypatch.setattr("adapters.webchat.spool.STRANGERS_MAX", 1000)
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


async def test_what_nobody_fetched_in_a_month_goes_while_it_runs(tmp_path: Path) -> None:
    """Not only at a start; what is on its way stays."""
    spool = Spool(tmp_path)
    spool.prepare()
    old, young, coming = (tmp_path / "in" / name for name in ("old", "young", "coming.part"))
    for path in (old, young, coming):
        path.write_bytes(b"x")
    month_ago = time.time() - 32 * 24 * 3600
    os.utime(old, (month_ago, month_ago))
    spool.sweep()
    assert (old.exists(), young.exists(), coming.exists()) == (False, True, True)


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


async def test_strangers_can_not_fill_the_disk_with_words(house: House) -> None:
    """What all who are no members write together is kept within bounds, however many they are."""
    statuses = []
    for n in range(7):
        body = {"client_id": f"novel-{n:04d}", "text": "x" * 199_000}
        async with httpx.AsyncClient(base_url=house.url, headers=SAME) as http:
            await http.get("/")
            statuses.append((await http.post("/webchat/messages", json=body)).status_code)
    assert statuses == [200] * 5 + [429] * 2


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

"""Who may come in, what a browser is given, and what it may not do."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from adapters.webchat.identity import front_door, person_id
from bot.errors import RecipientGone
from bot.messaging import Address, MessageReceived, Outgoing
from tests.adapters.webchat.house import ABOUT, House
from tests.adapters.webchat.peer import Browser
from tests.browser import ON_ITS_LOOP

pytestmark = ON_ITS_LOOP
PEOPLE = {
    "melder": "demo-token-melder-1",
    "buur": "demo-token-buur-22",
    "beheerder": "demo-token-beheerder",
}


@pytest_asyncio.fixture(loop_scope="session")
async def els(house: House) -> AsyncIterator[Browser]:
    els = Browser(house)
    await els.opens()
    yield els
    await els.closes()


@pytest_asyncio.fixture(loop_scope="session")
async def demo(tmp_path: Path) -> AsyncIterator[House]:
    house = House(tmp_path / "demo", about=ABOUT | {"demo_people": PEOPLE})
    await house.start()
    yield house
    await house.stop()


async def test_the_cookie_is_out_of_reach_of_scripts(house: House) -> None:
    """HttpOnly and SameSite; random; given again as it is, so that who comes often stays."""
    async with httpx.AsyncClient(base_url=house.url) as http:
        cookie = (await http.get("/")).headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert "Secure" not in cookie
        assert (await http.get("/")).headers["set-cookie"] == cookie
    async with httpx.AsyncClient(base_url=house.url) as other:
        assert (await other.get("/")).headers["set-cookie"] != cookie


async def test_under_https_the_cookie_is_secure(tmp_path: Path) -> None:
    """And no neighbouring host can set it."""
    house = House(tmp_path, public_url="https://saar.example.org")
    await house.start()
    async with httpx.AsyncClient(base_url=house.url) as http:
        cookie = (await http.get("/")).headers["set-cookie"]
    await house.stop()
    assert cookie.startswith("__Host-saar=")
    assert "Secure" in cookie
    assert front_door("https://saar.example.org").secure
    assert house.adapter.deep_link("een code/2") == "https://saar.example.org/u/een%20code%2F2"


async def test_only_the_hash_of_the_token_is_kept(house: House, els: Browser) -> None:
    """Whoever reads the store can't become anybody."""
    await els.posts("/webchat/messages", json={"client_id": "abcdefgh1", "text": "hallo"})
    (token,) = els.http.cookies.values()
    assert token not in json.dumps(house.storage.values)
    assert token not in "".join(raw.payload for raw in house.core.raws)
    assert house.core.events[0].chat == Address("webchat", person_id(token))


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "", "Origin": "https://evil.example"},
    ],
)
async def test_another_site_can_not_speak_for_anybody(
    house: House, els: Browser, headers: dict[str, str]
) -> None:
    """A post that doesn't come from our own page is refused, cookie or not."""
    for path in ("/webchat/messages", "/webchat/upload?client_id=abcdefgh1", "/webchat/here"):
        body = {"client_id": "abcdefgh1", "text": "meld"}
        answer = await els.http.post(path, json=body, headers=headers)
        assert answer.status_code == 403
    assert house.core.raws == []


async def test_an_older_browser_says_it_by_origin(house: House, els: Browser) -> None:
    """Without Sec-Fetch-Site the Origin must be ours; without either, no."""
    del els.http.headers["Sec-Fetch-Site"]
    body = {"client_id": "abcdefgh1", "text": "meld"}
    assert (await els.http.post("/webchat/messages", json=body)).status_code == 403
    ours = {"Origin": house.url}
    assert (await els.http.post("/webchat/messages", json=body, headers=ours)).status_code == 200


async def test_without_a_cookie_nobody_speaks(house: House) -> None:
    """401, with the words to call."""
    async with httpx.AsyncClient(base_url=house.url) as http:
        ours = {"Sec-Fetch-Site": "same-origin"}
        for request in (
            http.get("/webchat/events"),
            http.post("/webchat/messages", json={}, headers=ours),
        ):
            answer = await request
            assert answer.status_code == 401
            assert "Bel 101" in answer.json()["text"]


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        {"client_id": "abcdefgh1"},
        {"client_id": "x", "text": "meld"},
        {"client_id": "abcdefgh1", "text": ""},
        {"client_id": "abcdefgh1", "text": 5},
        {"client_id": "abcdefgh1", "text": "meld", "token": "t"},
        {"client_id": "abcdefgh1", "token": "é", "message": "1"},
        {"client_id": "abcdefgh1", "token": "t" * 61, "message": "1"},
        {"client_id": "abcdefgh1", "token": "t", "message": "../1"},
        {"client_id": "abcdefgh1", "location": {"latitude": 91, "longitude": 5}},
        {"client_id": "abcdefgh1", "location": {"latitude": "x", "longitude": 5}},
        {"client_id": "abcdefgh1", "location": {"latitude": True, "longitude": 5}},
        {"client_id": "abcdefgh1", "location": 5},
    ],
)
async def test_what_no_page_sends_is_refused(house: House, els: Browser, body: Any) -> None:
    """400, nothing handed over, nothing raised."""
    answer = await els.http.post("/webchat/messages", json=body)
    assert (answer.status_code, answer.json()["error"]) == (400, "not_understood")
    assert house.core.raws == []


async def test_a_message_of_100000_characters_is_handed_over(house: House, els: Browser) -> None:
    """The core answers it decently; only what is absurd is refused, with words."""
    text = "é" * 100_000
    await els.posts("/webchat/messages", json={"client_id": "abcdefgh1", "text": text})
    event = house.core.events[0]
    assert isinstance(event, MessageReceived)
    assert event.text == text
    absurd = await els.http.post("/webchat/messages", content=b"x" * 1_000_001)
    assert (absurd.status_code, absurd.json()["error"]) == (413, "too_long")


async def test_a_message_that_waited_says_when_it_was_said(house: House, els: Browser) -> None:
    """So that the core can ask whether it is still going on."""
    body = {"client_id": "abcdefgh1", "text": "meld", "waited_ms": 20 * 60 * 1000}
    await els.posts("/webchat/messages", json=body)
    event = house.core.events[0]
    assert (event.received_at - event.occurred_at).total_seconds() == 20 * 60


async def test_words_about_the_emergency_number_pass_a_flood(house: House, els: Browser) -> None:
    """Chatter is slowed; "ik heb 101 gebeld" is not."""
    statuses = [
        (
            await els.http.post(
                "/webchat/messages", json={"client_id": f"chatter-{n}", "text": "hallo"}
            )
        ).status_code
        for n in range(31)
    ]
    assert statuses == [200] * 30 + [429]
    body = {"client_id": "urgent-01", "text": "ik heb 101 gebeld"}
    assert (await els.http.post("/webchat/messages", json=body)).status_code == 200
    refused = await els.http.post(
        "/webchat/messages", json={"client_id": "chatter-99", "text": "hallo"}
    )
    assert "Bel 101" in refused.json()["text"]
    assert int(refused.headers["retry-after"]) >= 1


async def test_who_never_opened_the_page_is_not_there(house: House) -> None:
    """An address that somebody made up is gone, not waiting."""
    with pytest.raises(RecipientGone):
        await house.adapter.send(Address("webchat", "0" * 32), Outgoing(text="hallo"), key="k")


async def test_the_fence_stands_on_every_answer(house: House) -> None:
    """No scripts but ours, no frames, no guessing of types."""
    async with httpx.AsyncClient(base_url=house.url) as http:
        page = await http.get("/u/rozenstraat")
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self';" in policy
        assert "style-src 'self';" in policy
        assert "unsafe" not in policy
        assert policy.endswith("frame-ancestors 'none'")
        for path in ("/u/x", "/static/js/main.js", "/webchat/events"):
            async with http.stream("GET", path) as answer:
                assert answer.headers["x-content-type-options"] == "nosniff"


async def test_what_an_invitation_says_is_text(house: House) -> None:
    """A code made of markup stays a code."""
    async with httpx.AsyncClient(base_url=house.url) as http:
        page = (await http.get("/u/%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E")).text
    assert "<script>alert" not in page


async def test_a_browser_that_asks_for_nothing_sees_the_places_language(tmp_path: Path) -> None:
    """Until somebody has chosen: a bot set up in English greets in English."""
    house = House(tmp_path / "spool", about=ABOUT | {"language": "en"})
    await house.start()
    try:
        async with httpx.AsyncClient(base_url=house.url) as http:
            assert '<html lang="en"' in (await http.get("/")).text
            answer = await http.get("/", headers={"Accept-Language": "nl-BE,nl;q=0.9"})
            assert '<html lang="nl"' in answer.text
    finally:
        await house.stop()


async def test_in_the_demonstration_one_browser_is_three_people(demo: House) -> None:
    """Each phone has its own path, cookie and person, known before anybody looks."""
    async with httpx.AsyncClient(
        base_url=demo.url, headers={"Sec-Fetch-Site": "same-origin"}
    ) as http:
        for name, token in PEOPLE.items():
            page = await http.get(f"/demo/phone/{name}/")
            assert f"Path=/demo/phone/{name}/" in page.headers["set-cookie"]
            assert page.headers["content-security-policy"].endswith("frame-ancestors 'self'")
            address = Address("webchat", person_id(token))
            await demo.adapter.send(address, Outgoing(text=f"dag {name}"), key="k")
            body = {"client_id": "abcdefgh1", "text": f"ik ben {name}"}
            sent = await http.post(f"/demo/phone/{name}/webchat/messages", json=body)
            assert sent.status_code == 200
        assert (await http.get("/demo/phone/niemand/")).status_code == 404
    said = {event.chat.id: event.text for event in demo.core.events}  # type: ignore[attr-defined]
    assert said == {person_id(token): f"ik ben {name}" for name, token in PEOPLE.items()}


async def test_outside_the_demonstration_there_are_no_made_up_people(house: House) -> None:
    """No path leads to a fixed identity."""
    async with httpx.AsyncClient(base_url=house.url) as http:
        assert (await http.get("/demo/phone/melder/")).status_code == 404

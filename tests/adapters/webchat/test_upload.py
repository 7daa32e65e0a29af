"""Photos and videos: progress, limits, and bytes that arrive as they were."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.async_api import expect

from bot.messaging import MediaKind, MessageReceived
from bot.testkit.contract.material import PHOTO
from bot.testkit.peer import eventually
from tests.adapters.webchat.conftest import Phone
from tests.adapters.webchat.house import House
from tests.adapters.webchat.line import Line
from tests.adapters.webchat.peer import Browser
from tests.browser import ON_ITS_LOOP

pytestmark = [pytest.mark.browser, ON_ITS_LOOP]


def picture(name: str = "foto.jpg", data: bytes = PHOTO, mime: str = "image/jpeg") -> Any:
    return {"name": name, "mimeType": mime, "buffer": data}


def media(house: House) -> list[MessageReceived]:
    return [
        event for event in house.core.events if isinstance(event, MessageReceived) and event.media
    ]


async def fetched(house: House, event: MessageReceived) -> bytes:
    chunks = house.adapter.fetch(event.media[0], max_bytes=100_000_000)
    return b"".join([chunk async for chunk in chunks])


async def test_two_pictures_arrive_as_an_album(house: House, phone: Phone) -> None:
    """Byte for byte, with a check code, and the words that only the police see them."""
    await phone.opens()
    second = PHOTO + b"second"
    await phone.page.set_input_files("#files", [picture(), picture("twee.jpg", second)])
    await phone.reads("Foto 2 van 2")
    bubbles = phone.page.locator("#log .upload")
    code = hashlib.sha256(second).hexdigest()
    await expect(bubbles.nth(1)).to_contain_text(f"{code[:4]} {code[4:8]}")
    await expect(bubbles.nth(1)).to_contain_text("Bewaard · controlecode")
    await expect(bubbles.nth(1)).to_contain_text("Enkel voor de politie, niet voor de groep")
    first, later = media(house)
    assert first.group_key == later.group_key is not None
    assert first.media[0].kind is MediaKind.PHOTO
    assert first.media[0].name == "foto.jpg"
    assert [await fetched(house, first), await fetched(house, later)] == [PHOTO, second]
    await house.adapter.release(first.media[0])
    await phone.page.reload()
    await expect(bubbles).to_have_count(2)
    assert phone.complaints == []


async def test_progress_is_told_in_words(house: House, phone: Phone) -> None:
    """A bar that moves, with how much is left, and a button to stop."""
    async with Line(house) as line:
        phone.house = line.as_house()
        await phone.opens()
        await phone.says("hallo")
        await phone.reads("hallo")
        line.freeze()
        film = bytes(12_000_000)
        await phone.page.set_input_files("#files", [picture("film.mp4", film, "video/mp4")])
        bar = phone.page.get_by_role("progressbar")
        await expect(phone.page.locator("#log .upload")).to_contain_text("%, nog")
        await eventually_moving(bar)
        line.thaw()
        await phone.reads("Bewaard · controlecode", timeout=20_000)
    (event,) = media(house)
    assert event.media[0].kind is MediaKind.VIDEO
    assert await fetched(house, event) == film


async def eventually_moving(bar: Any) -> None:
    for _ in range(200):
        if 0 < int(await bar.get_attribute("aria-valuenow")) < 100:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("the bar never stood between nothing and all")


async def test_stopping_takes_it_back(house: House, phone: Phone) -> None:
    """Nothing of it is handed over, nothing of it stays."""
    async with Line(house) as line:
        phone.house = line.as_house()
        await phone.opens()
        await phone.says("hallo")
        await phone.reads("hallo")
        line.freeze()
        film = picture("film.mp4", bytes(12_000_000), "video/mp4")
        await phone.page.set_input_files("#files", [film])
        await phone.page.get_by_role("button", name="Stoppen").click()
        await expect(phone.page.locator("#log .upload")).to_have_count(0)
        line.thaw()
    spool = house.adapter._spool_folder / "in"
    await eventually(lambda: list(spool.iterdir()) == [], what="the spool is empty")
    assert media(house) == []


async def test_an_upload_survives_a_broken_line(house: House, phone: Phone) -> None:
    """It waits, says so, and is sent again whole, once."""
    await phone.opens()
    await phone.says("hallo")
    await phone.reads("hallo")
    await house.stop()
    await phone.page.set_input_files("#files", [picture()])
    await phone.reads("Nog niet verzonden")
    house.renew()
    await house.start()
    await phone.reads("Bewaard · controlecode", timeout=20_000)
    await expect(phone.page.locator("#log .upload")).to_have_count(1)
    assert len(media(house)) == 1


async def test_a_film_of_60_mb_gets_a_clear_answer(
    house: House, phone: Phone, tmp_path: Path
) -> None:
    """How big it is, how big it may be, and what to do; nothing is sent."""
    film = tmp_path / "film.mp4"
    with film.open("wb") as file:
        file.truncate(60_000_000)
    await phone.opens()
    await phone.page.set_input_files("#files", film)
    bubble = phone.page.locator("#log .upload")
    await expect(bubble).to_contain_text("Dit bestand is 60 MB groot. Hier kan hoogstens 50 MB.")
    await expect(bubble).to_contain_text("Bewaar het origineel")
    await bubble.get_by_role("button").click()
    await expect(bubble).to_have_count(0)
    assert house.core.raws == []


async def test_a_picture_of_nothing_gets_a_clear_answer(house: House, phone: Phone) -> None:
    """0 bytes: choose it again."""
    await phone.opens()
    await phone.page.set_input_files("#files", [picture(data=b"")])
    await phone.reads("Dit bestand is leeg")
    assert house.core.raws == []


async def test_the_server_refuses_what_the_page_would_not_send(house: House) -> None:
    """Too big, empty or cut short: a clear answer and nothing left in the spool."""
    els = Browser(house)
    await els.opens()
    house.adapter.upload_max = 1000
    ask = {"client_id": "abcdefgh1"}
    jpeg = {"Content-Type": "image/jpeg"}
    large = await els.http.post("/webchat/upload", params=ask, content=bytes(1001), headers=jpeg)
    empty = await els.http.post("/webchat/upload", params=ask, content=b"", headers=jpeg)
    assert (large.status_code, large.json()["error"]) == (413, "too_large")
    assert (empty.status_code, empty.json()["error"]) == (400, "empty_file")
    house.core.full = True
    full = await els.http.post("/webchat/upload", params=ask, content=b"x", headers=jpeg)
    assert (full.status_code, full.json()["text"]) == (503, "Ik kan nu niet doorgeven. Bel 101.")
    assert list((house.adapter._spool_folder / "in").iterdir()) == []
    await els.closes()


async def test_an_upload_repeated_is_one(house: House) -> None:
    """The answer got lost, the page sends the picture again: nothing happens twice."""
    els = Browser(house)
    await els.opens()
    ask = {"client_id": "abcdefgh1"}
    first = await els.posts("/webchat/upload", params=ask, content=PHOTO)
    again = await els.posts("/webchat/upload", params=ask, content=PHOTO)
    assert first == again
    assert len(media(house)) == 1
    await els.closes()


async def test_a_name_is_only_a_name(house: House) -> None:
    """Paths in it lead nowhere; what can't be a type is none."""
    els = Browser(house)
    await els.opens()
    told = {"Content-Type": "<script>", "X-File-Name": "..%2F../etc/passwd%0A"}
    ask = {"client_id": "abcdefgh1"}
    await els.posts("/webchat/upload", params=ask, content=PHOTO, headers=told)
    (event,) = media(house)
    assert event.media[0].name == ".._.._etc_passwd_"
    assert event.media[0].mime == "application/octet-stream"
    assert event.media[0].kind is MediaKind.DOCUMENT
    assert await fetched(house, event) == PHOTO
    bad = await els.http.post("/webchat/upload", params={"client_id": "../x"}, content=PHOTO)
    assert bad.status_code == 400
    await els.closes()


async def test_a_broken_off_upload_leaves_nothing(house: House) -> None:
    """The phone died halfway: no event, no file."""
    els = Browser(house)
    await els.opens()

    async def half() -> Any:
        yield b"x" * 1000
        raise httpx.ReadError("the phone died")

    with pytest.raises(httpx.ReadError):
        await els.http.post(
            "/webchat/upload",
            params={"client_id": "abcdefgh1"},
            content=half(),
            headers={"Content-Length": "5000"},
        )
    spool = house.adapter._spool_folder / "in"
    await eventually(lambda: list(spool.iterdir()) == [], what="the spool is empty")
    assert media(house) == []
    await els.closes()

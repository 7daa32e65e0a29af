"""The line breaks, the server restarts, the disk is full: nothing is lost and nothing doubled."""

from __future__ import annotations

from collections import Counter

import pytest
from playwright.async_api import expect

from bot.testkit.peer import eventually
from tests.adapters.webchat.conftest import Phone
from tests.adapters.webchat.house import House
from tests.adapters.webchat.line import Line
from tests.adapters.webchat.script import alert, repeats, say, texts
from tests.browser import ON_ITS_LOOP

pytestmark = [pytest.mark.browser, ON_ITS_LOOP]


async def test_a_restart_of_the_server_loses_and_doubles_nothing(
    house: House, phone: Phone
) -> None:
    """What was said on both sides while the line was down is there afterwards, once, in order."""
    await phone.opens()
    await phone.says("voor")
    await phone.reads("voor")
    chat = house.people()[0]
    card = await say(house, chat, alert())
    await phone.reads("MELDING 117")
    await house.stop()
    await expect(phone.page.locator("#alarm")).to_contain_text("Geen verbinding. Bel 101.")
    for text in ("een", "twee", "drie"):
        await phone.says(text)
    await expect(phone.page.locator("#alarm")).to_contain_text("Je bericht is nog niet weg")
    waiting = phone.page.locator("#log .waiting")
    await expect(waiting).to_have_count(3)
    await expect(waiting.first).to_contain_text("Nog niet verzonden")
    house.renew()
    await say(house, chat, "onderweg gezegd")
    await house.adapter.edit([card], alert("closed"), key="e")
    house.core.answer = repeats(house)
    await house.start()
    await phone.reads("gehoord: drie", timeout=20_000)
    await expect(phone.page.locator("#alarm")).to_be_empty()
    await expect(waiting).to_have_count(0)
    assert texts(house) == ["voor", "een", "twee", "drie"]
    shown = await phone.lines()
    assert Counter(shown) == Counter(
        ["voor", "MELDING 117", "onderweg gezegd", "een", "twee", "drie"]
        + [f"gehoord: {text}" for text in ("een", "twee", "drie")]
    )
    assert [line for line in shown if line in {"een", "twee", "drie"}] == ["een", "twee", "drie"]
    await phone.reads("AFGESLOTEN")


async def test_words_typed_without_a_line_survive_a_reload(house: House, phone: Phone) -> None:
    """They wait in the browser and leave once, in order."""
    await phone.opens()
    await phone.says("voor")
    await phone.reads("voor")
    await phone.page.route("**/webchat/messages", lambda route: route.abort())
    await phone.says("een")
    await phone.says("twee")
    await expect(phone.page.locator("#log .waiting")).to_have_count(2)
    await phone.page.reload()
    await expect(phone.page.locator("#log .waiting")).to_have_count(2)
    await phone.page.unroute("**/webchat/messages")
    await expect(phone.page.locator("#log .waiting")).to_have_count(0, timeout=15_000)
    assert texts(house) == ["voor", "een", "twee"]


async def test_two_tabs_without_a_line_keep_both_their_words(house: House, phone: Phone) -> None:
    """What was typed in either survives a reload of either, and leaves once."""
    await phone.opens()
    await phone.says("voor")
    await phone.reads("voor")
    other = await phone.context.new_page()
    await other.goto(house.url)
    await other.locator("#log").get_by_text("voor").wait_for()
    await phone.context.route("**/webchat/messages", lambda route: route.abort())
    await phone.says("een")
    await other.fill("#say", "twee")
    await other.press("#say", "Enter")
    await expect(other.locator("#log .waiting")).to_have_count(1)
    await phone.page.reload()
    await expect(phone.page.locator("#log .waiting")).to_have_count(2)
    await phone.context.unroute("**/webchat/messages")
    for tab in (phone.page, other):
        await expect(tab.locator("#log .waiting")).to_have_count(0, timeout=15_000)
        await expect(tab.locator("#log .own")).to_have_count(3)
    assert sorted(texts(house)) == ["een", "twee", "voor"]


async def test_an_answer_that_got_lost_doubles_nothing(house: House, phone: Phone) -> None:
    """The server has the message, the page doesn't know: it sends again, and nothing happens."""
    house.core.answer = repeats(house)
    await phone.opens()
    lost = 0

    async def lose(route: object) -> None:
        nonlocal lost
        lost += 1
        await route.fetch()  # type: ignore[attr-defined]
        await route.abort()  # type: ignore[attr-defined]

    await phone.page.route("**/webchat/messages", lose, times=2)
    await phone.says("meld")
    await phone.reads("gehoord: meld", timeout=20_000)
    await expect(phone.page.locator("#log .waiting")).to_have_count(0, timeout=20_000)
    assert lost == 2
    assert texts(house) == ["meld"]
    assert await phone.lines() == ["meld", "gehoord: meld"]


async def test_a_dead_line_is_noticed(house: House, phone: Phone) -> None:
    """Nothing breaks and nothing comes: the page says so, and the person no longer counts as reached."""
    async with Line(house) as line:
        phone.house = line.as_house()
        await phone.opens()
        await phone.says("hallo")
        await phone.reads("hallo")
        chat = house.people()[0]
        line.freeze()
        await expect(phone.page.locator("#alarm")).to_contain_text(
            "Geen verbinding. Bel 101.", timeout=8_000
        )
        await eventually(lambda: not house.adapter.live.reaches(chat.id), what="it counts as gone")
        await say(house, chat, "in de tunnel")
        await phone.says("ben ik er nog")
        line.thaw()
        await phone.reads("in de tunnel", timeout=20_000)
        await expect(phone.page.locator("#log .waiting")).to_have_count(0, timeout=20_000)
        assert await phone.lines() == ["hallo", "in de tunnel", "ben ik er nog"]
        assert texts(house) == ["hallo", "ben ik er nog"]


async def test_a_cut_line_comes_back_unnoticed(house: House, phone: Phone) -> None:
    """A connection that breaks and mends within a second alarms nobody."""
    async with Line(house) as line:
        phone.house = line.as_house()
        await phone.opens()
        await phone.says("hallo")
        await phone.reads("hallo")
        line.cut()
        await say(house, house.people()[0], "net daarna")
        await phone.reads("net daarna")
        await expect(phone.page.locator("#alarm")).to_be_empty()
        assert await phone.lines() == ["hallo", "net daarna"]


async def test_a_full_disk_says_call(house: House, phone: Phone) -> None:
    """Not kept: the person reads to call; the words wait and leave when there is room."""
    await phone.opens()
    house.core.full = True
    await phone.says("meld")
    await expect(phone.page.locator("#notice")).to_have_text("Ik kan nu niet doorgeven. Bel 101.")
    await expect(phone.page.locator("#log .waiting")).to_have_count(1)
    house.core.full = False
    await expect(phone.page.locator("#log .waiting")).to_have_count(0, timeout=15_000)
    await expect(phone.page.locator("#notice")).to_be_hidden()
    assert texts(house) == ["meld"]


async def test_a_flood_is_slowed_kindly(house: House, phone: Phone) -> None:
    """Too fast: the page says so with the words "Bel 101", and sends the rest by itself."""
    await phone.opens()
    notice = phone.page.locator("#notice")
    said: list[str] = []
    while not await notice.is_visible():
        said.append(f"bericht {len(said)}")
        await phone.says(said[-1])
    await expect(notice).to_contain_text("Bel 101")
    for text in ("nog een", "en nog een"):
        said.append(text)
        await phone.says(text)
    await expect(phone.page.locator("#log .waiting")).to_have_count(0, timeout=70_000)
    assert texts(house) == said


async def test_a_page_from_before_an_emptied_store_starts_afresh(
    house: House, phone: Phone
) -> None:
    """The demonstration starts again: the old conversation goes."""
    await phone.opens()
    await phone.says("oud")
    await phone.reads("oud")
    await house.stop()
    house.storage.values.clear()
    house.renew()
    await house.start()
    await expect(phone.page.locator("#log .said")).to_have_count(0, timeout=15_000)
    await expect(phone.page.locator("#welcome")).to_be_visible()

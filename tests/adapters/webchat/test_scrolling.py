"""What of a long conversation is in sight: the end, unless somebody reads elsewhere."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Locator, expect

from bot.messaging import Bar, Outgoing
from tests.adapters.webchat.conftest import Phone
from tests.adapters.webchat.house import House
from tests.adapters.webchat.script import GATE, say
from tests.browser import ON_ITS_LOOP

pytestmark = [pytest.mark.browser, ON_ITS_LOOP]
Phones = Callable[..., Awaitable[Phone]]

SMALL = {"width": 390, "height": 500}
# Where an element stands in what can be scrolled: [its top, its end], 0 at the upper edge.
PLACE = """(element) => {
  const box = element.getBoundingClientRect();
  const sight = document.getElementById("scroll").getBoundingClientRect();
  return [box.top - sight.top, box.bottom - sight.bottom];
}"""


async def place(element: Locator) -> tuple[float, float]:
    """How far its top is below the upper edge, and its end below the lower one."""
    top, end = await element.evaluate(PLACE)
    return top, end


async def settled(phone: Phone) -> None:
    """Return when the page was drawn twice more: sizes were seen and followed."""
    frames = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
    await phone.page.evaluate(frames)


async def talked(house: House, phone: Phone, *, lines: int = 30) -> None:
    """A conversation that is longer than the screen."""
    await phone.opens()
    await phone.says("meld")
    await phone.reads("meld")
    for number in range(lines):
        await say(house, house.people()[0], Outgoing(text=f"Bericht {number}."))
    await phone.reads(f"Bericht {lines - 1}.")
    await settled(phone)


async def at_the_gate(house: House, phones: Phones) -> tuple[Phone, Locator]:
    """A small phone with a question that is longer than it."""
    phone = await phones(viewport=SMALL)
    await talked(house, phone, lines=3)
    await say(house, house.people()[0], GATE)
    await phone.reads("Wat klopt voor jou?")
    await settled(phone)
    return phone, phone.page.locator("#log .gate")


async def test_the_newest_message_is_in_sight(house: House, phone: Phone) -> None:
    await talked(house, phone)
    assert (await place(phone.page.locator("#log .said").last))[1] <= 0
    await expect(phone.page.locator("#newer")).to_be_hidden()


async def test_a_long_question_is_shown_from_its_beginning(house: House, phones: Phones) -> None:
    """Also when a bar appears above it, or the line breaks."""
    phone, gate = await at_the_gate(house, phones)
    assert 0 <= (await place(gate))[0] < 40
    chat = house.people()[0]
    house.show(chat, bar=Bar(state="open", title="MELDING 1", text="Kerkstraat"))
    await expect(phone.page.locator("#bar")).to_be_visible()
    await settled(phone)
    assert 0 <= (await place(gate))[0] < 40
    await phone.context.set_offline(True)
    await expect(phone.page.locator("#alarm")).to_contain_text("Geen verbinding")
    await settled(phone)
    assert 0 <= (await place(gate))[0] < 40


async def test_whoever_read_a_long_question_to_its_end_stays_there(
    house: House, phones: Phones
) -> None:
    """A keyboard that comes up hides no choice that somebody had just reached."""
    phone, gate = await at_the_gate(house, phones)
    await phone.page.locator("#scroll").hover()
    await phone.page.mouse.wheel(0, 2000)
    await expect(gate.locator(".choice").last).to_be_in_viewport(ratio=1)
    await settled(phone)
    await phone.page.set_viewport_size({"width": 390, "height": 400})
    await settled(phone)
    await expect(gate.locator(".choice").last).to_be_in_viewport(ratio=1)
    await say(house, house.people()[0], Outgoing(text="En nog iets."))
    await phone.reads("En nog iets.")
    await expect(phone.page.locator("#log .said").last).to_be_in_viewport(ratio=1)


async def test_whoever_reads_back_is_left_there(house: House, phone: Phone) -> None:
    """A new message is hinted at; a press leads to it."""
    await talked(house, phone)
    await phone.page.locator("#scroll").hover()
    await phone.page.mouse.wheel(0, -900)
    await settled(phone)
    seen = phone.page.locator("#log .said", has_text="Bericht 15.")
    before = await place(seen)
    await say(house, house.people()[0], Outgoing(text="Iets nieuws."))
    await expect(phone.page.locator("#newer")).to_be_visible()
    await settled(phone)
    assert await place(seen) == before
    await phone.page.locator("#newer").click()
    await expect(phone.page.locator("#log .said").last).to_be_in_viewport(ratio=1)
    await expect(phone.page.locator("#newer")).to_be_hidden()


async def test_ones_own_words_are_seen_at_once_without_a_line(house: House, phone: Phone) -> None:
    """Whoever read back and then types sees that it waits."""
    await talked(house, phone)
    await phone.page.locator("#scroll").hover()
    await phone.page.mouse.wheel(0, -900)
    await settled(phone)
    await phone.context.set_offline(True)
    await phone.says("hij loopt weg")
    own = phone.page.locator("#log .own.waiting")
    await expect(own).to_contain_text("hij loopt weg")
    await expect(own).to_be_in_viewport(ratio=1)

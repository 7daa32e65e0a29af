"""What stands around the conversation on the page: header, bar, desk; and where the focus goes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import expect

from bot.messaging import ButtonPressed, Choice, Outgoing
from tests.adapters.webchat.conftest import Phone
from tests.adapters.webchat.house import House
from tests.adapters.webchat.script import GATE, alert, around, desk, newcomer, say
from tests.browser import ON_ITS_LOOP

pytestmark = [pytest.mark.browser, ON_ITS_LOOP]
Phones = Callable[..., Awaitable[Phone]]
NINA, JAN = newcomer(12, "Nina Smets"), newcomer(13, "Jan Claes")


async def coordinator(house: House, phones: Phones) -> Phone:
    """A wide screen whose desk shows two requests."""
    wide = await phones(viewport={"width": 1440, "height": 900})
    await wide.opens()
    await wide.says("/wachtrij")
    await wide.reads("/wachtrij")
    house.show(house.people()[0], **around(desk=desk(NINA, JAN)))
    await expect(wide.page.locator("#desk .list .what").first).to_be_visible()
    return wide


async def test_the_header_says_which_group_and_who_one_is(house: House, phone: Phone) -> None:
    """It stays after a reload, and nothing of it stands in the conversation or in the store."""
    await phone.opens()
    await phone.says("hallo")
    await phone.reads("hallo")
    house.show(house.people()[0], **around(bar=False))
    detail = phone.page.locator("#detail")
    await expect(detail).to_have_text("Buur 7 · 22 leden")
    await phone.page.reload()
    await expect(detail).to_have_text("Buur 7 · 22 leden")
    assert await phone.lines() == ["hallo"]
    assert "Buur 7" not in "".join(house.storage.values.values())
    house.show(house.people()[0])
    await expect(detail).to_have_text("Buurtpreventie")


async def test_the_bar_leads_to_the_card(house: House, phone: Phone) -> None:
    """Under the header while an alert is open; the call button stays where it is."""
    await phone.opens()
    await phone.says("hallo")
    await phone.reads("hallo")
    chat = house.people()[0]
    call = await phone.page.locator("#call").bounding_box()
    await say(house, chat, alert())
    for n in range(20):
        await say(house, chat, f"later {n}")
    house.show(chat, **around())
    bar = phone.page.get_by_role("button", name="MELDING 117")
    await expect(bar).to_contain_text("Kloosterstraat, open sinds 23:15")
    box = await bar.bounding_box()
    assert box is not None
    assert box["height"] >= 48
    assert await phone.page.locator("#call").bounding_box() == call
    card = phone.page.locator(".card")
    await expect(card).not_to_be_in_viewport()
    await bar.click()
    await expect(card).to_be_in_viewport()
    await expect(card).to_be_focused()
    house.show(chat, **around(bar=False))
    await expect(bar).to_have_count(0)


async def test_the_desk_is_for_wide_screens(house: House, phones: Phones) -> None:
    """What waits, what is open, how things stand; on a phone the questions in the chat do."""
    wide = await coordinator(house, phones)
    panel = wide.page.locator("#desk")
    await expect(panel.locator("h2").first).to_have_text(
        "1 melding is open. 2 dingen wachten op jou."
    )
    await expect(panel).to_contain_text("Verstuurd naar 18 van 21 buren")
    await expect(panel).to_contain_text("do 06:30, aanvaard door de mailserver")
    await expect(panel).to_contain_text("Carla Vos")
    for size in ("100%", "200%"):
        await wide.page.evaluate(f"document.documentElement.style.fontSize = '{size}'")
        assert await wide.page.evaluate("document.documentElement.scrollWidth") <= 1440
        assert await panel.evaluate("desk => desk.scrollWidth - desk.clientWidth") <= 0
    for button in await panel.get_by_role("button").all():
        box = await button.bounding_box()
        assert box is not None
        assert box["height"] >= 48
    await wide.page.set_viewport_size({"width": 390, "height": 844})
    await expect(panel).to_be_hidden()
    assert wide.complaints == []


async def test_a_keyboard_walks_through_what_waits(house: House, phones: Phones) -> None:
    """After a decision the focus stands on the next request, at last on the first line."""
    wide = await coordinator(house, phones)
    panel = wide.page.locator("#desk")
    await panel.get_by_role("button", name="Goedkeuren: Nina Smets").focus()
    await wide.page.keyboard.press("Enter")
    await wide.reads("Goedkeuren: Nina Smets")
    assert await wide.lines() == ["/wachtrij", "Goedkeuren: Nina Smets"]
    pressed = house.core.events[-1]
    assert isinstance(pressed, ButtonPressed)
    assert pressed.token == "a:admit:12"
    chat = house.people()[0]
    house.show(chat, **around(desk=desk(JAN)))
    await expect(panel.get_by_role("button", name="Goedkeuren: Jan Claes")).to_be_focused()
    house.show(chat, **around(desk=desk(JAN, NINA)))
    await expect(panel.get_by_role("button", name="Goedkeuren: Jan Claes")).to_be_focused()
    house.show(chat, **around(bar=False, desk=desk()))
    await expect(panel.get_by_role("button", name="Rechtzetten")).to_be_focused()


async def test_two_tabs_and_a_cut_line_show_the_same_desk(house: House, phones: Phones) -> None:
    """Each tab hears of each change; after a restart both are right again."""
    wide = await coordinator(house, phones)
    other = await wide.context.new_page()
    await other.goto(house.url)
    tabs = (wide.page, other)
    for tab in tabs:
        await expect(tab.locator("#desk .count")).to_have_text("2")
    house.show(house.people()[0], **around(desk=desk(JAN)))
    for tab in tabs:
        await expect(tab.locator("#desk .count")).to_have_text("1")
    await house.stop()
    await expect(wide.page.locator("#alarm")).to_contain_text("Geen verbinding")
    house.renew()
    house.show(house.people()[0], **around(desk=desk(JAN, NINA)))
    await house.start()
    for tab in tabs:
        await expect(tab.locator("#desk .count")).to_have_text("2", timeout=20_000)


async def test_after_a_choice_the_focus_leads_on(house: House, phones: Phones) -> None:
    """To the answers of the next question; to the field where words are asked."""
    wide = await phones(viewport={"width": 1440, "height": 900})
    await wide.opens()
    await wide.says("meld")
    await wide.reads("meld")
    chat = house.people()[0]
    await say(house, chat, GATE)
    await wide.page.get_by_role("button", name="Ik heb 101 gebeld").focus()
    await wide.page.keyboard.press("Enter")
    await wide.reads("1, ik heb 101 gebeld")
    several = (Choice(number=1, label="Inbraak bezig", token="q:1"),)
    await say(house, chat, Outgoing(text="Wat?", choices=several, panel={"thread": "d1"}))
    await expect(wide.page.get_by_role("group", name="Antwoorden")).to_be_focused()
    await wide.page.keyboard.press("Tab")
    await expect(wide.page.get_by_role("button", name="Inbraak bezig")).to_be_focused()
    await wide.page.keyboard.press("Enter")
    await wide.reads("1, inbraak bezig")
    await say(house, chat, Outgoing(text="Waar?", panel={"thread": "d1"}))
    await expect(wide.page.locator("#say")).to_be_focused()


async def test_a_touch_raises_no_keyboard(house: House, phones: Phones) -> None:
    """On a phone the field waits until somebody taps it: half the screen would be gone."""
    phone = await phones(has_touch=True, is_mobile=True)
    await phone.opens()
    await phone.says("meld")
    await phone.reads("meld")
    chat = house.people()[0]
    await say(house, chat, GATE)
    await phone.page.get_by_role("button", name="Ik heb 101 gebeld").tap()
    await phone.reads("1, ik heb 101 gebeld")
    await say(house, chat, Outgoing(text="Waar?", panel={"thread": "d1"}))
    await phone.reads("Waar?")
    await expect(phone.page.locator("#say")).not_to_be_focused()


async def test_each_message_is_announced_once(house: House, phone: Phone) -> None:
    """A new message with its numbers; not again when it is answered, kept or shown again."""
    await phone.opens()
    await phone.says("meld")
    await phone.reads("meld")
    chat = house.people()[0]
    await say(house, chat, GATE)
    said = phone.page.locator("#announce p")
    await expect(said).to_have_count(1)
    await expect(said.first).to_contain_text("?. 1: Ik heb 101 gebeld. 2: Ik bel nu")
    await phone.page.get_by_role("button", name="Ik heb 101 gebeld").click()
    await phone.reads("1, ik heb 101 gebeld")
    await say(house, chat, "Wat zie je?")
    await phone.reads("Wat zie je?")
    await expect(said).to_have_count(2)
    ref = await say(house, chat, alert())
    await house.adapter.edit([ref], alert("closed"), key=house.key())
    await expect(said).to_have_count(4)
    await expect(said.last).to_have_text("MELDING 117. AFGESLOTEN. Bijgewerkt om 23:23")
    await expect(phone.page.locator("#log")).to_have_attribute("aria-live", "off")


async def test_an_expired_session_says_what_to_do(house: House, phone: Phone) -> None:
    """The cookie is gone: the page says so, and to call; loading again begins anew."""
    await phone.opens()
    await phone.says("hallo")
    await phone.reads("hallo")
    house.show(house.people()[0], **around(bar=False))
    await expect(phone.page.locator("#detail")).to_contain_text("Buur 7")
    await phone.context.clear_cookies()
    alarm = phone.page.locator("#alarm")
    await expect(alarm).to_contain_text("Deze pagina kent je niet meer.", timeout=15_000)
    await expect(alarm).to_contain_text("Bel 101")
    await expect(phone.page.locator("#detail")).to_have_text("Buurtpreventie")
    await phone.says("ben ik er nog")
    await expect(phone.page.locator("#log .waiting")).to_have_count(1)
    await alarm.get_by_role("link", name="Laad opnieuw").click()
    await expect(phone.page.locator("#say")).to_be_visible()
    await expect(alarm).to_be_empty()


@pytest.mark.parametrize("height", [844, 420])
async def test_the_call_button_is_always_in_reach(
    house: House, phones: Phones, height: int
) -> None:
    """Also above a keyboard, with an alert open and the line gone: header, field, call."""
    phone = await phones(viewport={"width": 390, "height": height})
    await phone.opens()
    await phone.says("meld")
    await phone.reads("meld")
    house.show(house.people()[0], **around())
    await expect(phone.page.locator("#detail")).to_contain_text("Buur 7")
    await say(house, house.people()[0], GATE)
    await house.stop()
    await phone.says("ben ik er nog")
    await expect(phone.page.locator("#alarm")).to_contain_text("Geen verbinding")
    for name in ("#call", "#say", ".send"):
        box = await phone.page.locator(name).bounding_box()
        assert box is not None
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= height
    log = await phone.page.locator("#scroll").bounding_box()
    assert log is not None
    assert log["height"] >= 100
    await house.start()


async def test_a_long_question_is_shown_from_its_beginning(house: House, phones: Phones) -> None:
    """On a small screen the question and the red button come first, then the answers."""
    phone = await phones(viewport={"width": 390, "height": 480})
    await phone.opens()
    for n in range(5):
        await phone.says(f"bericht {n}")
        await phone.reads(f"bericht {n}")
    chat = house.people()[0]
    await say(house, chat, GATE)
    await expect(phone.page.locator("#log .question")).to_be_in_viewport()
    await expect(phone.page.locator("#log a.call")).to_be_in_viewport()
    await say(house, chat, "Nog iets.")
    await expect(phone.page.locator("#log").get_by_text("Nog iets.")).to_be_in_viewport()
    await expect(phone.page.locator("#newer")).to_be_hidden()

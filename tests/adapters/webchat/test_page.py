"""The page in a real browser: what a person does and reads."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import expect

from bot.messaging import ButtonPressed, MessageReceived, Outgoing
from bot.testkit.peer import eventually
from tests.adapters.webchat.conftest import Phone
from tests.adapters.webchat.house import House
from tests.adapters.webchat.script import GATE, alert, repeats, say, texts
from tests.browser import ON_ITS_LOOP

pytestmark = [pytest.mark.browser, ON_ITS_LOOP]
Phones = Callable[..., Awaitable[Phone]]


async def test_a_stranger_reads_to_call_and_how_to_come_in(phone: Phone) -> None:
    """Without an invitation: call 101, ask for a code, type it here."""
    await phone.opens("/")
    welcome = phone.page.locator("#welcome")
    await expect(welcome).to_contain_text("Bel 101")
    await expect(welcome).to_contain_text("uitnodiging")
    await phone.page.get_by_label("Code van je uitnodiging").fill("rozenstraat")
    await phone.page.get_by_role("button", name="Doe mee").click()
    await expect(welcome).to_be_hidden()
    assert texts(phone.house) == ["/start rozenstraat"]
    assert phone.complaints == []


@pytest.mark.parametrize(
    "passed_on",
    ["/start beheer-7QK2WXYZ", "start beheer-7QK2WXYZ", "https://saar.example/u/beheer-7QK2WXYZ "],
)
async def test_a_code_may_be_pasted_as_it_was_passed_on(phone: Phone, passed_on: str) -> None:
    """Whoever pastes the whole line or address comes in as well: the code is what counts."""
    await phone.opens("/")
    await phone.page.get_by_label("Code van je uitnodiging").fill(passed_on)
    await phone.page.get_by_role("button", name="Doe mee").click()
    await expect(phone.page.locator("#welcome")).to_be_hidden()
    assert texts(phone.house) == ["/start beheer-7QK2WXYZ"]


async def test_an_invitation_is_one_tap(phone: Phone) -> None:
    """The link names the neighbourhood; only the tap sends the code, once."""
    await phone.opens("/u/rozenstraat")
    await expect(phone.page.locator("#welcome")).to_contain_text("Munsterbilzen")
    assert texts(phone.house) == []
    await phone.page.get_by_role("button", name="Doe mee").click()
    await phone.reads("Ik doe mee")
    assert texts(phone.house) == ["/start rozenstraat"]
    assert phone.page.url == phone.house.url + "/"
    await phone.page.reload()
    await phone.reads("Ik doe mee")
    await expect(phone.page.locator("#welcome")).to_be_hidden()


async def test_what_is_typed_is_kept_and_answered(phone: Phone) -> None:
    """Own words say "bewaard" once the core has them; the answer stands below."""
    phone.house.core.answer = repeats(phone.house)
    await phone.opens()
    await phone.says("er loopt iemand rond")
    await phone.reads("gehoord: er loopt iemand rond")
    own = phone.page.locator("#log .own").last
    await expect(own).to_contain_text("bewaard")
    assert await phone.lines() == ["er loopt iemand rond", "gehoord: er loopt iemand rond"]


async def test_the_gate_shows_the_call_and_six_choices(house: House, phone: Phone) -> None:
    """A red call button above six numbered answers; pressing one makes it my bubble."""
    await phone.opens()
    await phone.says("meld")
    await phone.reads("meld")
    await say(house, house.people()[0], GATE)
    call = phone.page.locator("#log a.call")
    await expect(call).to_have_attribute("href", "tel:101")
    await expect(call).to_have_text("Bel eerst 101")
    box = await call.bounding_box()
    assert box is not None
    assert box["height"] >= 64
    choices = phone.page.locator("#log .choice")
    await expect(choices).to_have_count(6)
    for index in range(6):
        size = await choices.nth(index).bounding_box()
        assert size is not None
        assert size["height"] >= 52
    await choices.nth(0).click()
    await phone.reads("1, ik heb 101 gebeld")
    await expect(choices).to_have_count(0)
    await expect(call).to_have_count(0)
    pressed = house.core.events[-1]
    assert isinstance(pressed, ButtonPressed)
    assert pressed.token == "g:1"
    await phone.page.reload()
    await phone.reads("1, ik heb 101 gebeld")
    await expect(choices).to_have_count(0)


async def test_only_the_newest_question_of_a_dialogue_is_asked(house: House, phone: Phone) -> None:
    """Whoever types the number instead doesn't keep old buttons on the page."""
    await phone.opens()
    await phone.says("meld")
    await phone.reads("meld")
    chat = house.people()[0]
    await say(house, chat, GATE)
    await say(house, chat, Outgoing(text="Wat zie je?", panel={"thread": "d1"}))
    await phone.reads("Wat zie je?")
    await expect(phone.page.locator("#log .choice")).to_have_count(0)


async def test_everything_works_from_the_keyboard(house: House, phone: Phone) -> None:
    """Tab to a choice, Enter to take it, Tab to the field, type, Enter."""
    await phone.opens()
    await phone.says("meld")
    await phone.reads("meld")
    await say(house, house.people()[0], GATE)
    await phone.reads("Wat klopt voor jou?")
    await phone.page.locator("#log").focus()
    for _ in range(4):  # the call button, then choices 1, 2, 3
        await phone.page.keyboard.press("Tab")
    focused = phone.page.locator(":focus")
    await expect(focused).to_contain_text("Ik kan niet bellen")
    await phone.page.keyboard.press("Enter")
    await phone.reads("3, ik kan niet bellen")
    for _ in range(20):
        await phone.page.keyboard.press("Tab")
        if await phone.page.evaluate("document.activeElement.id") == "say":
            break
    await phone.page.keyboard.type("ik ben doof")
    await phone.page.keyboard.press("Enter")
    await phone.reads("ik ben doof")


async def test_a_reload_shows_the_whole_conversation(house: House, phone: Phone) -> None:
    """Both sides, once each, in order, under the server's date."""
    house.core.answer = repeats(house)
    await phone.opens()
    for text in ("een", "twee"):
        await phone.says(text)
        await phone.reads(f"gehoord: {text}")
    before = await phone.lines()
    await phone.page.reload()
    await phone.reads("gehoord: twee")
    assert await phone.lines() == before == ["een", "gehoord: een", "twee", "gehoord: twee"]
    await expect(phone.page.locator(".day")).to_have_text("donderdag 12 november")


async def test_a_card_is_changed_where_it_stands(house: House, phone: Phone) -> None:
    """One alert, one card: an update replaces it, and the newest words are announced."""
    await phone.opens()
    await phone.says("hallo")
    await phone.reads("hallo")
    ref = await say(house, house.people()[0], alert())
    await phone.reads("MELDING 117")
    await expect(phone.page.locator(".card .choice")).to_have_count(2)
    closed = alert("closed", headline="23:41 · Politie ter plaatse geweest", body="", lines=())
    await house.adapter.edit([ref], closed, key=house.key())
    await phone.reads("AFGESLOTEN")
    cards = phone.page.locator(".card")
    await expect(cards).to_have_count(1)
    await expect(cards).not_to_contain_text("autodeuren")
    await expect(phone.page.locator("#announce")).to_contain_text("AFGESLOTEN")
    assert "autodeuren" not in "".join(house.storage.values.values())


async def test_a_new_alert_changes_the_title(house: House, phone: Phone) -> None:
    """Only an open one that wasn't on the page when it opened, until somebody looks."""
    await phone.opens()
    await phone.says("hallo")
    await phone.reads("hallo")
    assert await phone.page.title() == "Munsterbilzen"
    await say(house, house.people()[0], alert())
    await phone.reads("MELDING 117")
    assert await phone.page.title() == "MELDING 117 · Munsterbilzen"
    await phone.page.locator("#log").click()
    assert await phone.page.title() == "Munsterbilzen"
    await phone.page.reload()
    await phone.reads("MELDING 117")
    assert await phone.page.title() == "Munsterbilzen"


async def test_a_location_is_shared_only_when_asked(house: House, phones: Phones) -> None:
    """The button stands under the question; pressing it asks the device."""
    phone = await phones(
        geolocation={"latitude": 50.8703, "longitude": 5.5186, "accuracy": 12},
        permissions=["geolocation"],
    )
    await phone.opens()
    await phone.says("meld")
    await phone.reads("meld")
    share = phone.page.get_by_role("button", name="Deel mijn locatie")
    await expect(share).to_have_count(0)
    await say(house, house.people()[0], Outgoing(text="**Waar?**", ask="location"))
    await share.click()
    await phone.reads("Mijn plaats: 50,8703, 5,5186 (op 12 m)")
    event = house.core.events[-1]
    assert isinstance(event, MessageReceived)
    assert event.location is not None
    assert (event.location.latitude, event.location.accuracy_m) == (50.8703, 12)
    await expect(share).to_have_count(0)


async def test_a_device_that_gives_no_place_says_what_to_do(house: House, phone: Phone) -> None:
    """Refused or impossible: type the street."""
    await phone.opens()
    await phone.says("meld")
    await phone.reads("meld")
    await say(house, house.people()[0], Outgoing(text="**Waar?**", ask="location"))
    await phone.page.get_by_role("button", name="Deel mijn locatie").click()
    await expect(phone.page.locator("#notice")).to_contain_text("Typ straat en nummer")


async def test_a_stranger_may_turn_to_another_language(house: House, phones: Phones) -> None:
    """The browser's language comes first; the others are one tap away, and what is said then is
    said in the chosen one."""
    phone = await phones(locale="en-GB")
    await phone.opens("/u/rozenstraat")
    welcome = phone.page.locator("#welcome")
    await expect(welcome).to_contain_text("Join neighbourhood watch Munsterbilzen")
    await phone.page.get_by_role("button", name="Nederlands").click()
    await expect(welcome).to_contain_text("Doe mee met buurtpreventie Munsterbilzen")
    await expect(phone.page.locator("#call")).to_have_text("Bel 101")
    await expect(phone.page.locator(".skip")).to_have_text("Naar het berichtveld")
    await expect(phone.page.locator(".send")).to_have_attribute("aria-label", "Versturen")
    await expect(phone.page.get_by_role("button", name="English")).to_be_focused()
    await phone.page.get_by_role("button", name="Doe mee").click()
    await phone.reads("Ik doe mee")
    (event,) = house.core.events
    assert event.sender is not None
    assert event.sender.language == "nl"
    assert phone.complaints == []


async def test_the_page_speaks_the_members_language(house: House, phone: Phone) -> None:
    """It follows the language in which the core writes."""
    await phone.opens()
    await phone.says("/taal en")
    await phone.reads("/taal en")
    await say(house, house.people()[0], Outgoing(text="English from now on.", lang="en"))
    await phone.reads("stored")
    await expect(phone.page.locator("#call")).to_have_text("Call 101")
    await expect(phone.page.locator("html")).to_have_attribute("lang", "en")
    await phone.page.reload()
    await phone.reads("English from now on.")
    await expect(phone.page.locator("#say")).to_have_attribute(
        "placeholder", "Type a message or number"
    )


async def test_a_file_is_offered_to_its_person_only(
    house: House, phones: Phones, tmp_path: Any
) -> None:
    """The export's link works in the browser it was made for, for a day."""
    from bot.messaging import File

    els, jan = await phones(), await phones()
    for phone in (els, jan):
        await phone.opens()
    await els.says("/export")
    await els.reads("/export")
    path = tmp_path / "export.zip"
    path.write_bytes(b"PK made up")
    person = house.core.events[-1].chat
    file = File(path=str(path), name="M-2026-0117.zip", mime="application/zip")
    await say(house, person, Outgoing(text="De export is klaar.", files=(file,)))
    await els.reads("Download M-2026-0117.zip")
    async with els.page.expect_download() as download:
        await els.page.get_by_role("link", name="Download").click()
    saved = await (await download.value).path()
    assert saved.read_bytes() == b"PK made up"
    href = await els.page.get_by_role("link", name="Download").get_attribute("href")
    assert (await jan.context.request.get(f"{house.url}{href}")).status == 404


async def test_the_page_says_that_a_closed_page_is_silent(phone: Phone) -> None:
    """Every time it is opened."""
    await phone.opens()
    await phone.says("hallo")
    await phone.page.reload()
    await phone.reads("een gesloten pagina geeft geen geluid")


async def test_somebody_looking_counts_as_reached(house: House, phone: Phone) -> None:
    """A page that is open is reached; a closed one keeps the message and isn't."""
    await phone.opens()
    await phone.says("hallo")
    await phone.reads("hallo")
    chat = house.people()[0]
    assert (await house.adapter.send(chat, alert(), key="a")).reached
    await phone.page.close()
    await eventually(lambda: not house.adapter.live.reaches(chat.id), what="the page is gone")
    assert not (await house.adapter.send(chat, alert(), key="b")).reached

"""The demonstration's page: three phones, a mailbox, a clock, and captions in two languages."""

from __future__ import annotations

from pathlib import Path

import axe_playwright_python
import httpx
import pytest
from playwright.async_api import FilePayload, Page, expect

from bot.messaging import Address, Outgoing
from bot.operations.demo.mailbox import Mailbox
from bot.operations.demo.pictures import car
from bot.operations.demo.stage import Button
from tests.adapters.webchat.house import House
from tests.browser import ON_ITS_LOOP
from tests.operations.demo.conftest import PEOPLE
from tests.operations.demo.night import Night

pytestmark = ON_ITS_LOOP
browser_test = pytest.mark.browser
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()


@browser_test
async def test_three_phones_are_three_people(house: House, page: Page) -> None:
    """Each frame is the real web chat of another person, at the same time."""
    for name in PEOPLE:
        phone = page.frame_locator(f'iframe[src="/demo/phone/{name}/"]')
        await phone.locator("#say").fill(f"ik ben {name}")
        await phone.locator("#say").press("Enter")
        await expect(phone.locator("#log")).to_contain_text(f"ik ben {name}")
    said = {event.text for event in house.core.events}  # type: ignore[attr-defined]
    assert said == {f"ik ben {name}" for name in PEOPLE}
    assert len({event.chat for event in house.core.events}) == 3
    buur = house.core.events[1].chat
    receipt = await house.adapter.send(buur, Outgoing(text="MELDING"), key="k")
    assert receipt.reached
    phone = page.frame_locator('iframe[src="/demo/phone/buur/"]')
    await expect(phone.locator("#log")).to_contain_text("MELDING")
    other = page.frame_locator('iframe[src="/demo/phone/melder/"]')
    await expect(other.locator("#log")).not_to_contain_text("MELDING")


@browser_test
async def test_captions_follow_the_story(night: Night, page: Page) -> None:
    """The step's sentence in Dutch and English, whose turn it is, and which steps were seen."""
    night.shows(step=3, done=frozenset({1, 3}), says=("Er is alarm.", "An alert is out."), column=2)
    await expect(page.locator("#dutch")).to_have_text("Er is alarm.")
    await expect(page.locator("#english")).to_have_text("An alert is out.")
    await expect(page.locator(".acting h2")).to_contain_text("2. Buur")
    await expect(page.locator(".acting .now")).to_be_visible()
    await expect(page.locator('[aria-current="step"]')).to_contain_text("Alarm")
    await expect(page.locator("#steps .done")).to_have_count(2)
    await expect(page.locator("#steps .done").first).to_contain_text("Melden")


@browser_test
async def test_a_notice_stands_until_it_is_no_longer_true(night: Night, page: Page) -> None:
    """And the first button says what it would do."""
    await expect(page.locator("#notice")).to_be_hidden()
    night.shows(notice=("Je nam over.", "You took over."), button=Button.AGAIN)
    await expect(page.get_by_role("status")).to_contain_text("Je nam over. You took over.")
    await expect(page.get_by_role("button", name="Opnieuw play again")).to_be_visible()
    night.shows(notice=None, button=Button.ANEW)
    await expect(page.locator("#notice")).to_be_hidden()
    await expect(page.get_by_role("button", name="Speel af play a new night")).to_be_visible()


@browser_test
async def test_pictures_are_seen_as_pictures(house: House, night: Night, page: Page) -> None:
    """On the phone that sent them, even one that never had a preview, and beside the mail."""
    phone = page.frame_locator('iframe[src="/demo/phone/melder/"]')
    picture = FilePayload(name="auto.jpg", mimeType="image/jpeg", buffer=car())
    await phone.locator("#files").set_input_files([picture])
    code = await phone.locator(".upload .proof").inner_text()
    await page.reload()
    await expect(phone.locator(".upload div.thumb")).to_be_visible()
    night.kept[code.replace(" ", "")] = car()
    await expect(phone.locator(".upload img.thumb")).to_be_visible()
    async with httpx.AsyncClient(base_url=house.url) as http:
        assert (await http.get("/demo/photo/00000000")).status_code == 404
    night.receives()
    sent = page.locator("#photos img")
    await expect(sent).to_have_count(1)
    await page.wait_for_function("() => document.querySelector('#photos img').naturalWidth > 1000")


@browser_test
async def test_the_buttons_turn_the_night(night: Night, page: Page) -> None:
    """Play and pause, skip to the morning, from the start."""
    await expect(page.locator("#clock")).to_have_text("23:16")
    await expect(page.locator("#date")).to_have_text("donderdag\n12 november", use_inner_text=True)
    await page.get_by_role("button", name="Speel af").click()
    await page.get_by_role("button", name="Pauze").click()
    await page.get_by_role("button", name="naar 06:30").click()
    await expect(page.locator("#clock")).to_have_text("06:30")
    await page.get_by_role("button", name="Van voren af aan").click()
    await expect(page.get_by_role("button", name="Speel af")).to_be_visible()
    assert night.pressed == ["play", "pause", "morning", "restart"]


@browser_test
async def test_the_mail_and_its_pdf_are_read_on_the_page(night: Night, page: Page) -> None:
    """Before it comes the log stands there; then the mail, fenced in, and each page of the report."""
    await expect(page.locator("#none")).to_contain_text("Wat gemeld is, gaat om 06:30.")
    night.writes(("melding begonnen", "report begun"), ("101 gebeld", "101 was called"))
    await expect(page.locator("#log tr")).to_have_count(2)
    night.receives(41)
    await expect(page.locator("#mails li")).to_have_count(1)
    night.receives(42)
    await expect(page.locator('[aria-pressed="true"][data-mail]')).to_contain_text("P-0042 1/1")
    await expect(page.frame_locator("#letter").locator("h1")).to_have_text("1 melding, 2 beelden")
    assert await page.title() == "Saarbot, één nacht in een straat"
    pictures = page.locator("#pages img")
    await expect(pictures).to_have_count(2)
    await expect(page.locator("#pages")).to_contain_text("rapport.pdf, blad 2 van 2")
    await page.wait_for_function("() => document.querySelector('#pages img').naturalWidth > 1000")
    await page.get_by_role("button", name="Groter").click()
    await expect(page.locator(".phone").first).to_be_hidden()
    await page.get_by_role("button", name="Kleiner").click()
    await expect(page.locator(".phone").first).to_be_visible()
    await page.locator('[data-mail="0041-P-0041"]').click()
    await expect(page.locator('[data-mail="0041-P-0041"]')).to_have_attribute(
        "aria-pressed", "true"
    )


@browser_test
async def test_axe_finds_nothing_serious_on_the_stage(night: Night, page: Page) -> None:
    """Before and after the mail."""
    for _ in range(2):
        await page.evaluate(AXE)
        found = await page.evaluate("axe.run({resultTypes: ['violations'], iframes: false})")
        serious = [
            f"{violation['id']}: {node['html']}"
            for violation in found["violations"]
            if violation["impact"] in {"serious", "critical"}
            for node in violation["nodes"]
        ]
        assert serious == []
        night.shows(step=6, notice=("Dat was het.", "That was it."), button=Button.AGAIN)
        night.receives()
        await expect(page.locator("#reading")).to_be_visible()


@browser_test
@pytest.mark.parametrize("width", [390, 900, 1280, 1920])
async def test_the_stage_fits_every_screen(page: Page, night: Night, width: int) -> None:
    """Nothing runs off the side, from a phone to a projector."""
    night.receives()
    night.shows(step=7, notice=("Dat was het.", "That was it."), button=Button.AGAIN)
    await page.set_viewport_size({"width": width, "height": 900})
    await expect(page.locator("#reading")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") <= width


async def test_only_the_page_itself_presses_its_buttons(house: House, night: Night) -> None:
    """Another site can't."""
    async with httpx.AsyncClient(base_url=house.url) as http:
        assert (await http.post("/demo/restart")).status_code == 403
        cross = {"Sec-Fetch-Site": "cross-site"}
        assert (await http.post("/demo/restart", headers=cross)).status_code == 403
        origin = {"Origin": house.url}
        assert (await http.post("/demo/restart", headers=origin)).status_code == 204
        assert (await http.get("/demo/restart")).status_code == 405
    assert night.pressed == ["restart"]


async def test_a_mail_is_fenced_in_and_can_be_kept(house: House, night: Night) -> None:
    """No script of a mail runs; attachments and the mail itself come as they were sent."""
    night.receives(42)
    async with httpx.AsyncClient(base_url=house.url) as http:
        letter = await http.get("/demo/mail/0042-P-0042")
        assert letter.headers["content-security-policy"].startswith("sandbox;")
        package = await http.get("/demo/mail/0042-P-0042/file/1")
        assert package.content.startswith(b"PK")
        assert "saar-P-0042.zip" in package.headers["content-disposition"]
        original = await http.get("/demo/mail/0042-P-0042/mail.eml")
        assert original.content == next(night.folder.glob("*.eml")).read_bytes()
        for missing in (
            "0099",
            "0042-P-0042/file/7",
            "0042-P-0042/page/9.png",
            "0042-P-0042/photo/9",
            "..%2F..%2Fetc",
        ):
            assert (await http.get(f"/demo/mail/{missing}")).status_code == 404


async def test_a_mail_without_a_report_has_no_pages(tmp_path: Path) -> None:
    """A weekly letter that only says that there was nothing."""
    (tmp_path / "0001-P-0001.eml").write_bytes(
        b"Subject: [SAAR X P-0001 1/1]\r\n\r\nWeekbericht: geen meldingen.\r\n"
    )
    mailbox = Mailbox(tmp_path)
    (mail,) = mailbox.mails()
    assert mail.preview == "Weekbericht: geen meldingen."
    assert mail.sent_at is None
    assert (mail.cases, mail.photos) == (0, ())
    assert await mailbox.pages(mail.id) == 0
    assert await mailbox.page("nothing", 1) is None


async def test_the_clock_is_not_the_browsers(house: House) -> None:
    """What the phones show is the demonstration's time."""
    from adapters.webchat.identity import person_id

    address = Address("webchat", person_id(PEOPLE["buur"]))
    await house.adapter.send(address, Outgoing(text="dag"), key="k")
    (item,) = await house.adapter.history.since(address.id, 0)
    assert item["at"].startswith("2026-11-12T22:13")


@browser_test
async def test_a_small_laptop_shows_where_to_type(night: Night, page: Page) -> None:
    """The page asks a visitor to type on a phone: its field is on the screen, without scrolling."""
    for width, height in ((1280, 800), (1366, 720)):
        await page.set_viewport_size({"width": width, "height": height})
        for name in PEOPLE:
            field = page.frame_locator(f'iframe[src="/demo/phone/{name}/"]').locator("#say")
            await expect(field).to_be_in_viewport(ratio=1)
        assert await page.evaluate("document.documentElement.scrollHeight <= innerHeight")


@browser_test
async def test_on_a_telephone_the_clock_stands_beside_its_date(night: Night, page: Page) -> None:
    """And nothing is wider than the page."""
    await page.set_viewport_size({"width": 390, "height": 844})
    date, clock = [await page.locator(f"#{part}").bounding_box() for part in ("date", "clock")]
    assert date is not None
    assert clock is not None
    assert abs(date["y"] + date["height"] / 2 - clock["y"] - clock["height"] / 2) < 10
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@browser_test
async def test_an_empty_log_has_no_heading(night: Night, page: Page) -> None:
    """It comes with the first line."""
    await expect(page.get_by_text("the log so far")).to_be_hidden()
    night.writes(("melding begonnen", "report begun"))
    await expect(page.get_by_text("the log so far")).to_be_visible()

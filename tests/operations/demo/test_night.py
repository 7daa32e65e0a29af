"""The whole night in a real browser, played by its own button; the README's picture is made here."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

import config
from bot.operations.demo.demonstration import Demonstration
from bot.settings.reader import load

pytestmark = pytest.mark.browser
PICTURE = Path(__file__).parents[3] / "docs" / "pictures" / "demo.png"


@pytest.fixture
async def demonstration(tmp_path: Path) -> AsyncIterator[Demonstration]:
    settings = load(config.DEMO, {})
    night = Demonstration(
        replace(settings, data_dir=tmp_path / "demo", http=replace(settings.http, port=0)),
        breath_s=0.3,
    )
    await night.open()
    yield night
    await night.close()


async def test_the_night_plays_by_itself(
    demonstration: Demonstration, browser: Browser, tmp_path: Path
) -> None:
    """From the first word to the police mail: what each phone shows, and what the police read."""
    page = await browser.new_page(
        viewport={"width": 1440, "height": 900}, device_scale_factor=1.5, locale="nl-BE"
    )
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(f"{demonstration.app.http.url}/demo")
    melder, buur, beheerder = (
        page.frame_locator(f'iframe[src="/demo/phone/{name}/"]')
        for name in ("melder", "buur", "beheerder")
    )
    await expect(buur.locator("#log")).to_contain_text("Welkom bij buurtpreventie Munsterbilzen")
    await page.get_by_role("button", name="Speel af").click()
    await expect(buur.locator(".card.open")).to_contain_text("MELDING", timeout=20_000)
    await expect(beheerder.locator(".card")).to_contain_text("Afsluiten")
    await expect(melder.locator("#log")).to_contain_text("verstuurd naar", timeout=20_000)
    picture = tmp_path / "demo.png"
    await page.screenshot(path=picture)
    assert picture.stat().st_size > 50_000
    if os.environ.get("SAARBOT_PICTURES"):
        PICTURE.parent.mkdir(exist_ok=True)
        PICTURE.write_bytes(picture.read_bytes())
    await expect(page.locator("#mails li")).to_have_count(1, timeout=60_000)
    await expect(page.locator("#clock")).to_have_text("06:30")
    await expect(page.frame_locator("#letter").locator("body")).to_contain_text("DEMONSTRATIE")
    await expect(page.locator("#pages img")).not_to_have_count(0)
    await expect(buur.locator(".card.closed")).to_contain_text("AFGESLOTEN")
    await expect(beheerder.locator("#log")).to_contain_text("aanvaard")
    await expect(page.locator("#number")).to_have_text("7", timeout=20_000)
    assert complaints == []


async def test_typed_numbers_leave_no_old_buttons(
    demonstration: Demonstration, browser: Browser
) -> None:
    """Whoever types instead of pressing sees only the newest question's choices."""
    page = await browser.new_page(viewport={"width": 390, "height": 844}, locale="nl-BE")
    await page.goto(f"{demonstration.app.http.url}/demo/phone/melder/")
    log = page.locator("#log")

    async def types(text: str, then: str) -> None:
        await page.fill("#say", text)
        await page.press("#say", "Enter")
        await expect(log).to_contain_text(then)

    await types("meld", "Wat is het geval?")
    await expect(log.locator("a.call")).to_be_visible()
    await types("1", "Wat zie of zag je")
    await expect(log.locator("a.call")).to_have_count(0)
    await expect(log.get_by_role("button", name="Ik bel nu")).to_have_count(0)
    await types("Man voelt aan autodeuren", "Waar is het")
    await expect(log.locator(".choice")).to_have_count(0)
    await expect(log.get_by_role("button", name="Deel mijn locatie")).to_be_visible()
    await types("Kloosterstraat 12", "Klopt het?")
    await expect(log.get_by_role("button", name="Versturen")).to_be_visible()

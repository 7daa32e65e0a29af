"""A whole bot with two browsers: what the core decides stands around the conversation."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from adapters.webchat.identity import person_id
from bot.app import App
from bot.clock import SystemClock
from bot.settings.reader import load
from tests.browser import ON_ITS_LOOP

pytestmark = [pytest.mark.browser, ON_ITS_LOOP]
TOKEN = "the-coordinators-own-browser"
CONFIG = """
data_dir: {data}
language: nl
http: {{listen: "127.0.0.1:0"}}
adapters:
  webchat: {{heartbeat_s: 1}}
neighbourhoods:
  munsterbilzen:
    name: Munsterbilzen
    preset: bilzen
    invite_code: rozenstraat
    streets: [Kerkstraat, Rozenstraat]
    coordinators: ["webchat:{coordinator}"]
"""


@pytest_asyncio.fixture(loop_scope="session")
async def app(tmp_path: Path) -> AsyncIterator[App]:
    file = tmp_path / "saarbot.yaml"
    file.write_text(CONFIG.format(data=tmp_path / "data", coordinator=person_id(TOKEN)), "utf-8")
    app = App(load(file, {}), clock=SystemClock())
    await app.start()
    yield app
    await app.stop()


async def says(page: Page, text: str, then: str) -> None:
    await page.fill("#say", text)
    await page.press("#say", "Enter")
    await hears(page, then)


async def hears(page: Page, text: str) -> None:
    await page.locator("#log .bot, #log .card").filter(has_text=text).last.wait_for(timeout=10_000)


async def test_a_newcomer_is_let_in_from_the_desk_and_both_see_the_alert(
    app: App, browser: Browser
) -> None:
    """The request stands on the desk; one press admits; a report changes header, bar and desk."""
    url = app.http.url
    wide = await browser.new_context(viewport={"width": 1440, "height": 900}, locale="nl-BE")
    await wide.add_cookies([{"name": "saar", "value": TOKEN, "url": url}])
    els, nina = await wide.new_page(), await browser.new_page(locale="nl-BE")
    await els.goto(url)
    sentence = els.locator("#desk .sentence")
    await expect(sentence).to_have_text("Er is geen melding open. Er wacht niets op jou.")
    await expect(els.locator("#detail")).to_have_text("Beheerder 1 · 1 lid")
    await nina.goto(f"{url}/u/rozenstraat")
    await nina.get_by_role("button", name="Doe mee").click()
    await hears(nina, "huisregels")
    await nina.get_by_role("button", name="Ja").click()
    await hears(nina, "Hoe heet je")
    await says(nina, "Nina Smets", "straat")
    await says(nina, "Rozenstraat", "beheerder")
    await expect(sentence).to_contain_text("1 ding wacht op jou.")
    await expect(nina.locator("#detail")).to_have_text("Buurtpreventie")
    await els.get_by_role("button", name="Goedkeuren: Nina Smets").click()
    await hears(nina, "Welkom")
    await expect(nina.locator("#detail")).to_have_text("Buur 2 · 2 leden")
    await expect(sentence).to_contain_text("Er wacht niets op jou.")
    await says(nina, "meld", "Bel eerst 101")
    await nina.get_by_role("button", name="Ik heb 101 gebeld").click()
    await hears(nina, "Wat zie")
    await says(nina, "man voelt aan autodeuren", "Waar")
    await says(nina, "Kerkstraat 12", "Klopt het?")
    await nina.locator("#log .choice").filter(has_text="Versturen").click()
    await hears(els, "MELDING")
    await expect(nina.locator("#bar")).to_contain_text("Kerkstraat, open sinds")
    await expect(sentence).to_contain_text("1 melding is open.")
    await expect(els.locator("#desk")).to_contain_text("Verstuurd: 1 van 1")
    await expect(els.locator("#desk")).not_to_contain_text("Kerkstraat 12")
    await wide.close()

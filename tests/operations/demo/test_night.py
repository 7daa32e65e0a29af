"""The whole night in a real browser, played by its own button; the README's picture is made here."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import AsyncIterator
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

import config
from bot.operations.demo.demonstration import Demonstration
from bot.police.sink import MailboxSink
from bot.settings.reader import load
from bot.testkit.peer import eventually

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
    await page.get_by_role("button", name="Speel af").click()
    await expect(page.get_by_role("button", name="Speel af")).to_be_visible(timeout=20_000)
    await expect(page.locator("#mails li")).to_have_count(1)
    await expect(page.locator("#clock")).to_have_text("06:30")
    assert complaints == []


async def test_a_package_that_does_not_hold_is_not_called_checked(
    demonstration: Demonstration, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last caption stands only over a package that verifies."""
    kept = MailboxSink._keep

    def spoilt(sink: MailboxSink, data: bytes) -> None:
        kept(sink, _without_one_byte(data))

    monkeypatch.setattr(MailboxSink, "_keep", spoilt)
    demonstration._breath_s = 0.0
    for person in demonstration.people.values():
        await person.opens()
    await demonstration.play()
    await eventually(lambda: not demonstration.scene().playing, what="it is over", within=60)
    assert demonstration.sink.mails()
    assert demonstration.scene().step == 6


def _without_one_byte(data: bytes) -> bytes:
    """The mail with the package's log changed by one letter."""
    message = message_from_bytes(data, policy=default)
    for part in message.iter_attachments():
        if part.get_content_type() == "application/zip":
            part.set_content(
                _changed(part.get_content()),
                maintype="application",
                subtype="zip",
                filename=part.get_filename(),
            )
    return bytes(message)


def _changed(package: bytes) -> bytes:
    old, new = zipfile.ZipFile(io.BytesIO(package)), io.BytesIO()
    with old, zipfile.ZipFile(new, "w") as target:
        for info in old.infolist():
            content = old.read(info)
            if info.filename.endswith("log.jsonl"):
                content = content.replace(b"autodeuren", b"autodeurex")
            target.writestr(info, content)
    return new.getvalue()


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

    await types("meld", "Wat klopt voor jou?")
    await expect(log.locator("a.call")).to_be_visible()
    await types("1", "Wat zie of zag je")
    await expect(log.locator("a.call")).to_have_count(0)
    await expect(log.get_by_role("button", name="Ik bel nu")).to_have_count(0)
    await types("Man voelt aan autodeuren", "Waar is het")
    await expect(log.locator(".choice")).to_have_count(0)
    await expect(log.get_by_role("button", name="Deel mijn locatie")).to_be_visible()
    await types("Kloosterstraat 12", "Klopt het?")
    await expect(log.get_by_role("button", name="Versturen")).to_be_visible()


async def test_an_invitation_names_the_neighbourhood(
    demonstration: Demonstration, browser: Browser
) -> None:
    """Whatever the case of its code; another code names none."""
    page = await browser.new_page(locale="nl-BE")
    await page.goto(f"{demonstration.app.http.url}/u/RozenStraat")
    await expect(page.locator("#welcome")).to_contain_text("buurtpreventie Munsterbilzen")
    await page.get_by_role("button", name="Doe mee").click()
    await expect(page.locator("#log")).to_contain_text("Welkom bij buurtpreventie Munsterbilzen")
    await page.goto(f"{demonstration.app.http.url}/u/nergens")
    await expect(page.locator("#welcome h2")).to_have_text("Doe mee met de buurtpreventie")

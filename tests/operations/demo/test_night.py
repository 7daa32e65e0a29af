"""The whole night in a real browser, played by its own button; the README's picture is made here."""

from __future__ import annotations

import asyncio
import io
import os
import re
import zipfile
from collections.abc import AsyncIterator
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

import config
from bot.operations.demo.demonstration import Demonstration
from bot.operations.demo.stage import Button
from bot.police.sink import MailboxSink
from bot.settings.reader import load
from bot.testkit.peer import eventually
from tests.browser import ON_ITS_LOOP

pytestmark = [pytest.mark.browser, ON_ITS_LOOP]
PICTURE = Path(__file__).parents[3] / "docs" / "pictures" / "demo.png"


@pytest_asyncio.fixture(loop_scope="session")
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
    await expect(beheerder.locator("#log")).to_contain_text("De buren kennen je als Beheerder 3")
    await page.get_by_role("button", name="Speel af").click()
    await expect(page.locator("#dutch")).to_contain_text("verstuurd naar", timeout=20_000)
    await expect(buur.locator(".card.open")).to_contain_text("MELDING")
    await expect(beheerder.locator(".card")).to_contain_text("Afsluiten")
    await expect(melder.locator("#log")).to_contain_text("verstuurd naar")
    picture = tmp_path / "demo.png"
    await page.screenshot(path=picture)
    assert picture.stat().st_size > 50_000
    if os.environ.get("SAARBOT_PICTURES"):
        PICTURE.parent.mkdir(exist_ok=True)
        PICTURE.write_bytes(picture.read_bytes())
    await expect(melder.locator(".upload img.thumb")).to_have_count(2, timeout=30_000)
    await expect(page.locator("#number")).to_have_text("5", timeout=60_000)
    # What is told after the end would move the closed card up.
    await page.get_by_role("button", name="Pauze").click()
    await expect(buur.locator(".card.closed h3")).to_be_in_viewport()
    await expect(beheerder.locator(".card.closed h3")).to_be_in_viewport()
    await page.get_by_role("button", name="Speel af").click()
    assert await page.evaluate("scrollY") == 0
    await expect(page.locator("#mails li")).to_have_count(1, timeout=60_000)
    await expect(page.locator("#clock")).to_have_text("06:30")
    await expect(page.frame_locator("#letter").locator("body")).to_contain_text("DEMONSTRATIE")
    await expect(page.locator("#photos img")).to_have_count(2)
    await expect(page.locator("#pages img")).not_to_have_count(0)
    await expect(beheerder.locator("#log")).to_contain_text("aanvaard")
    await expect(page.locator("#number")).to_have_text("7", timeout=20_000)
    await expect(page.locator("#notice")).to_contain_text("That was the whole night.")
    assert complaints == []


async def test_whoever_takes_a_phone_is_told_and_may_play_anew(
    demonstration: Demonstration, browser: Browser
) -> None:
    """The story stops with a sentence, every control works on, and a new night begins clean."""
    serving = asyncio.create_task(demonstration.serve())
    page = await browser.new_page(viewport={"width": 1440, "height": 900}, locale="nl-BE")
    await page.goto(f"{demonstration.app.http.url}/demo")
    await page.get_by_role("button", name="Speel af").click()
    await expect(page.locator("#number")).to_have_text("1", timeout=20_000)
    buur = page.frame_locator('iframe[src="/demo/phone/buur/"]')
    await buur.locator("#say").fill("hallo")
    await buur.locator("#say").press("Enter")
    await expect(page.locator("#notice")).to_contain_text("You took over the neighbour’s phone")
    await page.get_by_role("button", name="naar 06:30").click()
    await expect(page.locator("#english")).to_contain_text("no mail goes out", timeout=20_000)
    await expect(page.locator("#mails li")).to_have_count(0)
    await page.get_by_role("button", name="Opnieuw").click()
    await expect(page.locator("#notice")).to_be_hidden(timeout=20_000)
    await expect(page.locator("#number")).to_have_text("2", timeout=30_000)
    await expect(page.locator("#clock")).to_contain_text("23:1")
    await expect(buur.locator("#log")).not_to_contain_text("hallo")
    serving.cancel()


async def test_pause_lets_what_was_begun_be_seen(demonstration: Demonstration) -> None:
    """No act is done twice, however often the button is pressed."""
    demonstration.breath_s = 0.02
    await demonstration.play()
    for _ in range(6):
        await asyncio.sleep(0.15)
        await demonstration.pause()
        assert demonstration.scene().button is Button.PLAY
        await demonstration.play()
    await eventually(lambda: demonstration.scene().step == 3, what="the alert is out", within=30)
    said = [item["text"] for item in demonstration.people["melder"].shown() if item["from"] == "me"]
    assert said.count("meld") == said.count("Kloosterstraat 12") == 1


async def test_the_clock_passes_the_night_in_its_order(demonstration: Demonstration) -> None:
    """Turned by hand with an alert open: it closes by itself hours before the mail tells of it."""
    melder = demonstration.people["melder"]
    for text, then in (
        ("meld", "report.gate"),
        ("1", "report.what"),
        ("man voelt aan autodeuren", "report.where"),
        ("Kloosterstraat 12", "report.confirm"),
        ("1", "alerts.reach"),
    ):
        await melder.says(text)
        await melder.reads(then)
    assert demonstration.scene().button is Button.PLAY, (
        "the demonstration's own words are no hand's"
    )
    await demonstration.morning()
    await eventually(lambda: demonstration.scene().step >= 6, what="a mail came", within=20)
    assert "1 report" in demonstration.tale.says[1] or demonstration.scene().step == 7
    assert demonstration.scene().notice is None
    transcript = demonstration.transcript()
    assert re.search(r"^03:\d\d:\d\d  buur .*GEEN NIEUWS", transcript, re.MULTILINE)
    await demonstration.morning()
    await eventually(lambda: "no mail" in demonstration.scene().says[1], what="silence", within=20)


async def test_the_transcript_reads_as_what_people_saw(demonstration: Demonstration) -> None:
    """An edit stands at its own time, and the first words where they were read."""
    demonstration.breath_s = 0.0
    mail = await demonstration.tell()
    assert mail.suffix == ".eml"
    transcript = demonstration.transcript()
    first, counted, closed = (
        re.search(pattern, transcript, re.MULTILINE)
        for pattern in (
            r"^23:15:\d\d  buur  .*Saarbot: MELDING M-2026-0001$",
            r"^23:2[2-5]:\d\d  buur  .*changed: MELDING M-2026-0001$",
            r"^23:41:\d\d  buur  .*changed: MELDING M-2026-0001 · AFGESLOTEN$",
        )
    )
    assert first
    assert counted
    assert closed
    assert first.start() < counted.start() < closed.start()
    assert "Buur uit de straat" not in transcript


async def test_a_package_that_does_not_hold_is_not_called_checked(
    demonstration: Demonstration, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last caption stands only over a package that verifies."""
    kept = MailboxSink._keep

    def spoilt(sink: MailboxSink, data: bytes) -> None:
        kept(sink, _without_one_byte(data))

    monkeypatch.setattr(MailboxSink, "_keep", spoilt)
    demonstration.breath_s = 0.0
    await demonstration.play()
    await eventually(lambda: demonstration.scene().notice is not None, what="it is over", within=60)
    assert demonstration.sink.mails()
    assert demonstration.scene().step == 6
    assert "was changed" in demonstration.scene().says[1]


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

"""`saarbot demo` as a visitor sees it: the real process, its page in a real Chromium."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect, sync_playwright

from tests.browser import ARGUMENTS
from tests.e2e.process import Saarbot, wait_until
from tests.tools import tool

pytestmark = [pytest.mark.process, pytest.mark.browser]

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
CONFIG = (Path(__file__).parents[2] / "config" / "demo.yaml").read_text()
# Notes every step that the page shows.
WATCH = """() => {
  const number = document.getElementById("number");
  window.steps = [number.textContent];
  new MutationObserver(() => window.steps.push(number.textContent))
    .observe(number, { childList: true, characterData: true, subtree: true });
}"""


@pytest.fixture
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=tool("chromium"), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Saarbot]:
    """The shipped configuration, on a free port, with data in an empty folder."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    config = CONFIG.replace("127.0.0.1:8080", f"127.0.0.1:{port}").replace("../var/demo", "data")
    with Saarbot(tmp_path, config) as demo:
        demo.start("demo", "-c", str(demo.file))
        wait_until(lambda: "in a browser" in demo.said(), told=demo.said, seconds=30)
        yield demo
        assert demo.stop() == 0
        assert demo.complaints() == []


class Stage:
    """The page, and all that its console complains of: what its fence stops is told there too."""

    def __init__(self, chromium: Browser, demo: Saarbot) -> None:
        context = chromium.new_context(
            viewport={"width": 1440, "height": 900}, locale="nl-BE", timezone_id="Europe/Brussels"
        )
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        words = next(word for word in demo.said().split() if word.startswith("http"))
        self.page.goto(words)
        expect(self.page.locator("#clock")).to_have_text("23:12")
        self.page.evaluate(WATCH)

    def _heard(self, message: Any) -> None:
        # A restart of the demonstration breaks the lines of its pages, which come back by themselves.
        if message.type in {"error", "warning"} and "ERR_" not in message.text:
            self.complaints.append(message.text)

    def phone(self, name: str) -> FrameLocator:
        return self.page.frame_locator(f'iframe[src="/demo/phone/{name}/"]')

    def presses(self, name: str) -> None:
        self.page.get_by_role("button", name=name).click()

    def says(self, name: str, text: str, then: str) -> None:
        """Type on one of the phones and read the answer."""
        phone = self.phone(name)
        phone.locator("#say").fill(text)
        phone.locator("#say").press("Enter")
        expect(phone.locator("#log")).to_contain_text(then, timeout=15_000)

    def serious(self) -> list[str]:
        """What axe finds serious on the page itself; the phones have tests of their own."""
        self.page.evaluate(AXE)
        found = self.page.evaluate("axe.run({resultTypes: ['violations'], iframes: false})")
        return [
            f"{violation['id']}: {node['html']}"
            for violation in found["violations"]
            if violation["impact"] in {"serious", "critical"}
            for node in violation["nodes"]
        ]


def mail_and_report_are_read(stage: Stage) -> None:
    """The mail's words, and each page of its PDF as a picture."""
    page = stage.page
    expect(page.locator("#mails li")).to_have_count(1, timeout=60_000)
    expect(page.locator("#mails")).to_contain_text("[SAAR Munsterbilzen P-0001 1/1]")
    letter = page.frame_locator("#letter").locator("body")
    expect(letter).to_contain_text("DEMONSTRATIE")
    expect(letter).to_contain_text("Kloosterstraat")
    expect(page.locator("#pages img").first).to_be_visible()
    for picture in page.locator("#pages img").all():
        picture.scroll_into_view_if_needed()
        expect(picture).to_have_js_property("complete", value=True, timeout=20_000)
        assert picture.evaluate("image => image.naturalWidth") > 1000


@pytest.mark.timeout(240)
def test_the_night_plays_by_itself(demo: Saarbot, chromium: Browser) -> None:
    """One press of the button: every step comes, in order, and at the end the mail is read."""
    stage = Stage(chromium, demo)
    assert stage.serious() == []
    stage.presses("Speel af")
    expect(stage.phone("buur").locator(".card.open")).to_be_visible(timeout=60_000)
    expect(stage.phone("melder").locator("#log")).to_contain_text("verstuurd naar 18 van 19")
    assert stage.serious() == []
    expect(stage.page.locator("#number")).to_have_text("7", timeout=120_000)
    assert list(dict.fromkeys(stage.page.evaluate("window.steps"))) == list("01234567")
    expect(stage.page.locator("#clock")).to_have_text("06:30")
    mail_and_report_are_read(stage)
    expect(stage.phone("beheerder").locator("#log")).to_contain_text("aanvaard")
    assert stage.serious() == []
    assert stage.complaints == []


@pytest.mark.timeout(240)
def test_a_visitor_lives_the_night_and_begins_again(demo: Saarbot, chromium: Browser) -> None:
    """Typed on the phones, the clock turned by hand, and then all of it from the start."""
    stage = Stage(chromium, demo)
    expect(stage.phone("buur").locator("#log")).to_contain_text("Welkom")
    reports(stage)
    stage.presses("naar 06:30")
    expect(stage.page.locator("#clock")).to_have_text("06:30")
    expect(stage.page.locator("#date")).to_contain_text("vrijdag")
    mail_and_report_are_read(stage)

    stage.presses("Van voren af aan")
    expect(stage.page.locator("#clock")).to_have_text("23:12", timeout=30_000)
    expect(stage.page.locator("#mails li")).to_have_count(0)
    expect(stage.page.locator("#none")).to_be_visible()
    log = stage.phone("melder").locator("#log")
    expect(log).not_to_contain_text("Kloosterstraat", timeout=30_000)
    expect(log).to_contain_text("Welkom", timeout=30_000)
    reports(stage)
    assert stage.complaints == []


def reports(stage: Stage) -> None:
    """The reporter types, the neighbour sees the card."""
    stage.says("melder", "meld", "Bel eerst 101")
    stage.says("melder", "1", "Wat zie of zag je")
    stage.says("melder", "man voelt aan autodeuren", "Waar is het")
    stage.says("melder", "Kloosterstraat 12", "Klopt het?")
    stage.says("melder", "1", "gaat nu naar de buurt")
    card = stage.phone("buur").locator(".card.open")
    expect(card).to_contain_text("MELDING M-2026-0001", timeout=15_000)

"""A running web chat, and a real browser looking at it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page

from tests.adapters.webchat.house import House


@pytest_asyncio.fixture(loop_scope="session")
async def house(tmp_path: Path) -> AsyncIterator[House]:
    house = House(tmp_path / "spool", settings={"heartbeat_s": 1})
    await house.start()
    yield house
    await house.stop()


class Phone:
    """One person's browser. What its console complains of is kept."""

    def __init__(self, context: BrowserContext, page: Page, house: House) -> None:
        self.context = context
        self.page = page
        self.house = house
        self.complaints: list[str] = []
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _heard(self, message: Any) -> None:
        """A server that is away, or came back and knows no earlier line, is no fault of the page."""
        away = "ERR_CONNECTION_REFUSED" in message.text or "410 (Gone)" in message.text
        if message.type in {"error", "warning"} and not away:
            self.complaints.append(message.text)

    async def opens(self, path: str = "/") -> None:
        await self.page.goto(self.house.url + path)
        await self.page.wait_for_selector('#log[aria-busy="false"]', state="attached")

    async def says(self, text: str) -> None:
        await self.page.fill("#say", text)
        await self.page.press("#say", "Enter")

    async def reads(self, text: str, *, timeout: float = 10_000) -> None:
        """Return when the conversation shows `text`."""
        await self.page.locator("#log").get_by_text(text).last.wait_for(timeout=timeout)

    async def lines(self) -> list[str]:
        """The first line of every bubble, oldest first."""
        texts = await self.page.locator("#log .said, #log .card").all_inner_texts()
        return [text.splitlines()[0] for text in texts]


@pytest_asyncio.fixture(loop_scope="session")
async def phones(browser: Browser, house: House) -> AsyncIterator[Callable[..., Any]]:
    """Make phones: `await phones()` is somebody new, in a browser of their own."""
    made: list[Phone] = []

    async def make(**options: Any) -> Phone:
        settings = {"viewport": {"width": 390, "height": 844}, "locale": "nl-BE"} | options
        context = await browser.new_context(**settings)
        phone = Phone(context, await context.new_page(), house)
        made.append(phone)
        return phone

    yield make
    for phone in made:
        await phone.context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def phone(phones: Callable[..., Any]) -> Phone:
    """A phone that is nobody's yet."""
    made: Phone = await phones()
    return made

"""A real Chromium, started once for all tests: each has contexts of its own, closed behind it.

Starting it is most of a short test. Its connection lives on the session's loop, so tests that drive
it, and the fixtures that they stand on, run there: `ON_ITS_LOOP` and `loop_scope="session"`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from tests.tools import tool

ARGUMENTS: Final = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
ON_ITS_LOOP: Final = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def started_browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=tool("chromium"), args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def browser(started_browser: Browser) -> AsyncIterator[Browser]:
    """The browser, with nothing open in it."""
    yield started_browser
    for context in started_browser.contexts:
        await context.close()

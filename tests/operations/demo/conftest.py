"""The stage with three real phones, served as the bot serves it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from bot.operations.demo.page import page as stage_page
from tests.adapters.webchat.house import ABOUT, House
from tests.operations.demo.night import Night

PEOPLE = {name: f"made-up-person-{name}" for name in ("melder", "buur", "beheerder")}


@pytest.fixture
def night(tmp_path: Path) -> Night:
    folder = tmp_path / "police-mailbox"
    folder.mkdir()
    return Night(folder)


@pytest_asyncio.fixture(loop_scope="session")
async def house(tmp_path: Path, night: Night) -> AsyncIterator[House]:
    house = House(tmp_path / "spool", about=ABOUT | {"demo_people": PEOPLE})
    house.mounts(stage_page(night))
    await house.start()
    yield house
    await house.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, house: House) -> Page:
    """The stage in a browser as wide as a projector, once it has drawn itself."""
    page = await browser.new_page(
        viewport={"width": 1440, "height": 900}, base_url=house.url, locale="nl-BE"
    )
    await page.goto("/demo")
    await page.wait_for_function("() => document.getElementById('clock').textContent !== ''")
    return page

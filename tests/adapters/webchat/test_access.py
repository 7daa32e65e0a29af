"""Everybody can use the page: screen reader, large text, dark and light, a strict policy."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.async_api import FilePayload, expect

from bot.messaging import Outgoing
from tests.adapters.webchat.conftest import Phone
from tests.adapters.webchat.house import House
from tests.adapters.webchat.script import GATE, alert, around, desk, newcomer, say
from tests.browser import ON_ITS_LOOP

pytestmark = [pytest.mark.browser, ON_ITS_LOOP]
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
Phones = Callable[..., Awaitable[Phone]]


async def findings(phone: Phone) -> list[str]:
    """What axe finds serious or worse."""
    await phone.page.evaluate(AXE)
    found = await phone.page.evaluate("axe.run({resultTypes: ['violations']})")
    return [
        f"{violation['id']}: {node['html']}"
        for violation in found["violations"]
        if violation["impact"] in {"serious", "critical"}
        for node in violation["nodes"]
    ]


async def full_page(house: House, phone: Phone) -> None:
    """Every kind of message, and an open alert's bar."""
    await phone.opens()
    await phone.says("meld")
    await phone.reads("meld")
    chat = house.people()[-1]
    for state in ("open", "waiting", "closed", "no_news", "rectified", "drill"):
        await say(house, chat, alert(state))
    await say(house, chat, GATE)
    await say(house, chat, Outgoing(text="**Waar?**", ask="location"))
    await phone.reads("Waar?")
    house.show(chat, **around())
    await expect(phone.page.locator("#bar")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_serious(house: House, phones: Phones, scheme: str) -> None:
    """A full conversation, and the page of a stranger, in light and dark."""
    stranger = await phones(color_scheme=scheme)
    await stranger.opens()
    assert await findings(stranger) == []
    phone = await phones(color_scheme=scheme)
    await full_page(house, phone)
    await phone.page.route("**/webchat/upload?*", lambda _route: None)  # it never ends
    film: FilePayload = {"name": "film.mp4", "mimeType": "video/mp4", "buffer": bytes(1000)}
    await phone.page.set_input_files("#files", [film])
    await phone.reads("%, nog")
    assert await findings(phone) == []
    await phone.page.get_by_role("button", name="Stoppen").click()
    await phone.page.unroute("**/webchat/upload?*")
    empty: FilePayload = {"name": "leeg.jpg", "mimeType": "image/jpeg", "buffer": b""}
    await phone.page.set_input_files("#files", [empty])
    await phone.reads("leeg")
    assert await findings(phone) == []
    await house.stop()
    await phone.says("ben ik er nog")
    await expect(phone.page.locator("#alarm")).to_contain_text("Geen verbinding")
    assert await findings(phone) == []
    await house.start()
    assert phone.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_serious_around_the_talk(
    house: House, phones: Phones, scheme: str
) -> None:
    """An open alert's bar, the coordinator's desk, and a session that is over."""
    wide = await phones(color_scheme=scheme, viewport={"width": 1440, "height": 900})
    await wide.opens()
    await wide.says("/wachtrij")
    await wide.reads("/wachtrij")
    house.show(house.people()[-1], **around(desk=desk(newcomer(12, "Nina Smets"))))
    await expect(wide.page.locator("#desk .list").first).to_be_visible()
    assert await findings(wide) == []
    await wide.page.set_viewport_size({"width": 390, "height": 844})
    await expect(wide.page.locator("#bar button")).to_be_visible()
    assert await findings(wide) == []
    await wide.context.clear_cookies()
    await expect(wide.page.locator("#alarm a")).to_be_visible(timeout=15_000)
    assert await findings(wide) == []


@pytest.mark.parametrize("width", [320, 390, 1280])
async def test_text_of_twice_the_size_still_fits(house: House, phones: Phones, width: int) -> None:
    """Nothing runs off the side; the call button stays in sight."""
    phone = await phones(viewport={"width": width, "height": 844})
    await full_page(house, phone)
    await phone.page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert await phone.page.evaluate("document.documentElement.scrollWidth") <= width
    assert (
        await phone.page.evaluate(
            "document.getElementById('scroll').scrollWidth - document.getElementById('scroll').clientWidth"
        )
        <= 0
    )
    for name in ("#call", "#say", ".send"):
        box = await phone.page.locator(name).bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["y"] + box["height"] <= 844


async def test_everything_that_can_be_tapped_is_large(house: House, phone: Phone) -> None:
    """48 px at the least."""
    await full_page(house, phone)
    for target in await phone.page.locator("a:visible, button:visible, textarea:visible").all():
        if await target.get_attribute("class") == "skip":
            continue
        box = await target.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 48, await target.inner_text()


async def test_a_screen_reader_hears_what_is_new(house: House, phone: Phone) -> None:
    """The conversation is a log with a name; the line's state is an alert; each button has words."""
    await full_page(house, phone)
    await expect(phone.page.get_by_role("log", name="Gesprek")).to_be_visible()
    await expect(phone.page.get_by_role("button", name="Versturen")).to_be_visible()
    await expect(phone.page.get_by_role("button", name="Foto of video kiezen")).to_be_visible()
    await expect(phone.page.get_by_role("link", name="Bel 101", exact=True)).to_be_visible()
    await expect(phone.page.get_by_role("article", name="MELDING 117, OPEN")).to_be_visible()
    assert await phone.page.locator("#alarm").get_attribute("role") == "alert"


async def test_the_strict_policy_is_never_broken(house: House, phone: Phone) -> None:
    """No inline script or style, no foreign source, from welcome to card."""
    await phone.page.add_init_script(
        "addEventListener('securitypolicyviolation',"
        " (e) => console.error('POLICY ' + e.violatedDirective))"
    )
    await full_page(house, phone)
    assert phone.complaints == []

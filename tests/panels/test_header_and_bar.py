"""What every member's page shows around the conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from bot.store import schema
from bot.store.statement import Statement

if TYPE_CHECKING:
    from bot.messaging import Address, Panels
    from bot.store.tx import Reader
    from tests.panels.conftest import Watchers
    from tests.story.village import Village


async def test_the_header_says_which_group_how_many_and_who_one_is(
    street: Village, watchers: Watchers
) -> None:
    """Carla reads the neighbourhood's name, its number of members, and her own pseudonym."""
    page = watchers.opens(street.carla)
    panels = await page.shows(lambda p: p.header, "a header")
    assert panels.header is not None
    assert panels.header.name == "Munsterbilzen"
    assert panels.header.detail == "Buur 5 · 6 leden"
    assert panels.bar is None
    assert panels.desk is None
    await street.admits(street.telegram.person("Jan"), "Jan Claes")
    await page.shows(lambda p: p.header and p.header.detail.endswith("7 leden"), "seven")


async def test_the_bar_tells_of_an_open_alert_until_it_is_over(
    street: Village, watchers: Watchers
) -> None:
    """Number, street without the house number, since when; gone in the commit that closes it."""
    page = watchers.opens(street.carla)
    alert = await street.reports(street.anna)
    panels = await page.shows(lambda p: p.bar, "a bar")
    assert panels.bar is not None
    assert panels.bar.title == f"MELDING {alert.number}"
    assert panels.bar.text.startswith("Kerkstraat, open sinds ")
    assert "12" not in panels.bar.text.partition("sinds")[0]
    assert panels.bar.state == "open"
    street.els.says(f"/sluit {alert.number}")
    await street.els.hears("afgelopen")
    street.els.says("1")
    await street.settled()
    await page.shows(lambda p: p.bar is None, "no bar")


async def test_two_open_alerts_are_one_bar(street: Village, watchers: Watchers) -> None:
    """The newest, and how many more there are."""
    page = watchers.opens(street.carla)
    await street.reports(street.anna)
    await street.skips_enrichment(street.anna)
    second = await street.reports(street.bram, what="ruit ingeslagen", where="Rozenstraat 3")
    panels = await page.shows(lambda p: p.bar and "nog 1" in p.bar.text, "both")
    assert panels.bar is not None
    assert second.number in panels.bar.title
    assert "Rozenstraat, open sinds" in panels.bar.text


async def test_a_newcomer_sees_nothing_from_before_their_time(
    street: Village, watchers: Watchers
) -> None:
    """What went out before somebody came in and is open still is theirs too; while relaying is
    stopped it is in no panel of theirs either.
    """
    await street.reports(street.anna)
    street.els.says("pauze")
    await street.els.hears("Doorsturen is gepauzeerd")
    new = street.web.person("Nina")
    await street.admits(new, "Nina Smets")
    page, carla = watchers.opens(new), watchers.opens(street.carla)
    await carla.shows(lambda p: p.bar, "who got the card sees the bar")
    panels = await page.shows(lambda p: p.header, "a header")
    assert panels.bar is None
    street.els.says("pauze")
    await page.shows(lambda p: p.bar, "the bar")


async def test_who_reads_along_in_a_group_knows_its_alerts(
    street: Village, watchers: Watchers
) -> None:
    """Dirk has the card in the Telegram group, not in a chat of his own: his page has the bar."""
    page = watchers.opens(street.dirk)
    await street.reports(street.anna)
    assert not street.saw_card(street.dirk)
    await page.shows(lambda p: p.bar, "the bar")


async def test_whoever_is_no_member_is_shown_nothing(street: Village, watchers: Watchers) -> None:
    """A stranger, somebody who only asked, and somebody who left."""
    stranger, asking = street.web.person("Vreemd"), street.web.person("Vraagt")
    asking.says("/start rozenstraat")
    await asking.hears("huisregels")
    pages = [watchers.opens(stranger), watchers.opens(asking), watchers.opens(street.carla)]
    await pages[2].shows(lambda p: p.header, "a member's header")
    assert all(page.seen and page.now.header is None for page in pages[:2])
    street.carla.says("/stop")
    await street.carla.hears("Wat wil je doen")
    street.carla.presses("De groep verlaten")
    await street.carla.hears("verlaten")
    street.carla.presses("Ja")
    await pages[2].shows(lambda p: p.header is None, "nothing for who left")


def rows(reader: Reader) -> list[int]:
    """How many messages were ever posted, and how much the adapters keep."""
    tables = (schema.outbox, schema.adapter_storage)
    return [reader.value(Statement(select(func.count()).select_from(t))) for t in tables]


async def test_panels_are_no_messages(street: Village, watchers: Watchers) -> None:
    """Nothing is posted, nothing is written for them, however many change."""
    page = watchers.opens(street.carla)
    await page.shows(lambda p: p.header, "a header")
    with street.store.reading() as reader:
        before = rows(reader)
    for _ in range(5):
        watchers.opens(street.els)
    await watchers.pages[-1].shows(lambda p: p.desk, "a desk")
    with street.store.reading() as reader:
        assert rows(reader) == before


async def test_where_nobody_looks_nothing_is_read(street: Village, watchers: Watchers) -> None:
    """No page is open: an alert costs the panels not one look at the store."""
    looks = 0
    read = watchers.views._read

    def counted(chats: set[Address]) -> dict[Address, Panels]:
        nonlocal looks
        looks += 1
        return read(chats)

    watchers.views._read = counted  # type: ignore[method-assign]  # counted on its way
    await street.reports(street.anna)
    assert looks == 0
    page = watchers.opens(street.carla)
    await page.shows(lambda p: p.bar, "whoever comes later sees how it stands")
    assert looks > 0

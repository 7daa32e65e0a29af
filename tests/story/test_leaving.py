"""Whoever pauses or leaves gets nothing any more, also not what was under way."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.errors import RateLimited
from bot.store import people as people_store

if TYPE_CHECKING:
    from bot.store.tx import Tx
    from tests.story.village import Village


async def goes(street: Village, name: str) -> None:
    """A member leaves, on another messenger of theirs."""

    def work(tx: Tx) -> None:
        members = people_store.members_of(tx, "munsterbilzen")
        street.house.joining.leave(tx, next(one for one in members if one.name == name))

    await street.store.writer.submit(work)


async def test_whoever_pauses_gets_no_alerts_until_the_morning(street: Village) -> None:
    """`stop`, then "tot morgen": no card tonight, and one again after eight."""
    street.carla.says("stop")
    await street.carla.hears("Wat wil je doen")
    street.carla.presses("tot morgen")
    await street.carla.hears("Tot morgen")
    await street.reports(street.anna)
    await street.skips_enrichment(street.anna)
    assert not street.saw_card(street.carla)
    await street.later(hours=10)
    await street.reports(street.anna)
    assert street.saw_card(street.carla)


async def test_whoever_leaves_is_out(street: Village) -> None:
    """After "verlaten" no card comes, and a report is no longer taken."""
    street.carla.says("stop")
    await street.carla.hears("Wat wil je doen")
    street.carla.presses("verlaten")
    await street.carla.hears("echt verlaten")
    street.carla.presses("Ja")
    await street.carla.hears("geen lid meer")
    await street.reports(street.anna)
    assert not street.saw_card(street.carla)
    street.carla.says("meld")
    await street.carla.hears("Ik ken je nog niet")


async def test_whoever_leaves_gets_no_card_that_still_waited(street: Village) -> None:
    """The messenger asked for silence; when it is over nothing comes, not even how it ended."""
    busy = RateLimited("busy", after=timedelta(minutes=2))
    street.web.fails(busy, at=street.address_of(street.carla))
    await street.reports(street.anna)
    await goes(street, "Carla Vos")
    await street.later(minutes=3)
    await street.skips_enrichment(street.anna)
    street.anna.says("einde 1")
    await street.anna.hears("Hoe is de melding afgelopen")
    street.anna.presses("De persoon is weg")
    await street.telegram_group.hears("AFGESLOTEN")
    await street.settled()
    assert not street.saw_card(street.carla)
    assert not any("AFGESLOTEN" in text for text in street.carla.texts)


async def test_whoever_leaves_while_the_card_is_under_way_gets_no_second_try(
    street: Village,
) -> None:
    """Carla's page hangs, and she leaves: the send that is under way fails and isn't repeated, and
    the reporter, who read that the others are tried again, reads that everybody has it.
    """
    street.web.hangs(at=street.address_of(street.carla), times=2)
    street.web.timeout_s = 2
    await street.begins(street.anna)
    await street.tells(street.anna)
    street.anna.presses("Versturen")
    await street.anna.hears("gaat nu naar de buurt")
    await street.telegram_group.hears("MELDING")
    await street.signal_group.hears("MELDING")
    street.clock.advance(timedelta(seconds=6))
    await street.anna.hears("verstuurd naar 4 van 5 buren. Ik probeer de anderen opnieuw")
    await goes(street, "Carla Vos")
    await street.anna.hears("verstuurd naar 4 van 4 buren")
    street.web.heals()
    await street.settled()
    for _ in range(4):
        await street.later(seconds=5)
    assert not street.saw_card(street.carla)
    reach = street.log("case.reach")[-1].fields
    assert (reach["sent"], reach["of"]) == (4, 4)


async def test_whoever_left_reads_no_more_of_an_open_alert_they_saw(street: Village) -> None:
    """The card in Carla's chat stays as it was when she left; in the end it shows how it ended."""
    await street.reports(street.anna)
    await street.skips_enrichment(street.anna)
    await goes(street, "Carla Vos")
    street.bram.says("gezien")
    await street.bram.hears("Waar en wanneer")
    street.bram.says("Stationsstraat, nu")
    await street.telegram_group.hears("Waarneming van")
    await street.later(minutes=3)
    assert "1 waarneming" in street.card(street.telegram_group).text
    assert "Stationsstraat" not in street.card(street.carla).text
    street.anna.says("einde 1")
    await street.anna.hears("Hoe is de melding afgelopen")
    street.anna.presses("De persoon is weg")
    await street.carla.chat.hears("AFGESLOTEN")
    await street.settled()
    assert "AFGESLOTEN" in street.card(street.carla).text

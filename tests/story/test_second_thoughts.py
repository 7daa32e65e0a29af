"""People change their minds: about who calls, where it is, and whether they belong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from bot.testkit.people import Person
    from tests.story.village import Village


async def cannot_call(street: Village, who: Person) -> None:
    """Somebody who can't call lets the coordinators be asked."""
    who.says("meld")
    await who.hears("Bel eerst 101")
    who.presses("Ik kan niet bellen")
    await who.hears("112 BE")
    who.presses("Ja, vraag het")
    await who.hears("Ik vraag het nu")
    await street.settled()


async def test_whoever_calls_reads_the_corrected_place(street: Village) -> None:
    """A place that is changed after the coordinators were asked reaches them too."""
    anna = street.anna
    await cannot_call(street, anna)
    await street.tells(anna)
    await street.settled()
    anna.presses("Aanpassen")
    await anna.hears("Wat wil je")
    anna.presses("De plaats")
    await anna.hears("Waar is het")
    anna.says("Stationsstraat 5")
    await anna.hears("Klopt het?")
    await street.settled()
    assert any("Stationsstraat 5" in text for text in street.els.texts)


async def test_a_call_counts_though_the_reporter_went_back(street: Village) -> None:
    """A coordinator who was asked and called is believed; the reporter hears it."""
    await cannot_call(street, street.anna)
    street.anna.says("terug")
    await street.anna.hears("112 BE")
    street.els.says("gebeld")
    await street.settled()
    assert any("Een beheerder zegt dat 101 gebeld is" in text for text in street.anna.texts)


@pytest.mark.parametrize("choice", ["tot morgen", "verlaten"])
async def test_whoever_paused_or_left_hears_no_more_of_it(street: Village, choice: str) -> None:
    """Sightings no longer ring with somebody who paused or left in the middle of an alert."""
    await street.reports(street.anna)
    await street.skips_enrichment(street.anna)
    carla = street.carla
    carla.says("/stop")
    await carla.hears("Wat wil je doen")
    carla.presses(choice)
    await street.settled()
    if choice == "verlaten":
        carla.presses("Ja")
        await street.settled()
    before = len(carla.texts)
    street.bram.says("gezien")
    await street.bram.hears("Waar en wanneer")
    street.bram.says("Rozenstraat nu")
    await street.settled()
    assert not any("Waarneming" in text for text in carla.texts[before:])


async def test_no_number_of_anybody_reaches_the_neighbours(street: Village) -> None:
    """Phone numbers that are typed go to the police, not to the group."""
    anna = street.anna
    anna.says("/meld man voelt aan deuren, mijn nummer is 0470 12 34 56, Kerkstraat 12")
    await anna.hears("Bel eerst 101")
    anna.presses("Ik heb 101 gebeld")
    await anna.hears("Klopt het?")
    anna.presses("Versturen")
    await street.settled()
    cards = [text for text in street.carla.texts if "MELDING" in text]
    assert cards
    assert not any("0470" in text or "34 56" in text for text in cards)

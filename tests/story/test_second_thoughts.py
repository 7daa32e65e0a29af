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


async def back_at_the_gate(street: Village) -> None:
    """Anna, who let the coordinators be asked, goes back to the first question."""
    await cannot_call(street, street.anna)
    for question in ("112 BE", "Bel eerst 101"):
        street.anna.says("terug")
        await street.anna.hears(question)
    await street.settled()
    assert not any("vraagt niet meer" in text for text in street.els.texts)


async def test_whoever_thinks_better_of_asking_calls_it_off(street: Village) -> None:
    """Going back and answering no: the coordinators need not call, and nobody counts the minutes."""
    await cannot_call(street, street.anna)
    street.anna.says("terug")
    await street.anna.hears("112 BE")
    street.anna.presses("Nee")
    await street.anna.hears("ik vraag het niet aan de beheerders")
    await street.els.chat.hears("vraagt niet meer om te bellen")
    await street.gert.chat.hears("vraagt niet meer om te bellen")
    await street.later(minutes=3)
    assert not any("niemand" in text for text in street.anna.texts)
    street.gert.says("gebeld")
    await street.gert.hears("Er wacht niemand")


@pytest.mark.parametrize(
    ("choice", "told"),
    [
        ("Ik heb 101 gebeld", "Buur 3 heeft 101 zelf gebeld"),
        ("Ik bel nu", "vraagt niet meer om te bellen"),
        ("Iemand anders", "vraagt niet meer om te bellen"),
        ("Ik ben niet zeker", "vraagt niet meer om te bellen"),
        ("Langer dan 15 minuten", "vraagt niet meer om te bellen"),
        ("terug en stop", "vraagt niet meer om te bellen"),
    ],
)
async def test_another_answer_at_the_gate_calls_it_off(
    street: Village, choice: str, told: str
) -> None:
    """Whatever is chosen instead, the coordinators who were asked hear that they need not."""
    await back_at_the_gate(street)
    if choice == "terug en stop":
        street.anna.says("stop")
    else:
        street.anna.presses(choice)
    await street.els.chat.hears(told)
    await street.later(minutes=3)
    assert not any("niemand laten weten" in text for text in street.anna.texts)


async def test_asked_again_while_it_stands_rings_no_second_time(street: Village) -> None:
    """Back and yes again within two minutes: one question to each coordinator, still counted."""
    await cannot_call(street, street.anna)
    street.anna.says("terug")
    await street.anna.hears("112 BE")
    street.anna.presses("Ja, vraag het")
    await street.anna.hears("Ik vraag het nu")
    await street.settled()
    assert sum("kan niet bellen. Bel 101" in text for text in street.gert.texts) == 1
    await street.later(minutes=2, seconds=1)
    assert any("niemand laten weten" in text for text in street.anna.texts)


async def test_asked_again_after_it_was_called_off_rings_again(street: Village) -> None:
    """No, and then yes after all: the coordinators are asked once more."""
    await cannot_call(street, street.anna)
    street.anna.says("terug")
    await street.anna.hears("112 BE")
    street.anna.presses("Nee")
    await street.anna.hears("Bel eerst 101")
    await street.later(seconds=5)
    street.anna.presses("Ik kan niet bellen")
    await street.anna.hears("112 BE")
    street.anna.presses("Ja, vraag het")
    await street.anna.hears("Ik vraag het nu")
    await street.settled()
    assert sum("kan niet bellen. Bel 101" in text for text in street.gert.texts) == 2
    street.gert.says("gebeld")
    await street.anna.chat.hears("Een beheerder zegt")


@pytest.mark.parametrize("answer", ["Nee", "Ja, vraag het", "terug, bel nu", "terug, niet bellen"])
async def test_a_call_that_came_in_before_still_counts(street: Village, answer: str) -> None:
    """GEBELD, then second thoughts: the call was made, the gate stays open, the card says who."""
    await cannot_call(street, street.anna)
    street.gert.says("gebeld")
    await street.anna.chat.hears("Een beheerder zegt dat 101 gebeld is")
    street.anna.says("terug")
    await street.anna.hears("112 BE")
    if answer.startswith("terug"):
        street.anna.says("terug")
        await street.anna.hears("Bel eerst 101")
        answer = "Ik bel nu" if "bel nu" in answer else "Ik kan niet bellen"
    street.anna.presses(answer)
    await street.anna.hears("Er is al gezegd dat 101 gebeld is")
    await street.tells(street.anna)
    street.anna.presses("Versturen")
    await street.anna.hears("gaat nu naar de buurt")
    await street.settled()
    assert "Een beheerder zei om 23:14 dat 101 gebeld is" in street.card(street.carla).text
    assert not any("vraagt niet meer" in text for text in street.els.texts)


async def test_whoever_called_while_it_was_called_off_is_believed(street: Village) -> None:
    """The coordinator was on the phone already: pressing "Ik heb gebeld" counts."""
    await cannot_call(street, street.anna)
    asked = await street.els.chat.hears("kan niet bellen")
    street.anna.says("terug")
    await street.anna.hears("112 BE")
    street.anna.presses("Nee")
    await street.els.chat.hears("vraagt niet meer om te bellen")
    street.els.presses("Ik heb gebeld", on=asked)
    await street.els.hears("De melder weet dat 101 gebeld is")
    await street.anna.chat.hears("Een beheerder zegt dat 101 gebeld is")


async def test_gebeld_by_the_reporter_outlasts_going_back(street: Village) -> None:
    """Whoever typed GEBELD while telling is not asked to call again."""
    await cannot_call(street, street.anna)
    street.anna.says("gebeld")
    await street.anna.hears("Wat zie")
    street.anna.says("terug")
    await street.anna.hears("112 BE")
    street.anna.presses("Nee")
    await street.anna.hears("Er is al gezegd dat 101 gebeld is")
    await street.tells(street.anna)
    street.anna.presses("Versturen")
    await street.anna.hears("gaat nu naar de buurt")


async def test_a_coordinator_who_reports_is_not_told_of_their_own_page(street: Village) -> None:
    """Els asks, thinks better of it: Gert hears it, Els reads no "you need not call"."""
    await cannot_call(street, street.els)
    street.els.says("stop")
    await street.gert.chat.hears("vraagt niet meer om te bellen")
    await street.settled()
    assert not any("vraagt niet meer om te bellen" in text for text in street.els.texts)


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

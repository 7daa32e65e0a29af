"""Commands without their slash, and sentences that only begin like one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.story.village import Village


async def test_a_message_to_all_is_confirmed_when_it_had_no_slash(street: Village) -> None:
    """`bericht` is easily typed by mistake: it goes out after a yes, and with the slash at once."""
    street.els.says("bericht Morgen oefening,\nom 20 u")
    asked = await street.els.hears("Klopt het?")
    assert "alle leden van Munsterbilzen" in asked.text
    assert "«Morgen oefening,\nom 20 u»" in asked.text
    assert not any("oefening" in text for text in street.anna.texts)
    street.els.presses("Versturen")
    await street.els.hears("Je bericht gaat naar 5 leden")
    await street.anna.chat.hears("Bericht van Beheerder 1: Morgen oefening,\nom 20 u")
    street.els.says("/bericht Tot morgen")
    await street.els.hears("Je bericht gaat naar 5 leden")
    await street.anna.chat.hears("Bericht van Beheerder 1: Tot morgen")


async def test_a_message_that_nobody_confirms_is_not_sent(street: Village) -> None:
    street.els.says("bericht Morgen oefening")
    await street.els.hears("Klopt het?")
    street.els.says("nee")
    await street.els.hears("er is niets verstuurd")
    street.els.says("bericht Morgen oefening")
    await street.els.hears("Klopt het?")
    await street.later(minutes=11)
    await street.els.hears("niets verstuurd")
    assert not any("oefening" in text for text in street.anna.texts)


@pytest.mark.parametrize(
    "words",
    ["bericht ontvangen van een buur", "koppel mannen", "start auto", "leden van een bende"],
)
async def test_a_residents_sentence_is_a_sentence(street: Village, words: str) -> None:
    """It begins like a command that residents don't have: it is the beginning of a report."""
    street.anna.says(words)
    await street.anna.hears("Bel eerst 101")


@pytest.mark.parametrize("words", ["status van de auto", "pauze even", "leden van een bende"])
async def test_a_coordinators_sentence_that_names_no_neighbourhood_is_one(
    street: Village, words: str
) -> None:
    street.els.says(words)
    await street.els.hears("Bel eerst 101")


async def test_words_of_an_open_question_answer_it(street: Village) -> None:
    """`bericht` as the first word of what a coordinator saw is no message to everybody."""
    await street.begins(street.els)
    await street.els.hears("Wat zie")
    street.els.says("bericht op de deur gekleefd")
    await street.els.hears("Waar is het")


async def test_a_question_that_takes_no_words_keeps_no_command_back(street: Village) -> None:
    """`bericht` typed while asked how it ended is not taken for an answer that isn't understood."""
    await street.reports(street.anna)
    street.els.says("sluit 1")
    await street.els.hears("Hoe is de melding afgelopen")
    street.els.says("bericht vanavond vergadering")
    asked = await street.els.hears("Dit gaat naar alle leden")
    assert "vanavond vergadering" in asked.text

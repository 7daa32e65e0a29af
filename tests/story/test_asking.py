"""Questions about an open alert go to its reporter, pseudonymously; a report is never taken for one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.testkit.memory import Attachment
from tests.story.test_adding import closes, quiet

if TYPE_CHECKING:
    from bot.testkit.memory import Person, Shown
    from tests.story.village import Village

ASKS = "M-2026-0001 · Buur 5 vraagt: "


async def asks(street: Village, who: Person, text: str = "Is dat bij de bakker?") -> None:
    """A neighbour asks something of the reporter of the one open alert."""
    who.says(text)
    await who.hears("Wat bedoel je?")
    who.presses("Een vraag aan de melder")
    await who.hears("Je vraag is doorgegeven")
    await street.settled()


async def asked(street: Village) -> Shown:
    """Carla's question, as Anna reads it."""
    await quiet(street)
    await asks(street, street.carla)
    return await street.anna.chat.hears(ASKS)


@pytest.mark.parametrize("text", ["Is dat bij nummer 12?", "wat is er gebeurd"])
async def test_a_question_is_passed_to_the_reporter(street: Village, text: str) -> None:
    """What was meant is asked, the danger line first; Anna reads it without name or house number,
    nobody else does, the log has every word, and no report is begun.
    """
    await quiet(street)
    street.carla.says(text)
    choice = await street.carla.hears("Er staat een melding open: 23:14, Kerkstraat.")
    assert choice.text.startswith("Bij gevaar: bel eerst 101.")
    street.carla.presses("Een vraag aan de melder")
    await street.carla.hears("Je vraag is doorgegeven aan de melder van M-2026-0001")
    heard = await street.anna.chat.hears(ASKS)
    assert "12" not in heard.text.partition("vraagt")[2]
    await street.settled()
    for chat in (street.telegram_group, street.signal_group):
        assert not any("vraagt" in said for said in chat.texts)
    entry = street.log("case.message")[-1].fields
    assert (entry["author"], entry["text"], entry["case"]) == ("Buur 5", text, "M-2026-0001")
    assert not any("Wat klopt voor jou" in said for said in street.carla.texts)
    assert street.open_conversations() == 0


async def test_the_answer_goes_to_the_asker_alone(street: Village) -> None:
    """By the button; without the house number, which stands in the log."""
    question = await asked(street)
    street.anna.presses("Antwoorden", on=question)
    await street.anna.hears("Wat wil je antwoorden?")
    street.anna.says("nee, bij Kerkstraat 14")
    await street.anna.hears("doorgegeven aan Buur 5")
    answer = await street.carla.hears("De melder antwoordt")
    assert "Je vroeg: Is dat bij de bakker?" in answer.text
    assert answer.text.endswith("De melder antwoordt: nee, bij Kerkstraat")
    await street.settled()
    for chat in (street.telegram_group, street.signal_group):
        assert not any("antwoordt" in said for said in chat.texts)
    entry = street.log("case.message")[-1].fields
    assert (entry["author"], entry["text"]) == ("Buur 3", "nee, bij Kerkstraat 14")


async def test_a_reply_to_the_question_is_its_answer(street: Village) -> None:
    """Also while she is describing somebody: that conversation stays where it is."""
    await street.reports(street.anna)
    await asks(street, street.carla)
    question = await street.anna.chat.hears(ASKS)
    street.anna.says("nee, ernaast", reply_to=question)
    await street.carla.hears("De melder antwoordt: nee, ernaast")
    await street.settled()
    street.anna.says("1")
    await street.anna.hears("Persoon 1")


async def test_whoever_answers_goes_on_describing(street: Village) -> None:
    """The button interrupts the questions about what she saw; afterwards the one that was open is
    put again, and what she types then describes her report instead of beginning another.
    """
    await street.reports(street.anna)
    street.anna.says("1")
    await street.anna.hears("Man of vrouw?")
    await asks(street, street.carla)
    street.anna.presses("Antwoorden", on=await street.anna.chat.hears(ASKS))
    await street.anna.hears("Wat wil je antwoorden?")
    street.anna.says("nee, ernaast")
    await street.anna.hears("doorgegeven aan Buur 5")
    await street.anna.hears("Man of vrouw?")
    assert not any("Typ aanvullen" in text for text in street.anna.texts)
    street.anna.says("man met een rode pet")
    await street.anna.hears("Was er een voertuig?")
    await street.settled()
    entry = street.log("case.message")[-1].fields
    assert (entry["text"], entry["case"]) == ("man met een rode pet", "M-2026-0001")


async def test_whoever_owes_no_answer_goes_on_describing_too(street: Village) -> None:
    """0 and STOP answer nothing; a second question, asked meanwhile, changes nothing of that."""
    await street.reports(street.anna)
    for end in ("0", "stop"):
        await asks(street, street.carla)
        question = await street.anna.chat.hears(ASKS)
        for _ in range(2):
            street.anna.presses("Antwoorden", on=question)
            await street.anna.hears("Wat wil je antwoorden?")
        street.anna.says(end)
        await street.anna.hears("Goed, ik geef geen antwoord door")
        await street.anna.hears("Hoeveel personen")


async def test_an_answer_that_never_comes_brings_no_old_question_back(street: Village) -> None:
    """After an hour of silence nobody is asked about persons; she reads how to go on."""
    await street.reports(street.anna)
    await asks(street, street.carla)
    street.anna.presses("Antwoorden", on=await street.anna.chat.hears(ASKS))
    await street.anna.hears("Wat wil je antwoorden?")
    asked = sum("Hoeveel personen" in text for text in street.anna.texts)
    await street.later(minutes=61)
    await street.anna.hears("Typ aanvullen 1")
    assert sum("Hoeveel personen" in text for text in street.anna.texts) == asked
    assert street.open_conversations() == 0


async def test_the_number_answers_where_there_are_no_buttons(street: Village) -> None:
    """Bram reports on Signal; nothing is owed: 0 leaves it unanswered."""
    await street.reports(street.bram)
    await street.skips_enrichment(street.bram)
    await asks(street, street.carla)
    await street.bram.chat.hears("1 Antwoorden")
    street.bram.says("1")
    await street.bram.hears("Wat wil je antwoorden?")
    street.bram.says("0")
    await street.bram.hears("Goed, ik geef geen antwoord door")
    street.bram.says("1")
    await street.bram.hears("Wat wil je antwoorden?")
    street.bram.says("aan de overkant")
    await street.carla.chat.hears("De melder antwoordt: aan de overkant")


async def test_a_report_that_sounds_like_a_question_is_a_report(street: Village) -> None:
    """The gate comes first, and what was typed is what is reported."""
    await quiet(street)
    street.carla.says("wie is die man met een koevoet in de Stationsstraat?")
    await street.carla.hears("Wat bedoel je?")
    street.carla.presses("Ik wil iets nieuws melden")
    await street.carla.hears("Bel eerst 101")
    street.carla.presses("Ik heb 101 gebeld")
    preview = await street.carla.hears("Klopt het?")
    assert "Stationsstraat: wie is die man met een koevoet" in preview.text
    street.carla.presses("Versturen")
    await street.carla.hears("gaat nu naar de buurt")


@pytest.mark.parametrize("text", ["ik hoor glas breken", "hij staat nu in mijn tuin"])
async def test_words_that_fit_no_choice_begin_a_report(street: Village, text: str) -> None:
    """Whoever tells on is not asked twice what was meant."""
    await quiet(street)
    street.carla.says("Wat is er gebeurd?")
    await street.carla.hears("Wat bedoel je?")
    street.carla.says(text)
    await street.carla.hears("Bel eerst 101")
    street.carla.presses("Ik heb 101 gebeld")
    await street.carla.hears("Waar is het?")


async def test_which_alert_may_be_named_by_its_street(street: Village) -> None:
    """Words that fit a listed alert choose it, and begin no report."""
    await quiet(street)
    await street.reports(street.bram, where="Stationsstraat 3", what="fiets gestolen")
    street.carla.says("Is de politie er al?")
    await street.carla.hears("Er staan meldingen open")
    street.carla.presses("Een vraag aan de melder")
    await street.carla.hears("Bij welke melding hoort je vraag?")
    street.carla.says("Stationsstraat")
    await street.carla.hears("de melder van M-2026-0002")


async def test_a_picture_in_reply_to_a_question_is_kept(street: Village) -> None:
    """It goes to the police, as every picture does; its words are no answer to a neighbour."""
    question = await asked(street)
    photo = Attachment(data=b"jpeg")
    street.anna.sends(photo, caption="dit is hem", reply_to=question)
    await street.anna.hears("Bewaard bij M-2026-0001")
    await street.settled()
    assert not any("De melder antwoordt" in text for text in street.carla.texts)


async def test_a_picture_instead_of_a_choice_begins_a_report(street: Village) -> None:
    await quiet(street)
    street.carla.says("Wat is er gebeurd?")
    await street.carla.hears("Wat bedoel je?")
    street.carla.sends_photo(b"jpeg")
    await street.carla.hears("Bel eerst 101")


async def test_something_seen_may_sound_like_a_question(street: Village) -> None:
    """Where and when are asked, and the words are in the log."""
    await quiet(street)
    street.carla.says("is het die man aan de kerk?")
    await street.carla.hears("Wat bedoel je?")
    street.carla.presses("Ik zag iets bij die melding")
    await street.carla.hears("Waar en wanneer")
    await street.settled()
    assert street.log("case.message")[-1].fields["text"] == "is het die man aan de kerk?"


async def test_danger_is_answered_with_the_number_to_call(street: Village) -> None:
    await quiet(street)
    street.carla.says("is er iemand gewond?")
    await street.carla.hears("Bel nu 112")
    await street.carla.chat.hears("Wat bedoel je?")


async def test_with_two_alerts_open_it_is_asked_which(street: Village) -> None:
    """A reply to a card says which; without one it is asked."""
    await quiet(street)
    await street.reports(street.bram, where="Stationsstraat 3", what="fiets gestolen")
    await street.skips_enrichment(street.bram)
    street.carla.says("Is de politie er al?")
    await street.carla.hears("Er staan meldingen open")
    street.carla.presses("Een vraag aan de melder")
    await street.carla.hears("Bij welke melding hoort je vraag?")
    street.carla.presses("Stationsstraat")
    await street.carla.hears("de melder van M-2026-0002")
    await street.bram.chat.hears("M-2026-0002 · Buur 5 vraagt: Is de politie er al?")
    first = next(s for s in street.carla.chat.of_bot if s.text.startswith("MELDING M-2026-0001"))
    street.carla.says("En hier?", reply_to=first)
    await street.carla.hears("23:14, Kerkstraat")
    street.carla.presses("Een vraag aan de melder")
    await street.anna.chat.hears("M-2026-0001 · Buur 5 vraagt: En hier?")


async def test_without_an_open_alert_a_question_begins_a_report(street: Village) -> None:
    """Nothing changes where there is nobody to ask; nor for the reporter herself."""
    street.carla.says("wie is die man in mijn tuin?")
    await street.carla.hears("Bel eerst 101")
    street.carla.says("stop")
    await street.carla.hears("geannuleerd")
    await quiet(street)
    street.anna.says("staat er nu iemand in mijn tuin?")
    await street.anna.hears("Bel eerst 101")


async def test_a_question_after_the_end_is_told_so(street: Village) -> None:
    """Closed while she chose; an answer after the end is kept for the police alone."""
    await quiet(street)
    await asks(street, street.carla)
    street.carla.says("En waar nu?")
    await street.carla.hears("Wat bedoel je?")
    question = await street.anna.chat.hears(ASKS)
    await closes(street)
    street.carla.presses("Een vraag aan de melder")
    await street.carla.hears("is al afgesloten")
    street.anna.says("bij de kerk", reply_to=question)
    await street.anna.hears("is al afgesloten")
    street.anna.says("1")
    await street.anna.hears("geen vraag voor open")
    await street.settled()
    assert not any("De melder antwoordt" in text for text in street.carla.texts)
    assert street.log("case.message")[-1].fields["text"] == "bij de kerk"


async def test_while_relaying_is_stopped_no_question_is_passed_on(street: Village) -> None:
    await quiet(street)
    street.els.says("pauze")
    await street.els.hears("Doorsturen is gepauzeerd")
    street.carla.says("Wat is er gebeurd?")
    await street.carla.hears("Wat bedoel je?")
    street.carla.presses("Een vraag aan de melder")
    await street.carla.hears("is bewaard en niet doorgegeven")
    await street.settled()
    assert not any("vraagt" in text for text in street.anna.texts)


async def test_a_reporter_who_left_is_not_said_to_have_heard(street: Village) -> None:
    await quiet(street)
    street.anna.blocks()
    await street.settled()
    street.carla.says("Wat is er gebeurd?")
    await street.carla.hears("Wat bedoel je?")
    street.carla.presses("Een vraag aan de melder")
    await street.carla.hears("kan de melder nu niet bereiken")


async def test_an_edit_of_question_or_answer_follows(street: Village) -> None:
    """Both versions stay in the log."""
    await quiet(street)
    message = street.carla.says("Is dat bij de bakker?")
    await street.carla.hears("Wat bedoel je?")
    street.carla.presses("Een vraag aan de melder")
    question = await street.anna.chat.hears(ASKS)
    street.carla.edits(message, "Is dat bij de slager?")
    await street.settled()
    assert any(f"{ASKS}Is dat bij de slager?" in text for text in street.anna.texts)
    answer = street.anna.says("ja, links", reply_to=question)
    await street.carla.hears("De melder antwoordt: ja, links")
    street.anna.edits(answer, "ja, rechts")
    await street.settled()
    assert any("De melder antwoordt: ja, rechts" in text for text in street.carla.texts)
    assert not any("ja, links" in text for text in street.carla.texts)
    assert [e.fields["text"] for e in street.log("case.edited")] == [
        "Is dat bij de slager?",
        "ja, rechts",
    ]


async def test_a_rectification_takes_question_and_answer_back(street: Village) -> None:
    """They may describe somebody innocent."""
    await quiet(street)
    await asks(street, street.carla, "Is dat die man met de rode pet?")
    question = await street.anna.chat.hears(ASKS)
    street.anna.says("ja, die met de rode pet", reply_to=question)
    await street.carla.hears("De melder antwoordt")
    street.anna.says("loos alarm")
    await street.anna.hears("Was de melding fout?")
    street.anna.says("ja")
    await street.carla.hears("RECHTZETTING")
    await street.settled()
    for person in (street.anna, street.carla):
        assert not any("rode pet" in shown.text for shown in person.chat.of_bot)

"""Words that may be a question or a report: whatever is meant, none of them is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.testkit.memory import Attachment
from tests.story.test_adding import quiet
from tests.story.test_asking import ASKS, asked, asks

if TYPE_CHECKING:
    from tests.story.village import Village

LADDER = "Wie loopt daar bij nummer 12 met een ladder?"


def written(street: Village, who: str = "Buur 5", kind: str = "case.message") -> list[str]:
    """What somebody wrote, as the police read it, with the case."""
    entries = [entry.fields for entry in street.log(kind)]
    return [f"{str(e['case'])[-1]} {e['text']}" for e in entries if e["author"] == who]


async def test_who_goes_on_telling_reports_all_of_it(street: Village) -> None:
    """The first words are part of the report, for the neighbours without the house number."""
    await quiet(street)
    street.carla.says(LADDER)
    await street.carla.hears("Wat bedoel je?")
    street.carla.says("hij klimt nu op het dak in de Stationsstraat")
    await street.carla.hears("Bel eerst 101")
    street.carla.presses("Ik heb 101 gebeld")
    preview = await street.carla.hears("Klopt het?")
    assert "Wie loopt daar bij nummer … met een ladder? Hij klimt nu op het dak" in preview.text
    street.carla.presses("Versturen")
    await street.carla.hears("gaat nu naar de buurt")
    await street.settled()
    assert written(street) == [f"2 {LADDER}", "2 hij klimt nu op het dak in de Stationsstraat"]


async def test_what_could_only_be_asked_stands_on_no_card(street: Village) -> None:
    """The police read it all the same."""
    await quiet(street)
    street.carla.says("Wat is er gebeurd?")
    await street.carla.hears("Wat bedoel je?")
    street.carla.says("ik hoor glas breken in de Stationsstraat")
    await street.carla.hears("Bel eerst 101")
    street.carla.presses("Ik heb 101 gebeld")
    preview = await street.carla.hears("Klopt het?")
    assert "gebeurd" not in preview.text
    street.carla.presses("Versturen")
    await street.carla.hears("gaat nu naar de buurt")
    assert written(street)[0] == "2 Wat is er gebeurd?"


async def test_a_picture_takes_the_words_along(street: Village) -> None:
    await quiet(street)
    street.carla.says("Wie loopt daar in de Stationsstraat met een ladder?")
    await street.carla.hears("Wat bedoel je?")
    street.carla.sends_photo(b"jpeg")
    await street.carla.hears("Bel eerst 101")
    street.carla.presses("Ik heb 101 gebeld")
    preview = await street.carla.hears("Klopt het?")
    assert "Wie loopt daar" in preview.text


@pytest.mark.parametrize("word", ["meld", "/meld", "iets nieuws"])
async def test_the_word_for_reporting_takes_them_along(street: Village, word: str) -> None:
    await quiet(street)
    street.carla.says("Wie loopt daar in de Stationsstraat met een ladder?")
    await street.carla.hears("Wat bedoel je?")
    street.carla.says(word)
    await street.carla.hears("Bel eerst 101")
    street.carla.presses("Ik heb 101 gebeld")
    assert "Wie loopt daar" in (await street.carla.hears("Klopt het?")).text


async def test_a_second_question_joins_the_first(street: Village) -> None:
    """Both are passed on."""
    await quiet(street)
    street.carla.says("Wie loopt daar bij de bakker?")
    await street.carla.hears("Wat bedoel je?")
    await asks(street, street.carla, "Heeft hij een ladder?")
    await street.anna.chat.hears(f"{ASKS}Wie loopt daar bij de bakker?\nHeeft hij een ladder?")
    assert written(street) == ["1 Wie loopt daar bij de bakker?", "1 Heeft hij een ladder?"]


async def test_what_nobody_explains_is_kept(street: Village) -> None:
    """After an hour she is told so; it goes to nobody, and the police read it."""
    await quiet(street)
    street.carla.says(LADDER)
    await street.carla.hears("Wat bedoel je?")
    await street.later(minutes=61)
    assert any("is bewaard voor de politie" in text for text in street.carla.texts)
    assert not any("vraagt" in text for text in street.anna.texts)
    assert written(street) == [f"1 {LADDER}"]


async def test_another_conversation_leaves_them_in_the_log(street: Village) -> None:
    await quiet(street)
    street.carla.says(LADDER)
    await street.carla.hears("Wat bedoel je?")
    street.carla.says("/gezien")
    await street.carla.hears("Waar en wanneer")
    await street.settled()
    assert written(street) == [f"1 {LADDER}"]


async def test_seen_with_several_alerts_is_kept_with_the_one_meant(street: Village) -> None:
    await quiet(street)
    await street.reports(street.bram, where="Stationsstraat 3", what="fiets gestolen")
    street.carla.says(LADDER)
    await street.carla.hears("Er staan meldingen open")
    street.carla.presses("Ik zag iets")
    await street.carla.hears("Bij welke melding hoort het?")
    street.carla.says("nu loopt hij weg!")
    await street.carla.hears("Genoteerd. Kies nu nog")
    street.carla.presses("Stationsstraat")
    await street.carla.hears("Waar en wanneer")
    await street.settled()
    assert written(street) == [f"2 {LADDER}", "2 nu loopt hij weg!"]


@pytest.mark.parametrize("word", ["ja", "nee", "niets"])
async def test_a_yes_to_nothing_is_no_report(street: Village, word: str) -> None:
    await quiet(street)
    street.carla.says(LADDER)
    await street.carla.hears("Wat bedoel je?")
    street.carla.says(word)
    await street.carla.hears("Ik vraag het nog eens")


async def test_for_which_neighbourhood_a_new_report_is_is_asked(both: Village) -> None:
    """The alert that is open in one says nothing of where somebody with two sees another thing."""
    await quiet(both)
    wim = both.telegram.people["wim"]
    wim.says("Wie loopt daar met een ladder?")
    await wim.hears("Wat bedoel je?")
    wim.presses("Ik wil iets nieuws melden")
    await wim.hears("Voor welke buurt is het?")
    wim.presses("Beverst")
    await wim.hears("Bel eerst 101")
    wim.presses("Ik heb 101 gebeld")
    await wim.hears("Waar is het?")
    wim.says("Kapelstraat 3")
    assert "Wie loopt daar" in (await wim.hears("Klopt het?")).text
    wim.presses("Versturen")
    await wim.hears("gaat nu naar de buurt")
    assert both.alert(place="beverst").facts["what"] == "Wie loopt daar met een ladder?"


async def test_an_edit_before_the_choice_counts(street: Village) -> None:
    """The reporter reads the new words; the log has both."""
    await quiet(street)
    message = street.carla.says("Is dat bij de bakker?")
    await street.carla.hears("Wat bedoel je?")
    street.carla.edits(message, "Is dat bij de slager?")
    await street.settled()
    street.carla.presses("Een vraag aan de melder")
    await street.anna.chat.hears(f"{ASKS}Is dat bij de slager?")
    assert written(street) == ["1 Is dat bij de bakker?"]
    assert written(street, kind="case.edited") == ["1 Is dat bij de slager?"]


async def test_an_edit_before_the_report_counts(street: Village) -> None:
    await quiet(street)
    message = street.carla.says("wie is die man met een koevoet in de Stationsstraat?")
    await street.carla.hears("Wat bedoel je?")
    street.carla.edits(message, "wie is die man met een koevoet in de Rozenstraat?")
    await street.settled()
    street.carla.presses("Ik wil iets nieuws melden")
    await street.carla.hears("Bel eerst 101")
    street.carla.presses("Ik heb 101 gebeld")
    assert "Rozenstraat: wie is die man" in (await street.carla.hears("Klopt het?")).text


async def test_what_is_shown_while_answering_goes_to_the_police(street: Village) -> None:
    """A picture and a place are no answer that a neighbour may see, and are kept."""
    question = await asked(street)
    street.anna.presses("Antwoorden", on=question)
    await street.anna.hears("Wat wil je antwoorden?")
    street.anna.sends(Attachment(data=b"jpeg"))
    await street.anna.hears("Beelden gaan naar de politie")
    street.anna.sends_location(50.87, 5.52)
    await street.anna.hears("Je locatie is ontvangen")
    street.anna.says("daar, achter het huis")
    await street.carla.chat.hears("De melder antwoordt: daar, achter het huis")
    await street.settled()
    assert not any("50.87" in text for text in street.carla.texts)
    assert written(street, "Buur 3")[-2:] == ["1 50.870000, 5.520000", "1 daar, achter het huis"]
    assert len(street.log("case.media")) == 1


async def test_each_question_keeps_its_number(street: Village) -> None:
    """Two neighbours ask Bram, who has no buttons: he is asked whom he answers, then the other."""
    await street.reports(street.bram)
    await street.skips_enrichment(street.bram)
    await asks(street, street.carla)
    await asks(street, street.anna, "Is dat een blauwe auto?")
    street.bram.says("1")
    await street.bram.hears("2 Antwoorden (Buur 3)")
    street.bram.says("2")
    await street.bram.hears("Alleen Buur 3 en de politie")
    street.bram.says("nee, een rode")
    await street.anna.chat.hears("De melder antwoordt: nee, een rode")
    street.bram.says("1")
    await street.bram.hears("Alleen Buur 5 en de politie")


async def test_a_question_that_was_refused_is_not_said_to_be_passed_on(street: Village) -> None:
    """Anna blocks the bot, which only the refusal tells: Carla hears it."""
    await quiet(street)
    street.anna.blocking = True
    street.carla.says("Is dat bij de bakker?")
    await street.carla.hears("Wat bedoel je?")
    street.carla.presses("Een vraag aan de melder")
    await street.carla.hears("Ik kan de melder nu niet bereiken")


async def test_with_two_neighbourhoods_the_newest_alert_is_asked_about(both: Village) -> None:
    await quiet(both)
    await both.later(minutes=1)
    bea, wim = both.telegram.people["bea"], both.telegram.people["wim"]
    await both.reports(bea, place="beverst", what="fiets gestolen", where="Kapelstraat 2")
    await both.skips_enrichment(bea)
    wim.says("Is dat bij de bakker?")
    await wim.hears("Er staat een melding open: 23:15, Kapelstraat")
    wim.presses("Een vraag aan de melder")
    await bea.chat.hears("Is dat bij de bakker?")


async def test_a_yes_where_nothing_was_asked_is_no_report(street: Village) -> None:
    """As a no isn't."""
    street.carla.says("ja")
    await street.carla.hears("geen vraag voor open")


@pytest.mark.parametrize(
    "typed", ["Gezien: man met rode pet in de Stationsstraat", "ik zie hem nu!"]
)
async def test_something_seen_is_taken_for_no_report(street: Village, typed: str) -> None:
    """What the card asks for: kept, and asked where and when. Without an alert it is a report."""
    street.bram.says(typed)
    await street.bram.hears("Wat klopt voor jou?")
    await quiet(street)
    street.carla.says(typed)
    await street.carla.hears("Wat bedoel je?")
    street.carla.presses("Ik zag iets bij die melding")
    await street.carla.hears("Waar en wanneer")
    await street.settled()
    assert written(street) == [f"1 {typed}"]


async def test_who_saw_nothing_reports_nothing(street: Village) -> None:
    await quiet(street)
    street.carla.says("alles veilig hier")
    await street.carla.hears("Genoteerd bij M-2026-0001")
    street.carla.says("niets gezien")
    await street.carla.hears("stuur ik niet door")

"""Somebody edits what they wrote: both versions in the log; draft, card and replies follow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.store import dialogues as dialogue_store
from bot.store import people as people_store

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.story.village import Village

LINE = "/meld inbraak bezig Kerkstraat 12"


async def one_line(street: Village) -> str:
    """Anna reports in one line, and is at the confirmation."""
    message = street.anna.says(LINE)
    await street.anna.hears("Bel eerst 101")
    street.anna.presses("Ik heb 101 gebeld")
    await street.anna.hears("Klopt het?")
    return message


async def sends(street: Village) -> None:
    """Anna sends it, and answers no more questions."""
    street.anna.presses("Versturen")
    await street.anna.hears("gaat nu naar de buurt")
    await street.skips_enrichment(street.anna)


def draft(street: Village) -> Mapping[str, Any]:
    """What Anna's open conversation knows."""
    with street.store.reading() as reader:
        found = people_store.speaker(reader, str(street.anna.address))
        assert found is not None
        return street.house.talk.data_of(dialogue_store.of_person(reader, found[0].person_id)[0])


def versions(street: Village) -> list[str]:
    """What the log has of messages and their edits."""
    return [str(e.fields["text"]) for e in street.log("case.message", "case.edited")]


# --- before it is sent ----------------------------------------------------------------------------


async def test_one_line_that_is_edited_is_read_again(street: Village) -> None:
    """The new house number goes to the police, the new act to the card; the log has both."""
    message = await one_line(street)
    street.anna.edits(message, "/meld fiets gestolen Stationsstraat 21")
    preview = await street.anna.hears("Stationsstraat: fiets gestolen")
    assert "Klopt het?" in preview.text
    await sends(street)
    assert "Stationsstraat\nfiets gestolen" in street.card(street.carla).text
    opened = street.log("case.opened")[0].fields
    assert (opened["place"], opened["kind"]) == ("Stationsstraat 21", "theft")
    assert versions(street) == [
        "inbraak bezig Kerkstraat 12",
        "fiets gestolen Stationsstraat 21",
    ]


async def test_only_the_house_number_changes(street: Village) -> None:
    message = await one_line(street)
    street.anna.edits(message, "/meld inbraak bezig Kerkstraat 21")
    await street.anna.hears("Kerkstraat: inbraak bezig")
    await sends(street)
    assert street.log("case.opened")[0].fields["place"] == "Kerkstraat 21"
    assert "21" not in street.card(street.carla).text


async def test_an_edit_at_the_gate_waits_with_the_rest(street: Village) -> None:
    message = street.anna.says(LINE)
    await street.anna.hears("Bel eerst 101")
    street.anna.edits(message, "/meld inbraak bezig Rozenstraat 3")
    await street.anna.hears("Bel eerst 101")
    street.anna.presses("Ik heb 101 gebeld")
    await street.anna.hears("Rozenstraat: inbraak bezig")


async def test_an_edited_where_is_read_again(street: Village) -> None:
    await street.begins(street.anna)
    await street.anna.hears("Wat zie")
    street.anna.says("man met koevoet")
    await street.anna.hears("Waar is het")
    message = street.anna.says("Kerkstraat 12")
    await street.anna.hears("Kerkstraat: man met koevoet")
    street.anna.edits(message, "Rozenstraat 3")
    await street.anna.hears("Rozenstraat: man met koevoet")


async def test_whoever_was_asked_to_call_reads_the_edited_place(street: Village) -> None:
    """In the draft, and while the report waits for somebody to call."""
    message = street.anna.says(LINE)
    await street.anna.hears("Bel eerst 101")
    street.anna.presses("Ik kan niet bellen")
    await street.anna.hears("112 BE")
    street.anna.presses("Ja, vraag het")
    await street.anna.hears("Klopt het?")
    street.anna.edits(message, "/meld inbraak bezig Kerkstraat 21")
    await street.els.chat.hears("Kerkstraat 21")
    street.anna.presses("Versturen")
    await street.anna.hears("is bewaard")
    street.anna.edits(message, "/meld inbraak bezig Kerkstraat 23")
    await street.els.chat.hears("Kerkstraat 23")
    street.gert.says("gebeld")
    await street.gert.hears("gaat nu naar de buurt")
    assert street.alert().facts["place"] == "Kerkstraat 23"


# --- after it is sent -----------------------------------------------------------------------------


async def test_the_card_follows_an_edited_line(street: Village) -> None:
    """The street for the group, the number for the police; no phone rings."""
    message = await one_line(street)
    await sends(street)
    cards = sum("MELDING M-" in text for text in street.carla.texts)
    street.anna.edits(message, "/meld inbraak bezig Stationsstraat 21")
    await street.settled()
    for chat in (street.telegram_group, street.signal_group, street.carla):
        text = street.card(chat).text
        assert "Stationsstraat\ninbraak bezig" in text
        assert "21" not in text
        assert "Kerkstraat" not in text
    assert sum("MELDING M-" in text for text in street.carla.texts) == cards
    assert versions(street) == ["inbraak bezig Kerkstraat 12", "inbraak bezig Stationsstraat 21"]
    (entry,) = street.log("case.corrected")
    assert (entry.fields["place"], entry.fields["street"]) == (
        "Stationsstraat 21",
        "Stationsstraat",
    )


async def test_the_card_follows_an_edited_where(street: Village) -> None:
    await street.begins(street.anna)
    await street.anna.hears("Wat zie")
    street.anna.says("man met koevoet")
    await street.anna.hears("Waar is het")
    message = street.anna.says("Kerkstraat 12")
    await street.anna.hears("Klopt het?")
    await sends(street)
    street.anna.edits(message, "Rozenstraat 3")
    await street.settled()
    assert "Rozenstraat\nman met koevoet" in street.card(street.carla).text
    street.anna.edits(message, "Rozenstraat 5")
    await street.later(minutes=2, seconds=1)
    assert street.log("case.corrected")[-1].fields["place"] == "Rozenstraat 5"
    assert versions(street)[-2:] == ["Rozenstraat 3", "Rozenstraat 5"]


async def test_another_persons_edit_changes_no_report(street: Village) -> None:
    """The same words, said by somebody else in the group, are theirs alone."""
    await street.reports(street.anna, what="man met koevoet")
    message = street.bram.says("man met koevoet", to=street.signal_group)
    await street.telegram_group.hears("Buur 4: man met koevoet")
    street.bram.edits(message, "vrouw met hond")
    await street.settled()
    assert "man met koevoet" in street.card(street.telegram_group).text
    assert "Buur 4: vrouw met hond" in street.telegram_group.texts
    assert street.log("case.corrected") == []


async def test_a_sighting_that_is_edited_follows_everywhere(street: Village) -> None:
    """In every reply, with the reporter, and on the card; the log has both."""
    await street.reports(street.anna)
    await street.skips_enrichment(street.anna)
    street.carla.presses("Gezien")
    await street.carla.hears("Waar en wanneer")
    message = street.carla.says("Kloosterstraat 7, nu")
    await street.telegram_group.hears("Waarneming van Buur 5: Kloosterstraat, nu")
    await street.settled()
    street.carla.edits(message, "Stationsstraat 9, nu")
    await street.later(minutes=2, seconds=1)
    said = "M-2026-0001 · Waarneming van Buur 5: Stationsstraat, nu"
    for chat in (street.telegram_group, street.signal_group, street.anna):
        assert said in chat.texts
        assert not any("Kloosterstraat" in text for text in chat.texts)
    assert "1 waarneming, om 23:14: Stationsstraat" in street.card(street.telegram_group).text
    assert versions(street)[-2:] == ["Kloosterstraat 7, nu", "Stationsstraat 9, nu"]


async def test_a_sighting_edited_before_it_is_told(street: Village) -> None:
    """ "Zie je het nu?" still stands: what is passed on is the corrected place."""
    await street.reports(street.anna)
    await street.skips_enrichment(street.anna)
    street.carla.presses("Gezien")
    await street.carla.hears("Waar en wanneer")
    message = street.carla.says("Kloosterstraat 7")
    await street.carla.hears("Zie je het nu?")
    street.carla.edits(message, "Stationsstraat 9")
    await street.settled()
    street.carla.says("1")
    await street.telegram_group.hears("Waarneming van Buur 5: Stationsstraat, nu")


async def test_a_line_of_the_description_that_is_edited(street: Village) -> None:
    """Card and signalement follow, and the next answer does not bring the old line back."""
    await street.reports(street.anna)
    await street.anna.hears("Hoeveel personen")
    street.anna.says("1")
    await street.anna.hears("Persoon 1")
    message = street.anna.says("man met rode muts")
    await street.anna.hears("voertuig")
    await street.later(minutes=2, seconds=1)
    assert any("· Kijk uit naar: man met rode muts" in text for text in street.carla.texts)
    street.anna.edits(message, "man met groene muts")
    await street.later(minutes=2, seconds=1)
    street.anna.says("grijze bestelwagen")
    await street.anna.hears("Welke kant")
    await street.later(minutes=2, seconds=1)
    for chat in (street.carla, street.telegram_group):
        assert "man met groene muts" in street.card(chat).text
        assert not any("rode muts" in text for text in chat.texts)
    persons = street.log("case.description")[-1].fields["persons"]
    assert persons == [{"text": "man met groene muts"}]


async def test_an_addition_that_is_edited(street: Village) -> None:
    """What somebody else added follows in every reply and on the card."""
    await street.reports(street.anna)
    await street.begins(street.carla, "Iemand anders heeft gebeld")
    await street.carla.hears("Hoort het bij")
    street.carla.presses("Kerkstraat")
    await street.carla.hears("Wat heb je zelf gezien")
    message = street.carla.says("hij heeft een zwarte rugzak")
    await street.telegram_group.hears("vult aan")
    await street.settled()
    street.carla.edits(message, "hij heeft een rode rugzak")
    await street.later(minutes=2, seconds=1)
    for chat in (street.telegram_group, street.signal_group, street.anna):
        assert not any("zwarte rugzak" in text for text in chat.texts)
        assert any("Buur 5 vult aan: hij heeft een rode rugzak" in text for text in chat.texts)
    assert "rode rugzak" in street.card(street.signal_group).text


async def test_after_the_end_the_log_alone_has_it(street: Village) -> None:
    message = await one_line(street)
    await sends(street)
    street.anna.says("einde")
    await street.anna.hears("Hoe is de melding afgelopen")
    street.anna.says("2")
    await street.carla.chat.hears("AFGESLOTEN")
    await street.settled()
    before = list(street.carla.texts)
    street.anna.edits(message, "/meld inbraak bezig Stationsstraat 21")
    await street.settled()
    assert street.carla.texts == before
    assert versions(street)[-1] == "inbraak bezig Stationsstraat 21"


async def test_while_relaying_is_stopped_no_edit_gets_around_it(street: Village) -> None:
    """A message that crossed can't be turned into another one meanwhile."""
    await street.reports(street.anna)
    message = street.bram.says("hij loopt weg", to=street.signal_group)
    await street.telegram_group.hears("Buur 4: hij loopt weg")
    street.els.says("pauze")
    await street.els.hears("Doorsturen is gepauzeerd")
    street.bram.edits(message, "allemaal naar buiten")
    await street.settled()
    assert not any("naar buiten" in text for text in street.telegram_group.texts)
    assert versions(street)[-1] == "allemaal naar buiten"


async def test_while_relaying_is_stopped_whoever_calls_still_reads_the_place(
    street: Village,
) -> None:
    """The neighbours' card waits; the coordinator on the phone needs the right house now."""
    message = street.anna.says(LINE)
    await street.anna.hears("Bel eerst 101")
    street.anna.presses("Ik kan niet bellen")
    await street.anna.hears("112 BE")
    street.anna.presses("Ja, vraag het")
    await street.anna.hears("Klopt het?")
    street.anna.presses("Versturen")
    await street.anna.hears("is bewaard")
    street.els.says("pauze")
    await street.els.hears("Doorsturen is gepauzeerd")
    street.anna.edits(message, "/meld inbraak bezig Kerkstraat 23")
    await street.gert.chat.hears("Kerkstraat 23")


async def test_a_report_without_an_alarm_is_corrected_for_the_police(street: Village) -> None:
    message = street.anna.says("/meld fiets gestolen Kerkstraat 12")
    await street.anna.hears("Bel eerst 101")
    street.anna.presses("Langer dan 15 minuten")
    await street.anna.hears("Klopt het?")
    street.anna.presses("Versturen")
    await street.anna.hears("geen alarm")
    street.anna.edits(message, "/meld fiets gestolen Kerkstraat 21")
    await street.settled()
    assert [e.fields["place"] for e in street.log("case.corrected")] == ["Kerkstraat 21"]
    assert not street.saw_card(street.carla)


async def test_a_rectification_takes_back_even_while_relaying_is_stopped(street: Village) -> None:
    await street.reports(street.anna)
    await street.anna.hears("Hoeveel personen")
    street.anna.says("1")
    await street.anna.hears("Persoon 1")
    street.anna.says("man met rode muts")
    await street.later(minutes=2, seconds=1)
    street.els.says("pauze")
    await street.els.hears("Doorsturen is gepauzeerd")
    street.anna.says("fout 1")
    await street.anna.hears("Was de melding fout")
    street.anna.says("1")
    await street.carla.chat.hears("RECHTZETTING")
    await street.settled()
    assert not any("rode muts" in text for text in street.carla.texts)


async def test_a_space_more_is_no_other_version(street: Village) -> None:
    message = await one_line(street)
    await sends(street)
    street.anna.edits(message, f"{LINE} ")
    await street.settled()
    assert street.log("case.edited") == []


# --- a number that is edited ------------------------------------------------------------------------


async def test_an_edited_number_answers_the_same_question_anew(street: Village) -> None:
    """Who typed 1 at the gate and makes it 3 has not called: nothing says that they have."""
    street.anna.says("meld")
    await street.anna.hears("Bel eerst 101")
    message = street.anna.says("1")
    await street.anna.hears("Wat zie")
    street.anna.edits(message, "3")
    await street.anna.hears("112 BE")
    assert "gate" not in draft(street)


async def test_an_edit_of_what_was_not_understood_counts(street: Village) -> None:
    """Typed 9, made 1: as if 1 had been typed."""
    street.anna.says("meld")
    await street.anna.hears("Bel eerst 101")
    message = street.anna.says("9")
    await street.anna.hears("begrijp ik niet")
    street.anna.edits(message, "1")
    await street.anna.hears("Wat zie")


async def test_words_that_become_a_number_leave_the_story(street: Village) -> None:
    """What was typed by mistake is no part of what happens any more; the log has both versions."""
    street.anna.says("meld")
    await street.anna.hears("Bel eerst 101")
    message = street.anna.says("gebelf")
    await street.anna.hears("Genoteerd")
    street.anna.edits(message, "gebeld")
    await street.anna.hears("Wat zie")
    assert not draft(street).get("what")
    assert [one["text"] for one in draft(street)["said"]] == ["gebelf", "gebeld"]


async def test_an_earlier_number_is_not_followed_and_she_hears_how(street: Village) -> None:
    """What was answered since would hang in the air: `terug` leads there."""
    street.anna.says("meld")
    await street.anna.hears("Bel eerst 101")
    message = street.anna.says("1")
    await street.anna.hears("Wat zie")
    street.anna.says("3")
    await street.anna.hears("Waar is het")
    street.anna.edits(message, "2")
    await street.anna.hears("Typ terug om het te wijzigen")
    await street.anna.hears("Waar is het")
    street.anna.says("terug")
    await street.anna.hears("Wat zie")
    street.anna.edits(message, "2")
    await street.anna.hears("Antwoord 1 zodra je gebeld hebt")

"""Story 2: any order, any correction, restarts and old answers; what the group never sees."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.messaging import MediaKind
from bot.testkit.memory import Attachment
from tests.story.village import village

if TYPE_CHECKING:
    from pathlib import Path

    from bot.clock import SettableClock
    from tests.story.village import Village

JPEG = b"\xff\xd8\xff\xe0 a picture"


# --- any order -------------------------------------------------------------------------------


async def test_one_line_leaves_the_gate_and_the_confirmation(street: Village) -> None:
    """`/meld inbraak bezig Kerkstraat 12`: two questions, and the card is out."""
    street.anna.says("/meld inbraak bezig Kerkstraat 12")
    await street.anna.hears("Bel eerst 101")
    street.anna.presses("Ik heb 101 gebeld")
    preview = await street.anna.hears("Klopt het?")
    assert "Kerkstraat: inbraak bezig" in preview.text
    street.anna.presses("Versturen")
    await street.settled()
    card = street.card(street.telegram_group)
    assert "Kerkstraat\ninbraak bezig" in card.text


async def test_a_slip_in_the_word_for_reporting_is_no_description(street: Village) -> None:
    """`mled` asks what `meld` asks, and stands on no card."""
    street.anna.says("mled")
    await street.anna.hears("Bel eerst 101")
    street.anna.presses("Ik heb 101 gebeld")
    await street.anna.hears("Wat zie of zag je?")


async def test_without_a_recognisable_street_where_is_asked(street: Village) -> None:
    street.anna.says("/meld inbraak bezig achter de school")
    await street.anna.hears("Bel eerst 101")
    street.anna.presses("Ik heb 101 gebeld")
    await street.anna.hears("Waar is het")


async def test_a_street_of_another_place_is_asked_about_once(street: Village) -> None:
    """Where the streets are listed, one that isn't among them may be a slip: she is asked, and
    her word counts.
    """
    await street.begins(street.anna)
    await street.anna.hears("Wat zie")
    street.anna.says("man met koevoet")
    await street.anna.hears("Waar is het")
    street.anna.says("Dorpsstraat 3")
    await street.anna.hears("ligt misschien buiten")
    street.anna.says("2")
    await street.anna.hears("Waar is het")
    street.anna.says("Dorpsstraat 5")
    await street.anna.hears("ligt misschien buiten")
    street.anna.says("1")
    preview = await street.anna.hears("Klopt het?")
    assert "Dorpsstraat: man met koevoet" in preview.text


async def test_a_place_that_nobody_knows_is_asked_once_more(street: Village) -> None:
    """ "Ik weet niet" is no place; and an address typed at the confirmation is the place from then."""
    await street.begins(street.anna)
    await street.anna.hears("Wat zie")
    street.anna.says("man met koevoet")
    await street.anna.hears("Waar is het")
    street.anna.says("ik weet niet")
    await street.anna.hears("Waar is het")
    street.anna.says("ergens bij het bos")
    await street.anna.hears("Klopt het?")
    street.anna.says("nee, Kerkstraat 12")
    preview = await street.anna.hears("Klopt het?")
    assert "Kerkstraat: man met koevoet" in preview.text
    street.anna.says("hij loopt nu langs de huizen naar de Rozenstraat toe")
    preview = await street.anna.hears("Klopt het?")
    assert "Kerkstraat: man met koevoet" in preview.text


async def test_a_place_without_a_street_is_taken_as_it_is(street: Village) -> None:
    """A landmark can't be looked up: it costs no question more."""
    await street.begins(street.anna)
    await street.anna.hears("Wat zie")
    street.anna.says("man met koevoet")
    await street.anna.hears("Waar is het")
    street.anna.says("achter de kerk")
    await street.anna.hears("Klopt het?")


async def test_a_photo_first_opens_a_report_and_is_kept(street: Village) -> None:
    """The gate comes, the picture waits, and then belongs to the case."""
    street.anna.sends_photo(JPEG, caption="man met koevoet")
    await street.anna.hears("Beelden gaan naar de politie")
    await street.anna.hears("Bel eerst 101")
    street.anna.presses("Ik heb 101 gebeld")
    await street.anna.hears("Waar is het")
    street.anna.says("Kerkstraat 12")
    preview = await street.anna.hears("Klopt het?")
    assert "man met koevoet" in preview.text
    street.anna.presses("Versturen")
    await street.settled()
    assert "1 beeld, enkel voor de politie" in street.card(street.carla).text
    assert [e.fields["size"] for e in street.log("case.media")] == [len(JPEG)]


async def test_a_location_first_is_the_place(street: Village) -> None:
    """Where isn't asked again; without a street the reporter may still name it."""
    street.bram.sends_location(50.8872, 5.5211)
    await street.bram.hears("Bel eerst 101")
    street.bram.says("1")
    await street.bram.hears("Wat zie")
    street.bram.says("2")
    preview = await street.bram.hears("Klopt het?")
    assert "een punt op de kaart" in preview.text
    street.bram.says("Stationsstraat")
    preview = await street.bram.hears("Stationsstraat: Inbraak bezig")
    street.bram.presses("Versturen")
    await street.settled()
    entry = street.log("case.opened")[0]
    assert (entry.fields["street"], entry.fields["latitude"]) == ("Stationsstraat", "50.887200")


async def test_a_voice_message_first_is_kept_too(street: Village) -> None:
    street.anna.sends(Attachment(data=b"OggS", kind=MediaKind.VOICE, mime="audio/ogg"))
    await street.anna.hears("spraakbericht")
    await street.anna.hears("Bel eerst 101")


async def test_an_album_gets_one_answer(street: Village) -> None:
    """Three pictures at once are three files and one question."""
    street.anna.sends(*[Attachment(data=JPEG + bytes([n])) for n in range(3)])
    await street.anna.hears("Bel eerst 101")
    await street.settled()
    assert sum("Bel eerst 101" in text for text in street.anna.texts) == 1
    street.anna.presses("Ik heb 101 gebeld")
    await street.tells(street.anna)
    street.anna.presses("Versturen")
    await street.settled()
    assert "3 beelden" in street.card(street.carla).text


async def test_a_bare_101_is_taken_seriously(street: Village) -> None:
    """Whoever types 101, or "bel de politie", gets the gate, not a lecture."""
    for words in ("101", "bel de politie"):
        street.anna.says(words)
        await street.anna.hears("Bel eerst 101")
        street.anna.says("stop")
        await street.anna.hears("geannuleerd")


# --- corrections -----------------------------------------------------------------------------


async def test_back_and_change(street: Village) -> None:
    """`terug` puts the last question again; "aanpassen" changes one thing."""
    await street.begins(street.anna)
    await street.anna.hears("Wat zie")
    street.anna.says("man aan autodeuren")
    await street.anna.hears("Waar is het")
    street.anna.says("terug")
    await street.anna.hears("Wat zie")
    street.anna.says("vrouw aan autodeuren")
    await street.anna.hears("Waar is het")
    street.anna.says("Kerkstraat")
    await street.anna.hears("vrouw aan autodeuren")
    street.anna.presses("Aanpassen")
    await street.anna.hears("Wat wil je aanpassen")
    street.anna.presses("De plaats")
    await street.anna.hears("Waar is het")
    street.anna.says("Stationsstraat 4")
    preview = await street.anna.hears("Klopt het?")
    assert "Stationsstraat: vrouw aan autodeuren" in preview.text


async def test_stop_leaves_nothing_for_the_police(street: Village) -> None:
    """Cancelled is cancelled: the log only knows that a draft was thrown away."""
    await street.begins(street.anna)
    await street.tells(street.anna)
    street.anna.says("stop")
    await street.anna.hears("Er is geen melding verstuurd")
    await street.settled()
    kinds = {entry.kind for entry in street.log()}
    assert "draft.discarded" in kinds
    assert not any(kind.startswith("case.") for kind in kinds)


async def test_stop_with_a_slash_is_stop(street: Village) -> None:
    street.anna.says("meld")
    await street.anna.hears("Bel eerst 101")
    street.anna.says("/stop")
    await street.anna.hears("geannuleerd")


async def test_an_edited_message_corrects_the_draft(street: Village) -> None:
    """What was taken from the old words is taken from the new; the log keeps both."""
    await street.begins(street.anna)
    await street.anna.hears("Wat zie")
    message = street.anna.says("man met groen jas")
    await street.anna.hears("Waar is het")
    street.anna.says("Kerkstraat")
    await street.anna.hears("man met groen jas")
    street.anna.edits(message, "man met rode jas")
    await street.anna.hears("man met rode jas")
    street.anna.presses("Versturen")
    await street.settled()
    assert "man met rode jas" in street.card(street.carla).text
    said = [(e.kind, e.fields["text"]) for e in street.log("case.message", "case.edited")]
    assert said[-1] == ("case.edited", "man met rode jas")
    assert ("case.message", "man met groen jas") in said


async def test_other_commands_do_not_lose_a_draft(street: Village) -> None:
    """`gezien`, `help`, `taal` and a second `meld` in the middle: the draft stands."""
    await street.reports(street.carla)
    await street.skips_enrichment(street.carla)
    await street.begins(street.anna)
    await street.anna.hears("Wat zie")
    street.anna.says("vrouw met koevoet")
    await street.anna.hears("Waar is het")
    for words, answer in (
        ("/gezien", "Je melding is nog niet verstuurd"),
        ("meld", "Je melding is nog niet verstuurd"),
        ("/help", "Je bent iets aan het melden"),
        ("privacy", "wordt bewaard"),
    ):
        street.anna.says(words)
        await street.anna.hears(answer)
    street.anna.presses("Gezien", on=street.card(street.anna))
    await street.anna.hears("Je melding is nog niet verstuurd")
    street.anna.says("Stationsstraat 3")
    assert "vrouw met koevoet" in (await street.anna.hears("Klopt het?")).text


async def test_whoever_adds_to_one_report_may_begin_another(street: Village) -> None:
    """`meld` while asked about a coat is no coat."""
    await street.reports(street.anna)
    await street.anna.hears("Hoeveel personen")
    street.anna.says("1")
    await street.anna.hears("Persoon 1")
    street.anna.says("meld")
    await street.anna.hears("Bel eerst 101")


# --- restarts and old answers ------------------------------------------------------------------


async def test_a_draft_survives_a_restart_and_a_night(street: Village) -> None:
    """Everything typed is there again; after 15 minutes it is asked whether it goes on."""
    await street.begins(street.anna)
    await street.anna.hears("Wat zie")
    street.anna.says("man met koevoet")
    await street.anna.hears("Waar is het")
    await street.restarts()
    await street.later(hours=8)
    street.anna.says("Kerkstraat")
    preview = await street.anna.hears("Klopt het?")
    assert "man met koevoet" in preview.text
    street.anna.presses("Versturen")
    await street.anna.hears("Is het nog bezig?")
    assert not street.saw_card(street.carla)
    street.anna.presses("Nee, het is voorbij")
    await street.anna.hears("geen alarm")
    await street.settled()
    assert not street.saw_card(street.carla)


async def test_an_answer_that_comes_late_is_asked_about(street: Village) -> None:
    """Sent during an outage and handled 20 minutes later: "Is het nog bezig?" before any alert."""
    await street.begins(street.anna)
    await street.tells(street.anna)
    street.telegram.goes_away()
    street.anna.presses("Versturen")
    street.clock.advance(timedelta(minutes=20))
    street.telegram.comes_back()
    await street.anna.hears("Is het nog bezig?")
    await street.settled()
    assert not street.saw_card(street.carla)
    street.anna.presses("Ja, het is nog bezig")
    await street.anna.hears("gaat nu naar de buurt")
    await street.settled()
    assert street.saw_card(street.carla)
    assert street.log("case.opened")[0].fields["stale"] is True


async def test_an_idle_draft_is_remembered_kept_and_forgotten(street: Village) -> None:
    """A reminder after 2 minutes, kept after 10, gone after a day; never sent by itself."""
    await street.begins(street.anna)
    await street.anna.hears("Wat zie")
    await street.later(minutes=2, seconds=1)
    assert "Ben je er nog?" in street.anna.texts[-1]
    await street.later(minutes=8)
    assert any("Je melding is bewaard" in text for text in street.anna.texts)
    await street.later(hours=24)
    assert "nu gewist" in street.anna.texts[-1]
    assert not street.saw_card(street.carla)


async def test_two_reports_in_the_same_second_get_two_numbers(street: Village) -> None:
    """Nobody's report takes another one's number."""
    for person in (street.anna, street.bram):
        await street.begins(person)
        await street.tells(
            person, where="Kerkstraat" if person is street.anna else "Stationsstraat"
        )
    street.anna.presses("Versturen")
    street.bram.presses("Versturen")
    await street.settled()
    opened = [str(e.fields["case"]) for e in street.log("case.opened")]
    assert sorted(opened) == ["M-2026-0001", "M-2026-0002"]


async def test_an_old_button_answers_no_new_question(street: Village) -> None:
    """The gate's button of the first report does not open the second one's gate."""
    await street.begins(street.anna)
    old = next(shown for shown in street.anna.chat.of_bot if "Bel eerst 101" in shown.text)
    await street.anna.hears("Wat zie")
    street.anna.says("stop")
    await street.anna.hears("geannuleerd")
    street.anna.says("meld")
    await street.anna.hears("Bel eerst 101")
    street.anna.presses("Ik heb 101 gebeld", on=old)
    await street.anna.hears("voorbij")
    await street.settled()
    assert "Wat zie" not in street.anna.last.text


# --- what the group never sees -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "where"),
    [
        ("man voelt aan autodeuren", "Kerkstraat 12"),
        ("man in de tuin van Kerkstraat 12 bus 3", "Kerkstraat"),
        ("inbraak bezig bij nummer 12", "Kerkstraat"),
        ("man aan de deur", "De Hoeven 12"),
        ("man aan de deur", "Achterhoek 12"),
    ],
)
async def test_the_house_number_never_reaches_the_group(
    street: Village, what: str, where: str
) -> None:
    """Typed as the place or in free text: the group sees the street, the police everything."""
    await street.reports(street.anna, what=what, where=where)
    for chat in (street.telegram_group, street.signal_group, street.carla):
        assert "12" not in street.card(chat).text.replace("101", "")
    opened = street.log("case.opened")[0].fields
    assert "12" in f"{opened['what']} {opened['place']}"


async def test_a_sighting_keeps_its_house_number_from_the_group(street: Village) -> None:
    """The same for whoever saw something."""
    await street.reports(street.anna)
    street.carla.presses("Gezien", on=street.card(street.carla))
    await street.carla.hears("Waar en wanneer")
    street.carla.says("Kloosterstraat 7, om 23:10")
    await street.carla.hears("genoteerd")
    await street.settled()
    await street.telegram_group.hears("Waarneming van Buur 5: Kloosterstraat, 23:10")
    assert street.log("case.sighting")[0].fields["where"] == "Kloosterstraat 7, om 23:10"


@pytest.mark.parametrize("plate", ["1-ABC-234", "1ABC234", "1 abc 234", "ABC-123", "AB-12-CD"])
async def test_a_plate_is_shown_in_part(street: Village, plate: str) -> None:
    """`partial`: its first three characters; the police see all of it."""
    await street.reports(street.anna, what=f"grijze wagen, plaat {plate}, rijdt weg")
    card = street.card(street.carla).text
    assert plate not in card
    assert f"plaat {plate[:3]}…" in card
    assert plate in str(street.log("case.opened")[0].fields["what"])


async def test_bel_101_is_never_hidden(street: Village) -> None:
    """What looks a little like a plate and isn't one stays readable."""
    await street.reports(street.anna, what="ik bel 101 nu, bus 400 staat er, 2 uur 300 meter ver")
    assert "ik bel 101 nu, bus 400 staat er" in street.card(street.carla).text


async def test_plates_follow_the_neighbourhoods_rule(tmp_path: Path, clock: SettableClock) -> None:
    """`full` where the city wrote so, nothing of it with `none`."""
    for rule, shown in (("full", "1-ABC-234"), ("none", "plaat … rijdt")):
        folder = tmp_path / rule
        folder.mkdir()
        async with village(folder, clock, more=f"plate_to_group: {rule}") as munster:
            street = await munster.with_neighbours()
            await street.reports(street.anna, what="plaat 1-ABC-234 rijdt weg")
            assert shown in " ".join(street.card(street.carla).text.split())

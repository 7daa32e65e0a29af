"""Story 4: what comes after the alert edits the one card; the signalement rings once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.messaging import MediaKind
from bot.testkit.memory import Attachment

if TYPE_CHECKING:
    from tests.story.village import Village

JPEG = b"\xff\xd8\xff\xe0 a picture"


async def one_man(street: Village) -> None:
    """Anna describes one man by choices and words."""
    await street.anna.hears("Hoeveel personen")
    street.anna.says("1")
    await street.anna.hears("Persoon 1")
    street.anna.says("man")
    await street.anna.hears("Hoe oud")
    street.anna.says("30")
    await street.anna.hears("Hoe groot")
    street.anna.says("groot")
    await street.anna.hears("lichaamsbouw")


def edits(street: Village, of: str = "telegram") -> int:
    group = street.telegram_group if of == "telegram" else street.signal_group
    return street.card(group).edits


async def test_the_one_card_is_edited_at_once_and_then_every_two_minutes(street: Village) -> None:
    """The first addition shows at once; what follows waits, and comes together."""
    await street.reports(street.anna)
    await one_man(street)
    await street.settled()
    assert edits(street) == 1
    assert "Kijk uit naar: Man" in street.card(street.telegram_group).text
    assert "30" not in street.card(street.telegram_group).text
    await street.later(minutes=1, seconds=59)
    assert edits(street) == 1
    await street.later(seconds=2)
    assert edits(street) == 2
    card = street.card(street.telegram_group).text
    assert "Man, 30, Groter dan gemiddeld" in card
    assert "Bijgewerkt om 23:16" in card


async def test_every_copy_is_edited(street: Village) -> None:
    """Telegram, Signal and the page alike; nobody gets a second card."""
    await street.reports(street.anna)
    await one_man(street)
    await street.settled()
    for chat in (street.telegram_group, street.signal_group, street.carla):
        assert "Kijk uit naar" in street.card(chat).text
        assert sum("MELDING M-2026-0001" in text for text in chat.texts) == 1


async def test_the_signalement_goes_out_once_at_klaar(street: Village) -> None:
    """As a short new reply to the card, to everybody who has it."""
    await street.reports(street.anna)
    await one_man(street)
    street.anna.says("klaar")
    await street.anna.hears("Bedankt")
    await street.settled()
    for chat in (street.telegram_group, street.signal_group, street.carla):
        replies = [s for s in chat.chat.of_bot if s.text.startswith("M-2026-0001 · Kijk uit naar")]
        assert len(replies) == 1
        assert replies[0].reply_to == street.card(chat).id
        assert not replies[0].silent
    await street.later(minutes=3)
    assert sum("· Kijk uit naar" in text for text in street.carla.texts) == 1


async def test_the_signalement_goes_out_after_two_minutes_of_itself(street: Village) -> None:
    """Whoever is interrupted has not described in vain."""
    await street.reports(street.anna)
    await one_man(street)
    await street.later(minutes=2, seconds=1)
    assert sum("· Kijk uit naar: Man, 30" in text for text in street.carla.texts) == 1


async def test_nothing_described_is_no_signalement(street: Village) -> None:
    await street.reports(street.anna)
    await street.skips_enrichment(street.anna)
    await street.later(minutes=3)
    assert not any("Kijk uit naar" in text for text in street.carla.texts)
    assert street.log("case.description") == []


async def test_each_reads_the_description_in_their_own_language(street: Village) -> None:
    """What was chosen is translated, what was typed stays."""
    emily = street.telegram.person("Emily", language="en")
    await street.lives_here(emily, "Emily Stone")
    await street.reports(street.anna)
    await one_man(street)
    street.anna.says("klaar")
    await street.settled()
    reply = next(t for t in emily.texts if "Look out for" in t and t.startswith("M-"))
    assert "Man, 30, Taller than average" in reply
    assert emily.texts[0].startswith("ALERT M-2026-0001")


async def test_the_vehicle_shows_its_plate_in_part(street: Village) -> None:
    """Type and colour as words, the plate by the neighbourhood's rule, all of it for the police."""
    await street.reports(street.anna)
    await street.anna.hears("Hoeveel personen")
    for words, answer in (
        ("0", "voertuig"),
        ("auto", "Welke kleur"),
        ("grijs", "merk"),
        ("Golf", "nummerplaat"),
        ("1-ABC-234", "Nog iets"),
        ("0", "Welke kant"),
        ("naar de kerk", "Foto of video"),
        ("klaar", "Bedankt"),
    ):
        street.anna.says(words)
        await street.anna.hears(answer)
    await street.settled()
    told = next(t for t in street.carla.texts if "· Kijk uit naar" in t)
    assert "Auto, grijs, Golf, 1-A…; naar de kerk" in told
    vehicle = street.log("case.description")[-1].fields["vehicle"]
    assert isinstance(vehicle, dict)
    assert vehicle["plate"] == "1-ABC-234"


async def test_a_picture_is_counted_and_not_shown(street: Village) -> None:
    """It goes to the police file as received; the card says how many there are."""
    await street.reports(street.anna)
    street.anna.sends(Attachment(data=JPEG, as_file=True, mime="image/jpeg", name="foto.jpg"))
    await street.settled()
    assert "1 beeld, enkel voor de politie" in street.card(street.carla).text
    assert not any(shown.files for shown in street.carla.chat.of_bot)
    assert not any(shown.files for shown in street.telegram_group.chat.of_bot)
    (entry,) = street.log("case.media")
    assert (entry.fields["number"], entry.fields["as_file"], entry.fields["name"]) == (
        1,
        True,
        "foto.jpg",
    )


async def test_a_picture_after_the_questions_is_kept_too(street: Village) -> None:
    """No conversation is open: it belongs to the sender's own open alert."""
    await street.reports(street.anna)
    await street.skips_enrichment(street.anna)
    street.anna.sends_photo(JPEG, caption="hij loopt weg")
    await street.anna.hears("Bewaard bij M-2026-0001")
    await street.settled()
    assert "1 beeld" in street.card(street.carla).text
    assert [e.fields["text"] for e in street.log("case.message")][-1] == "hij loopt weg"


async def test_a_file_too_large_is_said_and_noted(street: Village) -> None:
    """The sender is asked to keep the original; the case says what is missing."""
    await street.reports(street.anna)
    video = Attachment(data=b"\0" * 60_000_000, kind=MediaKind.VIDEO, mime="video/mp4")
    street.anna.sends(video)
    await street.anna.hears("te groot. Bewaar het origineel")
    await street.settled()
    (entry,) = street.log("case.media_missing")
    assert (entry.fields["kind"], entry.fields["reason"]) == ("video", "too_large")
    assert "beeld" not in street.card(street.carla).text


async def test_an_empty_file_in_a_draft_is_said_at_once(street: Village) -> None:
    """A photo of 0 bytes: sent again, please; once the report is sent the case knows of it."""
    await street.begins(street.anna)
    await street.anna.hears("Wat zie")
    street.anna.sends_photo(b"")
    await street.anna.hears("was leeg")
    await street.settled()
    await street.anna.chat.hears("Wat zie")
    street.anna.says("man met koevoet")
    await street.anna.hears("Waar is het")
    street.anna.says("Kerkstraat")
    await street.anna.hears("Klopt het?")
    street.anna.presses("Versturen")
    await street.settled()
    assert [e.fields["reason"] for e in street.log("case.media_missing")] == ["empty"]


async def test_adding_later_by_number(street: Village) -> None:
    """The thanks say what to type; it asks the questions again; others are told it isn't theirs."""
    await street.reports(street.anna)
    await street.skips_enrichment(street.anna)
    assert "Typ aanvullen 1, einde 1 of fout 1." in street.anna.texts[-1]
    street.anna.says("aanvullen 1")
    await street.anna.hears("Hoeveel personen")
    street.carla.says("aanvullen 1")
    await street.carla.hears("is niet van jou")


async def test_an_edit_of_what_was_sent_shows_in_log_and_card(street: Village) -> None:
    """Both versions stay; the card follows the correction."""
    await street.begins(street.anna)
    await street.anna.hears("Wat zie")
    message = street.anna.says("man met groene jas")
    await street.anna.hears("Waar is het")
    street.anna.says("Kerkstraat")
    await street.anna.hears("Klopt het?")
    street.anna.presses("Versturen")
    await street.settled()
    street.anna.edits(message, "man met rode jas")
    await street.settled()
    assert "man met rode jas" in street.card(street.carla).text
    assert [e.fields["text"] for e in street.log("case.edited")] == ["man met rode jas"]
    street.anna.edits(message, "man met rode jas")
    await street.settled()
    assert len(street.log("case.edited")) == 1


async def test_a_description_in_place_of_a_number_reaches_the_neighbours(street: Village) -> None:
    """Asked how many, a nervous person says everything at once: the neighbours look out for it."""
    await street.reports(street.anna)
    await street.anna.hears("Hoeveel personen")
    street.anna.says("1 grote man met zwarte muts, witte bestelwagen 1-ABC-234")
    await street.anna.hears("Was er een voertuig")
    street.anna.says("klaar")
    heard = await street.telegram_group.hears("Kijk uit naar: ")
    assert "grote man met zwarte muts, witte bestelwagen" in heard.text
    assert "1-ABC-234" not in heard.text
    await street.settled()
    persons = street.log("case.description")[-1].fields["persons"]
    assert isinstance(persons, list)
    assert persons[0]["text"].endswith("1-ABC-234")

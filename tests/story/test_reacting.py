"""Story 5: sightings, and what is written straight into a native group."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.story.village import village

if TYPE_CHECKING:
    from pathlib import Path

    from bot.clock import SettableClock
    from tests.story.village import Village

HEARD = "M-2026-0001 · Waarneming van"


async def quiet(street: Village, **told: str) -> None:
    """Anna's alert is open and no conversation is."""
    await street.reports(street.anna, **told)
    await street.skips_enrichment(street.anna)


# --- GEZIEN ------------------------------------------------------------------------------------


async def test_a_sighting_goes_to_everybody_and_the_card_counts_it(street: Village) -> None:
    """A short new reply to each copy and to the reporter, not back to whoever saw it."""
    await quiet(street)
    street.carla.presses("Gezien")
    await street.carla.hears("Waar en wanneer")
    street.carla.says("Kloosterstraat, nu")
    call = await street.carla.hears("Bel 101 en zeg dat het hoort bij de melding van 23:14")
    assert "Kerkstraat" in call.text
    await street.settled()
    said = "M-2026-0001 · Waarneming van Buur 5: Kloosterstraat, nu"
    for chat in (street.telegram_group, street.signal_group):
        reply = next(shown for shown in chat.chat.of_bot if HEARD in shown.text)
        assert reply.text == said
        assert reply.reply_to == street.card(chat).id
        assert "1 waarneming, om 23:14: Kloosterstraat" in street.card(chat).text
    assert said in street.anna.texts
    assert not any(HEARD in text for text in street.carla.texts)
    assert street.log("case.sighting")[0].fields["author"] == "Buur 5"


async def test_seen_by_command_and_number(street: Village) -> None:
    """`gezien`, `gezien 1`, `/gezien #1`, and the card's number all lead to the same question."""
    await quiet(street)
    for words in ("gezien", "gezien 1", "/gezien #1", "GEZIEN M-2026-0001", "1"):
        street.carla.says(words)
        await street.carla.hears("Waar en wanneer")
        street.carla.says("stop")
        await street.carla.hears("stop")


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Kloosterstraat 5 nu", "Kloosterstraat, nu"),
        (
            "nu in de kloosterstr. 7, tegenover familie Maes",
            "in de kloosterstr., tegenover familie …, nu",
        ),
        (
            "Kloosterstraat 7, rode Golf richting kanaal, nu",
            "Kloosterstraat, rode Golf richting kanaal, nu",
        ),
        ("bij de kerk om 23:10", "bij de kerk, 23:10"),
        ("Kloosterstraat, 10 min geleden", "Kloosterstraat, 10 min geleden"),
    ],
)
async def test_place_and_time_are_told_apart(street: Village, said: str, shown: str) -> None:
    await quiet(street)
    street.carla.presses("Gezien")
    await street.carla.hears("Waar en wanneer")
    street.carla.says(said)
    heard = await street.telegram_group.hears(HEARD)
    assert heard.text.partition(": ")[2] == shown


async def test_when_is_asked_if_it_was_not_told(street: Village) -> None:
    await quiet(street)
    street.carla.presses("Gezien")
    await street.carla.hears("Waar en wanneer")
    street.carla.says("Stationsstraat")
    await street.carla.hears("Zie je het nu?")
    street.carla.says("10 minuten geleden")
    await street.carla.hears("genoteerd")
    heard = await street.telegram_group.hears(HEARD)
    assert heard.text.endswith("Stationsstraat, 10 minuten geleden")


async def test_a_shared_point_is_a_sighting_too(street: Village) -> None:
    """The police get the point, the neighbours that there is one."""
    await quiet(street)
    street.carla.presses("Gezien")
    await street.carla.hears("Waar en wanneer")
    street.carla.sends_location(50.8872, 5.5211)
    await street.carla.hears("Zie je het nu?")
    street.carla.presses("Ja, nu")
    heard = await street.telegram_group.hears(HEARD)
    assert heard.text.endswith("een punt op de kaart, nu")
    await street.settled()
    assert street.log("case.sighting")[0].fields["where"] == "50.887200, 5.521100"


async def test_with_two_alerts_open_the_bot_asks_which(street: Village) -> None:
    """By word, it asks for which; a bare number that fits two cards is asked about too."""
    await quiet(street)
    await street.reports(street.bram, where="Stationsstraat 3", what="fiets gestolen")
    street.carla.says("gezien")
    which = await street.carla.hears("Bij welke melding")
    assert len(which.choices) == 3
    street.carla.says("Stationsstraat")
    await street.carla.hears("Waar en wanneer")
    street.carla.says("stop")
    await street.carla.hears("stop")
    street.carla.says("1")
    which = await street.carla.hears("Wat bedoel je?")
    assert [c.label for c in which.choices] == ["Gezien (M-2026-0001)", "Gezien (M-2026-0002)"]
    street.carla.presses("M-2026-0002")
    await street.carla.hears("Waar en wanneer")


async def test_a_reply_to_a_card_says_which(street: Village) -> None:
    """Answering one card with a number, or with words, is about that card."""
    await quiet(street)
    await street.reports(street.bram, where="Stationsstraat 3", what="fiets gestolen")
    first = next(s for s in street.carla.chat.of_bot if s.text.startswith("MELDING M-2026-0001"))
    street.carla.says("1", reply_to=first)
    await street.carla.hears("Waar en wanneer")
    street.carla.says("Kloosterstraat, nu")
    await street.carla.hears("melding van 23:14, Kerkstraat")
    await street.settled()
    street.carla.says("hij rijdt weg", reply_to=first)
    await street.carla.hears("Waar en wanneer")
    await street.settled()
    assert street.log("case.message")[-1].fields["text"] == "hij rijdt weg"
    assert street.log("case.message")[-1].fields["case"] == "M-2026-0001"


async def test_safe_is_counted_and_passed_on_to_nobody(street: Village) -> None:
    await quiet(street)
    before = len(street.telegram_group.texts)
    street.carla.presses("Veilig")
    await street.carla.hears("niet doorgestuurd")
    await street.settled()
    assert len(street.telegram_group.texts) == before
    assert len(street.log("case.safe")) == 1


async def test_seen_after_the_end_is_kept_for_the_police(street: Village) -> None:
    """Closed while she typed: kept, not relayed, and she is told so."""
    await quiet(street)
    street.carla.presses("Gezien")
    await street.carla.hears("Waar en wanneer")
    street.anna.says("einde")
    await street.anna.hears("Hoe is de melding afgelopen")
    street.anna.says("2")
    await street.carla.chat.hears("AFGESLOTEN")
    street.carla.says("Kloosterstraat, nu")
    await street.carla.hears("bewaard voor de politie")
    await street.settled()
    assert len(street.log("case.sighting")) == 1
    assert not any(HEARD in text for text in street.telegram_group.texts)


# --- written in a native group -------------------------------------------------------------------


async def test_words_in_the_group_cross_to_the_others_while_an_alert_is_open(
    street: Village,
) -> None:
    """Kept in the log, passed on under the pseudonym, not echoed, and the author is asked."""
    await quiet(street)
    street.dirk.starts()
    street.dirk.says("hij loopt richting kerk", to=street.telegram_group)
    await street.signal_group.hears("Buur 6: hij loopt richting kerk")
    await street.carla.hears("Buur 6: hij loopt richting kerk")
    await street.settled()
    assert not any("hij loopt richting kerk" in t for t in street.telegram_group.texts)
    (entry,) = street.log("case.group_message")
    assert (entry.fields["author"], entry.fields["text"]) == ("Buur 6", "hij loopt richting kerk")
    await street.dirk.hears("Wil je er een melding van maken?")


async def test_house_numbers_and_plates_do_not_cross(street: Village) -> None:
    """What a member typed crosses as the group may see it; the log has it as written."""
    await quiet(street)
    street.bram.says("auto 1-ABC-234 voor Kloosterstraat 7", to=street.signal_group)
    heard = await street.telegram_group.hears("Buur 4:")
    assert "1-A…" in heard.text
    assert "234" not in heard.text
    assert " 7" not in heard.text
    await street.settled()
    (entry,) = street.log("case.group_message")
    assert entry.fields["text"] == "auto 1-ABC-234 voor Kloosterstraat 7"


async def test_whoever_is_no_member_gets_a_link_in_the_group(street: Village) -> None:
    """The bot can't write first to a stranger: a short reply with a deep link, once an hour."""
    await quiet(street)
    toon = street.telegram.person("Toon")
    toon.joins(street.telegram_group)
    toon.says("wat is er aan de hand?", to=street.telegram_group)
    link = await street.telegram_group.hears("Schrijf mij privé")
    assert "start=meld" in link.text
    await street.signal_group.hears("Een buur: wat is er aan de hand?")
    toon.says("hallo?", to=street.telegram_group)
    await street.settled()
    assert sum("Schrijf mij privé" in t for t in street.telegram_group.texts) == 1


async def test_the_link_begins_a_report(street: Village) -> None:
    """`/start meld` from a member is `meld`."""
    street.carla.says("/start meld")
    await street.carla.hears("Bel eerst 101")


async def test_outside_an_alert_words_are_neither_kept_nor_relayed(street: Village) -> None:
    """The author is asked once an hour; a no keeps nothing anywhere."""
    street.bram.says("wie heeft er een ladder?", to=street.signal_group)
    await street.bram.hears("Wil je er een melding van maken?")
    street.bram.says("nee")
    await street.bram.hears("ik maak er geen melding van")
    street.bram.says("of een trap?", to=street.signal_group)
    await street.settled()
    assert sum("melding van maken" in text for text in street.bram.texts) == 1
    assert not any("ladder" in text for text in street.telegram_group.texts)
    assert not any("ladder" in str(entry.fields) for entry in street.log())
    await street.later(minutes=61)
    street.bram.says("niemand een ladder?", to=street.signal_group)
    await street.settled()
    assert sum("melding van maken" in text for text in street.bram.texts) == 2


async def test_only_a_yes_keeps_the_words(street: Village) -> None:
    """The words become what is reported, and stand in the log as they were written."""
    street.bram.says("man met koevoet in de Kerkstraat", to=street.signal_group)
    await street.bram.hears("Wil je er een melding van maken?")
    street.bram.says("ja")
    await street.bram.hears("Bel eerst 101")
    street.bram.says("1")
    await street.bram.hears("Klopt het?")  # the street stood in the words
    street.bram.presses("Versturen")
    await street.bram.hears("gaat nu naar de buurt")
    await street.settled()
    assert next(e.fields["text"] for e in street.log("case.message")) == (
        "man met koevoet in de Kerkstraat"
    )


async def test_an_unanswered_question_forgets_the_words_after_an_hour(street: Village) -> None:
    street.bram.says("man met koevoet in de Kerkstraat", to=street.signal_group)
    await street.bram.hears("Wil je er een melding van maken?")
    await street.later(minutes=61)
    assert street.open_conversations() == 0


async def test_seen_typed_in_the_group_is_asked_about_privately(street: Village) -> None:
    """GEZIEN, or the card's number, in the native group acts for that member and is no text."""
    await quiet(street)
    for words in ("GEZIEN", "gezien 1", "1"):
        street.bram.says(words, to=street.signal_group)
        await street.bram.hears("Waar en wanneer")
        street.bram.says("stop")
        await street.bram.hears("stop")
    await street.settled()
    assert not any("Buur 4:" in text for text in street.telegram_group.texts)
    assert street.log("case.group_message") == []
    street.bram.says("2", to=street.signal_group)
    await street.bram.hears("Genoteerd bij M-2026-0001")


async def test_seen_in_the_group_by_somebody_the_bot_cannot_write_to(street: Village) -> None:
    """A link in the group opens the question about this very card."""
    await quiet(street)
    emma = street.telegram.person("Emma")
    await street.lives_here(emma, "Emma Claes")
    emma.joins(street.telegram_group)
    emma.blocks()
    await street.settled()
    emma.says("gezien", to=street.telegram_group)
    link = await street.telegram_group.hears("start=gezien_")
    payload = link.text.partition("start=")[2].partition(".")[0]
    emma.says(f"/start {payload}")
    await emma.hears("Waar en wanneer")


async def test_a_button_under_the_groups_card_answers_privately(street: Village) -> None:
    await quiet(street)
    street.dirk.presses("Gezien", on=street.card(street.telegram_group))
    await street.dirk.hears("Waar en wanneer")


async def test_edits_of_group_messages_are_kept_as_both_versions(street: Village) -> None:
    await quiet(street)
    message = street.bram.says("hij is in de Kloosterstraat", to=street.signal_group)
    await street.telegram_group.hears("hij is in de Kloosterstraat")
    street.bram.edits(message, "hij is in de Stationsstraat")
    await street.settled()
    assert [e.fields["text"] for e in street.log("case.edited")] == ["hij is in de Stationsstraat"]
    assert street.log("case.edited")[0].fields["message"] == message
    for chat in (street.telegram_group, street.carla):
        assert "Buur 4: hij is in de Stationsstraat" in chat.texts
        assert not any("Kloosterstraat" in text for text in chat.texts)


async def test_an_anonymous_admin_is_kept_and_asked_nothing(street: Village) -> None:
    """Telegram hides who wrote: it crosses as "Een buur"."""
    await quiet(street)
    street.els.says("politie is onderweg gezien", to=street.telegram_group, anonymous=True)
    await street.signal_group.hears("Een buur: politie is onderweg gezien")
    await street.settled()
    assert not any("melding van maken" in text for text in street.els.texts)


async def test_a_hundred_thousand_characters_cross_cut(street: Village) -> None:
    """The log has all of it, the neighbours the beginning, and nothing gets stuck."""
    await quiet(street)
    street.bram.says("Kerkstraat 12 " * 7200, to=street.signal_group)
    heard = await street.telegram_group.hears("Buur 4: Kerkstraat")
    assert len(heard.text) < 1000
    await street.settled()
    assert len(str(street.log("case.group_message")[0].fields["text"])) == 100_800


# --- what a neighbourhood relays -----------------------------------------------------------------


async def test_relay_alerts_only(tmp_path: Path, clock: SettableClock) -> None:
    """`relay: alerts`: cards and sightings cross, conversation doesn't and isn't kept."""
    async with village(tmp_path, clock, more="relay: alerts") as munster:
        street = await munster.with_neighbours()
        await quiet(street)
        street.bram.says("hij loopt weg", to=street.signal_group)
        await street.settled()
        assert not any("hij loopt weg" in text for text in street.telegram_group.texts)
        assert street.log("case.group_message") == []
        assert street.saw_card(street.telegram_group)


async def test_relay_always(tmp_path: Path, clock: SettableClock) -> None:
    """`relay: always`: conversation crosses and is kept without an alert too."""
    async with village(tmp_path, clock, more="relay: always") as munster:
        street = await munster.with_neighbours()
        street.bram.says("wie heeft er een ladder?", to=street.signal_group)
        await street.telegram_group.hears("Buur 4: wie heeft er een ladder?")
        await street.carla.hears("Buur 4: wie heeft er een ladder?")
        await street.settled()
        (entry,) = street.log("case.group_message")
        assert (entry.fields["case"], entry.fields["author"]) == ("", "Buur 4")
        assert not any("ladder" in text for text in street.signal_group.texts)


async def test_a_point_without_words_is_kept_too(street: Village) -> None:
    """Shared in the group, or after the report: the police can see where."""
    await street.reports(street.anna)
    street.anna.sends_location(50.87, 5.51)
    await street.anna.hears("Je locatie is ontvangen")
    street.dirk.sends_location(50.88, 5.52, to=street.telegram_group)
    await street.settled()
    told = [e.fields["text"] for e in street.log("case.message", "case.group_message")]
    assert told[-2:] == ["50.87, 5.51", "50.88, 5.52"]
    assert not any("50.8" in text for text in street.carla.texts + street.signal_group.texts)


async def test_the_reporter_reads_what_is_written_in_the_groups(street: Village) -> None:
    """She is in none of them, and it is about her report; not while relaying is stopped."""
    await street.reports(street.anna)
    street.dirk.says("hij loopt naar nr 12", to=street.telegram_group)
    await street.anna.hears("Buur 6: hij loopt naar nr …")
    street.els.says("pauze")
    await street.gert.chat.hears("heeft het doorsturen gepauzeerd")
    street.dirk.says("nu naar de kerk", to=street.telegram_group)
    await street.settled()
    assert not any("naar de kerk" in text for text in street.anna.texts)


async def test_a_reporter_in_a_group_reads_it_there_once(street: Village) -> None:
    await street.reports(street.dirk)
    street.bram.says("hij loopt weg", to=street.signal_group)
    await street.telegram_group.hears("Buur 4: hij loopt weg")
    await street.settled()
    assert not any("hij loopt weg" in text for text in street.dirk.texts)


async def test_a_report_without_an_alarm_is_not_said_to_be_closed(street: Village) -> None:
    await street.begins(street.anna, "Langer dan 15 minuten geleden")
    await street.tells(street.anna)
    street.anna.presses("Versturen")
    await street.anna.hears("Je buren kregen geen alarm")
    street.els.says("sluit 1")
    await street.els.hears("is niet naar de buurt gegaan")

"""Story 2 and 5: "somebody else called" adds to the alert that is out, and loses nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from bot.testkit.people import Person
    from tests.story.village import Village

ADDS = "M-2026-0001 · Buur 5 vult aan: "


async def quiet(street: Village) -> None:
    """Anna's alert is open and no conversation is."""
    await street.reports(street.anna)
    await street.skips_enrichment(street.anna)


async def joins(street: Village, who: Person) -> None:
    """Somebody else called, and it belongs to Anna's alert."""
    await street.begins(who, "Iemand anders heeft gebeld")
    await who.hears("Hoort het bij een van deze")
    who.presses("Kerkstraat")
    await who.hears("Wat heb je zelf gezien")


async def closes(street: Village) -> None:
    """Anna closes her alert."""
    street.anna.says("einde")
    await street.anna.hears("Hoe is de melding afgelopen")
    street.anna.says("2")
    await street.anna.hears("AFGESLOTEN")
    await street.settled()


async def test_what_is_added_reaches_everybody(street: Village) -> None:
    """A short new reply to the card, that rings; to the reporter too; in the log as added."""
    await quiet(street)
    await joins(street, street.carla)
    street.carla.says("hij heeft een zwarte rugzak")
    await street.carla.hears("Genoteerd bij die melding")
    await street.settled()
    said = f"{ADDS}hij heeft een zwarte rugzak"
    for chat in (street.telegram_group, street.signal_group):
        (reply,) = [shown for shown in chat.chat.of_bot if shown.text == said]
        assert reply.reply_to == street.card(chat).id
        assert not reply.silent
        assert "1 aanvulling, om 23:14: hij heeft een zwarte rugzak" in street.card(chat).text
    assert said in street.anna.texts
    assert said not in street.carla.texts
    fields = street.log("case.message")[-1].fields
    assert (fields["author"], fields["text"], fields["early"]) == (
        "Buur 5",
        "hij heeft een zwarte rugzak",
        False,
    )
    assert fields["case"] == "M-2026-0001"


async def test_what_was_typed_at_the_gate_is_added(street: Village) -> None:
    """Words before the choice are the addition: nothing is asked twice."""
    await quiet(street)
    street.carla.says("meld")
    await street.carla.hears("Bel eerst 101")
    street.carla.says("man met bivakmuts loopt in de Stationsstraat 7")
    await street.carla.hears("Eerst nog dit.")
    street.carla.presses("Iemand anders")
    await street.carla.hears("Hoort het bij een van deze")
    street.carla.says("hij draagt een ladder")
    await street.carla.hears("Hoort het bij een van deze")
    street.carla.presses("Kerkstraat")
    await street.carla.hears("Genoteerd bij die melding")
    heard = await street.telegram_group.hears(ADDS)
    assert "man met bivakmuts loopt in de Stationsstraat" in heard.text
    assert "Hij draagt een ladder" in heard.text
    assert " 7" not in heard.text
    await street.settled()
    texts = [e.fields["text"] for e in street.log("case.message") if e.fields["author"] == "Buur 5"]
    assert texts == ["man met bivakmuts loopt in de Stationsstraat 7", "hij draagt een ladder"]


async def test_plates_and_numbers_stay_with_the_police(street: Village) -> None:
    await quiet(street)
    await joins(street, street.carla)
    street.carla.says("auto 1-ABC-234 voor Kloosterstraat 7, ik ben 0470 12 34 56")
    heard = await street.telegram_group.hears(ADDS)
    await street.settled()
    for text in (heard.text, street.card(street.telegram_group).text, *street.anna.texts):
        assert "234" not in text
        assert "Kloosterstraat 7" not in text
        assert "0470" not in text
    assert "1-ABC-234" in str(street.log("case.message")[-1].fields["text"])


async def test_a_like_report_that_belongs_to_it_is_an_addition(street: Village) -> None:
    """ "Dit lijkt op": she called herself, and says what she sees and where."""
    await quiet(street)
    await street.begins(street.carla)
    await street.carla.hears("Wat zie")
    street.carla.says("twee mannen met koevoet")
    await street.carla.hears("Waar is het")
    street.carla.says("Kerkstraat 20")
    await street.carla.hears("Dit lijkt op melding M-2026-0001")
    street.carla.says("ja")
    await street.carla.hears("Genoteerd bij die melding")
    heard = await street.signal_group.hears(ADDS)
    assert heard.text == f"{ADDS}twee mannen met koevoet, Kerkstraat"


async def test_the_same_plate_in_another_street_is_asked_about(street: Village) -> None:
    """A car that was reported drives on: perhaps it belongs there; her "nee" makes it her own."""
    await street.reports(street.anna, what="auto 1-ABC-234 rijdt traag rond")
    await street.skips_enrichment(street.anna)
    street.carla.says("/meld grijze wagen 1ABC234 Stationsstraat 3")
    await street.carla.hears("Bel eerst 101")
    street.carla.presses("Ik heb 101 gebeld")
    await street.carla.hears("Dit lijkt op melding M-2026-0001 van 23:14, Kerkstraat")
    street.carla.says("nee")
    await street.carla.hears("Klopt het?")


async def test_nothing_to_add_rings_nobody(street: Village) -> None:
    await quiet(street)
    before = len(street.telegram_group.texts)
    await joins(street, street.carla)
    street.carla.says("0")
    await street.carla.hears("Genoteerd bij die melding")
    await street.settled()
    assert len(street.telegram_group.texts) == before
    assert "aanvulling" not in street.card(street.telegram_group).text


async def test_a_rectified_alert_takes_additions_back(street: Village) -> None:
    """They may have described somebody innocent: the replies lose their words."""
    await quiet(street)
    await joins(street, street.carla)
    street.carla.says("hij heeft een zwarte rugzak")
    await street.telegram_group.hears("rugzak")
    street.anna.says("fout 1")
    await street.anna.hears("Was de melding fout")
    street.anna.says("1")
    await street.telegram_group.hears("RECHTZETTING")
    await street.settled()
    for chat in (street.telegram_group, street.signal_group, street.anna):
        assert not any("rugzak" in text for text in chat.texts)


async def test_while_relaying_is_stopped_only_the_log_and_the_reporter_have_it(
    street: Village,
) -> None:
    await quiet(street)
    street.els.says("pauze")
    await street.els.hears("Doorsturen is gepauzeerd")
    await joins(street, street.carla)
    street.carla.says("hij heeft een zwarte rugzak")
    await street.carla.hears("Genoteerd bij die melding")
    await street.settled()
    assert not any("rugzak" in text for text in street.telegram_group.texts)
    assert any("rugzak" in text for text in street.anna.texts)


async def test_whoever_joined_may_add_later_and_end_nothing(street: Village) -> None:
    """The thanks promise what is so: add, with the number; a picture later belongs to it too."""
    await quiet(street)
    await joins(street, street.carla)
    street.carla.says("0")
    await street.carla.hears("Hoeveel personen")
    street.carla.says("klaar")
    thanks = await street.carla.hears("Bedankt")
    assert "aanvullen 1" in thanks.text
    assert "einde" not in thanks.text
    street.carla.sends_photo(b"\xff\xd8\xff\xe0 a picture")
    await street.carla.hears("Bewaard bij M-2026-0001")
    street.carla.says("einde 1")
    await street.carla.hears("is niet van jou")
    street.carla.says("aanvullen 1")
    await street.carla.hears("Hoeveel personen")
    street.carla.says("1")
    await street.carla.hears("Persoon 1")
    street.carla.says("man met rode muts")
    await street.later(minutes=2, seconds=1)
    assert "man met rode muts" in street.card(street.telegram_group).text


async def test_words_behind_the_number_are_kept_with_that_alert(street: Village) -> None:
    """Whoever types the number and goes on has told it: no new report, no second time."""
    await quiet(street)
    street.anna.says("aanvullen 1 hij liep weg met een fiets, richting station")
    await street.anna.hears("Bewaard bij M-2026-0001, voor de politie")
    await street.anna.hears("Hoeveel personen")
    await street.settled()
    fields = street.log("case.message")[-1].fields
    assert fields["case"] == "M-2026-0001"
    assert fields["text"] == "aanvullen 1 hij liep weg met een fiets, richting station"


@pytest.mark.parametrize("slash", ["", "/"])
async def test_without_a_number_it_is_ones_only_alert(street: Village, slash: str) -> None:
    """The reporter's own, or the one they joined; whoever has none reports."""
    await quiet(street)
    words = f"{slash}aanvullen hij liep weg met een fiets"
    street.anna.says(words)
    await street.anna.hears("Bewaard bij M-2026-0001, voor de politie")
    await street.settled()
    assert street.log("case.message")[-1].fields["text"] == words
    street.carla.says("aanvullen hij liep weg met een fiets")
    await street.carla.hears("Wat klopt voor jou?")


async def test_words_behind_a_number_that_is_no_alert_begin_a_report(street: Village) -> None:
    """Two men are not alert 2: what was told is kept, and the gate stands."""
    await quiet(street)
    street.anna.says("aanvulling 2 mannen lopen achter het station")
    await street.anna.hears("Bel eerst 101")


# --- the alert ends while somebody types --------------------------------------------------------


@pytest.mark.parametrize("restarted", [False, True])
async def test_closed_while_she_typed_becomes_her_own_report(
    street: Village, *, restarted: bool
) -> None:
    """Said truthfully, and nothing typed is lost: the gate again, then only the place."""
    await quiet(street)
    await joins(street, street.carla)
    await closes(street)
    if restarted:
        await street.restarts()
    street.carla.says("man met koevoet loopt weg")
    await street.carla.hears("is intussen afgesloten. Wat je typte, heb ik nog")
    await street.carla.hears("Bel eerst 101")
    street.carla.presses("Ik heb 101 gebeld")
    await street.carla.hears("Waar is het")
    street.carla.says("Stationsstraat 3")
    preview = await street.carla.hears("Klopt het?")
    assert "Stationsstraat: man met koevoet loopt weg" in preview.text
    street.carla.presses("Versturen")
    await street.carla.hears("Melding M-2026-0002 gaat nu naar de buurt")
    await street.settled()
    told = [e.fields for e in street.log("case.message") if e.fields["author"] == "Buur 5"]
    assert [(one["case"], one["text"]) for one in told] == [
        ("M-2026-0002", "man met koevoet loopt weg"),
        ("M-2026-0002", "Stationsstraat 3"),
    ]


async def test_closed_before_she_chose(street: Village) -> None:
    """Pressing an alert that is gone says so; what was typed at the gate is still there."""
    await quiet(street)
    street.carla.says("/meld man met koevoet Stationsstraat 3")
    await street.carla.hears("Bel eerst 101")
    street.carla.presses("Iemand anders")
    await street.carla.hears("Hoort het bij een van deze")
    await closes(street)
    street.carla.says("1")
    await street.carla.hears("is intussen afgesloten")
    await street.carla.hears("Bel eerst 101")
    street.carla.presses("Ik heb 101 gebeld")
    preview = await street.carla.hears("Klopt het?")
    assert "Stationsstraat: man met koevoet" in preview.text


async def test_closed_before_she_said_that_it_belongs_to_it(street: Village) -> None:
    """She called 101 herself: no second gate, her report goes on."""
    await quiet(street)
    await street.begins(street.carla)
    await street.carla.hears("Wat zie")
    street.carla.says("twee mannen met koevoet")
    await street.carla.hears("Waar is het")
    street.carla.says("Kerkstraat 20")
    await street.carla.hears("Dit lijkt op melding")
    await closes(street)
    street.carla.says("1")
    await street.carla.hears("is intussen afgesloten")
    preview = await street.carla.hears("Klopt het?")
    assert "Kerkstraat: twee mannen met koevoet" in preview.text


async def test_closed_and_stopped_leaves_nothing(street: Village) -> None:
    await quiet(street)
    await joins(street, street.carla)
    await closes(street)
    street.carla.says("man met koevoet loopt weg")
    await street.carla.hears("Bel eerst 101")
    street.carla.says("stop")
    await street.carla.hears("geannuleerd")
    await street.settled()
    assert not any("koevoet" in str(entry.fields) for entry in street.log())


async def test_a_number_means_the_alert_that_stood_there(street: Village) -> None:
    """A newer alert, or one that ended, moves no number under her thumb."""
    await quiet(street)
    await street.begins(street.carla, "Iemand anders heeft gebeld")
    await street.carla.hears("Hoort het bij een van deze")
    await street.reports(street.bram, what="fiets gestolen", where="Stationsstraat 3")
    street.carla.says("1")
    await street.carla.hears("Wat heb je zelf gezien")
    street.carla.says("hij heeft een zwarte rugzak")
    await street.carla.hears("Genoteerd bij die melding")
    await street.telegram_group.hears(f"{ADDS}hij heeft een zwarte rugzak")


async def test_seen_by_number_is_of_the_alert_that_stood_there(street: Village) -> None:
    """The same for a sighting: the one chosen was closed meanwhile, which is said."""
    await quiet(street)
    await street.reports(street.bram, what="fiets gestolen", where="Stationsstraat 3")
    await street.skips_enrichment(street.bram)
    street.carla.says("gezien")
    which = await street.carla.hears("Bij welke melding")
    assert [choice.label.split()[1] for choice in which.choices][:2] == [
        "Stationsstraat:",
        "Kerkstraat:",
    ]
    street.bram.says("einde 2")
    await street.bram.hears("Hoe is de melding afgelopen")
    street.bram.says("2")
    await street.bram.hears("AFGESLOTEN")
    street.carla.says("1")
    await street.carla.hears("Waar en wanneer")
    street.carla.says("Rozenstraat, nu")
    await street.carla.hears("Melding M-2026-0002 is al afgesloten")
    await street.settled()
    assert not any("Waarneming van Buur 5" in text for text in street.telegram_group.texts)
    assert not any("melding van , " in text for text in street.carla.texts)

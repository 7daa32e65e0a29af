"""Story 6: closing with an outcome, putting right, silence, and opening again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.errors import Retryable
from tests.story.closing import ends

if TYPE_CHECKING:
    from tests.story.village import Village


@pytest.mark.parametrize("who", ["anna", "els", "gert"])
async def test_reporter_or_coordinator_closes_and_everybody_is_told(
    street: Village, who: str
) -> None:
    """Each copy gets a short new message and its card shows the end; the reporter hears it too."""
    await street.reports(street.anna)
    await street.skips_enrichment(street.anna)
    words = "einde 1" if who == "anna" else "sluit 1"
    await ends(street, getattr(street, who), "De persoon is weg", words=words)
    for chat in (street.telegram_group, street.signal_group, street.carla):
        closing = [s for s in chat.chat.of_bot if s.text.startswith("M-2026-0001 AFGESLOTEN")]
        assert len(closing) == 1
        assert "om 23:14: persoon weg" in closing[0].text
        card = street.card(chat)
        assert card.text.startswith("MELDING M-2026-0001 · AFGESLOTEN")
        assert "man voelt aan autodeuren" not in card.text
    assert any("M-2026-0001 AFGESLOTEN" in text for text in street.anna.texts)
    entry = street.log("case.closed")[0].fields
    assert entry["outcome"] == "gone"
    assert entry["by"] == {"anna": "Buur 3", "els": "Beheerder 1", "gert": "Beheerder 2"}[who]


async def test_neighbours_cannot_close(street: Village) -> None:
    await street.reports(street.anna)
    street.carla.says("einde 1")
    await street.carla.hears("is niet van jou")
    street.carla.says("/sluit 1")
    await street.carla.hears("enkel een beheerder")


async def test_a_report_that_alerted_nobody_has_no_end(street: Village) -> None:
    """`einde 1` says why: it is not called closed when it never went out."""
    await street.begins(street.anna)
    await street.tells(street.anna)
    street.anna.presses("Enkel naar beheerder")
    await street.anna.hears("geen alarm")
    street.anna.says("klaar")
    await street.anna.hears("Bedankt")
    street.anna.says("einde 1")
    await street.anna.hears("is niet naar de buurt gegaan")


async def test_a_slip_on_the_handle_corrects_nothing(street: Village) -> None:
    """ "Rechtzetten" under the card asks before it tells a whole neighbourhood."""
    await street.reports(street.anna)
    street.els.presses("Rechtzetten")
    await street.els.hears("een rechtzetting")
    street.els.presses("Nee, laat ze staan")
    await street.els.hears("er verandert niets")
    await street.settled()
    assert street.alert().state == "open"
    assert not any("RECHTZETTING" in text for text in street.carla.texts)


async def test_a_recorded_report_is_taken_back(street: Village) -> None:
    """Nobody was alerted: `fout` is enough, and the log says so."""
    await street.begins(street.anna)
    await street.tells(street.anna)
    street.anna.presses("Enkel naar beheerder")
    await street.anna.hears("geen alarm")
    street.anna.says("klaar")
    await street.anna.hears("Bedankt")
    street.anna.says("fout 1")
    await street.anna.hears("is ingetrokken")
    await street.settled()
    assert len(street.log("case.withdrawn")) == 1


async def test_forty_five_silent_minutes_are_asked_about(street: Village) -> None:
    """Reporter and coordinators; a button or a number closes, "nog bezig" keeps it open."""
    await street.reports(street.anna)
    await street.skips_enrichment(street.anna)
    await street.later(minutes=44)
    assert not any("45 minuten" in text for text in street.anna.texts)
    await street.later(minutes=2)
    asked = await street.anna.chat.hears("al 45 minuten niets gehoord. Is het voorbij?")
    assert [choice.label for choice in asked.choices] == ["Het is voorbij"]
    street.anna.presses("Het is voorbij", on=asked)
    still = await street.anna.hears("al even stil")
    street.anna.presses("Het is nog bezig", on=still)
    await street.anna.hears("blijft open")
    street.gert.says("1")
    await street.gert.hears("al even stil")
    street.gert.presses("Politie is ter plaatse geweest")
    await street.carla.hears("AFGESLOTEN")


async def test_something_new_breaks_the_silence(street: Village) -> None:
    await street.reports(street.anna)
    await street.skips_enrichment(street.anna)
    await street.later(minutes=40)
    street.carla.presses("Gezien")
    await street.carla.hears("Waar en wanneer")
    street.carla.says("Kloosterstraat, nu")
    await street.later(minutes=40)
    assert not any("45 minuten" in text for text in street.anna.texts)
    await street.later(minutes=6)
    assert any("45 minuten" in text for text in street.anna.texts)


async def test_after_four_silent_hours_it_is_closed_without_news(street: Village) -> None:
    await street.reports(street.anna)
    await street.skips_enrichment(street.anna)
    await street.later(hours=4, seconds=1)
    closed = await street.carla.hears("AFGESLOTEN")
    assert "afgesloten zonder nieuws" in closed.text
    assert street.card(street.carla).text.startswith("MELDING M-2026-0001 · GEEN NIEUWS")
    assert street.log("case.closed")[0].fields == {
        "case": "M-2026-0001",
        "outcome": "no_news",
        "by": "Saarbot",
    }


async def test_a_report_that_waits_for_a_call_does_not_wait_for_ever(street: Village) -> None:
    """Nobody called: after four hours it is closed, and the coordinators stand down."""
    await street.begins(street.anna, "Ik kan niet bellen")
    await street.anna.hears("112 BE")
    street.anna.presses("Ja, vraag het")
    await street.tells(street.anna)
    street.anna.presses("Versturen")
    await street.anna.hears("is bewaard")
    await street.later(hours=4, seconds=1)
    assert street.alert().state == "no_news"
    assert not street.saw_card(street.carla)
    assert any("niet naar de buurt gegaan" in text for text in street.anna.texts)


async def test_reopened_it_lives_again(street: Village) -> None:
    """`heropenen 1`: the card is whole again, its numbers work, everybody is told."""
    await street.reports(street.anna)
    await street.skips_enrichment(street.anna)
    await ends(street, street.anna, "De persoon is weg")
    street.els.says("heropenen 1")
    await street.carla.hears("M-2026-0001 is opnieuw open")
    await street.settled()
    assert "man voelt aan autodeuren" in street.card(street.carla).text
    street.carla.says("1")
    await street.carla.hears("Waar en wanneer")
    assert len(street.log("case.reopened")) == 1


async def test_a_closed_cards_choices_are_dead(street: Village) -> None:
    """An old button, and an old number, get a kind answer and do nothing."""
    await street.reports(street.anna)
    await street.skips_enrichment(street.anna)
    card = street.card(street.carla)
    await ends(street, street.anna, "De persoon is weg")
    street.carla.presses("Gezien", on=card)
    await street.carla.hears("is al afgesloten. Zie je weer iets? Typ MELD.")
    street.carla.says("1")
    await street.carla.hears("geen vraag voor open")
    street.carla.says("gezien 1")
    await street.carla.hears("is al afgesloten")
    assert street.log("case.sighting") == []


async def test_closing_twice_is_closing_once(street: Village) -> None:
    """Two who close at the same moment: the second hears that it is done."""
    await street.reports(street.anna)
    await street.skips_enrichment(street.anna)
    for person in (street.anna, street.els):
        person.says("einde 1")
        await person.hears("Hoe is de melding afgelopen")
    street.anna.presses("De persoon is weg")
    street.els.presses("Loos alarm")
    await street.settled()
    assert len(street.log("case.closed")) == 1


async def test_whoever_gets_the_card_late_gets_the_closed_one(street: Village) -> None:
    """Carla's messenger was away: when it returns she reads that it is over."""
    street.web.goes_away()
    await street.begins(street.anna)
    await street.tells(street.anna)
    street.anna.presses("Versturen")
    await street.anna.hears("gaat nu naar de buurt")
    street.anna.says("klaar")
    await street.anna.hears("Bedankt")
    street.anna.says("einde")
    await street.anna.hears("Hoe is de melding afgelopen")
    street.anna.presses("De persoon is weg")
    await street.anna.hears("Goed, dank je")
    street.web.comes_back()
    street.clock.advance(timedelta(seconds=30))
    await street.settled()
    await street.carla.hears("AFGESLOTEN")
    assert street.card(street.carla).text.startswith("MELDING M-2026-0001 · AFGESLOTEN")


async def test_what_a_closing_makes_untrue_is_not_put_late(street: Village) -> None:
    """Gert's phone was out of reach: he reads that it is closed, not that it stands open."""
    await street.reports(street.anna)
    await street.skips_enrichment(street.anna)
    street.signal.fails(Retryable("busy"), at=street.address_of(street.gert), times=1)
    await street.later(minutes=46)
    street.els.says("sluit 1")
    await street.els.hears("Hoe is de melding afgelopen")
    street.els.says("1")
    await street.telegram_group.hears("AFGESLOTEN")
    for _ in range(3):
        await street.later(seconds=4)
    assert not any("al 45 minuten niets gehoord" in text for text in street.gert.texts)


async def test_is_it_over_may_be_answered_with_yes_or_no(street: Village) -> None:
    """No leaves it open, and yes asks how it ended; neither begins a report."""
    await street.reports(street.anna)
    await street.skips_enrichment(street.anna)
    await street.later(minutes=46)
    street.gert.says("nee")
    await street.gert.hears("Goed, de melding blijft open")
    street.anna.says("ja")
    await street.anna.hears("Kies hoe het is afgelopen")
    street.anna.says("2")
    await street.carla.hears("AFGESLOTEN")

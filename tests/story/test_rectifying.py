"""Story 6: a false alarm is put right, and what was told of somebody innocent is taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.errors import Retryable
from tests.story.closing import ends, rectifies

if TYPE_CHECKING:
    from tests.story.village import Village


@pytest.mark.parametrize("outcome", ["Loos alarm", "De melding was fout"])
async def test_a_false_alarm_sends_a_rectification(street: Village, outcome: str) -> None:
    """The card and the signalement lose their description on every phone."""
    await street.reports(street.anna)
    await street.anna.hears("Hoeveel personen")
    street.anna.says("1")
    await street.anna.hears("Persoon 1")
    street.anna.says("man met rode muts")
    await street.anna.hears("voertuig")
    street.anna.says("klaar")
    await street.anna.hears("Bedankt")
    await ends(street, street.anna, outcome)
    for chat in (street.telegram_group, street.signal_group, street.carla):
        assert any("RECHTZETTING M-2026-0001" in text for text in chat.texts)
        assert not any("rode muts" in text for text in chat.texts)
        assert not any("autodeuren" in text for text in chat.texts)
    assert len(street.log("case.rectified")) == 1
    assert any("RECHTZETTING" in text for text in street.anna.texts)


async def test_fout_asks_whether_it_is_sure(street: Village) -> None:
    """`fout 1`, then a no leaves the alert standing, a yes puts it right."""
    await street.reports(street.anna)
    await street.skips_enrichment(street.anna)
    street.anna.says("fout 1")
    await street.anna.hears("Was de melding fout")
    street.anna.says("nee")
    await street.anna.hears("er verandert niets")
    street.anna.says("fout")
    await street.anna.hears("Was de melding fout")
    street.anna.says("ja")
    await street.carla.hears("RECHTZETTING")


async def test_a_coordinator_puts_right_what_was_closed(street: Village) -> None:
    """`rechtzetting 1` after the end: confirmed first, then every copy says so; once."""
    await street.reports(street.anna)
    await street.skips_enrichment(street.anna)
    await ends(street, street.anna, "Dat weet ik niet")
    street.gert.says("rechtzetting 1")
    await street.gert.hears("een rechtzetting")
    street.gert.says("1")
    await street.carla.hears("RECHTZETTING M-2026-0001")
    await street.settled()
    street.gert.says("rechtzetting 1")
    await street.gert.hears("al rechtgezet")
    assert [e.fields["by"] for e in street.log("case.rectified")] == ["Beheerder 2"]


async def test_the_reporter_puts_right_what_was_closed(street: Village) -> None:
    """`fout 1` after the end: a neighbour recognised the man, and whoever read it hears so."""
    await street.reports(street.anna)
    await street.skips_enrichment(street.anna)
    await ends(street, street.anna, "De persoon is weg")
    street.anna.says("fout 1")
    await street.anna.hears("Was de melding fout")
    street.anna.says("ja")
    await street.carla.hears("RECHTZETTING M-2026-0001")
    await street.signal_group.hears("RECHTZETTING M-2026-0001")
    await street.settled()
    street.anna.says("fout 1")
    await street.anna.hears("al rechtgezet")
    assert [e.fields["by"] for e in street.log("case.rectified")] == ["Buur 3"]


async def test_a_false_alarm_may_be_said_in_those_words(street: Village) -> None:
    """Its reporter is asked whether the report was wrong, and isn't led into another one."""
    await street.reports(street.anna)
    await street.skips_enrichment(street.anna)
    street.anna.says("loos alarm")
    await street.anna.hears("Was de melding fout?")
    street.anna.says("ja")
    await street.carla.hears("RECHTZETTING")


async def test_what_was_seen_of_somebody_innocent_is_told_no_more(street: Village) -> None:
    """A sighting keeps its words, so a rectification takes it back like the signalement."""
    await street.reports(street.anna)
    await street.skips_enrichment(street.anna)
    street.carla.presses("Gezien")
    await street.carla.hears("Waar en wanneer")
    street.carla.says("man met rode pet stapt in een busje")
    await street.carla.hears("Zie je het nu?")
    street.carla.presses("Nee, daarnet")
    await street.signal_group.hears("rode pet")
    street.anna.says("loos alarm")
    await street.anna.hears("Was de melding fout?")
    street.anna.says("ja")
    await street.signal_group.hears("RECHTZETTING")
    await street.settled()
    for chat in (street.telegram_group, street.signal_group, street.anna):
        assert not any("rode pet" in text for text in chat.texts)


async def test_what_was_passed_on_from_a_group_is_told_no_more(street: Village) -> None:
    """Dirk's words about somebody innocent went to Signal, to Carla and to the reporter: a
    rectification takes them back everywhere, and the log keeps them.
    """
    await street.reports(street.anna)
    await street.skips_enrichment(street.anna)
    street.dirk.says("man met rode pet in een busje", to=street.telegram_group)
    for chat in (street.signal_group, street.carla, street.anna):
        await chat.hears("Buur 6: man met rode pet")
    await rectifies(street, street.anna)
    for chat in (street.signal_group, street.carla, street.anna):
        assert not any("rode pet" in text for text in chat.texts)
        assert "M-2026-0001 · Dit bericht is ingetrokken." in chat.texts
    (kept,) = street.log("case.group_message")
    assert kept.fields["text"] == "man met rode pet in een busje"


async def test_only_a_rectification_takes_words_back(street: Village) -> None:
    """A man who is gone may come back: what was said of him stays."""
    await street.reports(street.anna)
    await street.skips_enrichment(street.anna)
    street.dirk.says("man met rode pet in een busje", to=street.telegram_group)
    await street.carla.hears("Buur 6: man met rode pet")
    await ends(street, street.anna, "De persoon is weg")
    assert any("rode pet" in text for text in street.carla.texts)


async def test_words_of_before_a_reopening_are_taken_back_too(street: Village) -> None:
    """Closed, opened again and then found to be wrong: the first signalement goes as well."""
    await street.reports(street.anna)
    await street.anna.hears("Hoeveel personen")
    street.anna.says("1")
    await street.anna.hears("Persoon 1")
    street.anna.says("man met rode muts")
    await street.skips_enrichment(street.anna)
    await street.carla.hears("Kijk uit naar: man met rode muts")
    await ends(street, street.anna, "De persoon is weg")
    street.els.says("heropenen 1")
    await street.carla.hears("is opnieuw open")
    await rectifies(street, street.anna)
    for chat in (street.telegram_group, street.signal_group, street.carla):
        assert not any("rode muts" in text for text in chat.texts)


async def test_words_that_nobody_read_yet_are_not_sent_after_all(street: Village) -> None:
    """Carla's page was busy: afterwards she reads the rectification, and no more."""
    await street.reports(street.anna)
    await street.skips_enrichment(street.anna)
    street.web.fails(Retryable("busy"), at=street.address_of(street.carla))
    street.dirk.says("man met rode pet in een busje", to=street.telegram_group)
    await street.signal_group.hears("rode pet")
    await rectifies(street, street.anna)
    await street.later(seconds=4)
    assert any("RECHTZETTING" in text for text in street.carla.texts)
    assert not any("rode pet" in text or "ingetrokken" in text for text in street.carla.texts)

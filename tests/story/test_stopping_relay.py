"""The kill switch: `pauze` stops relaying; the 101 question always works."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.story.village import Village


async def paused(street: Village) -> Village:
    street.els.says("pauze")
    await street.els.hears("Doorsturen is gepauzeerd")
    await street.gert.chat.hears("heeft het doorsturen gepauzeerd")
    return street


async def test_a_report_is_recorded_and_the_coordinators_read_it(street: Village) -> None:
    """The reporter is told before and after that it goes to them only; nobody gets a card."""
    await paused(street)
    await street.begins(street.anna)
    await street.tells(street.anna)
    assert any("Je melding gaat nu enkel naar hen" in text for text in street.anna.texts)
    assert not any("Dit gaat naar" in text for text in street.anna.texts)
    street.anna.presses("Versturen")
    told = await street.anna.hears("hebben het doorsturen gepauzeerd. Melding M-2026-0001")
    assert "Bel 101 als er gevaar is" in told.text
    read = await street.gert.chat.hears("M-2026-0001, niet doorgestuurd")
    assert "Buur 3 meldt: Kerkstraat: man voelt aan autodeuren" in read.text
    await street.settled()
    for chat in (street.telegram_group, street.signal_group, street.carla):
        assert not street.saw_card(chat)
    assert not any("verstuurd naar" in text for text in street.anna.texts)
    assert street.alert().state == "recorded"
    assert [e.fields["by"] for e in street.log("case.gate")] == ["self"]


async def test_a_call_by_a_coordinator_does_not_get_around_it(street: Village) -> None:
    await paused(street)
    await street.begins(street.anna, "Ik kan niet bellen")
    await street.anna.hears("112 BE")
    street.anna.presses("Ja, vraag het")
    await street.tells(street.anna)
    street.anna.presses("Versturen")
    await street.anna.hears("is bewaard")
    street.gert.says("gebeld 1")
    await street.anna.chat.hears("hebben het doorsturen gepauzeerd")
    await street.settled()
    assert not street.saw_card(street.carla)


async def test_what_ends_an_alert_still_goes_out(street: Village) -> None:
    """Sightings and chatter stop; a rectification never does."""
    await street.reports(street.anna)
    await street.skips_enrichment(street.anna)
    await paused(street)
    street.carla.presses("Gezien")
    await street.carla.hears("Waar en wanneer")
    street.carla.says("Kloosterstraat, nu")
    street.bram.says("hij loopt weg", to=street.signal_group)
    await street.settled()
    assert not any("Waarneming" in text for text in street.telegram_group.texts)
    assert not any("hij loopt weg" in text for text in street.telegram_group.texts)
    assert len(street.log("case.sighting")) == len(street.log("case.group_message")) == 1
    assert any("Waarneming van Buur 5" in text for text in street.anna.texts)
    street.anna.says("fout 1")
    await street.anna.hears("Was de melding fout")
    street.anna.says("1")
    await street.telegram_group.hears("RECHTZETTING")
    await street.carla.chat.hears("RECHTZETTING")


async def test_once_more_and_it_goes_on(street: Village) -> None:
    """`pauze` again; the log knows who and when."""
    await paused(street)
    street.gert.says("pauze")
    await street.gert.hears("opnieuw doorgestuurd")
    await street.els.chat.hears("laat meldingen opnieuw doorsturen")
    await street.reports(street.anna)
    assert street.saw_card(street.carla)
    assert [(e.fields["value"], e.fields["by"]) for e in street.log("settings.changed")] == [
        (True, "Beheerder 1"),
        (False, "Beheerder 2"),
    ]


async def test_the_kill_switch_is_no_answer(street: Village) -> None:
    """A coordinator who was just asked about a pause of their own stops the relay all the same."""
    street.els.says("stop")
    await street.els.hears("Wat wil je doen?")
    street.els.says("pauze")
    await street.els.hears("Doorsturen is gepauzeerd")


async def test_residents_cannot_stop_it(street: Village) -> None:
    street.anna.says("/pauze")
    await street.anna.hears("enkel een beheerder")
    await street.reports(street.anna)
    assert street.saw_card(street.carla)

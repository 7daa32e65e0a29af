"""Story 2: the 101 gate. No alert goes out before somebody entitled to said that 101 was called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.story.village import village

if TYPE_CHECKING:
    from pathlib import Path

    from bot.clock import SettableClock
    from tests.story.village import Village


async def test_whoever_called_alerts_the_neighbourhood(street: Village) -> None:
    """The gate, three answers, and the card says when the reporter said that 101 was called."""
    alert = await street.reports(street.anna)
    card = street.card(street.carla)
    assert card.text.startswith(f"MELDING {alert.number}")
    assert "De melder zei om 23:14 dat 101 gebeld is" in card.text
    assert [entry.fields["by"] for entry in street.log("case.gate")] == ["self"]


async def test_the_gate_comes_first_and_words_wait_for_it(street: Village) -> None:
    """Whoever begins to tell is not interrupted and not let through."""
    street.anna.says("meld")
    await street.anna.hears("Bel eerst 101")
    street.anna.says("man voelt aan autodeuren in de Kerkstraat")
    await street.anna.hears("Eerst nog dit.")
    await street.settled()
    assert not street.saw_card(street.carla)
    street.anna.says("gebeld")
    preview = await street.anna.hears("Klopt het?")
    assert "Kerkstraat: man voelt aan autodeuren" in preview.text


async def test_a_word_that_fits_nothing_gets_the_choices_again(street: Village) -> None:
    """Never silence: a kind word and the same choices."""
    street.anna.says("meld")
    await street.anna.hears("Bel eerst 101")
    street.anna.says("9")
    await street.anna.hears("Dat begrijp ik niet")
    again = await street.anna.hears("Bel eerst 101")
    assert len(again.choices) == 6


async def test_word_number_and_button_work_alike(street: Village) -> None:
    """The same report by words, by numbers, and by buttons."""
    for answers in (
        ("gebeld", "man met koevoet", "Kerkstraat", "verstuur"),
        ("1", "2", "Kerkstraat 3", "1"),
    ):
        street.bram.says("meld")
        await street.bram.hears("Bel eerst 101")
        street.bram.says(answers[0])
        await street.bram.hears("Wat zie")
        street.bram.says(answers[1])
        await street.bram.hears("Waar is het")
        street.bram.says(answers[2])
        after = await street.bram.hears("?")
        if "lijkt op" in after.text:
            street.bram.says("nieuw")
        await street.bram.hears("Klopt het?")
        street.bram.says(answers[3])
        await street.bram.hears("gaat nu naar de buurt")
        await street.skips_enrichment(street.bram)
    assert street.alert().number == "M-2026-0002"


async def test_whoever_is_calling_is_waited_for_and_reminded(street: Village) -> None:
    """Reminders after 60 seconds and 3 minutes; what is typed meanwhile is kept; no card."""
    await street.begins(street.anna, "Ik bel nu")
    await street.anna.hears("Blijf hangen")
    street.anna.says("man met koevoet aan de Kerkstraat 12")
    await street.anna.hears("Genoteerd")
    await street.later(seconds=61)
    assert sum("Heb je 101 al gebeld?" in t for t in street.anna.texts) == 1
    await street.later(seconds=120)
    assert any("nog niet verstuurd" in t and "101 gebeld hebt" in t for t in street.anna.texts)
    assert not street.saw_card(street.carla)
    street.anna.says("1")
    preview = await street.anna.hears("Klopt het?")
    assert "man met koevoet" in preview.text
    street.anna.presses("Versturen")
    await street.settled()
    said = [e.fields["text"] for e in street.log("case.message")]
    assert said == ["man met koevoet aan de Kerkstraat 12"]
    assert "De melder zei om 23:17" in street.card(street.carla).text


async def test_somebody_else_called_and_their_alert_is_open(street: Village) -> None:
    """What the second one saw joins the first one's case; no second card."""
    first = await street.reports(street.anna)
    await street.begins(street.carla, "Iemand anders heeft gebeld")
    await street.carla.hears("Hoort het bij een van deze meldingen")
    street.carla.presses("Kerkstraat")
    await street.carla.hears("Wat heb je zelf gezien")
    street.carla.says("hij heeft een zwarte rugzak")
    await street.carla.hears("Genoteerd bij die melding")
    await street.settled()
    assert street.alert().number == first.number
    texts = [e.fields["text"] for e in street.log("case.message") if e.fields["author"] == "Buur 5"]
    assert texts == ["hij heeft een zwarte rugzak"]


async def test_somebody_else_called_and_nothing_is_open(street: Village) -> None:
    """Hearsay opens no gate: whoever reports is asked to call too."""
    await street.begins(street.anna, "Iemand anders heeft gebeld")
    await street.anna.hears("Bel 101 ook zelf")
    street.anna.presses("Ik heb 101 gebeld")
    await street.anna.hears("Wat zie")


async def test_two_descriptions_stand_side_by_side(street: Village) -> None:
    """Whoever joins adds to the description, and overwrites nothing of the reporter's."""
    await street.reports(street.anna)
    await street.anna.hears("Hoeveel personen")
    street.anna.says("1")
    await street.anna.hears("Persoon 1")
    street.anna.says("man met rode muts")
    await street.begins(street.carla, "Iemand anders heeft gebeld")
    await street.carla.hears("Hoort het bij")
    street.carla.presses("Kerkstraat")
    await street.carla.hears("Wat heb je zelf gezien")
    street.carla.says("0")
    await street.carla.hears("Hoeveel personen")
    street.carla.says("1")
    await street.carla.hears("Persoon 1")
    street.carla.says("vrouw met witte jas")
    await street.later(minutes=2, seconds=1)
    card = street.card(street.signal_group).text
    assert "man met rode muts" in card
    assert "vrouw met witte jas" in card


async def test_whoever_is_not_sure_puts_it_to_the_coordinators(street: Village) -> None:
    """Strict: no alert; police and coordinators only, and they see the street, not the number."""
    await street.begins(street.anna, "Ik ben niet zeker")
    await street.anna.hears("Twijfel je?")
    street.anna.presses("alleen aan hen")
    await street.anna.hears("Wat zie")
    street.anna.says("vreemde bestelwagen")
    await street.anna.hears("Waar is het")
    street.anna.says("Kerkstraat 12")
    await street.anna.hears("alleen naar de politie en de beheerder")
    street.anna.presses("Versturen")
    await street.anna.hears("Je buren kregen geen alarm")
    told = await street.gert.chat.hears("Buur 3 is niet zeker")
    assert "Kerkstraat: vreemde bestelwagen" in told.text
    await street.settled()
    assert not street.saw_card(street.carla)
    assert [e.fields["urgency"] for e in street.log("case.opened")] == ["unsure"]
    assert street.log("case.opened")[0].fields["place"] == "Kerkstraat 12"


async def test_what_was_put_to_the_coordinators_alone_joins_no_alert(street: Village) -> None:
    """Though an open alert is like it: joining would let every neighbour read it."""
    await street.reports(street.carla)
    await street.begins(street.anna, "Ik ben niet zeker")
    await street.anna.hears("Twijfel je?")
    street.anna.presses("alleen aan hen")
    await street.anna.hears("Wat zie")
    street.anna.says("man voelt aan autodeuren")
    await street.anna.hears("Waar is het")
    street.anna.says("Kerkstraat 14")
    await street.anna.hears("Dit gaat alleen naar de politie en de beheerder")


async def test_unsure_may_ask_the_group_where_the_city_says_so(
    tmp_path: Path, clock: SettableClock
) -> None:
    """`ask_group`: the card is marked, and says that 101 has not been called."""
    async with village(tmp_path, clock, more="unsure: ask_group") as munster:
        street = await munster.with_neighbours()
        await street.begins(street.anna, "Ik ben niet zeker")
        preview = await street.tells(street.anna, what="vreemde bestelwagen")
        assert any("je niet zeker bent" in text for text in street.anna.texts), preview
        street.anna.presses("Versturen")
        await street.settled()
        card = street.card(street.carla).text
        assert "ONZEKER" in card.splitlines()[0]
        assert "De melder is niet zeker. 101 is nog niet gebeld." in card


async def test_longer_ago_is_no_alarm(street: Village) -> None:
    """Recorded for the police, told to the coordinators, and nobody is woken."""
    await street.begins(street.anna, "Langer dan 15 minuten")
    await street.anna.hears("Dan gaat er geen alarm uit")
    await street.anna.hears("Wat zie")
    street.anna.says("fiets gestolen")
    await street.anna.hears("Waar is het")
    street.anna.says("Kerkstraat 12")
    await street.anna.hears("Klopt het?")
    street.anna.presses("Versturen")
    await street.anna.hears("geen alarm")
    await street.els.chat.hears("geen alarm: Buur 3 meldt iets van langer geleden. Kerkstraat")
    await street.settled()
    assert not street.saw_card(street.carla)
    assert [e.fields["urgency"] for e in street.log("case.opened")] == ["cold"]


async def test_an_urgent_report_may_stay_with_coordinators_and_police(street: Village) -> None:
    """ "Enkel naar beheerder en politie": no card, and it isn't called old."""
    await street.begins(street.anna)
    await street.tells(street.anna)
    street.anna.presses("Enkel naar beheerder")
    await street.anna.hears("geen alarm")
    told = await street.gert.chat.hears("enkel aan jullie en de politie")
    assert "langer geleden" not in told.text
    await street.settled()
    assert not street.saw_card(street.carla)
    assert [e.fields["urgency"] for e in street.log("case.opened")] == ["urgent"]
    assert [e.fields["by"] for e in street.log("case.gate")] == ["self"]

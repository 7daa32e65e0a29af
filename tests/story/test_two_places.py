"""Somebody who belongs to two neighbourhoods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.store import people as people_store

if TYPE_CHECKING:
    from bot.store.tx import Tx
    from tests.story.village import Village


async def test_meld_asks_for_which_neighbourhood(both: Village) -> None:
    """One question before the gate, answered by button, number or name; nobody else hears of it."""
    wim, bea = both.telegram.people["wim"], both.telegram.people["bea"]
    for answer in ("Beverst", "2", "beverst"):
        wim.says("meld")
        which = await wim.hears("Voor welke buurt")
        assert "bel eerst 101" in which.text
        assert [choice.label for choice in which.choices] == ["Munsterbilzen", "Beverst"]
        if answer == "Beverst":
            wim.presses(answer)
        else:
            wim.says(answer)
        await wim.hears("Wat klopt voor jou")
        wim.says("stop")
        await wim.hears("geannuleerd")
    wim.says("meld")
    await wim.hears("Voor welke buurt")
    wim.says("2")
    await wim.hears("Wat klopt voor jou")
    wim.presses("Ik heb 101 gebeld")
    preview = await both.tells(wim)
    assert "Dit gaat naar 2 buren" in preview.text
    wim.presses("Versturen")
    await bea.hears("MELDING M-2026-0001")
    await both.settled()
    assert not both.saw_card(both.carla)
    assert both.log("case.opened") == []
    assert len(both.log("case.opened", place="beverst")) == 1


async def test_a_photo_first_waits_for_the_choice(both: Village) -> None:
    """The picture goes along to the neighbourhood that is chosen."""
    wim = both.telegram.people["wim"]
    wim.sends_photo(b"\xff\xd8 picture", caption="man met koevoet")
    await wim.hears("Voor welke buurt")
    wim.says("Beverst")
    await wim.hears("Bel eerst 101")
    wim.presses("Ik heb 101 gebeld")
    await wim.hears("Waar is het")
    wim.says("Kapelstraat 3")
    await wim.hears("Klopt het?")
    wim.presses("Versturen")
    await both.settled()
    assert len(both.log("case.media", place="beverst")) == 1
    assert both.log("case.media") == []


async def test_a_card_is_answered_where_it_came_from(both: Village) -> None:
    """Wim's buttons and numbers act in the neighbourhood of the card."""
    wim, bea = both.telegram.people["wim"], both.telegram.people["bea"]
    await both.reports(bea, "beverst")
    await both.skips_enrichment(bea)
    wim.presses("Gezien")
    await wim.hears("Waar en wanneer")
    wim.says("Kapelstraat, nu")
    await bea.hears("Waarneming van Buur")
    await both.settled()
    wim.says("gezien")
    await wim.hears("Waar en wanneer")


async def test_a_number_of_another_neighbourhood_is_no_number_here(both: Village) -> None:
    """Anna doesn't belong to Beverst: its cases do not exist for her, by number or token."""
    bea = both.telegram.people["bea"]
    await both.reports(bea, "beverst")
    await both.skips_enrichment(bea)
    for words in ("gezien 1", "einde 1", "aanvullen M-2026-0001", "fout 1", "veilig 1"):
        both.anna.says(words)
        await both.anna.hears("Ik vind geen melding")
    both.gert.says("sluit 1")
    await both.gert.hears("Ik vind geen melding 1")
    both.gert.says("gebeld 1")
    await both.gert.hears("Ik vind geen melding 1")
    await both.settled()
    assert both.alert(place="beverst").state == "open"


async def test_a_coordinator_of_both_acts_in_each(both: Village) -> None:
    """Els closes Beverst's case by number although Munsterbilzen comes first."""
    bea = both.telegram.people["bea"]
    await both.reports(bea, "beverst")
    await both.skips_enrichment(bea)
    both.els.says("sluit 1")
    await both.els.hears("Hoe is de melding afgelopen")
    both.els.presses("De persoon is weg")
    await bea.hears("AFGESLOTEN")


async def test_a_group_that_moves_leaves_a_note_in_both_logs(both: Village) -> None:
    """Els gives Munsterbilzen's Telegram group to Beverst: each log says so, and Gert hears it.
    Typed again where it belongs, nothing is noted.
    """
    before = len(both.log("group.linked"))
    for _ in "once more":
        both.els.says("/koppel Beverst", to=both.telegram_group)
    await both.telegram_group.hears("hoort nu bij buurtpreventie Beverst")
    told = await both.gert.chat.hears("heeft de groep op telegram aan buurtpreventie Beverst")
    assert "rechtstreeks" in told.text
    await both.settled()
    (left,) = both.log("group.unlinked")
    assert left.fields == {"group": "telegram", "by": "Beheerder 1"}
    assert len(both.log("group.linked", place="beverst")) == 1
    assert len(both.log("group.linked")) == before


async def test_a_group_is_not_taken_from_another_neighbourhood(both: Village) -> None:
    """Gert coordinates Munsterbilzen only: Beverst's group stays Beverst's."""
    group = both.telegram.group("Beverst", both.els)
    both.els.says("/koppel", to=group)
    await group.hears("Bij welke buurt")
    both.els.says("/koppel Beverst", to=group)
    await group.hears("hoort nu bij buurtpreventie Beverst")
    rita = both.telegram.person("Rita")
    await both.lives_here(rita, "Rita Roos")

    def coordinator(tx: Tx) -> None:
        person = people_store.account(tx, str(rita.address))
        assert person is not None
        both.house.joining.make_coordinator(tx, "munsterbilzen", person.person_id)

    await both.store.writer.submit(coordinator)
    rita.says("/koppel", to=group)
    await group.hears("hoort al bij een andere buurt")

"""Numbers and commands of somebody who belongs to two neighbourhoods: the bot asks which."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.errors import RecipientGone
from bot.store import people as people_store

if TYPE_CHECKING:
    from bot.testkit.people import Person
    from tests.story.village import Village


async def one_in_each(both: Village) -> tuple[Person, Person]:
    """Two alerts with one number: Anna's in Munsterbilzen, Bea's in Beverst."""
    wim, bea = both.telegram.people["wim"], both.telegram.people["bea"]
    await both.reports(both.anna)
    await both.skips_enrichment(both.anna)
    await both.reports(bea, "beverst", where="Kapelstraat 3")
    await both.skips_enrichment(bea)
    return wim, bea


OFFERED = ["Munsterbilzen: Kerkstraat, 23:14", "Beverst: Kapelstraat, 23:14"]


async def test_a_number_that_fits_two_neighbourhoods_is_asked_about(both: Village) -> None:
    """By button, by number and by its words; the whole number is as unclear as the bare one."""
    wim, bea = await one_in_each(both)
    for typed, answer in (("gezien 1", ""), ("gezien M-2026-0001", "2"), ("/gezien 1", OFFERED[1])):
        wim.says(typed)
        which = await wim.hears("In welke buurt?")
        assert [choice.label for choice in which.choices] == OFFERED
        if answer:
            wim.says(answer)
        else:
            wim.presses(OFFERED[1])
        await wim.hears("Waar en wanneer")
        wim.says("Kapelstraat, nu")
        await bea.hears("Waarneming van Buur")
        await both.settled()
    assert [e.fields["where"] for e in both.log("case.sighting", place="beverst")]
    assert both.log("case.sighting") == []


async def test_only_what_a_command_can_act_on_is_asked_about(both: Village) -> None:
    """One is closed, or somebody else's: then the other is meant."""
    wim, bea = await one_in_each(both)
    both.els.says("sluit 1")
    which = await both.els.hears("In welke buurt?")
    assert [choice.label for choice in which.choices] == OFFERED
    both.els.presses(OFFERED[0])
    await both.els.hears("Hoe is de melding afgelopen")
    both.els.presses("De persoon is weg")
    await both.anna.hears("AFGESLOTEN")
    wim.says("veilig 1")
    await wim.hears("Goed om te horen")
    both.els.says("heropenen 1")
    await both.els.hears("is opnieuw open")
    await both.settled()
    assert both.alert().state == both.alert(place="beverst").state == "open"
    bea.says("einde 1")
    await bea.hears("Hoe is de melding afgelopen")
    bea.presses("De persoon is weg")
    await both.settled()
    assert both.alert(place="beverst").state == "closed"
    both.els.says("gezien")
    await both.els.hears("Waar en wanneer")


async def test_without_a_number_two_neighbourhoods_are_told_apart(both: Village) -> None:
    """Both alerts are M-2026-0001: a number would not help."""
    wim, _ = await one_in_each(both)
    wim.says("veilig")
    which = await wim.hears("In welke buurt?")
    assert [choice.label for choice in which.choices] == OFFERED
    wim.presses(OFFERED[0])
    await wim.hears("Goed om te horen. Genoteerd bij M-2026-0001")
    await both.settled()
    assert len(both.log("case.safe")) == 1
    assert both.log("case.safe", place="beverst") == []


async def test_a_resident_of_one_closes_no_alert_by_answering_its_card(both: Village) -> None:
    """Gert coordinates Munsterbilzen and lives in Beverst: `sluit` on Beverst's card is refused."""
    bea = both.telegram.people["bea"]
    await both.lives_here(both.gert, "Gert Claes", "beverst")
    await both.reports(bea, "beverst")
    both.gert.says("sluit", reply_to=both.card(both.gert))
    await both.gert.hears("Dat kan enkel een beheerder")
    await both.settled()
    assert both.alert(place="beverst").state == "open"


@pytest.mark.parametrize("typed", ["leden", "/leden"])
async def test_a_command_for_a_neighbourhood_asks_which(both: Village, typed: str) -> None:
    """The answer names it. A button that was answered does nothing again."""
    both.els.says(typed)
    which = await both.els.hears("Voor welke buurt?")
    assert [choice.label for choice in which.choices] == ["Munsterbilzen", "Beverst"]
    both.els.presses("Beverst", on=which)
    told = await both.els.hears("Bea Smet")
    assert told.text.startswith("Beverst · 3 leden")
    both.els.presses("Beverst", on=which)
    await both.els.hears("Dit gesprek is voorbij")


async def test_a_command_may_name_its_neighbourhood(both: Village) -> None:
    """By name or id, in any place among its words; somebody else's neighbourhood is refused."""
    for typed in ("leden beverst", "/leden Beverst", "members BEVERST"):
        both.els.says(typed)
        assert "Bea Smet" in (await both.els.hears("Beverst · 3 leden")).text
        await both.settled()
    both.els.says("pauze munsterbilzen")
    await both.els.hears("Munsterbilzen · Doorsturen is gepauzeerd")
    await both.gert.chat.hears("heeft het doorsturen gepauzeerd")
    both.els.says("/pauze")
    await both.els.hears("Voor welke buurt?")
    both.els.says("1")
    await both.els.hears("Munsterbilzen · Meldingen worden opnieuw doorgestuurd")
    await both.lives_here(both.gert, "Gert Claes", "beverst")
    both.gert.says("/leden beverst")
    await both.gert.hears("Dat kan enkel een beheerder")
    both.gert.says("leden")
    await both.gert.hears("Munsterbilzen · 7 leden")


async def test_what_is_made_beside_the_conversation_names_it_too(both: Village) -> None:
    """Status and export, with the words that go along with the question."""
    both.works()
    await one_in_each(both)
    both.els.says("status beverst")
    await both.els.hears("Beverst · Open meldingen: 1")
    both.els.says("export vandaag jsonl")
    await both.els.hears("Voor welke buurt?")
    both.els.says("beverst")
    await both.els.hears("Beverst · Export van vandaag")
    both.els.says("export 1 jsonl")
    await both.els.hears("In welke buurt?")
    both.els.says("1")
    await both.els.hears("Munsterbilzen · Export van melding M-2026-0001")
    await both.settled()
    both.els.says("export 1 beverst jsonl")
    await both.els.hears("Beverst · Export van melding M-2026-0001")
    await both.settled()
    assert [e.fields["format"] for e in both.log("export.made")] == ["jsonl"]
    assert [e.fields["period"] for e in both.log("export.made", place="beverst")] == ["vandaag", ""]
    both.els.says(f"/export {'1-11-2026 tot 8-11-2026 en dan nog wat woorden'}")
    await both.els.hears("Typ de naam erbij: Munsterbilzen, Beverst")


async def test_the_number_of_a_request_tells_its_neighbourhood(both: Village) -> None:
    """Nora and Omar ask in different neighbourhoods: each is decided where they asked."""
    people = []
    for name, code in (("Nora Thijs", "rozenstraat"), ("Omar Said", "kapelstraat")):
        person = both.telegram.person(name)
        person.says(f"start {code}")
        await person.hears("huisregels")
        person.presses("Ja")
        await person.hears("Hoe heet je")
        person.says(name)
        await person.hears("straat")
        person.says("Rozenstraat")
        asked = await both.els.chat.hears(f"{name}, Rozenstraat, wil bij de buurtgroep van")
        people.append((person, asked.text.partition("aanvraag ")[2].rstrip(")")))
    (nora, _), (omar, number) = people
    both.els.says("goedkeuren")
    which = await both.els.hears("Over wie gaat het?")
    assert "Nora Thijs (Munsterbilzen)" in which.text
    assert f"{number}: Omar Said (Beverst)" in which.text
    both.els.says(f"goedkeuren {number}")
    await omar.hears("Welkom bij buurtpreventie Beverst")
    both.els.says("goedkeuren munsterbilzen")
    await nora.hears("Welkom bij buurtpreventie Munsterbilzen")


async def test_a_broadcast_goes_to_one_neighbourhood(both: Village) -> None:
    """It is asked which, with the text; named, it goes at once; nobody else reads it."""
    wim, bea = both.telegram.people["wim"], both.telegram.people["bea"]
    both.els.says("/bericht De straat is morgen dicht.")
    which = await both.els.hears("Naar welke buurt gaat dit bericht?")
    assert "«De straat is morgen dicht.»" in which.text
    both.els.presses("Beverst")
    await both.els.hears("Je bericht gaat naar 2 leden")
    await bea.hears("De straat is morgen dicht.")
    both.els.says("/bericht Beverst Toch niet.\nSorry!")
    await both.els.hears("Beverst · Je bericht gaat naar 2 leden")
    await bea.hears("Toch niet.\nSorry!")
    both.els.says("bericht beverst Nog iets")
    assert "alle leden van Beverst" in (await both.els.hears("Klopt het?")).text
    both.els.presses("Niet versturen")
    await both.els.hears("er is niets verstuurd")
    await both.settled()
    assert not any("dicht" in text for text in both.anna.texts)
    assert not any("Nog iets" in text for text in wim.texts)


async def test_stop_asks_in_which_neighbourhood(both: Village) -> None:
    """Wim leaves Beverst and stays in Munsterbilzen."""
    wim = both.telegram.people["wim"]
    wim.says("stop")
    await wim.hears("Voor welke buurt?")
    wim.presses("Beverst")
    await wim.hears("Wat wil je doen?")
    wim.presses("De groep verlaten")
    await wim.hears("echt verlaten")
    wim.presses("Ja, ik verlaat de groep")
    await wim.hears("je bent geen lid meer")
    await both.settled()
    assert len(both.log("member.left", place="beverst")) == 1
    assert both.log("member.left") == []


async def test_in_a_native_group_its_own_neighbourhood_is_meant(both: Village) -> None:
    """`/gezien 1` typed in Beverst's group is about Beverst's alert: nothing is asked."""
    wim, bea = await one_in_each(both)
    group = both.telegram.group("Beverst", both.els, wim)
    both.els.says("/koppel Beverst", to=group)
    await group.hears("hoort nu bij buurtpreventie Beverst")
    wim.says("/gezien 1", to=group)
    await wim.chat.hears("Waar en wanneer")
    wim.says("Kapelstraat, nu")
    await bea.chat.hears("Waarneming van Buur")
    assert not any("In welke buurt?" in text for text in wim.texts)


async def test_whoever_comes_back_gets_the_alerts_of_every_neighbourhood(both: Village) -> None:
    """Paused in both; `/start` ends both pauses, an invitation only that of its neighbourhood."""
    wim = both.telegram.people["wim"]

    async def pauses() -> None:
        for place in ("Munsterbilzen", "Beverst"):
            wim.says("stop")
            await wim.hears("Voor welke buurt?")
            wim.presses(place)
            await wim.hears("Wat wil je doen?")
            wim.presses("Geen berichten tot morgen")
            await wim.hears("Tot morgen krijg je geen meldingen")

    def states() -> list[str]:
        with both.store.reading() as reader:
            account = people_store.account(reader, str(wim.address))
            assert account is not None
            return [m.state for m in people_store.memberships_of(reader, account.person_id)]

    await pauses()
    wim.says("/start kapelstraat")
    await wim.hears("Dit is buurtpreventie Beverst")
    await both.settled()
    assert states() == ["paused", "active"]
    wim.says("/start")
    await wim.hears("Dag Buur")
    await both.settled()
    assert states() == ["active", "active"]


async def test_whoever_belongs_to_one_is_not_asked_which(both: Village) -> None:
    """A request that waits, or a neighbourhood that was left, costs no question in an emergency."""
    lies = both.telegram.person("Lies")
    await both.lives_here(lies, "Lies Anders")
    lies.says("/start kapelstraat")
    await lies.hears("huisregels")
    lies.presses("Ja")
    await lies.hears("Hoe heet je")
    lies.says("Lies Anders")
    await lies.hears("In welke straat")
    lies.says("Kapelstraat")
    await lies.hears("Een beheerder bekijkt")
    lies.says("meld")
    await lies.hears("Bel eerst 101")
    assert "Wat klopt voor jou" in lies.texts[-1]


async def test_a_group_that_moves_to_another_neighbourhood_says_only_where_it_belongs_now(
    both: Village,
) -> None:
    both.els.says("/koppel Beverst", to=both.telegram_group)
    await both.telegram_group.hears("hoort nu bij buurtpreventie Beverst")
    assert both.telegram_group.texts[-1].startswith("Deze groep hoort nu bij")


async def test_status_counts_one_neighbourhood(both: Village) -> None:
    """What could not be sent in Munsterbilzen is nothing that Beverst reads of."""
    both.web.fails(RecipientGone("closed"), at=both.address_of(both.carla))
    await both.reports(both.anna)
    both.works()
    both.els.says("status munsterbilzen")
    await both.els.hears(
        "Munsterbilzen · Open meldingen: 1. Wachtende berichten: 0. Niet verstuurd: 1."
    )
    both.els.says("status beverst")
    await both.els.hears("Beverst · Open meldingen: 0. Wachtende berichten: 0. Niet verstuurd: 0.")

"""Whoever comes in, or back, while an alert is open gets its card at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.story.test_reaching import told

if TYPE_CHECKING:
    from bot.testkit.memory import Person
    from tests.story.village import Village


def cards(chat: Person) -> int:
    """How many cards somebody was shown."""
    return sum("MELDING M-" in shown.text[:12] for shown in chat.chat.of_bot)


async def emma_is_away(street: Village) -> Person:
    """Emma is a member and has blocked the bot."""
    emma = street.telegram.person("Emma")
    await street.lives_here(emma, "Emma Claes")
    emma.blocks()
    await street.settled()
    return emma


async def comes_back(street: Village, person: Person) -> None:
    """Somebody unblocks the bot and writes."""
    person.says("hulp")
    await person.hears("meld")
    await street.settled()


async def test_whoever_unblocks_the_bot_gets_the_open_card(street: Village) -> None:
    """And counts from then on; she follows the alert as everybody does."""
    emma = await emma_is_away(street)
    await street.reports(street.anna)
    await street.skips_enrichment(street.anna)
    await street.later(seconds=6)
    assert "5 van 6" in told(street.anna)
    await comes_back(street, emma)
    assert cards(emma) == 1
    assert "6 van 6" in told(street.anna)
    emma.presses("Veilig")
    await emma.hears("Genoteerd bij M-2026-0001")
    street.anna.says("einde 1")
    await street.anna.hears("Hoe is de melding afgelopen")
    street.anna.presses("De persoon is weg")
    await emma.hears("AFGESLOTEN")


async def test_a_card_that_was_refused_before_is_posted_anew(street: Village) -> None:
    """She blocked the bot without its being told: the refusal told, and she comes back."""
    emma = street.telegram.person("Emma")
    await street.lives_here(emma, "Emma Claes")
    emma.blocking = True
    await street.reports(street.anna)
    await street.skips_enrichment(street.anna)
    assert "5 van 6" in told(street.anna)
    await comes_back(street, emma)
    assert cards(emma) == 1
    assert "6 van 6" in told(street.anna)


async def test_whoever_has_the_card_gets_no_second_one(street: Village) -> None:
    emma = street.telegram.person("Emma")
    await street.lives_here(emma, "Emma Claes")
    await street.reports(street.anna)
    assert cards(emma) == 1
    emma.blocks()
    await street.settled()
    await comes_back(street, emma)
    assert cards(emma) == 1


async def test_whoever_comes_back_reads_how_it_ended(street: Village) -> None:
    """Emma had the card and blocked the bot: the rectification, and the end of what described
    somebody innocent, wait for her; so do changes of a card that is still open.
    """
    emma = street.telegram.person("Emma")
    await street.lives_here(emma, "Emma Claes")
    await street.reports(street.anna)
    await street.skips_enrichment(street.anna)
    street.dirk.says("man met rode pet", to=street.telegram_group)
    await emma.hears("rode pet")
    emma.blocks()
    await street.settled()
    street.anna.says("loos alarm")
    await street.anna.hears("Was de melding fout?")
    street.anna.says("ja")
    await street.carla.hears("RECHTZETTING")
    await street.settled()
    assert any("rode pet" in text for text in emma.texts)
    await street.later(hours=3)
    await comes_back(street, emma)
    await emma.hears("RECHTZETTING M-2026-0001")
    assert not any("rode pet" in text or "autodeuren" in text for text in emma.texts)
    assert cards(emma) == 1


async def test_a_card_that_changed_meanwhile_is_up_to_date(street: Village) -> None:
    emma = street.telegram.person("Emma")
    await street.lives_here(emma, "Emma Claes")
    await street.reports(street.anna)
    emma.blocks()
    street.carla.presses("Gezien")
    await street.carla.hears("Waar en wanneer")
    street.carla.says("Stationsstraat, nu")
    await street.carla.hears("genoteerd")
    await street.later(minutes=3)
    assert "1 waarneming" not in street.card(emma).text
    await comes_back(street, emma)
    assert "1 waarneming" in street.card(emma).text
    assert not any("Waarneming van" in text for text in emma.texts)


async def test_a_newcomer_gets_the_open_card(street: Village) -> None:
    """Admitted while an alert is open: it is hers too, and so is what follows."""
    await street.reports(street.anna)
    await street.skips_enrichment(street.anna)
    nora = street.telegram.person("Nora")
    await street.admits(nora, "Nora Jans")
    await street.settled()
    assert cards(nora) == 1
    assert "6 van 6" in told(street.anna)
    street.bram.says("gezien")
    await street.bram.hears("Waar en wanneer")
    street.bram.says("Stationsstraat, nu")
    await nora.hears("Waarneming van Buur 4")


async def test_a_pause_that_ends_ends_for_open_alerts_too(street: Village) -> None:
    street.carla.says("stop")
    await street.carla.hears("Wat wil je doen")
    street.carla.presses("tot morgen")
    await street.carla.hears("Tot morgen")
    await street.reports(street.anna)
    assert "4 van 4" in told(street.anna)
    street.carla.says("start")
    await street.carla.chat.hears("MELDING M-2026-0001")
    await street.settled()
    assert "5 van 5" in told(street.anna)


async def test_a_pause_that_runs_out_ends_for_open_alerts_too(street: Village) -> None:
    """At eight in the morning, by itself; whoever ended it before gets nothing twice."""
    for person in (street.carla, street.bram):
        person.says("stop")
        await person.hears("Wat wil je doen")
        person.presses("tot morgen")
        await person.hears("Tot morgen")
    street.bram.leaves(street.signal_group)
    await street.reports(street.anna)
    await street.skips_enrichment(street.anna)
    street.bram.says("start")
    await street.bram.chat.hears("MELDING M-2026-0001")
    for _ in range(5):  # 23:14 until 08:04, never silent for as long as would close it
        await street.later(hours=1, minutes=46)
        street.dirk.says("nog niets te zien", to=street.telegram_group)
    await street.settled()
    assert street.alert().state == "open"
    assert cards(street.carla) == 1
    assert cards(street.bram) == 1


async def test_whoever_came_while_it_was_closed_gets_what_is_reopened(street: Village) -> None:
    await street.reports(street.anna)
    await street.skips_enrichment(street.anna)
    street.anna.says("einde 1")
    await street.anna.hears("Hoe is de melding afgelopen")
    street.anna.presses("De persoon is weg")
    await street.anna.hears("Goed, dank je")
    nora = street.telegram.person("Nora")
    await street.admits(nora, "Nora Jans")
    street.els.says("heropenen 1")
    await street.carla.hears("M-2026-0001 is opnieuw open")
    await street.settled()
    assert cards(nora) == 1


async def test_relaying_that_goes_on_goes_on_for_whoever_came(street: Village) -> None:
    """And the card shows at once what was told meanwhile."""
    emma = await emma_is_away(street)
    await street.reports(street.anna)
    await street.skips_enrichment(street.anna)
    street.els.says("pauze")
    await street.els.hears("Doorsturen is gepauzeerd")
    await comes_back(street, emma)
    street.carla.presses("Gezien")
    await street.carla.hears("Waar en wanneer")
    street.carla.says("Stationsstraat, nu")
    await street.carla.hears("genoteerd")
    await street.later(minutes=3)
    assert cards(emma) == 0
    street.els.says("pauze")
    await street.els.hears("opnieuw doorgestuurd")
    await street.settled()
    assert cards(emma) == 1
    for chat in (street.carla, street.telegram_group):
        assert "1 waarneming" in street.card(chat).text


async def test_a_second_messenger_brings_the_open_card(street: Village) -> None:
    """Her page was closed; her phone, joined to it now, gets what the page could not show her."""
    street.carla.watching = False
    await street.reports(street.anna)
    street.carla.says("/koppel")
    code = (await street.carla.hears("/koppel ")).text.partition("/koppel ")[2][:8]
    phone = street.signal.person("Carla op Signal")
    phone.says(f"/koppel {code}")
    await phone.hears("dezelfde buur")
    await street.settled()
    assert cards(phone) == 1
    assert "5 van 5" in told(street.anna)


async def test_a_bot_put_out_of_a_group_writes_on_directly(street: Village) -> None:
    """In the middle of an alert: who read the card in the group follows it privately from now on,
    and so does whoever leaves the group.
    """
    await street.reports(street.anna)
    await street.skips_enrichment(street.anna)
    street.telegram_group.puts_bot_out()
    street.bram.leaves(street.signal_group)
    await street.settled()
    assert cards(street.dirk) == 1
    assert cards(street.bram) == 1
    street.carla.presses("Gezien")
    await street.carla.hears("Waar en wanneer")
    street.carla.says("Stationsstraat, nu")
    await street.dirk.hears("Waarneming van Buur 5")
    await street.bram.hears("Waarneming van Buur 5")


async def test_only_open_alerts_come_late(street: Village) -> None:
    """What is over is no news; while relaying is stopped nothing goes out, also not to a comer."""
    emma = await emma_is_away(street)
    await street.reports(street.anna)
    await street.skips_enrichment(street.anna)
    street.anna.says("einde 1")
    await street.anna.hears("Hoe is de melding afgelopen")
    street.anna.presses("De persoon is weg")
    await street.anna.hears("Goed, dank je")
    await street.reports(street.anna, where="Stationsstraat 3", what="fiets gestolen")
    street.els.says("pauze")
    await street.els.hears("Doorsturen is gepauzeerd")
    await comes_back(street, emma)
    assert cards(emma) == 0

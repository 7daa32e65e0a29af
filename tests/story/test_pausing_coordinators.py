"""A coordinator who wants quiet until tomorrow, and whoever asks the coordinators meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.police.outcomes import MailNews
from bot.store import codes as code_store

if TYPE_CHECKING:
    from bot.testkit.people import Person
    from tests.story.village import Village


async def wants_quiet(village: Village, person: Person) -> str:
    """`stop`, then "tot morgen"; what the bot says to it."""
    person.says("stop")
    await person.chat.hears("Wat wil je doen")
    person.says("1")
    await person.chat.hears("Tot morgen krijg je geen meldingen")
    await village.settled()
    return "\n".join(person.texts)


async def asks_to_join(munster: Village) -> Person:
    """Nora comes by the invitation and answers every question."""
    nora = munster.telegram.person("Nora")
    nora.says("/start rozenstraat")
    await nora.hears("huisregels")
    nora.presses("Ja")
    await nora.hears("Hoe heet je")
    nora.says("Nora Jans")
    await nora.hears("straat")
    nora.says("Rozenstraat")
    await nora.hears("Bedankt")
    await munster.settled()
    return nora


def was_asked(person: Person, what: str) -> bool:
    return any(what in text for text in person.texts)


async def test_the_only_coordinator_is_asked_about_a_newcomer_though_they_pause(
    munster: Village,
) -> None:
    """Els can't be written to yet. Gert wants quiet, is told that requests still come, and they do."""
    said = await wants_quiet(munster, munster.gert)
    assert "de enige beheerder die ik kan bereiken" in said
    nora = await asks_to_join(munster)
    assert was_asked(nora, "Een beheerder bekijkt je aanvraag")
    await munster.gert.chat.hears("Nora Jans")
    munster.gert.says("1")
    await nora.hears("Welkom")


async def test_while_another_watches_a_pause_is_quiet(street: Village) -> None:
    """Els is there: Gert hears of no newcomer, and nobody tells him that he would."""
    said = await wants_quiet(street, street.gert)
    assert "de enige beheerder" not in said
    await asks_to_join(street)
    await street.els.chat.hears("Nora Jans")
    await street.settled()
    assert not was_asked(street.gert, "Nora Jans")


async def test_whoever_cannot_call_is_heard_though_every_coordinator_pauses(
    street: Village,
) -> None:
    """Both want quiet; the question whether somebody calls 101 reaches both all the same."""
    await wants_quiet(street, street.gert)
    await wants_quiet(street, street.els)
    await street.begins(street.anna, "Ik kan niet bellen")
    await street.anna.hears("112 BE")
    street.anna.presses("Ja, vraag het")
    await street.anna.hears("Ik vraag het nu aan de beheerders")
    await street.gert.chat.hears("kan niet bellen. Bel 101")
    question = await street.els.chat.hears("kan niet bellen. Bel 101")
    street.els.presses("gebeld", on=question)
    await street.anna.hears("Een beheerder zegt dat 101 gebeld is")
    await street.gert.chat.hears("101")


async def test_whoever_pauses_is_asked_when_those_who_watch_do_not_answer(street: Village) -> None:
    """Els sleeps on; after two minutes Gert reads who can't call, where it is, and that he called
    counts; whoever was asked hears that nobody need call any more.
    """
    await wants_quiet(street, street.gert)
    await street.begins(street.anna, "Ik kan niet bellen")
    await street.anna.hears("112 BE")
    street.anna.presses("Ja, vraag het")
    await street.anna.hears("Ik vraag het nu aan de beheerders")
    await street.tells(street.anna)
    street.anna.presses("Versturen")
    await street.settled()
    assert not was_asked(street.gert, "kan niet bellen")
    await street.later(minutes=2, seconds=1)
    assert was_asked(street.anna, "niemand laten weten")
    await street.gert.chat.hears("Waar: Kerkstraat 12. Wat: man voelt aan autodeuren")
    street.gert.says("gebeld")
    await street.gert.hears("gaat nu naar de buurt")
    await street.els.chat.hears("Jij hoeft niet te bellen")


async def test_a_report_for_the_coordinators_alone_is_read_though_they_pause(
    street: Village,
) -> None:
    """ "Langer geleden" is no alarm; but for them nobody but the police would read it."""
    await wants_quiet(street, street.gert)
    await wants_quiet(street, street.els)
    await reports_from_yesterday(street, street.anna)
    await street.anna.hears("Genoteerd voor de politie en de beheerder")
    await street.gert.chat.hears("meldt iets van langer geleden")


async def test_nothing_is_promised_where_no_coordinator_can_be_reached(munster: Village) -> None:
    """Gert has blocked the bot: a newcomer and a reporter hear the truth; the next coordinator
    finds what waited.
    """
    await munster.stops()
    munster.gert.blocks()
    await munster.starts()
    await munster.settled()
    nora = await asks_to_join(munster)
    assert was_asked(nora, "Je aanvraag is bewaard, maar ik kan nu geen beheerder bereiken")
    nora.says("/start rozenstraat")
    await nora.hears("Zodra er een terug is")
    anna = munster.telegram.person("Anna")
    await munster.lives_here(anna, "Anna Peeters")
    await reports_from_yesterday(munster, anna)
    await anna.hears("geen beheerder die ik het kan laten lezen")

    await munster.store.writer.submit(
        lambda tx: code_store.add_code(tx, "ABCD2345", "beheer", "munsterbilzen")
    )
    fien = munster.signal.person("Fien")
    fien.says("/start beheer-ABCD2345")
    await fien.hears("Je bent nu beheerder")
    await fien.chat.hears("Nora Jans")


async def reports_from_yesterday(munster: Village, person: Person) -> None:
    await munster.begins(person, "Langer dan 15 minuten")
    await person.hears("Wat zie")
    person.says("fiets gestolen")
    await person.hears("Waar is het")
    person.says("Kerkstraat 12")
    await person.hears("Klopt het?")
    person.presses("Versturen")


async def test_a_mail_that_arrived_rings_with_nobody_who_pauses(munster: Village) -> None:
    """That the police have their mail needs nobody; that they haven't does."""
    await wants_quiet(munster, munster.gert)

    async def mail(*, accepted: bool) -> None:
        news = MailNews(
            neighbourhood="munsterbilzen",
            line="l",
            number=7,
            mailbox="wijk@politie.example",
            accepted=accepted,
            dropped=False,
        )
        await munster.store.writer.submit(lambda tx: munster.house.on_mail(tx, news))
        await munster.settled()

    before = len(munster.gert.texts)
    await mail(accepted=True)
    assert len(munster.gert.texts) == before
    await mail(accepted=False)
    await munster.gert.chat.hears("P-0007")

"""Story 1: joining. Nobody needs to know a chat id, and neighbours see only a pseudonym."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.store import codes as code_store
from bot.store import people as people_store

if TYPE_CHECKING:
    from bot.store.people import Member
    from tests.story.village import Village


async def asks_to_join(munster: Village, name: str = "Nora Jans") -> None:
    """Somebody on Telegram goes through the questions; coordinators are asked."""
    munster.els.says("/start")
    await munster.els.hears("Beheerder")
    nora = munster.telegram.person("Nora", id="nora")
    nora.says("/start rozenstraat")
    rules = await nora.hears("huisregels")
    assert "18 of ouder" in rules.text
    assert any("Saarbot toont je nummer nooit aan je buren" in text for text in nora.texts)
    nora.presses("Ja")
    await nora.hears("Hoe heet je")
    nora.says(name)
    await nora.hears("straat")
    nora.says("Rozenstraat")
    await nora.hears("Een beheerder bekijkt je aanvraag")
    await munster.settled()


def members(munster: Village) -> dict[str, Member]:
    with munster.store.reading() as reader:
        return {m.name: m for m in people_store.members_of(reader, "munsterbilzen") if m.name}


async def test_a_newcomer_is_asked_about_admitted_and_named(munster: Village) -> None:
    """By invitation, rules, name and street; a coordinator's button lets her in as "Buur 3"."""
    await asks_to_join(munster)
    nora = munster.telegram.people["nora"]
    question = await munster.els.chat.hears("Nora Jans")
    assert "Rozenstraat" in question.text
    munster.els.presses("Goedkeuren", on=question)
    welcome = await nora.hears("Welkom")
    assert "Buur 3" in welcome.text
    await munster.els.chat.hears("Nora Jans is nu Buur 3")


async def test_a_coordinator_without_buttons_types_the_number(munster: Village) -> None:
    """Gert on Signal approves with a 1."""
    await asks_to_join(munster)
    question = await munster.gert.chat.hears("Nora Jans")
    assert "1 Goedkeuren" in question.text
    munster.gert.says("1")
    await munster.telegram.people["nora"].hears("Welkom")


async def test_a_coordinator_may_type_the_word(munster: Village) -> None:
    """`goedkeuren` does what the button does."""
    await asks_to_join(munster)
    munster.gert.says("goedkeuren")
    await munster.telegram.people["nora"].hears("Welkom")


async def test_two_of_one_name_are_told_apart_by_their_street(munster: Village) -> None:
    """A bare number that fits both requests asks which, and says what differs."""
    await asks_to_join(munster)
    other = munster.web.person("Nora", id="another")
    for said in ("/start rozenstraat", "1", "Nora Jans", "Kerkstraat"):
        other.says(said)
        await munster.settled()
    munster.gert.says("1")
    asked = await munster.gert.hears("Wat bedoel je?")
    assert "Goedkeuren (Nora Jans, Rozenstraat)" in asked.text
    assert "Goedkeuren (Nora Jans, Kerkstraat)" in asked.text


async def test_a_request_is_decided_by_its_own_number_or_name(munster: Village) -> None:
    """A number or a name that fits nobody lets nobody in, and who waits is told."""
    await asks_to_join(munster)
    for words in ("goedkeuren 99", "/goedkeuren Piet"):
        munster.gert.says(words)
        await munster.gert.hears("Over wie gaat het?")
    assert "Nora Jans" in munster.gert.texts[-1]
    munster.gert.says("/goedkeuren nora")
    await munster.gert.hears("Nora Jans is nu Buur")


async def test_two_coordinators_decide_at_once(munster: Village) -> None:
    """The first word counts; the other one hears that it is decided, and no number stays open."""
    await asks_to_join(munster)
    nora = munster.telegram.people["nora"]
    question = await munster.els.chat.hears("Nora Jans")
    munster.els.presses("Goedkeuren", on=question)
    munster.gert.says("2")
    await munster.settled()
    told = nora.texts[-1]
    admitted = members(munster)["Nora Jans"].state == "active"
    assert ("Welkom" in told) is admitted
    assert ("niet goedgekeurd" in told) is not admitted
    late = munster.gert if admitted else munster.els
    assert any("al beslist" in t or "geen vraag voor open" in t for t in late.texts)


async def test_the_other_coordinators_hear_who_was_refused(munster: Village) -> None:
    """A refusal is told to the newcomer kindly, and to the other coordinators."""
    await asks_to_join(munster)
    question = await munster.els.chat.hears("Nora Jans")
    munster.els.presses("Weigeren", on=question)
    refused = await munster.telegram.people["nora"].hears("niet goedgekeurd")
    assert "bel 101" in refused.text
    await munster.gert.chat.hears("heeft Nora Jans geweigerd")
    munster.gert.says("1")
    await munster.gert.hears("geen vraag voor open")


async def test_a_wrong_code_opens_nothing(munster: Village) -> None:
    """A stranger gets only "bel 101" and how to be invited."""
    nora = munster.telegram.person("Nora")
    nora.says("/start verkeerd")
    assert "bel 101" in (await nora.hears("klopt niet")).text
    nora.says("meld inbraak bezig")
    assert "bel 101" in (await nora.hears("Ik ken je nog niet")).text
    await munster.settled()
    assert munster.log("member.asked", "case.opened") == []


async def test_the_bare_code_is_enough(munster: Village) -> None:
    """Whoever mistyped it once types it again, without knowing any command."""
    nora = munster.telegram.person("Nora")
    nora.says("/start rozenstrat")
    assert "Typ ze opnieuw" in (await nora.hears("klopt niet")).text
    nora.says("rozenstrat")
    await nora.hears("Ik ken je nog niet")
    nora.says("Rozenstraat ")
    await nora.hears("huisregels")


async def test_a_coordinators_bare_code_is_enough(munster: Village) -> None:
    """As it stands on the operator's screen, without the command before it."""
    await munster.store.writer.submit(
        lambda tx: code_store.add_code(tx, "ABCD2345", "beheer", "munsterbilzen")
    )
    nora = munster.signal.person("Nora")
    nora.says("beheer-abcd2345")
    await nora.hears("Je bent nu beheerder")


async def test_a_number_where_a_name_is_asked_is_no_answer_to_nothing(munster: Village) -> None:
    """With nothing else open the name is asked again."""
    await munster.store.writer.submit(
        lambda tx: code_store.add_code(tx, "ABCD2345", "beheer", "munsterbilzen")
    )
    fien = munster.signal.person("Fien")
    fien.says("/start beheer-ABCD2345")
    await fien.hears("Hoe heet je?")
    fien.says("1")
    await fien.hears("Hoe heet je?")
    assert not any("geen vraag voor open" in text for text in fien.texts)


async def test_a_member_who_opens_the_link_again_is_welcomed_back(munster: Village) -> None:
    """The invitation does no harm to whoever belongs already."""
    nora = munster.telegram.person("Nora")
    await munster.lives_here(nora, "Nora Jans")
    nora.says("/start rozenstraat")
    await nora.hears("Dag Buur 3")


async def test_asking_twice_is_asking_once(munster: Village) -> None:
    """Whoever waits for an answer is told so, at the link and at anything else."""
    await asks_to_join(munster)
    nora = munster.telegram.people["nora"]
    nora.says("/start rozenstraat")
    await nora.hears("Je aanvraag is aangekomen")
    nora.says("hallo?")
    await nora.hears("Je aanvraag is aangekomen")


async def test_the_one_time_code_makes_the_first_coordinator(munster: Village) -> None:
    """`/start beheer-CODE` works once, in any case, for whoever sends it first."""
    await munster.store.writer.submit(
        lambda tx: code_store.add_code(tx, "ABCD2345", "beheer", "munsterbilzen")
    )
    first, second = munster.signal.person("Fien"), munster.signal.person("Sam")
    first.says("/start beheer-abcd2345")
    welcome = await first.hears("Je bent nu beheerder van Munsterbilzen")
    assert "De buren kennen je als Beheerder 3" in welcome.text
    second.says("/start beheer-ABCD2345")
    await second.hears("klopt niet of is al gebruikt")


async def test_the_first_coordinator_tells_a_name_and_street_like_anybody(munster: Village) -> None:
    """Asked at once, and again at `/start` as long as nothing was told; then it is in the list."""
    await munster.store.writer.submit(
        lambda tx: code_store.add_code(tx, "ABCD2345", "beheer", "munsterbilzen")
    )
    fien = munster.signal.person("Fien")
    fien.says("start beheer-ABCD2345")
    await fien.hears("Hoe heet je?")
    await asks_to_join(munster)
    await fien.chat.hears("wil bij de buurtgroep van Munsterbilzen")
    fien.says("1")
    await fien.hears("Nora Jans is nu Buur 4")
    fien.says("meld")
    await fien.hears("Bel eerst 101")
    fien.says("stop")
    await fien.hears("geannuleerd")
    fien.says("start")
    await fien.hears("Hoe heet je?")
    fien.says("Fien Claes")
    await fien.hears("In welke straat")
    fien.says("Kerkstraat")
    await fien.hears("Bedankt, Fien Claes")
    fien.says("leden")
    await fien.hears("Beheerder 3: Fien Claes, Kerkstraat")
    fien.says("/start")
    await fien.hears("Dag Beheerder 3")
    await munster.settled()
    assert "Hoe heet je?" not in fien.texts[-1]
    assert len(munster.log("member.named")) == 1


async def test_a_report_is_no_name(munster: Village) -> None:
    """Asked how they are called, a new coordinator reports what goes on: 101 comes first, and nobody
    is entered in the list as "meld inbraak bezig". An export is one too.
    """
    await munster.store.writer.submit(
        lambda tx: code_store.add_code(tx, "ABCD2345", "beheer", "munsterbilzen")
    )
    fien = munster.signal.person("Fien")
    fien.says("start beheer-ABCD2345")
    await fien.hears("Hoe heet je?")
    fien.says("export gisteren pdf")
    await munster.settled()
    assert "In welke straat" not in fien.texts[-1]
    fien.says("meld inbraak bezig Kerkstraat 12")
    await fien.hears("Bel eerst 101")
    await munster.settled()
    assert not [name for name in members(munster) if "inbraak" in name or "export" in name]


async def test_a_strangers_report_is_no_name_either(munster: Village) -> None:
    """Asked how she is called, a newcomer reads whom to call; then her name is still asked for."""
    nora = munster.telegram.person("Nora", id="nora")
    nora.says("/start rozenstraat")
    await nora.hears("18 of ouder")
    nora.presses("Ja")
    await nora.hears("Hoe heet je")
    for words in ("meld inbraak bezig Kerkstraat 12", "meld"):
        nora.says(words)
        told = await nora.hears("Bij gevaar")
        assert "101" in told.text
    nora.says("Nora Jans")
    await nora.hears("straat")
    nora.says("Rozenstraat")
    await nora.hears("Een beheerder bekijkt je aanvraag")


async def test_the_house_rules_are_read_before_anybody_agrees(munster: Village) -> None:
    """With the age and the area of the neighbourhood."""
    nora = munster.telegram.person("Nora")
    nora.says("/start rozenstraat")
    asked = await nora.hears("ga je akkoord met de huisregels")
    assert "18 of ouder" in asked.text
    rules = next(text for text in nora.texts if "Wat we afspreken" in text)
    for words in ("Bel bij gevaar eerst 101", "speel geen eigen rechter", "Stuur niets door"):
        assert words in rules


async def test_only_a_coordinator_links_a_group(munster: Village) -> None:
    """`/koppel` by anybody else is refused in the group."""
    nora = munster.telegram.person("Nora")
    await munster.lives_here(nora, "Nora Jans")
    munster.els.says("/start")
    group = munster.telegram.group("Straat", nora, munster.els)
    nora.says("/koppel", to=group)
    await group.hears("Enkel een beheerder")
    munster.els.says("/koppel", to=group)
    await group.hears("hoort nu bij buurtpreventie Munsterbilzen")


async def test_a_second_messenger_joins_the_first(munster: Village) -> None:
    """`/koppel` gives a code; `/koppel CODE` elsewhere makes it the same neighbour, once."""
    nora = munster.telegram.person("Nora")
    await munster.lives_here(nora, "Nora Jans")
    nora.says("/koppel")
    code = (await nora.hears("/koppel ")).text.partition("/koppel ")[2][:8]
    on_signal = munster.signal.person("Nora op Signal")
    on_signal.says(f"/koppel {code.lower()}")
    await on_signal.hears("dezelfde buur")
    on_signal.says("/start")
    await on_signal.hears("Dag Buur 3")
    stranger = munster.signal.person("Iemand")
    stranger.says(f"/koppel {code}")
    await stranger.hears("klopt niet of is al gebruikt")


async def test_a_code_for_a_second_messenger_lasts_an_hour(munster: Village) -> None:
    """A code found later opens nothing."""
    nora = munster.telegram.person("Nora")
    await munster.lives_here(nora, "Nora Jans")
    nora.says("/koppel")
    code = (await nora.hears("/koppel ")).text.partition("/koppel ")[2][:8]
    await munster.later(minutes=61)
    thief = munster.signal.person("Iemand")
    thief.says(f"/koppel {code}")
    await thief.hears("klopt niet")


async def test_one_conversation_goes_on_over_two_messengers(munster: Village) -> None:
    """Begun on Telegram, answered on Signal: one person, one conversation."""
    nora = munster.telegram.person("Nora")
    await munster.lives_here(nora, "Nora Jans")
    nora.says("/koppel")
    code = (await nora.hears("/koppel ")).text.partition("/koppel ")[2][:8]
    on_signal = munster.signal.person("Nora op Signal")
    on_signal.says(f"/koppel {code}")
    await on_signal.hears("dezelfde buur")
    nora.says("meld")
    await nora.hears("Bel eerst 101")
    on_signal.says("1")
    await on_signal.hears("Wat zie")


async def test_nobody_else_sees_names(street: Village) -> None:
    """Neither name nor street of a member reaches any neighbour's phone or group."""
    await street.reports(street.anna)
    street.carla.presses("Gezien", on=street.card(street.carla))
    await street.carla.hears("Waar en wanneer")
    street.carla.says("Kloosterstraat, nu")
    await street.carla.hears("Bel 101")
    await street.settled()
    chats = (street.anna, street.bram, street.carla, street.dirk)
    said = [t for chat in chats for t in chat.texts]
    said += street.telegram_group.texts + street.signal_group.texts
    for name in ("Anna", "Peeters", "Carla", "Vos", "Rozenstraat"):
        assert not any(name in text for text in said), name
    assert any("Buur 5" in text for text in street.telegram_group.texts)


async def test_coordinators_know_who_is_who_and_that_is_noted(street: Village) -> None:
    """`leden` answers coordinators only, and the log says that somebody looked."""
    street.els.says("leden")
    told = await street.els.hears("Anna Peeters")
    assert "Buur 3: Anna Peeters, Rozenstraat" in told.text
    street.anna.says("/leden")
    await street.anna.hears("enkel een beheerder")
    await street.settled()
    assert [entry.fields["what"] for entry in street.log("log.read")] == ["members"]


async def test_a_coordinator_who_comes_back_hears_what_waits(munster: Village) -> None:
    """Els never pressed Start; when she does, the newcomer's question is there."""
    nora = munster.telegram.person("Nora")
    nora.says("/start rozenstraat")
    await nora.hears("huisregels")
    nora.presses("Ja")
    await nora.hears("Hoe heet je")
    nora.says("Nora Jans")
    await nora.hears("straat")
    nora.says("Rozenstraat")
    await nora.hears("beheerder")
    assert munster.els.texts == []
    munster.els.says("/start")
    await munster.els.hears("Nora Jans")


async def test_no_coordinator_is_woken_twice(munster: Village) -> None:
    """The same update delivered again asks nobody again."""
    await asks_to_join(munster)
    before = len(munster.gert.texts)
    munster.telegram.redelivers()
    await asyncio.sleep(0.05)
    await munster.settled()
    assert len(munster.gert.texts) == before

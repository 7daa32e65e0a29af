"""Who is who: accounts, aliases, where somebody can be written to, who counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.messaging import Address, Sender
from bot.store import people as store
from bot.store import places as place_store
from tests.story.village import village

if TYPE_CHECKING:
    from pathlib import Path

    from bot.clock import SettableClock
    from bot.neighbourhood.people import Who
    from bot.store.tx import Tx

NUMBER = "+32470000001"


async def test_a_number_in_the_configuration_becomes_the_account_that_speaks(
    tmp_path: Path, clock: SettableClock
) -> None:
    """Signal shows a stable id beside the number: one coordinator, one chat, nothing doubled."""
    async with village(tmp_path, clock, coordinators=f'"signal:{NUMBER}"') as munster:
        fien = munster.signal.person("Fien", id="uuid-of-fien", aliases=(NUMBER,))
        fien.says("/start")
        await fien.hears("Dag Beheerder 1")
        anna = munster.telegram.person("Anna")
        await munster.lives_here(anna, "Anna Peeters")
        await munster.reports(anna)
        assert munster.saw_card(fien)
        assert any("verstuurd naar je ene buur." in text for text in anna.texts)


async def test_a_coordinator_who_never_wrote_is_reached_where_the_bot_may_write_first(
    tmp_path: Path, clock: SettableClock
) -> None:
    """By number on Signal, yes; by id on Telegram, not before they press Start."""
    async with village(
        tmp_path, clock, coordinators=f'"signal:{NUMBER}", "telegram:els"'
    ) as munster:
        with munster.store.reading() as reader:
            found = munster.house.people.coordinators(reader, "munsterbilzen")
        assert [recipient.chat for recipient in found] == [Address("signal", NUMBER)]


async def test_seeding_again_changes_nothing(tmp_path: Path, clock: SettableClock) -> None:
    """Each start brings the configuration in; nobody is made twice, no code changes."""
    async with village(tmp_path, clock) as munster:
        await munster.restarts()
        await munster.restarts()
        with munster.store.reading() as reader:
            members = store.members_of(reader, "munsterbilzen")
            (place,) = place_store.places(reader)
        assert [member.pseudonym for member in members] == [1, 2]
        assert place.invite_code == "rozenstraat"


async def test_messengers_in_use_come_before_those_that_are_gone(
    tmp_path: Path, clock: SettableClock
) -> None:
    """An old account on a messenger that is configured no more is tried last."""
    async with village(tmp_path, clock) as munster:

        def work(tx: Tx) -> None:
            person = store.add_person(tx, name="Nora", language="nl")
            for address in ("matrix:@nora", "telegram:nora"):
                store.add_account(tx, address, person, canonical=address, direct=address)
            store.add_member(tx, "munsterbilzen", person, role="resident", state="active")

        await munster.store.writer.submit(work)
        with munster.store.reading() as reader:
            found = munster.house.people.recipients(reader, "munsterbilzen")
        assert [str(chat) for chat in found[-1].chats] == ["telegram:nora", "matrix:@nora"]


async def test_a_stranger_is_nobody_and_gets_the_language_of_their_phone(
    tmp_path: Path, clock: SettableClock
) -> None:
    async with village(tmp_path, clock) as munster:

        def work(tx: Tx) -> Who:
            address = Address("telegram", "999")
            return munster.house.people.who(
                tx, Sender(address=address, direct=address, language="en-GB")
            )

        who = await munster.store.writer.submit(work)
        assert (who.person_id, who.members, who.lang) == (None, (), "en")


async def test_the_language_is_the_members_own(tmp_path: Path, clock: SettableClock) -> None:
    """`taal`, a choice, and from then on everything in English."""
    async with village(tmp_path, clock) as munster:
        anna = munster.telegram.person("Anna")
        await munster.lives_here(anna, "Anna Peeters")
        anna.says("taal")
        await anna.hears("In welke taal")
        anna.presses("English")
        await anna.hears("I will speak English")
        anna.says("help")
        await anna.hears("call 101 first")
        anna.says("/taal nl")
        await anna.hears("ik spreek Nederlands")

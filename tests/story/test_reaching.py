"""Story 3: the card reaches everybody, and everybody is told the truth about it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.errors import Permanent, RecipientGone, Retryable, Uncertain

if TYPE_CHECKING:
    from bot.testkit.memory import Person
    from tests.story.village import Village


def told(person: Person) -> str:
    """The latest count that somebody was told."""
    return next(text for text in reversed(person.texts) if "verstuurd naar" in text)


async def test_groups_and_those_outside_them_get_the_card_once(street: Village) -> None:
    """Both native groups, and the direct chat or page of each member who is in neither."""
    await street.reports(street.anna)
    for chat in (street.telegram_group, street.signal_group, street.carla):
        assert street.saw_card(chat)
    for person in (street.bram, street.dirk, street.els, street.gert):
        assert not street.saw_card(person), person.name
    assert not street.saw_card(street.anna)


async def test_the_count_is_of_members_without_the_reporter(street: Village) -> None:
    """Els, Gert, Bram, Carla and Dirk: five, and all were reached."""
    await street.reports(street.anna)
    assert "Melding M-2026-0001 is verstuurd naar 5 van 5 buren." in told(street.anna)
    reach = street.log("case.reach")[-1].fields
    assert (reach["sent"], reach["of"]) == (5, 5)


async def test_strangers_in_a_native_group_do_not_count(street: Village) -> None:
    """Somebody in the group whom the bot knows as no member is in no figure."""
    stranger = street.telegram.person("Toon")
    stranger.joins(street.telegram_group)
    await street.settled()
    await street.reports(street.anna)
    assert "5 van 5" in told(street.anna)


async def test_a_member_who_blocked_the_bot_is_missed_and_named(street: Village) -> None:
    """The reporter hears 4 of 5, the coordinators hear who it was, by name."""
    emma = street.telegram.person("Emma")
    await street.lives_here(emma, "Emma Claes")
    emma.blocks()
    await street.settled()
    await street.reports(street.anna)
    await street.later(seconds=6)
    assert "5 van 6" in told(street.anna)
    missing = await street.gert.chat.hears("niet bereikt")
    assert "Emma Claes" in missing.text
    assert not any("Emma Claes" in text for text in street.anna.texts)


async def test_a_closed_page_is_no_reached_neighbour(street: Village) -> None:
    """A web member counts only while the page is open."""
    street.carla.watching = False
    await street.reports(street.anna)
    assert "4 van 5" in told(street.anna)
    assert "Carla Vos" in (await street.els.chat.hears("niet bereikt")).text


async def test_somebody_with_two_messengers_is_tried_on_the_other(street: Village) -> None:
    """The page is closed, the other phone isn't: the card goes there, and it counts."""
    street.carla.says("/koppel")
    code = (await street.carla.hears("/koppel ")).text.partition("/koppel ")[2][:8]
    phone = street.signal.person("Carla op Signal")
    phone.says(f"/koppel {code}")
    await phone.hears("dezelfde buur")
    street.carla.watching = False
    await street.reports(street.anna)
    assert street.saw_card(phone)
    assert "5 van 5" in told(street.anna)


async def test_a_lane_that_hangs_is_told_after_five_seconds(street: Village) -> None:
    """The reporter hears what is known, and once more when it has changed."""
    street.web.hangs(at=street.address_of(street.carla), times=2)
    street.web.timeout_s = 1.2
    await street.begins(street.anna)
    await street.tells(street.anna)
    street.anna.presses("Versturen")
    await street.anna.hears("gaat nu naar de buurt")
    await street.telegram_group.hears("MELDING")
    await street.signal_group.hears("MELDING")
    street.clock.advance(timedelta(seconds=6))
    so_far = await street.anna.hears("verstuurd naar 4 van 5")
    assert "Ik probeer de anderen opnieuw" in so_far.text
    street.web.heals()
    await street.later(seconds=2)
    await street.later(seconds=2)
    assert "5 van 5" in told(street.anna)


async def test_a_chat_that_is_gone_is_named_to_the_coordinators(street: Village) -> None:
    """Carla's account was deleted between the report and the send."""
    street.web.fails(RecipientGone("user is deactivated"), at=street.address_of(street.carla))
    await street.reports(street.anna)
    assert "4 van 5" in told(street.anna)
    assert "Carla Vos" in (await street.els.chat.hears("1 lid heb ik niet bereikt")).text


async def test_a_messenger_that_is_down_is_told_within_the_minute(street: Village) -> None:
    """Signal takes nothing: after five seconds the reporter reads so, after a minute Els, by name;
    after half an hour the group is given up, after another their own chats, and both read that.
    """
    street.signal.fails(Retryable("busy"), times=None)
    await street.reports(street.anna)
    await street.later(seconds=6)
    assert "3 van 5 buren. Ik probeer de anderen opnieuw" in told(street.anna)
    await street.later(seconds=61)
    missing = await street.els.chat.hears("2 leden heb ik nog niet bereikt")
    assert "Bram Maes" in missing.text
    assert "Ik probeer het nog" in missing.text
    for _ in range(35):
        await street.later(minutes=2)
    assert "De beheerders weten wie ik niet bereikte" in told(street.anna)
    assert "Bram Maes" in (await street.els.chat.hears("2 leden heb ik niet bereikt")).text


async def test_a_card_in_doubt_twice_is_told_as_such(street: Village) -> None:
    """Nobody knows whether Carla got it: she is not counted, and the coordinators read "maybe"."""
    street.web.fails(Uncertain("no answer in time"), at=street.address_of(street.carla), times=2)
    await street.reports(street.anna)
    await street.later(seconds=2)
    assert "4 van 5" in told(street.anna)
    missing = await street.els.chat.hears("1 lid heb ik niet bereikt")
    assert "Carla Vos (misschien wel)" in missing.text


async def test_whoever_is_missed_is_tried_elsewhere_without_waiting_for_others(
    street: Village,
) -> None:
    """Dirk was put out of the Telegram group's reach while Signal hangs: he isn't kept waiting."""
    street.signal.fails(Retryable("busy"), times=None)
    street.telegram_group.bot_present = False
    await street.reports(street.anna)
    assert street.saw_card(street.dirk)
    assert not street.saw_card(street.signal_group)


async def test_after_a_minute_the_other_messenger_is_tried(street: Village) -> None:
    """Bram has both: while Signal is down he reads the card on Telegram, and counts."""
    street.bram.says("/koppel")
    code = (await street.bram.hears("/koppel ")).text.partition("/koppel ")[2][:8]
    phone = street.telegram.person("Bram op Telegram")
    phone.says(f"/koppel {code}")
    await phone.hears("dezelfde buur")
    street.signal.fails(Retryable("busy"), times=None)
    await street.reports(street.anna)
    await street.later(seconds=6)
    assert not street.saw_card(phone)
    await street.later(seconds=61)
    assert street.saw_card(phone)


async def test_nobody_is_said_to_know_when_no_coordinator_can_be_reached(street: Village) -> None:
    """Els and Gert are missed themselves: the reporter is not told that they know."""
    street.els.blocks()
    street.telegram_group.bot_present = False
    street.signal.fails(Permanent("refused"), times=None)
    await street.reports(street.anna)
    await street.later(seconds=6)
    text = told(street.anna)
    assert "De anderen heb ik niet bereikt, en ook geen beheerder." in text


async def test_a_group_that_fails_is_followed_by_direct_messages(street: Village) -> None:
    """The bot was thrown out of the Telegram group: Dirk and Els get the card themselves."""
    street.telegram_group.bot_present = False
    await street.reports(street.anna)
    assert street.saw_card(street.dirk)
    assert street.saw_card(street.els)
    assert "5 van 5" in told(street.anna)
    await street.gert.chat.hears("Ik kan niet meer schrijven in de groep op telegram")


async def test_a_bot_put_out_of_a_group_writes_directly_from_then_on(street: Village) -> None:
    """The messenger says so before any alert: nobody counts as being in that group any more."""
    street.telegram_group.puts_bot_out()
    await street.settled()
    await street.reports(street.anna)
    assert street.saw_card(street.dirk)
    assert "5 van 5" in told(street.anna)


async def test_members_whom_a_group_did_not_reach_are_written_to(street: Village) -> None:
    """Signal names who of the group did not get it: Bram gets his own copy."""
    street.signal_group.unreached[street.bram.address.id] = "unregistered"
    await street.reports(street.anna)
    assert street.saw_card(street.bram)
    assert "5 van 5" in told(street.anna)


async def test_a_member_who_leaves_the_group_gets_it_directly(street: Village) -> None:
    street.dirk.leaves(street.telegram_group)
    await street.settled()
    await street.reports(street.anna)
    assert street.saw_card(street.dirk)


async def test_paused_members_are_no_part_of_the_count(street: Village) -> None:
    street.carla.says("stop")
    await street.carla.hears("Wat wil je doen")
    street.carla.presses("tot morgen")
    await street.carla.hears("Tot morgen")
    await street.begins(street.anna)
    preview = await street.tells(street.anna)
    assert "Dit gaat naar 4 buren" in preview.text
    street.anna.presses("Versturen")
    await street.settled()
    assert "4 van 4" in told(street.anna)


async def test_the_preview_counts_as_the_report_does(street: Village) -> None:
    """ "Dit gaat naar 5 buren" is what "5 van 5" counts."""
    await street.begins(street.anna)
    assert "Dit gaat naar 5 buren" in (await street.tells(street.anna)).text


async def test_coordinators_in_a_group_get_the_handles_privately(street: Village) -> None:
    """Gert sees the card in the group, and privately, without a ring, what he can do with it."""
    alert = await street.reports(street.anna)
    handle = await street.gert.chat.hears(f"Melding {alert.number} staat open")
    assert handle.silent
    assert [choice.label for choice in handle.choices] == ["Afsluiten", "Rechtzetten"]
    street.gert.says("1")
    await street.gert.hears("Hoe is de melding afgelopen")


async def test_residents_get_no_handles(street: Village) -> None:
    await street.reports(street.anna)
    assert [c.label for c in street.card(street.carla).choices] == ["Gezien", "Veilig"]


async def test_a_reporter_alone_is_not_told_of_nobody(munster: Village) -> None:
    """Nobody can be written to yet: it is not said to go to the neighbourhood, and "0 van 2" is."""
    await munster.stops()
    munster.gert.blocks()
    await munster.starts()
    anna = munster.telegram.person("Anna")
    await munster.lives_here(anna, "Anna Peeters")
    await munster.begins(anna)
    await munster.tells(anna)
    anna.presses("Versturen")
    await munster.later(seconds=6)
    # Both coordinators are members whom nobody can write to yet.
    assert "verstuurd naar 0 van 2" in told(anna)
    assert not any("gaat nu naar de buurt" in text for text in anna.texts)


async def test_a_refusal_by_the_messenger_is_not_hidden(street: Village) -> None:
    """A card that the messenger refuses for good is a missed neighbour."""
    street.web.fails(Permanent("refused"), at=street.address_of(street.carla), times=None)
    await street.reports(street.anna)
    assert "4 van 5" in told(street.anna)
    assert "De beheerders weten wie ik niet bereikte" in told(street.anna)


async def test_two_reports_are_counted_apart(street: Village) -> None:
    await street.reports(street.anna)
    await street.reports(street.bram, where="Stationsstraat 3")
    assert "M-2026-0001 is verstuurd naar 5 van 5" in told(street.anna)
    assert "M-2026-0002 is verstuurd naar 5 van 5" in told(street.bram)

"""Nobody knows whether it arrived: once more, marked; after that the coordinators are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.delivery.policy import UNKNOWN as UNKNOWN_REASON
from bot.errors import RecipientGone, Uncertain
from bot.store import overview

if TYPE_CHECKING:
    from bot.testkit.memory import Person
    from tests.story.village import Village

UNSURE = "ik weet niet of mijn bericht aankwam"
UNSURE_OF_ONE = "Ik weet niet of mijn bericht aankwam bij Buur 3"
UNKNOWN = Uncertain("no answer in time")


def told(person: Person) -> list[str]:
    return [text for text in person.texts if UNSURE in text.lower()]


async def test_an_answer_in_doubt_is_heard_twice_rather_than_never(street: Village) -> None:
    """The messenger took it and did not say so: the help comes once more, marked."""
    street.telegram.loses_answers(at=street.address_of(street.anna))
    street.anna.says("hulp")
    await street.settled()
    await street.later(seconds=2)
    helps = [text for text in street.anna.texts if "Dit kun je hier typen" in text]
    assert len(helps) == 2
    assert helps[1].startswith("(mogelijk dubbel) Bij gevaar")
    await street.later(minutes=2)
    assert not told(street.els)


async def test_an_answer_in_doubt_twice_goes_to_the_coordinators(street: Village) -> None:
    """Els and Gert each read once that Anna may have heard nothing, by her pseudonym, and what to do."""
    street.telegram.fails(UNKNOWN, at=street.address_of(street.anna), times=2)
    street.anna.says("hulp")
    await street.later(seconds=2)
    await street.later(minutes=2)
    for coordinator in (street.els, street.gert):
        (text,) = told(coordinator)
        assert UNSURE_OF_ONE in text
        assert "Kun je vragen of het gelezen is?" in text
        assert "Anna" not in text


async def test_one_message_for_an_alert_however_many_chats(street: Village) -> None:
    """The closing of an alert stays in doubt in a group and with the reporter: one message, with its
    number and both.
    """
    alert = await street.reports(street.anna)
    await street.skips_enrichment(street.anna)
    await street.later(minutes=3)
    street.telegram.fails(UNKNOWN, at=street.address_of(street.telegram_group), times=3)
    street.web.fails(UNKNOWN, at=street.address_of(street.carla), times=3)
    street.gert.says(f"sluit {alert.number}")
    await street.gert.hears("Hoe is de melding afgelopen")
    street.gert.says("1")
    await street.later(seconds=2)
    await street.later(seconds=5)
    await street.later(minutes=2)
    (text,) = told(street.els)
    assert text.startswith(f"Melding {alert.number}: ")
    assert "bij deze 2: " in text
    assert "de groep op telegram" in text
    assert "Buur 5" in text


async def test_a_notice_about_a_doubt_is_told_to_nobody(street: Village) -> None:
    """What coordinators are told may be in doubt too: that goes no further, but is shown."""
    street.telegram.fails(UNKNOWN, at=street.address_of(street.anna), times=2)
    street.anna.says("hulp")
    await street.later(seconds=2)
    street.signal.fails(UNKNOWN, at=street.address_of(street.gert), times=None)
    await street.later(minutes=2)
    await street.later(minutes=5)
    assert len(told(street.els)) == 1
    assert not told(street.gert)
    with street.store.reading() as reader:
        assert [one.purpose for one in overview.parked(reader, UNKNOWN_REASON)] == [
            "notice",
            "answer",
        ]


async def test_refused_after_a_doubt_it_may_have_arrived(street: Village) -> None:
    """Blocked between the first try and the second: told, and no more is sent there."""
    street.telegram.fails(UNKNOWN, at=street.address_of(street.anna))
    street.anna.says("hulp")
    await street.settled()
    street.telegram.fails(RecipientGone("blocked"), at=street.address_of(street.anna))
    await street.later(seconds=2)
    await street.later(minutes=2)
    assert len(told(street.els)) == 1

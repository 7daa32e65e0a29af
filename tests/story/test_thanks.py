"""Thanks sent to the bot or written in a group: counted, passed on to nobody, hardly answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.testkit.people import Person
    from tests.story.village import Village


async def quiet(street: Village) -> None:
    """Anna's alert is open and no conversation is."""
    await street.reports(street.anna)
    await street.skips_enrichment(street.anna)


THANKS = ("dank je wel", "dank u wel!", "ok bedankt", "merci hé", "top 👍", "👍🏽", "🙏")


async def test_thanks_thumbs_and_stickers_are_swallowed(street: Village) -> None:
    """Counted, relayed to nobody, and hinted at once a day at most; the rest is meant silence."""
    await quiet(street)
    before = len(street.telegram_group.texts)
    for words in THANKS:
        street.carla.says(words)
    street.carla.sends_sticker()
    await street.settled()
    assert hints(street.carla) == 1
    assert not any("Bel eerst 101" in text for text in street.carla.texts)
    assert len(street.telegram_group.texts) == before
    assert len(street.log("case.noise")) == len(THANKS) + 1
    await street.later(hours=23)
    street.carla.says("dank u wel")
    await street.settled()
    assert hints(street.carla) == 1


def hints(person: Person) -> int:
    """How often somebody was told that thanks go nowhere."""
    return sum("Bedankjes en duimpjes stuur ik niet door" in text for text in person.texts)


async def test_the_hint_comes_again_on_another_day(street: Village) -> None:
    await quiet(street)
    street.carla.says("bedankt!")
    await street.carla.hears("Bedankjes en duimpjes")
    for _ in range(9):  # somebody keeps the alert open
        await street.later(hours=3)
        street.dirk.says("hij staat er nog", to=street.telegram_group)
    street.carla.says("merci")
    await street.settled()
    assert hints(street.carla) == 2


async def test_thanks_with_nothing_open_begin_no_report(street: Village) -> None:
    """A kind word back, once a day; never a report."""
    for words in THANKS:
        street.carla.says(words)
    street.carla.sends_sticker()
    await street.settled()
    assert [text.partition(".")[0] for text in street.carla.texts] == ["Dag Buur 5"]
    assert street.open_conversations() == 0


async def test_thanks_in_the_group_stay_there(street: Village) -> None:
    await quiet(street)
    street.dirk.says("dank je", to=street.telegram_group)
    street.dirk.says("👍👍", to=street.telegram_group)
    street.dirk.sends_sticker(to=street.telegram_group)
    await street.settled()
    assert not any("Buur 6:" in text for text in street.signal_group.texts)
    assert len(street.log("case.noise")) == 3
    assert street.log("case.group_message") == []

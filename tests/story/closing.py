"""How people in the stories end an alert."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.testkit.memory import Person
    from tests.story.village import Village


async def ends(street: Village, by: Person, outcome: str, *, words: str = "einde") -> None:
    """Somebody closes the alert with an outcome."""
    by.says(words)
    await by.hears("Hoe is de melding afgelopen")
    by.presses(outcome)
    await by.hears("Goed, dank je")
    await street.settled()


async def rectifies(street: Village, by: Person) -> None:
    """Somebody says that it was a false alarm, and means it."""
    by.says("loos alarm")
    await by.hears("Was de melding fout?")
    by.says("ja")
    await street.signal_group.hears("RECHTZETTING")
    await street.settled()

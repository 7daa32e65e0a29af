"""The story itself: who does what, when, and what must be read before it goes on.

Each beat is one act. `at` is the demonstration's time of day; the clock is turned on to it, never
back.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from bot.operations.demo import pictures

if TYPE_CHECKING:
    from bot.operations.demo.visitor import Visitor

Act: TypeAlias = Callable[[Mapping[str, "Visitor"]], Awaitable[None]]
MELDER, BUUR, BEHEERDER = "melder", "buur", "beheerder"


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """One act of one person, at a time, in a step of the story."""

    step: int
    at: str
    act: Act


def _says(who: str, text: str, then: str) -> Act:
    async def act(people: Mapping[str, Visitor]) -> None:
        await people[who].says(text)
        await people[who].reads(then)

    return act


def _presses(who: str, label: str, then: str) -> Act:
    async def act(people: Mapping[str, Visitor]) -> None:
        await people[who].presses(label)
        await people[who].reads(then)

    return act


async def _alarm(people: Mapping[str, Visitor]) -> None:
    await people[MELDER].presses("Versturen")
    await people[BUUR].reads("MELDING")
    await people[MELDER].reads("verstuurd naar")


async def _photos(people: Mapping[str, Visitor]) -> None:
    await people[MELDER].sends("man.jpg", pictures.man())
    await people[MELDER].sends("auto.jpg", pictures.car())
    await people[MELDER].reads("2 bestanden")


async def _seen(people: Mapping[str, Visitor]) -> None:
    await people[BUUR].says("Rozenstraat, om 23:21")
    await people[BEHEERDER].reads("Waarneming")


async def _closed(people: Mapping[str, Visitor]) -> None:
    await people[BEHEERDER].presses("Politie is ter plaatse")
    await people[MELDER].reads("AFGESLOTEN")
    await people[BUUR].reads("AFGESLOTEN")


BEATS: Final = (
    Beat(step=1, at="23:13", act=_says(MELDER, "meld", "Bel eerst 101")),
    Beat(step=2, at="23:14", act=_presses(MELDER, "Ik heb 101", "Wat zie of zag je")),
    Beat(step=2, at="23:14", act=_says(MELDER, "Man voelt aan autodeuren", "Waar is het")),
    Beat(step=3, at="23:15", act=_says(MELDER, "Kloosterstraat 12", "Dit gaat naar")),
    Beat(step=3, at="23:15", act=_alarm),
    Beat(step=3, at="23:16", act=_presses(MELDER, "Eén persoon", "Man of vrouw")),
    Beat(
        step=3,
        at="23:17",
        act=_says(
            MELDER,
            "man, 25 tot 35 jaar, donkere jas, lichte pet, witte schoenen, kleine rugzak",
            "Was er een voertuig",
        ),
    ),
    Beat(step=3, at="23:17", act=_presses(MELDER, "Geen", "Welke kant")),
    Beat(step=3, at="23:18", act=_says(MELDER, "te voet, richting kerk", "Foto of video")),
    Beat(step=4, at="23:19", act=_photos),
    Beat(step=4, at="23:20", act=_says(MELDER, "klaar", "Alles is bewaard")),
    Beat(step=4, at="23:22", act=_presses(BUUR, "Gezien", "Waar en wanneer")),
    Beat(step=4, at="23:22", act=_seen),
    Beat(step=5, at="23:41", act=_presses(BEHEERDER, "Afsluiten", "afgelopen")),
    Beat(step=5, at="23:41", act=_closed),
)

"""The story itself: who does what, when, and what must be seen before it goes on.

Each beat is one act. `at` is the demonstration's time of day; the clock is turned on to it, never
back. `line` is what that phone shows then, in English.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from bot.operations.demo import pictures
from bot.operations.demo.story import BEHEERDER, BUUR, MELDER

if TYPE_CHECKING:
    from bot.operations.demo.visitor import Visitor

Act: TypeAlias = Callable[[Mapping[str, "Visitor"]], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """One act of one person, at a time, seen when it returns."""

    at: str
    who: str
    act: Act
    line: str = ""


def _says(who: str, text: str, then: str) -> Act:
    async def act(people: Mapping[str, Visitor]) -> None:
        await people[who].says(text)
        await people[who].reads(then)

    return act


def _presses(who: str, choice: str, then: str) -> Act:
    async def act(people: Mapping[str, Visitor]) -> None:
        await people[who].presses(choice)
        await people[who].reads(then)

    return act


def _sends(name: str, picture: Callable[[], bytes], then: str) -> Act:
    async def act(people: Mapping[str, Visitor]) -> None:
        await people[MELDER].sends(name, picture())
        await people[MELDER].reads(then)

    return act


async def _alarm(people: Mapping[str, Visitor]) -> None:
    await people[MELDER].presses("report.confirm.send")
    await people[BUUR].sees("open")
    await people[BEHEERDER].sees("open")
    await people[MELDER].reads("enrich.persons", "alerts.reach")
    await people[BEHEERDER].reads("alerts.reach_missing")


async def _described(people: Mapping[str, Visitor]) -> None:
    await people[BUUR].reads("alerts.signalement")
    await people[BEHEERDER].reads("alerts.signalement")


async def _seen(people: Mapping[str, Visitor]) -> None:
    await people[BUUR].says("Rozenstraat, om 23:21")
    await people[BEHEERDER].reads("alerts.sighting")
    await people[MELDER].reads("alerts.sighting")
    await people[BUUR].reads("sighting.thanks")


async def _counted(people: Mapping[str, Visitor]) -> None:
    await people[BUUR].reads("alerts.card.sightings")
    await people[BEHEERDER].reads("alerts.card.sightings")


async def _closed(people: Mapping[str, Visitor]) -> None:
    await people[BEHEERDER].presses("close.outcome.police")
    await people[MELDER].reads("alerts.closed")
    await people[BUUR].sees("closed")
    await people[BEHEERDER].sees("closed")
    await people[BEHEERDER].reads("close.thanks")


BEATS: Final = (
    Beat(
        at="23:13",
        who=MELDER,
        act=_says(MELDER, "meld", "report.gate"),
        line="“meld”: I want to report something. The bot asks about 101 first.",
    ),
    Beat(
        at="23:14",
        who=MELDER,
        act=_presses(MELDER, "report.gate.called", "report.what"),
        line="“I have called 101.” Then: what do you see?",
    ),
    Beat(
        at="23:14",
        who=MELDER,
        act=_says(MELDER, "Man voelt aan autodeuren", "report.where"),
        line="“A man is trying car doors.” Then: where is it?",
    ),
    Beat(
        at="23:15",
        who=MELDER,
        act=_says(MELDER, "Kloosterstraat 12", "report.confirm"),
        line="A street and number. Neighbours will see only the street. Send it?",
    ),
    Beat(at="23:15", who=MELDER, act=_alarm),
    Beat(
        at="23:16",
        who=MELDER,
        act=_presses(MELDER, "enrich.persons.one", "enrich.p_sex"),
        line="The alert is out. What more is known? “One person.”",
    ),
    Beat(
        at="23:17",
        who=MELDER,
        act=_says(
            MELDER,
            "man, 25 tot 35 jaar, donkere jas, lichte pet, witte schoenen, kleine rugzak",
            "enrich.v_type",
        ),
        line="“Man, 25 to 35, dark jacket, light cap, white shoes, small rucksack.”",
    ),
    Beat(
        at="23:17",
        who=MELDER,
        act=_presses(MELDER, "enrich.v_type.none", "enrich.direction"),
        line="A vehicle? “None.”",
    ),
    Beat(
        at="23:18",
        who=MELDER,
        act=_says(MELDER, "te voet, richting kerk", "enrich.pictures"),
        line="“On foot, towards the church.” A photo? Only if it is safe.",
    ),
    Beat(at="23:20", who=BUUR, act=_described),
    Beat(
        at="23:21",
        who=MELDER,
        act=_sends("man.jpg", pictures.man, "enrich.received.one"),
        line="A photo, with its check code.",
    ),
    Beat(
        at="23:21",
        who=MELDER,
        act=_sends("auto.jpg", pictures.car, "enrich.received.other"),
        line="Two photos, each with its check code.",
    ),
    Beat(
        at="23:21",
        who=MELDER,
        act=_says(MELDER, "klaar", "enrich.thanks_code"),
        line="“klaar”: done. Everything is kept with the report.",
    ),
    Beat(
        at="23:22",
        who=BUUR,
        act=_presses(BUUR, "alerts.choice.seen", "sighting.where"),
        line="“Seen.” The bot asks: where, and when?",
    ),
    Beat(
        at="23:22",
        who=BUUR,
        act=_seen,
        line="“Rozenstraat, at 23:21.” Noted, under a pseudonym.",
    ),
    Beat(at="23:25", who=BUUR, act=_counted),
    Beat(
        at="23:41",
        who=BEHEERDER,
        act=_presses(BEHEERDER, "alerts.choice.close", "close.outcome"),
        line="“Close.” The bot asks how it ended.",
    ),
    Beat(at="23:41", who=BEHEERDER, act=_closed),
)

"""For which neighbourhood a coordinator's command is that is not about one alert.

Whoever coordinates one is never asked. Of several, the command may name one, by name or id
(`leden munsterbilzen`); else the bot asks, and the button carries the neighbourhood. Somebody who
belongs to several reads in the answer which one it is about.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from bot.dialogue.commands import is_number
from bot.dialogue.lexicon import normal
from bot.intake.coordinator import is_coordinator

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.intake.ask import Answers, Ask
    from bot.settings import NeighbourhoodSettings
    from bot.store.people import Member

WIDE = frozenset({"leden", "pauze", "wachtrij", "status", "verify", "export", "bericht"})
BY_REQUEST = frozenset({"goedkeuren", "weigeren"})  # a request's number tells its neighbourhood
ASKS_ITSELF = frozenset({"bericht"})
LONGEST = 40  # bytes of words that a button can carry


class Told(NamedTuple):
    """The membership whose neighbourhood a command names, and its other words."""

    member: Member
    rest: str


class Placing:
    """Finds or asks the neighbourhood."""

    def __init__(self, places: Mapping[str, NeighbourhoodSettings], answers: Answers) -> None:
        self._places = places
        self._answers = answers

    def coordinated(self, ask: Ask) -> list[Member]:
        """The speaker's memberships as coordinator."""
        found = [m for m in ask.who.active if m.neighbourhood in self._places]
        return [member for member in found if is_coordinator(member)]

    def told(self, ask: Ask, words: str, *, first: bool = False) -> Told | None:
        """The speaker's neighbourhood that `words` name; `first`: only at their beginning."""
        mine = [m for m in ask.who.active if m.neighbourhood in self._places]
        if len(mine) == 1:
            return None
        for member in sorted(mine, key=lambda m: -len(self._places[m.neighbourhood].name)):
            for name in (self._places[member.neighbourhood].name, member.neighbourhood):
                rest = _without(words, name, first=first)
                if rest is not None:
                    return Told(member, rest)
        return None

    def placed(self, ask: Ask, command: str) -> Ask | None:
        """The same where it is meant; None when that was asked, or refused."""
        told = self.told(ask, ask.args, first=command in ASKS_ITSELF)
        if told is not None and not is_coordinator(told.member):
            self._answers.say(ask, "neighbourhood.not_allowed")
            return None
        if told is not None:
            return self.at(ask.saying(told.rest), told.member)
        mine = self.coordinated(ask)
        if len(mine) == 1:
            return self.at(ask, mine[0])
        by_number = command == "export" and any(map(is_number, ask.args.split()))
        if by_number or command in BY_REQUEST | ASKS_ITSELF:
            return ask.at(mine[0], self._places[mine[0].neighbourhood])
        self._which(ask, command, mine)
        return None

    def at(self, ask: Ask, member: Member) -> Ask:
        """The same in a neighbourhood that is certain."""
        return replace(ask.at(member, self._places[member.neighbourhood]), placed=True)

    def _which(self, ask: Ask, command: str, mine: list[Member]) -> None:
        names = [self._places[member.neighbourhood].name for member in mine]
        if len(ask.args.encode()) > LONGEST:
            self._answers.say(ask, "neighbourhood.which_place_type", names=", ".join(names))
            return
        more = f":{ask.args}" if ask.args else ""
        labels = [
            (name, f"a:{command}:{member.id}{more}")
            for name, member in zip(names, mine, strict=True)
        ]
        self._answers.ask_which(ask, "neighbourhood.which_place", labels)


def _without(words: str, name: str, *, first: bool) -> str | None:
    """`words` without the name of a neighbourhood; None when it isn't among them."""
    long, some = len(name.split()), words.split()
    for at in range(1 if first else len(some) - long + 1):
        if normal(" ".join(some[at : at + long])) == normal(name):
            if first:
                return "".join(words.split(maxsplit=long)[long:])
            return " ".join(some[:at] + some[at + long :])
    return None

"""Which alert somebody means: by its number, by answering its card, or because only one is open.

Every neighbourhood numbers its own alerts, so a number may fit one in each neighbourhood of the
speaker. Then those that the command can act on come before the others, and if that leaves several
the bot asks. A button names its alert and is never asked about.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bot.alerts.facts import Rules, street_of
from bot.store import alerts as store
from bot.store.tx import from_ms

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bot.intake.ask import Answers, Ask
    from bot.neighbourhood.people import People
    from bot.settings import NeighbourhoodSettings
    from bot.store.alerts import Alert
    from bot.store.people import Member


def number_in(args: str) -> str:
    """The number that comes first among a command's words; '' without words."""
    return next(iter(args.split()), "").strip("#.,:;")


class Meant(NamedTuple):
    """An alert, and the same question as a member of its neighbourhood."""

    ask: Ask
    alert: Alert


class Naming:
    """Looks in every neighbourhood where the asker belongs, the present one first."""

    def __init__(
        self, places: Mapping[str, NeighbourhoodSettings], answers: Answers, people: People
    ) -> None:
        self._places = places
        self._rules = {
            place.id: Rules.of(place, people.rosters[place.id]) for place in places.values()
        }
        self._answers = answers

    def by_id(self, ask: Ask, alert_id: int) -> Meant | None:
        """The alert with this id, if the asker belongs where it is."""
        alert = store.by_id(ask.tx, alert_id)
        return None if alert is None else self._as_member(ask, alert)

    def the_one(
        self,
        ask: Ask,
        verb: str,
        states: Sequence[str] = ("open", "waiting"),
        *,
        role: str = "",
        suits: Callable[[Meant], bool] | None = None,
    ) -> Meant | None:
        """The alert meant by the words of a command; where it isn't one, that is said or asked.

        `states` are those in which an alert is meant without a number; `role` is asked of the
        asker where it is; `suits` tells what the command can act on, else `states` do. `verb` is
        that of the buttons when it must be asked.
        """
        if number := number_in(ask.args):
            fit = suits or (lambda meant: meant.alert.state in states)
            return self.numbered(ask, number, verb, role=role, suits=fit)
        if ask.about is not None and (meant := self.by_id(ask, ask.about)):
            if not role or _plays(meant, role):
                return meant
            self._answers.say(ask, "neighbourhood.not_allowed")
            return None
        return self._only(ask, verb, self.live(ask, states, role=role))

    def knows(self, ask: Ask, number: str) -> bool:
        """Whether an alert of a neighbourhood of the speaker has this number."""
        return bool(self._fits(ask, number, ""))

    def _only(self, ask: Ask, verb: str, live: list[Meant]) -> Meant | None:
        if len(live) == 1:
            return live[0]
        if not live:
            self._answers.say(ask, "alerts.none_open")
        elif len({meant.ask.place.id for meant in live}) > 1:
            self._which(ask, verb, live)
        else:
            numbers = ", ".join(meant.alert.number for meant in live)
            self._answers.say(ask, "alerts.which_number", numbers=numbers)
        return None

    def numbered(
        self,
        ask: Ask,
        number: str,
        verb: str,
        *,
        role: str = "",
        suits: Callable[[Meant], bool] = bool,
        more: str = "",
    ) -> Meant | None:
        """The alert with this number, whole or bare; where it isn't one, that is said or asked.

        `more` are words that the command needs beside the number: they go along with a button.
        """
        fits = self._fits(ask, number, role)
        if len(fits) > 1:
            fits = [meant for meant in fits if suits(meant)] or fits
        if len(fits) == 1:
            return fits[0]
        if fits:
            self._which(ask, verb, fits, more)
        else:
            self._answers.say(ask, "alerts.no_such_number", number=number)
        return None

    def _fits(self, ask: Ask, number: str, role: str) -> list[Meant]:
        if ask.chosen is not None:
            meant = self.by_id(ask, ask.chosen)
            return [meant] if meant is not None and (not role or _plays(meant, role)) else []
        return [
            self._meant(ask, member, alert)
            for member in self._memberships(ask, role)
            if (alert := store.by_number(ask.tx, member.neighbourhood, number)) is not None
        ]

    def _which(self, ask: Ask, verb: str, several: Sequence[Meant], more: str = "") -> None:
        labels = [
            (self._label(meant), f"a:{verb}:{meant.alert.id}{':' + more if more else ''}")
            for meant in several
        ]
        self._answers.ask_which(ask, "alerts.which_place", labels)

    def _label(self, meant: Meant) -> str:
        ask, alert = meant
        voice = self._answers.voice
        street = street_of(alert.facts, self._rules[ask.place.id])
        return voice.text(
            ask.lang,
            "alerts.which_place_offer",
            place=ask.place.name,
            street=street or voice.text(ask.lang, "alerts.card.a_point"),
            time=voice.hour(from_ms(alert.opened_at)),
        )

    def live(self, ask: Ask, states: Sequence[str] = ("open",), *, role: str = "") -> list[Meant]:
        """Alerts in these states wherever the asker belongs, newest first."""
        return [
            self._meant(ask, member, alert)
            for member in self._memberships(ask, role)
            for alert in store.live(ask.tx, member.neighbourhood)
            if alert.state in states
        ]

    def _memberships(self, ask: Ask, role: str) -> list[Member]:
        mine = [m for m in ask.who.active if m.neighbourhood in self._places]
        if ask.placed:
            mine = [m for m in mine if m.neighbourhood == ask.place.id]
        mine = [m for m in mine if not role or m.role == role]
        return sorted(mine, key=lambda member: member.neighbourhood != ask.place.id)

    def _as_member(self, ask: Ask, alert: Alert) -> Meant | None:
        for member in self._memberships(ask, ""):
            if member.neighbourhood == alert.neighbourhood:
                return self._meant(ask, member, alert)
        return None

    def _meant(self, ask: Ask, member: Member, alert: Alert) -> Meant:
        return Meant(ask.at(member, self._places[member.neighbourhood]), alert)


def _plays(meant: Meant, role: str) -> bool:
    return meant.ask.member is not None and meant.ask.member.role == role

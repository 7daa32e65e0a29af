"""Which alert somebody means: by its number, by answering its card, or because only one is open."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bot.store import alerts as store

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.intake.ask import Answers, Ask
    from bot.settings import NeighbourhoodSettings
    from bot.store.alerts import Alert
    from bot.store.people import Member


class Meant(NamedTuple):
    """An alert, and the same question as a member of its neighbourhood."""

    ask: Ask
    alert: Alert


class Naming:
    """Looks in every neighbourhood where the asker belongs, the present one first."""

    def __init__(self, places: Mapping[str, NeighbourhoodSettings], answers: Answers) -> None:
        self._places = places
        self._answers = answers

    def by_id(self, ask: Ask, alert_id: int) -> Meant | None:
        """The alert with this id, if the asker belongs where it is."""
        alert = store.by_id(ask.tx, alert_id)
        return None if alert is None else self._as_member(ask, alert)

    def the_one(
        self, ask: Ask, states: Sequence[str] = ("open", "waiting"), *, role: str = ""
    ) -> Meant | None:
        """The alert meant by the words of a command; where none is, that is said.

        `states` are those in which an alert is meant without a number; `role` is asked of the
        asker where it is.
        """
        number = ask.args.strip().split(" ")[0].strip("#.,")
        if number:
            found = self.numbered(ask, number, role=role)
            if found is None:
                self._answers.say(ask, "alerts.no_such_number", number=number)
            return found
        if ask.about is not None and (meant := self.by_id(ask, ask.about)):
            return meant
        return self._only(ask, self.live(ask, states, role=role))

    def _only(self, ask: Ask, live: list[Meant]) -> Meant | None:
        if len(live) == 1:
            return live[0]
        if not live:
            self._answers.say(ask, "alerts.none_open")
        else:
            numbers = ", ".join(meant.alert.number for meant in live)
            self._answers.say(ask, "alerts.which_number", numbers=numbers)
        return None

    def numbered(self, ask: Ask, number: str, *, role: str = "") -> Meant | None:
        """The alert with this number, whole or bare, where the asker belongs."""
        for member in self._memberships(ask, role):
            alert = store.by_number(ask.tx, member.neighbourhood, number)
            if alert is not None:
                return self._meant(ask, member, alert)
        return None

    def live(self, ask: Ask, states: Sequence[str] = ("open",), *, role: str = "") -> list[Meant]:
        """Alerts in these states wherever the asker belongs, newest first."""
        return [
            self._meant(ask, member, alert)
            for member in self._memberships(ask, role)
            for alert in store.live(ask.tx, member.neighbourhood)
            if alert.state in states
        ]

    @staticmethod
    def _memberships(ask: Ask, role: str) -> list[Member]:
        mine = [m for m in ask.who.active if not role or m.role == role]
        return sorted(mine, key=lambda member: member.neighbourhood != ask.place.id)

    def _as_member(self, ask: Ask, alert: Alert) -> Meant | None:
        for member in ask.who.active:
            if member.neighbourhood == alert.neighbourhood:
                return self._meant(ask, member, alert)
        return None

    def _meant(self, ask: Ask, member: Member, alert: Alert) -> Meant:
        return Meant(ask.at(member, self._places[member.neighbourhood]), alert)

"""Whose panels show what: decided for one chat from what is in the store."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from bot.alerts import facts as known
from bot.alerts.facts import Rules
from bot.messaging.panels import Bar, Header, Panels
from bot.neighbourhood.people import ACTIVE, COORDINATOR, People
from bot.panels.asked import asked
from bot.panels.desk import Desks, Watched
from bot.panels.standing import Business, Standing
from bot.store import dialogues as dialogue_store
from bot.store import people as people_store
from bot.store.tx import from_ms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import tzinfo

    from bot.messaging import Address
    from bot.messaging.panels import Desk
    from bot.settings import NeighbourhoodSettings
    from bot.store.alerts import Alert
    from bot.store.people import Member
    from bot.store.tx import Reader
    from bot.voice import Voice


class Around:
    """Decides panels."""

    def __init__(
        self,
        *,
        places: Mapping[str, NeighbourhoodSettings],
        people: People,
        voice: Voice,
        zone: tzinfo,
    ) -> None:
        self._places = places
        self._people = people
        self._voice = voice
        self._zone = zone
        self._rules = {
            place.id: Rules.of(place, people.rosters[place.id]) for place in places.values()
        }
        self._desks = Desks(people=people, voice=voice, rules=self._rules, zone=zone)

    def look(self, reader: Reader, chats: Iterable[Address]) -> dict[Address, Panels]:
        """What stands around each of these chats now."""

        @cache
        def standing(place: str) -> Standing:
            return Standing.read(reader, self._places[place])

        @cache
        def business(place: str) -> Business:
            return Business.read(reader, place, self._zone)

        return {chat: self._of(reader, chat, standing, business) for chat in chats}

    def _of(
        self,
        reader: Reader,
        chat: Address,
        standing: Callable[[str], Standing],
        business: Callable[[str], Business],
    ) -> Panels:
        found = people_store.speaker(reader, str(chat))
        if found is None or found[0].direct != str(chat):
            return Panels()
        mine = [m for m in found[1] if m.state in ACTIVE and m.neighbourhood in self._places]
        if not mine:
            return Panels()
        lang = self._people.lang(mine[0])
        present = self._present(reader, mine)
        run = [m for m in mine if m.role == COORDINATOR]
        return Panels(
            header=self._header(present, standing(present.neighbourhood), lang),
            bar=self._bar(self._seen(mine, standing), lang, several=len(mine) > 1),
            desk=self._desk(reader, run, standing, business, lang) if run else None,
        )

    def _present(self, reader: Reader, mine: Sequence[Member]) -> Member:
        """The membership that is meant when nothing is said: as intake takes it."""
        if len(mine) > 1:
            for dialogue in dialogue_store.of_person(reader, mine[0].person_id):
                for member in mine:
                    if member.neighbourhood == dialogue.neighbourhood:
                        return member
        return mine[0]

    # --- header and bar --------------------------------------------------------------------

    def _header(self, member: Member, standing: Standing, lang: str) -> Header:
        who = self._people.pseudonym(member, lang)
        detail = self._voice.text(lang, "panels.header", n=standing.members, who=who)
        return Header(name=standing.place.name, detail=detail)

    @staticmethod
    def _seen(mine: Sequence[Member], standing: Callable[[str], Standing]) -> list[Alert]:
        """The open alerts that this person knows of, newest first."""
        found: list[Alert] = []
        for member in mine:
            here = standing(member.neighbourhood)
            found += [alert for alert in here.open if _knows(member, alert, here)]
        return sorted(found, key=lambda alert: -alert.id)

    def _bar(self, seen: Sequence[Alert], lang: str, *, several: bool) -> Bar | None:
        """The newest open alert, and how many more there are."""
        if not seen:
            return None
        alert = seen[0]
        where = known.street_of(alert.facts, self._rules[alert.neighbourhood])
        where = where or self._voice.text(lang, "alerts.card.a_point")
        if several:
            where = f"{where}, {self._places[alert.neighbourhood].name}"
        return Bar(
            state="open",
            title=self._voice.text(lang, "alerts.card.title", number=alert.number),
            text=self._voice.text(
                lang,
                "panels.bar" if len(seen) == 1 else "panels.bar_more",
                street=where,
                at=self._voice.hour(from_ms(alert.opened_at)),
                n=len(seen) - 1,
            ),
        )

    # --- the desk --------------------------------------------------------------------------

    def _desk(
        self,
        reader: Reader,
        run: Sequence[Member],
        standing: Callable[[str], Standing],
        business: Callable[[str], Business],
        lang: str,
    ) -> Desk:
        chats = [str(chat) for chat in self._people.chats_of(reader, run[0])]
        watched = [
            Watched(standing=standing(m.neighbourhood), business=business(m.neighbourhood))
            for m in run
        ]
        return self._desks.draw(watched, asked(reader, chats, watched), reader.now, lang)


def _knows(member: Member, alert: Alert, here: Standing) -> bool:
    """Whether the card reached this member, or is theirs to look after."""
    if member.id == alert.reporter_id or member.role == COORDINATOR:
        return True
    shown = here.shown[alert.id]
    return member.id in shown or any(
        group in shown for group in here.groups.get(member.person_id, ())
    )

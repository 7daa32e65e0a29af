"""Messages that went out twice, and of which nobody knows whether they arrived.

Of the card, `reach.py` tells. Whatever else was in doubt twice (a question, an answer, a sighting) is
gathered for a minute for each alert, so that a messenger that stops answering costs the
coordinators one message, and not one for each chat. That message is a notice, which is never sent
twice: its own doubt is told to nobody, but shown to the operator.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.messaging import Address
from bot.store import alerts as store
from bot.store import people as people_store
from bot.store import places as place_store
from bot.store import timers

if TYPE_CHECKING:
    from bot.alerts.relay import Relay
    from bot.delivery.post import Outcome
    from bot.neighbourhood.people import People
    from bot.store.timers import Timer
    from bot.store.tx import Tx
    from bot.voice import Voice

TIMER = "doubt"
GATHERED_FOR = timedelta(minutes=1)


class Doubts:
    """Tells the coordinators, who can ask whether it was read."""

    def __init__(self, *, people: People, voice: Voice, relay: Relay) -> None:
        self._people = people
        self._voice = voice
        self._relay = relay

    def note(self, tx: Tx, outcome: Outcome) -> None:
        """A message was in doubt twice; of somebody who belongs nowhere nobody is told."""
        place = self._place(tx, outcome)
        if place is None:
            return
        subject = f"{place}:{outcome.alert or ''}"
        who = str(outcome.membership or outcome.chat)
        waiting = timers.find(tx, TIMER, subject)
        if waiting is None:
            timers.arm(tx, TIMER, subject, GATHERED_FOR, [who])
        elif who not in waiting.data:
            left = timedelta(milliseconds=max(0, waiting.due_at - tx.now_ms))
            timers.arm(tx, TIMER, subject, left, [*waiting.data, who])

    def tell(self, tx: Tx, timer: Timer) -> None:
        """The minute is over: one message to each coordinator."""
        place, _, number = timer.subject.rpartition(":")
        alert = store.by_id(tx, int(number)) if number else None
        about: dict[str, Any] = {"number": alert.number} if alert else {}
        self._relay.tell_coordinators(
            tx,
            place,
            "alerts.in_doubt_about" if alert else "alerts.in_doubt",
            cause=f"doubt:{timer.subject}:{timer.due_at}",
            alert=alert.id if alert else None,
            n=len(timer.data),
            who=lambda lang: ", ".join(self._name(tx, one, lang) for one in timer.data),
            **about,
        )

    @staticmethod
    def _place(tx: Tx, outcome: Outcome) -> str | None:
        if outcome.alert is not None and (alert := store.by_id(tx, outcome.alert)):
            return alert.neighbourhood
        if outcome.membership is not None:
            member = people_store.member(tx, outcome.membership)
            return member.neighbourhood if member else None
        return place_store.place_of_group(tx, str(outcome.chat))

    def _name(self, tx: Tx, who: str, lang: str) -> str:
        """What neighbours call a member; of a group, its messenger."""
        if who.isdigit():
            return self._people.pseudonym(people_store.member(tx, int(who)), lang)
        messenger = Address.parse(who).messenger
        return self._voice.text(lang, "alerts.in_doubt_group", messenger=messenger)

"""Who was reached, told truthfully.

The denominator is every active, unpaused member except the reporter. A member counts as reached
when a messenger accepted the card for their own chat (a web page only while it was open), or for
a native group they are known to be in. Members of a native group whom the bot can't see don't
count. The reporter hears the count once everything is decided or five seconds have passed, and
once more when it has changed by the end; the coordinators hear who was missed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.delivery.post import Priority
from bot.store import alerts as store
from bot.store import outbox as outbox_rows
from bot.store import people as people_store
from bot.store import timers

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.alerts.life import Life
    from bot.alerts.relay import Relay
    from bot.neighbourhood.people import People, Recipient
    from bot.store.alerts import Alert, Copy
    from bot.store.people import Member
    from bot.store.tx import Tx
    from bot.voice import Voice


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many of how many, who was missed, and whether anything is still under way."""

    sent: int
    of: int
    missed: tuple[Member, ...]
    under_way: bool


def count(
    recipients: Iterable[Recipient], copies: Iterable[Copy], states: Mapping[str, tuple[str, bool]]
) -> Count:
    """Pure: `states` tells each copy's (state, reached) by its chat."""
    rows = list(copies)
    chats = {copy.chat for copy in rows if states.get(copy.chat) == ("sent", True)}
    members = {copy.membership_id for copy in rows if copy.chat in chats}
    everybody = list(recipients)
    missed = tuple(
        r.member
        for r in everybody
        if r.member.id not in members and not any(group in chats for group in r.groups)
    )
    waiting = any(states.get(c.chat, ("", False))[0] in ("waiting", "sending") for c in rows)
    return Count(
        sent=len(everybody) - len(missed), of=len(everybody), missed=missed, under_way=waiting
    )


class Reach:
    """Tells the count and keeps it in the log."""

    def __init__(self, *, people: People, voice: Voice, relay: Relay, life: Life) -> None:
        self._people = people
        self._voice = voice
        self._relay = relay
        self._life = life

    def count(self, tx: Tx, alert: Alert) -> Count:
        """How the card of `alert` stands now."""
        recipients = self._people.recipients(tx, alert.neighbourhood, without=alert.reporter_id)
        states = {
            chat: (state, reached is None or bool(reached))
            for _member, chat, state, reached, _reason in outbox_rows.tally(tx, alert.id, "card")
        }
        return count(recipients, store.copies(tx, alert.id), states)

    def outcome(self, tx: Tx, alert_id: int) -> None:
        """A copy of the card was sent or given up."""
        alert = store.by_id(tx, alert_id)
        if alert is None:
            return
        found = self.count(tx, alert)
        if not found.under_way:
            timers.disarm(tx, "reach", str(alert.id))
            self._tell(tx, alert, found)

    def time_is_up(self, tx: Tx, alert_id: int) -> None:
        """Five seconds: tell what is known; the rest follows."""
        alert = store.by_id(tx, alert_id)
        if alert is not None:
            self._tell(tx, alert, self.count(tx, alert))

    def _tell(self, tx: Tx, alert: Alert, found: Count) -> None:
        told = alert.facts.get("reach")
        now = [found.sent, found.of, found.under_way]
        if told == now or (told and not found.under_way and told[:2] == now[:2] and not told[2]):
            return
        alert = alert._replace(facts={**alert.facts, "reach": now})
        store.save(tx, alert)
        if not told or told[:2] != now[:2]:
            self._life.journal(tx, alert, "case.reach", sent=found.sent, of=found.of)
            self._tell_reporter(tx, alert, found)
        if not found.under_way and found.missed:
            self._tell_coordinators(tx, alert, found)

    def _tell_reporter(self, tx: Tx, alert: Alert, found: Count) -> None:
        reporter = people_store.member(tx, alert.reporter_id)
        if reporter is None:
            return
        lang = self._people.lang(reporter)
        whole = found.sent == found.of
        key = "alerts.reach_all" if whole else "alerts.reach"
        message = self._voice.message(lang, key, number=alert.number, sent=found.sent, n=found.of)
        cause = f"reach:{found.sent}:{found.of}"
        self._relay.tell(tx, alert, reporter, message, cause=cause, priority=Priority.QUESTION)

    def _tell_coordinators(self, tx: Tx, alert: Alert, found: Count) -> None:
        def names(lang: str) -> str:
            return ", ".join(m.name or self._people.pseudonym(m, lang) for m in found.missed)

        self._relay.tell_coordinators(
            tx,
            alert.neighbourhood,
            "alerts.reach_missing",
            cause=f"missing:{alert.id}:{found.sent}",
            alert=alert.id,
            number=alert.number,
            names=names,
        )

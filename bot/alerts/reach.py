"""Who was reached, told truthfully.

The denominator is every active, unpaused member except the reporter. A member counts as reached
when a messenger accepted the card for a chat of their own (a web page only while it was open), or
for a native group they are known to be in, unless the messenger says that they did not get it
there. Members of a native group whom the bot can't see don't count. Whoever is missed in one
place is tried in the next: a group that fails is followed by its members' direct chats, a closed
page by their other messenger. The reporter hears the count once everything is decided or five
seconds have passed, and once more when it has changed by the end; the coordinators hear who was
missed.
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
    from collections.abc import Collection, Iterable, Mapping

    from bot.alerts.chronicle import Chronicle
    from bot.alerts.relay import Relay
    from bot.delivery.post import Outcome
    from bot.neighbourhood.people import People, Recipient
    from bot.store.alerts import Alert, Copy
    from bot.store.people import Member
    from bot.store.tx import Tx
    from bot.voice import Voice

NAMED = 30  # names in one message


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many of how many, who was missed, and whether more may yet be reached."""

    sent: int
    of: int
    missed: tuple[Recipient, ...]
    under_way: bool


def count(
    recipients: Iterable[Recipient],
    copies: Iterable[Copy],
    states: Mapping[str, tuple[str, bool]],
    passed_over: Collection[tuple[str, int]] = (),
) -> Count:
    """Pure: `states` tells each copy's (state, reached) by its chat; `passed_over` are members
    whom a group's messenger did not reach, as (group, membership).
    """
    rows = list(copies)
    chats = {copy.chat for copy in rows if states.get(copy.chat) == ("sent", True)}
    members = {copy.membership_id for copy in rows if copy.chat in chats}
    everybody = list(recipients)
    missed = tuple(
        r
        for r in everybody
        if r.member.id not in members
        and not any(g in chats and (g, r.member.id) not in passed_over for g in r.groups)
    )
    waiting = any(states.get(c.chat, ("", False))[0] in ("waiting", "sending") for c in rows)
    return Count(
        sent=len(everybody) - len(missed),
        of=len(everybody),
        missed=missed,
        under_way=waiting and bool(missed),
    )


class Reach:
    """Tells the count and keeps it in the log."""

    def __init__(self, *, people: People, voice: Voice, relay: Relay, chronicle: Chronicle) -> None:
        self._people = people
        self._voice = voice
        self._relay = relay
        self._log = chronicle

    def count(self, tx: Tx, alert: Alert) -> Count:
        """How the card of `alert` stands now."""
        recipients = self._people.recipients(tx, alert.neighbourhood, without=alert.reporter_id)
        states = {
            chat: (state, reached is None or bool(reached))
            for _member, chat, state, reached, _reason in outbox_rows.tally(tx, alert.id, "card")
        }
        passed_over = {(group, member) for group, member in alert.facts.get("passed_over") or ()}
        return count(recipients, store.copies(tx, alert.id), states, passed_over)

    def outcome(self, tx: Tx, alert_id: int, outcome: Outcome) -> None:
        """A copy of the card was sent or given up."""
        alert = store.by_id(tx, alert_id)
        if alert is None:
            return
        if outcome.failed:
            alert = self._note_failed(tx, alert, outcome)
        if outbox_rows.any_under_way(tx, alert.id, "card"):
            return
        found = self.count(tx, alert)
        if alert.state == "open" and self._try_elsewhere(tx, alert, found):
            return
        timers.disarm(tx, "reach", str(alert.id))
        self._tell(tx, alert, found)

    def _note_failed(self, tx: Tx, alert: Alert, outcome: Outcome) -> Alert:
        """Members of a native group whom the messenger did not reach there."""
        failed = list(alert.facts.get("passed_over") or ())
        for native, _reason in outcome.failed:
            account = people_store.account(tx, f"{outcome.chat.messenger}:{native}")
            mine = people_store.memberships_of(tx, account.person_id) if account else []
            here = [m for m in mine if m.neighbourhood == alert.neighbourhood]
            failed += [[str(outcome.chat), member.id] for member in here]
        alert = alert._replace(facts={**alert.facts, "passed_over": failed})
        store.save(tx, alert)
        return alert

    def _try_elsewhere(self, tx: Tx, alert: Alert, found: Count) -> bool:
        """Post the card to a chat of each missed member that was not tried yet; whether any was."""
        tried = False
        for recipient in found.missed:
            for chat in recipient.chats:
                if self._relay.send_card_to(tx, alert, recipient.member, chat):
                    tried = True
                    break
        return tried

    def time_is_up(self, tx: Tx, alert_id: int) -> None:
        """Five seconds: tell what is known; the rest follows."""
        alert = store.by_id(tx, alert_id)
        if alert is not None:
            self._tell(tx, alert, self.count(tx, alert))

    def _tell(self, tx: Tx, alert: Alert, found: Count) -> None:
        told = alert.facts.get("reach")
        now = [found.sent, found.of, found.under_way]
        if told == now:
            return
        alert = alert._replace(facts={**alert.facts, "reach": now})
        store.save(tx, alert)
        if not told or told[:2] != now[:2]:
            self._log.note(tx, alert, "case.reach", sent=found.sent, of=found.of)
        self._tell_reporter(tx, alert, found)
        if not found.under_way and found.missed:
            self._tell_coordinators(tx, alert, found)

    def _tell_reporter(self, tx: Tx, alert: Alert, found: Count) -> None:
        reporter = people_store.member(tx, alert.reporter_id)
        if reporter is None:
            return
        lang = self._people.lang(reporter)
        message = self._voice.message(
            lang, _key(found), number=alert.number, sent=found.sent, n=found.of
        )
        cause = f"reach:{found.sent}:{found.of}:{found.under_way}"
        self._relay.tell(tx, alert, reporter, message, cause=cause, rank=Priority.QUESTION)

    def _tell_coordinators(self, tx: Tx, alert: Alert, found: Count) -> None:
        self._relay.tell_coordinators(
            tx,
            alert.neighbourhood,
            "alerts.reach_missing",
            cause=f"missing:{alert.id}:{found.sent}:{found.of}",
            alert=alert.id,
            number=alert.number,
            n=len(found.missed),
            names=lambda lang: self._names([r.member for r in found.missed], lang),
        )

    def _names(self, members: list[Member], lang: str) -> str:
        names = [m.name or self._people.pseudonym(m, lang) for m in members[:NAMED]]
        return ", ".join(names) + (" …" if len(members) > NAMED else "")


def _key(found: Count) -> str:
    if found.of == 0:
        return "alerts.reach_nobody"
    if found.under_way:
        return "alerts.reach_so_far"
    return "alerts.reach_all" if found.sent == found.of else "alerts.reach"

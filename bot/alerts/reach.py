"""Who was reached, told truthfully.

The denominator is every active, unpaused member except the reporter. A member counts as reached
when a messenger accepted the card for a chat of their own (a web page only while it was open), or
for a native group they are known to be in, unless the messenger says that they did not get it
there. Members of a native group whom the bot can't see don't count. Whoever is missed in one
place is tried in the next, at once: a group that fails is followed by its members' direct chats, a
closed page by their other messenger; and after a minute without success on one messenger, the other.
Whoever comes in or back while an alert is open, or loses sight of its group, gets the card at once.

The reporter hears the count once everything is decided or five seconds have passed, and once more
when it has changed by the end. The coordinators hear by name who was missed, whatever the reason:
blocked, gone, a messenger that is down, or nobody knows. They hear it at the end, and after a minute
if the end has not come by then.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.delivery.post import Priority, Result
from bot.store import alerts as store
from bot.store import outbox as outbox_rows
from bot.store import people as people_store
from bot.store import places as place_store
from bot.store import timers

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable, Mapping

    from bot.alerts.chronicle import Chronicle
    from bot.alerts.relay import Relay
    from bot.delivery.post import Outcome
    from bot.neighbourhood.people import People, Recipient
    from bot.store.alerts import Alert, Copy
    from bot.store.people import Member
    from bot.store.tx import Tx
    from bot.voice import Voice

NAMED = 30  # names in one message
DOUBT = "doubt"
LATE = "reach_late"
LATE_AFTER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many of how many, and who was missed. Of those, `pending` may yet be reached, and of
    `doubtful` nobody knows whether the card arrived (membership ids).
    """

    sent: int
    of: int
    missed: tuple[Recipient, ...]
    pending: frozenset[int] = frozenset()
    doubtful: frozenset[int] = frozenset()

    @property
    def under_way(self) -> bool:
        """Whether more may yet be reached."""
        return bool(self.pending)


def count(
    recipients: Iterable[Recipient],
    copies: Iterable[Copy],
    states: Mapping[str, tuple[str, bool]],
    passed_over: Collection[tuple[str, int]] = (),
) -> Count:
    """Pure: `states` tells each copy's (state, reached) by its chat, where the state of one that was
    parked in doubt is DOUBT; `passed_over` are members whom a group's messenger did not reach, as
    (group, membership).
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
    return Count(
        sent=len(everybody) - len(missed),
        of=len(everybody),
        missed=missed,
        pending=_with_copies(missed, rows, states, ("waiting", "sending")),
        doubtful=_with_copies(missed, rows, states, (DOUBT,)),
    )


def _with_copies(
    people: Iterable[Recipient],
    copies: Iterable[Copy],
    states: Mapping[str, tuple[str, bool]],
    wanted: Collection[str],
) -> frozenset[int]:
    """Who of `people` has a copy in such a state, of their own or in a group."""
    found = [copy for copy in copies if states.get(copy.chat, ("", False))[0] in wanted]
    own = {copy.membership_id for copy in found}
    groups = {copy.chat for copy in found if copy.membership_id is None}
    return frozenset(
        r.member.id for r in people if r.member.id in own or groups.intersection(r.groups)
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
            fate.chat: (
                DOUBT if fate.state == "parked" and fate.unknowns else fate.state,
                fate.reached is None or bool(fate.reached),
            )
            for fate in outbox_rows.tally(tx, alert.id, "card")
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
        arrived = outcome.result is Result.SENT and outcome.reached and not outcome.failed
        if alert.state == "open" and not arrived and self._follow(tx, alert, outcome):
            return
        self._decide(tx, alert)

    def catch_up(self, tx: Tx, place: str, members: Container[int] | None = None) -> None:
        """Somebody gets alerts from now on, or can be written to only now: the cards of open alerts
        that did not reach them. `members` are memberships; None: everybody's.
        """
        if place_store.is_paused(tx, place):
            return
        for alert in store.live(tx, place):
            if alert.state == "open":
                self._send_late(tx, alert, members)

    def go_on(self, tx: Tx, place: str) -> None:
        """Relaying was stopped and goes on: for whoever came meanwhile, and with what was told."""
        self.catch_up(tx, place)
        for alert in store.live(tx, place):
            self._relay.changed(tx, alert)

    def _send_late(self, tx: Tx, alert: Alert, members: Container[int] | None) -> None:
        """Once, and never where it may have arrived."""
        found = self.count(tx, alert)
        fates = {fate.chat: fate for fate in outbox_rows.tally(tx, alert.id, "card")}
        for recipient in found.missed:
            one = recipient.member
            if one.id in found.pending or not (members is None or one.id in members):
                continue
            for chat in recipient.chats:
                fate = fates.get(str(chat))
                if fate is None or (fate.state == "parked" and not fate.unknowns):
                    self._relay.send_card_to(tx, alert, one, chat, anew=True)
                    break

    def settle(self, tx: Tx, place: str) -> None:
        """Somebody hears no more of alerts: what waited for them alone is decided."""
        for alert in store.live(tx, place):
            told = alert.facts.get("reach")
            if alert.state == "open" and (not told or told[2]):
                self._decide(tx, alert)

    def _decide(self, tx: Tx, alert: Alert) -> None:
        """Tell the count, unless more may yet be reached."""
        if outbox_rows.any_under_way(tx, alert.id, "card"):
            return
        found = self.count(tx, alert)
        if alert.state == "open" and self._try_elsewhere(tx, alert, found):
            return
        timers.disarm(tx, "reach", str(alert.id))
        timers.disarm(tx, LATE, str(alert.id))
        self._tell(tx, alert, found)

    def _follow(self, tx: Tx, alert: Alert, outcome: Outcome) -> bool:
        """Try at once the next chat of whom this copy did not reach; whether there was one."""
        if outcome.membership is None:
            return self._try_elsewhere(tx, alert, self.count(tx, alert))
        member = people_store.member(tx, outcome.membership)
        if member is None or not self._people.gets_alerts(member, tx.now_ms):
            return False
        chats = self._people.chats_of(tx, member)
        return any(self._relay.send_card_to(tx, alert, member, chat) for chat in chats)

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
        """Post the card to a chat of each missed member that was not tried yet; whether any was.

        Nobody is tried elsewhere while a copy for them is under way.
        """
        tried = False
        for recipient in found.missed:
            if recipient.member.id not in found.pending:
                tried |= any(
                    self._relay.send_card_to(tx, alert, recipient.member, chat)
                    for chat in recipient.chats
                )
        return tried

    def time_is_up(self, tx: Tx, alert_id: int) -> None:
        """Five seconds: tell what is known; the rest follows."""
        alert = store.by_id(tx, alert_id)
        if alert is None:
            return
        found = self.count(tx, alert)
        self._tell(tx, alert, found)
        if found.under_way:
            timers.arm(tx, LATE, str(alert.id), LATE_AFTER)

    def still_missing(self, tx: Tx, alert_id: int) -> None:
        """A minute later: the coordinators hear who has not been reached yet; whoever has another
        messenger gets the card there.
        """
        alert = store.by_id(tx, alert_id)
        if alert is None or alert.state != "open":
            return
        found = self.count(tx, alert)
        if not found.missed:
            return
        self._tell_coordinators(tx, alert, found)
        stuck = {
            fate.chat.partition(":")[0]
            for fate in outbox_rows.tally(tx, alert.id, "card")
            if fate.state in ("waiting", "sending")
        }
        for recipient in found.missed:
            others = [chat for chat in recipient.chats if chat.messenger not in stuck]
            any(self._relay.send_card_to(tx, alert, recipient.member, chat) for chat in others)

    def _tell(self, tx: Tx, alert: Alert, found: Count) -> None:
        told = alert.facts.get("reach")
        now = [found.sent, found.of, found.under_way]
        if told == now:
            return
        alert = alert._replace(facts={**alert.facts, "reach": now})
        store.save(tx, alert)
        if not told or told[:2] != now[:2]:
            self._log.note(tx, alert, "case.reach", sent=found.sent, of=found.of)
        known = bool(found.missed) and not found.under_way
        known = known and self._tell_coordinators(tx, alert, found)
        self._tell_reporter(tx, alert, found, known=known)

    def _tell_reporter(self, tx: Tx, alert: Alert, found: Count, *, known: bool) -> None:
        reporter = people_store.member(tx, alert.reporter_id)
        if reporter is None:
            return
        lang = self._people.lang(reporter)
        message = self._voice.message(
            lang, _key(found, known=known), number=alert.number, sent=found.sent, n=found.of
        )
        cause = f"reach:{found.sent}:{found.of}:{found.under_way}"
        self._relay.tell(tx, alert, reporter, message, cause=cause, rank=Priority.QUESTION)

    def _tell_coordinators(self, tx: Tx, alert: Alert, found: Count) -> bool:
        """By name; whether any of them can hear it, not being missed too."""
        key = "alerts.reach_missing_yet" if found.under_way else "alerts.reach_missing"
        self._relay.tell_coordinators(
            tx,
            alert.neighbourhood,
            key,
            cause=f"{key}:{alert.id}:{found.sent}:{found.of}",
            alert=alert.id,
            number=alert.number,
            n=len(found.missed),
            names=lambda lang: self._names(found, lang),
        )
        missed = {r.member.id for r in found.missed}
        told = self._people.on_call(tx, alert.neighbourhood)
        return any(r.member.id not in missed for r in told)

    def _names(self, found: Count, lang: str) -> str:
        names = [self._name(r.member, found, lang) for r in found.missed[:NAMED]]
        return ", ".join(names) + (" …" if len(found.missed) > NAMED else "")

    def _name(self, member: Member, found: Count, lang: str) -> str:
        name = member.name or self._people.pseudonym(member, lang)
        if member.id not in found.doubtful:
            return name
        return self._voice.text(lang, "alerts.reach_unsure", name=name)


def _key(found: Count, *, known: bool) -> str:
    """`known`: the coordinators hear who was missed."""
    if found.of == 0:
        return "alerts.reach_nobody"
    if found.under_way:
        return "alerts.reach_so_far"
    if found.sent == found.of:
        return "alerts.reach_all"
    return "alerts.reach" if known else "alerts.reach_untold"

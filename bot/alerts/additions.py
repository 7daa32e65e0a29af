"""What somebody adds to an alert that another one reported: a short new reply to its card.

It rings, as a sighting does, and its reporter hears it; the card shows the latest one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.alerts import facts as known
from bot.alerts.scene import iso

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.alerts.chronicle import Chronicle
    from bot.alerts.relay import Relay
    from bot.neighbourhood.people import People
    from bot.store.alerts import Alert
    from bot.store.people import Member
    from bot.store.tx import Tx
    from bot.voice import Voice

KEY = "alerts.addition"


class Additions:
    """Passes on what was added, and what became of it."""

    def __init__(self, *, people: People, voice: Voice, relay: Relay, chronicle: Chronicle) -> None:
        self._people = people
        self._voice = voice
        self._relay = relay
        self._log = chronicle

    def add(self, tx: Tx, alert: Alert, member: Member, draft: Mapping[str, Any]) -> Alert:
        """What a draft tells belongs to this alert; nothing where it tells nothing."""
        joined = {*(alert.facts.get("joined") or ()), member.id}
        told = known.from_draft(draft)
        one = {name: told[name] for name in ("what", "kind", "place", "street")}
        if not self._words(alert, one)(self._voice.default):
            return self._log.stirred(tx, alert, joined=sorted(joined))
        one |= {"by": member.id, "at": iso(tx.now_ms)}
        additions = [*(alert.facts.get("additions") or ()), one]
        alert = self._log.stirred(tx, alert, additions=additions, joined=sorted(joined))
        values = self._values(alert, member, one)
        cause = cause_of(alert, len(additions))
        own = self._people.chats_of(tx, member)
        self._relay.reply(tx, alert, KEY, cause=cause, purpose="addition", without=own, **values)
        self._relay.tell_reporter(tx, alert, KEY, cause=cause, by=member.id, **values)
        return alert

    def change(
        self, tx: Tx, alert: Alert, member: Member, number: int, one: dict[str, Any]
    ) -> Alert:
        """The addition with this number, from 1, reads otherwise now; that rings no phone."""
        additions = list(alert.facts.get("additions") or ())
        additions[number - 1] = one
        alert = self._log.stirred(tx, alert, additions=additions)
        values = self._values(alert, member, one)
        self._relay.rewrite(tx, alert, cause_of(alert, number), KEY, **values)
        return alert

    def _values(self, alert: Alert, member: Member, one: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "number": alert.number,
            "who": lambda lang: self._people.pseudonym(member, lang),
            "text": self._words(alert, one),
        }

    def _words(self, alert: Alert, one: Mapping[str, Any]) -> Callable[[str], str]:
        rules = self._relay.rules(alert.neighbourhood)
        return lambda lang: known.addition(one, self._voice.what(lang, one), rules)


def takes_part(alert: Alert, member: int) -> bool:
    """Whether a member reported the alert, or joined it."""
    return member == alert.reporter_id or member in (alert.facts.get("joined") or ())


def cause_of(alert: Alert, number: int) -> str:
    """Under which cause an addition went out."""
    return f"addition:{alert.id}:{number}"

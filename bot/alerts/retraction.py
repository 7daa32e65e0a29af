"""Taking back what was passed on about somebody who turns out to be innocent.

Whatever neighbours read of an alert beside its card may describe them: the signalement, additions,
sightings, questions with their answers, and what was written in a native group. The outbox knows where each of them stands, in
whatever time the alert was open. There it is edited to say that it was withdrawn, and where it
still waits it isn't sent any more. That rings no phone; the rectification itself does, in each of
these chats, and asks to delete and to tell nobody, also where a message can't be changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.delivery.post import Kind, Post, Priority
from bot.messaging import Address
from bot.store import people as people_store

if TYPE_CHECKING:
    from bot.delivery.outbox import Outbox
    from bot.messaging import Outgoing
    from bot.neighbourhood.people import People
    from bot.store.alerts import Alert
    from bot.store.tx import Tx
    from bot.voice import Voice

TOLD_REPORTER = "told_reporter"
ASKED, ANSWERED = "asked", "answered"  # by a neighbour, and by the reporter
DESCRIBING = frozenset(
    {"signalement", "addition", "sighting", "group_message", TOLD_REPORTER, ASKED, ANSWERED}
)


class Retraction:
    """Knows what may describe somebody, and takes it back."""

    def __init__(self, *, people: People, voice: Voice, outbox: Outbox) -> None:
        self._people = people
        self._voice = voice
        self._outbox = outbox

    def take_back(self, tx: Tx, alert: Alert) -> None:
        """What was passed on of `alert` is told no more; doing it again is harmless."""
        for row in self._outbox.of_alert(tx, alert.id, DESCRIBING):
            if self._outbox.withdraw(tx, row):
                continue
            edit = Post(
                chat=Address.parse(row.chat),
                message=self._withdrawn(tx, alert, row.membership_id),
                cause=f"taken back:{row.id}:v{alert.version}",
                priority=Priority.ANSWER,
                purpose="card_edit",
                kind=Kind.EDIT,
                target=row.id,
                alert=alert.id,
                membership=row.membership_id,
            )
            self._outbox.post(tx, edit)

    def _withdrawn(self, tx: Tx, alert: Alert, membership: int | None) -> Outgoing:
        member = people_store.member(tx, membership) if membership is not None else None
        lang = self._people.lang(member) if member else self._voice.default
        return self._voice.message(lang, "alerts.taken_back", number=alert.number)

"""Somebody can't call: the coordinators are asked to call for them.

The question stands under the id of the reporter's conversation. The first coordinator who says
that they called answers it for all; the others learn that they need not. After two minutes
without an answer the reporter hears that nobody has called, and every coordinator is asked again,
also who pauses: those who watch may not have seen it. A coordinator who is asked sees the
house number too.
"""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from bot.alerts import facts as known
from bot.alerts.scene import iso
from bot.delivery.post import Priority
from bot.dialogue.state import State as Draft
from bot.store import alerts as alert_store
from bot.store import dialogues as dialogue_store
from bot.store import outbox as outbox_rows
from bot.store import people as people_store
from bot.store import timers
from bot.store.inbox import withdraw

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.alerts.relay import Relay
    from bot.alerts.scene import Scene
    from bot.neighbourhood.people import People, Recipient
    from bot.store.people import Member
    from bot.store.tx import Tx
    from bot.voice import Voice

PATIENCE = timedelta(minutes=2)
APP = "112 BE"
TIMER = "page"


class Paging:
    """The question to the coordinators and what follows from it."""

    def __init__(self, *, people: People, voice: Voice, relay: Relay) -> None:
        self._people = people
        self._voice = voice
        self._relay = relay

    def ask(self, scene: Scene, *, more: bool) -> None:
        """Ask every coordinator; `more`: now that place and act are known. Whoever was asked just
        now isn't asked again.
        """
        if not more and timers.armed(scene.tx, TIMER, str(scene.dialogue)):
            return
        reached = self._put(scene.tx, scene.member, scene.dialogue, scene.data, more=more)
        if reached and not more:
            timers.arm(scene.tx, TIMER, str(scene.dialogue), PATIENCE, scene.member.id)

    def correct(self, tx: Tx, reporter: Member, page: int, data: Mapping[str, Any]) -> None:
        """Whoever was asked to call reads what was corrected meanwhile."""
        self._put(tx, reporter, page, data, more=True)

    def _put(
        self,
        tx: Tx,
        reporter: Member,
        page: int | None,
        data: Mapping[str, Any],
        *,
        more: bool,
        whom: Sequence[Recipient] | None = None,
    ) -> int:
        def words(lang: str, value: str) -> str:
            return value or self._voice.text(lang, "alerts.not_known_yet")

        where = known.exact_place(data.get("place") or {})
        what = self._voice.what("nl", data)
        # Each first question is one of its own; the fuller one comes again only with other words.
        about = sha256(f"{where}|{what}".encode()).hexdigest()[:12] if more else tx.now_ms
        return self._relay.tell_coordinators(
            tx,
            reporter.neighbourhood,
            "alerts.coordinator.call",
            cause=f"page:{page}:{about}",
            choices=(("alerts.choice.called", f"a:called:{page}"),),
            subject=f"page:{page}",
            rank=Priority.ALERT,
            without=reporter.id,
            whom=whom,
            emergency=self._relay.rules(reporter.neighbourhood).emergency,
            who=lambda lang: self._people.pseudonym(reporter, lang),
            where=lambda lang: words(lang, where),
            what=lambda lang: words(lang, self._voice.what(lang, data)),
        )

    def unanswered(self, tx: Tx, member_id: int, page: str) -> None:
        """Two minutes without an answer: the reporter hears that nobody has called, and all are
        asked.
        """
        member = people_store.member(tx, member_id)
        if member is None:
            return
        emergency = self._relay.rules(member.neighbourhood).emergency
        cause = f"nobody:{page}:{tx.now_ms}"
        self._tell(tx, member, "report.nobody_called", cause, emergency=emergency, app=APP)
        told = _told(tx, member.neighbourhood, int(page))
        if told is not None:
            everybody = self._people.all_coordinators(tx, member.neighbourhood, without=member.id)
            self._put(tx, member, int(page), told, more=True, whom=everybody)

    def answered(self, tx: Tx, reporter: Member, page: int, by: Member) -> dict[str, str]:
        """A coordinator called: the reporter hears it, the others need not call. The gate's words."""
        emergency = self._relay.rules(reporter.neighbourhood).emergency
        self._tell(
            tx,
            reporter,
            "report.coordinator_called",
            f"called:{page}:{tx.now_ms}",
            emergency=emergency,
            time=self._voice.hour(tx.now),
        )
        self.end(tx, reporter, page, "alerts.coordinator.called", by=by)
        return gate(tx, "coordinator", self._people.pseudonym(by, "nl"))

    def end(
        self, tx: Tx, reporter: Member, page: int, key: str, *, by: Member | None = None
    ) -> None:
        """Nobody needs to call for `reporter` any more; the coordinators learn why, but not the
        one who called. Nothing if none was asked.
        """
        place = reporter.neighbourhood
        timers.disarm(tx, TIMER, str(page))
        if not withdraw(tx, f"page:{page}"):
            return
        self._relay.take_back(tx, f"page:{page}:")  # a call that was made is asked of nobody
        asked = {row.membership_id for row in outbox_rows.of_causes(tx, f"page:{page}:")}
        everybody = self._people.all_coordinators(tx, place, without=by.id if by else reporter.id)
        self._relay.tell_coordinators(
            tx,
            place,
            key,
            cause=f"page over:{page}:{tx.now_ms}",
            whom=[recipient for recipient in everybody if recipient.member.id in asked],
            rank=Priority.QUESTION,
            who=lambda lang: self._people.pseudonym(by, lang),
            reporter=lambda lang: self._people.pseudonym(reporter, lang),
            emergency=self._relay.rules(place).emergency,
        )

    def _tell(self, tx: Tx, member: Member, key: str, cause: str, **values: Any) -> None:
        message = self._voice.message(self._people.lang(member), key, **values)
        self._relay.tell(tx, None, member, message, cause=cause, rank=Priority.QUESTION)


def _told(tx: Tx, place: str, page: int) -> Mapping[str, Any] | None:
    """What the reporter told so far: in the draft, or in the alert that waits."""
    draft = dialogue_store.by_id(tx, page)
    if draft is not None:
        return Draft.from_json(draft.data).data
    for alert in alert_store.live(tx, place):
        if alert.state == "waiting" and alert.facts.get("page") == page:
            spot = {name: alert.facts.get(name) for name in ("latitude", "longitude")}
            return {**alert.facts, "place": {"text": alert.facts.get("place"), **spot}}
    return None


def gate(tx: Tx, by: str, who: str) -> dict[str, str]:
    """What somebody's word says about the gate, now."""
    return {"by": by, "at": iso(tx.now_ms), "who": who}

"""From a draft to an alert.

The gate comes first: no card goes out unless the reporter said that the emergency number was
called, or a coordinator said so for someone who can't. A report whose reporter called is never
held back. What isn't urgent goes to the police and the coordinators only.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.alerts import facts as known
from bot.alerts.scene import iso
from bot.delivery.post import Post, Priority
from bot.journal.journal import append as append_entry
from bot.store import alerts as store
from bot.store import people as people_store
from bot.store import timers
from bot.store.inbox import withdraw

if TYPE_CHECKING:
    from bot.alerts.life import Life
    from bot.alerts.relay import Relay
    from bot.alerts.scene import Scene
    from bot.delivery.outbox import Outbox
    from bot.neighbourhood.people import People
    from bot.store.alerts import Alert
    from bot.store.people import Member
    from bot.store.tx import Tx
    from bot.voice import Voice

PAGE_PATIENCE = timedelta(minutes=2)
REACH_PATIENCE = timedelta(seconds=5)
SILENCE = timedelta(minutes=45)
OPEN_AT_MOST = timedelta(hours=4)
APP = "112 BE"
GATE_OPENERS = ("self", "coordinator")


class Opening:
    """Turns drafts into alerts and records."""

    def __init__(
        self,
        *,
        people: People,
        voice: Voice,
        outbox: Outbox,
        relay: Relay,
        life: Life,
    ) -> None:
        self._people = people
        self._voice = voice
        self._outbox = outbox
        self._relay = relay
        self._life = life

    def send(self, scene: Scene) -> None:
        """The reporter said *send*: the card goes out, or waits until somebody has called."""
        met = self.gate_met(scene)
        urgency = str(scene.data.get("urgency") or "urgent")
        alert = self._open(scene, state="open" if met else "waiting", urgency=urgency)
        if met:
            self._say(scene, "alerts.sending", number=alert.number)
            self.relay_now(scene.tx, alert)
        else:
            self._say(scene, "alerts.waiting", number=alert.number, emergency=scene.place.emergency)

    @staticmethod
    def gate_met(scene: Scene) -> bool:
        """Whether somebody entitled to said that the emergency number was called."""
        gate = scene.data.get("gate") or {}
        place = scene.place
        unsure = scene.data.get("urgency") == "unsure" and place.unsure == "ask_group"
        return gate.get("by") in GATE_OPENERS or place.gate_101 == "advisory" or unsure

    def record(self, scene: Scene) -> None:
        """No alert: the report is kept for the police and the coordinators read it."""
        urgency = "unsure" if scene.data.get("urgency") == "unsure" else "cold"
        alert = self._open(scene, state="recorded", urgency=urgency)
        tell = self._relay.tell_coordinators
        tell(
            scene.tx,
            alert.neighbourhood,
            f"alerts.coordinator.{urgency}",
            cause=f"recorded:{alert.id}",
            alert=alert.id,
            without=scene.member.id,
            number=alert.number,
            what=lambda lang: self._voice.what(lang, alert.facts),
            where=alert.facts["place"],
            who=lambda lang: self._people.pseudonym(scene.member, lang),
        )

    def join(self, scene: Scene) -> None:
        """The report is an addition to an alert that is open."""
        alert = store.by_id(scene.tx, int(scene.data.get("alert") or 0))
        if alert is None:
            return
        self._journal_said(scene, alert)
        self._life.attach_media(scene, alert)
        store.attach_heard(scene.tx, scene.member.id, alert.id, scene.started_at_ms)

    def discard(self, scene: Scene) -> None:
        """The draft is thrown away; nothing of it reaches the police."""
        if scene.dialogue is not None:
            timers.disarm(scene.tx, "page", str(scene.dialogue))
            withdraw(scene.tx, f"page:{scene.dialogue}")
        append_entry(scene.tx, scene.place.id, "draft.discarded", {})

    def _open(self, scene: Scene, *, state: str, urgency: str) -> Alert:
        tx, place = scene.tx, scene.place.id
        year = self._voice.year(tx.now)
        sequence = store.next_number(tx, place, f"M-{year}")
        facts = known.from_draft(scene.data)
        facts["page"] = scene.dialogue if _paged(scene.data) else None
        alert = store.add_alert(
            tx,
            place,
            number=f"M-{year}-{sequence:04d}",
            sequence=sequence,
            state=state,
            urgency=urgency,
            reporter_id=scene.member.id,
            facts=facts,
        )
        self._journal_opening(scene, alert)
        self._journal_said(scene, alert)
        store.attach_heard(tx, scene.member.id, alert.id, scene.started_at_ms)
        alert = self._life.attach_media(scene, alert)
        scene.carry.update(alert=alert.id, case=alert.number)
        return alert

    def _journal_opening(self, scene: Scene, alert: Alert) -> None:
        facts = alert.facts
        append_entry(
            scene.tx,
            alert.neighbourhood,
            "case.opened",
            {
                "case": alert.number,
                "urgency": alert.urgency,
                "what": self._voice.what("nl", facts),
                "kind": facts["kind"],
                "street": facts["street"],
                "place": facts["place"],
                "latitude": _text(facts["latitude"]),
                "longitude": _text(facts["longitude"]),
                "reporter": self._people.pseudonym(scene.member, "nl"),
                "started_at": iso(scene.started_at_ms),
                "sent_at": iso(scene.tx.now_ms),
                "stale": bool(scene.data.get("stale")),
            },
            case=alert.number,
        )
        gate = facts["gate"]
        self._journal_gate(
            scene.tx,
            alert,
            str(gate.get("by") or "none"),
            str(gate.get("who") or self._people.pseudonym(scene.member, "nl")),
            str(gate.get("at") or ""),
        )

    def _journal_gate(self, tx: Tx, alert: Alert, by: str, who: str, at: str) -> None:
        append_entry(
            tx,
            alert.neighbourhood,
            "case.gate",
            {"case": alert.number, "by": by, "who": who, "at": at},
            case=alert.number,
        )

    def _journal_said(self, scene: Scene, alert: Alert) -> None:
        author = self._people.pseudonym(scene.member, "nl")
        for said in scene.data.get("said") or ():
            append_entry(
                scene.tx,
                alert.neighbourhood,
                "case.message",
                {
                    "case": alert.number,
                    "author": author,
                    "text": str(said.get("text", "")),
                    "message": str(said.get("message", "")),
                    "source": str(said.get("source", "")),
                    "platform_at": str(said.get("platform_at", "")),
                    "received_at": str(said.get("received_at", "")),
                    "early": True,
                },
                case=alert.number,
            )

    def relay_now(self, tx: Tx, alert: Alert) -> Alert:
        """The gate is met: everybody hears of it."""
        alert = alert._replace(state="open", relayed=1, relayed_at=tx.now_ms, spoken_at=tx.now_ms)
        store.save(tx, alert)
        recipients, groups = self._relay.send_card(tx, alert)
        append_entry(
            tx,
            alert.neighbourhood,
            "case.relayed",
            {"case": alert.number, "recipients": recipients, "groups": groups},
            case=alert.number,
        )
        timers.arm(tx, "reach", str(alert.id), REACH_PATIENCE)
        timers.arm(tx, "silence", str(alert.id), SILENCE)
        timers.arm(tx, "auto_close", str(alert.id), OPEN_AT_MOST)
        return alert

    # --- somebody who can't call -----------------------------------------------------------

    def page(self, scene: Scene, *, more: bool = False) -> None:
        """Ask every coordinator to call for somebody who can't; `more`: now with place and act."""
        reached = self._ask_to_call(scene, more=more)
        if more:
            return
        self.journal_page(scene)
        if not reached:
            self._say(scene, "alerts.nobody_to_ask", emergency=scene.place.emergency, app=APP)
            return
        timers.arm(scene.tx, "page", str(scene.dialogue), PAGE_PATIENCE, scene.member.id)

    def journal_page(self, scene: Scene) -> None:
        """The coordinators were asked: it stands in the log before there is a number."""
        reporter = self._people.pseudonym(scene.member, "nl")
        append_entry(
            scene.tx, scene.place.id, "case.asked_coordinators", {"case": "", "reporter": reporter}
        )

    def _ask_to_call(self, scene: Scene, *, more: bool) -> int:
        def words(lang: str, value: str) -> str:
            return value or self._voice.text(lang, "alerts.not_known_yet")

        where = str((scene.data.get("place") or {}).get("text", ""))
        return self._relay.tell_coordinators(
            scene.tx,
            scene.place.id,
            "alerts.coordinator.call",
            cause=f"page:{scene.dialogue}:{more}",
            choices=(("alerts.choice.called", f"a:called:{scene.dialogue}"),),
            subject=f"page:{scene.dialogue}",
            priority=Priority.ALERT,
            without=scene.member.id,
            emergency=scene.place.emergency,
            who=lambda lang: self._people.pseudonym(scene.member, lang),
            where=lambda lang: words(lang, where),
            what=lambda lang: words(lang, self._voice.what(lang, scene.data)),
        )

    def page_unanswered(self, tx: Tx, member_id: int, dialogue: str) -> None:
        """Two minutes without an answer: the reporter hears that nobody has called."""
        member = people_store.member(tx, member_id)
        if member is not None:
            emergency = self._relay.rules(member.neighbourhood).emergency
            self._tell(
                tx,
                member,
                "report.nobody_called",
                f"page:{dialogue}",
                emergency=emergency,
                app=APP,
            )

    def waiting_on(self, tx: Tx, place: str, dialogue: int) -> Alert | None:
        """The alert that waits for the answer to this page, if the reporter already sent it."""
        for alert in store.live(tx, place):
            if alert.state == "waiting" and alert.facts.get("page") == dialogue:
                return alert
        return None

    def called_for(self, tx: Tx, alert: Alert, by: Member) -> None:
        """A coordinator called for the reporter: the card goes out and says who said so."""
        gate = self.gate_by(tx, by)
        alert = alert._replace(facts={**alert.facts, "gate": gate})
        self._journal_gate(tx, alert, "coordinator", gate["who"], gate["at"])
        self.relay_now(tx, alert)

    def gate_by(self, tx: Tx, by: Member) -> dict[str, str]:
        """What a coordinator's word says about the gate."""
        return {
            "by": "coordinator",
            "at": iso(tx.now_ms),
            "who": self._people.pseudonym(by, "nl"),
        }

    def page_answered(self, tx: Tx, reporter: Member, dialogue: int, emergency: str) -> None:
        """The reporter hears who called; the other coordinators need not."""
        timers.disarm(tx, "page", str(dialogue))
        withdraw(tx, f"page:{dialogue}")
        self._tell(
            tx,
            reporter,
            "report.coordinator_called",
            f"called:{dialogue}",
            emergency=emergency,
            time=self._voice.hour(tx.now),
        )

    # --- words ---------------------------------------------------------------------------

    def _say(self, scene: Scene, key: str, **values: Any) -> None:
        message = self._voice.message(scene.lang, key, **values)
        self._post(
            scene.tx, scene.chat, message, f"{key}:{scene.dialogue}:{scene.tx.now_ms}", scene.member
        )

    def _tell(self, tx: Tx, member: Member, key: str, cause: str, **values: Any) -> None:
        chat = self._people.chat_of(tx, member)
        if chat is not None:
            message = self._voice.message(self._people.lang(member), key, **values)
            self._post(tx, chat, message, f"{key}:{cause}", member)

    def _post(self, tx: Tx, chat: Any, message: Any, cause: str, member: Member) -> None:
        self._outbox.post(
            tx,
            Post(
                chat=chat,
                message=message,
                cause=cause,
                priority=Priority.QUESTION,
                purpose="answer",
                membership=member.id,
            ),
        )


def _paged(data: dict[str, Any]) -> bool:
    """Coordinators were asked to call and nobody has answered yet."""
    return bool((data.get("gate") or {}).get("by") == "page")


def _text(value: object) -> str:
    return "" if value is None else str(value)

"""From a draft to an alert.

The gate comes first: no card goes out unless the reporter said that the emergency number was
called, or a coordinator said so for someone who can't. A report whose reporter called is never
held back by a queue. What isn't urgent goes to the police and the coordinators only, and so does
everything while a coordinator has stopped relaying.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.alerts import facts as known
from bot.alerts.chronicle import OPEN_AT_MOST, watch
from bot.alerts.paging import gate as gate_now
from bot.alerts.scene import iso
from bot.delivery.post import Post, Priority
from bot.dialogue.vocabulary import gate_of
from bot.journal.journal import append as append_entry
from bot.store import alerts as store
from bot.store import people as people_store
from bot.store import places as place_store
from bot.store import timers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.alerts.additions import Additions
    from bot.alerts.chronicle import Chronicle
    from bot.alerts.paging import Paging
    from bot.alerts.pictures import Pictures
    from bot.alerts.relay import Relay
    from bot.alerts.scene import Scene
    from bot.delivery.outbox import Outbox
    from bot.neighbourhood.people import People
    from bot.store.alerts import Alert
    from bot.store.people import Member
    from bot.store.tx import Tx
    from bot.voice import Voice

REACH_PATIENCE = timedelta(seconds=5)
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
        paging: Paging,
        pictures: Pictures,
        additions: Additions,
        chronicle: Chronicle,
    ) -> None:
        self._people = people
        self._voice = voice
        self._outbox = outbox
        self._relay = relay
        self._paging = paging
        self._pictures = pictures
        self._additions = additions
        self._log = chronicle

    def send(self, scene: Scene) -> None:
        """The reporter said *send*: the card goes out, or waits until somebody has called."""
        met = self._gate_met(scene)
        urgency = str(scene.data.get("urgency") or "urgent")
        alert = self._open(scene, state="waiting", urgency=urgency)
        if met:
            gone = self.go_out(scene.tx, alert).state == "open"
            if gone and store.copies(
                scene.tx, alert.id
            ):  # else the count tells that there is nobody
                self._say(scene, "alerts.sending", number=alert.number)
            return
        timers.arm(scene.tx, "auto_close", str(alert.id), OPEN_AT_MOST)
        self._say(scene, "alerts.waiting", number=alert.number, emergency=scene.place.emergency)

    @staticmethod
    def _gate_met(scene: Scene) -> bool:
        """Whether somebody entitled to said that the emergency number was called."""
        gate = gate_of(scene.data)
        place = scene.place
        unsure = scene.data.get("urgency") == "unsure" and place.unsure == "ask_group"
        return gate.get("by") in GATE_OPENERS or place.gate_101 == "advisory" or unsure

    def record(self, scene: Scene) -> None:
        """No alert: the report is kept for the police and the coordinators read it."""
        urgency = str(scene.data.get("urgency") or "urgent")
        self.call_off(scene)
        alert = self._open(scene, state="recorded", urgency=urgency)
        self._tell_recorded(scene.tx, alert, f"alerts.coordinator.{urgency}")

    def _tell_recorded(self, tx: Tx, alert: Alert, key: str) -> int:
        rules = self._relay.rules(alert.neighbourhood)
        reporter = people_store.member(tx, alert.reporter_id)
        return self._relay.tell_coordinators(
            tx,
            alert.neighbourhood,
            key,
            cause=f"recorded:{alert.id}",
            alert=alert.id,
            without=alert.reporter_id,
            rank=Priority.QUESTION,
            number=alert.number,
            what=lambda lang: rules.shown(self._voice.what(lang, alert.facts)),
            where=lambda lang: (
                known.street_of(alert.facts, rules) or self._voice.text(lang, "alerts.card.a_point")
            ),
            who=lambda lang: self._people.pseudonym(reporter, lang),
        )

    def join(self, scene: Scene) -> None:
        """The report is an addition to an alert that is open: everybody who has its card reads it."""
        alert = store.by_id(scene.tx, int(scene.data.get("alert") or 0))
        if alert is None:
            return
        self.call_off(scene)
        self._log.told(scene.tx, alert, scene.member, _said(scene), early=False)
        alert = self._pictures.attach(scene, alert)
        alert = self._additions.add(scene.tx, alert, scene.member, scene.data)
        self._relay.changed(scene.tx, alert)
        scene.carry.update(alert=alert.id, case=alert.number)

    def discard(self, scene: Scene) -> None:
        """The draft is thrown away; nothing of it reaches the police."""
        self.call_off(scene)
        append_entry(scene.tx, scene.place.id, "draft.discarded", {})

    def called_self(self, scene: Scene) -> None:
        """The reporter said that they called: whoever was asked to call for them need not."""
        self._end_page(scene, "alerts.coordinator.called_self")

    def call_off(self, scene: Scene) -> None:
        """Nobody needs to call for the reporter any more."""
        self._end_page(scene, "alerts.coordinator.called_off")

    def _end_page(self, scene: Scene, key: str) -> None:
        if scene.dialogue is not None:
            self._paging.end(scene.tx, scene.member, scene.dialogue, key)

    # --- the case --------------------------------------------------------------------------

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
        self._log.told(scene.tx, alert, scene.member, _said(scene), early=True)
        if scene.data.get("paged") or alert.facts["gate"]["by"] == "coordinator":
            reporter = self._log.name(scene.member)
            self._log.note(tx, alert, "case.asked_coordinators", reporter=reporter)
        alert = self._pictures.attach(scene, alert)
        scene.carry.update(alert=alert.id, case=alert.number)
        return alert

    def _journal_opening(self, scene: Scene, alert: Alert) -> None:
        facts = alert.facts
        self._log.note(
            scene.tx,
            alert,
            "case.opened",
            urgency=alert.urgency,
            what=facts["what"] or self._voice.what("nl", facts),
            kind=facts["kind"],
            street=facts["street"],
            place=facts["place"],
            latitude=_text(facts["latitude"]),
            longitude=_text(facts["longitude"]),
            reporter=self._log.name(scene.member),
            started_at=iso(scene.started_at_ms),
            sent_at=iso(scene.tx.now_ms),
            stale=bool(scene.data.get("stale")),
        )
        gate = facts["gate"]
        who = str(gate.get("who") or self._log.name(scene.member))
        self._journal_gate(scene.tx, alert, {**gate, "who": who})

    def _journal_gate(self, tx: Tx, alert: Alert, gate: dict[str, Any]) -> None:
        self._log.note(
            tx,
            alert,
            "case.gate",
            by=str(gate.get("by") or "none"),
            who=str(gate.get("who") or ""),
            at=str(gate.get("at") or ""),
        )

    # --- out to the neighbourhood -------------------------------------------------------------

    def go_out(self, tx: Tx, alert: Alert) -> Alert:
        """The gate is met: everybody hears of it, unless a coordinator has stopped relaying."""
        if place_store.is_paused(tx, alert.neighbourhood):
            return self._keep(tx, alert)
        alert = alert._replace(state="open", relayed=1, relayed_at=tx.now_ms, spoken_at=tx.now_ms)
        store.save(tx, alert)
        recipients, groups = self._relay.send_card(tx, alert)
        self._log.note(tx, alert, "case.relayed", recipients=recipients, groups=groups)
        timers.arm(tx, "reach", str(alert.id), REACH_PATIENCE)
        watch(tx, alert.id)
        return alert

    def _keep(self, tx: Tx, alert: Alert) -> Alert:
        """Relaying is stopped: it is recorded, and the coordinators read it."""
        alert = alert._replace(state="recorded")
        store.save(tx, alert)
        timers.disarm(tx, "auto_close", str(alert.id))
        read = self._tell_recorded(tx, alert, "alerts.coordinator.while_paused")
        reporter = people_store.member(tx, alert.reporter_id)
        if reporter is not None:
            emergency = self._relay.rules(alert.neighbourhood).emergency
            message = self._voice.message(
                self._people.lang(reporter),
                "alerts.relay_paused" if read else "alerts.relay_paused_unread",
                number=alert.number,
                emergency=emergency,
            )
            self._relay.tell(tx, alert, reporter, message, cause="paused", rank=Priority.QUESTION)
        return alert

    def waiting_on(self, tx: Tx, place: str, page: int) -> Alert | None:
        """The alert that waits for the answer to this page, if the reporter already sent it."""
        for alert in store.live(tx, place):
            if alert.state == "waiting" and alert.facts.get("page") == page:
                return alert
        return None

    def called_for(self, tx: Tx, alert: Alert, by: Member) -> Alert:
        """A coordinator called for the reporter: the card goes out and says who said so."""
        reporter = people_store.member(tx, alert.reporter_id)
        page = int(alert.facts.get("page") or 0)
        gate = (
            self._paging.answered(tx, reporter, page, by)
            if reporter is not None
            else gate_now(tx, "coordinator", self._log.name(by))
        )
        return self._gate_opens(tx, alert, gate)

    def called_after_all(self, tx: Tx, alert: Alert, reporter: Member) -> Alert:
        """The reporter called after all: the card goes out."""
        page = int(alert.facts.get("page") or 0)
        self._paging.end(tx, reporter, page, "alerts.coordinator.called_self")
        return self._gate_opens(tx, alert, gate_now(tx, "self", self._log.name(reporter)))

    def _gate_opens(self, tx: Tx, alert: Alert, gate: dict[str, str]) -> Alert:
        alert = alert._replace(facts={**alert.facts, "gate": gate, "page": None})
        self._journal_gate(tx, alert, gate)
        return self.go_out(tx, alert)

    # --- words ---------------------------------------------------------------------------

    def _say(self, scene: Scene, key: str, **values: Any) -> None:
        self._outbox.post(
            scene.tx,
            Post(
                chat=scene.chat,
                message=self._voice.message(scene.lang, key, **values),
                cause=f"{key}:{scene.dialogue}",
                priority=Priority.QUESTION,
                purpose="answer",
                membership=scene.member.id,
            ),
        )


def _paged(data: Mapping[str, Any]) -> bool:
    """Coordinators were asked to call and nobody has answered yet."""
    return bool(gate_of(data).get("by") == "page")


def _said(scene: Scene) -> Sequence[Mapping[str, Any]]:
    """What was said before there was a number."""
    return scene.data.get("said") or ()


def _text(value: object) -> str:
    return "" if value is None else str(value)

"""The life of an alert while it is open: what is told, described, seen and said about it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.alerts import card
from bot.alerts import facts as known
from bot.alerts.chronicle import stamp
from bot.delivery.post import Priority
from bot.store import alerts as store
from bot.store import places as place_store
from bot.store import timers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.alerts.chronicle import Chronicle
    from bot.alerts.pictures import Pictures
    from bot.alerts.relay import Relay
    from bot.alerts.scene import Scene
    from bot.messaging import MessageEdited, MessageReceived
    from bot.neighbourhood.people import People
    from bot.store.alerts import Alert
    from bot.store.people import Member
    from bot.store.tx import Tx
    from bot.voice import Voice

SIGNALEMENT_AFTER = timedelta(minutes=2)


class Life:
    """Everything that is added to an alert after it was opened."""

    def __init__(
        self,
        *,
        people: People,
        voice: Voice,
        relay: Relay,
        chronicle: Chronicle,
        pictures: Pictures,
    ) -> None:
        self._people = people
        self._voice = voice
        self._relay = relay
        self._log = chronicle
        self._pictures = pictures

    # --- what is added -------------------------------------------------------------------

    def describe(self, scene: Scene) -> None:
        """Persons, vehicle or direction were told; the card follows, the signalement later."""
        tx = scene.tx
        alert = store.by_id(tx, int(scene.data.get("alert") or 0))
        if alert is None:
            return
        description = {
            "persons": list(scene.data.get("persons") or ()),
            "vehicle": dict(scene.data.get("vehicle") or {}),
            "direction": str(scene.data.get("direction") or ""),
        }
        before, alert = alert, self.redescribe(tx, alert, scene.member, description)
        if alert is not before and alert.state == "open" and not alert.facts.get("signalled"):
            timers.arm_once(tx, "signalement", str(alert.id), SIGNALEMENT_AFTER)

    def redescribe(
        self, tx: Tx, alert: Alert, member: Member, description: Mapping[str, Any]
    ) -> Alert:
        """What one member tells of persons, vehicle and direction, from now on."""
        before = known.described_by(alert.facts, member.id)
        if description == before or not (before or any(description.values())):
            return alert
        self._log.note(tx, alert, "case.description", author=self._log.name(member), **description)
        described = {**(alert.facts.get("described") or {}), str(member.id): description}
        return self._relay.changed(tx, self._log.stirred(tx, alert, described=described))

    def correct_description(
        self, tx: Tx, alert: Alert, member: Member, description: Mapping[str, Any]
    ) -> None:
        """A line of it was edited: the signalement that went out follows too."""
        alert = self.redescribe(tx, alert, member, description)
        if signalled := alert.facts.get("signalled"):
            self._relay.rewrite(
                tx, alert, signalled, "alerts.signalement", **self._signalled(alert)
            )

    def _signalled(self, alert: Alert) -> dict[str, Any]:
        return {
            "number": alert.number,
            "description": lambda lang: self._look_out(alert, lang),
        }

    def signalement(self, tx: Tx, alert_id: int) -> None:
        """The description goes out once as a short new message, since an edit rings no phone."""
        timers.disarm(tx, "signalement", str(alert_id))
        alert = store.by_id(tx, alert_id)
        if alert is None or alert.state != "open" or alert.facts.get("signalled"):
            return
        if not self._look_out(alert, self._voice.default):
            return
        cause = f"signalement:{alert.id}:v{alert.version}"
        posted = self._relay.reply(
            tx,
            alert,
            "alerts.signalement",
            cause=cause,
            purpose="signalement",
            **self._signalled(alert),
        )
        if posted:
            store.save(tx, alert._replace(facts={**alert.facts, "signalled": cause}))

    def _look_out(self, alert: Alert, lang: str) -> str:
        return card.look_out_for(alert, self._voice, self._relay.rules(alert.neighbourhood), lang)

    def add_words(self, scene: Scene, alert: Alert, event: MessageReceived) -> None:
        """Words added to an alert that is out: kept in the log as they were written."""
        self._hear(scene.tx, alert, scene.member, event)
        self._log.note(
            scene.tx,
            alert,
            "case.message",
            author=self._log.name(scene.member),
            text=told_in(event),
            message=event.message_id,
            source=event.source,
            platform_at=stamp(event.occurred_at),
            received_at=stamp(event.received_at),
            early=False,
        )
        self._log.stirred(scene.tx, alert)

    @staticmethod
    def _hear(
        tx: Tx, alert: Alert, member: Member | None, event: MessageReceived | MessageEdited
    ) -> None:
        """Remember the message, so that its next edit finds it."""
        store.hear(
            tx,
            str(event.chat),
            event.message_id,
            member=member.id if member else None,
            alert=alert.id,
            text=event.text,
        )

    # --- conversation in a native group --------------------------------------------------

    def group_message(
        self, tx: Tx, alert: Alert, member: Member | None, event: MessageReceived
    ) -> None:
        """Written straight into a native group while the alert is open: kept, and passed on."""
        self._hear(tx, alert, member, event)
        self._log.note(
            tx,
            alert,
            "case.group_message",
            author=self._log.name(member),
            text=told_in(event),
            source=event.source,
            message=event.message_id,
            platform_at=stamp(event.occurred_at),
        )
        self._pictures.want(tx, event.media, alert, member)
        alert = self._log.stirred(tx, alert)
        shown = self._relay.rules(alert.neighbourhood).shown(event.text).strip()
        if not shown:
            return
        own = self._people.chats_of(tx, member) if member else []
        key, cause, by = "alerts.group_message", passed_on(event), member.id if member else None
        values: dict[str, Any] = {
            "who": lambda lang: self._people.pseudonym(member, lang),
            "text": shown,
        }
        self._relay.reply(
            tx,
            alert,
            key,
            cause=cause,
            purpose="group_message",
            without=(event.chat, *own),
            rank=Priority.ANSWER,
            **values,
        )
        stopped = place_store.is_paused(tx, alert.neighbourhood)
        if not stopped and not self._in_a_group(tx, alert):
            self._relay.tell_reporter(tx, alert, key, cause=cause, by=by, **values)

    def _in_a_group(self, tx: Tx, alert: Alert) -> bool:
        """Whether the reporter reads in a native group what is passed on."""
        everybody = self._people.recipients(tx, alert.neighbourhood)
        return any(one.groups for one in everybody if one.member.id == alert.reporter_id)

    # --- what is only counted --------------------------------------------------------------

    def safe(self, tx: Tx, alert: Alert, member: Member) -> None:
        """A neighbour says that all is well with them: counted, not passed on."""
        self._log.note(tx, alert, "case.safe", author=self._log.name(member))
        alert = alert._replace(facts={**alert.facts, "safe": int(alert.facts.get("safe") or 0) + 1})
        store.save(tx, alert)

    def noise(self, tx: Tx, alert: Alert) -> None:
        """Thanks and thumbs: counted, not passed on."""
        self._log.note(tx, alert, "case.noise")


def passed_on(event: MessageReceived | MessageEdited) -> str:
    """The cause of what was passed on of a message, also for its edits."""
    return f"group:{event.chat}:{event.message_id}"


def told_in(event: MessageReceived) -> str:
    """The words, or the point that was shared without any."""
    point = event.location
    return event.text or ("" if point is None else f"{point.latitude}, {point.longitude}")

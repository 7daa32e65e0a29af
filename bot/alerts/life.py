"""The life of an alert while it is open: what is told, described, seen and said about it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.alerts import card
from bot.alerts import facts as known
from bot.alerts.chronicle import stamp
from bot.alerts.scene import iso
from bot.delivery.post import Priority
from bot.journal.journal import append as append_entry
from bot.store import alerts as store
from bot.store import people as people_store
from bot.store import timers

if TYPE_CHECKING:
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
_AT = r"[\s,;]*(?:\b(?:om|rond|tegen|sinds|at|around)\s+)?"  # what stands before a time


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
        before = known.described_by(alert.facts, scene.member.id)
        if description == before or not (before or any(description.values())):
            return
        self._log.note(
            tx, alert, "case.description", author=self._log.name(scene.member), **description
        )
        described = {**(alert.facts.get("described") or {}), str(scene.member.id): description}
        alert = self._log.stirred(tx, alert, described=described)
        if alert.state == "open" and not alert.facts.get("signalled"):
            timers.arm_once(tx, "signalement", str(alert.id), SIGNALEMENT_AFTER)
        self._relay.changed(tx, alert)

    def signalement(self, tx: Tx, alert_id: int) -> None:
        """The description goes out once as a short new message, since an edit rings no phone."""
        timers.disarm(tx, "signalement", str(alert_id))
        alert = store.by_id(tx, alert_id)
        if alert is None or alert.state != "open" or alert.facts.get("signalled"):
            return
        if not self._look_out(alert, self._voice.default):
            return
        found = alert
        posted = self._relay.reply(
            tx,
            alert,
            "alerts.signalement",
            cause=f"signalement:{alert.id}",
            purpose="signalement",
            number=alert.number,
            description=lambda lang: self._look_out(found, lang),
        )
        if posted:
            store.save(tx, alert._replace(facts={**alert.facts, "signalled": posted}))

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
            text=event.text,
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
            text=event.text,
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
        self._relay.reply(
            tx,
            alert,
            "alerts.group_message",
            cause=_passed_on(event),
            purpose="group_message",
            without=(event.chat, *own),
            rank=Priority.ANSWER,
            who=lambda lang: self._people.pseudonym(member, lang),
            text=shown,
        )

    def conversation(
        self, tx: Tx, place: str, member: Member | None, event: MessageReceived
    ) -> None:
        """Written in a native group of a neighbourhood that relays always: kept and passed on."""
        append_entry(
            tx,
            place,
            "case.group_message",
            {
                "case": "",
                "author": self._log.name(member),
                "text": event.text,
                "source": event.source,
                "message": event.message_id,
                "platform_at": stamp(event.occurred_at),
            },
        )
        shown = self._relay.rules(place).shown(event.text).strip()
        if shown:
            own = self._people.chats_of(tx, member) if member else []
            self._relay.to_everybody(
                tx,
                place,
                "alerts.group_message",
                cause=_passed_on(event),
                without=(event.chat, *own),
                who=lambda lang: self._people.pseudonym(member, lang),
                text=shown,
            )

    def edited(self, tx: Tx, alert: Alert, member: Member | None, event: MessageEdited) -> None:
        """Somebody changed what they wrote: both versions stay in the log, the card and what was
        passed on follow.
        """
        heard = store.heard(tx, str(event.chat), event.message_id)
        self._hear(tx, alert, member, event)
        self._log.note(
            tx,
            alert,
            "case.edited",
            author=self._log.name(member),
            message=event.message_id,
            text=event.text,
            platform_at=stamp(event.occurred_at),
        )
        what = str(alert.facts.get("what") or "")
        if heard is not None and what and heard.digest == store.digest(what):
            self._relay.changed(tx, self._log.stirred(tx, alert, what=event.text))
        self._pass_on_again(tx, alert, member, event)

    def _pass_on_again(
        self, tx: Tx, alert: Alert, member: Member | None, event: MessageEdited
    ) -> None:
        posted = self._relay.posted(tx, _passed_on(event))
        shown = self._relay.rules(alert.neighbourhood).shown(event.text).strip()
        if posted and shown:
            self._relay.rewrite(
                tx,
                alert,
                posted,
                "alerts.group_message",
                who=lambda lang: self._people.pseudonym(member, lang),
                text=shown,
            )

    # --- sightings -----------------------------------------------------------------------

    def sighting(self, scene: Scene) -> None:
        """A neighbour saw something: a short new reply to the card, which counts it."""
        tx, data = scene.tx, scene.data
        alert = store.by_id(tx, int(data.get("alert") or 0))
        if alert is None:
            return
        where, when = known.exact_place(_place(data.get("where"))), str(data.get("when") or "")
        self._log.note(
            tx,
            alert,
            "case.sighting",
            author=self._log.name(scene.member),
            where=where,
            when=self._voice.chosen("nl", "alerts.when", when),
            text=str(data.get("text") or ""),
            now=bool(data.get("now")),
        )
        self._pictures.attach(scene, alert)
        alert = store.by_id(tx, alert.id) or alert
        if alert.state == "open":
            self._pass_on(scene, alert, _place(data.get("where")), when)
        else:
            message = self._voice.message(scene.lang, "alerts.seen_late", number=alert.number)
            cause = f"late:{scene.dialogue}"
            self._relay.tell(tx, alert, scene.member, message, cause=cause, purpose="answer")

    def _pass_on(self, scene: Scene, alert: Alert, place: dict[str, Any], when: str) -> None:
        tx = scene.tx
        shown = self._shown_place(alert, place, when)
        seen = [*alert.facts.get("sightings", []), {"where": shown, "at": iso(tx.now_ms)}]
        alert = self._log.stirred(tx, alert, sightings=seen)
        values: dict[str, Any] = {
            "who": lambda lang: self._people.pseudonym(scene.member, lang),
            "where": lambda lang: shown or self._voice.text(lang, "alerts.card.a_point"),
            "when": lambda lang: self._when(lang, self._typed(alert, when), tx),
        }
        cause = f"sighting:{alert.id}:{len(seen)}"
        self._relay.reply(
            tx,
            alert,
            "alerts.sighting",
            cause=cause,
            purpose="sighting",
            without=self._people.chats_of(tx, scene.member),
            number=alert.number,
            **values,
        )
        self._tell_reporter(tx, alert, scene.member, cause, values)
        self._relay.changed(tx, alert)

    def _shown_place(self, alert: Alert, place: dict[str, Any], when: str) -> str:
        """The place without its house number, and without the time, which is told beside it."""
        text = str(place.get("text") or "")
        for told in (
            when,
            *(self._voice.chosen(lang, "alerts.when", when) for lang in ("nl", "en")),
        ):
            if told:
                text = re.sub(rf"{_AT}\b{re.escape(told)}\b", "", text, flags=re.IGNORECASE)
        return self._relay.rules(alert.neighbourhood).place(text.strip(" ,.;"))

    def _tell_reporter(
        self,
        tx: Tx,
        alert: Alert,
        seer: Member,
        cause: str,
        values: dict[str, Any],
    ) -> None:
        reporter = people_store.member(tx, alert.reporter_id)
        if reporter is None or reporter.id == seer.id:
            return
        lang = self._people.lang(reporter)
        said: dict[str, Any] = {name: value(lang) for name, value in values.items()}
        message = self._voice.message(lang, "alerts.sighting", number=alert.number, **said)
        self._relay.tell(tx, alert, reporter, message, cause=cause, rank=Priority.ALERT)

    def _typed(self, alert: Alert, when: str) -> str:
        """When it was, as the group may read it."""
        return self._relay.rules(alert.neighbourhood).shown(when).strip()

    def _when(self, lang: str, when: str, tx: Tx) -> str:
        return self._voice.chosen(lang, "alerts.when", when) if when else self._voice.hour(tx.now)

    # --- what is only counted --------------------------------------------------------------

    def safe(self, tx: Tx, alert: Alert, member: Member) -> None:
        """A neighbour says that all is well with them: counted, not passed on."""
        self._log.note(tx, alert, "case.safe", author=self._log.name(member))
        alert = alert._replace(facts={**alert.facts, "safe": int(alert.facts.get("safe") or 0) + 1})
        store.save(tx, alert)

    def noise(self, tx: Tx, alert: Alert) -> None:
        """Thanks and thumbs: counted, not passed on."""
        self._log.note(tx, alert, "case.noise")


def _passed_on(event: MessageReceived | MessageEdited) -> str:
    """The cause of what was passed on of a message, also for its edits."""
    return f"group:{event.chat}:{event.message_id}"


def _place(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {"text": str(value or "")}

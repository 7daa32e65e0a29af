"""The life of an alert once it is out: what is added, seen, closed and put right."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.alerts import card
from bot.alerts import facts as known
from bot.alerts.scene import iso
from bot.delivery.post import Priority
from bot.journal.journal import append as append_entry
from bot.store import alerts as store
from bot.store import people as people_store
from bot.store import timers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.alerts.relay import Relay
    from bot.alerts.scene import Scene
    from bot.journal.vault import Media, Vault
    from bot.messaging import MessageEdited, MessageReceived
    from bot.neighbourhood.people import People
    from bot.settings import NeighbourhoodSettings
    from bot.store.alerts import Alert
    from bot.store.people import Member
    from bot.store.tx import Tx
    from bot.voice import Voice

SIGNALEMENT_AFTER = timedelta(minutes=2)
RECTIFYING = ("false_alarm", "mistaken")


class Life:
    """Everything that happens to an alert after it was opened."""

    def __init__(
        self,
        *,
        places: Mapping[str, NeighbourhoodSettings],
        people: People,
        voice: Voice,
        vault: Vault,
        relay: Relay,
        on_closed: Callable[[Tx, str], None],
    ) -> None:
        self._places = places
        self._people = people
        self._voice = voice
        self._vault = vault
        self._relay = relay
        self._on_closed = on_closed

    def journal(self, tx: Tx, alert: Alert, kind: str, /, **fields: Any) -> int:
        """One entry about this alert."""
        return append_entry(
            tx, alert.neighbourhood, kind, {"case": alert.number, **fields}, case=alert.number
        )

    def _author(self, member: Member | None) -> str:
        return self._people.pseudonym(member, "nl")

    def _heard_something(self, tx: Tx, alert: Alert, **facts: Any) -> Alert:
        """Something new came in: the silence is broken and the card changes."""
        alert = alert._replace(spoken_at=tx.now_ms, facts={**alert.facts, **facts})
        store.save(tx, alert)
        if alert.state == "open":
            timers.arm(tx, "silence", str(alert.id), timedelta(minutes=45))
        return alert

    # --- what is added -------------------------------------------------------------------

    def describe(self, scene: Scene) -> None:
        """Persons, vehicle or direction were told; the card follows, the signalement later."""
        alert = store.by_id(scene.tx, int(scene.data.get("alert") or 0))
        if alert is None:
            return
        description = {
            "persons": list(scene.data.get("persons") or ()),
            "vehicle": dict(scene.data.get("vehicle") or {}),
            "direction": str(scene.data.get("direction") or ""),
        }
        if description == alert.facts.get("description"):
            return
        self.journal(
            scene.tx, alert, "case.description", author=self._author(scene.member), **description
        )
        alert = self._heard_something(scene.tx, alert, description=description)
        if alert.relayed and not alert.facts.get("signalled"):
            timers.arm_once(scene.tx, "signalement", str(alert.id), SIGNALEMENT_AFTER)
        self._relay.changed(scene.tx, alert)

    def signalement(self, tx: Tx, alert_id: int) -> None:
        """The description goes out once as a short new message, since an edit rings no phone."""
        timers.disarm(tx, "signalement", str(alert_id))
        alert = store.by_id(tx, alert_id)
        if alert is None or alert.state != "open" or alert.facts.get("signalled"):
            return
        plates = self._places[alert.neighbourhood].plate_to_group
        if not card.look_out_for(alert.facts, self._voice, plates, self._voice.default):
            return
        facts = alert.facts
        alert = alert._replace(facts={**alert.facts, "signalled": True})
        store.save(tx, alert)
        self._relay.reply(
            tx,
            alert,
            "alerts.signalement",
            cause=f"signalement:{alert.id}",
            purpose="signalement",
            number=alert.number,
            description=lambda lang: card.look_out_for(facts, self._voice, plates, lang),
        )

    def add_words(self, scene: Scene, alert: Alert, event: MessageReceived) -> None:
        """Words added to an alert that is out: kept in the log as they were written."""
        store.hear(
            scene.tx,
            str(event.chat),
            event.message_id,
            member=scene.member.id,
            alert=alert.id,
            digest=event.text,
        )
        self._journal_message(scene.tx, alert, scene.member, event)
        self._heard_something(scene.tx, alert)

    def _journal_message(
        self, tx: Tx, alert: Alert, member: Member | None, event: MessageReceived
    ) -> None:
        self.journal(
            tx,
            alert,
            "case.message",
            author=self._author(member),
            text=event.text,
            message=event.message_id,
            source=event.source,
            platform_at=_stamp(event.occurred_at),
            received_at=_stamp(event.received_at),
            early=False,
        )

    def group_message(
        self, tx: Tx, alert: Alert, member: Member | None, event: MessageReceived
    ) -> None:
        """Written straight into a native group while the alert is open: kept, and passed on."""
        store.hear(
            tx,
            str(event.chat),
            event.message_id,
            member=member.id if member else None,
            alert=alert.id,
            digest=event.text,
        )
        self.journal(
            tx,
            alert,
            "case.group_message",
            author=self._author(member),
            text=event.text,
            source=event.source,
            message=event.message_id,
            platform_at=_stamp(event.occurred_at),
        )
        for media in event.media:
            self._vault.want(
                tx,
                media,
                neighbourhood=alert.neighbourhood,
                alert=alert.id,
                membership=member.id if member else None,
                dialogue=None,
            )
        alert = self._heard_something(tx, alert)
        plates = self._places[alert.neighbourhood].plate_to_group
        shown = known.for_group(event.text, plates)
        if not shown:
            return
        self._relay.reply(
            tx,
            alert,
            "alerts.group_message",
            cause=f"group:{event.source}:{event.event_id}",
            purpose="group_message",
            without=(str(event.chat), *self._own_chats(tx, member)),
            who=lambda lang: self._people.pseudonym(member, lang),
            text=shown,
        )

    def _own_chats(self, tx: Tx, member: Member | None) -> tuple[str, ...]:
        if member is None:
            return ()
        accounts = people_store.accounts_of(tx, member.person_id)
        return tuple(account.direct for account in accounts if account.direct)

    def edited(self, tx: Tx, alert: Alert, member: Member | None, event: MessageEdited) -> None:
        """Somebody changed what they wrote: both versions stay in the log."""
        store.hear(
            tx,
            str(event.chat),
            event.message_id,
            member=member.id if member else None,
            alert=alert.id,
            digest=event.text,
        )
        self.journal(
            tx,
            alert,
            "case.edited",
            author=self._author(member),
            message=event.message_id,
            text=event.text,
            platform_at=_stamp(event.occurred_at),
        )

    # --- pictures ------------------------------------------------------------------------

    def attach_media(self, scene: Scene, alert: Alert) -> Alert:
        """What was sent with the draft belongs to the alert now."""
        if scene.dialogue is None:
            return alert
        self._vault.attach(scene.tx, scene.dialogue, alert.id)
        for media in self._vault.of_alert(scene.tx, alert.id):
            if media.state == "stored" and media.journal_n is None:
                alert = self._picture(scene.tx, alert, media)
        return alert

    def on_media(self, tx: Tx, media: Media) -> None:
        """A file is stored, or won't come any more."""
        alert = store.by_id(tx, media.alert) if media.alert is not None else None
        if alert is None:
            return
        if media.state == "stored":
            self._relay.changed(tx, self._picture(tx, alert, media))
        else:
            self._missing(tx, alert, media)

    def _picture(self, tx: Tx, alert: Alert, media: Media) -> Alert:
        number = int(alert.facts.get("pictures") or 0) + 1
        member = people_store.member(tx, media.membership) if media.membership else None
        entry = self.journal(
            tx,
            alert,
            "case.media",
            author=self._author(member),
            number=number,
            sha256=media.sha256,
            size=media.size,
            mime=media.mime or media.ref.mime or "",
            name=media.ref.name or "",
            kind=media.ref.kind.value,
            as_file=media.ref.as_file,
            platform_at=_stamp(media.asked_at),
            source=media.ref.source,
        )
        self._vault.journalled(tx, media.id, entry)
        return self._heard_something(tx, alert, pictures=number)

    def _missing(self, tx: Tx, alert: Alert, what: Media) -> None:
        member = people_store.member(tx, what.membership) if what.membership else None
        self.journal(
            tx,
            alert,
            "case.media_missing",
            author=self._author(member),
            kind=what.ref.kind.value,
            size=what.size or what.ref.size or 0,
            reason=what.reason,
        )
        if member is not None:
            message = self._voice.message(self._people.lang(member), "alerts.media_missing")
            self._relay.tell(tx, alert, member, message, cause=f"missing:{what.id}")

    # --- sightings -----------------------------------------------------------------------

    def sighting(self, scene: Scene) -> None:
        """A neighbour saw something: a short new reply to the card, which counts it."""
        tx, data = scene.tx, scene.data
        alert = store.by_id(tx, int(data.get("alert") or 0))
        if alert is None or alert.state != "open":
            return
        where, when = _words(data.get("where")), _words(data.get("when"))
        told = self._voice.chosen("nl", "alerts.when", when)
        self.journal(
            tx,
            alert,
            "case.sighting",
            author=self._author(scene.member),
            where=where,
            when=told,
            text=_words(data.get("text")),
            now=bool(data.get("now")),
        )
        seen = [*alert.facts.get("sightings", []), {"where": where, "at": iso(tx.now_ms)}]
        alert = self._heard_something(tx, alert, sightings=seen)
        self._relay.reply(
            tx,
            alert,
            "alerts.sighting",
            cause=f"sighting:{alert.id}:{len(seen)}",
            purpose="sighting",
            number=alert.number,
            who=lambda lang: self._people.pseudonym(scene.member, lang),
            where=known.for_group(where, self._places[alert.neighbourhood].plate_to_group),
            when=lambda lang: self._when(lang, when, tx),
        )
        self._tell_reporter(tx, alert, scene.member, where, when)
        self._relay.changed(tx, alert)

    def _tell_reporter(self, tx: Tx, alert: Alert, seer: Member, where: str, when: str) -> None:
        reporter = people_store.member(tx, alert.reporter_id)
        if reporter is None or reporter.id == seer.id:
            return
        lang = self._people.lang(reporter)
        message = self._voice.message(
            lang,
            "alerts.sighting",
            number=alert.number,
            who=self._people.pseudonym(seer, lang),
            where=known.for_group(where, self._places[alert.neighbourhood].plate_to_group),
            when=self._when(lang, when, tx),
        )
        cause = f"sighting:{len(alert.facts['sightings'])}"
        self._relay.tell(tx, alert, reporter, message, cause=cause)

    def _when(self, lang: str, when: str, tx: Tx) -> str:
        return self._voice.chosen(lang, "alerts.when", when) if when else self._voice.hour(tx.now)

    def safe(self, tx: Tx, alert: Alert, member: Member) -> None:
        """A neighbour says that all is well with them: counted, not passed on."""
        self.journal(tx, alert, "case.safe", author=self._author(member))
        self._heard_something(tx, alert, safe=int(alert.facts.get("safe") or 0) + 1)

    def noise(self, tx: Tx, alert: Alert) -> None:
        """Thanks and thumbs: counted, not passed on."""
        self.journal(tx, alert, "case.noise")

    # --- the end -------------------------------------------------------------------------

    def close(self, tx: Tx, alert: Alert, outcome: str, by: Member | None) -> Alert:
        """The alert is over; everybody who got the card is told."""
        if alert.state not in ("open", "waiting", "recorded"):
            return alert
        state = "no_news" if outcome == "no_news" else "closed"
        state = "rectified" if outcome in RECTIFYING else state
        alert = alert._replace(
            state=state, closed_at=tx.now_ms, facts={**alert.facts, "outcome": outcome}
        )
        store.save(tx, alert)
        timers.disarm_all(tx, str(alert.id))
        self.journal(tx, alert, "case.closed", outcome=outcome, by=self._by(by))
        if state == "rectified":
            self.journal(tx, alert, "case.rectified", by=self._by(by))
        self._announce(tx, alert, by)
        self._on_closed(tx, alert.neighbourhood)
        return alert

    def rectify(self, tx: Tx, alert: Alert, by: Member) -> Alert:
        """A closed alert turns out to have been about nothing: every copy says so."""
        if alert.state in ("open", "waiting"):
            return self.close(tx, alert, "false_alarm", by)
        alert = alert._replace(state="rectified", facts={**alert.facts, "outcome": "false_alarm"})
        store.save(tx, alert)
        self.journal(tx, alert, "case.rectified", by=self._by(by))
        self._announce(tx, alert, by)
        return alert

    def _by(self, member: Member | None) -> str:
        return self._author(member) if member is not None else "Saarbot"

    def _announce(self, tx: Tx, alert: Alert, by: Member | None) -> None:
        key = "alerts.rectification" if alert.state == "rectified" else "alerts.closed"
        cause = f"{key}:{alert.id}:v{alert.version}"
        values: dict[str, Any] = {
            "number": alert.number,
            "at": self._voice.hour(tx.now),
            "outcome": lambda lang: self._voice.text(
                lang, f"alerts.outcome.{alert.facts['outcome']}"
            ),
        }
        if alert.relayed:
            self._relay.reply(tx, alert, key, cause=cause, purpose="closing", **values)
            self._relay.edit_now(tx, alert)
        self._tell_reporter_of_end(tx, alert, by, key, values)

    def _tell_reporter_of_end(
        self, tx: Tx, alert: Alert, by: Member | None, key: str, values: dict[str, Any]
    ) -> None:
        reporter = people_store.member(tx, alert.reporter_id)
        if reporter is None:
            return
        lang = self._people.lang(reporter)
        said = {n: value(lang) if callable(value) else value for n, value in values.items()}
        message = self._voice.message(lang, key, **said)
        self._relay.tell(
            tx, alert, reporter, message, cause=f"{key}:v{alert.version}", priority=Priority.ALERT
        )
        del by

    def reopen(self, tx: Tx, alert: Alert, by: Member) -> Alert:
        """A closed alert is open again."""
        if alert.state not in ("closed", "no_news", "rectified"):
            return alert
        alert = alert._replace(state="open", closed_at=None, spoken_at=tx.now_ms)
        store.save(tx, alert)
        self.journal(tx, alert, "case.reopened", by=self._by(by))
        timers.arm(tx, "silence", str(alert.id), timedelta(minutes=45))
        timers.arm(tx, "auto_close", str(alert.id), timedelta(hours=4))
        self._relay.reply(
            tx,
            alert,
            "alerts.reopened",
            cause=f"reopened:{alert.id}:v{alert.version}",
            purpose="reopened",
            number=alert.number,
        )
        return self._relay.edit_now(tx, alert)

    # --- silence -------------------------------------------------------------------------

    def silence(self, tx: Tx, alert_id: int) -> None:
        """Nothing new for 45 minutes: the reporter and the coordinators are asked."""
        alert = store.by_id(tx, alert_id)
        if alert is None or alert.state != "open":
            return
        choices = card.choices_for(alert, coordinator=True)[2:3]
        self._relay.tell_coordinators(
            tx,
            alert.neighbourhood,
            "alerts.still_open",
            cause=f"silence:{alert.id}:{alert.spoken_at}",
            alert=alert.id,
            choices=choices,
            subject=f"alert:{alert.id}",
            number=alert.number,
        )
        reporter = people_store.member(tx, alert.reporter_id)
        if reporter is not None:
            lang = self._people.lang(reporter)
            message = self._voice.message(lang, "alerts.still_open_reporter", number=alert.number)
            self._relay.tell(tx, alert, reporter, message, cause=f"silence:{alert.spoken_at}")

    def auto_close(self, tx: Tx, alert_id: int) -> None:
        """Four hours: closed without news."""
        alert = store.by_id(tx, alert_id)
        if alert is not None and alert.state == "open":
            self.close(tx, alert, "no_news", None)


def _stamp(moment: Any) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")  # type: ignore[no-any-return]  # datetime


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return str(value.get("text", ""))
    return str(value or "")

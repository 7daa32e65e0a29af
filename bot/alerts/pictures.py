"""Files that belong to an alert: wanted at once, counted on the card when they are here.

The group never sees them by itself. The decision never waits for the bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.alerts.chronicle import stamp
from bot.store import alerts as store
from bot.store import people as people_store

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.alerts.chronicle import Chronicle
    from bot.alerts.relay import Relay
    from bot.alerts.scene import Scene
    from bot.journal.fetcher import Arrived, Missing
    from bot.journal.vault import Media, Vault
    from bot.messaging import MediaRef
    from bot.neighbourhood.people import People
    from bot.store.alerts import Alert
    from bot.store.people import Member
    from bot.store.tx import Tx
    from bot.voice import Voice

TOLD_WHY = frozenset({"too_large", "empty"})


class Pictures:
    """What becomes of the files around an alert."""

    def __init__(
        self, *, people: People, voice: Voice, vault: Vault, relay: Relay, chronicle: Chronicle
    ) -> None:
        self._people = people
        self._voice = voice
        self._vault = vault
        self._relay = relay
        self._log = chronicle

    def want(self, tx: Tx, media: Iterable[MediaRef], alert: Alert, member: Member | None) -> None:
        """Ask for files that somebody sent to an alert that is out."""
        for ref in media:
            self._vault.want(
                tx,
                ref,
                neighbourhood=alert.neighbourhood,
                alert=alert.id,
                membership=member.id if member else None,
            )

    def want_for_draft(
        self,
        tx: Tx,
        media: Iterable[MediaRef],
        *,
        place: str,
        dialogue: int | None,
        member: Member | None,
    ) -> None:
        """Ask for files of a conversation that is no alert yet."""
        for ref in media:
            self._vault.want(
                tx,
                ref,
                neighbourhood=place,
                membership=member.id if member else None,
                dialogue=dialogue,
            )

    def attach(self, scene: Scene, alert: Alert) -> Alert:
        """What was sent with the draft belongs to the alert now."""
        tx = scene.tx
        if scene.dialogue is None or not self._vault.attach(tx, scene.dialogue, alert.id):
            return alert
        for media in self._vault.of_alert(tx, alert.id):
            if media.journal_n is None and media.state != "wanted":
                alert = self._settle(tx, alert, media)
        return alert

    def on_media(self, tx: Tx, news: Arrived | Missing) -> None:
        """A file is stored, or won't come any more."""
        media = news.media
        if media.state == "missing":
            self._tell_missing(tx, media)
        alert = store.by_id(tx, media.alert) if media.alert is not None else None
        if alert is None:
            return
        self._relay.changed(tx, self._settle(tx, alert, media))

    def _settle(self, tx: Tx, alert: Alert, media: Media) -> Alert:
        if media.state == "stored":
            return self._arrived(tx, alert, media)
        return self._missing(tx, alert, media)

    def _sender(self, tx: Tx, media: Media) -> Member | None:
        return people_store.member(tx, media.membership) if media.membership else None

    def _arrived(self, tx: Tx, alert: Alert, media: Media) -> Alert:
        number = int(alert.facts.get("pictures") or 0) + 1
        entry = self._log.note(
            tx,
            alert,
            "case.media",
            author=self._log.name(self._sender(tx, media)),
            number=number,
            sha256=media.sha256,
            size=media.size,
            mime=media.mime or media.ref.mime or "",
            name=media.ref.name or "",
            kind=media.ref.kind.value,
            as_file=media.ref.as_file,
            platform_at=stamp(media.asked_at),
            source=media.ref.source,
        )
        self._vault.journalled(tx, media.id, entry)
        return self._log.stirred(tx, alert, pictures=number)

    def _missing(self, tx: Tx, alert: Alert, media: Media) -> Alert:
        entry = self._log.note(
            tx,
            alert,
            "case.media_missing",
            author=self._log.name(self._sender(tx, media)),
            kind=media.ref.kind.value,
            size=media.size or media.ref.size or 0,
            reason=media.reason,
        )
        self._vault.journalled(tx, media.id, entry)
        return alert

    def _tell_missing(self, tx: Tx, media: Media) -> None:
        """Whoever sent it hears at once what to do, also while the report isn't sent yet."""
        member = self._sender(tx, media)
        if member is None:
            return
        why = media.reason if media.reason in TOLD_WHY else "gone"
        message = self._voice.message(self._people.lang(member), f"alerts.media_missing.{why}")
        self._relay.tell(tx, None, member, message, cause=f"media:{media.id}", purpose="answer")

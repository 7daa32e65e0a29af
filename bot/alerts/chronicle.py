"""What every deed around an alert has in common: its entry in the log, and that it broke the silence."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.journal.journal import append as append_entry
from bot.journal.journal import texts_of
from bot.store import alerts as store
from bot.store import timers

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.neighbourhood.people import People
    from bot.store.alerts import Alert
    from bot.store.people import Member
    from bot.store.tx import Tx

SILENCE = timedelta(minutes=45)
OPEN_AT_MOST = timedelta(hours=4)
ITSELF = "Saarbot"


class Chronicle:
    """Writes an alert's entries. The log is in Dutch, as the police read it."""

    def __init__(self, people: People) -> None:
        self._people = people

    def note(self, tx: Tx, alert: Alert, kind: str, /, **fields: Any) -> int:
        """One entry about this alert; its number."""
        return append_entry(
            tx, alert.neighbourhood, kind, {"case": alert.number, **fields}, case=alert.number
        )

    def told(
        self,
        tx: Tx,
        alert: Alert,
        member: Member,
        said: Iterable[Mapping[str, Any]],
        *,
        early: bool,
    ) -> None:
        """What somebody said in a conversation, every version; an edit of it finds its case from now on.

        `early`: it was said before there was a case.
        """
        chats = [str(chat) for chat in self._people.chats_of(tx, member)]
        seen: set[str] = set()
        for one in said:
            message, source = str(one.get("message", "")), str(one.get("source", ""))
            kind = "case.edited" if message in seen else "case.message"
            self.note(tx, alert, kind, **_said(one, kind, self.name(member), early=early))
            seen.add(message)
            for chat in chats if message else ():
                if chat.partition(":")[0] == source:
                    text = str(one.get("text", ""))
                    store.hear(tx, chat, message, member=member.id, alert=alert.id, text=text)

    def said(self, tx: Tx, alert: Alert, message: str, digest: str) -> str | None:
        """What a message about this alert said, as the log has it; None where it was erased."""
        for text in texts_of(tx, alert.neighbourhood, alert.number, message):
            if store.digest(text) == digest:
                return text
        return None

    def name(self, member: Member | None) -> str:
        """Who it was, by the name that neighbours know."""
        return self._people.pseudonym(member, "nl")

    def by(self, member: Member | None) -> str:
        """Who decided: a member, or the bot by itself."""
        return ITSELF if member is None else self.name(member)

    def stirred(self, tx: Tx, alert: Alert, **facts: Any) -> Alert:
        """Something new came in: the silence is broken."""
        alert = alert._replace(spoken_at=tx.now_ms, facts={**alert.facts, **facts})
        store.save(tx, alert)
        if alert.state == "open":
            watch(tx, alert.id)
        return alert


def watch(tx: Tx, alert_id: int) -> None:
    """Look again after 45 silent minutes, and after four silent hours."""
    timers.arm(tx, "silence", str(alert_id), SILENCE)
    timers.arm(tx, "auto_close", str(alert_id), OPEN_AT_MOST)


def stamp(moment: datetime) -> str:
    """A time as the log writes it."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _said(one: Mapping[str, Any], kind: str, author: str, *, early: bool) -> dict[str, Any]:
    fields = {
        "author": author,
        "text": str(one.get("text", "")) or _point(one),
        "message": str(one.get("message", "")),
        "platform_at": str(one.get("platform_at", "")),
    }
    if kind == "case.edited":
        return fields
    more = {"source": str(one.get("source", "")), "received_at": str(one.get("received_at", ""))}
    return {**fields, **more, "early": early}


def _point(one: Mapping[str, Any]) -> str:
    """A point that was shared, where nothing was said."""
    latitude, longitude = one.get("latitude"), one.get("longitude")
    return "" if latitude is None else f"{latitude}, {longitude}"

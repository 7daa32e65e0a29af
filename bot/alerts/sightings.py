"""What neighbours see of an open alert: a short new reply to its card, which counts them."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot.alerts import facts as known
from bot.alerts.scene import iso
from bot.store import alerts as store

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.alerts.chronicle import Chronicle
    from bot.alerts.pictures import Pictures
    from bot.alerts.relay import Relay
    from bot.alerts.scene import Scene
    from bot.neighbourhood.people import People
    from bot.store.alerts import Alert
    from bot.store.people import Member
    from bot.store.tx import Tx
    from bot.voice import Voice

KEY = "alerts.sighting"
_AT = r"[\s,;]*(?:\b(?:om|rond|tegen|sinds|at|around)\s+)?"  # what stands before a time


class Sightings:
    """Passes on what was seen, and what became of it."""

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

    def add(self, scene: Scene) -> None:
        """A neighbour saw something; kept for the police alone where the alert is closed."""
        tx, data = scene.tx, scene.data
        alert = store.by_id(tx, int(data.get("alert") or 0))
        if alert is None:
            return
        place, when = _place(data.get("where")), str(data.get("when") or "")
        self._log.note(
            tx,
            alert,
            "case.sighting",
            author=self._log.name(scene.member),
            where=known.exact_place(place),
            when=when,
            text=str(data.get("text") or ""),
            now=bool(data.get("now")),
        )
        self._pictures.attach(scene, alert)
        alert = store.by_id(tx, alert.id) or alert
        if alert.state == "open":
            self._pass_on(scene, alert, place, when)
        else:
            message = self._voice.message(scene.lang, "alerts.seen_late", number=alert.number)
            cause = f"late:{scene.dialogue}"
            self._relay.tell(tx, alert, scene.member, message, cause=cause, purpose="answer")

    def _pass_on(self, scene: Scene, alert: Alert, place: Mapping[str, Any], when: str) -> None:
        tx, member = scene.tx, scene.member
        one = {
            "where": self._shown_place(alert, place, when),
            "at": iso(tx.now_ms),
            "by": member.id,
            "text": str(place.get("text") or ""),
            "when": when,
        }
        seen = [*alert.facts.get("sightings", []), one]
        alert = self._log.stirred(tx, alert, sightings=seen)
        cause = cause_of(alert, len(seen))
        values = self._values(alert, member, one)
        own = self._people.chats_of(tx, member)
        self._relay.reply(tx, alert, KEY, cause=cause, purpose="sighting", without=own, **values)
        self._relay.tell_reporter(tx, alert, KEY, cause=cause, by=member.id, **values)
        self._relay.changed(tx, alert)

    def change(
        self, tx: Tx, alert: Alert, member: Member, number: int, one: dict[str, Any]
    ) -> Alert:
        """The sighting with this number, from 1, reads otherwise now; that rings no phone."""
        one = {**one, "where": self._shown_place(alert, one, str(one["when"]))}
        seen = list(alert.facts.get("sightings") or ())
        seen[number - 1] = one
        alert = self._log.stirred(tx, alert, sightings=seen)
        values = self._values(alert, member, one)
        self._relay.rewrite(tx, alert, cause_of(alert, number), KEY, **values)
        return alert

    # --- words -----------------------------------------------------------------------------

    def _values(self, alert: Alert, member: Member, one: Mapping[str, Any]) -> dict[str, Any]:
        shown = str(one["where"])
        when = self._relay.rules(alert.neighbourhood).shown(str(one["when"])).strip()
        at = self._voice.hour(datetime.fromisoformat(str(one["at"])))
        return {
            "number": alert.number,
            "who": lambda lang: self._people.pseudonym(member, lang),
            "where": lambda lang: shown or self._voice.text(lang, "alerts.card.a_point"),
            "when": lambda lang: self._voice.chosen(lang, "alerts.when", when) if when else at,
        }

    def _shown_place(self, alert: Alert, place: Mapping[str, Any], when: str) -> str:
        """The place without its house number, and without the time, which is told beside it."""
        text = str(place.get("text") or "")
        for told in (
            when,
            *(self._voice.chosen(lang, "alerts.when", when) for lang in ("nl", "en")),
        ):
            if told:
                text = re.sub(rf"{_AT}\b{re.escape(told)}\b", "", text, flags=re.IGNORECASE)
        return self._relay.rules(alert.neighbourhood).seen(text.strip(" ,.;"))


def cause_of(alert: Alert, number: int) -> str:
    """Under which cause a sighting went out."""
    return f"sighting:{alert.id}:{number}"


def _place(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {"text": str(value or "")}

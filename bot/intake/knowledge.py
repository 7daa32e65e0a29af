"""What a conversation may know of its neighbourhood: looked up only when a script asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.alerts import facts as known
from bot.alerts.covers import HIDDEN
from bot.alerts.likeness import like
from bot.journal.journal import head as chain_head
from bot.neighbourhood.people import COORDINATOR
from bot.store import alerts as alert_store
from bot.store import people as people_store
from bot.store import places as place_store
from bot.store.tx import from_ms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.neighbourhood.people import People
    from bot.settings import NeighbourhoodSettings
    from bot.store.alerts import Alert
    from bot.store.people import Member
    from bot.store.tx import Tx
    from bot.voice import Voice


def _bare(number: str) -> str:
    """`117` of `M-2026-0117`: what people type."""
    return number.rpartition("-")[2].lstrip("0")


class Knowledge:
    """The facts of one neighbourhood. What never changes is put together once."""

    def __init__(self, place: NeighbourhoodSettings, voice: Voice, people: People) -> None:
        self._place = place
        self._rules = known.Rules.of(place, people.rosters[place.id])
        self._voice = voice
        self._people = people
        self._fixed = {
            "emergency": place.emergency,
            "area": place.area,
            "gate": place.gate_101,
            "unsure": place.unsure,
            "neighbourhood": place.name,
            "police": place.police_phone,
            "privacy_url": place.privacy_url,
            "min_age": place.min_age,
            "streets": place.streets,
        }

    def facts(self, tx: Tx, member: Member | None, lang: str) -> dict[str, Any]:
        """Facts for one turn; those that need a look into the store are functions."""

        def open_alerts(_draft: object = None) -> list[dict[str, Any]]:
            return self._open_alerts(tx, lang)

        return {
            **self._fixed,
            "neighbours": lambda _: self._neighbours(tx, member),
            "coordinators": lambda _: self._coordinators(tx, member),
            "only_one_to_ask": lambda _: self._only_one_to_ask(tx, member),
            "paused": lambda _: place_store.is_paused(tx, self._place.id),
            "pseudonym": lambda _: self._people.pseudonym(member, lang),
            "open_alerts": open_alerts,
            "card": lambda draft: self._preview(draft, lang),
            "covered": self._covers,
            "case": lambda draft: draft.get("case", ""),
            "nr": lambda draft: _bare(draft.get("case", "")),
            "code": lambda _: chain_head(tx, self._place.id).hash.hex()[:8],
            "own": lambda draft: self._own(tx, member, draft),
            "outside": self._is_outside,
            "photos": lambda draft: int(draft.get("media") or 0),
            "similar": lambda draft: self._similar(tx, lang, draft),
        }

    def _is_outside(self, draft: Mapping[str, Any]) -> bool:
        """Whether the street that was named is none of the neighbourhood's, as far as those are
        listed: a point, or a place without a street's name, is taken as it is.
        """
        street = (draft.get("place") or {}).get("street")
        return bool(street and self._place.streets) and street not in self._place.streets

    def _open_alerts(self, tx: Tx, lang: str) -> list[dict[str, Any]]:
        live = alert_store.live(tx, self._place.id)
        return [self._row(alert, lang) for alert in live if alert.state == "open"]

    def _row(self, alert: Alert, lang: str) -> dict[str, Any]:
        return {
            "id": alert.id,
            "number": alert.number,
            "time": self._voice.hour(from_ms(alert.opened_at)),
            "street": self._street(alert.facts, lang),
            "what": self._rules.shown(self._voice.what(lang, alert.facts)),
        }

    def _street(self, facts: Mapping[str, Any], lang: str) -> str:
        found = known.street_of(facts, self._rules)
        return found or self._voice.text(lang, "alerts.card.a_point")

    def _neighbours(self, tx: Tx, member: Member | None) -> int:
        counted = member is not None and self._people.gets_alerts(member, tx.now_ms)
        return max(0, people_store.active_count(tx, self._place.id) - counted)

    def _coordinators(self, tx: Tx, member: Member | None) -> int:
        """How many could be asked to call for somebody."""
        without = member.id if member else None
        return len(self._people.on_call(tx, self._place.id, without=without))

    def _only_one_to_ask(self, tx: Tx, member: Member | None) -> bool:
        """Whether the speaker coordinates, and nobody else does who could be asked anything."""
        return (
            member is not None
            and member.role == COORDINATOR
            and not self._people.coordinators(tx, self._place.id, without=member.id)
        )

    def _preview(self, draft: Mapping[str, Any], lang: str) -> str:
        facts = known.from_draft(draft)
        what = self._rules.shown(self._voice.what(lang, facts))
        return f"{self._street(facts, lang)}: {what}"

    def _covers(self, draft: Mapping[str, Any]) -> bool:
        """Whether something of what happens is covered before neighbours read it."""
        told = str(draft.get("what") or "")
        return len(told) <= known.LONGEST and self._rules.shown(told).count(HIDDEN) > told.count(
            HIDDEN
        )

    @staticmethod
    def _own(tx: Tx, member: Member | None, draft: Mapping[str, Any]) -> bool:
        """Whether the alert that the conversation is about is the speaker's own report."""
        alert = alert_store.by_id(tx, int(draft.get("alert") or 0))
        return alert is None or member is None or alert.reporter_id == member.id

    def _similar(self, tx: Tx, lang: str, draft: Mapping[str, Any]) -> dict[str, Any] | None:
        """An open alert that may be about the same thing."""
        alike = like(known.from_draft(draft), self._rules)
        for alert in alert_store.live(tx, self._place.id):
            if alert.state == "open" and alike(alert.facts):
                return self._row(alert, lang)
        return None

"""Somebody changes what they wrote about an alert.

Both versions stay in the log. What was taken from the old words is taken from the new ones: the
card, and whatever was passed on of them, follow where they stand. That rings no phone. Whoever
was asked to call reads the corrected place, since they must tell it. While relaying is stopped
the neighbours' copies stay as they are; once the alert is closed the log alone has the new words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.alerts import facts as known
from bot.alerts.chronicle import stamp
from bot.alerts.life import passed_on
from bot.dialogue.correction import corrected, corrected_sighting, replaced
from bot.store import alerts as store

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.alerts.additions import Additions
    from bot.alerts.chronicle import Chronicle
    from bot.alerts.life import Life
    from bot.alerts.paging import Paging
    from bot.alerts.questions import Questions
    from bot.alerts.relay import Relay
    from bot.alerts.sightings import Sightings
    from bot.dialogue.lexicon import Lexicon
    from bot.messaging import MessageEdited
    from bot.neighbourhood.people import People
    from bot.store.alerts import Alert
    from bot.store.people import Member
    from bot.store.tx import Tx

FOLLOWING = ("open", "waiting", "recorded")
_TOLD = ("what", "kind", "place", "street")


class Edits:
    """What an edit changes of an alert that was sent."""

    def __init__(
        self,
        *,
        people: People,
        relay: Relay,
        paging: Paging,
        life: Life,
        sightings: Sightings,
        additions: Additions,
        questions: Questions,
        chronicle: Chronicle,
        lexicon: Lexicon,
    ) -> None:
        self._people = people
        self._relay = relay
        self._paging = paging
        self._life = life
        self._sightings = sightings
        self._additions = additions
        self._questions = questions
        self._log = chronicle
        self._lexicon = lexicon

    def edited(
        self, tx: Tx, alert: Alert, member: Member | None, event: MessageEdited, text: str
    ) -> str | None:
        """Keep the new `text` of a message; the old one, or None where it can't be had."""
        heard = store.heard(tx, str(event.chat), event.message_id)
        old = self._log.said(tx, alert, event.message_id, heard.digest) if heard else None
        author = member.id if member else None
        store.hear(tx, str(event.chat), event.message_id, member=author, alert=alert.id, text=text)
        self._log.note(
            tx,
            alert,
            "case.edited",
            author=self._log.name(member),
            message=event.message_id,
            text=text,
            platform_at=stamp(event.occurred_at),
        )
        if alert.state not in FOLLOWING:
            return old
        if old is not None and member is not None:
            self._follow(tx, alert, member, old, text)
        self._pass_on_again(tx, alert, member, event, text)
        return old

    def _follow(self, tx: Tx, alert: Alert, member: Member, old: str, new: str) -> None:
        alert = changed = self._questions.change(tx, alert, member, old, new)
        if member.id == alert.reporter_id:
            changed = self._report(tx, changed, member, old, new)
        changed = self._seen(tx, changed, member, old, new)
        changed = self._added(tx, changed, member, old, new)
        if changed is not alert:
            changed = self._relay.changed(tx, changed)
        described = known.described_by(changed.facts, member.id)
        again = replaced(described, old, new)
        if again != described:
            self._life.correct_description(tx, changed, member, again)

    def _corrected(self, alert: Alert, facts: Mapping[str, Any], old: str, new: str) -> Any:
        """The facts' `what`, `kind`, `place` and `street` from the new words; None if the same."""
        place = {"text": facts.get("place"), "street": facts.get("street")}
        place["latitude"] = facts.get("latitude")
        told = {"what": facts.get("what"), "kind": facts.get("kind"), "place": place}
        streets = self._relay.rules(alert.neighbourhood).streets
        changed = corrected(told, old, new, streets, self._lexicon)
        if not changed:
            return None
        spot = changed.pop("place", place)
        return {**changed, "place": spot["text"], "street": spot["street"]}

    def _report(self, tx: Tx, alert: Alert, reporter: Member, old: str, new: str) -> Alert:
        """What happens, or where."""
        changed = self._corrected(alert, alert.facts, old, new)
        if changed is None:
            return alert
        alert = self._log.stirred(tx, alert, **changed)
        told = {name: str(alert.facts.get(name) or "") for name in _TOLD}
        self._log.note(tx, alert, "case.corrected", author=self._log.name(reporter), **told)
        page = alert.facts.get("page")
        if page is not None:
            spot = {"text": told["place"], "latitude": alert.facts.get("latitude")}
            spot["longitude"] = alert.facts.get("longitude")
            self._paging.correct(tx, reporter, int(page), {**told, "place": spot})
        return alert

    def _seen(self, tx: Tx, alert: Alert, member: Member, old: str, new: str) -> Alert:
        streets = self._relay.rules(alert.neighbourhood).streets
        for number, one in enumerate(alert.facts.get("sightings") or (), 1):
            told = {"where": {"text": one.get("text")}, "when": one.get("when")}
            changed = corrected_sighting(told, old, new, streets, self._lexicon)
            if one.get("by") == member.id and changed:
                spot = changed.get("where", told["where"])["text"]
                one = {**one, "text": spot, "when": changed.get("when", one["when"])}  # noqa: PLW2901  # as corrected
                return self._sightings.change(tx, alert, member, number, one)
        return alert

    def _added(self, tx: Tx, alert: Alert, member: Member, old: str, new: str) -> Alert:
        for number, one in enumerate(alert.facts.get("additions") or (), 1):
            changed = self._corrected(alert, one, old, new) if one["by"] == member.id else None
            if changed is not None:
                return self._additions.change(tx, alert, member, number, {**one, **changed})
        return alert

    def _pass_on_again(
        self, tx: Tx, alert: Alert, member: Member | None, event: MessageEdited, text: str
    ) -> None:
        """What was written in a native group and passed on to the others."""
        shown = self._relay.rules(alert.neighbourhood).shown(text).strip()
        if shown:
            self._relay.rewrite(
                tx,
                alert,
                passed_on(event),
                "alerts.group_message",
                who=lambda lang: self._people.pseudonym(member, lang),
                text=shown,
            )

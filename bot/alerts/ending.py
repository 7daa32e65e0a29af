"""How an alert ends: closed, put right, taken back, opened again, or asleep.

Everybody who got the card is told, and whoever gets it late gets the closed one. When it turns
out to have been about somebody innocent, the card and all that was passed on lose their
description and released pictures are taken away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.alerts import card
from bot.alerts.chronicle import watch
from bot.delivery.post import Priority
from bot.store import alerts as store
from bot.store import people as people_store
from bot.store import timers
from bot.store.inbox import withdraw

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.alerts.chronicle import Chronicle
    from bot.alerts.paging import Paging
    from bot.alerts.questions import Questions
    from bot.alerts.reach import Reach
    from bot.alerts.relay import Relay
    from bot.alerts.retraction import Retraction
    from bot.neighbourhood.people import People
    from bot.store.alerts import Alert
    from bot.store.people import Member
    from bot.store.tx import Tx
    from bot.voice import Voice

RECTIFYING = ("false_alarm", "mistaken")
LIVE = ("open", "waiting")
TIMERS = ("silence", "auto_close", "signalement", "card_edit")


class Ending:
    """Takes alerts out of the open state, and back into it."""

    def __init__(
        self,
        *,
        people: People,
        voice: Voice,
        relay: Relay,
        paging: Paging,
        questions: Questions,
        retraction: Retraction,
        reach: Reach,
        chronicle: Chronicle,
        on_closed: Callable[[Tx, str], None],
    ) -> None:
        self._people = people
        self._voice = voice
        self._relay = relay
        self._paging = paging
        self._questions = questions
        self._retraction = retraction
        self._reach = reach
        self._log = chronicle
        self._on_closed = on_closed

    def close(self, tx: Tx, alert: Alert, outcome: str, by: Member | None) -> Alert:
        """The alert is over; everybody who got the card is told."""
        if alert.state not in LIVE:
            return alert
        state = "rectified" if outcome in RECTIFYING else "closed"
        state = "no_news" if outcome == "no_news" else state
        page = alert.facts.get("page")
        facts = {**alert.facts, "outcome": outcome, "page": None}
        alert = alert._replace(state=state, closed_at=tx.now_ms, facts=facts)
        store.save(tx, alert)
        self._stop_watching(tx, alert, page)
        self._log.note(tx, alert, "case.closed", outcome=outcome, by=self._log.by(by))
        if state == "rectified":
            self._log.note(tx, alert, "case.rectified", by=self._log.by(by))
        alert = self._announce(tx, alert)
        self._on_closed(tx, alert.neighbourhood)
        return alert

    def _stop_watching(self, tx: Tx, alert: Alert, page: int | None) -> None:
        for kind in TIMERS:
            timers.disarm(tx, kind, str(alert.id))
        withdraw(tx, f"over:{alert.id}")
        for cause in ("silence", "handles"):  # what is true no longer
            self._relay.take_back(tx, f"{cause}:{alert.id}:")
        self._questions.settle(tx, alert)
        reporter = people_store.member(tx, alert.reporter_id)
        if page is not None and reporter is not None:
            self._paging.end(tx, reporter, page, "alerts.coordinator.called_off")

    def rectify(self, tx: Tx, alert: Alert, by: Member) -> Alert:
        """It turns out to have been about nothing: every copy says so."""
        if alert.state in LIVE:
            return self.close(tx, alert, "false_alarm", by)
        alert = alert._replace(state="rectified", facts={**alert.facts, "outcome": "false_alarm"})
        store.save(tx, alert)
        self._log.note(tx, alert, "case.rectified", by=self._log.by(by))
        alert = self._announce(tx, alert)
        self._on_closed(tx, alert.neighbourhood)
        return alert

    def withdraw(self, tx: Tx, alert: Alert, by: Member) -> None:
        """A report that alerted nobody is taken back by whoever made it: the log says so."""
        alert = alert._replace(
            state="closed", closed_at=tx.now_ms, facts={**alert.facts, "outcome": "mistaken"}
        )
        store.save(tx, alert)
        self._log.note(tx, alert, "case.withdrawn", by=self._log.by(by))
        self._on_closed(tx, alert.neighbourhood)

    # --- telling everybody -----------------------------------------------------------------

    def _announce(self, tx: Tx, alert: Alert) -> Alert:
        key = "alerts.rectification" if alert.state == "rectified" else "alerts.closed"
        cause = f"{key}:{alert.id}:v{alert.version}"
        values: dict[str, Any] = {
            "number": alert.number,
            "at": self._voice.hour(tx.now),
            "outcome": lambda lang: card.outcome_of(alert, self._voice, lang),
        }
        if alert.relayed:
            self._relay.reply(
                tx, alert, key, cause=cause, purpose="closing", even_if_paused=True, **values
            )
        self._tell_reporter(tx, alert, key, cause, values)
        if alert.state == "rectified":
            self._retraction.take_back(tx, alert)
            for released in alert.facts.get("released") or ():
                self._relay.delete(tx, alert, released)
        return self._relay.edit_now(tx, alert) if alert.relayed else alert

    def _tell_reporter(
        self, tx: Tx, alert: Alert, key: str, cause: str, values: dict[str, Any]
    ) -> None:
        reporter = people_store.member(tx, alert.reporter_id)
        if reporter is None:
            return
        lang = self._people.lang(reporter)
        said = {name: value(lang) if callable(value) else value for name, value in values.items()}
        message = self._voice.message(lang, key if alert.relayed else "alerts.closed_kept", **said)
        self._relay.tell(tx, alert, reporter, message, cause=cause, rank=Priority.ALERT)

    # --- open again --------------------------------------------------------------------------

    def reopen(self, tx: Tx, alert: Alert, by: Member) -> Alert:
        """A closed alert is open again."""
        if alert.state not in ("closed", "no_news", "rectified") or not alert.relayed:
            return alert
        facts = {**alert.facts, "outcome": "", "signalled": ""}
        alert = alert._replace(state="open", closed_at=None, spoken_at=tx.now_ms, facts=facts)
        store.save(tx, alert)
        self._log.note(tx, alert, "case.reopened", by=self._log.by(by))
        watch(tx, alert.id)
        self._relay.reply(
            tx,
            alert,
            "alerts.reopened",
            cause=f"reopened:{alert.id}:v{alert.version}",
            purpose="reopened",
            even_if_paused=True,
            number=alert.number,
        )
        reporter = people_store.member(tx, alert.reporter_id)
        if reporter is not None:
            message = self._voice.message(
                self._people.lang(reporter), "alerts.reopened", number=alert.number
            )
            cause = f"reopened:v{alert.version}"
            self._relay.tell(tx, alert, reporter, message, cause=cause, rank=Priority.ALERT)
        alert = self._relay.edit_now(tx, alert, offered=True)
        self._reach.catch_up(tx, alert.neighbourhood)
        return alert

    # --- silence -----------------------------------------------------------------------------

    def silence(self, tx: Tx, alert_id: int) -> None:
        """Nothing new for 45 minutes: the reporter and the coordinators are asked."""
        alert = store.by_id(tx, alert_id)
        if alert is None or alert.state != "open":
            return
        cause = f"silence:{alert.id}:{alert.spoken_at}"
        choices = (("alerts.choice.over", f"a:over:{alert.id}"),)
        self._relay.tell_coordinators(
            tx,
            alert.neighbourhood,
            "alerts.still_open",
            cause=cause,
            alert=alert.id,
            choices=choices,
            subject=f"over:{alert.id}",
            without=alert.reporter_id,
            number=alert.number,
        )
        reporter = people_store.member(tx, alert.reporter_id)
        if reporter is not None:
            message = self._voice.message(
                self._people.lang(reporter),
                "alerts.still_open",
                choices=choices,
                number=alert.number,
            )
            self._relay.tell(tx, alert, reporter, message, cause=cause, subject=f"over:{alert.id}")

    def auto_close(self, tx: Tx, alert_id: int) -> None:
        """Four hours without a word: closed without news."""
        alert = store.by_id(tx, alert_id)
        if alert is not None and alert.state in LIVE:
            self.close(tx, alert, "no_news", None)

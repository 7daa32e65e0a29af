"""Bringing one alert to everybody: the card, its edits, and short new replies to it.

The card goes to each native group and to the direct chat of every active member who isn't known
to be in one. An edit rings no phone, so the card is edited at once when something is first added
and then at most every two minutes, and what must be noticed goes out as a short reply to it.
While a coordinator has stopped relaying, nothing new goes out; what ends an alert still does.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.alerts import card
from bot.alerts.facts import Rules
from bot.alerts.listeners import has_left, listens
from bot.alerts.retraction import TOLD_REPORTER
from bot.delivery.post import Kind, Post, Priority
from bot.messaging import Address, Outgoing
from bot.neighbourhood.people import COORDINATOR
from bot.store import alerts as store
from bot.store import outbox as outbox_rows
from bot.store import people as people_store
from bot.store import places as place_store
from bot.store import timers
from bot.store.alerts import Copy
from bot.store.inbox import Offered, offer, withdraw

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.delivery.outbox import Outbox
    from bot.messaging import File
    from bot.neighbourhood.people import People, Recipient
    from bot.settings import NeighbourhoodSettings
    from bot.store.alerts import Alert
    from bot.store.people import Member
    from bot.store.tx import Tx
    from bot.voice import Voice

EDIT_EVERY = timedelta(minutes=2)


class Relay:
    """Who sees what of an alert, and how they hear of it."""

    def __init__(
        self,
        *,
        places: Mapping[str, NeighbourhoodSettings],
        people: People,
        voice: Voice,
        outbox: Outbox,
    ) -> None:
        self._rules = {
            place.id: Rules.of(place, people.rosters[place.id]) for place in places.values()
        }
        self._people = people
        self._voice = voice
        self._outbox = outbox

    def rules(self, place: str) -> Rules:
        """What this neighbourhood's group may see."""
        return self._rules[place]

    # --- the card --------------------------------------------------------------------------

    def send_card(self, tx: Tx, alert: Alert) -> tuple[int, int]:
        """Post the card everywhere; how many direct chats and groups it goes to."""
        drawn = self._drawings(alert)
        groups = place_store.groups_of(tx, alert.neighbourhood)
        for group in groups:
            self._post_card(tx, alert, Address.parse(group), None, drawn)
        direct = 0
        for recipient in self._people.recipients(
            tx, alert.neighbourhood, without=alert.reporter_id
        ):
            if recipient.chat is None:
                continue
            if not recipient.groups:
                direct += self._post_card(tx, alert, recipient.chat, recipient.member, drawn)
            elif recipient.member.role == COORDINATOR:
                self._hand_over(tx, alert, recipient.member, recipient.chat)
        return direct, len(groups)

    def send_card_to(
        self, tx: Tx, alert: Alert, member: Member, chat: Address, *, anew: bool = False
    ) -> bool:
        """Post the card to one member whom it did not reach; False if that was tried before, unless
        `anew`.
        """
        drawn = self._drawings(alert)
        return self._post_card(tx, alert, chat, member, drawn) or (
            anew and self._post_card(tx, alert, chat, member, drawn, again=f":{tx.now_ms}")
        )

    def _drawings(self, alert: Alert) -> card.Drawings:
        return card.drawings(alert, self._voice, self._rules[alert.neighbourhood])

    def _post_card(
        self,
        tx: Tx,
        alert: Alert,
        chat: Address,
        member: Member | None,
        drawn: card.Drawings,
        again: str = "",
    ) -> bool:
        lang = self._people.lang(member) if member else self._voice.default
        message = drawn(lang, member is not None and member.role == COORDINATOR)
        outbox_id = self._outbox.post(
            tx,
            Post(
                chat=chat,
                message=message,
                cause=f"card:{alert.id}:{alert.relayed_at}{again}",
                priority=Priority.ALERT,
                purpose="card",
                alert=alert.id,
                membership=member.id if member else None,
            ),
        )
        if outbox_id is None:
            return False
        store.put_copy(tx, alert.id, str(chat), outbox_id, member.id if member else None, lang)
        if member is not None:
            _offer(tx, chat, f"alert:{alert.id}", message)
        return True

    def _hand_over(self, tx: Tx, alert: Alert, coordinator: Member, chat: Address) -> None:
        """A coordinator who sees the card in a group gets its handles privately, without a ring."""
        message = self._voice.message(
            self._people.lang(coordinator),
            "alerts.coordinator.open",
            choices=card.handles(alert),
            silent=True,
            number=alert.number,
        )
        self.tell(
            tx, alert, coordinator, message, cause=f"handles:{alert.id}", rank=Priority.NOTICE
        )
        _offer(tx, chat, f"alert:{alert.id}", message)

    def changed(self, tx: Tx, alert: Alert) -> Alert:
        """The card has something new: edit it now, or as soon as two minutes have passed."""
        if not alert.relayed or alert.state != "open":
            return alert
        if place_store.is_paused(tx, alert.neighbourhood):
            return alert
        due = (alert.edited_at or 0) + int(EDIT_EVERY.total_seconds() * 1000)
        if due > tx.now_ms:
            wait = timedelta(milliseconds=due - tx.now_ms)
            timers.arm_once(tx, "card_edit", str(alert.id), wait)
            return alert
        return self.edit_now(tx, alert)

    def edit_now(self, tx: Tx, alert: Alert, *, offered: bool = False) -> Alert:
        """Edit every copy of the card; `offered`: its numbers may be typed again."""
        timers.disarm(tx, "card_edit", str(alert.id))
        alert = alert._replace(version=alert.version + 1, edited_at=tx.now_ms)
        store.save(tx, alert)
        if alert.state != "open":
            withdraw(tx, f"alert:{alert.id}")
        members = people_store.members_of(tx, alert.neighbourhood)
        coordinators = {member.id for member in members if member.role == COORDINATOR}
        drawn = self._drawings(alert)
        for copy in store.copies(tx, alert.id):
            if alert.state == "open" and has_left(tx, copy):
                continue
            message = drawn(copy.lang, copy.membership_id in coordinators)
            cause = f"card:{alert.id}:v{alert.version}"
            self._edit(tx, alert, copy, message, copy.outbox_id, cause)
            if offered and copy.membership_id is not None:
                _offer(tx, Address.parse(copy.chat), f"alert:{alert.id}", message)
        return alert

    def _edit(
        self, tx: Tx, alert: Alert, copy: Copy, message: Outgoing, target: int, cause: str
    ) -> None:
        self._outbox.post(
            tx,
            Post(
                chat=Address.parse(copy.chat),
                message=message,
                cause=cause,
                priority=Priority.ANSWER,
                purpose="card_edit",
                kind=Kind.EDIT,
                target=target,
                alert=alert.id,
                membership=copy.membership_id,
            ),
        )

    # --- short new replies -----------------------------------------------------------------

    def reply(
        self,
        tx: Tx,
        alert: Alert,
        key: str,
        *,
        cause: str,
        purpose: str,
        without: Iterable[Address] = (),
        rank: Priority = Priority.ALERT,
        even_if_paused: bool = False,
        files: tuple[File, ...] = (),
        **values: Any,
    ) -> dict[str, int]:
        """A short new message under every copy of the card; this one rings.

        Returns the outbox id by chat.
        """
        if not even_if_paused and place_store.is_paused(tx, alert.neighbourhood):
            return {}
        skipped = {str(chat) for chat in without}
        posted: dict[str, int] = {}
        for copy in store.copies(tx, alert.id):
            if copy.chat in skipped or not listens(tx, copy, purpose):
                continue
            message = replace(self.worded(copy.lang, key, values), files=files)
            outbox_id = self._outbox.post(
                tx,
                Post(
                    chat=Address.parse(copy.chat),
                    message=message,
                    cause=cause,
                    priority=rank,
                    purpose=purpose,
                    reply_to=copy.outbox_id,
                    alert=alert.id,
                    membership=copy.membership_id,
                ),
            )
            if outbox_id is not None:
                posted[copy.chat] = outbox_id
        return posted

    def rewrite(self, tx: Tx, alert: Alert, cause: str, key: str, **values: Any) -> None:
        """Change what was told under a cause, wherever it stands; that rings no phone."""
        if place_store.is_paused(tx, alert.neighbourhood):
            return
        shown = {copy.chat: copy for copy in store.copies(tx, alert.id)}
        told = [self._outbox.of_cause(tx, one) for one in (cause, f"{cause}:{alert.id}")]
        for chat, target in {**told[0], **told[1]}.items():
            copy = shown.get(chat) or self._told(tx, alert, chat, target)
            message = self.worded(copy.lang, key, values)
            self._edit(tx, alert, copy, message, target, f"rewritten:{target}:{tx.now_ms}")

    def _told(self, tx: Tx, alert: Alert, chat: str, target: int) -> Copy:
        """Who reads a post about an alert whose card they don't have: its reporter, say."""
        row = outbox_rows.get(tx, target)
        member = people_store.member(tx, row.membership_id) if row and row.membership_id else None
        lang = self._people.lang(member) if member else self._voice.default
        return Copy(alert.id, chat, target, member.id if member else None, lang)

    def delete(self, tx: Tx, alert: Alert, posted: Mapping[str, int]) -> None:
        """Take messages away, where the messenger still lets us."""
        for chat, target in posted.items():
            self._outbox.post(
                tx,
                Post(
                    chat=Address.parse(chat),
                    message=Outgoing(text=""),
                    cause=f"gone:{target}",
                    priority=Priority.ANSWER,
                    purpose="deletion",
                    kind=Kind.DELETE,
                    target=target,
                    alert=alert.id,
                ),
            )

    def worded(self, lang: str, key: str, values: Mapping[str, Any]) -> Outgoing:
        """The text in one language; values that depend on it are worked out."""
        said = {name: value(lang) if callable(value) else value for name, value in values.items()}
        return self._voice.message(lang, key, **said)

    # --- single people ---------------------------------------------------------------------

    def tell(
        self,
        tx: Tx,
        alert: Alert | None,
        member: Member,
        message: Outgoing,
        *,
        cause: str,
        rank: Priority = Priority.ANSWER,
        purpose: str = "",
        subject: str = "",
    ) -> bool:
        """Write to one member; False when there is no way to reach them or they have left.

        `purpose` is "answer" where they wait for it, else a question or a notice. A bare number may answer the message's choices
        when `subject` is given.
        """
        chat = self._people.chat_of(tx, member)
        if chat is None or member.state not in ("active", "paused"):
            return False
        self._outbox.post(
            tx,
            Post(
                chat=chat,
                message=message,
                cause=f"{cause}:{alert.id}" if alert else cause,
                priority=rank,
                purpose=purpose or ("question" if message.choices else "notice"),
                alert=alert.id if alert else None,
                membership=member.id,
            ),
        )
        if subject:
            _offer(tx, chat, subject, message)
        return True

    def take_back(self, tx: Tx, cause: str) -> None:
        """What was asked or told under causes that begin so is not needed any more."""
        self._outbox.take_back(tx, cause)

    def tell_reporter(
        self, tx: Tx, alert: Alert, key: str, *, cause: str, by: int | None, **values: Any
    ) -> None:
        """Pass on to the reporter, who has no card, what somebody else (`by`) said."""
        reporter = people_store.member(tx, alert.reporter_id)
        if reporter is not None and reporter.id != by:
            message = self.worded(self._people.lang(reporter), key, values)
            self.tell(tx, alert, reporter, message, cause=cause, purpose=TOLD_REPORTER)

    def tell_coordinators(
        self,
        tx: Tx,
        place: str,
        key: str,
        *,
        cause: str,
        alert: int | None = None,
        choices: Sequence[tuple[str, str]] = (),
        subject: str = "",
        rank: Priority = Priority.NOTICE,
        without: int | None = None,
        silent: bool = False,
        news: bool = False,
        whom: Sequence[Recipient] | None = None,
        **values: Any,
    ) -> int:
        """Write to every coordinator who can be reached, or to `whom` of them; how many those are.
        `news` needs nobody, and rings with none who pause.
        """
        listening = self._people.coordinators if news else self._people.on_call
        reached = listening(tx, place, without=without) if whom is None else whom
        for recipient in reached:
            assert recipient.chat is not None, "they can be reached"
            lang = self._people.lang(recipient.member)
            message = replace(
                self.worded(lang, key, values),
                choices=self._voice.choices(lang, choices),
                silent=silent,
            )
            self._outbox.post(
                tx,
                Post(
                    chat=recipient.chat,
                    message=message,
                    cause=cause,
                    priority=rank,
                    purpose="question" if choices else "notice",
                    alert=alert,
                    membership=recipient.member.id,
                ),
            )
            if choices:
                _offer(tx, recipient.chat, subject, message)
        return len(reached)


def _offer(tx: Tx, chat: Address, subject: str, message: Outgoing) -> None:
    offer(tx, str(chat), subject, [Offered(c.number, c.label, c.token) for c in message.choices])

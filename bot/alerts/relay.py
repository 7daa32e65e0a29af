"""Bringing one alert to everybody: the card, its edits, and short new replies to it.

The card goes to each native group and to the direct chat of every active member who isn't known
to be in one. An edit rings no phone, so the card is edited at most every two minutes, and what
must be noticed goes out as a short reply to it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.alerts import card
from bot.delivery.post import Kind, Post, Priority
from bot.messaging import Address
from bot.neighbourhood.people import COORDINATOR
from bot.store import alerts as store
from bot.store import people as people_store
from bot.store import timers
from bot.store.inbox import Offered, offer, withdraw

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.delivery.outbox import Outbox
    from bot.messaging import File, Outgoing
    from bot.neighbourhood.people import People, Recipient
    from bot.settings import NeighbourhoodSettings
    from bot.store.alerts import Alert, Copy
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
        self._places = places
        self._people = people
        self._voice = voice
        self._outbox = outbox

    def rules(self, place: str) -> card.Rules:
        """What this neighbourhood's group may see."""
        found = self._places[place]
        return card.Rules(emergency=found.emergency, plates=found.plate_to_group)

    def send_card(self, tx: Tx, alert: Alert) -> tuple[int, int]:
        """Post the card everywhere; how many direct chats and groups it goes to."""
        groups = [g for g in people_store.groups(tx) if g.neighbourhood == alert.neighbourhood]
        for group in groups:
            self._post_card(tx, alert, Address.parse(group.address), None)
        direct = [
            recipient
            for recipient in self._people.recipients(
                tx, alert.neighbourhood, without=alert.reporter_id
            )
            if not recipient.groups and recipient.chat is not None
        ]
        for recipient in direct:
            self._post_card(tx, alert, _chat(recipient), recipient.member)
        self._notice_coordinators(tx, alert)
        return len(direct), len(groups)

    def _reader(self, alert: Alert, member: Member | None, lang: str) -> card.Reader:
        coordinator = member is not None and member.role == COORDINATOR
        return card.Reader(lang=lang, choices=card.choices_for(alert, coordinator=coordinator))

    def _post_card(self, tx: Tx, alert: Alert, chat: Address, member: Member | None) -> None:
        lang = self._people.lang(member) if member else self._voice.default
        reader = self._reader(alert, member, lang)
        message = card.draw(alert, self._voice, self.rules(alert.neighbourhood), reader)
        outbox_id = self._outbox.post(
            tx,
            Post(
                chat=chat,
                message=message,
                cause=f"card:{alert.id}:{alert.opened_at}:{alert.relayed}",
                priority=Priority.ALERT,
                purpose="card",
                alert=alert.id,
                membership=member.id if member else None,
            ),
        )
        if outbox_id is None:
            return
        store.put_copy(tx, alert.id, str(chat), outbox_id, member.id if member else None, lang)
        if member is not None:
            self._offer(tx, chat, f"alert:{alert.id}", message)

    @staticmethod
    def _offer(tx: Tx, chat: Address, subject: str, message: Outgoing) -> None:
        offer(
            tx, str(chat), subject, [Offered(c.number, c.label, c.token) for c in message.choices]
        )

    def _notice_coordinators(self, tx: Tx, alert: Alert) -> None:
        """Coordinators who see the card in a group get its handles privately, without a ring."""
        for recipient in self._people.coordinators(tx, alert.neighbourhood):
            if recipient.chat is None or not recipient.groups:
                continue
            if recipient.member.id == alert.reporter_id:
                continue
            message = self._voice.message(
                self._people.lang(recipient.member),
                "alerts.coordinator.open",
                choices=card.choices_for(alert, coordinator=True)[2:],
                silent=True,
                number=alert.number,
            )
            self.tell(
                tx, alert, recipient.member, message, cause="handles", priority=Priority.NOTICE
            )
            self._offer(tx, recipient.chat, f"alert:{alert.id}", message)

    def changed(self, tx: Tx, alert: Alert, *, at_once: bool = False) -> Alert:
        """The card has something new: edit it now, or as soon as two minutes have passed."""
        if not alert.relayed:
            return alert
        last = max(alert.edited_at or 0, alert.relayed_at or 0)
        wait = last + int(EDIT_EVERY.total_seconds() * 1000) - tx.now_ms
        if wait > 0 and alert.edited_at is not None and not at_once:
            timers.arm_once(tx, "card_edit", str(alert.id), timedelta(milliseconds=wait))
            return alert
        return self.edit_now(tx, alert)

    def edit_now(self, tx: Tx, alert: Alert) -> Alert:
        """Edit every copy of the card."""
        timers.disarm(tx, "card_edit", str(alert.id))
        alert = alert._replace(version=alert.version + 1, edited_at=tx.now_ms)
        store.save(tx, alert)
        for copy in store.copies(tx, alert.id):
            self._edit_copy(tx, alert, copy)
        if alert.state != "open":
            withdraw(tx, f"alert:{alert.id}")
        return alert

    def _edit_copy(self, tx: Tx, alert: Alert, copy: Copy) -> None:
        member = people_store.member(tx, copy.membership_id) if copy.membership_id else None
        reader = self._reader(alert, member, copy.lang)
        self._outbox.post(
            tx,
            Post(
                chat=Address.parse(copy.chat),
                message=card.draw(alert, self._voice, self.rules(alert.neighbourhood), reader),
                cause=f"card:{alert.id}:v{alert.version}",
                priority=Priority.ANSWER,
                purpose="card_edit",
                kind=Kind.EDIT,
                target=copy.outbox_id,
                alert=alert.id,
                membership=copy.membership_id,
            ),
        )

    def reply(
        self,
        tx: Tx,
        alert: Alert,
        key: str,
        *,
        cause: str,
        purpose: str,
        without: Sequence[str] = (),
        files: tuple[File, ...] = (),
        **values: Any,
    ) -> None:
        """A short new message under every copy of the card; this one rings."""
        for copy in store.copies(tx, alert.id):
            if copy.chat in without:
                continue
            said = {
                name: value(copy.lang) if callable(value) else value
                for name, value in values.items()
            }
            message = replace(self._voice.message(copy.lang, key, **said), files=files)
            self._outbox.post(
                tx,
                Post(
                    chat=Address.parse(copy.chat),
                    message=message,
                    cause=cause,
                    priority=Priority.ALERT,
                    purpose=purpose,
                    reply_to=copy.outbox_id,
                    alert=alert.id,
                    membership=copy.membership_id,
                ),
            )

    def tell(
        self,
        tx: Tx,
        alert: Alert,
        member: Member,
        message: Outgoing,
        *,
        cause: str,
        priority: Priority = Priority.ANSWER,
        must_answer: bool = False,
    ) -> bool:
        """Write to one member about an alert; False when there is no way to reach them."""
        chat = self._people.chat_of(tx, member)
        if chat is None:
            return False
        self._outbox.post(
            tx,
            Post(
                chat=chat,
                message=message,
                cause=f"{cause}:{alert.id}",
                priority=priority,
                purpose="question" if must_answer else "notice",
                alert=alert.id,
                membership=member.id,
                must_answer=must_answer,
            ),
        )
        return True

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
        priority: Priority = Priority.NOTICE,
        without: int | None = None,
        **values: Any,
    ) -> int:
        """Write to every coordinator who can be reached; how many those are."""
        reached = 0
        for recipient in self._people.coordinators(tx, place):
            if recipient.chat is None or recipient.member.id == without:
                continue
            lang = self._people.lang(recipient.member)
            said = {n: value(lang) if callable(value) else value for n, value in values.items()}
            message = self._voice.message(lang, key, choices=choices, **said)
            self._outbox.post(
                tx,
                Post(
                    chat=recipient.chat,
                    message=message,
                    cause=cause,
                    priority=priority,
                    purpose="question" if choices else "notice",
                    alert=alert,
                    membership=recipient.member.id,
                    must_answer=bool(choices),
                ),
            )
            if choices:
                self._offer(tx, recipient.chat, subject, message)
            reached += 1
        return reached


def _chat(recipient: Recipient) -> Address:
    if recipient.chat is None:  # pragma: no cover  # filtered by the caller
        raise LookupError("chat")
    return recipient.chat

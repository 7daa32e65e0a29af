"""One thing that somebody asks of the bot, and how it is answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.alerts.scene import Scene
from bot.delivery.post import Post, Priority
from bot.messaging import MessageReceived
from bot.store.inbox import Offered, offer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.delivery.outbox import Outbox
    from bot.messaging import Address, Event, Outgoing
    from bot.neighbourhood.people import Who
    from bot.settings import NeighbourhoodSettings
    from bot.store.people import Member
    from bot.store.tx import Tx
    from bot.voice import Voice


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Who asks what, where to answer, and for which neighbourhood."""

    tx: Tx
    event: Event
    who: Who
    member: Member | None
    place: NeighbourhoodSettings
    chat: Address
    args: str = ""

    @property
    def lang(self) -> str:
        """The asker's language."""
        return self.who.lang

    @property
    def message(self) -> MessageReceived | None:
        """The message that asked, if it was one."""
        return self.event if isinstance(self.event, MessageReceived) else None

    def scene(self, data: dict[str, Any] | None = None) -> Scene:
        """The same for the alerts' room; needs a member."""
        if self.member is None:
            raise LookupError("only a member can act on an alert")
        return Scene(
            tx=self.tx,
            member=self.member,
            place=self.place,
            chat=self.chat,
            lang=self.lang,
            started_at_ms=self.tx.now_ms,
            data=data or {},
        )


class Answers:
    """Says something back to whoever asked."""

    def __init__(self, voice: Voice, outbox: Outbox) -> None:
        self.voice = voice
        self.outbox = outbox

    def say(
        self,
        ask: Ask,
        key: str,
        *,
        choices: Sequence[tuple[str, str]] = (),
        subject: str = "",
        priority: Priority = Priority.ANSWER,
        **values: Any,
    ) -> None:
        """Answer with a text; a bare number may answer its choices when `subject` is given."""
        values.setdefault("emergency", ask.place.emergency)
        message = self.voice.message(ask.lang, key, choices=choices, **values)
        self.post(ask, message, key, subject=subject, priority=priority)

    def post(
        self,
        ask: Ask,
        message: Outgoing,
        key: str,
        *,
        subject: str = "",
        priority: Priority = Priority.ANSWER,
    ) -> None:
        """Answer with a message that is ready."""
        self.outbox.post(
            ask.tx,
            Post(
                chat=ask.chat,
                message=message,
                cause=f"{key}:{ask.event.source}:{ask.event.event_id}",
                priority=priority,
                purpose="question" if message.choices else "answer",
                membership=ask.member.id if ask.member else None,
            ),
        )
        if subject:
            given = [Offered(c.number, c.label, c.token) for c in message.choices]
            offer(ask.tx, str(ask.chat), subject, given)

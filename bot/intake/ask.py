"""One thing that somebody asks of the bot, and how it is answered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bot.alerts.scene import Scene
from bot.delivery.post import Post, Priority
from bot.messaging import Choice, MessageReceived
from bot.store.inbox import Offered, offer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.delivery.outbox import Outbox
    from bot.messaging import Address, Event, Outgoing
    from bot.neighbourhood.people import Who
    from bot.settings import NeighbourhoodSettings
    from bot.store.dialogues import Dialogue
    from bot.store.people import Member
    from bot.store.tx import Tx
    from bot.voice import Voice

WHICH = "which"
MOST = 9  # choices in one question


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Who asks what, where to answer, and for which neighbourhood.

    `dialogues` are the asker's open conversations, the latest first; `about` is the alert whose
    message was answered with the messenger's own reply, `chosen` the one that a button names.
    `placed`: the neighbourhood is the one that is meant, not only the first of several.
    `explicit`: it was typed as a command, with the slash.
    """

    tx: Tx
    event: Event
    who: Who
    member: Member | None
    place: NeighbourhoodSettings
    chat: Address
    args: str = ""
    dialogues: Sequence[Dialogue] = ()
    about: int | None = None
    chosen: int | None = None
    placed: bool = False
    explicit: bool = True

    @property
    def named_place(self) -> str:
        """What an answer must name: the neighbourhood, for somebody who belongs to several."""
        return self.place.name if self.placed and len(self.who.active) > 1 else ""

    @property
    def lang(self) -> str:
        """The asker's language."""
        return self.who.lang

    @property
    def message(self) -> MessageReceived | None:
        """The message that asked, if it was one."""
        return self.event if isinstance(self.event, MessageReceived) else None

    def saying(self, args: str) -> Ask:
        """The same with other words behind the command."""
        return replace(self, args=args)

    def at(self, member: Member, place: NeighbourhoodSettings) -> Ask:
        """The same as a member of another neighbourhood."""
        return replace(self, member=member, place=place)

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


def in_place(voice: Voice, message: Outgoing, place: str) -> Outgoing:
    """The message with the neighbourhood's name before it, unless that is empty."""
    if not place:
        return message
    key = "neighbourhood.in_place"
    return replace(message, text=voice.text(message.lang, key, place=place, text=message.text))


class Answers:
    """Says something back to whoever asked."""

    def __init__(self, voice: Voice, outbox: Outbox) -> None:
        self.voice = voice
        self._outbox = outbox

    def say(
        self,
        ask: Ask,
        key: str,
        *,
        choices: Sequence[tuple[str, str]] = (),
        subject: str = "",
        **values: Any,
    ) -> None:
        """Answer with a text; a bare number may answer its choices when `subject` is given."""
        values.setdefault("emergency", ask.place.emergency)
        message = self.voice.message(ask.lang, key, choices=choices, **values)
        self.post(ask, in_place(self.voice, message, ask.named_place), key, subject=subject)

    def ask_which(self, ask: Ask, key: str, labels: Sequence[tuple[str, str]]) -> None:
        """Ask which of several is meant: (label, token), numbered from 1."""
        choices = tuple(
            Choice(number=number, label=label, token=token)
            for number, (label, token) in enumerate(labels[:MOST], 1)
        )
        message = replace(self.voice.message(ask.lang, key), choices=choices)
        self.post(ask, message, key, subject=WHICH)

    def post(self, ask: Ask, message: Outgoing, key: str, *, subject: str = "") -> None:
        """Answer with a message that is ready."""
        self._outbox.post(
            ask.tx,
            Post(
                chat=ask.chat,
                message=message,
                cause=f"{key}:{subject}:{ask.event.source}:{ask.event.event_id}",
                priority=Priority.ANSWER,
                purpose="question" if message.choices else "answer",
                membership=ask.member.id if ask.member else None,
            ),
        )
        if subject:
            given = [Offered(c.number, c.label, c.token) for c in message.choices]
            offer(ask.tx, str(ask.chat), subject, given)

"""An event as an answer in a conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.dialogue.turn import Answer, AnswerKind
from bot.messaging import ContentKind

if TYPE_CHECKING:
    from bot.dialogue.token import Token
    from bot.messaging import ButtonPressed, MessageReceived

_CONTENT = {ContentKind.STICKER: AnswerKind.STICKER, ContentKind.CONTACT: AnswerKind.CONTACT}


def from_message(event: MessageReceived) -> Answer:
    """What a message answers: its place, its pictures with their caption, or its words."""
    location = event.location
    if location is not None:
        return _answer(
            event,
            AnswerKind.LOCATION,
            location={
                "latitude": f"{location.latitude:.6f}",
                "longitude": f"{location.longitude:.6f}",
                "label": location.label,
            },
        )
    if event.media:
        first = event.media[0]
        return _answer(
            event,
            AnswerKind.MEDIA,
            media=len(event.media),
            media_kind=first.kind.value,
            as_file=first.as_file,
        )
    if event.content is not ContentKind.PLAIN:
        return _answer(event, _CONTENT.get(event.content, AnswerKind.OTHER))
    return _answer(event, AnswerKind.TEXT)


def first_words(event: MessageReceived, text: str) -> Answer:
    """The words behind a command, as the first thing said."""
    return Answer(
        kind=AnswerKind.TEXT,
        at=event.received_at,
        sent_at=event.occurred_at,
        text=text,
        message=event.message_id,
        source=event.source,
    )


def from_press(event: ButtonPressed, token: Token) -> Answer:
    """A button of a conversation."""
    return Answer(
        kind=AnswerKind.CHOICE,
        at=event.received_at,
        sent_at=event.occurred_at,
        choice=token.choice,
        question=token.question,
        message=event.message_id,
        source=event.source,
    )


def _answer(event: MessageReceived, kind: AnswerKind, **more: object) -> Answer:
    return Answer(
        kind=kind,
        at=event.received_at,
        sent_at=event.occurred_at,
        text=event.text,
        message=event.message_id,
        source=event.source,
        **more,  # type: ignore[arg-type]  # the fields of Answer, by name
    )

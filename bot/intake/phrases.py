"""What a conversation says, as the outbox keeps it.

Most questions are always the same, but for the conversation's number and the question's, which
stand in their buttons. Those are rendered once in each language; the numbers are put in each time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.delivery.codec import encode
from bot.dialogue import token
from bot.dialogue.asking import EMERGENCY
from bot.messaging import Choice, Outgoing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.dialogue.turn import Option, Say
    from bot.voice import Voice

# They hold the places of the two numbers in what is rendered once.
_DIALOGUE, _QUESTION = 840_062_957_113_302_469, 716_044_908
_BOTH = f"{_DIALOGUE}.{_QUESTION}."


class Phrases:
    """Turns what the engine says into messages."""

    def __init__(self, voice: Voice) -> None:
        self._voice = voice
        self._made: dict[tuple[Any, ...], str] = {}

    def body(self, say: Say, lang: str, emergency: str, *, dialogue: int, question: int) -> str:
        """The message as JSON. `emergency` is the number to call in this neighbourhood."""
        if not say.steady:
            return encode(self._rendered(say, lang, emergency, dialogue, question))
        key = (lang, emergency, say.key, say.choices, say.panel, say.ask)
        blank = self._made.get(key)
        if blank is None:
            message = self._rendered(say, lang, emergency, _DIALOGUE, _QUESTION)
            blank = self._made[key] = encode(message)
        numbered = blank.replace(_BOTH, f"{dialogue}.{question}.")
        return numbered.replace(str(_DIALOGUE), str(dialogue))

    def _rendered(
        self, say: Say, lang: str, emergency: str, dialogue: int, question: int
    ) -> Outgoing:
        values = _in(lang, say.values.items())
        values.setdefault(EMERGENCY, emergency)
        return Outgoing(
            text=self._voice.text(lang, say.key, **values),
            choices=tuple(
                [self._choice(option, lang, dialogue, question) for option in say.choices]
            ),
            lang=lang,
            ask=say.ask,
            panel=_panel(say, dialogue),
        )

    def _choice(self, option: Option, lang: str, dialogue: int, question: int) -> Choice:
        return Choice(
            number=option.number,
            label=self._voice.text(lang, option.label_key, **_in(lang, option.label_values)),
            token=token.encode(dialogue, question, option.id),
        )


def _in(lang: str, values: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """The values; those that depend on the language are worked out."""
    return {name: value(lang) if callable(value) else value for name, value in values}


def _panel(say: Say, dialogue: int) -> dict[str, Any]:
    """For a page: which conversation a question belongs to, so that it asks only the newest."""
    kind = {"kind": say.panel} if say.panel else {}
    return {**kind, "thread": f"d{dialogue}"}

"""A conversation as a readable script: somebody says, presses and waits; the bot answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import config
from bot.dialogue.engine import Answer, AnswerKind, Effect, Engine, Say, State, Turn
from bot.dialogue.lexicon import Lexicon
from bot.dialogue.scripts import load_scripts
from bot.dialogue.texts import Texts

NIGHT = datetime(2026, 11, 24, 22, 14, tzinfo=UTC)

ALERT = {
    "id": 7,
    "number": "M-2026-0117",
    "time": "22:58",
    "street": "Rozenstraat",
    "what": "man voelt aan autodeuren",
}
OTHER_ALERT = {
    "id": 9,
    "number": "M-2026-0118",
    "time": "23:10",
    "street": "Kerkstraat",
    "what": "inbraak bezig",
}


@cache
def texts() -> Texts:
    return Texts.load(config.TEXTS)


@cache
def engine() -> Engine:
    lexicon = Lexicon.load(config.TEXTS)
    return Engine(load_scripts(config.DIALOGUES, texts=texts(), lexicon=lexicon), lexicon)


def preview(draft: Mapping[str, Any]) -> str:
    place = draft.get("place") or {}
    return f"{draft.get('what') or draft.get('kind')} · {place.get('street') or '?'}"


FACTS: dict[str, Any] = {
    "neighbours": 21,
    "neighbourhood": "Munsterbilzen",
    "pseudonym": "Buur 7",
    "privacy_url": "https://saar.example.org/privacy",
    "rules_version": "2026",
    "case": "M-2026-0119",
    "nr": "119",
    "card": preview,
}


class Conversation:
    """One person and the bot. `lang` is the language of the questions."""

    def __init__(self, *, lang: str = "nl", **facts: Any) -> None:
        self.facts = {**FACTS, **facts}
        self.lang = lang
        self.now = NIGHT
        self.turn = Turn(state=None)
        self.effects: list[Effect] = []
        self._due: dict[str, datetime] = {}

    def begins(self, script: str, *, first: Answer | None = None, **data: Any) -> Conversation:
        turn = engine().start(script, facts=self.facts, now=self.now, data=data, first=first)
        return self._took(turn)

    def says(self, text: str, *, sent: timedelta = timedelta()) -> Conversation:
        """Type a text, sent so long before it is handled."""
        return self.does(AnswerKind.TEXT, text=text, sent_at=self.now - sent)

    def presses(self, choice: str, *, question: int | None = None) -> Conversation:
        """Press the button with this label, or this id."""
        options = {self._label(o.label_key, dict(o.label_values)): o.id for o in self.options}
        wanted = options.get(choice, choice)
        number = self.state.question if question is None else question
        return self.does(AnswerKind.CHOICE, choice=wanted, question=number)

    def sends(self, kind: str = "photo", **more: Any) -> Conversation:
        return self.does(AnswerKind.MEDIA, media=1, media_kind=kind, **more)

    def shares(self, latitude: str, longitude: str, label: str = "") -> Conversation:
        point = {"latitude": latitude, "longitude": longitude, "label": label}
        return self.does(AnswerKind.LOCATION, location=point)

    def does(self, kind: AnswerKind, **more: Any) -> Conversation:
        answer = Answer(kind=kind, at=self.now, **more)
        return self._took(self._advance(answer))

    def waits(self, span: timedelta) -> Conversation:
        """Let time pass; whatever comes due goes off in its order. Keeps the last that spoke."""
        until = self.now + span
        while self._due and min(self._due.values()) <= until:
            name = min(self._due, key=self._due.__getitem__)
            self.now = self._due.pop(name)
            self._took(self._advance(Answer(kind=AnswerKind.TIMER, at=self.now, timer=name)))
        self.now = until
        return self

    def restarts(self) -> Conversation:
        """The process ends and begins again: only what was stored is left."""
        stored = State.from_json(self.state.to_json())
        return self._took(engine().again(stored, self.facts, self.now))

    # --- what there is to see ---------------------------------------------------------------

    @property
    def state(self) -> State:
        assert self.turn.state is not None, "the conversation is over"
        return self.turn.state

    @property
    def step(self) -> str:
        """The present question; `end`, or `-> script` when another goes on."""
        if self.turn.start is not None:
            return f"-> {self.turn.start[0]}"
        return "end" if self.turn.state is None else self.turn.state.step

    @property
    def data(self) -> Mapping[str, Any]:
        return self.turn.data

    @property
    def keys(self) -> list[str]:
        return [say.key for say in self.turn.says]

    @property
    def heard(self) -> str:
        """Everything the bot said last."""
        return "\n".join(self._label(say.key, say.values) for say in self.turn.says)

    @property
    def options(self) -> tuple[Any, ...]:
        return next((say.choices for say in reversed(self.turn.says) if say.choices), ())

    @property
    def choices(self) -> list[str]:
        return [
            f"{o.number} {self._label(o.label_key, dict(o.label_values))}" for o in self.options
        ]

    @property
    def done(self) -> list[str]:
        """The names of all effects so far, in order."""
        return [effect.name for effect in self.effects]

    def last(self, name: str) -> Mapping[str, Any]:
        """What the newest effect of this name carried."""
        return next(one.args for one in reversed(self.effects) if one.name == name)

    def question(self) -> Say:
        return self.turn.says[-1]

    # --- inside -----------------------------------------------------------------------------

    def _advance(self, answer: Answer) -> Turn:
        stored = State.from_json(self.state.to_json())  # every turn survives a restart
        return engine().advance(stored, answer, facts=self.facts, now=self.now)

    def _took(self, turn: Turn) -> Conversation:
        if turn.fresh:
            self._due = {}
        self.turn = turn
        self.effects += turn.effects
        for timer in turn.timers:
            self._due[timer.name] = self.now + timedelta(seconds=timer.after_s)
        return self

    def _label(self, key: str, values: Mapping[str, Any]) -> str:
        return texts().say(self.lang, key, **values)

"""The dialogue engine: state + answer + facts + time in, a turn out. Pure and synchronous.

What it promises, whatever a script says:
- every answer gets an answer: a message that fits nothing gets the question again, kindly;
- a number answers the latest question, a button only its own;
- `terug`, `stop`, `hulp` and the emergency number work at every question, in every language;
- nothing somebody gave is dropped: words, pictures and places that come at the wrong moment are
  kept where the script keeps them (`keeps`);
- an effect with a need (`report.send` needs the 101 gate) never happens without it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.dialogue.keeping import tells
from bot.dialogue.kinds import KINDS, Kind, read_quick
from bot.dialogue.lexicon import Lexicon
from bot.dialogue.script import Script
from bot.dialogue.state import State
from bot.dialogue.turn import Answer, AnswerKind, Effect, Option, Say, Timer, Turn
from bot.dialogue.vocabulary import Vocabulary
from bot.dialogue.walk import Walk

__all__ = [
    "Answer",
    "AnswerKind",
    "Effect",
    "Engine",
    "Option",
    "Say",
    "State",
    "Timer",
    "Turn",
]


class Engine:
    """Every script, and the words people use."""

    def __init__(
        self,
        scripts: Mapping[str, Script],
        lexicon: Lexicon,
        kinds: Mapping[str, Kind] = KINDS,
        *,
        vocabulary: Vocabulary | None = None,
    ) -> None:
        self.scripts = scripts
        self.lexicon = lexicon
        self.kinds = kinds
        self.vocabulary = vocabulary or Vocabulary()

    def start(
        self,
        script: str,
        *,
        facts: Mapping[str, Any],
        now: datetime,
        data: Mapping[str, Any] | None = None,
        first: Answer | None = None,
    ) -> Turn:
        """Begin a conversation. `first` is what somebody sent before being asked anything:
        a photo, a place, a quick report; it is kept.
        """
        walk = Walk(self, self.scripts[script], facts, now, data=dict(data or {}))
        if first is not None:
            walk.take_first(first)
        walk.begin()
        return walk.turn()

    def advance(
        self, state: State, answer: Answer, *, facts: Mapping[str, Any], now: datetime
    ) -> Turn:
        """What follows from `answer`. A state of a script that changed since starts it again."""
        script = self.scripts.get(state.script)
        if script is None:
            return Turn(state=None, says=(Say(key="dialogue.over"),), data=state.data)
        walk = Walk(self, script, facts, now, data=state.data, state=state)
        if state.step not in script.steps:
            walk.begin()
        else:
            walk.answer(answer)
        return walk.turn()

    def edited(
        self, state: State, answer: Answer, *, facts: Mapping[str, Any], now: datetime
    ) -> Turn:
        """What follows when an answer's message reads as `answer` now: the last answer counts anew,
        of an earlier one the way back is told.
        """
        walk = Walk(self, self.scripts[state.script], facts, now, data=state.data, state=state)
        if answer.key in _latest(state):
            walk.edited(answer)
        else:
            walk.edited_earlier()
        return walk.turn()

    def answered(self, state: State, answer: Answer) -> bool:
        """Whether this message answered a question of the conversation."""
        script = self.scripts.get(state.script)
        answered = {past.message for past in state.trail} | {state.heard}
        return script is not None and state.step in script.steps and answer.key in answered - {""}

    def chooses_anew(self, state: State, answer: Answer) -> bool:
        """Whether the last answer's new words only choose, at the question that they answered."""
        if answer.key not in _latest(state):
            return False
        moved = state.trail and state.trail[-1].message == answer.key
        step = self.scripts[state.script].steps.get(state.trail[-1].step if moved else state.step)
        return step is not None and not tells(answer, step, self.lexicon)

    def again(self, state: State, facts: Mapping[str, Any], now: datetime | None = None) -> Turn:
        """Say the present question again: after a restart, in another language."""
        script = self.scripts.get(state.script)
        if script is None:
            return Turn(state=None, says=(Say(key="dialogue.over"),), data=state.data)
        walk = Walk(self, script, facts, now, data=state.data, state=state)
        if state.step in script.steps:
            walk.ask()
        else:
            walk.begin()
        return walk.turn()

    def quick(self, text: str, streets: Sequence[str] = ()) -> dict[str, Any]:
        """What a one-line report says: `what`, and `kind` and `place` where recognised."""
        return read_quick(text, streets, self.lexicon)

    def tells(self, state: State, answer: Answer) -> bool:
        """Whether the answer's words (or its point) are part of the story, for the log: `2`,
        `klaar` and the words of a choice only choose.
        """
        script = self.scripts.get(state.script)
        return tells(answer, script.steps.get(state.step) if script else None, self.lexicon)

    def keeps(self, state: State, what: str) -> bool:
        """Whether this conversation keeps `said`, `media`, `place` that come at any question."""
        script = self.scripts.get(state.script)
        return script is not None and what in script.keeps


def _latest(state: State) -> set[str]:
    """The message that was answered with last, and the one that led to the present question."""
    return {state.heard, *(past.message for past in state.trail[-1:])} - {""}

"""One turn in the making: takes an answer through a script and gathers what follows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from bot.dialogue.asking import listed, option_id, options, question, spoken
from bot.dialogue.draft import Draft
from bot.dialogue.keeping import keep, point
from bot.dialogue.kinds import Heard, cut
from bot.dialogue.lexicon import normal
from bot.dialogue.script import Action, Deed, FreeText, Hand, Move, Script, Step, Target
from bot.dialogue.state import Past, State
from bot.dialogue.turn import Answer, AnswerKind, Effect, Say, Timer, Turn

if TYPE_CHECKING:
    from bot.dialogue.engine import Engine

FARTHEST_BACK: Final = 40
_FORKS: Final = 20


class Walk:
    """State of one turn; used once."""

    __slots__ = (
        "_draft",
        "_effects",
        "_engine",
        "_fresh",
        "_heard",
        "_kept",
        "_question",
        "_refused",
        "_says",
        "_script",
        "_start",
        "_step",
        "_timers",
        "_trail",
    )

    def __init__(
        self,
        engine: Engine,
        script: Script,
        facts: Mapping[str, Any],
        now: datetime | None,
        *,
        data: Mapping[str, Any],
        state: State | None = None,
    ) -> None:
        self._engine = engine
        self._script = script
        self._draft = Draft(
            data, facts=facts, now=now, lexicon=engine.lexicon, vocabulary=engine.vocabulary
        )
        self._trail = state.trail if state else ()
        self._question = state.question if state else 0
        self._heard = state.heard if state else ""
        self._step = script.steps.get(state.step) if state else None
        self._says: list[Say] = []
        self._effects: list[Effect] = []
        self._timers: tuple[Timer, ...] = ()
        self._start: tuple[str, Mapping[str, Any]] | None = None
        self._fresh = False
        self._refused = False
        self._kept = False

    def turn(self) -> Turn:
        """The finished turn."""
        state = self._state()
        return Turn(
            state=state,
            says=tuple(self._says),
            effects=tuple(self._effects),
            timers=self._timers if state else (),
            start=self._start,
            data=self._draft.data,
            fresh=self._fresh or state is None,
        )

    def _state(self) -> State | None:
        if self._step is None:
            return None
        return State(
            script=self._script.name,
            step=self._step.name,
            question=self._question,
            data=self._draft.data,
            trail=self._trail,
            heard=self._heard,
        )

    # --- beginning and asking ---------------------------------------------------------------

    def begin(self) -> None:
        """Go to the script's first question."""
        self._step, self._trail = None, ()
        self._do(self._script.start)

    def ask(self) -> None:
        """Say the present question."""
        if self._step is not None:
            self._says += question(self._step, self._draft)

    def _ask_again(self) -> None:
        """The same to whoever has just read it."""
        if self._step is not None:
            self._says += question(self._step, self._draft, again=True)

    def _tell(self, name: str) -> None:
        """Say one of the engine's own texts."""
        values = {"emergency": self._draft.value("emergency")}
        self._says.append(Say(key=f"dialogue.{name}", values=values))

    def _enter(self, step: Step) -> None:
        self._step = step
        self._question += 1
        self._fresh = True
        self._timers = self._armed(step)
        self.ask()

    def _armed(self, step: Step) -> tuple[Timer, ...]:
        return tuple(
            Timer(name=f"{self._question}.{alarm.name}", after_s=alarm.after_s)
            for alarm in step.alarms.values()
        )

    # --- answers ----------------------------------------------------------------------------

    def take_first(self, answer: Answer) -> None:
        """Keep what came before any question; words are what happens, or more of it."""
        self._keep(answer, None)
        if answer.text.strip():
            story = self._engine.kinds["story"]
            free = FreeText(kind=story, kind_name="story", into=(), action=Action())
            self._read(free, answer.text)

    def answer(self, answer: Answer) -> None:
        """Take one answer to the present question."""
        step = self._step
        assert step is not None, "an answer needs a question"
        if answer.kind is AnswerKind.TIMER:
            self._alarm(step, answer.timer)
            return
        self._heard = answer.key
        self._keep(answer, step)
        self._hear(step, answer)
        if self._step is not None and not self._timers:
            self._timers = self._armed(self._step)

    def edited(self, answer: Answer) -> None:
        """The last answer reads otherwise now: it answers the same question once more."""
        if self._trail and self._trail[-1].message == answer.key:
            self._back()
            self._says.clear()
        self.answer(answer)

    def edited_earlier(self) -> None:
        """An answer before the last one reads otherwise now: that is the way back."""
        self._tell("edited_earlier")
        self._ask_again()

    def _keep(self, answer: Answer, step: Step | None) -> None:
        told = keep(answer, self._script, step, self._draft, self._engine.kinds["place"])
        self._kept = bool(told)
        for name in told:
            self._tell(name)

    def _hear(self, step: Step, answer: Answer) -> None:
        if answer.kind is AnswerKind.CHOICE:
            self._choice(step, answer)
        elif answer.kind is AnswerKind.TEXT:
            self._text(step, answer.text)
        elif answer.kind is AnswerKind.LOCATION and step.location is not None:
            self._located(step.location, answer)
        elif answer.kind is AnswerKind.MEDIA and step.media is not None:
            self._answered(step.media)
        elif self._kept and answer.text.strip() and step.text is not None:
            self._text(step, answer.text)
        else:
            self._odd(answer.kind)

    def _odd(self, kind: AnswerKind) -> None:
        """Something that is no answer here: said so, unless it was kept."""
        if not self._kept:
            given = kind in (AnswerKind.MEDIA, AnswerKind.LOCATION)
            self._tell("not_kept" if given else "not_understood")
        self._ask_again()

    def _misunderstood(self, *, kept: bool = False) -> None:
        self._tell("said_kept" if kept else "not_understood")
        self._ask_again()

    def _choice(self, step: Step, answer: Answer) -> None:
        if answer.question is not None and answer.question != self._question:
            self._tell("past")
            self._ask_again()
        elif not self._choose(step, answer.choice):
            self._misunderstood()

    def _choose(self, step: Step, wanted: str) -> bool:
        for choice in step.choices:
            if choice.id == wanted and choice.when(self._draft):
                self._draft.chosen = choice.id
                self._answered(choice.action)
                return True
        for item in listed(step, self._draft):
            if step.listed is not None and option_id(step, item) == wanted:
                self._draft.chosen = item[step.listed.id]
                self._answered(step.listed.action)
                return True
        return False

    def _text(self, step: Step, text: str) -> None:
        """Words of a choice go first, then those that work everywhere, numbers, free text."""
        plain = normal(text)
        choice = step.words.get(plain)
        if choice is not None and self._choose(step, choice.id):
            return
        if self._named(step, plain):
            return
        word = self._engine.lexicon.global_word(plain)
        if word and self._global(word):
            return
        number = self._engine.lexicon.number(text, plain)
        if number is not None and self._numbered(step, number):
            return
        if not self._free(step.text, text, bare_number=number is not None):
            self._misunderstood(kept=number is None and self._is_told(text))

    def _is_told(self, text: str) -> bool:
        """Whether words that answer nothing here tell something all the same, and are kept."""
        heard = Heard(text=cut(text), data={}, streets=(), lexicon=self._draft.lexicon)
        return "said" in self._script.keeps and self._engine.kinds["what"].read(heard) is not None

    def _named(self, step: Step, plain: str) -> bool:
        """The words of one listed item and of no other: a street, a neighbourhood's name."""
        if step.listed is None:
            return False
        wanted = step.listed.values
        fits = [
            item
            for item in listed(step, self._draft)
            if plain and plain in {normal(str(item.get(name, ""))) for name in wanted}
        ]
        return len(fits) == 1 and self._choose(step, option_id(step, fits[0]))

    def _numbered(self, step: Step, number: int) -> bool:
        for option in options(step, self._draft):
            if option.number == number:
                return self._choose(step, option.id)
        for item in listed(step, self._draft):
            own = str(item.get("number", "")).rpartition("-")[2]
            if own.lstrip("0") == str(number):
                return self._choose(step, option_id(step, item))
        return False

    def _free(self, free: FreeText | None, text: str, *, bare_number: bool) -> bool:
        if free is None or not free.when(self._draft) or (bare_number and not free.kind.numbers):
            return False
        if not self._read(free, text):
            return False
        self._answered(free.action)
        return True

    def _read(self, free: FreeText, text: str) -> bool:
        draft = self._draft
        streets = draft.value("streets") or ()
        heard = Heard(text=cut(text), data=draft.data, streets=streets, lexicon=draft.lexicon)
        found = draft.answer = free.kind.read(heard)
        if found is None:
            return False
        if free.kind.spreads:
            for key, value in found.items():
                draft.set((*free.into, key), value)
        elif free.into:
            draft.set(free.into, found)
        return True

    def _located(self, free: FreeText, answer: Answer) -> None:
        self._draft.answer = point(answer, self._draft, self._engine.kinds["place"])
        if free.into:
            self._draft.set(free.into, self._draft.answer)
        self._answered(free.action)

    def _alarm(self, step: Step, timer: str) -> None:
        number, _, name = timer.partition(".")
        alarm = step.alarms.get(name)
        if alarm is not None and number == str(self._question):
            self._answered(alarm.action)

    # --- words that work everywhere -----------------------------------------------------------

    def _global(self, word: str) -> bool:
        action = self._script.words.get(word)
        if action is not None:
            self._answered(action)
        elif word == "back":
            self._back()
        elif word == "stop":
            self._tell("stopped")
            self._step = None
        elif word in ("call", "help"):
            self._explain(word)
        else:
            return False
        return True

    def _explain(self, word: str) -> None:
        own = self._script.help if word == "help" else None
        if own is None:
            self._tell(word)
        else:
            self._says.append(spoken(own, self._draft))
        self._ask_again()

    def _back(self) -> None:
        if not self._trail:
            self._tell("first_question")
            self._ask_again()
            return
        past, self._trail = self._trail[-1], self._trail[:-1]
        self._draft.restore(past.undo)
        step = self._script.steps.get(past.step)
        if step is None or step.route is not None:
            self.begin()
            return
        self._enter(step)
        self._each(changed=bool(past.undo))

    # --- actions --------------------------------------------------------------------------

    def _answered(self, action: Action) -> None:
        """Carry out what an answer leads to, and remember the way back."""
        before = self._step
        self._do(action)
        undo = tuple(self._draft.undo)
        self._each(changed=bool(undo))
        if before is not None and self._step is not None and self._step is not before:
            self._trail = (*self._trail, Past(before.name, undo, self._heard))[-FARTHEST_BACK:]

    def _each(self, *, changed: bool) -> None:
        if changed and self._step is not None:
            for deed in self._script.each:
                self._deed(deed)

    def _do(self, action: Action, forks: int = 0) -> None:
        draft = self._draft
        for path, template in action.sets:
            draft.set(path, draft.filled(template))
        for deed in action.deeds:
            if not self._deed(deed):
                self._refuse()
                return
        self._says += [spoken(line, draft) for line in action.lines if line.when(draft)]
        for branch in action.branches:
            if branch.when(draft):
                self._do(branch, forks)
                return
        self._go(action.target, forks)

    def _refuse(self) -> None:
        """What the script wants may not be: back to its beginning, but not for ever."""
        if self._refused:
            self._step = None
            return
        self._refused = True
        self.begin()

    def _go(self, target: Target, forks: int) -> None:
        if isinstance(target, str):
            step = self._script.steps[target]
            if step.route is None:
                self._enter(step)
            elif forks < _FORKS:
                self._do(step.route, forks + 1)
        elif isinstance(target, Hand):
            self._step = None
            data = {key: self._draft.filled(value) for key, value in target.data.items()}
            self._start = (target.script, {k: v for k, v in data.items() if v is not None})
        elif target is Move.END:
            self._step = None
        elif target is Move.AGAIN:
            self._ask_again()

    def _deed(self, deed: Deed) -> bool:
        """Have an effect, unless what it needs doesn't hold."""
        draft = self._draft
        spec = self._engine.vocabulary.effects[deed.effect]
        if spec.needs and not draft.value(spec.needs):
            self._tell("call_first")
            return False
        args = {key: draft.data[key] for key in spec.uses if key in draft.data}
        args.update((key, draft.filled(value)) for key, value in deed.args.items())
        self._effects.append(Effect(name=deed.effect, args=args))
        return True

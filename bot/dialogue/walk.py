"""One turn in the making: takes an answer through a script and gathers what follows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from bot.dialogue.kinds import Heard
from bot.dialogue.lexicon import Lexicon, normal
from bot.dialogue.script import (
    Action,
    Deed,
    FreeText,
    Hand,
    Line,
    Move,
    Ref,
    Script,
    Step,
    Template,
)
from bot.dialogue.state import GONE, Past, Path, State, Undo, lookup, put
from bot.dialogue.turn import Answer, AnswerKind, Effect, Option, Say, Timer, Turn
from bot.dialogue.vocabulary import STALE

if TYPE_CHECKING:
    from bot.dialogue.engine import Engine

SHOWN: Final = 2000  # characters of one answer that a draft shows; all of it stays in `said`
FARTHEST_BACK: Final = 40
_FORKS: Final = 20
_MOST_LISTED: Final = 9


class Walk:
    """State of one turn; used once."""

    __slots__ = (
        "_answer",
        "_chosen",
        "_effects",
        "_engine",
        "_facts",
        "_fresh",
        "_kept",
        "_says",
        "_script",
        "_start",
        "_state",
        "_timers",
        "_trail",
        "_undo",
        "data",
        "lexicon",
        "now",
        "question",
        "step",
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
        self._facts = facts
        self._state = state
        self._trail = state.trail if state else ()
        self._says: list[Say] = []
        self._effects: list[Effect] = []
        self._timers: tuple[Timer, ...] = ()
        self._undo: list[Undo] = []
        self._start: tuple[str, Mapping[str, Any]] | None = None
        self._answer: Any = None
        self._chosen: Any = None
        self._fresh = False
        self._kept = False
        self.data = data
        self.now = now
        self.lexicon: Lexicon = engine.lexicon
        self.question = state.question if state else 0
        self.step: Step | None = script.steps.get(state.step) if state else None

    # --- what a turn is made of -----------------------------------------------------------

    def turn(self) -> Turn:
        """The finished turn."""
        state = None
        if self.step is not None:
            state = State(
                script=self._script.name,
                step=self.step.name,
                question=self.question,
                data=self.data,
                trail=self._trail,
            )
        return Turn(
            state=state,
            says=tuple(self._says),
            effects=tuple(self._effects),
            timers=self._timers if state else (),
            start=self._start,
            data=self.data,
            fresh=self._fresh or state is None,
        )

    def value(self, name: str) -> Any:
        """A fact, a derived value, or `data.key`."""
        head, dot, rest = name.partition(".")
        if head == "data":
            found = lookup(self.data, tuple(rest.split(".")))
            return None if found is GONE else found
        derived = self._engine.vocabulary.derived.get(name)
        if derived is not None:
            return derived(self)
        if head in self._facts or head in self._engine.vocabulary.facts:
            found = self._facts.get(head, self._engine.vocabulary.facts.get(head))
            found = found(self.data) if callable(found) else found
            return found.get(rest) if dot and isinstance(found, Mapping) else found
        return self.data.get(head)

    def _set(self, path: Path, value: Any, *, undo: bool = True) -> None:
        path = tuple(int(self.data.get("at") or 0) if part == "@" else part for part in path)
        if undo:
            self._undo.append((path, lookup(self.data, path)))
        self.data = put(self.data, path, value)

    # --- beginning and asking ---------------------------------------------------------------

    def begin(self) -> None:
        """Go to the script's first question."""
        self.step, self._trail = None, ()
        self._do(self._script.start)

    def ask(self) -> None:
        """Say the present question."""
        step = self.step
        if step is None:
            return
        self._says += [self._line(note) for note in step.notes if note.when(self)]
        for line in step.lines:
            if line.when(self):
                said = self._line(line)
                self._says.append(
                    Say(
                        key=said.key,
                        values=said.values,
                        choices=self.options(step),
                        panel=step.panel,
                        ask=step.ask,
                    )
                )
                return

    def options(self, step: Step) -> tuple[Option, ...]:
        """The choices as they are offered now."""
        options = [
            Option(id=one, number=number, label_key=step.listed.label, label_values=values)
            for number, (one, values) in enumerate(self._listed(step), 1)
            if step.listed
        ]
        following = len(options) + 1
        for choice in step.choices:
            if not choice.when(self):
                continue
            number = choice.number
            if number is None:
                number, following = following, following + 1
            values = {name: self._shown(name) for name in choice.values}
            options.append(
                Option(id=choice.id, number=number, label_key=choice.label, label_values=values)
            )
        return tuple(options)

    def _listed(self, step: Step) -> list[tuple[str, dict[str, Any]]]:
        if step.listed is None:
            return []
        items = (self.value(step.listed.fact) or ())[:_MOST_LISTED]
        wanted = step.listed.values
        return [
            (f"i{item[step.listed.id]}", {name: item.get(name, "") for name in wanted})
            for item in items
        ]

    def _line(self, line: Line) -> Say:
        values = {name: self._shown(name) for name in line.values}
        if line.number:
            values["n"] = self.value(line.number) or 0
        return Say(key=line.key, values=values)

    def _shown(self, name: str) -> Any:
        found = self.value(name)
        if found is None:
            return ""
        return f"{found[:SHOWN]}…" if isinstance(found, str) and len(found) > SHOWN else found

    def tell(self, key: str, **values: Any) -> None:
        """Say one of the engine's own texts."""
        values["emergency"] = self.value("emergency")
        self._says.append(Say(key=f"dialogue.{key}", values=values))

    # --- answers ----------------------------------------------------------------------------

    def take_first(self, answer: Answer) -> None:
        """Keep what came before any question."""
        self._keep(answer)
        if answer.text.strip():
            self._read(
                FreeText(
                    kind=self._engine.kinds["what"], kind_name="what", into=(), action=Action()
                ),
                answer.text,
            )

    def answer(self, answer: Answer) -> None:
        """Take one answer."""
        if answer.kind is AnswerKind.TIMER:
            self._alarm(answer.timer)
            return
        self._keep(answer)
        self._hear(answer)
        if self.step is not None and not self._timers:
            self._timers = self._armed()

    def _hear(self, answer: Answer) -> None:
        if answer.kind is AnswerKind.CHOICE:
            self._choice(answer)
        elif answer.kind is AnswerKind.TEXT:
            self._text(answer.text)
        elif not (self._located(answer) or self._pictured(answer)):
            self._odd(answer.kind)

    def _odd(self, kind: AnswerKind) -> None:
        """Something that is no answer here: said so, unless it was kept."""
        if not self._kept:
            given = kind in (AnswerKind.MEDIA, AnswerKind.LOCATION)
            self.tell("not_kept" if given else "not_understood")
        self.ask()

    def _choice(self, answer: Answer) -> None:
        if answer.question is not None and answer.question != self.question:
            self.tell("past")
            self.ask()
            return
        if not self._choose(answer.choice):
            self.tell("not_understood")
            self.ask()

    def _choose(self, wanted: str) -> bool:
        step = self.step
        assert step is not None
        for choice in step.choices:
            if choice.id == wanted and choice.when(self):
                self._chosen = choice.id
                self._answered(choice.action)
                return True
        return self._choose_listed(step, wanted)

    def _choose_listed(self, step: Step, wanted: str) -> bool:
        if step.listed is None:
            return False
        for item in (self.value(step.listed.fact) or ())[:_MOST_LISTED]:
            if f"i{item[step.listed.id]}" == wanted:
                self._chosen = item[step.listed.id]
                self._answered(step.listed.action)
                return True
        return False

    def _text(self, text: str) -> None:
        plain = normal(text)
        step = self.step
        assert step is not None
        choice = step.words.get(plain)
        if choice is not None and choice.when(self):
            self._choose(choice.id)
            return
        word = self.lexicon.global_word(plain)
        if word and self._global(word):
            return
        number = self.lexicon.number(text, plain)
        if number is not None and self._numbered(step, number):
            return
        if self._free(step, text, bare_number=number is not None):
            return
        self.tell("not_understood")
        self.ask()

    def _numbered(self, step: Step, number: int) -> bool:
        for option in self.options(step):
            if option.number == number:
                return self._choose(option.id)
        for one, values in self._listed(step):
            if str(values.get("number", "")).rpartition("-")[2].lstrip("0") == str(number):
                return self._choose(one)
        return False

    def _free(self, step: Step, text: str, *, bare_number: bool) -> bool:
        free = step.text
        if free is None or not free.when(self) or (bare_number and not free.kind.numbers):
            return False
        if not self._read(free, text):
            return False
        self._answered(free.action)
        return True

    def _read(self, free: FreeText, text: str) -> bool:
        streets = self.value("streets") or ()
        text = f"{text[:SHOWN]}…" if len(text) > SHOWN else text
        heard = Heard(text=text, data=self.data, streets=streets, lexicon=self.lexicon)
        found = free.kind.read(heard)
        if found is None:
            return False
        self._answer = found
        if free.kind.spreads:
            for key, value in found.items():
                self._set((*free.into, key), value)
        elif free.into:
            self._set(free.into, found)
        return True

    # --- words that work everywhere -----------------------------------------------------------

    def _global(self, word: str) -> bool:
        action = self._script.words.get(word)
        if action is not None:
            self._answered(action)
        elif word == "back":
            self._back()
        elif word == "stop":
            self.tell("stopped")
            self.step = None
        elif word == "call":
            self.tell("call")
            self.ask()
        elif word == "help":
            self._help()
        else:
            return False
        return True

    def _help(self) -> None:
        if self._script.help is None:
            self.tell("help")
        else:
            self._says.append(self._line(self._script.help))
        self.ask()

    def _back(self) -> None:
        if not self._trail:
            self.tell("first_question")
            self.ask()
            return
        past, self._trail = self._trail[-1], self._trail[:-1]
        for path, old in reversed(past.undo):
            self.data = put(self.data, path, old)
        step = self._script.steps.get(past.step)
        if step is None or step.route is not None:
            self.begin()
            return
        self._enter(step)
        if past.undo:
            self._each()

    # --- what is kept at any question ---------------------------------------------------------

    def _keep(self, answer: Answer) -> None:
        keeps = self._script.keeps
        if "late" in keeps and answer.sent_at and answer.at - answer.sent_at > STALE:
            self._set(("late",), True, undo=False)
        if (
            "said" in keeps
            and (answer.text.strip() or answer.location)
            and not self._is_choice(answer)
        ):
            self._set(("said",), [*(self.data.get("said") or ()), _entry(answer)], undo=False)
        if answer.kind is AnswerKind.MEDIA and "media" in keeps:
            self._keep_media(answer)
        elif answer.kind is AnswerKind.LOCATION and "place" in keeps:
            self._keep_place(answer)

    def _is_choice(self, answer: Answer) -> bool:
        """Whether the words only pick an answer: that is no part of the story."""
        if answer.kind is not AnswerKind.TEXT or self.step is None:
            return False
        plain = normal(answer.text)
        return (
            plain in self.step.words
            or self.lexicon.global_word(plain) is not None
            or self.lexicon.number(answer.text, plain) is not None
        )

    def _keep_media(self, answer: Answer) -> None:
        count = int(self.data.get("media") or 0) + max(answer.media, 1)
        self._set(("media",), count, undo=False)
        self._kept = True
        if self.step is not None and self.step.media is not None:
            return
        self.tell("voice_kept" if answer.media_kind in ("voice", "audio") else "media_kept")
        self._ask_for_file(answer)

    def _ask_for_file(self, answer: Answer) -> None:
        if (
            answer.as_file is False
            and answer.media_kind == "photo"
            and not self.data.get("asked_file")
        ):
            self._set(("asked_file",), True, undo=False)
            self.tell("as_file")

    def _keep_place(self, answer: Answer) -> None:
        if self.step is not None and self.step.location is not None:
            return
        self._kept = True
        if not self.data.get("place"):
            self._set(("place",), self._point(answer), undo=False)
        self.tell("location_kept")

    def _point(self, answer: Answer) -> dict[str, Any]:
        point = answer.location or {}
        label = str(point.get("label") or "")
        heard = Heard(
            text=label, data={}, streets=self.value("streets") or (), lexicon=self.lexicon
        )
        named = self._engine.kinds["place"].read(heard) or {
            "text": label,
            "street": "",
            "number": "",
        }
        return {**named, "latitude": point.get("latitude"), "longitude": point.get("longitude")}

    def _located(self, answer: Answer) -> bool:
        free = self.step.location if self.step else None
        if free is None or answer.kind is not AnswerKind.LOCATION:
            return False
        self._answer = self._point(answer)
        if free.into:
            self._set(free.into, self._answer)
        self._answered(free.action)
        return True

    def _pictured(self, answer: Answer) -> bool:
        """A picture as the answer, or words beneath a picture as the answer."""
        step = self.step
        if answer.kind is not AnswerKind.MEDIA:
            return False
        if step is not None and step.media is not None:
            self._ask_for_file(answer)
            self._answered(step.media)
            return True
        if self._kept and answer.text.strip() and step is not None and step.text is not None:
            self._text(answer.text)
            return True
        return False

    # --- actions --------------------------------------------------------------------------

    def _answered(self, action: Action) -> None:
        """Carry out what an answer leads to, and remember the way back."""
        before = self.step
        self._do(action)
        if self._undo:
            self._each()
        if before is not None and self.step is not None and self.step is not before:
            self._trail = (*self._trail, Past(before.name, tuple(self._undo)))[-FARTHEST_BACK:]

    def _each(self) -> None:
        if self.step is not None:
            for deed in self._script.each:
                self._deed(deed)

    def _do(self, action: Action, forks: int = 0) -> None:
        for path, template in action.sets:
            self._set(path, self._filled(template))
        for deed in action.deeds:
            if not self._deed(deed):
                self.begin()
                return
        self._says += [self._line(line) for line in action.lines if line.when(self)]
        for branch in action.branches:
            if branch.when(self):
                self._do(branch, forks)
                return
        self._go(action.target, forks)

    def _go(self, target: Any, forks: int) -> None:
        if isinstance(target, str):
            step = self._script.steps[target]
            if step.route is None:
                self._enter(step)
            elif forks < _FORKS:
                self._do(step.route, forks + 1)
        elif isinstance(target, Hand):
            self.step = None
            data = {key: self._filled(value) for key, value in target.data.items()}
            self._start = (target.script, {k: v for k, v in data.items() if v is not None})
        elif target is Move.END:
            self.step = None
        elif target is Move.AGAIN:
            self.ask()

    def _enter(self, step: Step) -> None:
        self.step = step
        self.question += 1
        self._fresh = True
        self._timers = self._armed()
        self.ask()

    def _armed(self) -> tuple[Timer, ...]:
        assert self.step is not None
        return tuple(
            Timer(name=f"{self.question}.{alarm.name}", after_s=alarm.after_s)
            for alarm in self.step.alarms.values()
        )

    def _alarm(self, timer: str) -> None:
        question, _, name = timer.partition(".")
        alarm = self.step.alarms.get(name) if self.step else None
        if alarm is not None and question == str(self.question):
            self._answered(alarm.action)

    def _deed(self, deed: Deed) -> bool:
        spec = self._engine.vocabulary.effects[deed.effect]
        if spec.needs and not self.value(spec.needs):
            self.tell("call_first")
            return False
        args = {key: self.data[key] for key in spec.uses if key in self.data}
        args.update((key, self._filled(value)) for key, value in deed.args.items())
        self._effects.append(Effect(name=deed.effect, args=args))
        return True

    def _filled(self, template: Template) -> Any:
        if isinstance(template, Ref):
            return self._referred(template.name)
        if isinstance(template, Mapping):
            return {key: self._filled(value) for key, value in template.items()}
        return template

    def _referred(self, name: str) -> Any:
        if name == "answer":
            return self._answer
        if name == "choice":
            return self._chosen
        if name == "now":
            return None if self.now is None else self.now.isoformat(timespec="milliseconds")
        if name == "gone":
            return GONE
        if name.startswith("next."):
            return int(self.data.get(name.removeprefix("next.")) or 0) + 1
        return self.value(name)


def _entry(answer: Answer) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "text": answer.text,
        "message": answer.message,
        "source": answer.source,
        "platform_at": _stamp(answer.sent_at or answer.at),
        "received_at": _stamp(answer.at),
    }
    if answer.location:
        entry["latitude"] = answer.location.get("latitude")
        entry["longitude"] = answer.location.get("longitude")
    return entry


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")

"""One script file, read and compiled."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from bot.dialogue.expression import Condition, always, parse
from bot.dialogue.kinds import Kind
from bot.dialogue.lexicon import Lexicon, normal
from bot.dialogue.script import (
    Action,
    Alarm,
    Choice,
    Deed,
    FreeText,
    Hand,
    Line,
    Listed,
    Move,
    Ref,
    Script,
    Step,
    Target,
    Template,
)
from bot.dialogue.source import Node, Problems, Row, Scalar, Table, read, words
from bot.dialogue.state import Path as DataPath
from bot.dialogue.texts import Texts
from bot.dialogue.vocabulary import Vocabulary
from bot.dialogue.ways import check_ways

_ACTION: Final = ("set", "do", "say", "goto", "start", "with")
_TEXT: Final = ("kind", "into", "if", *_ACTION)
_CHOICE: Final = ("label", "number", "if", *_ACTION)
_STEP: Final = (
    *("notes", "say", "panel", "ask", "choices", "options", "text", "location", "media"),
    *("timers", "without", "route"),
)
_SCRIPT: Final = ("start", "given", "keeps", "each", "words", "help", "idle", "steps")
_KEEPS: Final = ("said", "media", "place", "late")
_ASKS: Final = ("location", "photo")
_WORDS: Final = ("stop", "done")
# Data that the engine writes by itself.
_OWN_DATA: Final = ("said", "media", "place", "late", "asked_file", "at")
_SPAN = re.compile(r"(\d+)\s*(s|m|h)")
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600}
_ID = re.compile(r"[a-z][a-z0-9_]{0,29}", re.ASCII)
# Choices with these ids have words of their own everywhere: who answers "no" skips the question.
_GENERAL: Final[Mapping[str, tuple[str, ...]]] = {
    "yes": ("yes",),
    "no": ("no",),
    "skip": ("skip", "no"),
    "none": ("skip", "no"),
}
_MOVES: Final = {move.value: move for move in Move}
_REFS: Final = ("answer", "choice", "now", "gone")
# A label may be said with the emergency number of either country.
_NUMBERS: Final = ("101", "112")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What scripts may name, and where mistakes go."""

    texts: Texts
    lexicon: Lexicon
    kinds: Mapping[str, Kind]
    vocabulary: Vocabulary
    scripts: frozenset[str]
    problems: Problems


def read_script(file: Path, known: Known) -> Script:
    """The compiled script; mistakes go into `known.problems`."""
    return _Reader(file, known).script()


@dataclass(slots=True)
class _Reader:
    file: Path
    known: Known
    names: dict[str, Node] = field(default_factory=dict)  # data.* names used, and where
    written: set[str] = field(default_factory=set)
    steps: Mapping[str, Node] = field(default_factory=dict)

    def script(self) -> Script:
        table = read(self.file, self.known.problems)
        self._keys(table, _SCRIPT, "a script")
        steps = table.items.get("steps")
        if not isinstance(steps, Table) or "start" not in table.items:
            self._wrong(table, "a script needs 'start' and 'steps'")
            return Script(name=self.file.stem, start=Action(), steps={})
        self.steps = steps.items
        self.written.update(words(table.items.get("given")), _OWN_DATA)
        idle = self._alarms(table.items.get("idle"))
        script = Script(
            name=self.file.stem,
            start=self._branches(table.items["start"], spoken=True),
            steps={name: self._step(name, node, steps, idle) for name, node in steps},
            keeps=self._some(table, "keeps", _KEEPS),
            each=self._deeds(table.items.get("each")),
            words={name: self._checked(node) for name, node in self._inner(table, "words", _WORDS)},
            help=next(iter(self._lines(table.items.get("help"))), None),
        )
        self._check_data()
        check_ways(script, steps, self.known.problems)
        return script

    # --- small things ---------------------------------------------------------------------

    def _wrong(self, at: Node | tuple[Path, int], text: str) -> None:
        self.known.problems.add(at, text)

    def _keys(self, table: Table, allowed: Iterable[str], what: str) -> None:
        allowed = tuple(allowed)
        for key in table.items:
            if key not in allowed:
                near = difflib.get_close_matches(key, allowed, 1)
                hint = f"; did you mean '{near[0]}'?" if near else f": {', '.join(allowed)}"
                self._wrong((self.file, table.lines[key]), f"{what} has no '{key}'{hint}")

    def _inner(
        self, table: Table, name: str, allowed: Iterable[str] = ()
    ) -> list[tuple[str, Node]]:
        node = table.items.get(name)
        if node is None:
            return []
        if not isinstance(node, Table):
            self._wrong(node, f"'{name}' must be a table")
            return []
        if allowed:
            self._keys(node, allowed, f"'{name}'")
        return list(node)

    def _some(self, table: Table, name: str, allowed: Iterable[str]) -> frozenset[str]:
        node = table.items.get(name)
        found = frozenset(words(node))
        for word in sorted(found - set(allowed)):
            self._wrong(node or table, f"'{name}' can't be '{word}': {', '.join(allowed)}")
        return found

    def _one(self, table: Table, name: str, allowed: Iterable[str] = ()) -> str:
        node = table.items.get(name)
        if node is None:
            return ""
        if not isinstance(node, Scalar):
            self._wrong(node, f"'{name}' must be one word")
            return ""
        if allowed and node.text not in allowed:
            self._wrong(node, f"'{name}' can't be '{node.text}': {', '.join(allowed)}")
        return node.text

    def _nearest(self, name: str, some: Iterable[str]) -> str:
        near = difflib.get_close_matches(name, list(some), 1)
        return f"; did you mean '{near[0]}'?" if near else ""

    # --- names, conditions, texts -----------------------------------------------------------

    def _name(self, name: str, at: Node) -> str:
        if name.startswith("data."):
            self.names.setdefault(name.split(".")[1], at)
        elif not self.known.vocabulary.knows(name):
            some = (*self.known.vocabulary.facts, *self.known.vocabulary.derived)
            self._wrong(at, f"nobody knows the fact '{name}'{self._nearest(name, some)}")
        return name

    def _when(self, table: Table) -> Condition:
        node = table.items.get("if")
        if node is None:
            return always
        if not isinstance(node, Scalar):
            self._wrong(node, "'if' must be one condition")
            return always
        try:
            condition, names = parse(node.text)
        except ValueError as error:
            self._wrong(node, str(error))
            return always
        for name in sorted(names):
            self._name(name, node)
        return condition

    def _values(self, key: str, at: Node, also: Iterable[str] = ()) -> tuple[str, ...]:
        """The names of the values that a text wants, each known."""
        for lang in self.known.texts.missing(key):
            self._wrong(at, f"the text '{key}' is missing in '{lang}'")
        wanted = sorted(self.known.texts.holes(key) - {"n"})
        for name in wanted:
            head = name.partition(".")[0]
            if name not in also and not self.known.vocabulary.knows(name):
                self.names.setdefault(head, at)
        return tuple(wanted)

    def _lines(self, node: Node | None) -> tuple[Line, ...]:
        if node is None:
            return ()
        if isinstance(node, Row):
            return tuple(line for item in node.items for line in self._lines(item))
        if isinstance(node, Scalar):
            return (Line(key=node.text, values=self._values(node.text, node)),)
        self._keys(node, ("key", "n", "if"), "a text")
        key, number = self._one(node, "key"), self._one(node, "n")
        if number:
            self._name(number, node)
        return (
            Line(key=key, values=self._values(key, node), number=number, when=self._when(node)),
        )

    # --- actions --------------------------------------------------------------------------

    def _action(self, node: Node, *, spoken: bool = False, default: Target = None) -> Action:
        if not isinstance(node, Table):
            return self._branches(node, spoken=spoken)
        lines = self._lines(node.items.get("say"))
        deeds = self._deeds(node.items.get("do"))
        spoken = spoken or bool(lines) or bool(deeds)
        action = Action(sets=self._sets(node), deeds=deeds, lines=lines)
        if "start" in node.items:
            return replace(action, target=self._hand(node))
        goto = node.items.get("goto")
        if goto is None:
            if default is None:
                self._wrong(node, "this answer leads nowhere: it needs 'goto' or 'start'")
            return replace(action, target=default)
        onward = self._branches(goto, spoken=spoken)
        return replace(action, branches=onward.branches, target=onward.target)

    def _checked(self, node: Node) -> Action:
        if isinstance(node, Table):
            self._keys(node, _ACTION, "an answer")
        return self._action(node)

    def _branches(self, node: Node, *, spoken: bool) -> Action:
        if isinstance(node, Scalar):
            return Action(target=self._target(node, spoken=spoken))
        if isinstance(node, Table):
            return self._action(node, spoken=spoken)
        branches = tuple(self._branch(item, spoken=spoken) for item in node.items)
        if not branches or branches[-1].when is not always:
            self._wrong(node, "the last branch must hold always: leave out its 'if'")
        for item, branch in zip(node.items[:-1], branches[:-1], strict=True):
            if branch.when is always:
                self._wrong(item, "the branches after this one are never reached")
        return Action(branches=branches)

    def _branch(self, node: Node, *, spoken: bool) -> Action:
        if not isinstance(node, Table):
            return self._branches(node, spoken=spoken)
        self._keys(node, ("if", *_ACTION), "a branch")
        return replace(self._action(node, spoken=spoken), when=self._when(node))

    def _target(self, node: Scalar, *, spoken: bool) -> Target:
        move = _MOVES.get(node.text)
        if move in (Move.STAY, Move.END) and not spoken:
            self._wrong(node, f"'{node.text}' without a 'say': the answer would meet silence")
        if move is not None:
            return move
        if node.text not in self.steps:
            self._wrong(node, f"no step '{node.text}' here{self._nearest(node.text, self.steps)}")
            return Move.AGAIN
        return node.text

    def _hand(self, node: Table) -> Hand:
        script = self._one(node, "start")
        if script not in self.known.scripts:
            at = node.items["start"]
            self._wrong(at, f"no script '{script}'{self._nearest(script, self.known.scripts)}")
        inner = self._inner(node, "with")
        return Hand(script, {name: self._template(value) for name, value in inner})

    def _sets(self, node: Table) -> tuple[tuple[DataPath, Template], ...]:
        return tuple(
            (self._path(name), self._template(value)) for name, value in self._inner(node, "set")
        )

    def _path(self, text: str) -> DataPath:
        parts = tuple(text.split("."))
        self.written.add(parts[0])
        return parts

    def _deeds(self, node: Node | None) -> tuple[Deed, ...]:
        if node is None:
            return ()
        if isinstance(node, Row):
            return tuple(deed for item in node.items for deed in self._deeds(item))
        if isinstance(node, Scalar):
            return (Deed(effect=self._effect(node.text, node)),)
        return tuple(
            Deed(effect=self._effect(name, args), args=self._template(args)) for name, args in node
        )

    def _effect(self, name: str, at: Node) -> str:
        effects = self.known.vocabulary.effects
        if name not in effects:
            self._wrong(at, f"nobody carries out '{name}'{self._nearest(name, effects)}")
        return name

    def _template(self, node: Node) -> Template:
        if isinstance(node, Table):
            return {name: self._template(value) for name, value in node}
        if isinstance(node, Row):
            return [self._template(item) for item in node.items]
        if not node.plain:
            return node.text
        if node.text.startswith("$"):
            return self._ref(node.text[1:], node)
        if re.fullmatch(r"-?\d+", node.text):
            return int(node.text)
        return {"true": True, "false": False, "null": None}.get(node.text, node.text)

    def _ref(self, name: str, node: Node) -> Ref:
        if name not in _REFS and not name.startswith("next."):
            self._name(name, node)
        return Ref(name)

    # --- steps ----------------------------------------------------------------------------

    def _step(self, name: str, node: Node, steps: Table, idle: Mapping[str, Alarm]) -> Step:
        if not _ID.fullmatch(name):
            self._wrong(
                (self.file, steps.lines[name]), f"'{name}' is no name for a step: a-z, 0-9, _"
            )
        if not isinstance(node, Table):
            self._wrong(node, "a step is a table")
            return Step(name=name)
        self._keys(node, _STEP, "a step")
        if "route" in node.items:
            return Step(name=name, route=self._branches(node.items["route"], spoken=True))
        prefix = f"{self.file.stem}.{name}"
        own = self._alarms(node.items.get("timers"))
        without = self._some(node, "without", idle)
        listed = self._listed(node, prefix)
        choices = tuple(
            self._choice(one, value, prefix) for one, value in self._inner(node, "choices")
        )
        step = Step(
            name=name,
            lines=self._lines(node.items.get("say", Scalar(prefix, self.file, steps.lines[name]))),
            notes=self._lines(node.items.get("notes")),
            panel=self._one(node, "panel"),
            ask=self._one(node, "ask", _ASKS),
            choices=choices,
            listed=listed,
            text=self._free(node, "text"),
            location=self._free(node, "location"),
            media=self._checked(node.items["media"]) if "media" in node.items else None,
            alarms={**{k: v for k, v in idle.items() if k not in without}, **own},
            words=self._step_words(choices, node),
        )
        self._check_step(step, node)
        return step

    def _choice(self, name: str, node: Node, prefix: str) -> Choice:
        label = f"{prefix}.{name}"
        number: int | None = None
        when: Condition = always
        if not _ID.fullmatch(name):
            self._wrong(node, f"'{name}' is no id for a choice: a-z, 0-9, _, at most 30")
        if isinstance(node, Table):
            self._keys(node, _CHOICE, "a choice")
            label = self._one(node, "label") or label
            when = self._when(node)
            number = self._number(node)
        values = self._values(label, node)
        return Choice(
            id=name, label=label, action=self._action(node), values=values, number=number, when=when
        )

    def _number(self, node: Table) -> int | None:
        text = self._one(node, "number")
        if not text:
            return None
        if not text.isdigit():
            self._wrong(node.items["number"], f"'{text}' is no number")
            return None
        return int(text)

    def _listed(self, node: Table, prefix: str) -> Listed | None:
        options = node.items.get("options")
        if options is None:
            return None
        if not isinstance(options, Table):
            self._wrong(options, "'options' must be a table")
            return None
        self._keys(options, ("from", "id", "label", "values", *_ACTION), "'options'")
        label = self._one(options, "label") or f"{prefix}.option"
        fact = self._name(self._one(options, "from"), options)
        known = words(options.items.get("values"))
        values = self._values(label, options, also=known)
        return Listed(
            fact=fact,
            id=self._one(options, "id") or "id",
            label=label,
            values=tuple(dict.fromkeys((*values, "number"))),
            action=self._action(options),
        )

    def _free(self, node: Table, name: str) -> FreeText | None:
        inner = node.items.get(name)
        if inner is None:
            return None
        if not isinstance(inner, Table):
            self._wrong(inner, f"'{name}' must be a table with 'kind' and 'goto'")
            return None
        self._keys(inner, _TEXT, f"'{name}'")
        kind_name = self._one(inner, "kind") or "text"
        kind = self.known.kinds.get(kind_name)
        if kind is None:
            self._wrong(inner, f"no kind '{kind_name}'{self._nearest(kind_name, self.known.kinds)}")
            kind = next(iter(self.known.kinds.values()))
        into = self._one(inner, "into")
        self.written.update(kind.spreads)
        return FreeText(
            kind=kind,
            kind_name=kind_name,
            into=self._path(into) if into else (),
            action=self._action(inner),
            when=self._when(inner),
        )

    def _alarms(self, node: Node | None) -> dict[str, Alarm]:
        if node is None:
            return {}
        if not isinstance(node, Table):
            self._wrong(node, "timers must be a table")
            return {}
        return {name: self._alarm(name, value) for name, value in node}

    def _alarm(self, name: str, node: Node) -> Alarm:
        if not isinstance(node, Table):
            self._wrong(node, "a timer is a table with 'after'")
            return Alarm(name=name, after_s=0, action=Action(target=Move.STAY))
        self._keys(node, ("after", *_ACTION), "a timer")
        span = _SPAN.fullmatch(self._one(node, "after"))
        if span is None:
            self._wrong(node, "'after' must be a time such as 60s, 10m or 24h")
        return Alarm(
            name=name,
            after_s=int(span[1]) * _SECONDS[span[2]] if span else 0,
            action=self._action(node, default=Move.STAY),
        )

    # --- checks that need the whole -----------------------------------------------------------

    def _check_step(self, step: Step, node: Table) -> None:
        if not (step.choices or step.listed or step.text or step.location or step.media):
            self._wrong(node, f"nothing can be answered at '{step.name}'")
        numbers = [choice.number for choice in step.choices if choice.number is not None]
        free = [choice for choice in step.choices if choice.number is None]
        taken = [*numbers, *range(1, len(free) + 1)]
        for number in sorted({one for one in taken if taken.count(one) > 1}):
            self._wrong(node, f"two choices have the number {number}")
        if step.lines and step.lines[-1].when is not always:
            self._wrong(node, "the last text of a question must hold always: leave out its 'if'")

    def _step_words(self, choices: tuple[Choice, ...], node: Table) -> dict[str, Choice]:
        """What may be typed for each choice; its own words go before a general yes, no or skip."""
        found: dict[str, Choice] = {}
        for choice in choices:
            for word in sorted(self._own_words(choice)):
                other = found.setdefault(word, choice)
                if other is not choice:
                    self._wrong(node, f"'{word}' would mean both '{other.id}' and '{choice.id}'")
        for choice in choices:
            for meaning in _GENERAL.get(choice.id, ()):
                for word in self.known.lexicon.meanings.get(meaning, ()):
                    found.setdefault(word, choice)
        return found

    def _own_words(self, choice: Choice) -> frozenset[str]:
        some = set(self.known.lexicon.choices.get(choice.label, ()))
        for lang in self.known.texts.languages:
            for text in self.known.texts.variants(lang, choice.label):
                if text.holes <= {"emergency"}:
                    some |= {normal(text.text.replace("{emergency}", n)) for n in _NUMBERS}
        return frozenset(some - {""})

    def _check_data(self) -> None:
        for name, node in self.names.items():
            if name not in self.written:
                near = self._nearest(name, (*self.written, *self.known.vocabulary.facts))
                self._wrong(node, f"nothing fills in '{name}'{near}")

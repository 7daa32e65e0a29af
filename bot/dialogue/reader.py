"""One script file, read and compiled."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from bot.dialogue.actions import KEYS, Actions
from bot.dialogue.asking import always_alike
from bot.dialogue.expression import Condition, always
from bot.dialogue.lexicon import normal
from bot.dialogue.script import Action, Alarm, Choice, FreeText, Listed, Move, Script, Step
from bot.dialogue.source import Node, Scalar, Table, nearest, read, words
from bot.dialogue.ways import check_ways
from bot.dialogue.wording import Known

_TEXT: Final = ("kind", "into", "if", *KEYS)
_CHOICE: Final = ("label", "number", "if", *KEYS)
_STEP: Final = (
    *("notes", "say", "again", "panel", "ask", "choices", "options", "text", "location", "media"),
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
# A label may be said with the emergency number of either country.
_NUMBERS: Final = ("101", "112")


def read_script(file: Path, known: Known) -> Script:
    """The compiled script; mistakes go into `known.problems`."""
    return _Reader(file, known).script()


class _Reader(Actions):
    """Reads steps and the script around them."""

    __slots__ = ()

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
        script = replace(script, texts=frozenset(self.said), begins=frozenset(self.begun))
        self._check_data()
        check_ways(script, steps, self.known.problems)
        return script

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
            again=next(iter(self._lines(node.items.get("again"))), None),
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
            made={} if always_alike(choices, listed) else None,
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
        self._keys(options, ("from", "id", "label", "values", *KEYS), "'options'")
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
            self._wrong(inner, f"no kind '{kind_name}'{nearest(kind_name, self.known.kinds)}")
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
        self._keys(node, ("after", *KEYS), "a timer")
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
                near = nearest(name, (*self.written, *self.known.vocabulary.facts))
                self._wrong(node, f"nothing fills in '{name}'{near}")

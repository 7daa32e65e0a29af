"""What a script file says, one node at a time: keys, conditions and texts, each checked."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.dialogue.expression import Condition, always, parse
from bot.dialogue.kinds import Kind
from bot.dialogue.lexicon import Lexicon
from bot.dialogue.script import Line
from bot.dialogue.source import Node, Problems, Row, Scalar, Table, nearest, words
from bot.dialogue.texts import Texts
from bot.dialogue.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What scripts may name, and where mistakes go."""

    texts: Texts
    lexicon: Lexicon
    kinds: Mapping[str, Kind]
    vocabulary: Vocabulary
    scripts: frozenset[str]
    problems: Problems


@dataclass(slots=True)
class Wording:
    """Reads one file.

    `names` are the data keys it asks for, `written` those that it fills in, `said` its texts,
    `begun` the scripts that it goes on with.
    """

    file: Path
    known: Known
    names: dict[str, Node] = field(default_factory=dict)
    written: set[str] = field(default_factory=set)
    said: set[str] = field(default_factory=set)
    begun: set[str] = field(default_factory=set)
    steps: Mapping[str, Node] = field(default_factory=dict)

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

    def _name(self, name: str, at: Node) -> str:
        if name.startswith("data."):
            self.names.setdefault(name.split(".")[1], at)
        elif not self.known.vocabulary.knows(name):
            some = (*self.known.vocabulary.facts, *self.known.vocabulary.derived)
            self._wrong(at, f"nobody knows the fact '{name}'{nearest(name, some)}")
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
        self.said.add(key)
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

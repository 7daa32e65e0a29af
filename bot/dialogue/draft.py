"""The draft of a conversation during one turn: what it knows, and how to take it back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot.dialogue.kinds import cut
from bot.dialogue.lexicon import Lexicon
from bot.dialogue.script import Ref, Template
from bot.dialogue.state import GONE, Path, Undo, lookup, put

if TYPE_CHECKING:
    from bot.dialogue.vocabulary import Vocabulary


class Draft:
    """Data, facts and time, as conditions and texts see them.

    `answer` and `chosen` are what was answered last; `undo` takes back all that was set with it.
    """

    __slots__ = ("_facts", "_vocabulary", "answer", "chosen", "data", "lexicon", "now", "undo")

    def __init__(
        self,
        data: Mapping[str, Any],
        *,
        facts: Mapping[str, Any],
        now: datetime | None,
        lexicon: Lexicon,
        vocabulary: Vocabulary,
    ) -> None:
        self.data = data
        self.now = now
        self.lexicon = lexicon
        self.undo: list[Undo] = []
        self.answer: Any = None
        self.chosen: Any = None
        self._facts = facts
        self._vocabulary = vocabulary

    def value(self, name: str) -> Any:
        """A fact, a derived value, `data.key`, or (in texts) a key of the data by itself."""
        derived = self._vocabulary.derived.get(name)
        if derived is not None:
            return derived(self)
        head, dot, rest = name.partition(".")
        if head == "data":
            found = lookup(self.data, tuple(rest.split(".")))
            return None if found is GONE else found
        if head not in self._facts and head not in self._vocabulary.facts:
            return self.data.get(head)
        found = self._facts.get(head, self._vocabulary.facts.get(head))
        found = found(self.data) if callable(found) else found
        return found.get(rest) if dot and isinstance(found, Mapping) else found

    def shown(self, name: str) -> Any:
        """The value as a text shows it."""
        found = self.value(name)
        if found is None:
            return ""
        return cut(found) if isinstance(found, str) else found

    def set(self, path: Path, value: Any) -> None:
        """Change the draft so that `terug` can take it back; `@` is the present person."""
        path = tuple(int(self.data.get("at") or 0) if part == "@" else part for part in path)
        self.undo.append((path, lookup(self.data, path)))
        self.data = put(self.data, path, value)

    def keep(self, key: str, value: Any) -> None:
        """Change the draft for good."""
        self.data = put(self.data, (key,), value)

    def restore(self, undo: tuple[Undo, ...]) -> None:
        """Take back what was set."""
        for path, old in reversed(undo):
            self.data = put(self.data, path, old)

    def filled(self, template: Template) -> Any:
        """The template with its references looked up."""
        if isinstance(template, Ref):
            return self._referred(template.name)
        if isinstance(template, Mapping):
            return {key: self.filled(value) for key, value in template.items()}
        if isinstance(template, list):
            return [self.filled(value) for value in template]
        return template

    def _referred(self, name: str) -> Any:
        if name == "answer":
            return self.answer
        if name == "choice":
            return self.chosen
        if name == "now":
            return None if self.now is None else self.now.isoformat(timespec="milliseconds")
        if name == "gone":
            return GONE
        if name.startswith("next."):
            return int(self.data.get(name.removeprefix("next.")) or 0) + 1
        return self.value(name)

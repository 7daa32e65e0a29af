"""The words people use, of every language at once: `config/texts/<lang>/words.yaml`.

Whoever has Dutch questions may answer in French. A word stands for itself whatever its case,
accents and end marks; a number may be written `2`, `2.`, `2)`, `twee` or as a keycap.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bot.dialogue.source import Problems, Table, read, words
from bot.dialogue.texts import LEXICON

GLOBAL: Final = ("back", "stop", "help", "call", "done")
_SINGLE: Final = (*GLOBAL, "yes", "no", "skip", "noise", "now")
_NOISE_MAX: Final = 80  # characters: more than that says something
_TABLES: Final = ("numbers", "choices", "kinds")

_NOISE = re.compile(r"[^\w\s]+|_")
# The same for ASCII, where nothing needs to be taken apart first.
_PLAIN: Final = {
    code: None if chr(code) == "'" else chr(code).lower() if chr(code).isalnum() else " "
    for code in range(128)
}
_NUMBER = re.compile(r"[(\[#]?\s*(\d{1,4})\s*[.):\]]?")


def normal(text: str) -> str:
    """The text as it is compared: no case, accents, marks or double spaces.

    Only as much as a word or a sentence: a novel is no choice.
    """
    if text.strip(" ?") == "" and "?" in text:
        return "?"
    if text.isascii():
        return " ".join(text[:200].translate(_PLAIN).split())
    flat = unicodedata.normalize("NFKD", text[:200].casefold())
    bare = "".join(char for char in flat if not unicodedata.combining(char))
    return " ".join(_NOISE.sub(" ", bare.replace("'", "").replace("’", "")).split())


@dataclass(slots=True)
class Lexicon:
    """Words by what they mean, already normalised."""

    meanings: dict[str, frozenset[str]] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    choices: dict[str, frozenset[str]] = field(default_factory=dict)
    lines: dict[str, tuple[Path, int]] = field(default_factory=dict)
    _sought: dict[str, set[str]] = field(default_factory=dict)
    _danger: re.Pattern[str] | None = None
    _asking: re.Pattern[str] | None = None
    _answering: re.Pattern[str] | None = None
    _kinds: tuple[tuple[str, re.Pattern[str]], ...] = ()
    _global: dict[str, str] = field(default_factory=dict)
    _noise: re.Pattern[str] | None = None

    @classmethod
    def load(cls, *folders: Path) -> Lexicon:
        """Read every `<lang>/words.yaml`. Raises ConfigurationError with all problems."""
        problems = Problems()
        lexicon = cls()
        for folder in folders:
            for file in sorted(folder.glob(f"*/{LEXICON}")):
                lexicon._take(read(file, problems), problems)
        problems.check()
        lexicon._finish()
        return lexicon

    def _take(self, table: Table, problems: Problems) -> None:
        for name, node in table:
            if name in _SINGLE:
                self._add(self.meanings, name, words(node))
            elif name in ("danger", "asking", "answering"):
                self._sought.setdefault(name, set()).update(words(node))
            elif name in _TABLES and isinstance(node, Table):
                self._take_table(name, node, problems)
            else:
                problems.add((table.file, table.lines[name]), f"'{name}' is no list of words here")

    def _take_table(self, name: str, table: Table, problems: Problems) -> None:
        for key, node in table:
            if name == "numbers":
                if not key.isdigit():
                    problems.add((table.file, table.lines[key]), f"'{key}' is no number")
                    continue
                self.numbers.update((normal(word), int(key)) for word in words(node))
            else:
                if name == "choices":
                    self._add(self.choices, key, words(node))
                else:
                    self._sought.setdefault(f"kind {key}", set()).update(words(node))
                self.lines.setdefault(f"{name}.{key}", (table.file, table.lines[key]))

    @staticmethod
    def _add(to: dict[str, frozenset[str]], name: str, new: Iterable[str]) -> None:
        to[name] = to.get(name, frozenset()) | ({normal(word) for word in new} - {""})

    def _finish(self) -> None:
        self._danger = _starts(self._sought.pop("danger", ()))
        self._asking = _starts(f"{word}." for word in self._sought.pop("asking", ()))
        self._answering = _starts(f"{word}." for word in self._sought.pop("answering", ()))
        self._kinds = tuple(
            (name.removeprefix("kind "), pattern)
            for name, some in self._sought.items()
            if (pattern := _starts(some))
        )
        self._global = {word: name for name in GLOBAL for word in self.meanings.get(name, ())}
        self._noise = _sequence(self.meanings, "noise", beside=("yes", "no"))

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of incident that have words."""
        return frozenset(name for name, _ in self._kinds)

    def means(self, text: str, meaning: str) -> bool:
        """Whether the whole message is one of the words for `meaning`."""
        return normal(text) in self.meanings.get(meaning, ())

    def chooses(self, text: str, label: str) -> bool:
        """Whether the whole message is one of the words for a choice, wherever it is typed."""
        return normal(text) in self.choices.get(label, ())

    def global_word(self, plain: str) -> str | None:
        """back, stop, help, call or done, if the normalised message is a word for it."""
        return self._global.get(plain)

    def number(self, text: str, plain: str | None = None) -> int | None:
        """The number that the whole message is, in figures or as a word."""
        if len(text) > 40:
            return None
        if len(text) <= 4 and text.isascii() and text.isdecimal():
            return int(text)
        bare = unicodedata.normalize("NFKC", text).replace("\ufe0f", "").replace("\u20e3", "")
        match = _NUMBER.fullmatch(bare.strip())
        if match:
            return int(match[1])
        return self.numbers.get(normal(text) if plain is None else plain)

    def dangerous(self, text: str) -> bool:
        """Whether the text speaks of violence, fire or somebody hurt."""
        return bool(self._danger and self._danger.search(_whole(text)))

    def asks(self, text: str) -> bool:
        """Whether the text may be a question: it has the mark, or begins as questions do."""
        return "?" in text or self.begins_asking(text)

    def answers(self, text: str) -> bool:
        """Whether the text begins as what somebody saw of an alert does: "gezien", "ik zie hem"."""
        return self._answering is not None and self._answering.match(normal(text)) is not None

    def begins_asking(self, text: str) -> bool:
        """Whether the text begins as only questions do: a mark alone may stand behind a report."""
        return self._asking is not None and self._asking.match(normal(text)) is not None

    def kind(self, text: str) -> str:
        """The kind of incident whose words stand first in the text, or ''."""
        plain = _whole(text)
        found = [
            (match.start(), kind) for kind, some in self._kinds if (match := some.search(plain))
        ]
        return min(found)[1] if found else ""

    def is_noise(self, text: str) -> bool:
        """Whether the message only thanks or cheers: thumbs, 'ok', 'ok, bedankt allemaal'."""
        plain = normal(text)
        if not plain or self._noise is None:
            return not plain and bool(text.strip())
        return len(text) <= _NOISE_MAX and self._noise.fullmatch(plain) is not None


def _whole(text: str) -> str:
    return " ".join(normal(text[at : at + 200]) for at in range(0, min(len(text), 4000), 200))


def _sequence(
    meanings: Mapping[str, frozenset[str]], name: str, *, beside: tuple[str, ...]
) -> re.Pattern[str] | None:
    """Fits what is made of these words, at least one, and of those of `beside`: "ja, bedankt"."""
    some = meanings.get(name, frozenset())
    if not some:
        return None
    more = some.union(*(meanings.get(other, frozenset()) for other in beside))
    one, any_ = (
        "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
        for words in (some, more)
    )
    return re.compile(f"(?:(?:{any_}) ){{0,3}}(?:{one})(?: (?:{any_}))*")


def _starts(some: Iterable[str]) -> re.Pattern[str] | None:
    """Finds any of the words at the start of a word: `gewond` finds "gewonden".

    With a full stop behind it a word must stand whole: `mes.` doesn't find "messenger".
    """
    parts = [re.escape(normal(word)) + (r"\b" if word.endswith(".") else "") for word in some]
    ordered = sorted(parts, key=len, reverse=True)
    return re.compile(r"\b(?:" + "|".join(ordered) + ")") if ordered else None

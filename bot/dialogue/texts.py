"""What people read, by language and key: `config/texts/<lang>/<room>.yaml`.

Keys have dots; a file may nest them. `{name}` is filled in with a value; `**bold**` is the only
markup. A text with a singular has `key.one` and `key.other`, chosen by the value `n`; where nobody
or nothing is worth its own words, `key.zero` too.
`words.yaml` beside the texts holds what people may say and is the lexicon's.

At night a gap must not cost an alert: `say` never fails. A text missing in one language is said
in another, a value that is missing shows as its name; `problems` finds both beforehand. It also
finds what a city wrote in vain: a key that nobody says.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from bot.dialogue.source import Node, Problem, Problems, Scalar, Table, nearest, read

LEXICON: Final = "words.yaml"
FALLBACK: Final = ("nl", "en")
_HOLE = re.compile(r"\{([A-Za-z_][A-Za-z0-9_.]*)\}")
_BRACE = re.compile(r"[{}]")
_PLURAL = (".one", ".other")
_FORMS: Final = (".zero", *_PLURAL)
_OWN_WORDS: Final = {0: ".zero", 1: ".one"}


class Text(NamedTuple):
    """One text in one language, and where it stands."""

    text: str
    file: Path
    line: int

    @property
    def holes(self) -> frozenset[str]:
        """The names of the values it wants."""
        return frozenset(_HOLE.findall(self.text))


class Own(NamedTuple):
    """A text that a city wrote over those that ship."""

    lang: str
    key: str
    text: Text


class Texts:
    """Every text of every room. `own` are those of later folders."""

    def __init__(
        self,
        texts: Mapping[str, Mapping[str, Text]],
        found: list[Problem],
        own: Sequence[Own] = (),
        shipped: frozenset[str] = frozenset(),
    ) -> None:
        self._texts = texts
        self._found = found
        self._shipped = shipped
        self.own = tuple(own)
        self._pieces: dict[tuple[str, str, str], list[str]] = {}
        self.languages: tuple[str, ...] = tuple(sorted(texts, key=_shown_first))

    @classmethod
    def load(cls, first: Path, *later: Path) -> Texts:
        """Read every `<lang>/*.yaml`; a later folder's text replaces an earlier one's."""
        problems = Problems()
        texts = {lang: dict(new) for lang, new in _folder(first, problems)}
        shipped = frozenset(key for some in texts.values() for key in some)
        own: list[Own] = []
        for folder in later:
            for lang, new in _folder(folder, problems):
                if lang in texts:
                    texts[lang].update(new)
                    own += (Own(lang, key, text) for key, text in new.items())
                else:
                    _no_language(lang, new, sorted(texts, key=_shown_first), problems)
        return cls(texts, problems.found, own, shipped)

    def say(self, lang: str, key: str, /, **values: Any) -> str:
        """The text in `lang` with its values filled in."""
        n = values.get("n")
        pieces = self._pieces.get((lang, key, _form(n))) or self._take_apart(lang, key, n)
        if len(pieces) == 1:
            return pieces[0]
        filled = pieces.copy()
        for at in range(1, len(pieces), 2):
            name = pieces[at]
            filled[at] = str(values[name]) if name in values else f"{{{name}}}"
        return "".join(filled)

    def _take_apart(self, lang: str, key: str, n: Any) -> list[str]:
        """What stands between the holes, and the holes' names, by turns; kept for the next time."""
        found = self.find(lang, key, n)
        if found is None:
            return [key]
        pieces = _HOLE.split(found.text)
        if lang in self._texts:
            self._pieces[lang, key, _form(n)] = pieces
        return pieces

    def find(self, lang: str, key: str, n: Any = None) -> Text | None:
        """The text in `lang`, or in another language where it is missing there."""
        for texts in self._in_order(lang):
            found = texts.get(key) or texts.get(key + _form(n)) or texts.get(key + ".other")
            if found:
                return found
        return None

    def missing(self, key: str) -> tuple[str, ...]:
        """The languages in which nobody wrote this text."""
        return tuple(lang for lang in self.languages if not self.variants(lang, key))

    def variants(self, lang: str, key: str) -> tuple[Text, ...]:
        """The text as written: one, or one for each number that has its own words."""
        texts = self._texts.get(lang, {})
        names = (key,) if key in texts else tuple(key + form for form in _FORMS)
        return tuple(texts[name] for name in names if name in texts)

    def holes(self, key: str) -> frozenset[str]:
        """The values that the text wants, in any language."""
        return frozenset().union(
            *(text.holes for lang in self.languages for text in self.variants(lang, key))
        )

    def problems(self, said: Collection[str] = ()) -> list[Problem]:
        """What could not be read, differs between the languages, or is never said.

        `said` are the keys that scripts say: with those that ship, all that anybody does.
        """
        problems = Problems(list(self._found))
        in_vain = [one for one in self.own if not self._is_said(one.key, said)]
        for one in in_vain:
            near = nearest(one.key, {*self._shipped, *said})
            problems.add((one.text.file, one.text.line), f"nobody says the text '{one.key}'{near}")
        keys = {key for texts in self._texts.values() for key in texts}
        for key in sorted(keys - {one.key for one in in_vain}):
            self._compare(key, problems)
        return sorted(set(problems.found))

    def _is_said(self, key: str, said: Collection[str]) -> bool:
        """Whether `find` may come to this key: as it is, as a plural, or in place of one."""
        known = self._shipped.union(said)
        if key in known or any(key + form in self._shipped for form in _FORMS):
            return True
        stem = next((key.removesuffix(form) for form in _FORMS if key.endswith(form)), key)
        if stem == key or any(stem in texts for texts in self._texts.values()):
            return False
        return any(one in known for one in (stem, *(stem + form for form in _FORMS)))

    def _compare(self, key: str, problems: Problems) -> None:
        where = {lang: texts[key] for lang, texts in self._texts.items() if key in texts}
        first, *_ = where.values()
        for lang in self.languages:
            if lang not in where:
                problems.add((first.file, first.line), f"'{key}' has no text in '{lang}'")
        wanted = frozenset().union(*(text.holes for text in where.values()))
        for text in where.values():
            for hole in sorted(wanted - text.holes - {"n"}):
                problems.add(
                    (text.file, text.line),
                    f"'{key}' doesn't use {{{hole}}}, which another language does",
                )
            if _BRACE.search(_HOLE.sub("", text.text)):
                problems.add((text.file, text.line), f"'{key}' has a brace that names no value")
        self._check_plural(key, where, problems)

    def _check_plural(self, key: str, where: dict[str, Text], problems: Problems) -> None:
        for own, other in (_PLURAL, _PLURAL[::-1]):
            stem = key.removesuffix(own)
            for lang, text in where.items():
                counts = key.endswith(own) and "n" in text.holes
                if counts and stem + other not in self._texts[lang]:
                    problems.add((text.file, text.line), f"'{key}' stands without '{stem}{other}'")

    def _in_order(self, lang: str) -> Iterator[Mapping[str, Text]]:
        for code in (lang, *FALLBACK, *self.languages):
            if code in self._texts:
                yield self._texts[code]


def _form(n: Any) -> str:
    return _OWN_WORDS.get(n, ".other")


def _shown_first(lang: str) -> tuple[int, str]:
    return (FALLBACK.index(lang) if lang in FALLBACK else len(FALLBACK), lang)


def _folder(folder: Path, problems: Problems) -> Iterator[tuple[str, dict[str, Text]]]:
    for place in sorted(path for path in folder.glob("*") if path.is_dir()):
        files = [file for file in sorted(place.glob("*.yaml")) if file.name != LEXICON]
        if not files:
            continue
        texts: dict[str, Text] = {}
        for file in files:
            for key, text in _flat(read(file, problems), "", problems):
                if key in texts:
                    earlier = texts[key]
                    problems.add(
                        (file, text.line), f"'{key}' stands in {earlier.file}:{earlier.line} too"
                    )
                texts[key] = text
        yield place.name, texts


def _no_language(
    lang: str, texts: Mapping[str, Text], shipped: Sequence[str], problems: Problems
) -> None:
    if texts:
        first = next(iter(texts.values()))
        only = ", ".join(shipped)
        problems.add(
            (first.file, first.line), f"no texts ship in '{lang}', only in {only}; it is not read"
        )


def _flat(table: Table, prefix: str, problems: Problems) -> Iterator[tuple[str, Text]]:
    for name, node in table:
        key = f"{prefix}{name}"
        if isinstance(node, Table):
            yield from _flat(node, f"{key}.", problems)
        elif isinstance(node, Scalar) and node.text.strip():
            yield key, Text(node.text.strip(), node.file, table.lines[name])
        else:
            problems.add(_at(table, name, node), f"'{key}' must be a text")


def _at(table: Table, name: str, node: Node) -> tuple[Path, int]:
    return (node.file, table.lines[name])

"""The commands people may type: `config/commands.yaml`.

A command has names in every language, all understood at once; the first one of a language is the
one its menu shows. With a slash it may stand anywhere; without one only in a direct chat, and
only where its `bare` says that what follows is meant for it:

    alone     nothing may follow
    code      nothing, or one word, may follow
    number    nothing, or the number of an alert, may follow
    place     nothing, or a number or the name of a neighbourhood, may follow
    words     up to five single words may follow
    text      anything may follow
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final, TypeVar

from bot.dialogue.lexicon import normal
from bot.dialogue.source import Node, Problems, Scalar, Table, read, words
from bot.messaging import ChatKind, CommandMenu

LANGUAGES: Final = ("nl", "en", "fr", "de")
_KEYS: Final = ("audience", "where", "bare", "names", "description")
_MENU_NAME = re.compile(r"[a-z0-9_]{1,32}", re.ASCII)
_NUMBER = re.compile(r"#?(?:[MO]-\d{4}-)?\d{1,6}", re.IGNORECASE)
_WORD = re.compile(r"[\w.,:/–-]{1,40}")
_SLASH = re.compile(r"/([^\s@/]{1,40})(?:@\w+)?(?:\s+(.*))?", re.DOTALL)
_LONGEST = 5  # words in one name
_SLIPS_FROM: Final = 4  # letters: shorter names are a slip away from too many words
_Some = TypeVar("_Some", bound=StrEnum)


class Audience(StrEnum):
    """Who may use a command."""

    ANYONE = "anyone"
    RESIDENT = "resident"
    COORDINATOR = "coordinator"
    PREVENTION = "prevention"
    POLICE = "police"


# Whoever is the one may also do what the others may.
INCLUDES: Final[Mapping[Audience, tuple[Audience, ...]]] = {
    Audience.ANYONE: (Audience.ANYONE,),
    Audience.RESIDENT: (Audience.ANYONE, Audience.RESIDENT),
    Audience.COORDINATOR: (Audience.ANYONE, Audience.RESIDENT, Audience.COORDINATOR),
    Audience.PREVENTION: (Audience.ANYONE, Audience.PREVENTION),
    Audience.POLICE: (Audience.ANYONE, Audience.POLICE),
}


class Where(StrEnum):
    """In which chat a command belongs. It is understood in both, to be able to say so."""

    DIRECT = "direct"
    GROUP = "group"
    BOTH = "both"


class Bare(StrEnum):
    """What may follow a command that has no slash."""

    ALONE = "alone"
    CODE = "code"
    NUMBER = "number"
    PLACE = "place"
    WORDS = "words"
    TEXT = "text"


_MOST_WORDS: Final[Mapping[Bare, int]] = {
    Bare.ALONE: 0,
    Bare.CODE: 1,
    Bare.NUMBER: 0,
    Bare.PLACE: 5,
    Bare.WORDS: 5,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What somebody typed: which command, and the words behind it.

    `explicit`: it had the slash. `misplaced`: it belongs in the other kind of chat.
    `may_be_place`: it is a command only if `args` name a neighbourhood of the speaker.
    """

    id: str
    args: str = ""
    explicit: bool = True
    misplaced: bool = False
    may_be_place: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One command of the table; names and descriptions by language."""

    id: str
    audience: Audience
    where: Where
    bare: Bare
    names: Mapping[str, tuple[str, ...]]
    description: Mapping[str, str]


class CommandTable:
    """All commands."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries: Mapping[str, Entry] = {entry.id: entry for entry in entries}
        self._by_name = {
            normal(name): entry
            for entry in entries
            for names in ((entry.id,), *entry.names.values())
            for name in names
        }
        self._first_words = frozenset(name.partition(" ")[0] for name in self._by_name)

    @classmethod
    def load(cls, file: Path) -> CommandTable:
        """Read the table. Raises ConfigurationError with every problem."""
        problems = Problems()
        table = cls.check(file, problems)
        problems.check()
        return table

    @classmethod
    def check(cls, file: Path, problems: Problems) -> CommandTable:
        """What could be read; what is wrong goes into `problems`."""
        table = read(file, problems)
        entries = [
            entry for name, node in table if (entry := _entry(name, node, problems)) is not None
        ]
        _check_names(entries, table, problems)
        return cls(entries)

    def parse(self, text: str, *, chat_kind: ChatKind) -> Command | None:
        """The command that a message is, or None for words that are none."""
        text = text.strip()
        slash = _SLASH.fullmatch(text) if text.startswith("/") else None
        if slash:
            entry = self._by_name.get(normal(slash[1]))
            if entry is None:
                return None
            return _command(entry, slash[2] or "", chat_kind, explicit=True)
        if chat_kind is ChatKind.GROUP or not text:
            return None
        return self._bare(text)

    def _bare(self, text: str) -> Command | None:
        parts = text.split(maxsplit=_LONGEST)
        first = normal(parts[0]).partition(" ")[0]
        if first not in self._first_words and first not in ("", "?"):
            return None
        for length in range(min(len(parts), _LONGEST), 0, -1):
            entry = self._by_name.get(normal(" ".join(parts[:length])))
            if entry is not None:
                rest = text.split(maxsplit=length)[length:]
                args = rest[0].strip() if rest else ""
                fits = _follows(entry.bare, args)
                return _command(entry, args, ChatKind.DIRECT, explicit=False) if fits else None
        return None

    def nearly(self, text: str, command: str) -> bool:
        """Whether a single word is a name of this command but for one slip of the thumb."""
        word = normal(text)
        names = {name for name, entry in self._by_name.items() if entry.id == command}
        return any(_one_slip(word, name) for name in names if len(name) >= _SLIPS_FROM)

    def may(self, command: str, role: str) -> bool:
        """Whether somebody of this role may use the command."""
        entry = self.entries.get(command)
        return entry is not None and entry.audience in INCLUDES[Audience(role)]

    def only_for(self, audience: str) -> frozenset[str]:
        """The ids of the commands for exactly these people."""
        return frozenset(e.id for e in self.entries.values() if e.audience == audience)

    def described(self, audience: str, lang: str) -> list[tuple[str, str]]:
        """(name, description) of the commands for exactly these people."""
        return [
            (_name(entry, lang), entry.description.get(lang) or entry.description["nl"])
            for entry in self.entries.values()
            if entry.audience == audience
        ]

    def menus(self, audience: str) -> CommandMenu:
        """What a messenger may list for these people: everything they may use, by language."""
        included = INCLUDES[Audience(audience)]
        return CommandMenu(
            audience=audience,
            entries={
                lang: [pair for one in included for pair in self.described(one, lang)]
                for lang in LANGUAGES
            },
        )


def _name(entry: Entry, lang: str) -> str:
    return (entry.names.get(lang) or entry.names["nl"])[0]


def _follows(bare: Bare, args: str) -> bool:
    if not args or bare is Bare.TEXT:
        return True
    if bare in (Bare.NUMBER, Bare.PLACE) and is_number(args):
        return True
    parts = args.split()
    return len(parts) <= _MOST_WORDS[bare] and all(map(_WORD.fullmatch, parts))


def _one_slip(word: str, name: str) -> bool:
    """One letter too many, too few or another, or two in each other's place; not the first one."""
    if word[:1] != name[:1] or " " in word:
        return False
    short, long = sorted((word, name), key=len)
    if len(long) == len(short):
        wrong = [at for at in range(len(word)) if word[at] != name[at]]
        first, last = (wrong[0], wrong[-1] + 1) if wrong else (0, 0)
        swapped = word[first:last] == name[first:last][::-1]
        return len(wrong) == 1 or (last - first == 2 and swapped)
    return any(long[:at] + long[at + 1 :] == short for at in range(len(long)))


def is_number(args: str) -> bool:
    """Whether these words are the number of an alert or a request, and nothing else."""
    return bool(_NUMBER.fullmatch(args.rstrip(".")))


def _command(entry: Entry, args: str, chat: ChatKind, *, explicit: bool) -> Command:
    here = {ChatKind.DIRECT: Where.DIRECT, ChatKind.GROUP: Where.GROUP}[chat]
    misplaced = entry.where not in (Where.BOTH, here)
    args = args.strip()
    return Command(
        id=entry.id,
        args=args,
        explicit=explicit,
        misplaced=misplaced,
        may_be_place=entry.bare is Bare.PLACE and bool(args) and not is_number(args),
    )


def _entry(name: str, node: Node, problems: Problems) -> Entry | None:
    if not isinstance(node, Table):
        return None
    for key in node.items:
        if key not in _KEYS:
            near = difflib.get_close_matches(key, _KEYS, 1)
            hint = f"; did you mean '{near[0]}'?" if near else f": {', '.join(_KEYS)}"
            problems.add((node.file, node.lines[key]), f"a command has no '{key}'{hint}")
    names = {lang: words(value) for lang, value in _inner(node, "names", problems)}
    description = {
        lang: value.text
        for lang, value in _inner(node, "description", problems)
        if isinstance(value, Scalar)
    }
    for lang in LANGUAGES:
        if not names.get(lang) or not description.get(lang):
            problems.add(node, f"'{name}' needs names and a description in '{lang}'")
        elif not _MENU_NAME.fullmatch(names[lang][0]):
            problems.add(node, f"'{names[lang][0]}' can't be listed: a-z, 0-9 and _, at most 32")
    return Entry(
        id=name,
        audience=_one_of(node, "audience", Audience, Audience.COORDINATOR, problems),
        where=_one_of(node, "where", Where, Where.DIRECT, problems),
        bare=_one_of(node, "bare", Bare, Bare.ALONE, problems),
        names=names,
        description=description,
    )


def _inner(node: Table, name: str, problems: Problems) -> Iterable[tuple[str, Node]]:
    inner = node.items.get(name)
    if isinstance(inner, Table):
        return list(inner)
    problems.add(node, f"'{name}' by language is missing")
    return []


def _one_of(node: Table, name: str, kind: type[_Some], default: _Some, problems: Problems) -> _Some:
    value = node.items.get(name)
    if isinstance(value, Scalar) and value.text in list(kind):
        return kind(value.text)
    problems.add(value or node, f"'{name}' must be one of {', '.join(kind)}")
    return default


def _check_names(entries: Sequence[Entry], table: Table, problems: Problems) -> None:
    owner: dict[str, str] = {}
    for entry in entries:
        for name in sorted({normal(one) for some in entry.names.values() for one in some}):
            other = owner.setdefault(name, entry.id)
            if other != entry.id:
                at = (table.file, table.lines[entry.id])
                problems.add(at, f"'{name}' would mean both '{other}' and '{entry.id}'")

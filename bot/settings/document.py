"""Reading YAML so that every value still knows its line.

PyYAML's `compose` gives nodes with marks. `${NAME}` is put aside before parsing, because inside
`{...}` YAML would read its brace as a mapping; it is filled in from the environment when the
value is asked for, so a variable in a comment is nobody's business.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import yaml

from bot.errors import ConfigurationError

if TYPE_CHECKING:
    from bot.settings.model import Settings

_VARIABLE = re.compile(r"\$\{([^{}\n]*)\}")
_OPEN, _CLOSE = "\ue000", "\ue001"  # private use: no text of ours holds them
_ASIDE = re.compile(f"{_OPEN}([^{_CLOSE}]*){_CLOSE}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

MERGE: Final = "tag:yaml.org,2002:merge"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong; `line` 0 means the file as a whole."""

    line: int
    key: str
    text: str

    def at(self, file: Path) -> str:
        """The problem as one line for the operator."""
        place = f"{file}:{self.line}: " if self.line else f"{file}: "
        return place + (f"{self.key}: " if self.key else "") + self.text


class SettingsError(ConfigurationError):
    """A configuration has problems: all of them, each with file, line, key and the cure.

    `read` is what could be read all the same, with stand-ins where something is wrong.
    """

    def __init__(self, file: Path, problems: list[Problem], read: Settings | None = None) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(problem.at(file) for problem in self.problems))
        self.file = file
        self.read = read

    def concerns(self, key: str) -> bool:
        """Whether something is wrong with this key, or within it."""
        within = (f"{key}.", f"{key}[")
        return any(one.key == key or one.key.startswith(within) for one in self.problems)


class Wrong(ValueError):  # read as "raise Wrong(...)" in the converters
    """A value is not what its key asks for; the text says what would be right."""


@dataclass(slots=True)
class Document:
    """One file under reading, and what is wrong with it so far."""

    file: Path
    environ: Mapping[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def report(self, line: int, key: str, text: str) -> None:
        """Note a problem and go on, so that the operator reads all at once."""
        problem = Problem(line, key, text)
        if problem not in self.problems:
            self.problems.append(problem)

    def root(self) -> yaml.Node | None:
        """The file's top node, or None when it can't be read (reported)."""
        try:
            text = self.file.read_bytes().decode("utf-8-sig")
        except FileNotFoundError:
            self.report(0, "", "there is no such file; `saarbot init` writes one")
        except OSError as error:
            self.report(0, "", f"can't be read: {error.strerror}")
        except UnicodeDecodeError as error:
            self.report(0, "", f"is not UTF-8 text (byte {error.start})")
        else:
            return self.compose(text)
        return None

    def compose(self, text: str) -> yaml.Node | None:
        """Parse; a mistake of syntax is one problem, for nothing behind it can be read."""
        try:
            node = yaml.compose(_VARIABLE.sub(f"{_OPEN}\\1{_CLOSE}", text), Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            self.report(mark.line + 1 if mark else 0, "", f"this is no YAML: {error.problem}")
            return None
        except RecursionError:
            self.report(0, "", "is nested too deeply to be read")
            return None
        except yaml.reader.ReaderError as error:
            line = text.count("\n", 0, int(error.position)) + 1
            self.report(line, "", "a character that YAML doesn't allow")
            return None
        if node is None:
            self.report(0, "", "the file is empty; `saarbot init` writes one")
        return node

    def fill(self, text: str) -> str:
        """Put the environment's values in place of `${NAME}`; raises Wrong if one is missing."""
        return _ASIDE.sub(self._variable, text)

    def _variable(self, found: re.Match[str]) -> str:
        name = found[1]
        if not _NAME.fullmatch(name):
            raise Wrong(f"${{{name}}} is no name of an environment variable")
        try:
            return self.environ[name]
        except KeyError:
            raise Wrong(f"the environment variable {name} is not set") from None


def as_written(text: str) -> str:
    """The text with `${NAME}` as the operator wrote it."""
    return _ASIDE.sub(r"${\1}", text)

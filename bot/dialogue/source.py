"""YAML whose every value still knows its line, and the list of what is wrong with it.

Scalars stay as they are written: `no:` is a key and `101` a text, not a truth and a number.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from bot.errors import ConfigurationError

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value, as written; `plain` is False where it stood between quotes or in a block."""

    text: str
    file: Path
    line: int
    plain: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """Keys and values in the order of the file; `lines` tells where each key stands."""

    items: dict[str, Node]
    lines: dict[str, int]
    file: Path
    line: int

    def __iter__(self) -> Iterator[tuple[str, Node]]:
        return iter(self.items.items())


@dataclass(frozen=True, slots=True)
class Row:
    """A list."""

    items: tuple[Node, ...]
    file: Path
    line: int


Node: TypeAlias = Scalar | Table | Row


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong, and where."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


@dataclass(slots=True)
class Problems:
    """Everything found so far; told all at once."""

    found: list[Problem] = field(default_factory=list)

    def add(self, at: Node | tuple[Path, int], text: str) -> None:
        """Note one problem at a node, or at a file and line."""
        file, line = at if isinstance(at, tuple) else (at.file, at.line)
        self.found.append(Problem(str(file), line, text))

    def check(self) -> None:
        """Raise ConfigurationError with every problem, if there is any."""
        if self.found:
            raise ConfigurationError("\n".join(str(one) for one in sorted(set(self.found))))


def read(file: Path, problems: Problems) -> Table:
    """The file's top table; an unreadable file is a problem and reads as empty."""
    try:
        root = yaml.compose(file.read_text(encoding="utf-8"), Loader=_LOADER)
    except (OSError, UnicodeDecodeError) as error:
        problems.add((file, 1), f"can't be read: {error}")
        root = None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        problems.add((file, line), f"not valid YAML: {error.problem or error.context}")
        root = None
    node = None if root is None else _node(root, file, problems)
    if isinstance(node, Table):
        return node
    if node is not None:
        problems.add(node, "a table of keys and values is expected here")
    return Table({}, {}, file, 1)


def _node(node: Any, file: Path, problems: Problems) -> Node:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        return _table(node, file, problems)
    if isinstance(node, yaml.SequenceNode):
        return Row(tuple(_node(item, file, problems) for item in node.value), file, line)
    return Scalar(str(node.value), file, line, plain=not node.style)


def _table(node: Any, file: Path, problems: Problems) -> Table:
    items: dict[str, Node] = {}
    lines: dict[str, int] = {}
    for key, value in node.value:
        name, line = str(key.value), key.start_mark.line + 1
        if name in items:
            problems.add((file, line), f"'{name}' stands here twice (also on line {lines[name]})")
        items[name] = _node(value, file, problems)
        lines[name] = line
    return Table(items, lines, file, node.start_mark.line + 1)


def words(node: Node | None) -> tuple[str, ...]:
    """A list of words, or a single one."""
    if node is None:
        return ()
    if isinstance(node, Row):
        return tuple(item.text for item in node.items if isinstance(item, Scalar))
    return (node.text,) if isinstance(node, Scalar) else ()


def nearest(name: str, some: Iterable[str]) -> str:
    """The end of a sentence that names what may have been meant, or nothing."""
    near = difflib.get_close_matches(name, sorted(some), 1)
    return f"; did you mean '{near[0]}'?" if near else ""

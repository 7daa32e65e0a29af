"""One mapping of the file under reading: keys are taken one by one, what is left is unknown."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import yaml

from bot.settings.document import MERGE, Document, Wrong, as_written
from bot.settings.secret import Secret

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Item:
    """One value, where it stands and what it is called."""

    document: Document
    node: yaml.Node
    line: int
    path: str

    def report(self, text: str) -> None:
        """Note a problem with this value."""
        self.document.report(self.line, self.path, text)

    @property
    def written(self) -> str:
        """A short plain value as the operator wrote it, for a message."""
        if not isinstance(self.node, yaml.ScalarNode):
            return "a list" if isinstance(self.node, yaml.SequenceNode) else "a table"
        return repr(as_written(self.node.value)[:40])


Read = Callable[[Item], T]


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint for a misspelt word: the nearest known one, or all of them."""
    names = sorted(set(known))
    close = difflib.get_close_matches(word.lower(), names, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]}?"
    return f"known are: {', '.join(names)}" if names else "nothing is known here"


class Table:
    """A mapping's keys and values. Call `done()` at the end to name the keys nobody took."""

    def __init__(self, document: Document, node: yaml.MappingNode, path: str = "") -> None:
        self.document = document
        self.path = path
        self.line = node.start_mark.line + 1
        self._items: dict[str, Item] = {}
        self._known: set[str] = set()
        for key, value in node.value:
            self._note(key, value)

    def _note(self, key: yaml.Node, value: yaml.Node) -> None:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode) or key.tag == MERGE:
            self.document.report(line, self.path, "a key must be a plain word")
            return
        name = as_written(key.value)
        if name in self._items:
            first = self._items[name].line
            self.document.report(line, self.key(name), f"stands twice; first in line {first}")
            return
        self._items[name] = Item(self.document, value, line, self.key(name))

    def key(self, name: str) -> str:
        """The whole name of a key of this table."""
        return f"{self.path}.{name}" if self.path else name

    def __contains__(self, name: str) -> bool:
        return name in self._items

    def names(self) -> list[str]:
        """All keys as they stand in the file."""
        return list(self._items)

    def line_of(self, name: str) -> int:
        """The line in which a key of this table stands."""
        return self._items[name].line

    def take(self, name: str) -> Item | None:
        """The value of a key, now known; None where it is absent or empty."""
        self._known.add(name)
        item = self._items.get(name)
        if item is None or (isinstance(item.node, yaml.ScalarNode) and _is_null(item.node)):
            return None
        return item

    def bare(self, name: str) -> Item:
        """A key with nothing behind it, read as an empty table."""
        item = self._items[name]
        node = item.node
        empty = yaml.MappingNode("tag:yaml.org,2002:map", [], node.start_mark, node.end_mark)
        return replace(item, node=empty)

    def get(self, name: str, read: Read[T], default: T) -> T:
        """The value of a key, or its default; what is wrong is reported."""
        item = self.take(name)
        return default if item is None else attempt(item, read, default)

    def need(self, name: str, read: Read[T], standin: T, *, example: str) -> T:
        """The value of a key that must be there; `standin` only lets reading go on."""
        item = self.take(name)
        if item is None:
            self.document.report(self.line, self.key(name), f"is missing; for example {example}")
            return standin
        return attempt(item, read, standin)

    def table(self, name: str) -> Table | None:
        """A table inside this one."""
        item = self.take(name)
        return None if item is None else table_of(item)

    def many(self, name: str, read: Read[T]) -> tuple[T, ...]:
        """A list; each element is read by itself, so that one wrong one hides no other."""
        item = self.take(name)
        return () if item is None else elements(item, read)

    def secret(self, name: str, *, required: bool = False) -> Secret | None:
        """A secret, as KEY or, from a file of its own, as KEY_file."""
        direct, beside = self.take(name), self.take(f"{name}_file")
        if direct is not None and beside is not None:
            beside.report(f"{name} is set too; keep one of the two")
        if direct is not None:
            return attempt(direct, _secret, None)
        if beside is not None:
            return attempt(beside, _secret_file, None)
        if required:
            text = f"is missing; write {name}: ${{VARIABLE}} or {name}_file: FILE"
            self.document.report(self.line, self.key(name), text)
        return None

    def done(self) -> None:
        """Report the keys that nobody asked for."""
        for name, item in self._items.items():
            if name not in self._known:
                item.report(f"unknown key; {nearest(name, self._known)}")


def _is_null(node: yaml.ScalarNode) -> bool:
    return bool(node.tag == "tag:yaml.org,2002:null")


def attempt(item: Item, read: Read[T], default: T) -> T:
    """Read one value; report it and go on with `default` where it is wrong."""
    try:
        return read(item)
    except Wrong as error:
        item.report(str(error))
        return default


def table_of(item: Item) -> Table | None:
    """The value as a table; reported where it is none."""
    if isinstance(item.node, yaml.MappingNode):
        return Table(item.document, item.node, item.path)
    item.report(f"must be a table of keys, not {item.written}")
    return None


def elements(item: Item, read: Read[T]) -> tuple[T, ...]:
    """The value as a list; a single value counts as a list of one."""
    if not isinstance(item.node, yaml.SequenceNode):
        nodes, names = [item.node], [item.path]
    else:
        nodes = item.node.value
        names = [f"{item.path}[{number}]" for number in range(1, len(nodes) + 1)]
    found: list[T] = []
    for node, name in zip(nodes, names, strict=True):
        part = Item(item.document, node, node.start_mark.line + 1, name)
        try:
            found.append(read(part))
        except Wrong as error:
            part.report(str(error))
    return tuple(found)


def scalar(item: Item) -> str:
    """A single value as text, variables filled in."""
    if not isinstance(item.node, yaml.ScalarNode):
        raise Wrong(f"must be a single value, not {item.written}")
    return item.document.fill(item.node.value)


def near(item: Item, name: str) -> Path:
    """A path relative to the file it stands in; `~` is the home of whoever runs this."""
    try:
        return (item.document.file.parent / Path(name).expanduser()).resolve()
    except RuntimeError:
        raise Wrong(f"no user here has the home that {name.partition('/')[0]!r} names") from None


def _secret(item: Item) -> Secret:
    value = scalar(item)
    if not value.strip():
        raise Wrong("is empty")
    return Secret(value)


def _secret_file(item: Item) -> Secret:
    path = near(item, scalar(item))
    try:
        value = path.read_text("utf-8").strip("\r\n")
    except UnicodeDecodeError:
        raise Wrong(f"the file {path} is not UTF-8 text") from None
    except OSError as error:
        raise Wrong(f"the file {path} can't be read: {error.strerror}") from None
    if not value.strip():
        raise Wrong(f"the file {path} is empty")
    return Secret(value)

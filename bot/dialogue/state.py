"""Where a conversation stands. Small, immutable, and JSON between two messages."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, Self, TypeAlias

Path: TypeAlias = tuple[str | int, ...]
Undo: TypeAlias = tuple[Path, Any]  # a path and what stood there; GONE where nothing did


class _Gone:
    """Nothing stood there."""


GONE: Final = _Gone()


class Past(NamedTuple):
    """An answered question, how to take back what its answer changed, and the answer's message."""

    step: str
    undo: tuple[Undo, ...]
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """One open conversation.

    `question` counts the questions asked: a button with another number is an old one. `data`
    holds JSON values only and is never changed in place. `trail` is what `terug` walks. `heard`
    is the message that was answered with last, whether it led on or not.
    """

    script: str
    step: str
    question: int
    data: Mapping[str, Any] = field(default_factory=dict)
    trail: tuple[Past, ...] = ()
    heard: str = ""

    def to_json(self) -> str:
        """One line of JSON."""
        trail = [
            [
                past.step,
                [[path] if old is GONE else [path, old] for path, old in past.undo],
                past.message,
            ]
            for past in self.trail
        ]
        return json.dumps(
            [self.script, self.step, self.question, self.data, trail, self.heard],
            ensure_ascii=False,
            separators=(",", ":"),
        )

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` wrote."""
        script, step, question, data, trail, heard = json.loads(text)
        return cls(
            script=script,
            step=step,
            question=question,
            data=data,
            trail=tuple(Past(step, _undo(undo), message) for step, undo, message in trail),
            heard=heard,
        )


def _undo(rows: Sequence[Sequence[Any]]) -> tuple[Undo, ...]:
    return tuple((tuple(row[0]), row[1] if len(row) > 1 else GONE) for row in rows)


def lookup(data: Any, path: Path) -> Any:
    """What stands at `path`, or GONE."""
    for part in path:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return GONE
    return data


def put(data: Any, path: Path, value: Any) -> Any:
    """A copy with `value` at `path` (GONE removes); only what lies on the way is copied.

    Lists and tables on the way are made where they are missing.
    """
    head, rest = path[0], path[1:]
    if isinstance(head, int):
        items = list(data) if isinstance(data, list | tuple) else []
        items.extend({} for _ in range(head + 1 - len(items)))
        items[head] = put(items[head], rest, value) if rest else value
        return items
    table = dict(data) if isinstance(data, Mapping) else {}
    if rest:
        table[head] = put(table.get(head), rest, value)
    elif value is GONE:
        table.pop(head, None)
    else:
        table[head] = value
    return table

"""Conditions in scripts: `gate == strict`, `not data.place and open_alerts`. Nothing more.

Names are facts, values derived from facts and draft, or `data.key` for the draft itself.
A value is compared as text; `true` and `false` are the truths.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Protocol, TypeAlias

_TERM = re.compile(
    r"(?P<no>not\s+)?(?P<name>[a-z_][a-z0-9_.]*)"
    r"(?:\s*(?P<op>==|!=)\s*(?P<value>[A-Za-z0-9_-]+|'[^']*'))?",
    re.ASCII,
)
_AND = re.compile(r"\s+and\s+")


class View(Protocol):
    """What a condition may look at."""

    def value(self, name: str) -> Any:
        """A fact, a derived value, or `data.key`."""
        ...


Condition: TypeAlias = Callable[[View], bool]


def always(_view: View) -> bool:
    """The condition of a branch without one."""
    return True


def parse(text: str) -> tuple[Condition, frozenset[str]]:
    """The condition and the names it uses. Raises ValueError with what is not understood."""
    terms: list[Condition] = []
    names: set[str] = set()
    for part in _AND.split(text.strip()):
        match = _TERM.fullmatch(part.strip())
        if match is None:
            raise ValueError(f"'{part}' is no condition: write name, not name, or name == value")
        names.add(match["name"])
        terms.append(_term(match["name"], match["op"], match["value"], bool(match["no"])))
    if len(terms) == 1:
        return terms[0], frozenset(names)
    return (lambda view: all(term(view) for term in terms)), frozenset(names)


def _term(name: str, operator: str | None, value: str | None, negated: bool) -> Condition:  # noqa: FBT001  # as the parser reads it
    if operator is None or value is None:
        return (
            (lambda view: not view.value(name))
            if negated
            else (lambda view: bool(view.value(name)))
        )
    wanted = value.strip("'")
    equal = (operator == "==") is not negated
    return lambda view: (_written(view.value(name)) == wanted) is equal


def _written(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)

"""What signal-cli-rest-api's `styled` text mode makes of a text.

Follows the rules of its `src/utils/textstyleparser.go`, so that a test sees what a reader sees.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

_MARKS = ("***", "**", "*", "||", "~", "`")
_ESCAPABLE = "*`|~"


@dataclass(slots=True)
class Styled:
    """The text that is shown, and the passages with a style: (style mark, passage)."""

    text: str = ""
    passages: list[tuple[str, str]] = field(default_factory=list)


def read(source: str) -> Styled:
    """Take the marks out; a mark that is never closed vanishes, as it does there."""
    shown = Styled()
    opened: list[tuple[str, int]] = []
    before = ""
    for token in _tokens(source):
        if token in _MARKS and before != "\\":
            if opened and opened[-1][0] == token:
                _, at = opened.pop()
                shown.passages.append((token, shown.text[at:]))
            else:
                opened.append((token, len(shown.text)))
        elif token != "\\escape":
            shown.text += token
        before = "\\" if token == "\\escape" else token[0]
    return shown


def _tokens(source: str) -> Iterator[str]:
    """Marks, single characters, and the backslash that escapes (`\\escape`)."""
    at = 0
    while at < len(source):
        mark = next((m for m in _MARKS if source.startswith(m, at)), "")
        if mark:
            yield mark
            at += len(mark)
        elif source[at] == "\\" and source[at + 1 : at + 2] and source[at + 1] in _ESCAPABLE:
            yield "\\escape"
            at += 1
        else:
            yield source[at]
            at += 1

"""People's own words, made safe to stand in a line, a page or a header.

The log keeps every character as it came. What people read in mail, PDF and tables has no control
characters and no marks that turn the direction of the text around them.
"""

from __future__ import annotations

import re

from bot.messaging.text import sentences

# U+202A..E and U+2066..9 reorder what stands around them (Unicode TR 36, 2.5); U+FEFF and the
# tags of U+E0000 are invisible.
_TURNING = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufff0-\ufffb\ufffe\uffff\ud800-\udfff]")
_SPACES = re.compile(r"[ \t\u00a0]+")


def paragraph(text: object) -> str:
    """Text of several lines, without anything that isn't seen."""
    told = str(text).replace("\r\n", "\n").replace("\r", "\n")
    told = told.replace("\u2028", "\n").replace("\u2029", "\n").replace("\u0085", "\n")
    told = _TURNING.sub("", _CONTROL.sub(" ", told))
    lines = [_SPACES.sub(" ", line).strip() for line in told.split("\n")]
    return "\n".join(lines).strip()


def line(text: object) -> str:
    """The same on one line."""
    return " ".join(paragraph(text).split())


def told(text: object) -> str:
    """What somebody told in several messages, on one line: each a sentence of its own."""
    return line(sentences(paragraph(text)))


def cut(text: object, most: int) -> str:
    """One line of at most `most` characters; what was left out shows as an ellipsis."""
    whole = line(text)
    return whole if len(whole) <= most else whole[: most - 1].rstrip() + "…"


def file_part(text: str) -> str:
    """A piece of a file name: letters, digits, dot and hyphen; never empty, never hidden."""
    return re.sub(r"[^A-Za-z0-9.-]+", "-", text).strip("-.") or "x"

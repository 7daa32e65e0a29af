"""Which characters the report's own fonts can show, read from the fonts' character maps.

A PDF/A may hold no character without a glyph, so whatever no font has is written as its code
point. Read with the table layouts of the OpenType specification (cmap formats 4 and 12).
"""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FONTS = Path(__file__).parent / "fonts"
# Joiners and variation selectors shape their neighbours and show nothing themselves.
_SHAPING = frozenset("\u200c\u200d\ufe0e\ufe0f")
_FIRST_PLANE = 0xFFFF
_ALWAYS = frozenset("\n\t\u00a0 ")


class Glyphs:
    """What the fonts in a folder can show together.

    A character may be known and yet not be shown where it combines with another font's. `plain`
    leaves no character that combines with anything: poorer, and always possible.
    """

    def __init__(self, folder: Path = FONTS, *, plain: bool = False) -> None:
        self.known: set[int] = set()
        self._plain = plain
        for font in sorted(folder.glob("*.ttf")):
            self.known |= _characters(font.read_bytes())
        self.replaced = False

    def shown(self, value: Any) -> Any:
        """The same value with every text in it made of characters that can be shown."""
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, list):
            return [self.shown(item) for item in value]
        if isinstance(value, dict):
            return {key: self.shown(item) for key, item in value.items()}
        return value

    def _text(self, text: str) -> str:
        if text.isascii():
            return text
        return "".join(self._piece(char) for char in unicodedata.normalize("NFC", text))

    def _piece(self, char: str) -> str:
        if char in _ALWAYS or (ord(char) in self.known and not self._combines(char)):
            return char
        if char in _SHAPING or unicodedata.category(char) == "Cf":
            return ""
        self.replaced = True
        return f"[U+{ord(char):04X}]"

    def _combines(self, char: str) -> bool:
        if not self._plain:
            return False
        return char in _SHAPING or ord(char) > _FIRST_PLANE or unicodedata.category(char)[0] == "M"


def _characters(font: bytes) -> set[int]:
    found: set[int] = set()
    start = _table(font, b"cmap")
    (count,) = struct.unpack_from(">H", font, start + 2)
    for index in range(count):
        _, _, offset = struct.unpack_from(">HHI", font, start + 4 + 8 * index)
        found.update(_subtable(font, start + offset))
    return found


def _table(font: bytes, tag: bytes) -> int:
    (count,) = struct.unpack_from(">H", font, 4)
    for index in range(count):
        name, _, offset, _ = struct.unpack_from(">4sIII", font, 12 + 16 * index)
        if name == tag:
            return int(offset)
    raise ValueError("a font without a character map")


def _subtable(font: bytes, at: int) -> Iterator[int]:
    (form,) = struct.unpack_from(">H", font, at)
    if form == 4:
        yield from _segments(font, at)
    elif form == 12:
        (count,) = struct.unpack_from(">I", font, at + 12)
        for index in range(count):
            first, last, _ = struct.unpack_from(">III", font, at + 16 + 12 * index)
            yield from range(first, last + 1)


def _segments(font: bytes, at: int) -> Iterator[int]:
    (twice,) = struct.unpack_from(">H", font, at + 6)
    count = twice // 2
    ends = struct.unpack_from(f">{count}H", font, at + 14)
    starts = struct.unpack_from(f">{count}H", font, at + 16 + twice)
    for first, last in zip(starts, ends, strict=True):
        yield from (code for code in range(first, last + 1) if code != 0xFFFF)

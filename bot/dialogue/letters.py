"""Text as it is compared with patterns: small plain letters, each where it was."""

from __future__ import annotations

import unicodedata
from typing import Final

_KEPT: Final = 0x3000  # code points below this are remembered once looked at
_AS: Final = {"−": "-", "·": ".", "•": ".", "‧": ".", "∙": ".", "⋅": ".", "№": "#", "’": "'"}


class _Table(dict[int, str]):
    """What each character is compared as; filled as characters come by."""

    def __missing__(self, code: int) -> str:
        found = _compared(chr(code))
        if code < _KEPT:
            self[code] = found
        return found


def _compared(char: str) -> str:
    if char in _AS:
        return _AS[char]
    category = unicodedata.category(char)
    if category[0] == "L" or category == "Nd":
        return unicodedata.normalize("NFKD", char)[0].lower()[:1] or char
    if category == "Pd":
        return "-"
    # Blanks of every width, marks that nobody sees, and the box around a keycap's digit.
    return " " if category[0] == "Z" or category in ("Cf", "Me") else char


_TABLE: Final = _Table()


def flat(text: str) -> str:
    """Lower case without accents, one kind of dash, quote and blank; as long as the text."""
    return text.lower() if text.isascii() else text.translate(_TABLE)

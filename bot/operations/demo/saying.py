"""A text of the house as somebody may read it: in any language, with any values in it.

The demonstration knows messages by the text's key, so that better words need no change here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.dialogue.texts import Texts

_HOLE = re.compile(r"\{([a-z_.]+)\}")


def patterns(texts: Texts, key: str) -> list[re.Pattern[str]]:
    """The text of `key` in every language, its values named; raises KeyError where there is none."""
    written = [one.text for lang in texts.languages for one in texts.variants(lang, key)]
    if not written:
        raise KeyError(f"no text {key!r}")
    return [re.compile(_pattern(text.strip()), re.IGNORECASE) for text in written]


def _pattern(text: str) -> str:
    known: set[str] = set()
    parts = []
    for at, part in enumerate(_HOLE.split(text.replace("**", ""))):
        name = part.replace(".", "_")
        if not at % 2:
            parts.append(re.escape(part))
        elif name in known:
            parts.append(f"(?P={name})")
        else:
            known.add(name)
            parts.append(f"(?P<{name}>.+?)")
    return "(?s:" + "".join(parts) + ")"

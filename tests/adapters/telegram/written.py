"""Texts in Telegram's HTML, as people read them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_TOKEN = re.compile(r"<(/?)([\w-]+)([^>]*)>|&(\w+|#\d+);|<")
_TAGS = {"b", "strong", "i", "em", "u", "ins", "s", "del", "a", "code", "pre", "blockquote"}
_ENTITIES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}


@dataclass(slots=True)
class Written:
    """A text as people read it."""

    text: str = ""
    bold: list[str] = field(default_factory=list)


def read_html(html: str) -> Written:
    """Read what parse_mode HTML allows; ValueError holds Telegram's sentence for what it doesn't."""
    found = Written()
    open_tags: list[tuple[str, int]] = []
    at = 0
    for token in _TOKEN.finditer(html):
        found.text += html[at : token.start()]
        at = token.end()
        if entity := token[4]:
            found.text += _ENTITIES.get(entity) or token[0]
        elif token[2] is None or token[2] not in _TAGS:
            raise ValueError(f'Unsupported start tag "{token[2] or ""}"')
        elif not token[1]:
            open_tags.append((token[2], len(found.text)))
        else:
            _close(token[2], open_tags, found)
    found.text += html[at:]
    if open_tags:
        raise ValueError(f"Can't find end tag corresponding to start tag {open_tags[-1][0]}")
    return found


def _close(tag: str, open_tags: list[tuple[str, int]], found: Written) -> None:
    if not open_tags or open_tags[-1][0] != tag:
        raise ValueError(f"Unexpected end tag {tag}")
    _, start = open_tags.pop()
    if tag in {"b", "strong"}:
        found.bold.append(found.text[start:])

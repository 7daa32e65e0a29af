"""The page's own words, by language, from `static/text/`."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

STATIC = Path(__file__).parent / "static"
DEFAULT = "nl"


@cache
def languages() -> dict[str, dict[str, str]]:
    """All texts of the page, by language and key."""
    return {path.stem: json.loads(path.read_text()) for path in (STATIC / "text").glob("*.json")}


def spoken(language: str) -> str:
    """`language` if the page has texts in it, else Dutch."""
    return language if language in languages() else DEFAULT


def preferred(accept_language: str | None, default: str) -> str:
    """The first language in the browser's list that the page speaks, else the place's own."""
    for entry in (accept_language or "").split(","):
        code = entry.split(";")[0].strip().lower()[:2]
        if code in languages():
            return code
    return spoken(default)


def word(language: str, key: str, **values: str) -> str:
    """One text, its values filled in."""
    return languages()[spoken(language)][key].format(**values)

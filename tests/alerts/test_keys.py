"""Every text is said somewhere, and everything that is said is written in both languages."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import config
from bot.dialogue.texts import Texts
from bot.journal.kinds import KINDS

BOT = Path(__file__).parents[2] / "bot"
ROOMS = ("alerts", "neighbourhood", "export", "status", "delivery")
FILES = ("alerts.yaml", "neighbourhood.yaml")
_KEY = re.compile(rf"(?:{'|'.join(ROOMS)})(?:\.[a-z_0-9]+)+")
_STEM = re.compile(rf"(?:{'|'.join(ROOMS)})(?:\.[a-z_0-9]+)*\.[a-z_]*$")
DERIVED = {  # put together in the code from a key and an ending
    "neighbourhood.paused_by_other",
    "neighbourhood.resumed_by_other",
    "alerts.when.now",
    "alerts.when.just_now",
}


@cache
def literals() -> frozenset[str]:
    """All strings in the code; of an f-string, what stands before its first hole, with an `…`."""
    found: set[str] = set()
    for file in BOT.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.JoinedStr):
                first = node.values[0] if node.values else None
                if isinstance(first, ast.Constant) and len(node.values) > 1:
                    found.add(f"{first.value!s}…")
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    return frozenset(found)


@cache
def written() -> dict[str, frozenset[str]]:
    """The keys of this room's files, without their plural, by language."""
    texts = Texts.load(config.TEXTS)
    return {lang: frozenset(_keys(texts, lang)) for lang in texts.languages}


def _keys(texts: Texts, lang: str) -> Iterator[str]:
    own = {key for key, text in texts._texts[lang].items() if text.file.name in FILES}
    for key in own:
        stem = key.rpartition(".")[0]
        plural = {f"{stem}.one", f"{stem}.other"} <= own
        forms = (f"{stem}.zero", f"{stem}.one", f"{stem}.other")
        yield stem if plural and key in forms else key


def scripts() -> str:
    return "\n".join(file.read_text("utf-8") for file in config.DIALOGUES.glob("*.yaml"))


def test_every_text_is_said_somewhere() -> None:
    """A text that nobody says is removed."""
    said = literals()
    stems = tuple(one.removesuffix("…") for one in said if one.endswith("…"))
    stems = tuple(stem for stem in stems if _STEM.fullmatch(stem))
    in_scripts = set(_KEY.findall(scripts()))
    unused = [
        key
        for key in sorted(written()["nl"])
        if key not in said and key not in in_scripts and not key.startswith(stems)
    ]
    assert set(unused) == DERIVED


def test_everything_that_is_said_is_written_in_both_languages() -> None:
    """No key in the code or a script lacks its text in Dutch or English."""
    said = {one for one in literals() if _KEY.fullmatch(one)} | set(_KEY.findall(scripts()))
    others = {*KINDS, *FILES, "alerts.when", "neighbourhood.id"}
    texts = Texts.load(config.TEXTS)
    assert [key for key in sorted(said) if texts.missing(key) and key not in others] == []


def test_both_languages_have_the_same_texts() -> None:
    assert written()["nl"] == written()["en"]

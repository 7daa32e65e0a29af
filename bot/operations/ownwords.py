"""What `check` tells of the folder of a city's own words: what was read of it, and what never is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from bot.operations.findings import Mark, Row

if TYPE_CHECKING:
    from bot.dialogue.texts import Texts

_BELONG = "texts belong in texts/<language>/*.yaml, scripts in dialogues/*.yaml"


def rows(folder: Path, texts: Texts) -> Iterator[Row]:
    """How much of `folder` counts, and each file of it that nobody reads.

    That is read means the places where `Texts`, `Lexicon` and scripts are looked for; what stands
    wrong in a file is theirs to tell.
    """
    from bot.dialogue.texts import LEXICON

    scripts = sorted((folder / "dialogues").glob("*.yaml"))
    written = sorted((folder / "texts").glob("*/*.yaml"))
    stray = sorted({one for one in folder.rglob("*") if one.suffix in (".yaml", ".yml")})
    for file in (one for one in stray if one not in {*scripts, *written}):
        yield Row(subject="own_words", mark=Mark.FAIL, detail=f"{file} is not read", cure=_BELONG)
    speaking = {one.parent.name for one in written if one.name == LEXICON}
    told = [
        _counted(len(texts.own), "text", _in_order({one.lang for one in texts.own}, texts)),
        f"words ({_in_order(speaking, texts)})" if speaking else "",
        _counted(len(scripts), "script", ", ".join(one.stem for one in scripts)),
    ]
    found = ", ".join(one for one in told if one)
    if found:
        yield Row(subject="own_words", mark=Mark.OK, detail=f"{folder}: {found}")
    elif not stray:
        yield Row(
            subject="own_words", mark=Mark.NOTE, detail=f"{folder}: nothing in it yet", cure=_BELONG
        )


def _counted(n: int, what: str, which: str) -> str:
    return f"{n} {what}{'s' * (n != 1)} ({which})" if n else ""


def _in_order(languages: Iterable[str], texts: Texts) -> str:
    """Languages as texts have them, others behind."""
    some = set(languages)
    return ", ".join(
        [*(lang for lang in texts.languages if lang in some), *sorted(some - set(texts.languages))]
    )

"""Reports and packages of a story, as the digest would issue them."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import config
from bot.dialogue.texts import Texts
from bot.journal import journal
from bot.police import package, report
from bot.police.issue import Issue
from bot.police.package import Package
from bot.police.wording import Wording
from tests.police.story import BRUSSELS, PLACE, Story, local

TEXTS = Texts.load(config.TEXTS)
WORDS = Wording(texts=TEXTS, lang="nl", zone=BRUSSELS)
ENGLISH = replace(WORDS, lang="en")


def issue(story: Story, *, after: int = 0, **changes: Any) -> Issue:
    """Mail P-0118 over everything behind entry `after`."""
    entries = story.entries(after)
    with story.store.reading() as reader:
        before = journal.head_at(reader, story.chain, after)
    known = {
        "neighbourhood": PLACE,
        "name": "Munsterbilzen",
        "report": report.build(entries, after=after),
        "since": local(12, 6, 30),
        "until": local(13, 6, 30),
        "head": entries[-1].hash.hex() if entries else before.hash.hex(),
        "previous_head": before.hash.hex(),
        "number": 118,
        "line": "munsterbilzen-1a2b3c4d",
        "previous_at": local(12, 6, 30),
    }
    return Issue(**{**known, **changes})


def packed(story: Story, folder: Path, *, words: Wording = WORDS, **changes: Any) -> Package:
    """Its package, written into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    made = issue(story, **changes)
    return package.build(
        made, lines(story), find=story.vault.path, words=words, folder=folder
    )  # fmt: skip


def unzipped(file: Path, folder: Path) -> Path:
    """The bag, as somebody without Saarbot unpacks it."""
    with zipfile.ZipFile(file) as archive:
        archive.extractall(folder)
    return folder / file.stem


def lines(story: Story, after: int = 0) -> list[str]:
    return [entry.to_json_line() for entry in story.entries(after)]


Tell = Callable[[Story], None]

"""Reading scripts: `config/dialogues/<name>.yaml` into compiled steps, or every mistake at once.

Checked here, so that nothing is left to go wrong at night: steps that don't exist or can't be
reached, texts missing in a shipped language, facts, effects and kinds that nobody knows, numbers
and words that would mean two choices, forks that run in a circle, answers without an answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bot.dialogue.kinds import KINDS, Kind
from bot.dialogue.lexicon import Lexicon
from bot.dialogue.reader import read_script
from bot.dialogue.script import Script
from bot.dialogue.source import Problems, nearest
from bot.dialogue.texts import Texts
from bot.dialogue.vocabulary import Vocabulary
from bot.dialogue.wording import Known

# What the engine says of its own accord.
OWN_TEXTS = tuple(
    f"dialogue.{name}"
    for name in (
        "not_understood",
        "past",
        "first_question",
        "edited_earlier",
        "stopped",
        "call",
        "call_first",
        "help",
        "over",
        "media_kept",
        "voice_kept",
        "as_file",
        "location_kept",
        "not_kept",
    )
)


def load_scripts(
    *folders: Path,
    texts: Texts,
    lexicon: Lexicon,
    kinds: Mapping[str, Kind] = KINDS,
    vocabulary: Vocabulary | None = None,
) -> dict[str, Script]:
    """Every script of the folders; a later folder's script replaces one of the same name.

    Raises ConfigurationError that lists all problems with file and line.
    """
    problems = Problems()
    scripts = check_scripts(
        *folders, texts=texts, lexicon=lexicon, kinds=kinds, vocabulary=vocabulary, into=problems
    )
    problems.check()
    return scripts


def check_scripts(
    *folders: Path,
    texts: Texts,
    lexicon: Lexicon,
    into: Problems,
    kinds: Mapping[str, Kind] = KINDS,
    vocabulary: Vocabulary | None = None,
) -> dict[str, Script]:
    """The scripts that could be read; what is wrong goes into `into`."""
    files = script_files(*folders)
    known = Known(
        texts=texts,
        lexicon=lexicon,
        kinds=kinds,
        vocabulary=vocabulary or Vocabulary(),
        scripts=frozenset(files),
        problems=into,
    )
    scripts = {name: read_script(file, known) for name, file in files.items()}
    _own_texts(texts, folders, into)
    _stray_scripts(files, folders[0], scripts, into)
    _stray_words(lexicon, scripts, into)
    return scripts


def script_files(*folders: Path) -> dict[str, Path]:
    """The file of each script by its name: the last folder's that has one."""
    return {file.stem: file for folder in folders for file in sorted(folder.glob("*.yaml"))}


def texts_said(scripts: Mapping[str, Script]) -> frozenset[str]:
    """The keys of all texts that these scripts may say."""
    return frozenset().union(*(script.texts for script in scripts.values()))


def _own_texts(texts: Texts, folders: tuple[Path, ...], problems: Problems) -> None:
    for key in OWN_TEXTS:
        for lang in texts.missing(key):
            problems.add((folders[0], 1), f"the engine's text '{key}' is missing in '{lang}'")


def _stray_scripts(
    files: Mapping[str, Path], first: Path, scripts: Mapping[str, Script], problems: Problems
) -> None:
    """The first folder's scripts are begun by the rooms; others only by a script."""
    shipped = script_files(first).keys()
    for name in files.keys() - shipped:
        if not any(name in other.begins for other in scripts.values() if other.name != name):
            told = f"nobody begins the script '{name}'{nearest(name, shipped)}"
            problems.add((files[name], 1), told)


def _stray_words(lexicon: Lexicon, scripts: Mapping[str, Script], problems: Problems) -> None:
    """Words for choices that nobody offers; those of a script that can't be read aren't known."""
    unread = {name for name, script in scripts.items() if not script.steps}
    choices = [
        choice
        for script in scripts.values()
        for step in script.steps.values()
        for choice in step.choices
    ]
    labels, ids = ({choice.label for choice in choices}, {choice.id for choice in choices})
    for key in sorted(lexicon.choices.keys() - labels):
        if key.partition(".")[0] in unread:
            continue
        told = f"no script offers a choice '{key}'{nearest(key, labels)}"
        problems.add(lexicon.lines[f"choices.{key}"], told)
    for key in sorted(lexicon.kinds - ids) if not unread else ():
        told = f"no script offers a choice of the kind '{key}'{nearest(key, lexicon.kinds & ids)}"
        problems.add(lexicon.lines[f"kinds.{key}"], told)

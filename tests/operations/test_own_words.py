"""A city's own words: what `saarbot check` says of the folder, and what stops a start."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

import config
from bot.errors import ConfigurationError
from bot.operations.check import check
from bot.operations.findings import Mark
from bot.settings import SettingsError, load
from bot.words import Words
from tests.operations.installation import red, row


def own_words(tmp_path: Path) -> Path:
    """A configuration with a folder of its own texts and scripts."""
    for folder in ("texts/nl", "texts/en", "dialogues"):
        (tmp_path / "own" / folder).mkdir(parents=True)
    file = tmp_path / "saarbot.yaml"
    file.write_text(
        "data_dir: var\nhttp: {listen: 127.0.0.1:0}\nown_words: own\nadapters: {webchat: {}}\n"
        "neighbourhoods: {m: {name: M, preset: bilzen}}\n"
    )
    return file


def test_own_words_replace_the_shipped_ones(tmp_path: Path) -> None:
    """Whoever installed a wheel changes a text and a question without touching what is installed."""
    file = own_words(tmp_path)
    (tmp_path / "own/texts/nl/mine.yaml").write_text("pause.nothing: Goed zo.\n")
    script = (config.DIALOGUES / "pause.yaml").read_text("utf-8")
    (tmp_path / "own/dialogues/pause.yaml").write_text(script.replace("after: 1h", "after: 2h"))
    settings = load(file, {})
    words = Words.load(settings.texts, settings.dialogues)

    assert words.texts.say("nl", "pause.nothing") == "Goed zo."
    assert words.texts.say("nl", "pause.left").startswith("Goed, je bent geen lid meer")
    (waits,) = words.engine.scripts["pause"].steps["ask"].alarms.values()
    assert waits.after_s == 2 * 3600
    result = asyncio.run(check(file, {}, offline=True))
    assert not [row.detail for row in result.rows if row.mark is Mark.FAIL]
    assert row(result, "own_words").detail == f"{tmp_path / 'own'}: 1 text (nl), 1 script (pause)"


def test_what_was_read_of_own_words_is_counted(tmp_path: Path) -> None:
    """Texts by language, the files of words, the scripts: whoever wrote them sees that they count."""
    file = own_words(tmp_path)
    for lang in ("nl", "en"):
        text = "pause.nothing: x\npause.left: x\n"
        (tmp_path / f"own/texts/{lang}/mine.yaml").write_text(text)
    (tmp_path / "own/texts/nl/words.yaml").write_text("yes: [zekers]\n")
    result = asyncio.run(check(file, {}, offline=True))

    found = row(result, "own_words")
    assert (found.mark, found.detail) == (
        Mark.OK,
        f"{tmp_path / 'own'}: 4 texts (nl, en), words (nl)",
    )


def test_a_key_in_own_words_that_nobody_says_is_named_and_nothing_starts(tmp_path: Path) -> None:
    """Misspelt in every language, a text would silently never be said."""
    file = own_words(tmp_path)
    for lang in ("nl", "en"):
        (tmp_path / f"own/texts/{lang}/mine.yaml").write_text("\npause.noting: Goed zo.\n")
    settings = load(file, {})
    result = asyncio.run(check(file, {}, offline=True))

    told = "mine.yaml:2: nobody says the text 'pause.noting'; did you mean 'pause.nothing'?"
    failed = [one.detail for one in result.rows if one.mark is Mark.FAIL]
    assert [one.endswith(told) for one in failed] == [True, True]
    with pytest.raises(ConfigurationError, match=r"'pause\.noting'"):
        Words.load(settings.texts, settings.dialogues)


def test_a_text_of_one_s_own_script_is_no_mistake(tmp_path: Path) -> None:
    """A question that the city added says texts that don't ship."""
    file = own_words(tmp_path)
    script = (config.DIALOGUES / "pause.yaml").read_text("utf-8")
    script = script.replace("pause.nothing", "pause.as_you_like")
    (tmp_path / "own/dialogues/pause.yaml").write_text(script)
    for lang in ("nl", "en"):
        (tmp_path / f"own/texts/{lang}/mine.yaml").write_text("pause.as_you_like: Goed.\n")
    settings = load(file, {})

    assert not red(asyncio.run(check(file, {}, offline=True)))
    Words.load(settings.texts, settings.dialogues)


@pytest.mark.parametrize(
    "name", ["text/nl/mine.yaml", "texts/mine.yaml", "texts/nl/mine.yml", "dialogue/pause.yaml"]
)
def test_a_file_of_own_words_that_is_not_read_is_named(tmp_path: Path, name: str) -> None:
    """In a folder or under a name that nobody looks at: the file, and where it belongs."""
    file = own_words(tmp_path)
    stray = tmp_path / "own" / name
    stray.parent.mkdir(parents=True, exist_ok=True)
    stray.write_text("pause.nothing: Goed zo.\n")
    result = asyncio.run(check(file, {}, offline=True))

    (found,) = [one for one in result.rows if one.subject == "own_words"]
    assert (found.mark, found.detail) == (Mark.FAIL, f"{stray} is not read")
    assert found.cure == "texts belong in texts/<language>/*.yaml, scripts in dialogues/*.yaml"


def test_an_empty_folder_of_own_words_is_told(tmp_path: Path) -> None:
    file = own_words(tmp_path)
    result = asyncio.run(check(file, {}, offline=True))
    assert row(result, "own_words").mark is Mark.NOTE
    assert "nothing in it yet" in row(result, "own_words").detail


def test_a_script_of_own_words_that_nobody_begins_is_named(tmp_path: Path) -> None:
    """`pauze.yaml` would stand beside `pause.yaml` and never be asked."""
    file = own_words(tmp_path)
    wrong = tmp_path / "own/dialogues/pauze.yaml"
    wrong.write_text((config.DIALOGUES / "pause.yaml").read_text("utf-8"))
    rows = asyncio.run(check(file, {}, offline=True)).rows
    told = f"{wrong}:1: nobody begins the script 'pauze'; did you mean 'pause'?"
    assert told in [one.detail for one in rows if one.mark is Mark.FAIL]


def test_a_mistake_in_own_words_is_named_and_nothing_starts(tmp_path: Path) -> None:
    """With file and line, by `check` and at the start."""
    file = own_words(tmp_path)
    wrong = tmp_path / "own/texts/nl/mine.yaml"
    wrong.write_text("pause.nothing: Goed zo.\npause.more: Nog iets {name}?\n")
    settings = load(file, {})
    told = f"{wrong}:2: nobody says the text 'pause.more'"

    with pytest.raises(ConfigurationError, match=re.escape(told)):
        Words.load(settings.texts, settings.dialogues)
    rows = asyncio.run(check(file, {}, offline=True)).rows
    assert any(row.detail.startswith(told) for row in rows if row.mark is Mark.FAIL)


def test_a_folder_of_own_words_must_be_there(tmp_path: Path) -> None:
    file = own_words(tmp_path)
    file.write_text(file.read_text("utf-8").replace("own_words: own", "own_words: elders"))
    with pytest.raises(SettingsError, match="own_words: there is no folder"):
        load(file, {})


def test_a_script_that_cannot_be_read_is_one_mistake(tmp_path: Path) -> None:
    """What its words belong to is unknown then: forty more lines about them would hide the one."""
    file = own_words(tmp_path)
    (tmp_path / "own/dialogues/report.yaml").write_text("start: x\n")
    result = asyncio.run(check(file, {}, offline=True))

    wrong = [one.detail for one in result.rows if one.mark is Mark.FAIL]
    assert wrong == [
        f"{tmp_path / 'own/dialogues/report.yaml'}:1: a script needs 'start' and 'steps'"
    ]

"""Texts: by language and key, complete, and never the reason for silence."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import config
from bot.dialogue.texts import Texts
from tests.dialogue.conversation import engine, texts


def write(folder: Path, lang: str, text: str, room: str = "room") -> Path:
    (folder / lang).mkdir(exist_ok=True)
    file = folder / lang / f"{room}.yaml"
    file.write_text(text)
    return file


def test_a_text_is_said_in_the_language_with_its_values(tmp_path: Path) -> None:
    write(tmp_path, "nl", "a.b: Dag {who}")
    write(tmp_path, "en", "a: {b: 'Hello {who}'}")
    found = Texts.load(tmp_path)
    assert found.say("en", "a.b", who="Mia") == "Hello Mia"
    assert found.say("nl", "a.b", who="{who}") == "Dag {who}"
    assert found.languages == ("nl", "en")


def test_one_is_not_other(tmp_path: Path) -> None:
    write(tmp_path, "nl", "n: {one: '{n} buur', other: '{n} buren'}")
    found = Texts.load(tmp_path)
    assert found.say("nl", "n", n=1) == "1 buur"
    assert [found.say("nl", "n", n=n) for n in (0, 2)] == ["0 buren", "2 buren"]


def test_nobody_may_have_words_of_its_own(tmp_path: Path) -> None:
    write(tmp_path, "nl", "n: {zero: niemand, one: '{n} buur', other: '{n} buren'}")
    found = Texts.load(tmp_path)
    assert [found.say("nl", "n", n=n) for n in (0, 1, 2)] == ["niemand", "1 buur", "2 buren"]
    assert found.holes("n") == {"n"}
    assert not found.problems()


def test_a_gap_falls_back_and_never_raises(tmp_path: Path) -> None:
    write(tmp_path, "nl", "only.dutch: Dag {who}")
    write(tmp_path, "en", "other: x")
    found = Texts.load(tmp_path)
    assert found.say("en", "only.dutch") == "Dag {who}"
    assert found.say("xx", "only.dutch", who="Mia") == "Dag Mia"
    assert found.say("nl", "nowhere") == "nowhere"


def test_what_differs_between_languages_is_named_with_file_and_line(tmp_path: Path) -> None:
    nl = write(
        tmp_path, "nl", "a: Dag {who}\nb: alleen hier\nc: scheef }\nd: {one: '{n} x', other: x}\n"
    )
    en = write(tmp_path, "en", "a: Hello\nc: fine\nd: {one: '{n} x', other: x}\n")
    found = [str(one) for one in Texts.load(tmp_path).problems()]
    assert found == [
        f"{en}:1: 'a' doesn't use {{who}}, which another language does",
        f"{nl}:2: 'b' has no text in 'en'",
        f"{nl}:3: 'c' has a brace that names no value",
    ]


def test_a_plural_without_its_other_is_named(tmp_path: Path) -> None:
    file = write(tmp_path, "nl", "d: {one: '{n} x'}\nkind: {other: iets anders}\n")
    found = [str(one) for one in Texts.load(tmp_path).problems()]
    assert found == [f"{file}:1: 'd.one' stands without 'd.other'"]


def test_a_key_in_two_rooms_or_without_a_text_is_named(tmp_path: Path) -> None:
    write(tmp_path, "nl", "a: x\n", room="one")
    second = write(tmp_path, "nl", "a: y\nb:\nc: [x]\n", room="two")
    found = [str(one) for one in Texts.load(tmp_path).problems()]
    assert [row.split(": ", 1)[0] for row in found] == [f"{second}:{n}" for n in (1, 2, 3)]


def test_a_later_folder_replaces_single_texts(tmp_path: Path) -> None:
    first, own = tmp_path / "first", tmp_path / "own"
    for folder in (first, own):
        folder.mkdir()
    write(first, "nl", "a: Dag\nb: Tot ziens\n")
    write(own, "nl", "a: Hallo\n")
    found = Texts.load(first, own)
    assert (found.say("nl", "a"), found.say("nl", "b")) == ("Hallo", "Tot ziens")


@pytest.fixture
def city(tmp_path: Path) -> tuple[Path, Path]:
    """What ships, in two languages, and a city's folder over it."""
    first, own = tmp_path / "first", tmp_path / "own"
    for folder in (first, own):
        folder.mkdir()
    for lang in ("nl", "en"):
        write(
            first, lang, "pause.nothing: x\npause.ask: x\nn: {one: '{n} x', other: '{n} x'}\nz: x\n"
        )
    return first, own


def test_a_key_that_nobody_says_is_named_with_the_nearest(city: tuple[Path, Path]) -> None:
    """A city misspelt a key in every language: without a word its text would never be said."""
    first, own = city
    files = [write(own, lang, "z: y\npause.noting: Goed zo.\n") for lang in ("en", "nl")]
    found = [str(one) for one in Texts.load(first, own).problems()]
    assert found == [
        f"{file}:2: nobody says the text 'pause.noting'; did you mean 'pause.nothing'?"
        for file in files
    ]


def test_a_key_that_nobody_says_is_told_once_where_one_language_has_it(
    city: tuple[Path, Path],
) -> None:
    """What is wrong is the key; that it is missing in English too helps nobody."""
    first, own = city
    file = write(own, "nl", "quite.different: Goed zo.\n")
    (found,) = Texts.load(first, own).problems()
    assert str(found) == f"{file}:1: nobody says the text 'quite.different'"


def test_a_text_that_only_a_city_s_own_script_says_is_known(city: tuple[Path, Path]) -> None:
    """With a plural of its own if the script counts."""
    first, own = city
    for lang in ("nl", "en"):
        write(own, lang, "report.many: x\nreport.few: {one: '{n} x', other: '{n} x'}\n")
    texts = Texts.load(first, own)
    assert len(texts.problems()) == 6
    assert texts.problems({"report.many", "report.few"}) == []


def test_a_plural_may_be_written_over_as_it_is_read(city: tuple[Path, Path]) -> None:
    """`n` and `n.zero` are read where `n.one` ships; `pause.ask.one` is not where `pause.ask` does."""
    first, own = city
    for lang in ("nl", "en"):
        write(own, lang, "n.zero: niets\npause.ask.one: Eentje\n")
    found = Texts.load(first, own).problems({"pause.ask"})
    assert [one.text for one in found] == [
        "nobody says the text 'pause.ask.one'; did you mean 'pause.ask'?"
    ] * 2
    for lang in ("nl", "en"):
        write(own, lang, "n: veel\n")
    assert Texts.load(first, own).problems() == []


def test_a_language_that_does_not_ship_is_named_once(city: tuple[Path, Path]) -> None:
    """A folder `ne` beside `nl` is one mistake, not one for every text that ships."""
    first, own = city
    file = write(own, "ne", "z: y\n")
    (found,) = Texts.load(first, own).problems()
    assert str(found) == f"{file}:1: no texts ship in 'ne', only in nl, en; it is not read"


# --- what ships -----------------------------------------------------------------------------------


def shipped(lang: str) -> list[str]:
    text = (config.TEXTS / lang / "dialogue.yaml").read_text()
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def test_the_shipped_conversations_have_every_text_in_every_language() -> None:
    ours = [str(one) for one in texts().problems() if "/dialogue.yaml" in str(one)]
    assert ours == []


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_no_conversation_names_an_emergency_number_of_its_own(lang: str) -> None:
    assert [line for line in shipped(lang) if re.search(r"\b(101|112)\b", line)] == []


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_no_conversation_shouts_or_sends_anyone_out(lang: str) -> None:
    """Calm words: no exclamation marks, and nobody is asked to go outside or to approach."""
    out = r"ga naar buiten|ga kijken|spreek (hem|haar|ze) aan|go outside|go and look|approach"
    text = "\n".join(shipped(lang))
    assert "!" not in text
    assert re.search(out, text, re.IGNORECASE) is None
    assert (
        re.search(r"politie (is onderweg|komt)|police (are|is) (on|coming)", text, re.IGNORECASE)
        is None
    )


@pytest.mark.parametrize(
    ("key", "word"),
    [
        ("report.confirm.send", "Versturen"),
        ("report.gate.called", "Ik heb {emergency} gebeld"),
        ("join.rules.yes", "Ja"),
        ("group_post.ask.yes", "Ja"),
    ],
)
def test_the_words_that_people_look_for_are_there(key: str, word: str) -> None:
    assert word in texts().say("nl", key)


def test_a_choice_fits_a_button() -> None:
    """Few words: a thumb at night presses what it reads at a glance."""
    labels = {
        c.label for s in engine().scripts.values() for t in s.steps.values() for c in t.choices
    }
    for lang in ("nl", "en"):
        assert [key for key in labels if len(texts().say(lang, key).split()) > 8] == []

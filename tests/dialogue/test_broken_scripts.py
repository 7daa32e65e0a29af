"""A script that is wrong is refused at start-up, with file and line, all mistakes at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.dialogue.lexicon import Lexicon
from bot.dialogue.scripts import OWN_TEXTS, load_scripts
from bot.dialogue.texts import Texts
from bot.errors import ConfigurationError

WORDS = {
    "nl": "yes: [ja]\nno: [nee]\nskip: [overslaan]\nback: [terug]\n",
    "en": "yes: ['yes']\n",
}
TEXTS = ["try.ask", "try.ask.yes", "try.ask.no", "try.more", "try.thanks"]
GOOD = """\
start: ask
steps:
  ask:
    choices:
      yes: more
      no: {say: try.thanks, goto: end}
  more:
    text: {kind: name, into: name, say: try.thanks, goto: end}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for lang, words in WORDS.items():
        place = tmp_path / "texts" / lang
        place.mkdir(parents=True)
        (place / "words.yaml").write_text(words)
        (place / "dialogue.yaml").write_text(
            "".join(f"{key}: {key}\n" for key in [*OWN_TEXTS, *TEXTS])
        )
    (tmp_path / "scripts").mkdir()
    return tmp_path


def mistakes(folder: Path, script: str) -> str:
    """What is wrong with the script, or '' when it is right."""
    (folder / "scripts" / "try.yaml").write_text(script)
    texts = Texts.load(folder / "texts")
    try:
        load_scripts(folder / "scripts", texts=texts, lexicon=Lexicon.load(folder / "texts"))
    except ConfigurationError as error:
        return str(error)
    return ""


def test_a_script_that_is_right_is_taken(folder: Path) -> None:
    assert mistakes(folder, GOOD) == ""


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("yes: more", "yes: mroe", 5, "no step 'mroe' here; did you mean 'more'?"),
        ("yes: more", "yes: ask", 7, "no answer leads to the step 'more'"),
        ("start: ask", "strat: ask", 1, "did you mean 'start'?"),
        ("kind: name", "kind: nmae", 8, "no kind 'nmae'; did you mean 'name'?"),
        ("say: try.thanks, goto: end}\n  more", "goto: end}\n  more", 6, "would meet silence"),
        (
            "say: try.thanks, goto: end}\n  more",
            "say: try.tanks, goto: end}\n  more",
            6,
            "'try.tanks' is missing in 'en'",
        ),
        (
            "say: try.thanks, goto: end}\n  more",
            "do: report.sned, goto: end}\n  more",
            6,
            "did you mean 'report.send'?",
        ),
        ("say: try.thanks, goto: end}\n  more", "say: try.thanks}\n  more", 6, "leads nowhere"),
        (
            "yes: more",
            "yes: {if: gaet == strict, goto: more}",
            5,
            "nobody knows the fact 'gaet'; did you mean 'gate'?",
        ),
        ("yes: more", "yes: {if: gate is strict, goto: more}", 5, "is no condition"),
        (
            "yes: more",
            "yes: {if: data.nmae, goto: more}",
            5,
            "nothing fills in 'nmae'; did you mean 'name'?",
        ),
        ("yes: more", "yes: {number: 1, goto: more}", 4, "two choices have the number 1"),
        ("yes: more", "yes: {start: tyr}", 5, "no script 'tyr'; did you mean 'try'?"),
        (
            "yes: more",
            "yes: {goto: [{if: gate == strict, goto: more}]}",
            5,
            "the last branch must hold always",
        ),
        ("yes: more", "yes: {goto: [{goto: more}, {goto: ask}]}", 5, "are never reached"),
        ("yes: more", "yes: {gotto: more}", 5, "a choice has no 'gotto'; did you mean 'goto'?"),
        ("yes: more", "yes: more\n      yes: ask", 6, "'yes' stands here twice (also on line 5)"),
        (
            "  more:\n",
            "  round: {route: back}\n  back: {route: round}\n  more:\n",
            7,
            "leads back to itself",
        ),
        (
            "  more:\n",
            "  more:\n    timers: {late: {after: soon, say: try.thanks}}\n",
            8,
            "'after' must be a time",
        ),
        ("  more:\n", "  more:\n    ask: camera\n", 8, "'ask' can't be 'camera': location, photo"),
        (
            "{kind: name, into: name, say: try.thanks, goto: end}",
            "name",
            8,
            "'text' must be a table",
        ),
    ],
)
def test_each_mistake_is_named_with_its_line(
    folder: Path, old: str, new: str, line: int, words: str
) -> None:
    """The operator reads file, line and what would be right."""
    assert old in GOOD
    found = mistakes(
        folder,
        GOOD.replace(old, new, 1),
    )
    assert words in found
    assert any(f"try.yaml:{line}: " in row and words in row for row in found.splitlines()), found


def test_all_mistakes_are_told_at_once(folder: Path) -> None:
    found = mistakes(
        folder, GOOD.replace("yes: more", "yes: mroe").replace("kind: name", "kind: nmae")
    )
    assert len(found.splitlines()) >= 3


def test_a_file_that_is_no_yaml_is_named(folder: Path) -> None:
    assert "try.yaml:3: not valid YAML" in mistakes(folder, "start: ask\nsteps: {\n: : [")


def test_an_empty_file_is_no_script(folder: Path) -> None:
    assert "a script needs 'start' and 'steps'" in mistakes(folder, "")


def test_a_label_that_another_choice_already_has_is_refused(folder: Path) -> None:
    for lang in WORDS:
        file = folder / "texts" / lang / "dialogue.yaml"
        file.write_text(
            file.read_text().replace("try.ask.no: try.ask.no", "try.ask.no: try.ask.yes")
        )
    assert "would mean both 'yes' and 'no'" in mistakes(folder, GOOD)


def test_words_for_a_choice_that_no_script_offers_are_named(folder: Path) -> None:
    file = folder / "texts" / "nl" / "words.yaml"
    file.write_text(file.read_text() + "choices:\n  try.ask.maybe: [misschien]\n")
    assert "words.yaml:6: no script offers a choice 'try.ask.maybe'" in mistakes(folder, GOOD)


def test_words_for_a_misspelt_choice_are_named_with_the_nearest(folder: Path) -> None:
    file = folder / "texts" / "nl" / "words.yaml"
    file.write_text(file.read_text() + "choices:\n  try.ask.yess: [zeker]\n")
    told = "no script offers a choice 'try.ask.yess'; did you mean 'try.ask.yes'?"
    assert told in mistakes(folder, GOOD)


def test_words_for_a_kind_of_incident_that_no_choice_names_are_named(folder: Path) -> None:
    """`burglery` would be kept as the kind of a report, and no card could say it."""
    file = folder / "texts" / "nl" / "words.yaml"
    file.write_text(file.read_text() + "kinds:\n  yes: [jawel]\n  mroe: [inbraak]\n")
    found = mistakes(folder, GOOD)
    assert "words.yaml:7: no script offers a choice of the kind 'mroe'" in found
    assert "'yes'" not in found


def test_a_text_may_use_facts_and_the_draft_and_nothing_else(folder: Path) -> None:
    for lang in WORDS:
        file = folder / "texts" / lang / "dialogue.yaml"
        file.write_text(
            file.read_text().replace(
                "try.thanks: try.thanks", "try.thanks: '{name} {emergency} {nmae}'"
            )
        )
    found = mistakes(folder, GOOD)
    assert "nothing fills in 'nmae'" in found
    assert "'name'" not in found.replace("did you mean 'name'", "")


def test_an_engine_text_missing_in_a_language_is_named(folder: Path) -> None:
    file = folder / "texts" / "en" / "dialogue.yaml"
    file.write_text(file.read_text().replace("dialogue.past: dialogue.past\n", ""))
    assert "'dialogue.past' is missing in 'en'" in mistakes(folder, GOOD)


def test_a_script_says_which_texts_it_may_say(folder: Path) -> None:
    """Questions, choices and answers: whatever is written for them is used."""
    (folder / "scripts" / "try.yaml").write_text(GOOD)
    texts, lexicon = Texts.load(folder / "texts"), Lexicon.load(folder / "texts")
    scripts = load_scripts(folder / "scripts", texts=texts, lexicon=lexicon)
    assert scripts["try"].texts == set(TEXTS)


def test_a_city_replaces_one_script_from_a_folder_of_its_own(folder: Path) -> None:
    (folder / "scripts" / "try.yaml").write_text(GOOD)
    own = folder / "own"
    own.mkdir()
    (own / "try.yaml").write_text(GOOD.replace("start: ask", "start: ask\nkeeps: [media]"))
    texts = Texts.load(folder / "texts")
    lexicon = Lexicon.load(folder / "texts")
    scripts = load_scripts(folder / "scripts", own, texts=texts, lexicon=lexicon)
    assert scripts["try"].keeps == {"media"}

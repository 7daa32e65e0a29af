"""What people type, and what it means."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.dialogue.kinds import KINDS, Heard, told_time
from bot.dialogue.lexicon import Lexicon, normal
from bot.errors import ConfigurationError
from tests.dialogue.conversation import engine

LEXICON = engine().lexicon


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1", 1),
        ("1.", 1),
        ("1)", 1),
        ("(2)", 2),
        ("#117", 117),
        ("één", 1),
        ("Een", 1),
        ("twee", 2),
        ("three", 3),
        ("quatre", 4),
        ("fünf", 5),
        ("0", 0),
        ("nul", 0),
        ("3️⃣", 3),
        ("4", 4),
        ("een man", None),
        ("12 mannen", None),
        ("", None),
        ("1" * 50, None),
    ],
)
def test_a_number_may_be_written_in_many_ways(text: str, number: int | None) -> None:
    assert LEXICON.number(text) == number


def test_case_accents_and_marks_do_not_count() -> None:
    assert normal("  Ik   HEB ’t gébéld… ") == "ik heb t gebeld"
    assert normal("??") == "?"
    assert normal("👍") == ""


@pytest.mark.parametrize(
    "text",
    [
        *("bedankt", "Dank je!", "👍", "🙏🙏", "ok", "Merci", "thanks"),
        *("dank je wel", "Oké, bedankt allemaal 👍", "Goedenavond iedereen, dank u wel hoor."),
        *("merci hé", "oké top", "ja bedankt", "Nee, dank je", "Bedankt voor de info!", "ok he"),
        *("Thanks for letting us know", "merci bien à tous", "Danke schön, alles klar"),
    ],
)
def test_thanks_and_thumbs_are_noise(text: str) -> None:
    assert LEXICON.is_noise(text)


@pytest.mark.parametrize(
    "text", ["", "   ", "bedankt, maar hij staat er nog", "?", "ok " * 200, "ja", "nee nee"]
)
def test_what_says_more_is_no_noise(text: str) -> None:
    assert not LEXICON.is_noise(text)


@pytest.mark.parametrize(
    "text",
    [
        "er is brand",
        "Iemand GEWOND",
        "hij heeft een mes bij",
        "on tire, coup de feu",
        "fight outside",
    ],
)
def test_danger_is_heard_in_a_sentence(text: str) -> None:
    assert LEXICON.dangerous(text)


@pytest.mark.parametrize(
    "text", ["man met rode messenger bag", "er brandt licht", "hij rookt", "steekt de straat over"]
)
def test_ordinary_words_are_no_danger(text: str) -> None:
    assert not LEXICON.dangerous(text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("inbraak bezig", "burglary"),
        ("iemand voelt aan autodeuren", "doors"),
        ("fiets gestolen", "theft"),
        ("oplichters aan de deur", "scam"),
        ("het alarm van de buren", "alarm"),
        ("een hond blaft", ""),
    ],
)
def test_a_sentence_tells_its_kind(text: str, kind: str) -> None:
    assert LEXICON.kind(text) == kind


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("Kerkstraat om 23:40", "23:40"),
        ("rond 23u", "23u"),
        ("10 minuten geleden", "10 minuten geleden"),
        ("nu aan de kerk", "now"),
        ("Kerkstraat 12. Zwarte auto", ""),
        ("Kerkstraat 12 hoek Molenweg", ""),
    ],
)
def test_a_time_is_found_among_other_words(text: str, time: str) -> None:
    assert told_time(text, LEXICON) == time


@pytest.mark.parametrize(
    ("text", "answer"), [("Ja", True), ("oui", True), ("neen", False), ("x", None)]
)
def test_a_yes_or_a_no_is_a_truth(text: str, answer: bool | None) -> None:  # noqa: FBT001
    heard = Heard(text=text, data={}, streets=(), lexicon=LEXICON)
    assert KINDS["yes_no"].read(heard) is answer


def test_a_words_file_that_is_wrong_names_its_line(tmp_path: Path) -> None:
    (tmp_path / "nl").mkdir()
    (tmp_path / "nl" / "words.yaml").write_text(
        "yes: [ja]\nperhaps: [misschien]\nnumbers: {x: [een]}\n"
    )
    with pytest.raises(ConfigurationError) as raised:
        Lexicon.load(tmp_path)
    assert "words.yaml:2: 'perhaps'" in str(raised.value)
    assert "words.yaml:3: 'x' is no number" in str(raised.value)

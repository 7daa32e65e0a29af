"""What docs/dialogues.md promises a city: other questions without a line of Python."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

import config
from bot.dialogue.engine import Answer, AnswerKind, Engine, Turn
from bot.dialogue.lexicon import Lexicon
from bot.dialogue.scripts import load_scripts
from bot.dialogue.texts import Texts
from bot.dialogue.vocabulary import DERIVED, FACTS
from tests.dialogue.conversation import FACTS as VILLAGE
from tests.dialogue.conversation import NIGHT

GUIDE = config.ROOT.parent / "docs" / "dialogues.md"


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """A copy of what ships, for a city to change."""
    shutil.copytree(config.DIALOGUES, tmp_path / "dialogues")
    shutil.copytree(config.TEXTS, tmp_path / "texts")
    return tmp_path


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


def add_texts(city: Path, **texts: str) -> None:
    for lang in ("nl", "en"):
        file = city / "texts" / lang / "dialogue.yaml"
        added = "".join(f"{key.replace('__', '.')}: {text}\n" for key, text in texts.items())
        file.write_text(file.read_text() + added)


def engine_of(city: Path) -> Engine:
    texts, lexicon = Texts.load(city / "texts"), Lexicon.load(city / "texts")
    return Engine(load_scripts(city / "dialogues", texts=texts, lexicon=lexicon), lexicon)


def talk(engine: Engine, *words: str) -> Turn:
    turn = engine.start("report", facts=VILLAGE, now=NIGHT)
    for word in words:
        assert turn.state is not None
        answer = Answer(kind=AnswerKind.TEXT, at=NIGHT, text=word)
        turn = engine.advance(turn.state, answer, facts=VILLAGE, now=NIGHT)
    return turn


def test_another_choice_is_a_line_and_its_words(city: Path) -> None:
    change(
        city / "dialogues" / "report.yaml",
        "      scam: {",
        "      fly_tipping: {set: {kind: fly_tipping, what: $gone}, goto: next}\n      scam: {",
    )
    add_texts(city, report__what__fly_tipping="Sluikstort")
    turn = talk(engine_of(city), "1", "sluikstort")
    assert turn.data["kind"] == "fly_tipping"
    assert talk(engine_of(city), "1", "6").data["kind"] == "fly_tipping"


def test_another_question_is_a_step_and_its_words(city: Path) -> None:
    change(
        city / "dialogues" / "report.yaml",
        """    text: {kind: place, into: place, goto: next}
""",
        """    text: {kind: place, into: place, goto: how_many}
""",
    )
    change(
        city / "dialogues" / "report.yaml",
        "  outside:\n",
        """  how_many:
    text: {kind: count, into: how_many, goto: next}
    choices:
      skip: {number: 0, goto: next}

  outside:
""",
    )
    add_texts(city, report__how_many="Hoeveel personen?", report__how_many__skip="Overslaan")
    turn = talk(engine_of(city), "1", "inbraak", "Kerkstraat", "3")
    assert turn.state is not None
    assert turn.state.step == "confirm"
    assert turn.data["how_many"] == 3
    assert [one["text"] for one in turn.data["said"]][-1] == "3"
    skipped = talk(engine_of(city), "1", "inbraak", "Kerkstraat", "0")
    assert [one["text"] for one in skipped.data["said"]][-1] == "Kerkstraat"


CARELESS = """
start: {start}
steps:
  ask:
    choices:
      yes: {{do: report.send, say: try.sent, goto: end}}
"""


@pytest.mark.parametrize("start", ["ask", "{do: report.send, say: try.sent, goto: ask}"])
def test_a_script_that_skips_the_gate_sends_nothing(city: Path, start: str) -> None:
    """Whatever a city writes, no card goes out before somebody said that they called."""
    (city / "dialogues" / "try.yaml").write_text(CARELESS.format(start=start))
    add_texts(city, try__ask="Sturen?", try__ask__yes="Ja", try__sent="Weg")
    engine = engine_of(city)
    turn = engine.start("try", facts=VILLAGE, now=NIGHT)
    if turn.state is not None:
        answer = Answer(kind=AnswerKind.TEXT, at=NIGHT, text="ja")
        turn = engine.advance(turn.state, answer, facts=VILLAGE, now=NIGHT)
        assert [say.key for say in turn.says] == ["dialogue.call_first", "try.ask"]
    assert turn.effects == ()
    assert "dialogue.call_first" in [say.key for say in turn.says]
    called = {**VILLAGE, "gate_met": True}
    assert [e.name for e in engine.start("try", facts=called, now=NIGHT).effects] in (
        [],
        ["report.send"],
    )


def test_the_guide_names_every_fact_and_only_facts() -> None:
    """The table of facts is the vocabulary, less what only the engine's own scripts need."""
    table = GUIDE.read_text().partition("## Facts")[2].partition("## ")[0]
    named = {
        name
        for row in table.splitlines()
        for name in re.findall(r"`(\w+)`", row.split("|")[1] if row.startswith("| `") else "")
    }
    known = FACTS.keys() | DERIVED.keys()
    assert named <= known
    inside = {
        "gate_met",
        "stale",
        "streets",
        "photos",
        "can_show",
        "person",
        "more_persons",
        "media_count",
    }
    assert known - named == inside

"""Tokens, states and conditions."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue import token
from bot.dialogue.expression import parse
from bot.dialogue.state import GONE, Past, State, put


def test_a_token_names_dialogue_question_and_choice() -> None:
    assert token.encode(17, 4, "called") == "q17.4.called"
    assert token.decode("q17.4.called") == (17, 4, "called")


@given(st.integers(0, 10**18 - 1), st.integers(0, 10**9 - 1), st.from_regex(r"\A[a-z0-9_]{1,30}\Z"))
def test_every_token_fits_a_button_and_comes_back(
    dialogue: int, question: int, choice: str
) -> None:
    made = token.encode(dialogue, question, choice)
    assert len(made.encode("ascii")) <= 60
    assert token.decode(made) == (dialogue, question, choice)


@pytest.mark.parametrize(
    "text", ["", "q1.2", "q1.2.", "x1.2.a", "q1.2.A", "q1.2.a b", "qé.1.a", "a:seen:7"]
)
def test_what_is_no_token_is_none(text: str) -> None:
    assert token.decode(text) is None


def test_an_id_that_fits_no_token_is_refused() -> None:
    with pytest.raises(ValueError, match="a-z, 0-9"):
        token.encode(1, 1, "Ja")


def test_a_state_comes_back_from_its_json() -> None:
    state = State(
        script="report",
        step="where",
        question=3,
        data={"kind": "theft", "persons": [{"sex": "man"}]},
        trail=(Past("gate", ((("gate",), GONE), (("kind",), "doors"))), Past("what", ())),
    )
    back = State.from_json(state.to_json())
    assert back == state
    assert back.trail[0].undo[0][1] is GONE


def test_changing_a_draft_leaves_the_old_one_alone() -> None:
    old: dict[str, Any] = {"persons": [{"sex": "man"}], "kind": "theft"}
    new = put(old, ("persons", 1, "sex"), "woman")
    assert old["persons"] == [{"sex": "man"}]
    assert new["persons"] == [{"sex": "man"}, {"sex": "woman"}]
    assert put(new, ("kind",), GONE) == {"persons": new["persons"]}


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("gate", True),
        ("not gate", False),
        ("gate == strict", True),
        ("gate != strict", False),
        ("not gate == strict", False),
        ("data.kind == theft and gate == strict", True),
        ("data.kind and not data.place", True),
        ("flag == true", True),
        ("missing", False),
        ("missing == ''", True),
    ],
)
def test_conditions_compare_ask_and_join(text: str, holds: bool) -> None:  # noqa: FBT001
    values = {"gate": "strict", "data.kind": "theft", "flag": True}
    condition, names = parse(text)
    assert condition(SimpleNamespace(value=values.get)) is holds
    assert names


@pytest.mark.parametrize(
    "text", ["", "gate or x", "gate = strict", "__import__('os')", "a and", "a == b == c"]
)
def test_anything_else_is_no_condition(text: str) -> None:
    with pytest.raises(ValueError, match="is no condition"):
        parse(text)

"""Whatever people do, in whatever order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.dialogue.engine import Answer, AnswerKind, State, Turn
from tests.dialogue.conversation import ALERT, FACTS, NIGHT, OTHER_ALERT, engine

SCRIPTS = sorted(engine().scripts)
WORDS = st.sampled_from(
    [
        *("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "117", "een", "1)", "ja", "nee"),
        *("terug", "stop", "hulp", "101", "klaar", "gebeld", "versturen", "overslaan", "annuleren"),
        *(
            "inbraak bezig Kerkstraat 12",
            "iemand gewond",
            "Kerkstraat",
            "om 23:10",
            "nu",
            "😀",
            "",
            " ",
        ),
        "x" * 5000,
    ]
)
TEXT = st.one_of(WORDS, st.text(max_size=60))
SENT = st.sampled_from([timedelta(), timedelta(minutes=20)])
POINT = st.just({"latitude": "50.88", "longitude": "5.53", "label": ""})


def answers(state: State) -> st.SearchStrategy[Answer]:
    """Everything that could come in while this question stands open."""
    step = engine().scripts[state.script].steps[state.step]
    ids = [*(choice.id for choice in step.choices), "i7", "nothing"]
    question = st.one_of(st.none(), st.just(state.question), st.integers(0, 9))
    timers = [f"{state.question}.{name}" for name in step.alarms] + ["1.gone"]
    return st.one_of(
        st.builds(
            Answer,
            kind=st.just(AnswerKind.TEXT),
            at=st.just(NIGHT),
            text=TEXT,
            sent_at=SENT.map(lambda s: NIGHT - s),
        ),
        st.builds(
            Answer,
            kind=st.just(AnswerKind.CHOICE),
            at=st.just(NIGHT),
            choice=st.sampled_from(ids),
            question=question,
        ),
        st.builds(
            Answer,
            kind=st.just(AnswerKind.MEDIA),
            at=st.just(NIGHT),
            media=st.integers(0, 10),
            media_kind=st.sampled_from(["photo", "video", "voice", "document"]),
            as_file=st.sampled_from([None, True, False]),
            text=TEXT,
        ),
        st.builds(Answer, kind=st.just(AnswerKind.LOCATION), at=st.just(NIGHT), location=POINT),
        st.builds(
            Answer,
            kind=st.sampled_from([AnswerKind.STICKER, AnswerKind.CONTACT, AnswerKind.OTHER]),
            at=st.just(NIGHT),
        ),
        st.builds(
            Answer, kind=st.just(AnswerKind.TIMER), at=st.just(NIGHT), timer=st.sampled_from(timers)
        ),
    )


FACT_SETS = st.fixed_dictionaries(
    {
        "gate": st.sampled_from(["strict", "advisory"]),
        "unsure": st.sampled_from(["strict", "ask_group"]),
        "open_alerts": st.sampled_from([[], [ALERT], [ALERT, OTHER_ALERT]]),
        "gate_met": st.booleans(),
        "similar": st.sampled_from([None, ALERT]),
        "outside": st.booleans(),
        "stale": st.booleans(),
        "streets": st.sampled_from([[], ["Kerkstraat", "Rozenstraat"]]),
        "police": st.sampled_from(["", "089 00 00 00"]),
    }
)


def may_send(turn: Turn, before: Mapping[str, Any], facts: Mapping[str, Any]) -> bool:
    """The rule in the words of the design, not the engine's."""
    gate = (turn.data.get("gate") or before.get("gate") or {}).get("by")
    unsure = turn.data.get("urgency") == "unsure" and facts["unsure"] == "ask_group"
    called = facts["gate_met"] or gate in ("self", "coordinator")
    return called or gate == "page" or facts["gate"] == "advisory" or unsure


@pytest.mark.parametrize("script", SCRIPTS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_sequence_of_answers_raises_falls_silent_or_skips_the_gate(
    script: str, data: st.DataObject
) -> None:
    """Every answer gets an answer, every state survives being stored, the gate always holds."""
    facts = {**FACTS, **data.draw(FACT_SETS)}
    given_data = {"text": "iemand aan de deur"} if script == "group_post" else {}
    turn = engine().start(script, facts=facts, now=NIGHT, data=given_data)
    assert turn.says
    for _ in range(data.draw(st.integers(1, 12))):
        if turn.state is None:
            return
        before = turn.state
        answer = data.draw(answers(before))
        stored = State.from_json(before.to_json())
        assert stored == State.from_json(stored.to_json())
        turn = engine().advance(stored, answer, facts=facts, now=NIGHT)

        spoke = bool(turn.says or turn.start or turn.effects)
        assert spoke or answer.kind is AnswerKind.TIMER
        if any(effect.name == "report.send" for effect in turn.effects):
            assert may_send(turn, before.data, facts)
        if turn.state is not None:
            assert turn.state.question >= before.question
            for say in turn.says:
                assert len({option.number for option in say.choices}) == len(say.choices)


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_back_always_returns_to_the_question_before(data: st.DataObject) -> None:
    """After any answer that leads on, `terug` gives the same question and the same draft."""
    facts = {**FACTS, **data.draw(FACT_SETS)}
    turn = engine().start("report", facts=facts, now=NIGHT)
    for _ in range(data.draw(st.integers(1, 8))):
        before = turn.state
        if before is None:
            return
        answer = data.draw(answers(before).filter(lambda a: a.kind is not AnswerKind.TIMER))
        turn = engine().advance(before, answer, facts=facts, now=NIGHT)
        after = turn.state
        if after is None or len(after.trail) != len(before.trail) + 1:
            continue
        back = engine().advance(
            after, Answer(kind=AnswerKind.TEXT, at=NIGHT, text="terug"), facts=facts, now=NIGHT
        )
        assert back.state is not None
        assert back.state.step == before.step
        kept = ("said", "media", "late", "asked_file", "shown")
        assert _without(back.state.data, kept) == _without(before.data, kept)


def _without(data: Mapping[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if key not in keys}

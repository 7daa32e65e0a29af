"""What works at every question, of every script."""

from __future__ import annotations

import pytest

from bot.dialogue.engine import Answer, AnswerKind, State
from tests.dialogue.conversation import ALERT, Conversation, engine


def test_back_returns_to_the_question_before_and_undoes_its_answer() -> None:
    talk = Conversation().begins("report").says("1").says("3").says("Kerkstraat")
    assert talk.step == "confirm"
    talk.says("terug")
    assert talk.step == "where"
    assert "place" not in talk.data
    assert talk.data["kind"] == "theft"
    talk.says("vorige").says("back")
    assert talk.step == "gate"
    assert "gate" not in talk.data


def test_back_at_the_first_question_says_so() -> None:
    talk = Conversation().begins("report").says("terug")
    assert talk.keys == ["dialogue.first_question", "report.gate_again"]


@pytest.mark.parametrize("word", ["101", "112", "bel 101", "Politie?", "notruf"])
def test_an_emergency_number_is_answered_with_the_call_line_and_the_question(word: str) -> None:
    talk = Conversation().begins("report").says("1").says(word)
    assert talk.keys == ["dialogue.call", "report.what"]
    assert "bel 101" in talk.heard


@pytest.mark.parametrize("word", ["hulp", "help", "HELP!!", "?", "aide"])
def test_help_explains_and_repeats_the_question(word: str) -> None:
    talk = Conversation().begins("report").says(word)
    assert talk.keys == ["report.help", "report.gate_again"]


def test_stop_cancels_a_report() -> None:
    talk = Conversation().begins("report").says("1").says("stop")
    assert talk.done[-1] == "report.discard"
    assert talk.step == "end"


def test_what_fits_no_choice_gets_the_choices_again() -> None:
    talk = Conversation().begins("pause").says("hoe gaat het")
    assert talk.keys == ["dialogue.not_understood", "pause.ask"]
    assert talk.choices[0] == "1 Geen berichten tot morgen"
    assert talk.says("9").keys == ["dialogue.not_understood", "pause.ask"]


def test_an_old_button_never_answers_a_new_question() -> None:
    talk = Conversation().begins("report").says("1")
    talk.presses("called", question=1)
    assert talk.keys == ["dialogue.past", "report.what"]
    assert talk.step == "what"


def test_buttons_stay_good_while_the_same_question_is_repeated() -> None:
    talk = Conversation().begins("report")
    first = talk.state.question
    talk.says("hulp")
    assert talk.presses("called", question=first).step == "what"


@pytest.mark.parametrize("kind", [AnswerKind.STICKER, AnswerKind.CONTACT, AnswerKind.OTHER])
def test_a_sticker_or_a_card_gets_the_question_again(kind: AnswerKind) -> None:
    talk = Conversation().begins("report").says("1").does(kind)
    assert talk.keys == ["dialogue.not_understood", "report.what"]


def test_a_photo_at_any_question_of_a_report_is_kept() -> None:
    talk = Conversation().begins("report").says("1").sends()
    assert talk.keys == ["dialogue.media_kept", "report.what"]
    assert talk.sends("voice").keys == ["dialogue.voice_kept", "report.what"]
    assert talk.data["media"] == 2


def test_words_below_a_photo_answer_the_question() -> None:
    talk = Conversation().begins("report").says("1").sends(text="iemand breekt in")
    assert talk.step == "where"
    assert talk.data["what"] == "iemand breekt in"
    assert talk.data["said"][-1]["text"] == "iemand breekt in"


def test_a_compressed_photo_is_asked_for_as_a_file_once() -> None:
    talk = Conversation().begins("report").says("1").sends(as_file=False)
    assert "dialogue.as_file" in talk.keys
    assert "dialogue.as_file" not in talk.sends(as_file=False).keys


def test_a_location_fills_the_place_only_while_it_is_empty() -> None:
    talk = Conversation().begins("report").says("1").shares("50.88", "5.53", "Kerkstraat")
    assert talk.keys == ["dialogue.location_kept", "report.what"]
    talk.says("3")
    assert talk.step == "confirm"
    talk.shares("51.00", "5.00")
    assert talk.data["place"]["latitude"] == "50.88"
    assert talk.data["said"][-1]["latitude"] == "51.00"


def test_where_nothing_is_kept_a_photo_is_told_so() -> None:
    talk = Conversation().begins("pause").sends()
    assert talk.keys == ["dialogue.not_kept", "pause.ask"]


def test_a_novel_is_kept_whole_and_shown_cut() -> None:
    novel = "een man loopt rond het huis " * 4000
    talk = Conversation().begins("report").says("1").says(novel)
    assert talk.step == "where"
    assert talk.data["said"][-1]["text"] == novel
    assert len(talk.data["what"]) <= 2001
    assert talk.data["what"].endswith("…")


def test_numbers_and_words_that_only_choose_are_no_part_of_the_story() -> None:
    talk = Conversation().begins("report").says("1").says("terug").says("gebeld")
    assert "said" not in talk.data


def test_the_log_can_tell_a_story_from_a_choice() -> None:
    talk = Conversation().begins("enrich").says("1")
    told = {
        word: engine().tells(talk.state, Answer(kind=AnswerKind.TEXT, at=talk.now, text=word))
        for word in ("0", "klaar", "Man", "man met baard", " ")
    }
    assert told == {"0": False, "klaar": False, "Man": False, "man met baard": True, " ": False}


def test_a_restart_repeats_the_question_that_stood_open() -> None:
    talk = Conversation().begins("report").says("1").restarts()
    assert talk.keys == ["report.what"]
    assert talk.says("3").step == "where"


def test_a_script_that_lost_a_step_begins_again_and_keeps_the_draft() -> None:
    talk = Conversation().begins("report").says("1").says("3")
    old = State(script="report", step="gone", question=4, data=talk.state.data)
    turn = engine().again(old, talk.facts, talk.now)
    assert turn.state is not None
    assert turn.state.step == "gate"
    assert turn.state.data["kind"] == "theft"


def test_a_script_that_is_gone_says_that_the_conversation_is_over() -> None:
    turn = engine().again(State(script="gone", step="x", question=1), {})
    assert turn.state is None
    assert [say.key for say in turn.says] == ["dialogue.over"]


def test_an_answer_to_a_script_that_changed_begins_it_again() -> None:
    talk = Conversation().begins("report")
    answer = Answer(kind=AnswerKind.TEXT, at=talk.now, text="1")
    for script, step, key in (("gone", "x", "dialogue.over"), ("pause", "gone", "pause.ask")):
        old = State(script=script, step=step, question=1)
        turn = engine().advance(old, answer, facts=talk.facts, now=talk.now)
        assert [say.key for say in turn.says] == [key]


def test_a_timer_of_an_earlier_question_does_nothing() -> None:
    talk = Conversation().begins("report").says("2")
    talk.says("1")
    talk.does(AnswerKind.TIMER, timer="2.first")
    assert talk.turn.says == ()
    assert talk.step == "what"


@pytest.mark.parametrize(
    "script",
    ["report", "join", "enrich", "sighting", "close", "group_post", "pause", "question", "answer"],
)
def test_every_script_can_be_stopped_with_one_word(script: str) -> None:
    talk = Conversation(open_alerts=[ALERT]).begins(script, text="iets").says("stop")
    assert talk.step == "end"
    assert talk.turn.says

"""The report: every way through the gate, and the three answers behind it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.dialogue.engine import Answer, AnswerKind
from tests.dialogue.conversation import ALERT, NIGHT, Conversation

MINUTE = timedelta(minutes=1)


def at_confirm(**facts: Any) -> Conversation:
    """Rozenstraat has called 101 and told what and where."""
    talk = Conversation(**facts).begins("report")
    return talk.says("1").says("man voelt aan autodeuren").says("Rozenstraat 14")


def test_gate_and_three_answers_and_the_alert_is_out() -> None:
    talk = Conversation().begins("report")
    assert talk.step == "gate"
    assert talk.question().panel == "gate"
    assert "Bel eerst 101" in talk.heard
    assert talk.choices[0] == "1 Ik heb 101 gebeld"

    talk.presses("Ik heb 101 gebeld")
    assert talk.last("report.gate")["by"] == "self"
    talk.presses("Inbraak bezig")
    talk.says("Kerkstraat 12")
    assert "Dit gaat naar 21 buren" in talk.heard
    talk.presses("Versturen")

    sent = talk.last("report.send")
    assert sent["kind"] == "burglary"
    assert sent["place"] == {"text": "Kerkstraat 12", "street": "Kerkstraat", "number": "12"}
    assert sent["gate"] == {"by": "self", "at": NIGHT.isoformat(timespec="milliseconds")}
    assert talk.step == "-> enrich"


@pytest.mark.parametrize(
    "words",
    [
        "1",
        "1.",
        "1)",
        " 1 ",
        "één",
        "een",
        "one",
        "Ik heb 101 gebeld",
        "ik heb gebeld",
        "gebeld.",
        "1️⃣",
    ],
)
def test_the_number_the_word_and_the_button_all_answer(words: str) -> None:
    talk = Conversation().begins("report").says(words)
    assert talk.step == "what"
    assert talk.done == ["report.gate"]


def test_a_quick_report_leaves_only_the_gate_and_the_confirmation() -> None:
    quick = Answer(kind=AnswerKind.TEXT, at=NIGHT, text="inbraak bezig Kerkstraat 12", message="m1")
    talk = Conversation().begins("report", first=quick)
    assert talk.step == "gate"
    talk.says("1")
    assert talk.step == "confirm"
    talk.says("Versturen")
    sent = talk.last("report.send")
    assert (sent["what"], sent["kind"]) == ("inbraak bezig", "burglary")
    assert sent["place"]["street"] == "Kerkstraat"
    assert sent["said"][0]["text"] == "inbraak bezig Kerkstraat 12"
    assert sent["said"][0]["message"] == "m1"


def test_a_quick_report_without_a_street_is_asked_where() -> None:
    quick = Answer(kind=AnswerKind.TEXT, at=NIGHT, text="inbraak bezig bij de bakker")
    talk = Conversation().begins("report", first=quick).says("1")
    assert talk.step == "where"


def test_a_photo_sent_first_opens_a_draft_and_is_kept() -> None:
    photo = Answer(
        kind=AnswerKind.MEDIA, at=NIGHT, media=2, media_kind="photo", text="hij is bezig"
    )
    talk = Conversation().begins("report", first=photo)
    assert talk.step == "gate"
    assert "Beelden gaan naar de politie" in talk.heard
    assert talk.data["media"] == 2
    assert talk.data["what"] == "hij is bezig"


def test_a_location_sent_first_becomes_the_place() -> None:
    here = {"latitude": "50.88", "longitude": "5.53", "label": "Kloosterstraat 3"}
    first = Answer(kind=AnswerKind.LOCATION, at=NIGHT, location=here)
    talk = Conversation().begins("report", first=first).says("1").says("3")
    assert talk.step == "confirm"
    assert talk.data["place"]["street"] == "Kloosterstraat"
    assert talk.data["place"]["latitude"] == "50.88"


def test_whoever_begins_to_tell_at_the_gate_is_heard_and_asked_again() -> None:
    talk = Conversation().begins("report").says("er staat iemand aan de deur van nummer 12")
    assert talk.step == "gate"
    assert talk.keys == ["report.gate_first", "report.gate_again"]
    assert talk.data["what"] == "er staat iemand aan de deur van nummer 12"
    talk.says("1")
    assert talk.step == "where"


def test_what_fits_no_choice_at_the_gate_gets_the_choices_again_shortly() -> None:
    """A kind word, the number to call and the choices; not the whole question each time."""
    talk = Conversation().begins("report")
    offered = talk.choices
    for odd, word in (("9", "dialogue.not_understood"), ("👍", "dialogue.not_understood")):
        talk.says(odd)
        assert talk.keys == [word, "report.gate_again"]
        assert talk.choices == offered
        assert "bel eerst 101" in talk.heard
        assert "Brandweer" not in talk.heard
    talk.says("hij is gewond")
    assert talk.keys == ["report.gate_first", "report.danger", "report.gate_again"]
    talk.says("1").says("terug")
    assert talk.keys == ["report.danger", "report.gate"]


def test_english_questions_take_dutch_and_french_answers() -> None:
    talk = Conversation(lang="en").begins("report")
    assert "Call 101 first" in talk.heard
    talk.says("j'ai appelé")
    assert talk.step == "what"
    talk.says("inbraak")
    assert talk.data["kind"] == "burglary"


def test_another_emergency_number_is_said_where_it_is_configured() -> None:
    talk = Conversation(emergency="112").begins("report")
    assert talk.choices[0] == "1 Ik heb 112 gebeld"
    assert "101" not in talk.heard
    assert talk.says("ik heb 112 gebeld").step == "what"


def test_violence_brings_the_call_line_again() -> None:
    talk = Conversation().begins("report").says("1").says("er ligt iemand gewond op straat")
    assert talk.keys[0] == "report.danger"
    assert "112" in talk.heard
    assert talk.step == "where"


def test_something_else_is_typed() -> None:
    talk = Conversation().begins("report").says("1").presses("Iets anders")
    assert talk.step == "what_text"
    assert talk.says("drone boven de tuin").data["what"] == "drone boven de tuin"


def test_a_shared_point_without_a_street_still_takes_three_answers() -> None:
    talk = Conversation().begins("report").says("1").says("4").shares("50.88", "5.53")
    assert talk.step == "confirm"
    assert talk.keys == ["report.no_street", "report.confirm"]
    talk.says("Kloosterstraat")
    assert talk.keys == ["report.confirm"]
    assert talk.data["place"]["street"] == "Kloosterstraat"
    assert talk.data["place"]["longitude"] == "5.53"


def test_a_place_outside_the_area_is_confirmed() -> None:
    talk = Conversation(outside=True).begins("report").says("1").says("4").says("Kerkstraat")
    assert talk.step == "outside"
    assert talk.says("nee").step == "where"
    assert talk.says("Molenweg 2").says("ja").step == "confirm"


def test_a_house_number_alone_is_no_place() -> None:
    talk = Conversation().begins("report").says("1").says("4").says("12")
    assert talk.keys == ["dialogue.not_understood", "report.where"]


def test_one_neighbour_is_not_neighbours() -> None:
    assert "Dit gaat naar je ene buur:" in at_confirm(neighbours=1).heard


def test_nobody_to_tell_is_no_number() -> None:
    heard = at_confirm(neighbours=0).heard
    assert "Er zijn nog geen buren om te verwittigen." in heard
    assert "0 buren" not in heard


def test_only_police_and_coordinator_get_it_when_asked() -> None:
    talk = at_confirm().presses("Enkel naar beheerder en politie")
    assert talk.done[-1] == "report.record"


def test_cancelling_discards() -> None:
    talk = at_confirm().says("annuleren")
    assert talk.done[-1] == "report.discard"
    assert talk.step == "end"
    assert "geen melding verstuurd" in talk.heard


def test_changing_the_place_comes_back_to_the_confirmation() -> None:
    talk = at_confirm().presses("Aanpassen").presses("De plaats").says("Molenweg 8")
    assert talk.step == "confirm"
    assert "Molenweg" in talk.heard


def test_changing_what_happens_keeps_the_place() -> None:
    talk = at_confirm().says("aanpassen").says("wat").presses("Diefstal")
    assert talk.step == "confirm"
    assert talk.data["kind"] == "theft"
    assert "what" not in talk.data


def test_a_duplicate_is_offered_as_an_addition() -> None:
    talk = at_confirm(similar=ALERT, open_alerts=[ALERT])
    assert talk.step == "similar"
    assert "M-2026-0117" in talk.heard
    same = talk.says("ja")
    assert same.last("report.join")["alert"] == 7
    assert at_confirm(similar=ALERT).says("nee").step == "confirm"


def test_an_answer_that_was_long_under_way_asks_whether_it_goes_on() -> None:
    talk = Conversation().begins("report").says("1", sent=timedelta(minutes=40))
    talk.says("4").says("Kerkstraat").says("1")
    assert talk.step == "stale"
    assert "report.send" not in talk.done
    talk.says("ja")
    assert talk.last("report.send")["late"] is False
    assert talk.data["stale"] is True


def test_what_is_over_becomes_a_record() -> None:
    talk = at_confirm(stale=True).says("1").says("nee, het is voorbij")
    assert talk.last("report.record")["urgency"] == "cold"


def test_a_draft_that_lay_for_an_hour_is_asked_too() -> None:
    talk = at_confirm().waits(timedelta(hours=1)).says("1")
    assert talk.step == "stale"


def test_silence_reminds_saves_and_at_last_discards() -> None:
    talk = Conversation().begins("report").says("1")
    talk.waits(2 * MINUTE)
    assert talk.keys == ["report.remind"]
    talk.waits(8 * MINUTE)
    assert talk.keys == ["report.saved", "report.what"]
    talk.waits(timedelta(hours=24))
    assert talk.keys == ["report.discarded"]
    assert talk.done[-1] == "report.discard"
    assert talk.step == "end"


def test_an_answered_report_is_never_sent_by_itself() -> None:
    talk = at_confirm().waits(11 * MINUTE)
    assert talk.keys == ["report.saved", "report.confirm"]
    talk.waits(timedelta(hours=24))
    assert "report.send" not in talk.done


def test_a_draft_without_a_gate_can_not_be_sent() -> None:
    talk = at_confirm()
    data = {key: value for key, value in talk.state.data.items() if key != "gate"}
    talk.turn = talk.turn._replace(state=replace(talk.state, data=data))
    talk.presses("send")
    assert "report.send" not in talk.done

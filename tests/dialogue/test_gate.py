"""Every way through the gate: who called, who can't, somebody else, not sure, longer ago."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.dialogue.conversation import ALERT, NIGHT, OTHER_ALERT, Conversation


def test_calling_now_waits_and_reminds_after_one_and_three_minutes() -> None:
    talk = Conversation().begins("report").presses("Ik bel nu")
    assert talk.step == "calling"
    assert "Blijf hangen" in talk.heard

    talk.waits(timedelta(seconds=59))
    assert talk.keys == ["report.calling"]
    talk.waits(timedelta(seconds=1))
    assert talk.keys == ["report.calling_remind"]
    talk.waits(timedelta(minutes=2))
    assert talk.keys == ["report.calling_remind_again"]
    talk.says("1")
    assert talk.step == "what"
    assert talk.data["gate"]["at"] > NIGHT.isoformat(timespec="milliseconds")


def test_what_was_seen_may_be_typed_while_the_phone_rings() -> None:
    talk = Conversation().begins("report").says("2").says("twee mannen breken in, Kerkstraat 12")
    assert talk.step == "calling"
    assert talk.keys == ["report.noted"]
    talk.says("1")
    assert talk.step == "confirm"
    assert talk.data["place"]["number"] == "12"


def test_a_story_in_several_messages_loses_nothing() -> None:
    talk = (
        Conversation()
        .begins("report")
        .says("2")
        .says("man met een tas")
        .says("hij klimt over de haag")
    )
    assert talk.data["what"] == "man met een tas\nhij klimt over de haag"
    assert [one["text"] for one in talk.data["said"]] == [
        "man met een tas",
        "hij klimt over de haag",
    ]


@pytest.mark.parametrize("word", ["hallo", "ja", "ok", "👍"])
def test_a_greeting_at_the_gate_is_no_description(word: str) -> None:
    talk = Conversation().begins("report").says(word)
    assert talk.keys == ["dialogue.not_understood", "report.gate_again"]
    assert "what" not in talk.data


def test_a_call_that_does_not_get_through_leads_to_the_coordinators() -> None:
    talk = Conversation().begins("report").says("2").says("lukt niet")
    assert talk.step == "cannot"


def test_who_cannot_call_has_the_coordinators_asked() -> None:
    talk = Conversation().begins("report").presses("Ik kan niet bellen")
    assert "112 BE" in talk.heard
    talk.says("ja")
    assert talk.last("report.page") == {"more": False, "gate": talk.data["gate"]}
    talk.says("4").says("Rozenstraat 3")
    assert talk.last("report.page")["more"] is True
    assert talk.last("report.page")["place"]["number"] == "3"
    assert talk.keys == ["report.waits", "report.confirm"]
    assert "vertrekt pas als iemand gebeld heeft" in talk.heard
    talk.presses("Versturen")
    assert talk.last("report.send")["gate"]["by"] == "page"


def test_when_a_coordinator_has_called_the_confirmation_no_longer_waits() -> None:
    talk = Conversation().begins("report").says("3").says("ja").says("4").says("Rozenstraat 3")
    talk.facts["gate_met"] = True
    talk.restarts()
    assert talk.keys == ["report.confirm"]


def test_who_does_not_want_the_coordinators_asked_is_back_at_the_gate() -> None:
    talk = Conversation().begins("report").says("3").says("nee")
    assert talk.step == "gate"
    assert "report.page" not in talk.done


def test_somebody_else_called_joins_their_alert() -> None:
    talk = Conversation(open_alerts=[ALERT, OTHER_ALERT]).begins("report").says("4")
    assert talk.choices == [
        "1 22:58 Rozenstraat: man voelt aan autodeuren",
        "2 23:10 Kerkstraat: inbraak bezig",
        "3 Nee, geen van deze",
    ]
    talk.says("2")
    assert talk.step == "join_what"
    talk.says("ik zag ze wegrijden")
    assert talk.last("report.join")["alert"] == 9
    assert talk.last("report.join")["what"] == "ik zag ze wegrijden"
    assert talk.turn.start == ("enrich", {"alert": 9})


def test_an_alert_may_be_named_by_its_own_number() -> None:
    talk = Conversation(open_alerts=[ALERT, OTHER_ALERT]).begins("report").says("4").says("118")
    assert talk.data["alert"] == 9


def test_hearsay_opens_no_gate_under_the_strict_rule() -> None:
    talk = Conversation(open_alerts=[ALERT]).begins("report").says("4").says("geen van deze")
    assert talk.step == "call_too"
    assert "Bel 101 ook zelf" in talk.heard
    assert "report.gate" not in talk.done
    assert Conversation().begins("report").says("4").step == "call_too"


def test_under_the_advisory_rule_who_called_is_asked_and_noted() -> None:
    talk = Conversation(gate="advisory").begins("report").says("4").says("de buurvrouw, net")
    assert talk.last("report.gate")["gate"]["who"] == "de buurvrouw, net"
    talk.says("3").says("Kerkstraat")
    assert talk.presses("Versturen").last("report.send")["gate"]["by"] == "other"


def test_not_sure_may_be_shown_to_the_coordinator_only() -> None:
    talk = Conversation(police="089 00 00 00").begins("report").says("5")
    assert talk.keys == ["report.doubt_police"]
    talk.says("1").says("5").says("Kerkstraat")
    assert talk.step == "keep"
    talk.presses("Versturen")
    assert talk.last("report.record")["urgency"] == "unsure"
    assert "report.send" not in talk.done


def test_not_sure_and_calling_after_all_is_an_ordinary_report() -> None:
    talk = (
        Conversation().begins("report").says("5").says("2").says("1").says("2").says("Kerkstraat")
    )
    assert talk.step == "confirm"
    assert talk.data["urgency"] == "urgent"


def test_not_sure_and_stop_sends_nothing() -> None:
    talk = Conversation().begins("report").says("5").says("3")
    assert talk.step == "end"
    assert talk.done == ["report.call_off", "report.discard"]


def test_where_the_group_may_be_asked_the_card_is_marked() -> None:
    talk = Conversation(unsure="ask_group").begins("report").says("5").says("5").says("Kerkstraat")
    assert talk.keys == ["report.marked_unsure", "report.confirm"]
    assert talk.says("1").last("report.send")["urgency"] == "unsure"


def test_longer_ago_is_no_alarm() -> None:
    talk = Conversation(police="089 00 00 00").begins("report").says("6")
    assert talk.keys == ["report.cold", "report.cold_police", "report.what"]
    talk.says("3").says("Kerkstraat 12")
    assert talk.step == "keep"
    talk.says("1")
    assert talk.last("report.record")["urgency"] == "cold"
    assert talk.step == "-> enrich"
    assert "report.send" not in talk.done

"""Joining, adding, sightings, closing, messages in the group, pausing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.dialogue.conversation import ALERT, OTHER_ALERT, Conversation

# --- joining --------------------------------------------------------------------------------------


def test_joining_asks_the_rules_a_name_and_a_street() -> None:
    talk = Conversation().begins("join")
    assert talk.keys == ["join.welcome", "join.privacy", "join.rules_of"]
    assert "Munsterbilzen" in talk.heard
    talk.says("ja").says("Mia Peeters").says("Rozenstraat")
    assert talk.last("join.ask") == {"name": "Mia Peeters", "street": "Rozenstraat"}
    assert talk.step == "end"


def test_without_a_notice_or_a_version_the_rules_are_still_asked() -> None:
    talk = Conversation(privacy_url="", rules_version="").begins("join")
    assert talk.keys == ["join.welcome", "join.rules"]


def test_who_does_not_agree_is_no_member() -> None:
    talk = Conversation().begins("join").says("nee")
    assert talk.done == ["join.decline"]
    assert "Bel 101" in talk.heard


def test_a_name_needs_letters() -> None:
    talk = Conversation().begins("join").says("1").says("12345")
    assert talk.keys == ["dialogue.not_understood", "join.name"]


def test_a_day_of_silence_forgets_the_request() -> None:
    talk = Conversation().begins("join").says("ja").waits(timedelta(hours=25))
    assert talk.done == ["join.decline"]


# --- adding ---------------------------------------------------------------------------------------


def test_one_person_is_described_from_top_to_bottom_and_each_answer_is_handed_on() -> None:
    talk = Conversation().begins("enrich", alert=7).says("1")
    answers = ["man", "30", "1m80", "slank", "baard", "zwarte jas", "jeans", "rugzak"]
    for answer in answers:
        talk.says(answer)
        assert talk.done[-1] == "enrich.describe"
    person = talk.last("enrich.describe")["persons"][0]
    assert person == {
        "sex": "man",
        "age": "30",
        "height": "1m80",
        "build": "slim",
        "head": "baard",
        "top": "zwarte jas",
        "bottom": "jeans",
        "carried": "rugzak",
    }
    assert talk.last("enrich.describe")["alert"] == 7
    assert talk.step == "v_type"


def test_two_persons_come_one_after_the_other() -> None:
    talk = Conversation().begins("enrich").says("2")
    assert "Persoon 1." in talk.heard
    talk.says("man met rode pet, rent weg")
    assert "Persoon 2." in talk.heard
    talk.says("vrouw")
    for _ in range(7):
        talk.says("0")
    assert talk.data["persons"] == [{"text": "man met rode pet, rent weg"}, {"sex": "woman"}]
    assert talk.step == "v_type"


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("1 grote man met zwarte muts, witte bestelwagen 1-ABC-234", 1),
        ("2 mannen met bivakmutsen", 2),
        ("een man met een zwarte jas", 1),
        ("1 man, zijn gezicht zag ik niet", 1),
    ],
)
def test_who_describes_where_one_counts_has_described(words: str, count: int) -> None:
    """The first question is how many; whoever tells what they look like isn't asked again."""
    talk = Conversation().begins("enrich").says(words)
    assert talk.step == "v_type"
    assert talk.last("enrich.describe")["persons"] == [{"text": words}]
    assert talk.last("enrich.describe")["count"] == count
    talk.says("terug")
    assert talk.step == "persons"
    assert not talk.data.get("persons") or talk.data["persons"] == [{}]


@pytest.mark.parametrize("words", ["2 mannen", "twee", "2 of 3", "2"])
def test_a_mere_count_is_asked_on(words: str) -> None:
    talk = Conversation().begins("enrich").says(words)
    assert talk.step == "p_sex"
    assert talk.last("enrich.describe")["count"] == 2


@pytest.mark.parametrize(
    "words", ["ik heb niemand gezien", "dat weet ik niet meer", "bedankt hoor!"]
)
def test_what_describes_nobody_is_no_signalement(words: str) -> None:
    """Nobody is told to look out for "I don't know any more"."""
    talk = Conversation().begins("enrich").says(words)
    assert talk.step in ("persons", "v_type")
    assert not talk.data.get("persons")


def test_everything_may_be_skipped() -> None:
    talk = Conversation().begins("enrich").says("0").says("nee").says("geen idee")
    assert talk.step == "pictures"
    talk.says("0")
    assert talk.done[-1] == "enrich.done"
    assert "M-2026-0119" in talk.heard


def test_the_code_of_the_log_is_told_where_it_is_known() -> None:
    talk = Conversation(code="9f3a77c1").begins("enrich").says("klaar")
    assert talk.keys == ["enrich.thanks_code"]
    assert "9f3a77c1" in talk.heard


def test_done_ends_at_any_question_and_loses_nothing() -> None:
    talk = Conversation().begins("enrich").says("1").says("vrouw").says("klaar")
    assert talk.last("enrich.done")["persons"] == [{"sex": "woman"}]
    assert talk.step == "end"


def test_stop_after_the_alert_is_the_same_as_done() -> None:
    talk = Conversation().begins("enrich").says("1").says("man").says("stop")
    assert talk.done[-1] == "enrich.done"


def test_a_vehicle_is_told_in_lines_or_in_one() -> None:
    lines = Conversation().begins("enrich").says("0").says("auto").says("grijs").says("VW Golf")
    lines.says("1-ABC").says("deuk")
    assert lines.data["vehicle"] == {
        "type": "car",
        "colour": "grijs",
        "make": "VW Golf",
        "plate": "1-ABC",
        "extra": "deuk",
    }
    one = Conversation().begins("enrich").says("0").says("grijze Golf 1-ABC-234, deuk links")
    assert one.data["vehicle"] == {"text": "grijze Golf 1-ABC-234, deuk links"}
    assert one.step == "direction"


def test_a_bicycle_has_no_plate() -> None:
    talk = Conversation().begins("enrich").says("0").says("fiets").says("rood").says("0")
    assert talk.step == "v_extra"


def test_pictures_are_counted_and_more_are_welcome() -> None:
    talk = Conversation().begins("enrich").says("0").says("0").says("te voet naar de kerk").sends()
    assert "1 bestand ontvangen" in talk.heard
    talk.sends("video", as_file=True)
    assert "2 bestanden ontvangen" in talk.heard
    assert talk.step == "pictures"
    talk.says("hij had een koevoet")
    assert talk.last("enrich.describe")["note"] == "hij had een koevoet"
    assert talk.says("klaar").last("enrich.done")["direction"] == "te voet naar de kerk"


def test_ten_quiet_minutes_end_the_questions() -> None:
    talk = Conversation().begins("enrich").says("1").says("man").waits(timedelta(minutes=11))
    assert talk.done[-1] == "enrich.done"
    assert talk.step == "end"


# --- sightings ------------------------------------------------------------------------------------


def test_the_only_open_alert_needs_no_question() -> None:
    talk = Conversation(open_alerts=[ALERT]).begins("sighting")
    assert talk.step == "where"
    talk.says("Molenweg 4").says("ja")
    assert talk.keys == ["sighting.call", "sighting.thanks"]
    assert "22:58, Rozenstraat" in talk.heard
    sent = talk.last("sighting.send")
    assert (sent["alert"], sent["now"], sent["when"]) == (7, True, "now")
    assert sent["where"]["street"] == "Molenweg"


def test_a_time_in_the_same_breath_is_not_asked_again() -> None:
    talk = Conversation(open_alerts=[ALERT]).begins("sighting").says("Molenweg om 23:20")
    assert talk.step == "end"
    assert talk.last("sighting.send")["when"] == "23:20"
    assert talk.last("sighting.send")["now"] is False


def test_now_in_the_same_breath_brings_the_call_line() -> None:
    talk = Conversation(open_alerts=[ALERT]).begins("sighting").says("nu in de Molenweg")
    assert talk.keys == ["sighting.call", "sighting.thanks"]


def test_when_it_was_may_be_typed() -> None:
    talk = (
        Conversation(open_alerts=[ALERT]).begins("sighting").says("Molenweg").says("kwartier terug")
    )
    assert talk.last("sighting.send")["when"] == "kwartier terug"


@pytest.mark.parametrize(
    "thanks", ["dank je wel", "ok bedankt", "merci hé", "👍", "oké top", "ja", "weet ik niet"]
)
def test_thanks_are_no_sighting(thanks: str) -> None:
    """Nothing goes out and the question is put again; the place that comes then is taken."""
    talk = Conversation(open_alerts=[ALERT]).begins("sighting").says(thanks)
    assert talk.step == "where"
    assert talk.keys == ["dialogue.not_understood", "sighting.where"]
    assert "sighting.send" not in talk.done
    assert talk.says("Molenweg").says("dank u wel").step == "now"
    assert talk.says("nee").last("sighting.send")["where"]["street"] == "Molenweg"


def test_among_several_alerts_the_bot_asks_which() -> None:
    talk = Conversation(open_alerts=[ALERT, OTHER_ALERT]).begins("sighting")
    assert talk.step == "which"
    assert talk.says("2").step == "where"
    assert talk.shares("50.8", "5.5").step == "now"
    assert talk.says("nee").last("sighting.send")["alert"] == 9


def test_with_no_alert_open_a_report_is_offered() -> None:
    talk = Conversation().begins("sighting")
    assert talk.step == "none"
    assert talk.says("ja").turn.start == ("report", {})


# --- closing --------------------------------------------------------------------------------------


def test_closing_asks_how_it_ended() -> None:
    talk = Conversation(open_alerts=[ALERT]).begins("close")
    assert len(talk.choices) == 6
    talk.says("loos alarm")
    assert talk.last("close.send") == {"alert": 7, "outcome": "false_alarm"}


def test_a_bot_that_asks_by_itself_also_offers_not_yet() -> None:
    talk = Conversation(open_alerts=[ALERT]).begins("close", alert=7, asked=True)
    assert talk.keys == ["close.still"]
    assert talk.says("nog bezig").done == []
    assert talk.step == "end"


def test_a_wrong_report_is_only_confirmed() -> None:
    talk = Conversation(open_alerts=[ALERT]).begins("close", alert=7, outcome="mistaken")
    assert talk.step == "sure"
    assert talk.says("ja").last("close.send")["outcome"] == "mistaken"


def test_nothing_open_is_said() -> None:
    talk = Conversation().begins("close")
    assert talk.keys == ["close.none"]
    assert talk.step == "end"


# --- the group, and pausing -----------------------------------------------------------------------


def test_a_message_in_the_group_becomes_a_report_only_by_a_yes() -> None:
    yes = Conversation().begins("group_post", text="verdachte auto in de Kerkstraat").says("ja")
    assert yes.turn.start == ("report", {"what": "verdachte auto in de Kerkstraat"})
    assert yes.done == ["post.report"]
    no = Conversation().begins("group_post", text="mooi weer").says("2")
    assert no.done == ["post.ignore"]


def test_pause_until_tomorrow_leave_or_nothing() -> None:
    assert Conversation().begins("pause").says("1").done == ["pause.until_tomorrow"]
    leaving = Conversation().begins("pause").says("2")
    assert leaving.done == []
    assert leaving.says("ja").done == ["pause.leave"]
    assert Conversation().begins("pause").says("niets").done == []

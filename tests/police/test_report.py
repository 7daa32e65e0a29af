"""What the log tells the police, from its entries alone."""

from __future__ import annotations

import re
from dataclasses import replace

import config
from bot.police import report
from bot.police.case import Case, Gate
from bot.police.sheet import sheet, summary
from tests.police.issued import ENGLISH, WORDS, issue
from tests.police.story import Story, local


def told(story: Story, after: int = 0) -> report.Report:
    entries = story.entries()
    return report.build(entries[after:], after=after, before=entries[:after])


def test_a_night_reads_newest_case_first(story: Story) -> None:
    """Three cases with urgency, place, statement about the call, and outcome, each as it was."""
    story.night()
    found = told(story)
    urgent, cold, corrected = found.cases
    assert [case.number[-3:] for case in found.cases] == ["117", "116", "115"]
    assert (urgent.urgent, urgent.place, urgent.outcome) == (True, "Kloosterstraat 12", "police")
    assert (urgent.gate.by, urgent.gate.at) == ("self", local(12, 23, 14))
    assert urgent.reach == (18, 21)
    assert (cold.urgency, cold.relayed, cold.gate.by) == ("cold", False, "none")
    assert corrected.rectified_at is not None
    assert found.urgent == 1
    assert [picture.file for picture in found.pictures] == [f"{n:04d}.jpg" for n in range(1, 5)]
    assert found.counts == {"case.safe": 1, "drill.held": 1}


def test_a_case_that_goes_on_gets_its_head_again(story: Story) -> None:
    """Opened yesterday, seen again today: today's report says what and where, and shows only
    today's lines."""
    story.at(local(12, 23)).report("M-2026-0117")
    after = len(story.entries())
    story.at(local(13, 8)).log(
        "case.sighting", "M-2026-0117", author="Buur 3", where="Kerk", when="now", text="", now=True
    )
    (case,) = told(story, after).cases
    assert case.continued
    assert (case.place, case.urgency) == ("Kloosterstraat 12", "urgent")
    assert [line.kind for line in case.lines] == ["case.sighting"]
    page = sheet(issue(story, report=told(story, after)), WORDS)["cases"][0]
    assert {"text": "VERVOLG", "full": False} in page["tags"]
    assert page["timeline"]["rows"] == [["08:00", "Buur 3", "Ziet het nu: Kerk", "6"]]


def test_both_versions_of_an_edit_are_there(story: Story) -> None:
    """A neighbour changes a message: the new text stands beside the line of the old one."""
    story.at(local(12, 23)).report("M-2026-0117", what="")
    story.say("M-2026-0117", "witte auto")
    first = story.entries()[-1]
    story.later(5).log(
        "case.edited",
        "M-2026-0117",
        author="Buur 7",
        message=first.fields["message"],
        text="grijze auto",
        platform_at="",
    )
    rows = sheet(issue(story), WORDS)["cases"][0]["timeline"]["rows"]
    assert rows[-2][2] == "“witte auto”"
    assert rows[-1][2] == (
        f"Wijzigt een bericht in: “grijze auto” (de eerdere tekst staat op regel {first.n})"
    )


def test_what_was_told_in_several_messages_reads_as_sentences(story: Story) -> None:
    """On one line each message is a sentence; one that ended by itself gets nothing more."""
    told_it = "man aan de deur\nhij draagt een pet!\nloopt nu weg"
    story.at(local(12, 23)).report("M-2026-0117", what=told_it)
    (row,) = summary(issue(story), WORDS)
    assert row.what == "man aan de deur. Hij draagt een pet! Loopt nu weg"
    page = sheet(issue(story), WORDS)["cases"][0]
    assert page["headline"] == f"Kloosterstraat 12. Man aan de deur.{row.what[16:]}"


def test_a_headline_begins_like_one(story: Story) -> None:
    """Whatever people type at night; the table keeps their own letters."""
    story.at(local(12, 23)).report("M-2026-0117", place="aan de kerk", what="man aan de deur")
    page = sheet(issue(story), WORDS)["cases"][0]
    assert page["headline"] == "Aan de kerk. Man aan de deur"


def test_a_sighting_of_now_says_so_once_in_the_zones_language(story: Story) -> None:
    """ "Now" is in the sentence already; a moment ago is told in the words of the report."""
    story.at(local(12, 23)).report("M-2026-0117")
    for when, now in (("now", True), ("just_now", False)):
        story.later(1).log(
            "case.sighting", "M-2026-0117",
            author="Buur 3", where="Kerk", when=when, text="", now=now,
        )  # fmt: skip
    rows = [
        sheet(issue(story), words)["cases"][0]["timeline"]["rows"] for words in (WORDS, ENGLISH)
    ]
    assert [row[2] for row in rows[0][-2:]] == ["Ziet het nu: Kerk", "Gezien: Kerk, kort daarvoor"]
    assert [row[2] for row in rows[1][-2:]] == ["Sees it now: Kerk", "Seen: Kerk, shortly before"]


def test_the_messengers_own_time_stands_beside_ours_when_they_differ(story: Story) -> None:
    """A message that waited an hour for a connection shows both times."""
    story.at(local(12, 23)).report("M-2026-0117")
    story.at(local(13, 1)).log(
        "case.message",
        "M-2026-0117",
        author="Buur 7",
        text="nog gezien",
        message="9",
        source="signal",
        platform_at="2026-11-12T22:05:00.000Z",
        received_at="",
        early=False,
    )
    row = sheet(issue(story), WORDS)["cases"][0]["timeline"]["rows"][-1]
    assert row[0] == "vr 01:00"
    assert row[2] == "“nog gezien” (volgens de app do 12 nov, 23:05)"


def test_who_called_is_always_a_statement(story: Story) -> None:
    """By the reporter, by a coordinator, by someone else, by nobody: each is worded as said."""
    at = local(12, 23, 14)
    cases = {
        "self": "ja, 23:14",
        "coordinator": "ja, 23:14, zegt een beheerder",
        "other": "door iemand anders, 23:14",
        "none": "neen",
    }
    for by, words in cases.items():
        case = Case(number="M-2026-0001", gates=(Gate(by=by, who="Buur 7", at=at),))
        made = report.Report(first=1, last=1, cases=(case,), pictures=(), counts={})
        assert summary(issue(story, report=made), WORDS)[0].gate == words


def test_a_description_says_what_was_chosen_in_the_zones_language(story: Story) -> None:
    """Choices are codes in the log; people read words, and their own words stay theirs."""
    story.at(local(12, 23)).report("M-2026-0117", what="", kind="doors")
    story.log(
        "case.description",
        "M-2026-0117",
        author="Buur 7",
        persons=[{"sex": "woman", "height": "tall", "scar": "op de kin"}, {"text": "jongen"}],
        vehicle={"type": "van", "plate": "1-ABC-0", "extra": "deuk links"},
        direction="E313",
    )
    page = sheet(issue(story), WORDS)["cases"][0]
    assert page["headline"] == "Kloosterstraat 12. Voelt aan deuren, ramen of auto's"
    rows = [row[:2] for block in page["blocks"] for row in block["rows"]]
    assert rows == [
        ["Persoon 1 van 2", "vrouw · groot van gestalte"],
        ["Verder", "op de kin"],
        ["Persoon 2 van 2", "jongen"],
        ["Richting", "E313"],
        ["Type en kleur", "bestelwagen"],
        ["Nummerplaat", "1-ABC-0"],
        ["Opschrift of schade", "deuk links"],
    ]
    english = sheet(issue(story), ENGLISH)["cases"][0]
    assert english["headline"] == "Kloosterstraat 12. Tries doors, windows or cars"


def test_an_erased_entry_leaves_a_hole_not_a_crash(story: Story) -> None:
    """Every field of an entry may be gone; the report is made all the same."""
    story.night()
    bare = [replace(entry, fields={}) for entry in story.entries()]
    made = report.build(bare)
    page = sheet(issue(story, report=made), WORDS)
    assert len(page["cases"]) == 3
    texts = [row[2] for case in page["cases"] for row in case["timeline"]["rows"]]
    assert any("(tekst gewist)" in text for text in texts)


def test_the_hour_change_shows_both_offsets(story: Story) -> None:
    """A report over the night of 25 October names UTC+02:00 and UTC+01:00."""
    story.at(local(25, 1, month=10)).report("M-2026-0100")
    page = sheet(
        issue(story, since=local(24, 6, 30, month=10), until=local(25, 6, 30, month=10)), WORDS
    )
    assert page["cover"]["footnote"].endswith("(UTC+01:00 / UTC+02:00).")


def test_another_emergency_number_goes_everywhere(story: Story) -> None:
    """In a Dutch town the report says 112, and nowhere 101."""
    story.night()
    page = sheet(issue(story), replace(WORDS, emergency="112"))
    assert "112 gebeld" in str(page)
    assert re.search(r"\b101\b", str(page)) is None  # a hash may have these digits in it


def test_every_choice_of_a_dialogue_has_words_for_the_police() -> None:
    """What a button writes into the log is a code; the report has a word for each."""
    chosen = (config.DIALOGUES / "enrich.yaml").read_text()
    codes = set(re.findall(r"(?:persons\.@|vehicle)\.\w+: (\w+)\}", chosen))
    happened = set(
        re.findall(r"kind: (\w+), what:", (config.DIALOGUES / "report.yaml").read_text())
    )
    assert {"man", "van"} <= codes
    assert "burglary" in happened
    for words in (WORDS, ENGLISH):
        assert not [code for code in codes if not words.has(f"value.{code}")]
        assert not [kind for kind in happened if not words.has(f"happened.{kind}")]


def test_a_shared_point_stands_in_the_report(story: Story) -> None:
    """The reporter shared a location: street and coordinates, for the police only."""
    story.at(local(12, 23)).report("M-2026-0117", latitude="50.8867", longitude="5.5255")
    rows = [row[:2] for b in sheet(issue(story), WORDS)["cases"][0]["blocks"] for row in b["rows"]]
    assert ["Punt op de kaart", "50.8867, 5.5255 (WGS 84)"] in rows


def test_one_neighbour_and_one_calm_report_have_their_own_words(story: Story) -> None:
    """In Dutch and in English, on the cover and in the timeline."""
    story.at(local(12, 23)).report("M-2026-0117", urgency="cold")
    story.later(1).log("case.reach", "M-2026-0117", sent=1, of=1)
    for words, calm, reach in (
        (WORDS, "De melding was niet dringend.", "Verstuurd naar 1 van 1 buur"),
        (ENGLISH, "The report was not urgent.", "Sent to 1 of 1 neighbour"),
    ):
        made = sheet(issue(story), words)
        assert made["cover"]["lead"] == calm
        assert made["cases"][0]["timeline"]["rows"][-1][2] == reach

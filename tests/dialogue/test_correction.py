"""What of a report follows when one of its messages is edited."""

from __future__ import annotations

from typing import Any

import pytest

from bot.dialogue.correction import corrected, corrected_sighting, replaced
from bot.dialogue.kinds import read_quick
from tests.dialogue.conversation import engine

STREETS = ("Kerkstraat", "Rozenstraat")


def edit(told: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    return corrected(told, old, new, STREETS, engine().lexicon)


def quick(text: str) -> dict[str, Any]:
    return read_quick(text, STREETS, engine().lexicon)


def test_one_line_is_read_again() -> None:
    """Only what differs changes: here the house number."""
    old, new = "inbraak bezig Kerkstraat 12", "inbraak bezig Kerkstraat 21"
    assert edit(quick(old), old, new) == {
        "place": {"text": "Kerkstraat 21", "street": "Kerkstraat", "number": "21"}
    }


def test_act_and_place_of_one_line_change_together() -> None:
    old, new = "inbraak bezig Kerkstraat 12", "fiets gestolen Rozenstraat 3"
    changed = edit(quick(old), old, new)
    assert (changed["what"], changed["kind"]) == ("fiets gestolen", "theft")
    assert changed["place"]["text"] == "Rozenstraat 3"


def test_a_place_that_is_no_longer_named_stays() -> None:
    old, new = "inbraak bezig Kerkstraat 12", "inbraak bezig achter de school"
    assert edit(quick(old), old, new) == {"what": "inbraak bezig achter de school"}


def test_a_sentence_that_leads_to_its_address_stays_whole() -> None:
    old, new = "man rijdt naar de Kerkstraat 12", "man rijdt naar de Kerkstraat 21"
    changed = edit(quick(old), old, new)
    assert changed["what"] == new
    assert changed["place"]["number"] == "21"


def test_one_paragraph_of_a_story_changes() -> None:
    told = {"what": "eerst dit\ndan dat\nen nog iets", "kind": ""}
    assert edit(told, "dan dat ", "dan zus") == {"what": "eerst dit\ndan zus\nen nog iets"}


@pytest.mark.parametrize("new", ["ok", "12", "👍", ""])
def test_an_edit_that_tells_nothing_changes_nothing(new: str) -> None:
    assert edit({"what": "man met koevoet", "kind": ""}, "man met koevoet", new) == {}


def test_a_chosen_kind_stays() -> None:
    told = {"what": "man met koevoet", "kind": "burglary"}
    assert edit(told, "man met koevoet", "man met bijl") == {"what": "man met bijl"}


def test_where_is_read_again() -> None:
    place = {"text": "Kerkstraat 12", "street": "Kerkstraat", "number": "12"}
    changed = edit({"what": "x", "place": place}, "Kerkstraat 12", "Rozenstraat 4")
    assert changed == {"place": {"text": "Rozenstraat 4", "street": "Rozenstraat", "number": "4"}}


def test_the_street_of_a_point_keeps_its_point() -> None:
    place = {"text": "achter de kerk", "street": "achter de kerk", "number": "", "latitude": "50.8"}
    changed = edit({"what": "x", "place": place}, "achter de kerk", "achter de school")
    assert changed["place"]["street"] == "achter de school"
    assert changed["place"]["latitude"] == "50.8"


def test_other_words_are_left_alone() -> None:
    assert edit({"what": "man met koevoet", "kind": ""}, "iets anders", "nog iets") == {}


def test_a_sighting_is_read_again() -> None:
    told = {"where": {"text": "Kerkstraat 12, nu", "street": "Kerkstraat"}, "when": "now"}
    new = "Rozenstraat 3 om 23:10"
    changed = corrected_sighting(told, "Kerkstraat 12, nu", new, STREETS, engine().lexicon)
    assert changed["when"] == "23:10"
    assert changed["where"]["street"] == "Rozenstraat"


def test_when_it_was_seen_is_read_again() -> None:
    told = {"where": {"text": "Kerkstraat"}, "when": "10 min geleden"}
    changed = corrected_sighting(
        told, "10 min geleden", "20 min geleden", STREETS, engine().lexicon
    )
    assert changed == {"when": "20 min geleden"}


def test_lines_of_a_description_are_replaced_wherever_they_stand() -> None:
    told = {"persons": [{"head": "rode muts", "top": "blauw"}], "count": 1, "direction": ""}
    assert replaced(told, "rode muts", "groene muts ") == {
        "persons": [{"head": "groene muts", "top": "blauw"}],
        "count": 1,
        "direction": "",
    }

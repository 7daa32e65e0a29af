"""What the group may see of what was said: pure."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.alerts import facts
from bot.alerts.facts import LONGEST, Rules

RULES = Rules(emergency="101", plates="partial", streets=("Kerkstraat", "De Hoeven"))


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("man in Kerkstraat 12", "man in Kerkstraat"),
        ("Kerkstraat 12 bus 3, groene poort", "Kerkstraat, groene poort"),
        ("aan De Hoeven 7", "aan De Hoeven"),
        ("tegenover nummer 12a", "tegenover nummer …"),
        ("Kerkstraat 12 man met koevoet", "Kerkstraat man met koevoet"),
        ("in de Kerkstraat 2 mannen met koevoet", "in de Kerkstraat 2 mannen met koevoet"),
        ("om 23:40 in de Kerkstraat", "om 23:40 in de Kerkstraat"),
        ("plaat 1-ABC-234", "plaat 1-A…"),
        ("plaat 1abc234", "plaat 1ab…"),
        ("plaat 1 abc 234", "plaat 1 a…"),
        ("plaat ABC 123", "plaat ABC…"),
        ("Nederlandse XX-123-Y", "Nederlandse XX-…"),
        ("Franse AB-123-CD", "Franse AB-…"),
        ("ik bel 101", "ik bel 101"),
        ("BEL 101", "BEL 101"),
        ("bel 101 of 112 en blijf binnen", "bel 101 of 112 en blijf binnen"),
        ("twee mannen van 20 jaar", "twee mannen van 20 jaar"),
        ("bus 402 richting Hasselt", "bus 402 richting Hasselt"),
    ],
)
def test_house_numbers_go_and_plates_are_cut(said: str, shown: str) -> None:
    assert RULES.shown(said).strip() == shown


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Achterhoek 12", "Achterhoek"),
        ("12 Achterhoek", "Achterhoek"),
        ("bij de kapel", "bij de kapel"),
        ("aan bushalte 3", "aan bushalte"),
        ("achter de kerk om 23u40", "achter de kerk om 23u40"),
        ("bij de kapel, 2 mannen van 20 jaar", "bij de kapel, 2 mannen van 20 jaar"),
        ("bij de kapel, bel 0470 12 34 56", "bij de kapel, bel …"),
        ("12", ""),
    ],
)
def test_of_a_place_without_a_known_street_every_number_goes(said: str, shown: str) -> None:
    """All but times, ages and how many."""
    assert RULES.place(said) == shown


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Kerkstraat 12", "Kerkstraat"),
        ("in de kerkstr 12, bij familie Janssens met de rode deur", "Kerkstraat"),
        ("hoek hoeven 7 en Kerkstraat", "De Hoeven / Kerkstraat"),
        ("Molenweg 3 tegenover de bakker", "Molenweg"),
        ("rue Haute 12", "rue Haute"),
    ],
)
def test_of_a_place_with_a_street_only_the_street_is_shown(said: str, shown: str) -> None:
    """What else was typed stays with the police; shown once more, it says the same."""
    assert RULES.place(said) == shown
    assert RULES.place(shown) == shown


@settings(deadline=None)  # a busy machine is no fault
@given(st.text(min_size=LONGEST + 1, max_size=LONGEST * 3))
def test_what_is_too_long_is_cut(text: str) -> None:
    assert len(RULES.shown(text)) <= LONGEST + 10


def test_everybody_s_description_is_one_line_and_no_skin_is_shown() -> None:
    """Two people described; what both said stands once; private fields stay with the police."""
    man = {"sex": "man", "skin_colour": "x", "top": "rode jas"}
    found = {
        "described": {
            "3": {"persons": [man], "vehicle": {"type": "car", "plate": "1-ABC-234"}},
            "5": {"persons": [man], "direction": "naar Kerkstraat 12"},
        }
    }
    told = facts.look_out_for(found, RULES, lambda _step, value: value)
    assert told == "man, rode jas; car, 1-A…; naar Kerkstraat"


def test_a_point_without_words_is_told_exactly_to_whoever_calls() -> None:
    assert facts.exact_place({"text": "", "latitude": "50.1", "longitude": "5.2"}) == "50.1, 5.2"
    assert facts.exact_place({"text": "Kerkstraat 12"}) == "Kerkstraat 12"


def test_a_draft_without_a_gate_is_said_to_have_none() -> None:
    """Whatever stands in the draft, only three words count as a call."""
    for gate in ({}, {"by": "page", "at": "x"}, {"by": "nobody"}):
        assert facts.from_draft({"gate": gate})["gate"]["by"] == "none"
    assert facts.from_draft({"gate": {"by": "self"}})["gate"]["by"] == "self"


def test_a_street_in_somebody_s_own_words_is_looked_at_too() -> None:
    """Whoever was asked for the street of a point may type anything."""
    assert facts.street_of({"street": "Kerkstraat"}, RULES) == "Kerkstraat"
    assert facts.street_of({"street": "bij familie Maes, 12"}, RULES) == "bij familie …"
    assert facts.street_of({"street": "", "place": "Kerkstr. 12"}, RULES) == "Kerkstraat"
    assert facts.street_of({}, RULES) == ""

"""Streets and house numbers in what people type."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.dialogue.kinds import read_quick
from bot.dialogue.place import read_place, streets_in, without_numbers
from tests.dialogue.conversation import engine

STREETS = (
    "Rozenstraat",
    "Klein-Rozenstraat",
    "Munsterplein",
    "Op den Dries",
    "Sint-Amorstraat",
    "De Hoeven",
)


@pytest.mark.parametrize(
    ("text", "street", "number"),
    [
        ("Kerkstraat 12", "Kerkstraat", "12"),
        ("kerkstraat 12a", "Kerkstraat", "12a"),
        ("in de Kerkstraat, nr. 12 bus 3", "Kerkstraat", "12 bus 3"),
        ("Oude Baan 5", "Oude Baan", "5"),
        ("Sint-Truidense steenweg 120", "Sint-Truidense steenweg", "120"),
        ("Sint Jansstraat 4", "Sint Jansstraat", "4"),
        ("diefstal op de Grote Markt", "Grote Markt", ""),
        ("nieuwe kerkstraat 8", "Nieuwe kerkstraat", "8"),
        ("rue de la Loi dans le quartier", "rue de la Loi", ""),
        ("Kerkstraat 23 u", "Kerkstraat", ""),
        ("hoek Molenweg en Kerkstraat", "Molenweg", ""),
        ("Kerkstraat 2 mannen met muts", "Kerkstraat", ""),
        ("Kerkstraat 23:15", "Kerkstraat", ""),
        ("rue de la Loi 16", "rue de la Loi", "16"),
        ("16, rue de la Loi", "rue de la Loi", "16"),
        ("avenue Louise", "avenue Louise", ""),
        ("12 Church Street", "Church Street", "12"),
        ("aan de bakker", "", ""),
        ("hij liep weg over het fietspad", "", ""),
        ("in de straat", "", ""),
        ("onderweg op de snelweg", "", ""),
        ("op de ipad", "", ""),
        ("Kerkstr. 12", "Kerkstr.", "12"),
        ("Hauptstraße 12a", "Hauptstraße", "12a"),
        ("12, rue de l'Église", "rue de l'Église", "12"),
        ("rue des trois rois 12", "Rue des trois rois", "12"),
        ("dans la rue un homme", "", ""),
    ],
)
def test_a_street_is_recognised_by_how_streets_are_named(
    text: str, street: str, number: str
) -> None:
    place = read_place(text)
    assert (place.street, place.number) == (street, number)
    assert place.text == text


@pytest.mark.parametrize(
    ("text", "street", "number"),
    [
        ("rozenstraat 14", "Rozenstraat", "14"),
        ("klein-rozenstraat 3", "Klein-Rozenstraat", "3"),
        ("op den dries 7", "Op den Dries", "7"),
        ("SINT-AMORSTRAAT", "Sint-Amorstraat", ""),
        ("Kerkstraat 12", "Kerkstraat", "12"),
        ("Rozenstraatje", "", ""),
        ("rozenstr. 14", "Rozenstraat", "14"),
        ("Rozenstr14", "Rozenstraat", "14"),
        ("Munsterpl. 3", "Munsterplein", "3"),
        ("St.-Amorstr 4", "Sint-Amorstraat", "4"),
        ("sint amorstraat 4", "Sint-Amorstraat", "4"),
        ("dries 7", "", ""),
        ("hoeven 7", "De Hoeven", "7"),
        ("ze hoeven niet", "", ""),
        ("we hoeven nog 7 dagen", "", ""),
        ("12 Rozenstraat", "Rozenstraat", "12"),
        ("bij nr 12 in de Rozenstraat", "Rozenstraat", "12"),
        ("Rozenstraat 12-14", "Rozenstraat", "12-14"),
    ],
)
def test_the_streets_of_the_neighbourhood_go_before_any_other(
    text: str, street: str, number: str
) -> None:
    place = read_place(text, STREETS)
    assert (place.street, place.number) == (street, number)


@settings(deadline=None)  # a busy machine is no fault
@given(st.text(max_size=200))
def test_reading_a_place_never_fails_and_loses_no_words(text: str) -> None:
    assert read_place(text, STREETS).text == text.strip()
    assert read_place(text).text == text.strip()


def test_a_novel_is_read_in_a_moment() -> None:
    """The time grows with the text, not with its square: 100,000 characters stop nobody."""
    novel = "Kerkstraat 12, een man loopt naar de Rozenstraat. " * 2000
    began = time.process_time()
    assert streets_in(novel, STREETS) == ("Rozenstraat",)
    assert "12" not in without_numbers(novel)
    assert time.process_time() - began < 3


def test_a_quick_report_is_taken_apart() -> None:
    quick = read_quick("inbraak bezig Kerkstraat 12", (), engine().lexicon)
    assert quick == {
        "what": "inbraak bezig",
        "kind": "burglary",
        "place": {"text": "Kerkstraat 12", "street": "Kerkstraat", "number": "12"},
    }
    behind = read_quick("in de Rozenstraat staat een verdachte auto", STREETS, engine().lexicon)
    assert behind["what"] == "in de Rozenstraat staat een verdachte auto"
    assert behind["place"]["street"] == "Rozenstraat"
    assert read_quick("rare geluiden", STREETS) == {"what": "rare geluiden"}
    assert read_quick("", STREETS) == {}


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("man voelt aan de deur van Kerkstraat 12", "man voelt aan de deur van Kerkstraat 12"),
        ("man staat voor de Kerkstraat 12", "man staat voor de Kerkstraat 12"),
        ("inbraak bezig in de Kerkstraat", "inbraak bezig in de Kerkstraat"),
        ("inbraak op de hoek van Molenweg", "inbraak op de hoek van Molenweg"),
        ("inbraak, Kerkstraat 12", "inbraak"),
        ("man aan de deur - Kerkstraat 12.", "man aan de deur"),
        ("Kerkstraat 12", "Kerkstraat 12"),
    ],
)
def test_a_quick_report_still_reads_as_a_sentence(text: str, what: str) -> None:
    """An address that is merely added goes; one that the sentence leads to stays in it."""
    assert read_quick(text, (), engine().lexicon)["what"] == what

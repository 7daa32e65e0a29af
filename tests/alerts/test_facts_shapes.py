"""House numbers in odd shapes, and numbers that are none."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.alerts.facts import Rules

STREETS = ("Kerkstraat", "De Hoeven", "Sint-Amorstraat", "Op den Dries", "Rue de l'Église")
RULES = Rules(emergency="101", plates="partial", streets=STREETS)

GAPS = st.sampled_from(
    [
        *("", " ", "  ", ", ", ": ", " - ", " – ", "-", "/", " #", " (", " nr ", " nr. ", "\n"),
        *(", nummer ", " huisnr ", " n° ", "\u00a0", "\u200b", " ter hoogte van ", " thv "),
        *(" bij nr ", " no. "),
    ]
)
TAILS = st.sampled_from(
    [
        "",
        ".",
        ", rode poort",
        " staat open",
        " en dan weg",
        " man met koevoet",
        ")",
        " om 23:14",
        "!",
    ]
)
BESIDES = st.sampled_from(
    ["", "a", "A", " b", "bis", " bus 4", "/4", "-90", " en 90", ", 90 en 92"]
)
HEADS = st.sampled_from(["", "man aan ", "inbraak in de ", "1-ABC-234 voor ", "Om 23:14 in de "])


@settings(deadline=None)  # a busy machine is no fault
@given(
    head=HEADS,
    street=st.sampled_from(STREETS),
    gap=GAPS,
    number=st.integers(33, 9999),
    more=BESIDES,
    tail=TAILS,
)
def test_no_house_number_behind_a_listed_street_is_ever_shown(
    *, head: str, street: str, gap: str, number: int, more: str, tail: str
) -> None:
    """Glued or apart, whatever stands between, with its letter, its range and its box."""
    shown = RULES.shown(f"{head}{street}{gap}{number}{more}{tail}")
    assert str(number) not in shown
    assert not any(one in shown for one in ("90", "92", "bus 4", "/4"))
    assert street in shown


@settings(deadline=None)  # a busy machine is no fault
@given(
    lead=st.sampled_from(["", "op ", "bij ", "man aan ", "nu, ", "loopt naar "]),
    number=st.integers(33, 9999),
    gap=st.sampled_from(["", " ", ", ", " in de ", " van de ", " op "]),
    street=st.sampled_from(STREETS),
    named=st.booleans(),
)
def test_no_house_number_before_a_listed_street_is_ever_shown(
    *, lead: str, number: int, gap: str, street: str, named: bool
) -> None:
    said = f"{lead}{'nr ' if named else ''}{number}{gap}{street}"
    assert str(number) not in RULES.shown(said)


@settings(deadline=None)  # a busy machine is no fault
@given(
    head=HEADS,
    street=st.sampled_from(
        ["Molenweg", "oude baan", "bilzerstwg", "Lindenln.", "rue haute", "Fietsstraat"]
    ),
    gap=st.sampled_from([" ", ", ", " nr ", " (", "/", " nummer "]),
    number=st.integers(33, 9999),
    tail=TAILS,
)
def test_a_street_that_no_list_knows_hides_its_number_too(
    *, head: str, street: str, gap: str, number: int, tail: str
) -> None:
    shown = RULES.shown(f"{head}{street}{gap}{number}{tail}")
    assert str(number) not in shown
    assert street in shown


@settings(deadline=None)  # a busy machine is no fault
@given(
    number=st.integers(1, 999),
    street=st.sampled_from(["Kerkstr.", "kerkstr", "St.-Amorstr.", "hoeven"]),
)
def test_a_short_name_hides_its_number_too(number: int, street: str) -> None:
    assert RULES.shown(f"man aan {street} {number}") == f"man aan {street}"
    assert str(number) not in RULES.place(f"{street} {number}")


@settings(deadline=None)  # a busy machine is no fault
@given(st.text("abcdeéùßKS ,'’-–\n👍", max_size=200))
def test_a_text_without_such_things_is_shown_unchanged(text: str) -> None:
    assert RULES.shown(text) == text


@pytest.mark.parametrize(
    "typed",
    [
        "Kerkstraat (12)",
        "Kerkstraat #12",
        "Kerkstraat: 12",
        "Kerkstraat - 12",
        "Kerkstraat 12-14",
        "Kerkstraat 12 en 14",
        "Kerkstraat ter hoogte van 12",
        "Kerkstraat, huisnr 12",
        "Kerkstraat １２",
        "Kerkstraat 1️⃣2️⃣",
        "Kerkstraat twaalf",
        "nu bij 12 in de Kerkstraat",
        "bij nr 12, Kerkstraat",
        "12Kerkstraat",
        "Kerkstraat, kant tussen 12 en 14",
        "Kerkstraat 12 politie is gebeld",
        "Kerkstraat 12 twee mannen",
        "bij nummer 12 mannen in de Kerkstraat",
        "loopt naar 12 Kerkstraat",
        "verdachte man 12 Kerkstraat",
        "de deur van 12 in de Kerkstraat",
    ],
)
def test_no_shape_of_a_house_number_is_shown(typed: str) -> None:
    """Whatever stands between street and number, the number stays with the police."""
    shown = RULES.shown(typed)
    assert "Kerkstraat" in shown
    assert not any(number in shown for number in ("12", "14", "twaalf", "１２", "1️⃣"))


@pytest.mark.parametrize(
    "typed",
    [
        "2 mannen in de Kerkstraat",
        "man, 20 tot 30 jaar, 180 cm",
        "Kerkstraat en 2 auto's",
        "om 23:14 gezien, bel 101",
        "Kerkstraat, 23:14",
        "om 23:40 in de Kerkstraat",
        "in de Kerkstraat. 12 jongeren roepen",
        "Kerkstraat, 2 verdachte jonge mannen",
        "man van 45, Kerkstraat",
        "man 45, Kerkstraat",
        "vrouw van 80 in de Kerkstraat",
        "ik zie er 4, Kerkstraat",
        "belde naar 101, Kerkstraat",
        "Kerkstraat, 3 ramen ingegooid",
        "zwarte BMW 320, Kerkstraat",
        "rode Golf 7 in de Kerkstraat",
        "ze zijn met 3 in de Kerkstraat",
        "Kerkstraat 101 is gebeld",
        "lijn 20a aan de Kerkstraat",
        "100 meter voorbij de Kerkstraat, 2de huis links",
        "we hoeven 2 dagen niet te komen",
    ],
)
def test_other_numbers_stay(typed: str) -> None:
    """How many, how old and when are what neighbours look out for."""
    assert RULES.shown(typed) == typed


@pytest.mark.parametrize(
    "after", ["politie is gebeld", "twee mannen", "ramen ingegooid", "men ziet licht", "jonge man"]
)
def test_of_two_readings_the_house_number_is_taken(after: str) -> None:
    """Below ten it might be a count; it is one only before people and vehicles."""
    assert RULES.shown(f"Kerkstraat 5 {after}") == f"Kerkstraat {after}"


def test_what_lies_beyond_the_cut_shows_no_half_of_anything() -> None:
    """A long text is looked at before it is cut, so that no number loses its street."""
    for length in range(680, 720):
        shown = RULES.shown("x" * length + " Kerkstraat 128, plaat 1-ABC-234" + " y" * 1000)
        assert "128" not in shown
        assert "234" not in shown

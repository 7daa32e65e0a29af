"""Number plates in what people type: hidden in every shape, and nothing else taken for one."""

from __future__ import annotations

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.alerts.facts import Rules

RULES = Rules(emergency="101", plates="partial", streets=("Kerkstraat",))
NONE = Rules(emergency="101", plates="none", streets=("Kerkstraat",))
FULL = Rules(emergency="101", plates="full", streets=("Kerkstraat",))

JOINTS = st.sampled_from(["", "-", "–", "—", "‑", "−", ".", "·", "/", "_", " - ", " – ", "--"])
BLANKS = st.sampled_from([" ", ". ", "  ", "\u00a0", "\u2009", "\n"])
LETTERS = st.text(string.ascii_uppercase, min_size=3, max_size=3)
DIGITS = st.text(string.digits, min_size=3, max_size=3)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("plaat 1-ABC-234", "plaat 1-A…"),
        ("plaat 1-abc 234.", "plaat 1-a…."),
        ("1–ABC–234 reed weg", "1–A… reed weg"),
        ("1 - ABC - 234", "1 -…"),
        ("1 a b c 2 3 4", "1 a…"),
        ("begint met 1-ABC", "begint met 1-A…"),
        ("grijze Golf 1abc234", "grijze Golf 1ab…"),
        ("oude plaat abc 123", "oude plaat abc…"),
        ("ABC-123 of 123-ABC", "ABC… of 123…"),
        ("taxi T-XAA-001", "taxi T-X…"),
        ("Nederlander: XX-99-YY, 12-ab-34, g-123-bb", "Nederlander: XX-…, 12-…, g-1…"),
        ("kenteken xx 99 yy", "kenteken xx …"),
        ("Fransman AB-123-CD", "Fransman AB-…"),
        ("Duitser AC-XY 1234 en B-AB 123", "Duitser AC-… en B-A…"),
        ("Kerkstraat 123-ABC", "Kerkstraat …"),
        ("Pool WX 12345, KR 1AB23", "Pool WX …, KR …"),
    ],
)
def test_a_plate_shows_its_first_three_characters(said: str, shown: str) -> None:
    assert RULES.shown(said) == shown
    assert FULL.shown(said) == said


@pytest.mark.parametrize(
    "said",
    [
        "om 23:14 in de Kerkstraat",
        "de trap123 en de zone 123",
        "2 personen, 1m80 en 180 cm",
        "1 man 180 cm groot",
        "1. Man 180 cm 2. vrouw 165 cm",
        "BMW 320, bmw 320 en BMW-320",
        "CLA 200 of Audi A4 B8",
        "Golf 7 en Peugeot 208",
        "dag 123",
        "een 3-tal jongeren, een 5-jarig kind",
        "bel 101, BEL 112",
        "bus 402 naar Hasselt, lijn 20a",
        "melding M-2026-0117",
        "op 28-11-2026 om 23.40. De man liep weg",
        "weg over de E313 en de N702",
        "IEMAND OM 23 IN DE TUIN, MAN 30 J",
        "wifi 123, iphone 12, covid 19",
    ],
)
def test_what_looks_like_no_plate_is_left_alone(said: str) -> None:
    """Times, ages, heights, buses, roads and the makes of cars are what neighbours look out for."""
    assert RULES.shown(said) == said
    assert NONE.shown(said) == said


@settings(deadline=None)  # a busy machine is no fault
@given(
    first=st.sampled_from(string.digits[1:]),
    letters=LETTERS,
    digits=DIGITS,
    one=JOINTS,
    two=JOINTS,
    small=st.booleans(),
)
def test_no_belgian_plate_is_ever_shown_whole(
    *, first: str, letters: str, digits: str, one: str, two: str, small: bool
) -> None:
    """Whatever joins its parts, in capitals or not, with words around it or none."""
    typed = f"{first}{one}{letters}{two}{digits}"
    typed = typed.lower() if small else typed
    for said in (typed, f"auto {typed} weg", f"({typed})"):
        shown = RULES.shown(said)
        assert digits not in shown
        assert "".join(filter(str.isalnum, typed)) not in "".join(filter(str.isalnum, shown))
        assert NONE.shown(said) == said.replace(typed, "…")


@settings(deadline=None)  # a busy machine is no fault
@given(first=st.sampled_from(string.digits[1:]), letters=LETTERS, digits=DIGITS, gap=BLANKS)
def test_blanks_hide_no_plate(first: str, letters: str, digits: str, gap: str) -> None:
    """In capitals; and in small letters where the word before says that it is a plate."""
    typed = f"{first}{gap}{letters}{gap}{digits}"
    assert digits not in RULES.shown(f"rode auto {typed}")
    assert digits not in RULES.shown(f"nummerplaat: {typed.lower()}")


@settings(deadline=None)  # a busy machine is no fault
@given(st.text(string.ascii_letters + string.digits + " -.:/", max_size=120))
def test_looking_for_plates_never_fails(text: str) -> None:
    assert len(RULES.shown(text)) <= len(text) + text.count(" ") + text.count("-") + 10


def test_an_answer_about_the_plate_is_a_plate() -> None:
    """Where the plate was asked for, whatever was typed is cut; a recognised one where it stands."""
    assert RULES.plate_told("1-ABC-234") == "1-A…"
    assert RULES.plate_told("ik denk 1 abc 234") == "1 a…"
    assert RULES.plate_told("SJAKIE") == "SJA…"
    assert NONE.plate_told("1-ABC-234") == RULES.plate_told("") == ""
    assert FULL.plate_told("1-ABC-234") == "1-ABC-234"

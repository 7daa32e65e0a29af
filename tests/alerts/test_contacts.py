"""What leads to a person or out of the group never reaches neighbours."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.alerts.facts import Rules

RULES = Rules(emergency="101", plates="partial", streets=("Kerkstraat",))


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("zie https://maps.app.goo.gl/Ab1?x=1. Hij liep weg", "zie …. Hij liep weg"),
        ("foto op www.facebook.com/groups/12", "foto op …"),
        ("te koop op marktplaats.nl/a/b (nu)", "te koop op … (nu)"),
        ("groep t.me/buurt of facebook.com", "groep … of …"),
        ("mail jan.janssens@telenet.be", "mail …"),
        ("mail jan (at) gmail.com", "mail …"),
        ("stuur naar @jan_j", "stuur naar …"),
        ("bel mij 0470 12 34 56", "bel mij …"),
        ("0470/12.34.56 of +32 (0)470 12 34 56", "… of …"),
        ("089 41 12 34", "…"),
        ("tel. 41 12 34 5", "tel. …"),
        ("0 4 7 0 1 2 3 4 5 6", "…"),
        ("rijksregister 85.07.30-033.28", "rijksregister …"),
        ("rekening BE68 5390 0754 7034", "rekening …"),
        ("NL91 ABNA 0417 1643 00", "…"),
        ("punt 50.88763, 5.51842", "punt …"),
        ("punt 50°53'16.2\" 5°31'06.2\"", "punt … …"),
        ("V8QM+2X Bilzen of ///wortel.tafel.stoel", "… Bilzen of …"),
        ("bij familie Janssens", "bij familie …"),
        ("bij de familie van den broeck aan de deur", "bij de familie … aan de deur"),
        ("mevrouw De Smet roept om hulp", "mevrouw … roept om hulp"),
        ("chez Mme Dupont", "chez Mme …"),
    ],
)
def test_links_addresses_numbers_and_names_are_hidden(said: str, shown: str) -> None:
    assert RULES.shown(said) == shown


@pytest.mark.parametrize(
    "said",
    [
        "gezien.Hij liep weg.De man is weg",
        "30 km/u, man/vrouw, a.u.b. bellen, t.h.v. de kerk",
        "op 28-11-2026 om 23.40, ook 28/11/2026 23:40",
        "tussen 23.10-23.40",
        "112 of 101, niet 105, of 0900-8844",
        "mannen van 180-190 cm, 20-30 jaar",
        "schade 1.250 euro",
        "@ de kerk en @Kerkstraat",
        "mevrouw met hond, familie van mij, meneer in jas",
        "melding M-2026-0117",
    ],
)
def test_ordinary_signs_stay(said: str) -> None:
    assert RULES.shown(said) == said


@settings(deadline=None)  # a busy machine is no fault
@given(
    st.sampled_from(["0470", "+32470", "+32 470", "0032 470", "089", "(0)470"]),
    st.lists(
        st.sampled_from(["", " ", ".", "-", "/", "  ", " / ", "\u00a0", "\u202f"]), min_size=6
    ),
)
def test_no_phone_number_is_shown_however_it_is_parted(start: str, gaps: list[str]) -> None:
    typed = start + "".join(gap + digit for gap, digit in zip(gaps, "123456", strict=False))
    assert not any(char.isdigit() for char in RULES.shown(f"bel {typed} aub"))


def test_what_somebody_pastes_takes_no_time() -> None:
    """100,000 characters made to be slow are looked at in a moment."""
    began = time.process_time()
    for piece in (
        "a.",
        "a@",
        "1 ",
        "1-a",
        "Kerkstraat 1 ",
        "http://a!",
        "Mr. A",
        "x" * 50,
        "rue de ",
    ):
        RULES.shown(piece * (100_000 // len(piece)))
    assert time.process_time() - began < 3

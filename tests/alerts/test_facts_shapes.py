"""House numbers in odd shapes, and numbers that are none."""

from __future__ import annotations

import pytest

from bot.alerts.facts import Rules

RULES = Rules(emergency="101", plates="partial", streets=("Kerkstraat",))


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
        "nu bij 12 in de Kerkstraat",
    ],
)
def test_no_shape_of_a_house_number_is_shown(typed: str) -> None:
    """Whatever stands between street and number, the number stays with the police."""
    shown = RULES.shown(typed)
    assert "Kerkstraat" in shown
    assert not any(number in shown for number in ("12", "14"))


@pytest.mark.parametrize(
    "typed",
    [
        "2 mannen in de Kerkstraat",
        "man, 20 tot 30 jaar, 180 cm",
        "Kerkstraat en 2 auto's",
        "om 23:14 gezien, bel 101",
        "Kerkstraat, 23:14",
    ],
)
def test_other_numbers_stay(typed: str) -> None:
    """How many, how old and when are what neighbours look out for."""
    assert RULES.shown(typed) == typed

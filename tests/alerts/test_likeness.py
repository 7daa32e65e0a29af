"""When two reports may be about the same thing."""

from __future__ import annotations

from typing import Any

import pytest

from bot.alerts.facts import Rules
from bot.alerts.likeness import like

RULES = Rules(emergency="101", plates="partial", streets=("Kerkstraat", "Rozenstraat"))


def alike(new: dict[str, Any], old: dict[str, Any]) -> bool:
    return like(new, RULES)(old)


def test_the_same_street_is_alike() -> None:
    """The house number doesn't matter."""
    one = {"street": "Kerkstraat", "place": "Kerkstraat 12"}
    assert alike(one, {"street": "Kerkstraat", "place": "Kerkstraat 80"})
    assert not alike(one, {"street": "Rozenstraat", "place": "Rozenstraat 12"})


@pytest.mark.parametrize(
    ("latitude", "longitude", "near"),
    [
        ("50.888500", "5.521100", True),  # 145 m north
        ("50.888700", "5.521100", False),  # 167 m north
        ("50.887200", "5.523100", True),  # 140 m east
        ("50.887200", "5.523500", False),  # 168 m east
    ],
)
def test_a_hundred_and_fifty_metres_are_near(latitude: str, longitude: str, near: bool) -> None:  # noqa: FBT001  # a table's column
    here = {"latitude": "50.887200", "longitude": "5.521100"}
    assert alike(here, {"latitude": latitude, "longitude": longitude}) is near


@pytest.mark.parametrize(
    "old",
    [
        {"what": "grijze wagen 1-abc-234 rijdt rond"},
        {"described": {"3": {"vehicle": {"type": "car", "plate": "1ABC234"}}}},
        {"additions": [{"what": "plaat 1 ABC 234"}]},
    ],
)
def test_one_plate_is_alike_wherever_it_was_told(old: dict[str, Any]) -> None:
    assert alike({"what": "auto met plaat 1-ABC-234", "street": "Rozenstraat"}, old)
    assert not alike({"what": "auto met plaat 1-ABC-235", "street": "Rozenstraat"}, old)


def test_nothing_known_is_like_nothing() -> None:
    assert not alike({}, {})
    assert not alike({"what": "man met koevoet"}, {"what": "man met koevoet"})

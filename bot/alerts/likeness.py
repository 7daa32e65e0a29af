"""Whether two reports may be about the same thing: one street, 150 metres, or one number plate.

Only a question follows from it: nothing is ever put together, or held back, by itself.
"""

from __future__ import annotations

import re
from math import cos, hypot, radians
from typing import TYPE_CHECKING, Any

from bot.alerts import facts as known
from bot.alerts.plates import find_plates
from bot.dialogue.letters import flat

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from bot.alerts.facts import Rules

NEAR_M = 150
_DEGREE_M = 111_320  # a degree of latitude
_GAPS = re.compile(r"[^a-z0-9]+")
_SHORTEST = 5  # characters of a plate that tell two apart


def like(new: Mapping[str, Any], rules: Rules) -> Callable[[Mapping[str, Any]], bool]:
    """Tells whether other facts have a street, a spot or a plate in common with these."""
    street, seen = known.street_of(new, rules), plates(new)

    def alike(old: Mapping[str, Any]) -> bool:
        if street and street == known.street_of(old, rules):
            return True
        return _near(new, old) or bool(seen and seen & plates(old))

    return alike


def _near(new: Mapping[str, Any], old: Mapping[str, Any]) -> bool:
    points = [
        (float(one["latitude"]), float(one["longitude"]))
        for one in (new, old)
        if one.get("latitude") is not None and one.get("longitude") is not None
    ]
    if len(points) < 2:
        return False
    (north, east), (other_north, other_east) = points
    narrow = cos(radians(north))
    return hypot(north - other_north, (east - other_east) * narrow) * _DEGREE_M <= NEAR_M


def plates(facts: Mapping[str, Any]) -> set[str]:
    """Every plate that was told about an alert, without its hyphens and case."""
    found = set()
    for text in _texts(facts):
        bare = flat(text)
        found |= {_GAPS.sub("", bare[start:end]) for start, end in find_plates(text, bare)}
    return {plate for plate in found if len(plate) >= _SHORTEST}


def _texts(facts: Mapping[str, Any]) -> Iterator[str]:
    yield str(facts.get("what") or "")
    for one in facts.get("additions") or ():
        yield str(one.get("what") or "")
    for told in (facts.get("described") or {}).values():
        vehicle = told.get("vehicle") or {}
        yield from (str(vehicle.get(name) or "") for name in ("plate", "text"))

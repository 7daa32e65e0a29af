"""What is known of one alert, as pure values: from the draft to what group and police may see.

The group sees the street and never a house number; a plate only as far as the neighbourhood
allows; never a skin colour. The police see everything as it was said.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bot.dialogue.place import without_house_numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Word = Callable[[str, str], str]

PRIVATE_FIELDS = frozenset({"skin", "skin_colour", "plate"})
# Belgian 1-ABC-234 and its older shapes, and the Dutch, French and German ones near the border.
_PLATE = re.compile(
    r"\b(?:[0-9][-. ]?[A-Z]{3}[-. ]?[0-9]{3}"
    r"|[A-Z]{3}[-. ]?[0-9]{3}"
    r"|[A-Z]{2}[-. ]?[0-9]{3}[-. ]?[A-Z]{2}"
    r"|[A-Z0-9]{2}-[A-Z0-9]{2,3}-[A-Z0-9]{1,3})\b",
    re.IGNORECASE,
)


def from_draft(data: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of an alert that a draft holds when it is sent."""
    place = data.get("place") or {}
    gate = dict(data.get("gate") or {})
    if gate.get("by") not in ("self", "coordinator", "other"):
        gate = {"by": "none", "at": "", "who": ""}
    return {
        "what": str(data.get("what", "")),
        "kind": str(data.get("kind", "")),
        "place": str(place.get("text", "")),
        "street": str(place.get("street") or ""),
        "latitude": place.get("latitude"),
        "longitude": place.get("longitude"),
        "gate": gate,
        "description": {},
        "sightings": [],
        "safe": 0,
        "pictures": 0,
    }


def shown_plate(plate: str, policy: str) -> str:
    """A plate as the group may see it: `none`, `partial` (the first three characters) or `full`."""
    if policy == "full":
        return plate
    return "" if policy == "none" else plate.strip()[:3] + "…"


def for_group(text: str, plates: str) -> str:
    """Free text as the group may see it: house numbers out, plates by policy."""
    hidden = _PLATE.sub(lambda found: shown_plate(found.group(), plates), text)
    return without_house_numbers(hidden)


def street_of(facts: Mapping[str, Any]) -> str:
    """Where it is, as the group may see it."""
    street = str(facts.get("street") or "")
    return street or without_house_numbers(str(facts.get("place") or ""))


def look_out_for(facts: Mapping[str, Any], plates: str, word: Word) -> str:
    """The description in one line, as the group may see it; empty when there is none.

    `word` turns what was chosen (a field and its code) into words; typed answers stay.
    """
    found = facts.get("description") or {}
    parts = [for_group(_person(person, word), plates) for person in found.get("persons") or ()]
    parts.append(_vehicle(found.get("vehicle") or {}, plates, word))
    parts.append(for_group(str(found.get("direction") or ""), plates))
    return "; ".join(part for part in parts if part)


def _person(person: Mapping[str, Any], word: Word) -> str:
    return ", ".join(
        word(f"p_{key}", str(value))
        for key, value in person.items()
        if value and value != "unknown" and key not in PRIVATE_FIELDS
    )


def _vehicle(vehicle: Mapping[str, Any], plates: str, word: Word) -> str:
    parts = [
        word(f"v_{key}", str(value))
        for key, value in vehicle.items()
        if value and key not in PRIVATE_FIELDS
    ]
    plate = shown_plate(str(vehicle.get("plate") or ""), plates) if vehicle.get("plate") else ""
    return for_group(", ".join([*parts, plate] if plate else parts), plates)

"""What is known of one alert, as pure values: from the draft to what group and police may see.

The group sees the street and never a house number; a plate only as far as the neighbourhood
allows; never a skin colour. The police see everything as it was said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.dialogue.place import find_street, without_house_numbers
from bot.dialogue.vocabulary import gate_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.settings import NeighbourhoodSettings

    Word = Callable[[str, str], str]

PRIVATE_FIELDS = frozenset({"skin", "skin_colour", "plate"})
LONGEST = 700  # characters of somebody's own words that the group sees; the log has them all
GATES = frozenset({"self", "coordinator", "other"})
# Belgian 1-ABC-234 and its older shapes, and the Dutch, French and German ones near the border:
# joined by hyphens or dots, or glued, in any case; with spaces only in capitals, so that
# "bel 101" stays what it is.
_PLATE = re.compile(
    r"\b(?:"
    r"(?i:[0-9][-.]?[A-Z]{3}[-.]?[0-9]{3}|[A-Z]{3}[-.]?[0-9]{3}|[0-9]{3}[-.]?[A-Z]{3}"
    r"|[A-Z]{2}[-.]?[0-9]{3}[-.]?[A-Z]{2}"
    r"|[A-Z]{1,2}-[0-9]{2,3}-[A-Z]{1,2}|[0-9]{1,2}-[A-Z]{2,3}-[0-9]{1,2}|[A-Z]{2}-[A-Z]{2}-[0-9]{2})"
    r"|[0-9] (?i:[A-Z]{3}) (?!101|112)[0-9]{3}|(?!BEL )[A-Z]{3} [0-9]{3}|[A-Z]{2} [0-9]{3} [A-Z]{2}"
    r"|[A-Z]{2} [0-9]{2} [A-Z]{2}"
    r")\b"
)
# Belgian and Dutch numbers as people write them, ten digits or with a country's code.
_PHONE = re.compile(r"(?<![\w-])(?:\+|00)?\d(?:[\s./-]?\d){8,12}(?![\w-])")
_BARE_NUMBER = re.compile(r"\s*\b\d{1,4}[a-z]?\b(?!\s*(?:[:.uh]\s?\d|uur|min|u\b|h\b|m\b|meter))")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a neighbourhood lets its group see, and its emergency number."""

    emergency: str
    plates: str
    streets: tuple[str, ...] = ()

    @classmethod
    def of(cls, place: NeighbourhoodSettings) -> Rules:
        """Those of one neighbourhood."""
        return cls(
            emergency=place.emergency, plates=place.plate_to_group, streets=tuple(place.streets)
        )

    def shown(self, text: str) -> str:
        """Free text as the group may see it: no house or phone numbers, plates by policy, not too long."""
        if len(text) > LONGEST:
            text = f"{text[:LONGEST]}…"
        hidden = _PLATE.sub(lambda found: self.plate(found.group()), text)
        return without_house_numbers(_PHONE.sub("…", hidden), self.streets)

    def plate(self, plate: str) -> str:
        """A plate as the group may see it: not at all, its first three characters, or whole."""
        if self.plates == "full":
            return plate
        return "" if self.plates == "none" else plate.strip()[:3] + "…"

    def place(self, text: str) -> str:
        """A place that somebody typed: where no street is recognised, every number goes."""
        shown = self.shown(text)
        if find_street(shown, self.streets) is not None:
            return shown.strip()
        return _BARE_NUMBER.sub("", shown).strip(" ,")


def from_draft(data: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of an alert that a draft holds when it is sent."""
    place = data.get("place") or {}
    gate = dict(gate_of(data))
    if gate.get("by") not in GATES:
        gate = {"by": "none", "at": "", "who": ""}
    return {
        "what": str(data.get("what") or ""),
        "kind": str(data.get("kind") or ""),
        "place": str(place.get("text") or ""),
        "street": str(place.get("street") or ""),
        "latitude": place.get("latitude"),
        "longitude": place.get("longitude"),
        "gate": gate,
        "described": {},
        "sightings": [],
        "safe": 0,
        "pictures": 0,
    }


def street_of(facts: Mapping[str, Any], rules: Rules) -> str:
    """Where it is, as the group may see it; empty when only a point is known."""
    return str(facts.get("street") or "") or rules.place(str(facts.get("place") or ""))


def exact_place(place: Mapping[str, Any]) -> str:
    """Where it is, as exactly as it was said: words, else the point."""
    text = str(place.get("text") or "")
    if not text and place.get("latitude") is not None:
        return f"{place['latitude']}, {place['longitude']}"
    return text


def described_by(facts: Mapping[str, Any], member: int) -> Mapping[str, Any]:
    """What one member told of persons, vehicle and direction."""
    found: Mapping[str, Any] = (facts.get("described") or {}).get(str(member)) or {}
    return found


def look_out_for(facts: Mapping[str, Any], rules: Rules, word: Word) -> str:
    """Everybody's description in one line, as the group may see it; empty when there is none.

    `word` turns what was chosen (a field and its code) into words; typed answers stay.
    """
    told = (facts.get("described") or {}).values()
    parts = [part for one in told for part in _description(one, rules, word)]
    return "; ".join(dict.fromkeys(part for part in parts if part))


def _description(found: Mapping[str, Any], rules: Rules, word: Word) -> list[str]:
    persons = [rules.shown(_person(person, word)) for person in found.get("persons") or ()]
    vehicle = _vehicle(found.get("vehicle") or {}, rules, word)
    return [*persons, vehicle, rules.shown(str(found.get("direction") or ""))]


def _person(person: Mapping[str, Any], word: Word) -> str:
    return ", ".join(
        word(f"p_{key}", str(value))
        for key, value in person.items()
        if value and value != "unknown" and key not in PRIVATE_FIELDS
    )


def _vehicle(vehicle: Mapping[str, Any], rules: Rules, word: Word) -> str:
    parts = [
        rules.shown(word(f"v_{key}", str(value)))
        for key, value in vehicle.items()
        if value and key not in PRIVATE_FIELDS
    ]
    plate = rules.plate(str(vehicle["plate"])) if vehicle.get("plate") else ""
    return ", ".join([*parts, plate] if plate else parts)

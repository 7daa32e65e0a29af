"""What is known of one alert, as pure values: from the draft to what group and police may see.

The group sees the street and never a house number; a plate only as far as the neighbourhood
allows; never a skin colour. The police see everything as it was said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

from bot.alerts.contacts import find_contacts, find_numbers
from bot.alerts.covers import HIDDEN, Cover, covered, masked
from bot.alerts.names import find_names
from bot.alerts.plates import find_plates
from bot.dialogue.letters import flat
from bot.dialogue.place import (
    find_street,
    follows_street,
    house_numbers,
    streets_in,
    without_numbers,
)
from bot.dialogue.vocabulary import gate_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.neighbourhood.roster import Roster
    from bot.settings import NeighbourhoodSettings

    Word = Callable[[str, str], str]

PRIVATE_FIELDS = frozenset({"skin", "skin_colour", "plate"})
LONGEST = 700  # characters of somebody's own words that the group sees; the log has them all
GATES = frozenset({"self", "coordinator", "other"})
_WINDOW = 2 * LONGEST  # characters that are looked at
_EDGE = 60  # characters before the window's end that may be half of something
_KEYCAP = "\u20e3"  # the box around a digit: 1️⃣
# Without any of these there is nothing to hide.
_TELLING = re.compile(
    r"\d|@|\(at\)|\[at\]|://|www\.|\w\.\w{2}|familie|fam\b|mevr|mvr|"
    # Most reports have "verdacht" or "achter" in them, and neither is a number.
    r"twee|drie|vier|vijf|zes|zeven|(?<!verd)(?<!\bn)(?<!\bw)acht(?!er)|negen|tien|"
    r"(?<!\bz)elf|twaalf|tig|honderd|"
    r"meneer|mijnheer|dhr|de heer|madame|mme|monsieur|famille|frau|herr|\bmr|\bms\."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a neighbourhood lets its group see, its emergency number, and who its members are."""

    emergency: str
    plates: str
    streets: tuple[str, ...] = ()
    members: Roster | None = None

    @classmethod
    def of(cls, place: NeighbourhoodSettings, members: Roster) -> Rules:
        """Those of one neighbourhood."""
        return cls(
            emergency=place.emergency,
            plates=place.plate_to_group,
            streets=tuple(place.streets),
            members=members,
        )

    def shown(self, text: str) -> str:
        """Free text as the group may see it: nothing that leads to a house or a person, plates by
        policy, not too long.
        """
        looked = normalize("NFC", text[:_WINDOW])
        if _KEYCAP in looked:
            looked = looked.replace(f"\ufe0f{_KEYCAP}", "").replace(_KEYCAP, "")
        compared = flat(looked)
        names = self._names(looked, compared)
        if names or _TELLING.search(compared):
            looked = self._covered(looked, compared, names)
        if len(text) > _WINDOW:
            looked = looked[:-_EDGE]
        return looked if len(looked) <= LONGEST else f"{looked[:LONGEST]}…"

    def _names(self, text: str, compared: str) -> list[tuple[int, int]]:
        """Full names, those of members and others; a street called after somebody is none."""
        found = [span for span in find_names(text, compared) if not self._is_street(text, *span)]
        return found if self.members is None else [*found, *self.members.find(compared)]

    def _is_street(self, text: str, start: int, end: int) -> bool:
        return find_street(text[start : end + 1], self.streets) is not None

    def _covered(self, text: str, compared: str, names: list[tuple[int, int]]) -> str:
        hidden = [span for span in find_contacts(text, compared) if not self._at_street(text, span)]
        hidden += names
        covers = [Cover(start=start, end=end) for start, end in hidden]
        compared = masked(compared, covers)
        covers += [
            Cover(start=start, end=end, shown=self._plate_in(text, start, end))
            for start, end in find_plates(text, compared)
        ]
        compared = masked(compared, covers)
        covers += [Cover(start=start, end=end) for start, end in find_numbers(compared)]
        compared = masked(compared, covers)
        covers += [
            Cover(start=house.start, end=house.end, shown=house.left)
            for house in house_numbers(text, compared, self.streets)
        ]
        return covered(text, covers)

    def _plate_in(self, text: str, start: int, end: int) -> str:
        """A plate; nothing of it where its first digits would read as a house number."""
        plate = text[start:end]
        numbered = plate[:2].isdigit() and follows_street(text, start, self.streets)
        return HIDDEN if numbered and self.plates != "full" else self.plate(plate)

    def _at_street(self, text: str, span: tuple[int, int]) -> bool:
        """Whether an @ means "at": "@Kerkstraat"."""
        start, end = span
        return text[start] == "@" and find_street(text[start + 1 : end], self.streets) is not None

    def plate(self, plate: str) -> str:
        """A plate as the group may see it: not at all, its first three characters, or whole."""
        if self.plates == "full":
            return plate
        return HIDDEN if self.plates == "none" else plate.strip()[:3] + HIDDEN

    def plate_told(self, answer: str) -> str:
        """What was answered when the plate was asked for: it is a plate, whatever its shape."""
        if self.plates == "full":
            return answer
        if self.plates == "none" or not answer.strip():
            return ""
        found = find_plates(answer, flat(answer))
        start, end = found[0] if found else (0, len(answer))
        return self.plate(answer[start:end])

    def place(self, text: str) -> str:
        """A place that somebody typed: its streets, or else the words without their numbers."""
        found = streets_in(text[:_WINDOW], self.streets)
        return " / ".join(found) if found else self.seen(text)

    def seen(self, text: str) -> str:
        """Where something was seen, and what was said with it: the words without their numbers."""
        return without_numbers(self.shown(text))


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
    """Where it is, as the group may see it; empty when only a point is known.

    The street may be somebody's own words, where only they knew its name.
    """
    return rules.place(str(facts.get("street") or facts.get("place") or ""))


def addition(one: Mapping[str, Any], what: str, rules: Rules) -> str:
    """What a neighbour added, as the group may see it: `what` happens, and the street if told."""
    shown, street = rules.shown(what).strip(), street_of(one, rules)
    return shown if street.casefold() in shown.casefold() else f"{shown}, {street}".strip(" ,")


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
    plate = rules.plate_told(str(vehicle.get("plate") or ""))
    return ", ".join([*parts, plate] if plate else parts)

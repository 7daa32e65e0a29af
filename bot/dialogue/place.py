"""Where it happens, read out of what people type; and house numbers taken out again.

A street is found in the neighbourhood's own list, or else by how Dutch, French, German and
English streets are named. The words themselves are never lost: `Place.text` is all of them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

_ENDS = (
    "straat|laan|weg|plein|dreef|steenweg|baan|pad|hof|kaai|kade|singel|gracht|markt|steeg|"
    "strasse|straße|gasse|platz"
)
# Alone they need a name before them: "Oude Baan", "Sint-Truidense steenweg", "Church Street".
_ALONE = (
    "straat|laan|weg|plein|dreef|steenweg|baan|pad|hof|kaai|kade|markt|"
    "street|road|lane|avenue|square"
)
_FRENCH = "rue|avenue|boulevard|chaussée|chaussee|place|allée|allee|chemin|quai|impasse|clos"
# They end like a street and are none.
_NO_STREET = re.compile(
    "onderweg|terugweg|uitweg|omweg|snelweg|autosnelweg|autoweg|spoorweg|halverweg|halfweg|landweg|"
    "loopbaan|rijbaan|busbaan|ijsbaan|renbaan|landingsbaan|zebrapad|fietspad|voetpad|wandelpad|"
    "bospad|jaagpad|tuinpad|voorhof|binnenhof|gerechtshof|kerkhof|zijstraat|hoofdstraat|"
    "winkelstraat|fietsstraat|supermarkt|rommelmarkt|kerstmarkt|dorpsplein|kerkplein|schoolplein|"
    "speelplein|parkeerplein|" + _ENDS
)
_BEFORE = (
    "sint|st|oude|nieuwe|grote|kleine|lange|korte|hoge|lage|prins|prinses|koning|koningin|dokter|"
    "dr|pastoor|burgemeester|kanunnik|kapelaan|monseigneur|professor|generaal"
)
# Before a word of _ALONE these name no street: "in de straat", "on the road".
_NO_NAME = re.compile(
    "de|het|een|in|op|aan|bij|naar|van|langs|over|door|en|is|hij|zij|ze|er|die|dat|deze|mijn|onze|"
    "zijn|hele|zelfde|andere|verkeerde|the|a|an|on|at|of|my|our|this|that|her|his",
    re.IGNORECASE,
)
_NUMBER = (
    r"(?:\s*,?\s*(?:nr\.?|nummer|no\.?|n°|number|huisnummer)?\s*"
    r"(?P<number>\d{1,4}(?:\s?[a-gi-tv-z](?!\w))?(?![\w:]))"
    r"(?P<box>\s*(?:bus|bte|box|/)\s*\w{1,4}\b)?)?"
)
_PEOPLE = re.compile(
    r"\s+(?:man|mannen|vrouw|vrouwen|personen|persoon|jongens|meisjes|mensen|kerels|gasten|figuren|"
    r"daders|dieven|auto|wagen|fiets|keer|uur|minuten|u\b|h\b|men|women|people|cars|hommes)",
    re.IGNORECASE,
)
_LETTERS = r"[A-Za-zÀ-ÖØ-öø-ÿ]"
_COMPOUND = re.compile(
    rf"(?P<street>(?:\b(?:{_BEFORE})[ .-]\s?)*\b[A-Za-zÀ-ÖØ-öø-ÿ'’-]{{2,40}}?(?:{_ENDS})\b)"
    + _NUMBER,
    re.IGNORECASE,
)
_TWO_WORDS = re.compile(
    rf"(?P<street>\b{_LETTERS}[A-Za-zÀ-ÖØ-öø-ÿ'’.-]{{1,40}}\s(?:{_ALONE})\b)" + _NUMBER,
    re.IGNORECASE,
)
_IN_FRENCH = re.compile(
    r"(?:(?P<first>\b\d{1,4}\s?[a-zA-Z]?)(?:\s?(?:bis|ter))?\s*,?\s+)?"
    rf"(?P<street>\b(?:{_FRENCH})\s(?:de\s(?:la\s|l['’])?|du\s|des\s|d['’]|l['’])?{_LETTERS}[\wÀ-ÿ'’-]*"
    rf"(?:\s[A-ZÀ-Ö][\wÀ-ÿ'’-]+)*)" + _NUMBER,
    re.IGNORECASE,
)
_LOOSE = re.compile(
    r"\s*\b(?:huis(?:nummer)?|nummer|nr\.?|n°|numéro|numero|number|no\.)\s*\d{1,4}(?:\s?[a-z]\b)?(?!\w)"
    r"(?:\s*(?:bus|bte|box|/)\s*\w{1,4}\b)?",
    re.IGNORECASE,
)
_ENGLISH_FIRST = re.compile(r"\b\d{1,4}[a-zA-Z]?\s+$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """`text` as typed; `street` and `number` where they were recognised, else ''."""

    text: str
    street: str = ""
    number: str = ""

    def as_data(self) -> dict[str, Any]:
        """The place as a draft keeps it."""
        return {"text": self.text, "street": self.street, "number": self.number}


@dataclass(frozen=True, slots=True)
class Found:
    """A street within a text: from `start` to `end` with its number, to `named` without."""

    street: str
    number: str
    start: int
    named: int
    end: int
    first: int  # where a number before the street starts, else `start`


def read_place(text: str, streets: Sequence[str] = ()) -> Place:
    """The place in `text`; all its words stay."""
    words = text.strip()
    found = find_street(words, streets)
    if found is None:
        return Place(text=words)
    return Place(text=words, street=found.street, number=found.number)


def without_house_numbers(text: str, streets: Sequence[str] = ()) -> str:
    """The text as the group may read it: streets stay, house numbers go."""
    done: list[str] = []
    rest = text
    while (found := find_street(rest, streets)) is not None:
        done += [rest[: found.first], rest[found.start : found.named]]
        rest = rest[found.end :]
    done.append(rest)
    return _LOOSE.sub("", "".join(done))


def find_street(text: str, streets: Sequence[str] = ()) -> Found | None:
    """The first street in the text: one of the list before any other."""
    return _listed(text, streets) or _named(text)


def _listed(text: str, streets: Sequence[str]) -> Found | None:
    if not streets:
        return None
    flat = _flat(text)
    for match in _pattern(tuple(streets)).finditer(flat):
        street = next(name for name in streets if _flat(name) == match["street"])
        return _found(text, match, street)
    return None


@lru_cache(maxsize=256)
def _pattern(streets: tuple[str, ...]) -> re.Pattern[str]:
    names = "|".join(re.escape(_flat(name)) for name in sorted(streets, key=len, reverse=True))
    return re.compile(rf"\b(?P<street>{names})\b" + _NUMBER, re.IGNORECASE)


def _flat(text: str) -> str:
    """Lower case without accents, every character where it was."""
    return "".join(unicodedata.normalize("NFD", char)[0].lower()[:1] or char for char in text)


def _named(text: str) -> Found | None:
    found = [
        _found(text, match, _titled(match["street"]))
        for pattern, fits in ((_COMPOUND, _compound), (_TWO_WORDS, _two), (_IN_FRENCH, _any))
        for match in pattern.finditer(text)
        if fits(match["street"])
    ]
    return min(found, key=lambda one: (one.start, -one.named), default=None)


def _any(_street: str) -> bool:
    return True


def _compound(street: str) -> bool:
    last = re.split(r"[\s-]", street)[-1].lower()
    return len(last) > 5 and not _NO_STREET.fullmatch(last)


def _two(street: str) -> bool:
    name = street.rpartition(" ")[0]
    named = name[:1].isupper() or name.lower().endswith("se")
    return named and not _NO_NAME.fullmatch(name)


def _found(text: str, match: re.Match[str], street: str) -> Found:
    number, end = match["number"] or "", match.end()
    if number and _PEOPLE.match(text, match.end("number")):
        number, end = "", match.end("street")
    elif number:
        number += match["box"] or ""
    first = match.start("street")
    if not number and (before := match.groupdict().get("first")):
        number, first = before, match.start("first")
    elif not number and (number_first := _ENGLISH_FIRST.search(text, 0, match.start("street"))):
        number, first = number_first.group().strip(), number_first.start()
    named = match.end("street")
    return Found(street, number.strip(), match.start("street"), named, max(end, named), first)


def _titled(street: str) -> str:
    street = " ".join(street.split())
    return street if any(char.isupper() for char in street) else street[:1].upper() + street[1:]

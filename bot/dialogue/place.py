"""Where it happens, read out of what people type; and house numbers taken out again.

A street is found in the neighbourhood's own list, or else by how Dutch, French, German and
English streets are named. The words themselves are never lost: `Place.text` is all of them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
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
# What a number behind a street may count instead: "Kerkstraat, 2 mannen", "om 12 uur". Of "12 man"
# the house number is the likelier reading, and the one that does no harm.
_ONE = re.compile(r"\s+(?:man|vrouw|persoon|auto|wagen|fiets|car|homme|woman)\b", re.IGNORECASE)
_MANY = re.compile(
    r"\s+(?:mannen|vrouwen|personen|jongens|meisjes|mensen|kerels|gasten|figuren|daders|dieven|"
    r"auto'?s|wagens|fietsen|men|women|people|cars|hommes)\b",
    re.IGNORECASE,
)
_TIMES = re.compile(r"\s+(?:keer|uur|minuten|u|h)\b", re.IGNORECASE)
_LETTERS = r"[A-Za-zÀ-ÖØ-öø-ÿ]"
_COMPOUND = re.compile(
    rf"(?P<street>\b[A-Za-zÀ-ÖØ-öø-ÿ'’-]{{2,40}}?(?:{_ENDS})\b)" + _NUMBER, re.IGNORECASE
)
_PREFIX = re.compile(rf"(?:\b(?:{_BEFORE})[ .-]\s?){{1,4}}$", re.IGNORECASE)
_TWO_WORDS = re.compile(
    rf"(?P<street>\b{_LETTERS}[A-Za-zÀ-ÖØ-öø-ÿ'’.-]{{1,40}}\s(?:{_ALONE})\b)" + _NUMBER,
    re.IGNORECASE,
)
_IN_FRENCH = re.compile(
    r"(?:(?P<first>\b\d{1,4}\s?[a-zA-Z]?)(?:\s?(?:bis|ter))?\s*,?\s+)?"
    rf"(?P<street>\b(?:{_FRENCH})\s(?:de\s(?:la\s|l['’])?|du\s|des\s|d['’]|l['’])?{_LETTERS}[\wÀ-ÿ'’-]*"
    rf"(?:\s(?-i:[A-ZÀ-Ö])[\wÀ-ÿ'’-]+)*)" + _NUMBER,
    re.IGNORECASE,
)
_LOOSE = re.compile(
    r"\s*\b(?:huis(?:nummer)?|nummer|nr\.?|n°|numéro|numero|number|no\.)\s*\d{1,4}(?:\s?[a-z]\b)?(?!\w)"
    r"(?:\s*(?:bus|bte|box|/)\s*\w{1,4}\b)?",
    re.IGNORECASE,
)
# House numbers in shapes that stand apart from their street, or are left of a range.
_APART = re.compile(
    r"\s*\(\s*\d{1,4}[a-z]?\s*\)|\s*#\s?\d{1,4}[a-z]?\b"
    r"|\s*\b(?:ter hoogte van|t\.h\.v\.|thv|huisnr\.?)\s*\d{1,4}[a-z]?\b"
    r"|(?<!om )(?<![:.\d])\b\d{1,4}[a-z]?\s+(?=(?:in|op|aan) (?:de|het) )",
    re.IGNORECASE,
)
_AFTER_STREET = re.compile(
    r"((?:straat|laan|weg|plein|dreef|baan|pad|hof|kaai|kade|markt|steeg)\b)"
    r"(?:\s*[-–:]\s*\d{1,4}[a-z]?|\s+(?:en|tot)\s+\d{1,4}[a-z]?)\b(?!\s+[^\W\d_]|[:.]\d|u)",
    re.IGNORECASE,
)
# "12 Church Street": the number goes before the street.
_AHEAD = re.compile(r"(?<!\S)(?P<number>\d{1,4}[a-zA-Z]?)\s+$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """`text` as typed; `street` and `number` where they were recognised, else ''."""

    text: str
    street: str = ""
    number: str = ""

    def as_data(self) -> dict[str, Any]:
        """The place as a draft keeps it."""
        return {"text": self.text, "street": self.street, "number": self.number}


@dataclass(frozen=True, slots=True, kw_only=True)
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
    at = 0
    for found in _all(text, streets):
        if found.first >= at:
            done += [text[at : found.first], text[found.start : found.named]]
            at = found.end
    done.append(text[at:])
    left = _APART.sub("", _LOOSE.sub("", "".join(done)))
    return _AFTER_STREET.sub(r"\1", left)


def find_street(text: str, streets: Sequence[str] = ()) -> Found | None:
    """The first street in the text: one of the list before any other."""
    first = next(_listed(text, streets), None)
    return first or min(_named(text), key=_order, default=None)


def _all(text: str, streets: Sequence[str]) -> list[Found]:
    return sorted([*_listed(text, streets), *_named(text)], key=_order)


def _order(found: Found) -> tuple[int, int]:
    """Earlier first, and of two that begin together the longer one."""
    return found.first, -found.end


def _listed(text: str, streets: Sequence[str]) -> Iterator[Found]:
    if streets:
        names = _flat_names(tuple(streets))
        for match in _pattern(tuple(streets)).finditer(_flat(text)):
            yield _found(text, match, names[match["street"]])


@lru_cache(maxsize=256)
def _flat_names(streets: tuple[str, ...]) -> dict[str, str]:
    return {_flat(name): name for name in streets}


@lru_cache(maxsize=256)
def _pattern(streets: tuple[str, ...]) -> re.Pattern[str]:
    names = "|".join(re.escape(_flat(name)) for name in sorted(streets, key=len, reverse=True))
    return re.compile(rf"\b(?P<street>{names})\b" + _NUMBER, re.IGNORECASE)


def _flat(text: str) -> str:
    """Lower case without accents, every character where it was."""
    if text.isascii():
        return text.lower()
    return "".join(unicodedata.normalize("NFD", char)[0].lower()[:1] or char for char in text)


def _named(text: str) -> Iterator[Found]:
    """Streets by how streets are named. Each pattern passes over the text once."""
    for match in _COMPOUND.finditer(text):
        if _compound(match["street"]):
            yield _found(text, match, "", start=_with_prefix(text, match.start()))
    for match in _TWO_WORDS.finditer(text):
        if _two(match["street"]):
            yield _found(text, match, "", start=_with_prefix(text, match.start()))
    for match in _IN_FRENCH.finditer(text):
        yield _found(text, match, "")


def _with_prefix(text: str, start: int) -> int:
    """Where the street begins, when `Oude` or `Sint` stands before its last word."""
    near = max(0, start - 40)
    prefix = _PREFIX.search(text[near:start])
    return start if prefix is None else near + prefix.start()


def _compound(street: str) -> bool:
    last = re.split(r"[\s-]", street)[-1].lower()
    return len(last) > 5 and not _NO_STREET.fullmatch(last)


def _two(street: str) -> bool:
    name = street.rpartition(" ")[0]
    named = name[:1].isupper() or name.lower().endswith("se")
    return named and not _NO_NAME.fullmatch(name)


def _found(text: str, match: re.Match[str], street: str, *, start: int | None = None) -> Found:
    start = match.start("street") if start is None else start
    number, first, named = match["number"] or "", start, match.end("street")
    end = match.end()
    if number and _counts(number, text, match.end("number")):
        number, end = "", named
    elif number:
        number += match["box"] or ""
    elif before := match.groupdict().get("first"):
        number, first = before, match.start("first")
    elif ahead := _AHEAD.search(text[max(0, start - 8) : start]):
        number, first = ahead["number"], start - len(ahead.group())
    return Found(
        street=street or _titled(text[start:named]),
        number=number.strip(),
        start=start,
        named=named,
        end=end,
        first=first,
    )


def _counts(number: str, text: str, end: int) -> bool:
    """Whether the number says how many or when, rather than which house."""
    if not number.isdigit():
        return False
    value = int(number)
    return bool(
        (value == 1 and _ONE.match(text, end))
        or (1 < value < 10 and _MANY.match(text, end))
        or (value < 25 and _TIMES.match(text, end))
    )


def _titled(street: str) -> str:
    street = " ".join(street.split())
    return street if any(char.isupper() for char in street) else street[:1].upper() + street[1:]

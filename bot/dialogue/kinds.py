"""Kinds of answer: how what somebody types becomes data. None means: not understood."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from bot.dialogue.lexicon import Lexicon, normal
from bot.dialogue.place import Found, find_street, read_place, without_numbers

LONGEST_NAME: Final = 80
_BESIDE: Final = 2  # words that may stand with an address: "nee, in de" is none of a story
SHOWN: Final = 2000  # characters of one answer that are shown; all of it stays in `said`
_CLOCK = re.compile(
    r"\b(?:[01]?\d|2[0-3])(?:\s?[:.]\s?[0-5]\d|\s?[uh](?:\s?[0-5]\d)?)\b", re.IGNORECASE
)
_AGO = re.compile(
    r"\b\d{1,3}\s*(?:min|minu\w*|uur|u|h|hours?|heures?|stunden?)\b(?:\s+(?:geleden|ago)\b)?",
    re.IGNORECASE,
)
# What leads to an address, so that the sentence can't end before it: "de deur van", "in de".
_LEADS = re.compile(
    r"(?<!\w)(?:in|op|aan|bij|langs|van|voor|achter|naast|tegenover|tussen|naar|richting|tot|over|"
    r"door|rond|uit|met|hoek|huis|nr|nummer|thv|t\.h\.v|ter hoogte|en|of|de|het|een|"
    r"at|on|near|by|from|of|to|the|and|behind|outside|opposite|"
    r"dans|à|au|aux|sur|chez|devant|derrière|vers|du|des|la|le|les|et|rue|"
    r"vor|bei|von|auf|an|am|im|der|die|das|dem|und)[\s.:'’]*$",
    re.IGNORECASE,
)

_TELLS: Final = 3  # words: as many describe somebody, fewer only count them
_NOBODY = re.compile(
    r"\b(?:niet|niks|niets|niemand|geen|not|nobody|no|none|nothing|pas|personne|rien|aucune?|"
    r"nicht|nichts|niemanden|keine?n?)\b|n['’]t\b",
    re.IGNORECASE,
)


def cut(text: str) -> str:
    """The text as it is shown."""
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What a parser gets: the words, the draft so far, and what else it may need."""

    text: str
    data: Mapping[str, Any]
    streets: Sequence[str]
    lexicon: Lexicon


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of answer.

    `spreads` names the data keys that the result is a table of, for kinds that fill several.
    `numbers`: a bare number is an answer; elsewhere it is taken for a choice that isn't there.
    `sentences`: words that begin like a command may be one too ("melding gemaakt bij de buren").
    """

    read: Callable[[Heard], Any]
    spreads: tuple[str, ...] = ()
    numbers: bool = False
    sentences: bool = True


def _text(heard: Heard) -> str | None:
    return heard.text.strip() or None


def _name(heard: Heard) -> str | None:
    name = " ".join(heard.text.split())
    return name if len(name) <= LONGEST_NAME and any(c.isalpha() for c in name) else None


def _place(heard: Heard) -> dict[str, Any] | None:
    text = heard.text
    if not any(char.isalpha() for char in text) or _says_nothing(text, heard.lexicon):
        return None
    return read_place(text, heard.streets).as_data()


def _street(heard: Heard) -> dict[str, Any] | None:
    """The street of a point that was shared, and the point stays; where a place was told already,
    a better address, which is a street and hardly a word more.
    """
    named, earlier = _place(heard), heard.data.get("place") or {}
    if named is None:
        return None
    if "latitude" not in earlier or earlier.get("street"):
        return named if _is_address(heard) else None
    words = without_numbers(" ".join(heard.text.split()))
    named["street"] = named["street"] or words[:LONGEST_NAME]
    return {**earlier, **named}


def _is_address(heard: Heard) -> bool:
    found = find_street(heard.text, heard.streets)
    if found is None:
        return False
    beside = f"{heard.text[: found.first]} {heard.text[found.end :]}"
    return sum(any(char.isalpha() for char in word) for word in beside.split()) <= _BESIDE


def _count(heard: Heard) -> int | None:
    number = heard.lexicon.number(heard.text)
    if number is None:
        found = re.match(r"\s*(\d{1,3})\b", heard.text)
        number = int(found[1]) if found else None
    return number if number is not None and number < 100 else None


def _persons(heard: Heard) -> dict[str, Any] | None:
    """How many, and what they look like where that is told at once."""
    count, text = _count(heard), heard.text.strip()
    words = sum(any(char.isalpha() for char in word) for word in text.split())
    if words < _TELLS or _says_nothing(text, heard.lexicon):
        return None if count is None else {"count": count, "told": ""}
    if count is None and _NOBODY.search(text):
        return None
    return {"count": 1 if count is None else count, "told": text}


def _yes_no(heard: Heard) -> bool | None:
    for meaning, answer in (("yes", True), ("no", False)):
        if heard.lexicon.means(heard.text, meaning):
            return answer
    return None


def _time(heard: Heard) -> str | None:
    """When something was, in the sender's own words."""
    words = " ".join(heard.text.split())
    if heard.lexicon.is_noise(words):
        return None
    return words if any(char.isalnum() for char in words) else None


def _what(heard: Heard) -> dict[str, Any] | None:
    """What happens, and where if that stands in it too."""
    text = heard.text.strip()
    if not any(char.isalpha() for char in text) or _says_nothing(text, heard.lexicon):
        return None
    new: dict[str, Any] = {"what": text, "kind": heard.lexicon.kind(text)}
    if heard.data.get("place"):
        return new
    found = find_street(text, heard.streets)
    if found:
        new["what"] = _without_address(text, found)
        place = text[found.first : found.end].strip()
        new["place"] = {"text": place, "street": found.street, "number": found.number}
    return new


def _without_address(text: str, found: Found) -> str:
    """What happens, without an address that is merely added behind it."""
    before = text[: found.first].rstrip(" ,;:-–(\n")
    added = before and not text[found.end :].strip(" .,;!)") and not _LEADS.search(before[-20:])
    return before if added else text


def _story(heard: Heard) -> dict[str, Any] | None:
    """More of what happens, told in several messages: nothing of it replaces the rest."""
    new = _what(heard)
    earlier = str(heard.data.get("what") or "")
    if new is None or not earlier:
        return new
    kind = heard.data.get("kind") or new["kind"]
    return {**new, "what": cut(f"{earlier}\n{new['what']}"), "kind": kind}


def _says_nothing(text: str, lexicon: Lexicon) -> bool:
    """A mere yes, no or thanks tells nothing of what happens."""
    return lexicon.means(text, "skip") or _thanks(text, lexicon)


def _thanks(text: str, lexicon: Lexicon) -> bool:
    """Thanks, a cheer, a yes, a no or "klaar" is no place and no story."""
    steers = lexicon.global_word(normal(text)) is not None
    return (
        steers or lexicon.means(text, "yes") or lexicon.means(text, "no") or lexicon.is_noise(text)
    )


def _seen(heard: Heard) -> dict[str, Any] | None:
    """Where something was seen, and when if that stands in it too."""
    place = _place(heard)
    if place is None or _says_nothing(heard.text, heard.lexicon):
        return None
    return {"where": place, "when": told_time(heard.text, heard.lexicon)}


def told_time(text: str, lexicon: Lexicon) -> str:
    """The time that stands in the text: `23:40`, `10 min`, or `now`; '' for none."""
    match = _CLOCK.search(text) or _AGO.search(text)
    if match:
        return match.group().strip()
    spoken = f" {' '.join(text.casefold().split())} "
    return "now" if any(f" {w} " in spoken for w in lexicon.meanings.get("now", ())) else ""


KINDS: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        "text": Kind(read=_text),
        "line": Kind(read=_text, numbers=True),
        "name": Kind(read=_name, sentences=False),
        "place": Kind(read=_place),
        "street": Kind(read=_street),
        "count": Kind(read=_count, numbers=True),
        "persons": Kind(read=_persons, spreads=("count", "told"), numbers=True),
        "yes_no": Kind(read=_yes_no),
        "time": Kind(read=_time, numbers=True),
        "what": Kind(read=_what, spreads=("what", "kind", "place")),
        "story": Kind(read=_story, spreads=("what", "kind", "place")),
        "seen": Kind(read=_seen, spreads=("where", "when")),
    }
)


def read_quick(text: str, streets: Sequence[str], lexicon: Lexicon | None = None) -> dict[str, Any]:
    """What a one-line report says: `what`, and `kind` and `place` where they are recognised."""
    heard = Heard(text=text, data={}, streets=streets, lexicon=lexicon or Lexicon())
    return {key: value for key, value in (_what(heard) or {}).items() if value}

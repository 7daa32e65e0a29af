"""Streets in what people type: those of the neighbourhood's list, and others by how streets are named.

A listed street is known by its abbreviations too (`Kerkstr.`, `St.-Jansln`), with a blank instead
of a hyphen, and without its article when a house number follows ("hoeven 7" for De Hoeven).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from bot.dialogue.letters import flat

LETTER: Final = r"[^\W\d_]"
_ENDS: Final = (
    "straat|laan|weg|plein|dreef|steenweg|baan|pad|hof|kaai|kade|singel|gracht|markt|steeg|"
    "strasse|straße|gasse|platz"
)
_SHORT: Final = rf"(?:str|stwg|steenwg)(?!{LETTER})\.?|(?:ln|pl|wg)\."
# Alone they need a name before them: "Oude Baan", "Sint-Truidense steenweg", "Church Street".
_ALONE: Final = (
    r"straat|laan|weg|plein|dreef|steenweg|stwg\.?|baan|pad|hof|kaai|kade|markt|"
    "street|road|lane|avenue|square"
)
# They end like a street and are none, unless a house number follows.
_NO_STREET: Final = re.compile(
    "onderweg|terugweg|uitweg|omweg|snelweg|autosnelweg|autoweg|spoorweg|halverweg|halfweg|landweg|"
    "loopbaan|rijbaan|busbaan|ijsbaan|renbaan|landingsbaan|zebrapad|fietspad|voetpad|wandelpad|"
    "bospad|jaagpad|tuinpad|voorhof|binnenhof|gerechtshof|kerkhof|zijstraat|hoofdstraat|"
    "winkelstraat|fietsstraat|supermarkt|rommelmarkt|kerstmarkt|dorpsplein|kerkplein|schoolplein|"
    "speelplein|parkeerplein|" + _ENDS
)
_BEFORE: Final = (
    "sint|st|oude|nieuwe|grote|kleine|lange|korte|hoge|lage|prins|prinses|koning|koningin|dokter|"
    "dr|pastoor|burgemeester|kanunnik|kapelaan|monseigneur|professor|generaal"
)
# In small letters they may name a street or only tell of one: "oude baan".
_OLD_OR_NEW: Final = re.compile("oude|nieuwe|grote|kleine|lange|korte|hoge|lage")
# Before a word of _ALONE these name no street: "in de straat", "on the road".
_NO_NAME: Final = re.compile(
    "de|het|een|in|op|aan|bij|naar|van|langs|over|door|en|is|hij|zij|ze|er|die|dat|deze|mijn|onze|"
    "zijn|hele|zelfde|andere|verkeerde|the|a|an|on|at|of|my|our|this|that|her|his"
)
_END: Final = re.compile(rf"(?:{_ENDS}|{_SHORT})(?!{LETTER})")
_WORD_BEFORE: Final = re.compile(rf"(?<!{LETTER})(?:{LETTER}|['-]){{2,40}}$")
_LAST: Final = re.compile(rf"(?<![\w'-])(?:{_ALONE})(?!{LETTER})")
_NAME_BEFORE: Final = re.compile(rf"(?<![\w'.-]){LETTER}(?:{LETTER}|['.-]){{1,40}}\s$")
_PREFIX: Final = re.compile(rf"(?:\b(?:{_BEFORE})[ .-]\s?){{1,4}}$")
_WORD: Final = rf"{LETTER}(?:{LETTER}|'|-(?={LETTER}))*"
_FRENCH: Final = re.compile(
    rf"(?<!{LETTER})(?:(?P<sure>rue|ruelle|avenue|av\.|boulevard|bd|blvd|chaussee|allee|chemin|quai|"
    r"impasse|sentier)|place|clos|cours|square)\s"
    rf"(?P<link>de\s(?:la\s|l')?|du\s|des\s|d'|l')?(?P<name>(?:\d{{1,2}}\s)?"
    r"(?!(?:un|une|il|elle|ils|on|et|ou|avec|est|a|en|qui|que|pas|sans|vers|devant|deux|pres)\b)"
    rf"{_WORD})"
)
# "rue des trois rois 12": what is left of the name, when a number ends the phrase.
_REST: Final = re.compile(rf"(?:\s{_WORD}){{1,3}}(?=[\s,]{{1,2}}\d{{1,4}}[a-z]?\s?(?:[,.;!?)]|$))")
_NEXT: Final = re.compile(rf"\s({_WORD})")
# What a word of a street's name may be shortened to.
_SHORTER: Final = {
    "sint": r"(?:sint|st)\.?",
    "saint": r"(?:saint|st)\.?",
    "burgemeester": r"(?:burgemeester|burg)\.?",
    "dokter": r"(?:dokter|dr)\.?",
    "doctor": r"(?:doctor|dokter|dr)\.?",
    "pastoor": r"(?:pastoor|past)\.?",
    "avenue": r"(?:avenue|av)\.?",
    "boulevard": r"(?:boulevard|boul|blvd|bd)\.?",
    "chaussee": r"(?:chaussee|chee|ch)\.?",
    "place": r"(?:place|pl)\.?",
}
_SHORTER_END: Final = (
    ("straat", r"[\s-]?str(?:aat|\.?)"),
    ("steenweg", r"[\s-]?(?:steenweg|steenwg\.?|stwg\.?)"),
    ("strasse", r"[\s-]?str(?:asse|aße|\.?)"),
    ("straße", r"[\s-]?str(?:asse|aße|\.?)"),
    ("laan", r"(?:laan|ln\.?)"),
    ("plein", r"(?:plein|pl\.?)"),
    ("weg", r"(?:weg|wg\.?)"),
)
_ARTICLES: Final = frozenset(("de", "het", "den", "t", "la", "le", "les", "l"))
_STARTS: Final = re.compile(rf"(?<!{LETTER}){LETTER}|(?<!\d)\d")
_FOLLOWED: Final = re.compile(
    r"[\s,:.(/-]{0,4}(?:(?:op|bij|aan|tussen|tegenover|thv|ter hoogte van)\s)?"
    r"(?:(?:huis)?(?:nr|nummer|no)\.?\s?|n°\s?|#)?\d"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Street:
    """A street's name within a text.

    `bare`: its article was left out. `sure`: it counts as a street without a house number too.
    """

    name: str
    start: int
    end: int
    listed: bool = False
    bare: bool = False
    sure: bool = True


def listed(compared: str, streets: Sequence[str]) -> Iterator[Street]:
    """Streets of the list, in their order within the text; `compared` as `letters.flat` makes it."""
    if not streets:
        return
    known = _known(tuple(streets))
    at = 0
    for match in _STARTS.finditer(compared):
        start = match.start()
        if start < at:
            continue
        for name, pattern, bare in known.get(compared[start : start + 2], ()):
            found = pattern.match(compared, start)
            if found is not None and (not bare or _FOLLOWED.match(compared, found.end())):
                at = found.end()
                yield Street(name=name, start=start, end=at, listed=True, bare=bare)
                break


_Known = dict[str, list[tuple[str, re.Pattern[str], bool]]]


@lru_cache(maxsize=256)
def _known(streets: tuple[str, ...]) -> _Known:
    """The patterns of all names, by their first two letters; the longest name first."""
    known: _Known = {}
    ways = [(name, _words(name), False) for name in streets]
    ways += [
        (name, words[1:], True)
        for name, words, _ in ways
        if len(words) > 1 and words[0] in _ARTICLES
    ]
    for name, words, bare in sorted(ways, key=lambda way: (way[2], -len(way[0]))):
        if not words:
            continue
        pattern = re.compile(r"[\s.'-]{0,3}".join(map(_way, words)) + rf"(?!{LETTER})")
        for key in {words[0][:2], *_first_letters(words[0])}:
            known.setdefault(key.ljust(2)[:2], []).append((name, pattern, bare))
    return known


def _words(name: str) -> list[str]:
    return [word for word in re.split(r"[\s.'-]+", flat(name)) if word]


def _first_letters(word: str) -> set[str]:
    """How the short forms of a name's first word begin."""
    return {way[:2] for way in re.findall(r"[a-z]{2,}", _SHORTER.get(word, ""))}


def _way(word: str) -> str:
    """The pattern of one word of a name, with what it is shortened to."""
    if word in _SHORTER:
        return _SHORTER[word]
    for end, pattern in _SHORTER_END:
        if word.endswith(end) and len(word) > len(end):
            return re.escape(word.removesuffix(end)) + pattern
    return re.escape(word)


def named(text: str, compared: str) -> Iterator[Street]:
    """Streets by how streets are named. Each pattern passes over the text once."""
    for match in _END.finditer(compared):
        if word := _before(_WORD_BEFORE, compared, match.start()):
            yield _compound(text, compared, word, match.end())
    for match in _LAST.finditer(compared):
        word = _before(_NAME_BEFORE, compared, match.start())
        if word is None:
            continue
        name = compared[word.start : word.end - 1]
        if _names(text[word.start], name):
            yield _street(text, _with_prefix(compared, word.start), match.end())
        elif _OLD_OR_NEW.fullmatch(name):
            yield _street(text, word.start, match.end(), sure=False)
    for match in _FRENCH.finditer(compared):
        if match["sure"] or match["link"] or text[match.start("name")].isupper():
            yield _street(text, match.start(), _whole_name(text, compared, match.end()))


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    end: int


def _before(pattern: re.Pattern[str], compared: str, end: int) -> _Word | None:
    near = max(0, end - 42)
    found = pattern.search(compared[near:end])
    return None if found is None else _Word(near + found.start(), end)


def _compound(text: str, compared: str, word: _Word, end: int) -> Street:
    last = re.split("-", compared[word.start : end])[-1]
    sure = len(last) > 5 and not _NO_STREET.fullmatch(last)  # "opweg", "zohof"
    return _street(text, _with_prefix(compared, word.start), end, sure=sure)


def _names(first: str, name: str) -> bool:
    return (first.isupper() or name.endswith("se")) and not _NO_NAME.fullmatch(name)


def _with_prefix(compared: str, start: int) -> int:
    """Where the street begins, when `Oude` or `Sint` stands before its last word."""
    near = max(0, start - 40)
    prefix = _PREFIX.search(compared[near:start])
    return start if prefix is None else near + prefix.start()


def _whole_name(text: str, compared: str, end: int) -> int:
    """Where a French street's name ends: words with a capital belong to it."""
    while (more := _NEXT.match(compared, end)) and text[more.start(1)].isupper():
        end = more.end()
    rest = _REST.match(compared, end)
    return end if rest is None else rest.end()


def _street(text: str, start: int, end: int, *, sure: bool = True) -> Street:
    return Street(name=_titled(text[start:end]), start=start, end=end, sure=sure)


def _titled(street: str) -> str:
    street = " ".join(street.split())
    return street if any(char.isupper() for char in street) else street[:1].upper() + street[1:]

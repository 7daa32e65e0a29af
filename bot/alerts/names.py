"""A person's name in a sentence: "Jan Peeters staat aan de deur".

A sentence doesn't say what a capital means: a name, a street, a shop or a make of car. So a full name
is covered where something tells that it is one: a common first name before it, or a word that
only a name follows ("heet", "buurman"); in small letters only where both do. What is a street or a firm's name stays. A first name by
itself stays too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from typing import Final

from bot.alerts.given_names import GIVEN
from bot.dialogue.letters import flat

_LINK: Final = r"(?:(?:[Vv]an|[Vv]on|[Dd]e|[Dd]en|[Dd]er|[Ll]e|[Ll]a|[Dd]u|[Dd]a|[Tt]er|[Tt]e|El|Ben|Al|'t)[\s-]){0,3}"
_CAPITAL: Final = (
    r"[A-ZÀ-ÖØ-Þ](?:'[A-ZÀ-ÖØ-Þ])?[a-zß-öø-ÿ][\w'’]{0,30}(?:-[A-ZÀ-ÖØ-Þ]?[a-zß-öø-ÿ]\w{0,30})?"
)
_SURNAME: Final = rf"{_LINK}{_CAPITAL}"
# Looked at from each word, since "Gisteren Jan" may stand before "Jan Peeters".
_FULL: Final = re.compile(
    rf"(?<![\w'’.-])(?=(?P<first>{_CAPITAL})\s(?P<rest>{_SURNAME})(?![\w’-]))"
)
_TITLED: Final = (
    r"(?!(?:M(?:me|rs?|s|evr|evrouw|vr|eneer|ijnheer|adame|onsieur)|Dhr|Fam|Familie)\b)"
)
_TOLD: Final = re.compile(
    r"\b(?:[Hh]eet|[Gg]enaamd|[Nn]aam is|[Nn]oemt zich|[Nn]amed|[Nn]ame is|[Ss]'appelle|[Nn]ommée?|[Hh]ei(?:ß|ss)t|"
    r"(?:[Oo]ver)?[Bb]uur(?:man|vrouw|jongen|meisje)|[Nn]eighbou?r|[Vv]oisine?|[Nn]achbar(?:in)?|"
    r"(?:[Mm]ijn|[Oo]nze?|[Mm]y) (?:man|vrouw|zoon|dochter|broer|zus|vader|moeder|vriend|vriendin|schoonzoon|"
    r"schoondochter|husband|wife|son|daughter|brother|sister|friend))\s"
    rf"(?P<name>{_TITLED}{_SURNAME}(?:\s{_SURNAME}){{0,2}})"
)
# "JAN PEETERS staat hier", where not all is in capitals.
_LOUD: Final = re.compile(
    r"(?<![\w'’.-])(?P<first>[A-ZÀ-ÖØ-Þ]{3,20})\s(?P<rest>(?:(?:VAN|VON|DE|DEN|DER|EL)\s){0,3}[A-ZÀ-ÖØ-Þ][A-ZÀ-ÖØ-Þ'’-]{2,30})(?![\w’-])"
)
# "zijn naam is jan peeters": behind these a common first name and what follows it, in small letters too.
_SOFT: Final = re.compile(
    r"\b(?:heet|genaamd|naam is|noemt zich|named|name is|s'appelle|heisst|heist)\s(?P<first>[a-z]{2,20}(?:-[a-z]{2,20})?)"
    r"(?:\s(?:(?:van|von|de|den|der|el|ben)\s){0,3}[a-z][a-z'-]{3,30})?"
)
# Behind these it is no person's name: a saint's, a king's, a model of car.
_NO_PERSON: Final = re.compile(
    r"\b(?:sint|saint|sainte|sankt|st\.?|koning|koningin|prins|prinses|renault|opel|lotus|fiat|ford|vw)[\s-]$"
)
# Shops and makes that are called like somebody.
_FIRMS: Final = re.compile(
    "albert heijn|hugo boss|tommy hilfiger|calvin klein|ralph lauren|karl lagerfeld|michael kors|"
    "paul smith|tom tailor|tom tom|jack wolfskin|jack jones|jack daniels|jan linders|louis vuitton|"
    "yves rocher|yves saint|marc jacobs|laura ashley|victoria secret|hans anders|bart smit|marie claire|"
    "jean paul|johnnie walker|philipp plein|robert cavalli|charles vogele|tony chocolonely|stella artois|"
    "max mara|stella mccartney|christian dior|david beckham|scotch soda|henri willig"
)
_PLACES: Final = re.compile(
    r"(?:straat|laan|weg|plein|dreef|hof|park|kerk|kapel|school|brug|hal|stadion|ziekenhuis|instituut|"
    r"college|center|centrum|markt|street|road|lane|square|church|platz)$"
)


def find_names(text: str, compared: str) -> Iterator[tuple[int, int]]:
    """Where full names stand; `compared` is the text as `letters.flat` makes it."""
    loud = () if text == text.upper() else _LOUD.finditer(text)
    for match in chain(_FULL.finditer(text), loud):
        first, last = match.span("first"), match.span("rest")
        if _is_given(compared[slice(*first)]) and _is_person(compared, first[0], *last):
            yield first[0], last[1]
    for match in _SOFT.finditer(compared):
        if _is_given(match["first"]):
            yield match.start("first"), match.end()
    for match in _TOLD.finditer(text):
        start, end = match.span("name")
        if not _PLACES.search(flat(match["name"])):
            yield start, end


def _is_given(word: str) -> bool:
    return word in GIVEN or word.partition("-")[0] in GIVEN


def _is_person(compared: str, first: int, last: int, end: int) -> bool:
    return not (
        _PLACES.search(compared, last, end)
        or _NO_PERSON.search(compared[max(0, first - 12) : first])
        or _FIRMS.fullmatch(compared, first, end)
    )

"""What leads to a person or out of the group: links, addresses, numbers of phones and accounts, names.

Neighbours see "…" in its place. The police read it as it was typed.
"""

from __future__ import annotations

import re
from typing import Final

_HOST: Final = r"[a-z0-9][a-z0-9-]{0,62}"
# A bare domain counts with a path behind it, or when no sentence could go on like that.
_LINK: Final = re.compile(
    rf"(?:\b[a-z][a-z0-9+.-]{{1,20}}://|\bwww\.|///(?=\w+\.\w)|(?<![\w.@-])(?:{_HOST}\.){{1,4}}[a-z]{{2,18}}(?::\d+)?/"
    rf"|(?<![\w.@-])(?:{_HOST}\.){{1,4}}(?:com|net|org|info|eu|be|nl)(?![\w@-])(?!\.\w))"
    r"(?:\S*[^\s.,;:!?)\]'\"»])?"
)
_MAIL: Final = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}\s?(?:@|\(at\)|\[at\])\s?(?:[\w-]{1,63}\.){1,4}[a-z]{2,18}\b"
)
_HANDLE: Final = re.compile(r"(?<![\w@])@[a-z0-9][\w.]{1,31}(?<!\.)")
_IBAN: Final = re.compile(
    r"\b[a-z]{2}\d{2}[\s.-]{0,2}(?:[a-z]{4}[\s.-]{0,2})?\d(?:[\s.-]{0,2}\d){7,25}\b"
)
# Phones, national registers, cards, firms: many digits in groups, however they are parted.
_DIGITS: Final = re.compile(r"(?<![\w])(?:\+\s?)?\(?\d(?:[\s./()_-]{0,3}\d){6,24}(?![\d])")
_DAY: Final = r"(?:[0-3]?\d([-./])[01]?\d\1(?:20)?\d\d|20\d\d-[01]\d-[0-3]\d)"
_HARMLESS: Final = re.compile(
    rf"\(?(?:{_DAY}(?:[\s,-]+[0-2]?\d(?:\.[0-5]\d)?)?|[0-2]?\d\.[0-5]\d\s?[-/]\s?[0-2]?\d\.[0-5]\d"
    r"|\d{1,3}(?:\.000)+|0900[\s-]?8844|(?:(?:100|101|105|110|112|1733)[\s./-]*)+)"
)
_MEASURED: Final = re.compile(r"\s?(?:jaar|jr|cm|m|meter|kg|km|euro|uur|u|min)\b")
_PHONE_WORD: Final = re.compile(
    r"\b(?:tel|telefoon|telefoonnummer|gsm|gsmnr|nummer|nr|phone)\W{1,3}$"
)
_POINT: Final = re.compile(
    r"-?\d{1,2}[.,]\d{4,}\s?[,;/\s]\s?-?\d{1,3}[.,]\d{4,}|\d{1,3}°\s?\d{1,2}['′]\s?[\d.,]{1,6}[\"″]?"
    r"|\b(?=[a-z]{0,7}\d)[2-9cfghjmpqrvwx]{4,8}\+[2-9cfghjmpqrvwx]{2,3}\b"
)
# A name behind a title, as it is written with a capital; the title stays.
_NAME: Final = re.compile(
    r"\b(?:[Ff]am(?:ilie|\.)?|FAMILIE|[Mm]evr(?:ouw|\.)?|[Mm]vr\.?|[Mm]eneer|[Mm]ijnheer|[Dd]hr\.?|[Dd]e [Hh]eer|"
    r"[Mm]adame|[Mm]me\.?|[Mm]onsieur|[Ff]amille|[Ff]rau|[Hh]err|[Mm]rs?\.?|[Mm]s\.)\s"
    r"(?P<name>(?:(?:[Vv]an|[Vv]on|[Dd]e|[Dd]en|[Dd]er|[Ll]e|[Ll]a|[Dd]u|[Tt]er|'t)\s){0,3}"
    r"[A-ZÀ-ÖØ-Þ][\w'’-]{1,30}(?:\s(?:(?:[Vv]an|[Dd]e|[Dd]en|[Dd]er)\s){0,2}[A-ZÀ-ÖØ-Þ][\w'’-]{1,30}){0,2})"
)
_TITLE: Final = re.compile(
    r"fam|mevr|mvr|meneer|mijnheer|dhr|de heer|madame|mme|monsieur|frau|herr|\bmr|\bms\."
)
# In small letters only behind *familie*, which is seldom followed by anything but a name.
_HOUSEHOLD: Final = re.compile(
    r"\b(?:bij|naast|tegenover|voor|van|door|aan)\s(?:de\s)?fam(?:ilie|\.)?\s(?!(?:van(?!\s(?:den|der)\b)|in|is|op|uit|en|"
    r"aan|met|die|dat|heeft|hebben|hier|naast|bij|thuis|of|komt|gaat|was|om|te|zijn|ook|niet)\b)"
    r"(?P<name>(?:(?:van|de|den|der|te|ter)\s){0,2}[a-z][\w'-]{1,30})"
)


def find_contacts(text: str, flat: str) -> list[tuple[int, int]]:
    """Where such things stand in the text; `flat` is its copy for comparing."""
    found: list[tuple[int, int]] = []
    if "/" in flat or "." in flat:
        found += [match.span() for match in _LINK.finditer(flat)]
    if "@" in flat or "at)" in flat or "at]" in flat:
        found += [match.span() for match in _MAIL.finditer(flat)]
        found += [match.span() for match in _HANDLE.finditer(flat)]
    if _TITLE.search(flat):
        found += [match.span("name") for match in _NAME.finditer(text)]
        found += [match.span("name") for match in _HOUSEHOLD.finditer(flat)]
    return found


def find_numbers(flat: str) -> list[tuple[int, int]]:
    """Where numbers of phones, accounts and persons stand, and points on a map."""
    found = [match.span() for match in _POINT.finditer(flat)]
    found += [match.span() for match in _IBAN.finditer(flat)]
    found += [match.span() for match in _DIGITS.finditer(flat) if _leads_to_somebody(match)]
    return found


def _leads_to_somebody(match: re.Match[str]) -> bool:
    """Whether so many digits are a number of somebody, rather than dates, times and amounts."""
    typed = match.group()
    if _HARMLESS.fullmatch(typed) or _MEASURED.match(match.string, match.end()):
        return False
    digits = sum(map(str.isdigit, typed))
    least = 8 if typed[0] in "+(0" else 9
    if digits < least:
        before = match.string[max(0, match.start() - 20) : match.start()]
        return _PHONE_WORD.search(before) is not None
    return True

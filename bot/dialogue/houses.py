"""House numbers in what people type: behind a street, before it, and apart from it.

A number beside a street is a house number unless what follows says otherwise: a time, a measure,
a date, or how many there are ("Kerkstraat 2 mannen"). Where both could be meant, it is taken for
a house number: that does no harm. Apart from a street it needs a word that says so (nummer, nr,
huis), or a place before it at the end of a phrase ("aan de bakker 12"), or it is the last thing said
("inbraak kerkstaat 12", where the street is misspelt or unknown).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bot.dialogue.amounts import EMERGENCY, is_amount, is_make, takes_number
from bot.dialogue.streets import LETTER

_NR: Final = r"(?:huis\s?)?(?:nummers?|nrs?|nos?|num)|hnr|huis|n°|#|numeros?|number|hausnummer"
_LEADS: Final = (
    r"ter hoogte van|t\.?h\.?v\.?|t\.?o\.?v?\.?|bij|aan|op|voor|tegenover|naast|achter|kant|hoek|"
    r"tussen|en|tot|te|au|a la hauteur du|devant le|a hauteur du|near|at|outside|opposite|bei|vor"
)
_AFTER: Final = re.compile(
    rf"(?P<gap>[\s,;:.(/-]{{0,4}})(?:(?P<lead>{_LEADS})\s(?:(?:de|het|le|la|the)\s)?)?"
    rf"(?P<nr>(?:{_NR})[\s.:#°]{{0,3}})?(?P<number>\d{{1,5}})"
)
# "Kerkstraat Munsterbilzen 12": at the end of a phrase a word or two may stand between.
_LATER: Final = re.compile(
    rf"(?P<words>(?:[\s,]{{1,2}}{LETTER}{{2,20}}){{1,2}}\s)(?P<number>\d{{1,4}})(?![\w:])"
)
# What a number may be followed by as part of it: a letter, a range, a box.
_LETTER_OF: Final = re.compile(
    rf"\s?(?:bis|ter|quater)(?!{LETTER})|[a-z]\d{{0,3}}(?!\w)|\s[a-z](?![\w'])"
)
_BOX: Final = re.compile(
    r"\s{0,2}(?:bus|bte|boite|box|app(?:artement)?|apt|flat)[\s.:]{0,2}\w{1,4}(?!\w)"
    r"|\s?[/]\s?\w{1,4}(?!\w)|\s?b\s?\d{1,3}(?!\w)|\.\d{1,2}(?!\w)"
)
_MORE: Final = re.compile(
    r"\s{0,2}(?:[-/+&,]|(?:en|et|and|und|of|ou|tot|t/m|tem|a)\s)\s{0,2}(?:nr\.?\s?)?(?P<number>\d{1,4})"
)
_NUMERAL: Final = (
    r"(?:twee|drie|vier|vijf|zes|zeven|acht|negen|tien|elf|twaalf|dertien|veertien|"
    r"(?:vijf|zes|zeven|acht|negen)tien|"
    r"(?:(?:een|twee|drie|vier|vijf|zes|zeven|acht|negen)en)?"
    r"(?:twintig|dertig|veertig|vijftig|zestig|zeventig|tachtig|negentig)|honderd\w{0,12})"
)
_WRITTEN: Final = re.compile(
    rf"[\s,]{{1,3}}(?:(?:huis)?(?:nummer|nr)\.?\s)?(?P<number>{_NUMERAL}(?:\s?[a-z])?)(?=\s*(?:[.,;!?)]|$))"
)

# --- before a street ------------------------------------------------------------------------------

_AHEAD: Final = 48  # characters before a street that are looked at
_CHAIN: Final = (
    r"\d{1,4}(?:\s?bis|[a-z](?!\w))?(?:\s?(?:[-/+&]|en|et|and|of|bus|bte|box)\s?\d{1,4}[a-z]?){0,2}"
)
_DIRECT: Final = re.compile(
    rf"(?<![\w:.,])(?P<lead>(?:au|le|du)\s)?(?P<nr>(?:{_NR})[\s.:#°]{{0,3}})?"
    rf"(?P<number>{_CHAIN})\s{{0,2}},?\s{{0,2}}$"
)
_INSIDE: Final = re.compile(
    r"(?:(?P<lead>(?<!\w)(?:op|bij|aan|voor|naast|tegenover|achter|van|naar|thv|ter hoogte van|"
    r"at|near|outside|in|devant le|au)\s)(?:het\s|de\s|huis\s)?"
    r"|(?P<begin>^|[.,;:!?-]\s|\n|\()"
    r"|(?=(?:nr|nummer|huisn|n°|#|huis))"
    r"|(?P<alone>(?<![\w:.,])(?=\d)))"
    rf"(?P<nr>(?:{_NR})[\s.:#°]{{0,3}})?(?P<number>{_CHAIN})\s{{0,2}},?\s"
    r"(?P<link>(?:in|op|aan|on|in der|im)\s(?:(?:de|het|den|'t|the)\s)?"
    r"|(?:van|of|de|der)\s(?:(?:de|het|den|la|the)\s|l')?|de\sl')$"
)
# Words before a number that make it something else: a time, an age, a count, a bus line.
_OTHERWISE: Final = re.compile(
    r"(?<!\w)(?:om|rond|tegen|sinds|vanaf|tot|na|vers|um|gegen|about|around|until|circa|ca\.?|ongeveer|"
    r"zeker|minstens|bus|lijn|tram|zone|afrit|leeftijd|maat|dag|groep(?:je)? van|"
    r"(?:man|vrouw|jongen|meisje|kind|kindje|iemand|persoon|koppel|dame|heer|gast|kerel|verdachte|dader|"
    r"jongere|tiener|homme|femme) (?:van|de))\s$"
)
# The same, where a comma parts the number from the street: "man 45, Kerkstraat".
_PARTED: Final = re.compile(
    r"(?<!\w)(?:al|nog|wel|er|met|maar|zijn|waren|zag|zien|zie|de|die|man|vrouw|jongen|meisje|kind|dader)\s$"
)
_DIGIT: Final = re.compile(r"\d")
_LAST_WORD: Final = re.compile(rf"({LETTER}{{2,30}})\s$")
_HOUR: Final = re.compile(r"(\d{1,2})[uh]")
_TO_CALL: Final = re.compile(
    r"(?<!\w)(?:(?:bel|belt|belde|bellen|gebeld|call|called)(?: naar)?|appelez le)\s$"
)

# --- apart from a street --------------------------------------------------------------------------

_LOOSE: Final = re.compile(
    rf"(?<![\w])(?:(?P<house>huis|house|haus|maison|appartement|appt?|apt|flat)|"
    rf"huisnummers?|huisnrs?|nummers?|nrs?|hnr|n°|numeros?|(?:house\s)?number|hausnummer|no\.|#)[\s.:#°]{{0,3}}"
    rf"(?:(?P<number>\d{{1,5}})|(?P<word>{_NUMERAL})(?!\w))"
)
# "tegenover 12", "ik woon op 27", "huizen 3 tot 9", "voor 22 staat": who stands or lives at a number.
_LIVES: Final = re.compile(
    r"(?<!\w)(?:(?:aan|voor|op|achter|van)\s(?=\d{1,4}\s?[a-z]?\s(?:staat|stond|staan|stopte?|zit|zat|ligt|"
    r"loopt|brandt|woont|wordt|is|was)(?!\w))|(?:huizen|woningen|bij (?:ons|mij|hen|hem|haar)(?: thuis)? op)\s|"
    r"(?:tegenover|naast|bij|thv|ter hoogte van|woont? op|wonen op|woonachtig op|"
    r"(?:buren|bewoners?|buurman|buurvrouw|deur|garage|tuin|alarm|licht) (?:van|op|aan)|"
    r"kant (?:tussen|van|vanaf)|live at|lives at|habite au)\s)(?:het\s)?(?P<number>\d{1,4})(?![:\d]|[.,]\d)"
)
_REFERENCE: Final = re.compile(
    r"(?:melding|alarm|alert|zaak|case|bus|lijn|spoor|tram|perron|shirt|jersey|(?:trui|truitje|shirt) met)\s$"
)
_SPOT: Final = re.compile(
    rf"(?:(?<!\w)(?:aan|op|bij|in|thv|tegenover|naast|achter|voor|langs|at)\s(?:(?:de|het|den|'t)\s)?"
    rf"(?P<name>{LETTER}(?:{LETTER}|['-]){{2,30}})\s?,?\s?"
    rf"|(?<![\w'])(?P<last>{LETTER}{{5,30}})\s(?=\d{{1,4}}[a-z]?\s*(?:$|\n)))"
    r"(?P<number>\d{1,4})(?![\w:]|[.,]\d)"
)
_ANY: Final = re.compile(r"\s{0,3}(?<![\w:.])(?P<number>\d{1,5})")
_PHRASE_END: Final = re.compile(r"\s*(?:$|[.,;!?)\n]|(?:en|of|tot)\s\d|-\s?\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A house number within a text.

    The number itself from `at` to `till`; from `start` to `end` with what goes with it, in whose
    place `left` stays.
    """

    at: int
    till: int
    start: int
    end: int
    left: str = ""


def behind(compared: str, at: int) -> House | None:
    """The house number that stands behind a street which ends here."""
    match = _AFTER.match(compared, at)
    if match is None:
        return _written(compared, at) or _later(compared, at)
    start, end = match.span("number")
    parted = any(char in ",.;:(\n" for char in match["gap"])
    if not match["nr"] and is_amount(compared, start, end, parted=parted):
        return None
    till = end = _whole(compared, end)
    if match["lead"] == "en" and not match["nr"] and not _PHRASE_END.match(compared, end):
        return None
    if "(" in match["gap"] and compared[end : end + 1] == ")":
        end += 1
    return House(at=start, till=till, start=at, end=end)


def _written(compared: str, at: int) -> House | None:
    match = _WRITTEN.match(compared, at)
    if match is None:
        return None
    return House(at=match.start("number"), till=match.end(), start=at, end=match.end())


def _later(compared: str, at: int) -> House | None:
    match = _LATER.match(compared, at)
    if match is None:
        return None
    word = match["words"].split()[-1].strip(",")
    if re.fullmatch(_NR, word) or not _stands_alone(compared, match, word):
        return None
    start = match.start("number")
    end = _whole(compared, match.end())
    return House(at=start, till=end, start=start - 1, end=end)


def before(compared: str, at: int) -> House | None:
    """The house number that stands before a street which begins here: "12 rue Haute"."""
    at -= compared[at - 1 : at] == "'"  # 't Hofke
    near = max(0, at - _AHEAD)
    # The x stands for what is cut off, so that no half number looks like a beginning.
    ahead = compared[:at] if near == 0 else f"x{compared[near:at]}"
    near -= near > 0
    if _DIGIT.search(ahead) is None:
        return None
    direct = _DIRECT.search(ahead)
    match = direct or _INSIDE.search(ahead)
    if match is None or (not match["nr"] and _is_other(ahead, match)):
        return None
    start, till = match.span("number")
    if direct:
        begin, end, left = (
            match.start("lead" if match["lead"] else "nr" if match["nr"] else "number"),
            match.end(),
            "",
        )
    elif match["link"].startswith(("van", "of", "de")):
        begin, end, left = start, till, "…"
    else:
        begin = match.start("lead" if match["lead"] else "nr" if match["nr"] else "number")
        end, left = match.start("link"), ""
    return House(at=near + start, till=near + till, start=near + begin, end=near + end, left=left)


def _is_other(ahead: str, match: re.Match[str]) -> bool:
    """Whether the words before the number say that it is none of a house."""
    words, number = ahead[: match.start("number")], match["number"]
    low = number.isdecimal() and int(number) < 100  # ages and how many there are
    alone = match.groupdict().get("alone") is not None
    last = _LAST_WORD.search(words)
    hour = _HOUR.fullmatch(number)
    return bool(
        _OTHERWISE.search(words)
        or (last and is_make(last[1]))
        or (low and (alone or "," in match.group()) and _PARTED.search(words))
        or (alone and number.isdecimal() and int(number) < 20)
        or (number in EMERGENCY and _TO_CALL.search(words))
        or (hour and int(hour[1]) < 25)  # hours of a day
    )


def apart(compared: str) -> Iterator[House]:
    """House numbers without a street: "bij nummer 12", "aan de bakker 12"."""
    for match in _LOOSE.finditer(compared):
        if match["word"]:
            yield _hidden(match.start("word"), match.end())
            continue
        start, end = match.span("number")
        known = _REFERENCE.search(compared[max(0, match.start() - 12) : match.start()])
        if match["number"] in EMERGENCY or known:
            continue
        if not match["house"] or not is_amount(compared, start, end, parted=True):
            yield _hidden(start, _whole(compared, end))
    for match in _LIVES.finditer(compared):
        start, end = match.span("number")
        if match["number"] not in EMERGENCY and not is_amount(compared, start, end, parted=True):
            yield _hidden(start, _whole(compared, end))
    for match in _SPOT.finditer(compared):
        name = "name" if match["name"] else "last"
        if _stands_alone(compared, match, match[name]):
            start, end = match.start("number"), _whole(compared, match.end())
            yield House(at=start, till=end, start=match.end(name), end=end)


def _hidden(start: int, end: int) -> House:
    return House(at=start, till=end, start=start, end=end, left="…")


def _stands_alone(compared: str, match: re.Match[str], word: str) -> bool:
    """Whether the number behind this word ends a phrase and neither counts nor names a thing."""
    number, (start, end) = match["number"], match.span("number")
    year = len(number) == 4 and number[:2] in ("19", "20")  # 1985, 2026
    if year or number in EMERGENCY or takes_number(word):
        return False
    if _OTHERWISE.search(f"{word} ") or _PARTED.search(f"{word} "):
        return False
    ends = _PHRASE_END.match(compared, _whole(compared, end)) is not None
    return ends and not is_amount(compared, start, end, parted=True)


def bare(compared: str) -> Iterator[House]:
    """Every number that nothing around it explains: of a place without a known street."""
    for match in _ANY.finditer(compared):
        start, end = match.span("number")
        if not is_amount(compared, start, end, parted=True):
            till = _whole(compared, end)
            yield House(at=start, till=till, start=match.start(), end=till)


def _whole(compared: str, end: int) -> int:
    """Where a house number ends, with its letter, its range and its box."""
    for _ in range(8):
        found = _BOX.match(compared, end) or _LETTER_OF.match(compared, end)
        if found is None:
            found = _MORE.match(compared, end)
            if found is None or is_amount(
                compared, found.start("number"), found.end(), parted=True
            ):
                return end
            if re.match(r"\w{2}", compared[found.end() : found.end() + 2]):
                return end
        end = found.end()
    return end

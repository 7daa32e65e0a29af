"""House numbers in what people type: behind a street, before it, and apart from it.

A number beside a street is a house number unless what follows says otherwise: a time, a measure,
a date, or how many there are ("Kerkstraat 2 mannen"). Where both could be meant, it is taken for
a house number: that does no harm. Apart from a street it needs a word that says so (nummer, nr,
huis), or a place before it at the end of a phrase ("aan de bakker 12").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bot.dialogue.streets import LETTER

_NR: Final = r"(?:huis)?(?:nummers?|nrs?|nos?)|hnr|huis|n°|#|numeros?|number|hausnummer"
_LEADS: Final = (
    r"ter hoogte van|t\.?h\.?v\.?|t\.?o\.?v?\.?|bij|aan|op|voor|tegenover|naast|achter|kant|hoek|"
    r"tussen|en|tot|te|au|a la hauteur du|devant le|a hauteur du|near|at|outside|opposite|bei|vor"
)
_AFTER: Final = re.compile(
    rf"(?P<gap>[\s,;:.(/-]{{0,4}})(?:(?:{_LEADS})\s(?:(?:de|het|le|la|the)\s)?)?"
    rf"(?P<nr>(?:{_NR})[\s.:#°]{{0,3}})?(?P<number>\d{{1,5}})"
)
# What a number may be followed by as part of it: a letter, a range, a box.
_LETTER_OF: Final = re.compile(
    rf"\s?(?:bis|ter|quater)(?!{LETTER})|[a-z]\d{{0,3}}(?!\w)|\s[a-z](?![\w'])"
)
_BOX: Final = re.compile(
    r"\s{0,2}(?:bus|bte|boite|box|app(?:artement)?|apt|flat)[\s.:]{0,2}\w{1,4}(?!\w)"
    r"|\s?[/]\s?\w{1,4}(?!\w)|\s?b\s?\d{1,3}(?!\w)"
)
_MORE: Final = re.compile(
    r"\s{0,2}(?:[-/+&,]|(?:en|et|and|und|of|ou|tot|t/m|tem|a)\s)\s{0,2}(?:nr\.?\s?)?(?P<number>\d{1,4})"
)
_TIME: Final = re.compile(r"\s?(?:[:.]|[uh]\s?)[0-5]\d(?!\d)|\s?(?:uur|heures?|uhr|[uh])(?!\w)")
_DAYS: Final = re.compile(
    r"\.?\s(?:jan|feb|febr|maart|mrt|apr|mei|juni?|juli?|aug|sept?|okt|nov|dec|januari|februari|april|"
    r"augustus|september|oktober|november|december|janvier|fevrier|mars|avril|mai|juin|juillet|aout|"
    r"octobre|novembre|decembre|january|february|march|may|june|july|august|october)(?!\w)"
)
_UNIT: Final = re.compile(
    r"\s?(?:cm|km|km/u|kmh|meters?|mtr|kg|jaar|jarigen?|jr|euro?s?|eur|min|minuten|minuutjes|minutes|"
    r"sec|seconden|keer|maal|graden|dagen|weken|maanden|ans|annees|jahre|years?|metres?|dag)(?!\w)"
    r"|\s?m\s?\d\d(?!\d)|\s?[€%°]"
)
_UNIT_OR_LETTER: Final = re.compile(r"\s[mx](?!\w)")
# "2de huis", "3e": an order, no number.
_ORDER: Final = re.compile(r"(?:de|ste|eme|er|nd|rd|st|th)(?!\w)")
_CALLED: Final = re.compile(
    r",?\s(?:(?:is|al|reeds|net|was|werd|a ete|has been|zijn)\s){0,2}"
    r"(?:gebeld|bellen|verwittigd|gecontacteerd|gewaarschuwd|called|appele|angerufen)"
)
_EMERGENCY: Final = frozenset(("100", "101", "105", "110", "112"))
_PEOPLE: Final = (
    r"mannen|vrouwen|personen|jongens|meisjes|mensen|kerels|gasten|figuren|daders|dieven|inbrekers|"
    r"verdachten|jongeren|kinderen|kids|politie\w*|agenten|tieners|jonge|vluchters|leden|"
    r"auto'?s|wagens|fietsen|fietsers|camionettes?|bestelwagens?|busjes|brommers|scooters|moto'?s|"
    r"voertuigen|honden|ramen|deuren|huizen|woningen|zakken|koffers|dozen|schoten|knallen|plaatsen|"
    r"flitsen|lampen|verdiepingen|kanten|autodeuren|minderjarigen|volwassenen|"
    r"men|women|people|persons|guys|boys|girls|kids|cars|vans|bikes|dogs|"
    r"hommes|femmes|personnes|jeunes|enfants|voitures|velos|individus|"
    r"manner|frauen|personen|autos|kinder|jugendliche"
)
# Behind "12" the house number is the likelier reading, unless a comma stands between.
_ONE: Final = re.compile(
    r"\s+(?:man|vrouw|persoon|jongen|auto|wagen|fiets|car|homme|woman|mann)(?!\w)"
)
_MANY: Final = re.compile(rf"\s+(?:{LETTER}{{2,20}}(?:e|er|te|ige)\s+){{0,2}}(?:{_PEOPLE})(?!\w)")
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
    rf"(?<![\w:.,])(?P<lead>(?:au|le|du)\s)?(?P<nr>(?:{_NR})[\s.:#°]{{0,3}})?(?P<number>{_CHAIN})\s{{0,2}},?\s{{0,2}}$"
)
_INSIDE: Final = re.compile(
    r"(?:(?P<lead>(?<!\w)(?:op|bij|aan|voor|naast|tegenover|achter|van|thv|ter hoogte van|at|near|outside|in|"
    r"devant le|au)\s)(?:het\s|de\s|huis\s)?|(?P<begin>^|[.,;:!?-]\s|\n|\()|(?=(?:nr|nummer|huisn|n°|#|huis)))"
    rf"(?P<nr>(?:{_NR})[\s.:#°]{{0,3}})?(?P<number>{_CHAIN})\s{{0,2}},?\s"
    r"(?P<link>(?:in|op|aan|on|in der|im)\s(?:(?:de|het|den|'t|the)\s)?|(?:van|of|de|der)\s(?:(?:de|het|den|la|the)\s|l')?|de\sl')$"
)
# Words before a number that make it something else: a time, an age, a count, a bus line.
_OTHERWISE: Final = re.compile(
    r"(?<!\w)(?:om|rond|tegen|sinds|vanaf|tot|na|vers|um|gegen|about|around|until|circa|ca\.?|ongeveer|"
    r"zeker|minstens|al|nog|wel|met|maar|zijn|waren|zag|zien|zie|de|die|bus|lijn|tram|zone|groep(?:je)? van|"
    r"man|vrouw|jongen|meisje|dader|man van|vrouw van|jongen van|bel|gebeld|belde|call|called|naar|dag|"
    r"leeftijd|maat|afrit)\s$"
)
_CAR: Final = re.compile(
    r"(?<!\w)(?:golf|polo|passat|tiguan|touran|caddy|transporter|bmw|serie|audi|mercedes|klasse|opel|corsa|"
    r"astra|renault|clio|megane|scenic|peugeot|citroen|ford|focus|fiesta|transit|mondeo|fiat|seat|skoda|"
    r"volvo|kia|hyundai|mazda|toyota|nissan|suzuki|honda|tesla|model|dacia|porsche|mini|smart|alfa|romeo|"
    r"jeep|lexus|land|rover|saab|lancia|ducati|vespa|yamaha|daf|man|iveco|scania|berlingo|partner|vito|"
    r"sprinter|type|vw|volkswagen|iphone|samsung|galaxy)\s$"
)

# --- apart from a street --------------------------------------------------------------------------

_LOOSE: Final = re.compile(
    rf"(?<![\w])(?:huis(?:nummers?|nrs?)?|nummers?|nrs?|hnr|n°|numeros?|number|house(?:\snumber)?|"
    rf"hausnummer|haus|maison|appartement|appt?|apt|flat|no\.|#)[\s.:#°]{{0,3}}"
    rf"(?:(?P<number>\d{{1,5}})|(?P<word>{_NUMERAL})(?!\w))"
)
# "tegenover 12", "ik woon op 27": who stands or lives at a number.
_LIVES: Final = re.compile(
    r"(?<!\w)(?:tegenover|naast|bij|thv|ter hoogte van|woont? op|wonen op|woonachtig op|"
    r"(?:buren|bewoners?|buurman|buurvrouw|deur|garage|tuin|alarm|licht) (?:van|op|aan)|"
    r"kant (?:tussen|van|vanaf)|live at|lives at|habite au)\s(?:het\s)?(?P<number>\d{1,4})(?![:\d]|[.,]\d)"
)
_REFERENCE: Final = re.compile(r"(?:melding|alarm|alert|zaak|case|bus|lijn|spoor|tram|perron)\s$")
_SPOT: Final = re.compile(
    rf"(?<!\w)(?:aan|op|bij|in|thv|tegenover|naast|achter|voor|langs|at)\s(?:(?:de|het|den|'t)\s)?"
    rf"(?P<name>{LETTER}(?:{LETTER}|['-]){{2,30}})\s?,?\s?(?P<number>\d{{1,4}})(?![\w:])"
)
_NO_SPOT: Final = re.compile(
    r"(?:totaal|elkaar|ongeveer|circa|groep|zone|lijn|tram|trein|perron|spoor|poort|hal|afrit|uitrit|kamer|"
    r"camera|foto|beeld|video|kanaal|pagina|bijlage|punt|stap|dag|week|maand|jaar|klas|leeftijd|maat|"
    r"snelheid|\w+dag|januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|"
    r"december|rond|tussen|bijna|zeker|minstens|welgeteld|bus|nummer|politie|minder|meer|nauwelijks|"
    r"man|vrouw|jongen|meisje|dader|persoon|covid|article|artikel|regel|vraag|keuze|optie|plaats|hoogte|zowat|pakweg|minuut)"
)
_ANY: Final = re.compile(r"\s*(?<![\w:.])(?P<number>\d{1,5})")
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
        written = _WRITTEN.match(compared, at)
        if written is None:
            return None
        return House(at=written.start("number"), till=written.end(), start=at, end=written.end())
    start, end = match.span("number")
    parted = any(char in ",.;:(\n" for char in match["gap"])
    if not match["nr"] and _says_otherwise(compared, start, end, parted=parted):
        return None
    till = end = _whole(compared, end)
    if "(" in match["gap"] and compared[end : end + 1] == ")":
        end += 1
    return House(at=start, till=till, start=at, end=end)


def before(compared: str, at: int) -> House | None:
    """The house number that stands before a street which begins here: "12 rue Haute"."""
    near = max(0, at - _AHEAD)
    ahead = (
        compared[:at] if near == 0 else f"x{compared[near:at]}"
    )  # no beginning and no half number
    near -= near > 0
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
    start = match.start("number")
    value = re.match(r"\d+", match["number"])
    return bool(
        _OTHERWISE.search(ahead[:start])
        or _CAR.search(ahead[:start])
        or (
            value
            and value.group() in _EMERGENCY
            and ahead[:start].rstrip().endswith(("bel", "call"))
        )
        or (re.fullmatch(r"\d{1,2}[uh]", match["number"]) and int(match["number"][:-1]) < 25)
    )


def apart(compared: str) -> Iterator[House]:
    """House numbers without a street: "bij nummer 12", "aan de bakker 12"."""
    for match in _LOOSE.finditer(compared):
        if match["word"]:
            yield _hidden(match.start("word"), match.end())
            continue
        start, end = match.span("number")
        known = _REFERENCE.search(compared[max(0, match.start() - 12) : match.start()])
        if match["number"] in _EMERGENCY or known:
            continue
        if not _says_otherwise(compared, start, end, parted=True):
            yield _hidden(start, _whole(compared, end))
    for match in _LIVES.finditer(compared):
        start, end = match.span("number")
        if match["number"] not in _EMERGENCY and not _says_otherwise(
            compared, start, end, parted=True
        ):
            yield _hidden(start, _whole(compared, end))
    for match in _SPOT.finditer(compared):
        start, end = match.span("number")
        end = _whole(compared, end)
        if _PHRASE_END.match(compared, end) and not _no_spot(compared, match):
            yield House(at=start, till=end, start=match.end("name"), end=end)


def _hidden(start: int, end: int) -> House:
    return House(at=start, till=end, start=start, end=end, left="…")


def _no_spot(compared: str, match: re.Match[str]) -> bool:
    year = len(match["number"]) == 4 and match["number"][:2] in ("19", "20")
    return bool(
        year
        or match["number"] in _EMERGENCY
        or _NO_SPOT.fullmatch(match["name"])
        or _CAR.search(f"{match['name']} ")
        or _says_otherwise(compared, match.start("number"), match.end("number"), parted=True)
    )


def bare(compared: str) -> Iterator[House]:
    """Every number that nothing around it explains: of a place without a known street."""
    for match in _ANY.finditer(compared):
        start, end = match.span("number")
        if not _says_otherwise(compared, start, end, parted=True):
            till = _whole(compared, end)
            yield House(at=start, till=till, start=match.start(), end=till)


def _says_otherwise(compared: str, start: int, end: int, *, parted: bool) -> bool:
    """Whether what follows tells how many, how much or when, rather than which house."""
    number = compared[start:end]
    value = int(number)
    if number in _EMERGENCY and _CALLED.match(compared, end):
        return True
    if value < 25 and _TIME.match(compared, end):  # hours of a day
        return True
    if _UNIT.match(compared, end) or _ORDER.match(compared, end):
        return True
    if parted and _UNIT_OR_LETTER.match(compared, end):
        return True
    if value < 32 and _DAYS.match(compared, end):  # days of a month
        return True
    if value == 1:
        return _ONE.match(compared, end) is not None
    return (value < 10 or parted) and _MANY.match(compared, end) is not None


def _whole(compared: str, end: int) -> int:
    """Where a house number ends, with its letter, its range and its box."""
    for _ in range(8):
        found = _BOX.match(compared, end) or _LETTER_OF.match(compared, end)
        if found is None:
            found = _MORE.match(compared, end)
            if found is None or _says_otherwise(
                compared, found.start("number"), found.end(), parted=True
            ):
                return end
            if re.match(r"\w{2}", compared[found.end() : found.end() + 2]):
                return end
        end = found.end()
    return end

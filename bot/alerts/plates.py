"""Number plates in what people type.

**Always a plate**, whatever stands between its parts and in any case: the Belgian form since 2010,
`1-ABC-234`, also glued, with dots, blanks or dashes of any kind, spelled out, or begun
(`1-ABC`, `1-ABC-2..`). Only words with blanks around them are words: "1 man 180".

**A plate when it looks like one.** The older Belgian `ABC-123` and `123-ABC` and the shapes of
our neighbours count when their parts are joined by a dash or a dot, and most of them when they are
glued. With blanks between them the same signs are mostly something else ("BMW 320", "dag 123",
"om 23 in de", "man 180 cm"), so there they must be in capitals, and no part may be an ordinary
word, a make of car, or be followed by a unit. `abc 123` is the one form taken in small letters,
since that is how old plates are typed in haste. Behind the word *plaat*, *kenteken*, *plaque* …
every shape counts.

What looks like none of these stays as it is: a make and a type are what neighbours look out for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Final

_JOIN: Final = r"[\s.\-/_:~*|+,]{0,4}"  # between the parts of the form that always counts
_GAP: Final = r"[\s.\-/_]{0,3}"
_SPELLED: Final = r"[\s.\-_]{1,3}"

# Glued and in small letters these read as nothing else.
_GLUED: Final = (
    *("LLL999", "999LLL", "LL999LL", "LL99LL", "L999LL", "LL999L", "LLL99L", "L99LLL"),
    *("9LLL99", "99LLL9", "LL99LLL"),
)
# The Netherlands, France and Italy, Luxembourg, Poland, Romania, Spain, Ukraine, Czechia.
_OTHERS: Final = (
    *("LL9999LL", "LL99LLL", "LL999LL", "L999LLL", "LL99999", "LLL99999", "LL9999L", "LLL9999"),
    *("LL9999", "9999LLL", "999LL99", "9999LL99", "9L99999"),
    *("LL99LL", "99LL99", "LL999L", "L999LL", "LLL99L", "L99LLL", "9LLL99", "99LLL9"),
    *("9LL999", "999LL9", "LLL999", "999LLL", "LL9LL99", "LL9L999", "LL99L99"),
)

# Words of two and three letters that may stand before or behind a number, of four languages.
_ORDINARY: Final = """
    aan aap abo act add ag age ago ah air al all als alt am ami an and ans any app apr are arm
    art as ask at au auf aug aus auw aux av bac bad bag bak bal bar bas bay be bed bei bel ben
    bes big bij bin bio bis bit blz bol bon bos bot box boy bus but buy bv by bye ca can car
    cat ce cel ces cet ch cht cle cm con cop cut cv da dag dak dal dan das dat day de dec dem
    den der des dez did die dik dim dit dix do doe dog dol dom don dos dr dry du due dun dus
    dwz eat eau een eer ein el en end ene eng er erf erg es est et eur eux ex ext eye far feb
    fel few fin fit fix fly fok for fre fun fur fut ga gaf gal gas gat ge gek gel gem ges get
    go got gsm gun guy ha had hak hal ham hap har has hat he heb hef hek hem hen her het hi
    hij him his hit ho hoe hof hok hol hop hot hou how hun hut ice ich ici id ie iet if ihm
    ihn ihr ijs ik ikv il ill ils im in ink is ist it its ja jan jar jas je jeu jij job jou jr
    juf jul jun jus kan kap kar kat kei key kid kin kip kit km kmh kms kmu kop kou kus kwh la
    laf lam lap lat law le leg les let li lid lie lig lik lip lit lo los lot low lui lun lus
    ma mad mag mai mal man map mar mat may me med mee mei men mer mes met mg mi mid mij mik
    min mir mis mit mm mod moe mol mon mrt mtr mts mur my na nah nam nat nb ne nee nek net neu
    new nez nie no nog nom non nor nos not nou nov now nr nrs nu nul nur nut ob obv och of off
    oft oh oil ok oke okt old om omg on one ons ont oog ooi oom oor op opa or ort os ose ou
    oud our out own pa pad pak pan par pas pay pc pct pen per pet peu pg pin pit pk pla pli
    plm pm pop pot pre pro ps puf pur put pv que qui rad rag ram ran rap re red rez rid rij
    rit roi rok rol rot rue rug rum run sa sac sam sap sat saw say se sec see sep ses set she
    si sie sit six sky sla sms so sok sol som son spa st sta ste su sun sur ta tag tak tal tam
    tas tav te tel ten ter tes the thv ti tie tik tin tip to toe tof toi tol ton too top tor
    tot tov toy tri try tun tur tv tvv two uhr uit um un und une uns up use uur uw van vat vel
    ven ver vet via vie vis vlg vo vol vom von vor vos vs vue wak wan war was wat way wc we
    web weg wel wen wer wet who why wie wij wil win wir wis wit wk won yes yet you zag zak zal
    zat ze zee zeg zei zes zet zie zij zin zit zo zon zou zu zug zum zur zus
"""
_WORDS: Final = frozenset(_ORDINARY.split())
# Makes and types that stand before a number: "BMW 320", "CLA 200", "DAF 105".
_MADE: Final = """
    bmw kia man daf vw mg ds gmc cla gla glb glc gle gls glk clk cls slk slc amg gti gtd suv rav
    tdi tsi cdi hdi dci tce gsi gtr mgb evo ktm vto gts byd ups dpd dhl gls kbc ing nmbs tec
"""
_MAKES: Final = frozenset(_MADE.split())
_UNIT: Final = re.compile(
    r"\s?(?:cm|m|km|kg|gr?|l|jaar|jarige?|jr|j|euro?|eur|uur|u|h|min|minuten|meters?|mtr|x|keer|"
    r"km/u|kmh|pk|cc|ans|annees|jahre|years?|graden)\b|\s?[€%°]"
)
_SAID: Final = re.compile(
    r"(?:plaat(?:je)?|platen|kenteken|nummerbord|nrpl|\bplates?|\bplaque|immatriculation|"
    r"immatriculee?|kennzeichen)\W{0,3}"
    r"(?:(?:is|was|nr|nummer|met|begint|begin|ik|denk|iets|als|van|of|deel)\W{1,3}){0,3}$"
)


def _shape(shape: str, gap: str) -> str:
    """A pattern for `LL99L`: letters and digits, with `gap` wherever one kind ends."""
    runs = (
        rf"[a-z]{{{len(list(run))}}}" if kind else rf"\d{{{len(list(run))}}}"
        for kind, run in groupby(shape, key=str.isalpha)
    )
    return gap.join(runs)


def _any(patterns: Iterator[str]) -> str:
    return rf"(?<![a-z0-9])(?:{'|'.join(patterns)})(?![a-z0-9])"


_MODERN: Final = (
    rf"(?<!\d)\d{_JOIN}(?:[a-z]{{3}}|[a-z](?:{_SPELLED}[a-z]){{2}})"
    rf"{_JOIN}(?:\d{{3}}|\d(?:{_SPELLED}\d){{2}})(?!\d)"
)
_BEGUN: Final = r"(?<![\w])\d[-/][a-z]{3}(?:[.\-/_]{0,2}[\d?x*.]{1,4})?(?![a-z0-9])"
# Taxis, old-timers, motorcycles, trailers: a letter in front.
_LETTER: Final = r"(?<![a-z0-9])[a-z][\s.\-/_]{1,3}[a-z]{3}[\s.\-/_]{1,3}\d{3}(?![a-z0-9])"
# The same without dashes, as it is read off a trailer: `QABC123`. Only in capitals: "trap123".
_LETTER_GLUED: Final = r"(?<![a-z0-9])[moqstuwz](?:[a-z]{3}-?|[\s.\-][a-z]{3}-?)\d{3}(?![a-z0-9])"
_GERMAN: Final = r"(?<![a-z0-9])[a-z]{1,3}[\s\-:][\s\-]?[a-z]{1,2}[\s\-]?\d{1,4}[eh]?(?![a-z0-9])"
# Letters beside letters or digits beside digits: these shapes need their dashes.
_PAIRS: Final = (
    r"(?<![a-z0-9])(?:[a-z]{2}-\d\d-\d\d|\d\d-\d\d-[a-z]{2}|[a-z]{2}-[a-z]{2}-\d\d"
    r"|\d\d-[a-z]{2}-[a-z]{2})(?![a-z0-9])"
)
# A first look, so that the long list is read only where a digit is near.
_NEAR: Final = r"(?=\d|[a-z]{1,4}[\s.\-/_:]{0,4}(?:[a-z]{1,3}[\s.\-/_:]{0,4})?\d)"
_PLATE: Final = re.compile(
    rf"(?:(?<![a-z0-9])|(?<=[a-z])(?=\d)){_NEAR}(?:(?P<modern>{_MODERN})|(?P<begun>{_BEGUN})"
    rf"|(?P<letter>{_LETTER})|(?P<glued>{_LETTER_GLUED})|(?P<other>{_any(_shape(one, _GAP) for one in _OTHERS)})"
    rf"|(?P<pairs>{_PAIRS})|(?P<german>{_GERMAN}))"
)
_LETTERS: Final = re.compile(r"[a-z]+")
_DIGIT: Final = re.compile(r"\d")


def find_plates(text: str, flat: str) -> list[tuple[int, int]]:
    """Where plates stand in the text; `flat` is its copy for comparing."""
    found: list[tuple[int, int]] = []
    if not _DIGIT.search(flat):
        return found
    at = 0
    while match := _PLATE.search(flat, at):
        if _is_plate(text[match.start() : match.end()], match):
            found.append(match.span())
            at = match.end()
        else:
            at = match.start() + 1
    return found


def _is_plate(typed: str, match: re.Match[str]) -> bool:
    kind, flat, same = match.lastgroup, match.string, match.group()
    letters = _LETTERS.findall(same)
    spaced = any(char.isspace() or char in ",:" for char in same)
    joined = any(char in "-/_" for char in same) or ("." in same and not spaced)
    if kind == "pairs":
        return True
    if kind == "begun":
        return not _ordinary(letters)
    if kind == "modern" and (joined or not spaced):
        return True
    if spaced and _UNIT.match(flat, match.end()):
        return False
    if _SAID.search(flat[max(0, match.start() - 40) : match.start()]):
        return True
    capitals = typed.upper() == typed
    if kind == "glued":
        return capitals
    if kind == "modern":
        return capitals or not _ordinary(letters)
    if _ordinary(letters, short="-" not in same):
        return False
    if kind == "german":
        return sum(map(str.isdigit, same)) > (1 if joined and capitals else 2) and (
            joined or capitals
        )
    return joined or capitals or _in_haste(kind, same, spaced=spaced)


def _in_haste(kind: str | None, same: str, *, spaced: bool) -> bool:
    """Whether it reads as a plate though in small letters and without dashes: `abc 123`, `xx99yy`."""
    if spaced:
        return kind == "letter" or (same[:3].isalpha() and same[-3:].isdigit() and len(same) < 9)
    return "".join("L" if char.isalpha() else "9" for char in same) in _GLUED


def _ordinary(letters: list[str], *, short: bool = True) -> bool:
    """Whether a part is a word or a make; `short`: words of two letters count too."""
    return any(part in _MAKES or (part in _WORDS and (short or len(part) > 2)) for part in letters)

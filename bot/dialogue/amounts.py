"""What a number in a text counts or measures, when what follows it says so: how many, how much, when."""

from __future__ import annotations

import re
from typing import Final

from bot.dialogue.streets import LETTER

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
EMERGENCY: Final = frozenset(("100", "101", "105", "110", "112"))
_PEOPLE: Final = (
    r"mannen|vrouwen|personen|jongens|meisjes|mensen|kerels|gasten|figuren|daders|dieven|inbrekers|"
    r"verdachten|jongeren|kinderen|kids|politiewagens|politieauto's|agenten|tieners|"
    r"auto'?s|wagens|fietsen|fietsers|camionettes?|bestelwagens?|busjes|brommers|scooters|moto'?s|"
    r"voertuigen|honden|women|people|persons|guys|boys|girls|cars|vans|bikes|"
    r"hommes|femmes|personnes|jeunes|enfants|voitures|velos|individus|manner|frauen|jugendliche"
)
_THINGS: Final = (
    r"ramen|deuren|autodeuren|huizen|woningen|zakken|koffers|dozen|schoten|knallen|plaatsen|flitsen|"
    r"lampen|verdiepingen|kanten|leden|minderjarigen|volwassenen|men|dogs|kinder"
)
_ADJECTIVE: Final = rf"(?:(?!(?:twee|drie|enkele|beide|deze|alle|onze|vele|meerdere|the|quatre|onze|douze)\s){LETTER}{{2,20}}e\s+)"
_ONE: Final = re.compile(
    r"\s+(?:man|vrouw|persoon|jongen|auto|wagen|fiets|car|homme|woman|mann)(?!\w)"
)
_MANY: Final = re.compile(rf"\s+{_ADJECTIVE}{{0,2}}(?:{_PEOPLE})(?!\w)")
_MORE_OF: Final = re.compile(rf"\s+{_ADJECTIVE}{{0,2}}(?:{_PEOPLE}|{_THINGS})(?!\w)")

# Makes and types that a number stands behind: "Golf 7", "Peugeot 208".
_MADE: Final = """
    alfa astra audi batavus berlingo bmw boxer caddy captur citroen civic class classe clio
    cooper corsa crafter dacia daf daily defender ducati ducato fabia ferrari fiat fiesta focus ford galaxy gazelle
    giant golf harley honda hyundai ibiza iphone iveco jeep jumper kangoo kawasaki kia klasse
    lancia land lexus master mazda megane mercedes micra mini model mondeo nissan octavia opel
    panda partner passat peugeot piaggio picasso polo porsche punto renault romeo rover saab
    samsung scania scenic seat serie skoda smart sprinter suzuki tesla tiguan touran toyota
    trafic transit transporter trek triumph twingo type vespa vito volkswagen volvo vw yamaha
    yaris zafira
"""
_MAKES: Final = frozenset(_MADE.split())
# What else a number stands behind without being a house's: "camera 3", "in totaal 4".
_COUNTED: Final = """
    aantal afrit april article artikel augustus badge bedrag beeld begin bijlage bijna bus camera
    cijfer circa code covid daders dader dag december departement dossier eind einde elkaar etage
    exact februari foto geschat getal groep grootte hal halte hoogstens hoogte
    hooguit ingang inzittenden jaar januari jongen jongens juli juni kamer kanaal keuze kinderen
    klas late leeftijd lengte lijn maand maart maat man mannen maximaal maximum meer mei meisje
    meisjes melding mensen midden minder minimaal minimum minstens minuut misschien nauwelijks november
    nummer oktober ongeveer optie ouder pagina pakweg perron personen persoon pincode plaats
    plusminus politie poort punt regel richting rond schatting score september slechts snelheid
    spoor stap temperatuur totaal tram trein tussen uitgang uitrit verdachten verdieping
    vermoedelijk versie video voertuigen vraag vroege vrouw vrouwen waarschijnlijk wagens week
    welgeteld windows zeker zone zowat
    about adults approximately around entrance estimated floor gate individus kids maybe occupants
    passengers people persons platform possibly probably roughly suspects terminal
    environ maximal number numero peut-etre personnes sortie taille
"""
# The same as the last part of a word: "schoenmaat 43", "rugnummer 10", "kilometerpaal 12".
_ENDS_COUNTED: Final = ("dag", "maat", "paal", "knooppunt", "halte", "rugnummer", "shirtnummer")
_NUMBERED: Final = frozenset(_COUNTED.split())


def is_make(word: str) -> bool:
    """Whether it is a make or a type of a vehicle, in small plain letters."""
    return word in _MAKES


def takes_number(word: str) -> bool:
    """Whether a number behind this word belongs to it: a make, a bus line, a camera, a weekday."""
    return word in _MAKES or word in _NUMBERED or word.endswith(_ENDS_COUNTED)


def is_amount(compared: str, start: int, end: int, *, parted: bool) -> bool:
    """Whether what follows tells how many, how much or when, rather than which house.

    `parted`: something stands between the number and a street before it. Right behind a street a
    number is no count of things ("Kerkstraat 5 ramen ingegooid"), and above nine none of people.
    """
    number = compared[start:end]
    value = int(number)
    if number in EMERGENCY and _CALLED.match(compared, end):
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
    if parted:
        return _MORE_OF.match(compared, end) is not None
    return value < 10 and _MANY.match(compared, end) is not None

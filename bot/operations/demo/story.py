"""What the page says about what was seen, for a visitor who reads no Dutch too.

Every sentence is true whoever holds the phones. None says that police are coming.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.operations.demo.happening import POLICE, Kind
from bot.operations.demo.stage import Both, Phone

MELDER, BUUR, BEHEERDER = "melder", "buur", "beheerder"

PHONES: Final = (
    Phone(name=MELDER, title=("1. Melder", "reporter")),
    Phone(name=BUUR, title=("2. Buur", "neighbour")),
    Phone(name=BEHEERDER, title=("3. Beheerder", "coordinator")),
)
COLUMNS: Final = {MELDER: 1, BUUR: 2, BEHEERDER: 3, POLICE: 4}
WHO: Final = {
    MELDER: ("De melder", "The reporter"),
    BUUR: ("De buur", "The neighbour"),
    BEHEERDER: ("De beheerder", "The coordinator"),
    POLICE: ("De politie", "The police"),
}

TITLE: Final = ("Saarbot, één nacht in een straat", "Saarbot, one night in one street")
MADE_UP: Final = (
    "Demo: verzonnen mensen, gesimuleerde klok. Niets verlaat deze computer.",
    "Demo: made-up people, simulated clock. Nothing leaves this computer.",
)

STEPS: Final[tuple[Both, ...]] = (
    ("Melden", "Report"),
    ("101 eerst", "Call first"),
    ("Alarm", "Alert"),
    ("Gezien", "Sighting"),
    ("Afsluiten", "Close"),
    ("Politie", "Police mail"),
    ("Nagekeken", "Verified"),
)

BEFORE: Final = (
    "A resident. Press play, or type “meld” (report) here yourself.",
    "A neighbour. Gets the alert when there is one.",
    "The coordinator. Watches, and can close or correct.",
    "The police mailbox. Plain mail, nothing to install.",
)
QUIET: Final = (
    "Het is een stille avond in Munsterbilzen.",
    "A quiet evening in Munsterbilzen, Belgium. Press play, or use a phone yourself.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """The sentence while this is the newest thing seen, and the step that it belongs to."""

    step: int
    says: Both


CAPTIONS: Final[Mapping[Kind, Caption]] = {
    Kind.ASKED: Caption(
        step=1,
        says=(
            "{who} wil iets melden. Eerste vraag: is 101 gebeld?",
            "{who} wants to report something. The first question: was 101, the police, called?",
        ),
    ),
    Kind.ANSWERED: Caption(
        step=2,
        says=(
            "Eerst 101 bellen. Anders gaat er geen alarm uit.",
            "First call 101, the police. Without that call no alert goes out.",
        ),
    ),
    Kind.STOPPED: Caption(
        step=1,
        says=(
            "De melding is gestopt. Er is niets verstuurd.",
            "The report was stopped before it was sent. Nobody was alerted.",
        ),
    ),
    Kind.RECORDED: Caption(
        step=2,
        says=(
            "Geen alarm: dit is enkel voor de beheerder en de politie.",
            "No alert this time: this is only for the coordinator and the police.",
        ),
    ),
    Kind.WAITING: Caption(
        step=2,
        says=(
            "Het alarm wacht tot iemand zegt dat 101 gebeld is.",
            "The alert waits until somebody says that 101 was called.",
        ),
    ),
    Kind.ALERTED: Caption(
        step=3,
        says=(
            "De buurt is gewaarschuwd: één kaart, geen namen, geen nummers.",
            "The neighbours have the alert: one card, no names, no phone numbers.",
        ),
    ),
    Kind.REACHED: Caption(
        step=3,
        says=(
            "De buurt is gewaarschuwd: verstuurd naar {sent} van {n} buren.",
            "The neighbours are alerted: sent to {sent} of {n}. No names, no phone numbers.",
        ),
    ),
    Kind.DESCRIBED: Caption(
        step=3,
        says=(
            "Eén kort bericht zegt naar wie de buren uitkijken.",
            "One short message says whom to look out for.",
        ),
    ),
    Kind.PICTURED: Caption(
        step=3,
        says=(
            "Foto’s zijn voor de politie, niet voor de buren.",
            "Photos are for the police file, not for the neighbours.",
        ),
    ),
    Kind.RELEASED: Caption(
        step=3,
        says=(
            "De beheerder liet de buren één foto zien.",
            "The coordinator let the neighbours see one picture.",
        ),
    ),
    Kind.SIGHTED: Caption(
        step=4,
        says=(
            "{who} zag ook iets. De anderen lezen waar en wanneer.",
            "{who} saw something too. The others read where and when.",
        ),
    ),
    Kind.COUNTED: Caption(
        step=4,
        says=(
            "De ene kaart telt het mee. Er rinkelt geen telefoon.",
            "The one card now counts it. No phone rings for that.",
        ),
    ),
    Kind.CLOSED: Caption(
        step=5,
        says=(
            "Afgesloten: {outcome_dutch}.",
            "{who} closed it: {outcome_english}. The neighbours read how it ended.",
        ),
    ),
    Kind.FADED: Caption(
        step=5,
        says=(
            "Afgesloten zonder nieuws.",
            "Nothing more was heard, so the alert closed by itself. The neighbours read that.",
        ),
    ),
    Kind.RECTIFIED: Caption(
        step=5,
        says=(
            "Rechtgezet: er was een gewone reden.",
            "Corrected: there was an ordinary reason. The description is gone from the card.",
        ),
    ),
    Kind.MAILED: Caption(
        step=6,
        says=(
            "De politie heeft het verslag: {counted}.",
            "The police have the report: {counted}. Nobody had to think of it.",
        ),
    ),
    Kind.SILENT: Caption(
        step=6,
        says=(
            "Er is niets nieuws gemeld, dus gaat er geen mail.",
            "No new report was sent, so no mail goes out. After seven quiet days one does.",
        ),
    ),
    Kind.VERIFIED: Caption(
        step=7,
        says=(
            "Het pakket is nagekeken: elk bestand en elke regel klopt.",
            "The package was checked: no file and no line of the log was changed.",
        ),
    ),
    Kind.BROKEN: Caption(
        step=6,
        says=(
            "Het pakket is nagekeken en klopt niet.",
            "The package was checked, and something in it was changed.",
        ),
    ),
}
# A mail with no report in it.
NIL: Final = (
    "Zeven stille dagen: er is niets gemeld.",
    "Seven quiet days: the police read that nothing was reported.",
)

# The English line above the phone on which it was seen.
LINES: Final[Mapping[Kind, str]] = {
    Kind.ASKED: "The bot asks first: have you called 101?",
    Kind.ANSWERED: "Then: what is happening, and where?",
    Kind.STOPPED: "The report was thrown away; it had not been sent.",
    Kind.RECORDED: "Kept for the police and the coordinator.",
    Kind.WAITING: "The coordinators are asked to call 101.",
    Kind.ALERTED: "One alert card: the street, not the house number.",
    Kind.REACHED: "Reads how many the alert was sent to.",
    Kind.MISSED: "Reads whom the alert did not reach.",
    Kind.DESCRIBED: "Reads whom to look out for.",
    Kind.PICTURED: "The photo is kept, with a check code.",
    Kind.RELEASED: "Sees the picture that the coordinator released.",
    Kind.SIGHTED: "Reads where and when it was seen.",
    Kind.COUNTED: "The same card, updated: it counts the sighting.",
    Kind.CLOSED: "The same card now says that it is over.",
    Kind.FADED: "The same card now says that it is over.",
    Kind.RECTIFIED: "The same card is now a correction.",
    Kind.TOLD: "Reads how it ended.",
    Kind.MAILED: "One mail, one PDF, readable in a minute.",
    Kind.SILENT: "No mail: there is nothing new to tell.",
    Kind.ACCEPTED: "Reads that the mail server accepted the police mail.",
    Kind.VERIFIED: "Log, photos, hashes: anybody can check them without Saarbot.",
    Kind.BROKEN: "Something in this package was changed after it was made.",
}
COORDINATOR_CARD: Final = "The same card, with buttons to close or correct it."

_GO_ON: Final = (
    "Ga zelf door, of druk op Opnieuw.",
    "Go on by yourself, or press Play again to start a new night.",
)
TAKEN_OVER: Final = (
    f"Je nam de telefoon van {{who}} over; het verhaal speelt niet verder. {_GO_ON[0]}",
    f"You took over the {{who}}’s phone; the played story has stopped. {_GO_ON[1]}",
)
SKIPPED: Final = (
    f"Je zette de klok vooruit; het verhaal speelt niet verder. {_GO_ON[0]}",
    f"You turned the clock on; the played story has stopped. {_GO_ON[1]}",
)
STUCK: Final = (
    "Het verhaal kan niet verder. Druk op Opnieuw.",
    "The played story can’t go on. Press Play again to start a new night.",
)
ENDED: Final = (
    "Dat was de hele nacht. Elke telefoon werkt: ga zelf door, of druk op Opnieuw.",
    "That was the whole night. Every phone works: go on by yourself, or press Play again.",
)

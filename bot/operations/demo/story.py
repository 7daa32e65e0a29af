"""The captions of the story, for a visitor who reads no Dutch too."""

from __future__ import annotations

from typing import Final

from bot.operations.demo.stage import Phone, Step

PHONES: Final = (
    Phone(name="melder", title="1. Melder"),
    Phone(name="buur", title="2. Buur"),
    Phone(name="beheerder", title="3. Beheerder"),
)

TITLE: Final = ("Saarbot, één nacht in een straat", "Saarbot, one night in one street")
MADE_UP: Final = "Demonstration: made-up people, simulated clock. Nothing leaves here."

_BEFORE: Final = (
    "A resident. Press play, or type “meld” here yourself.",
    "A neighbour. Hears of it within seconds.",
    "The coordinator. Watches, and can close or correct.",
    "The police mailbox. Plain mail, nothing to install.",
)

STEPS: Final = (
    Step(
        name=("Begin", "Start"),
        says=(
            "Het is avond in Munsterbilzen.",
            "A quiet evening in Munsterbilzen, Belgium. Press play, or use a phone yourself.",
        ),
        column=0,
        columns=_BEFORE,
    ),
    Step(
        name=("Melden", "Report"),
        says=(
            "Iemand voelt aan autodeuren. Een buur wil het melden.",
            "Somebody tries car doors. A resident wants to report it.",
        ),
        column=1,
        columns=("A resident reports a man trying car doors.", *_BEFORE[1:]),
    ),
    Step(
        name=("101 eerst", "Call first"),
        says=(
            "Eerst 101 bellen. Zonder dat gaat er geen alarm uit.",
            "First call the police (101). Without that, no alert goes out.",
        ),
        column=1,
        columns=("The bot asks first: have you called 101?", *_BEFORE[1:]),
    ),
    Step(
        name=("Alarm", "Alert"),
        says=(
            "De buurt is gewaarschuwd, nadat 101 gebeld is.",
            "Neighbours are alerted within seconds, but only after the police were called (101).",
        ),
        column=2,
        columns=(
            "Three answers, and the alert is out.",
            "A neighbour gets one alert card. No phone numbers.",
            "The coordinator watches and can close or correct it.",
            _BEFORE[3],
        ),
    ),
    Step(
        name=("Gezien", "Sighting"),
        says=(
            "Een buur zag hem ook. De ene kaart telt het mee.",
            "A neighbour saw him too. The one card counts it.",
        ),
        column=2,
        columns=(
            "Photos go to the police file, not to the group.",
            "The neighbour answers with place and time.",
            "The coordinator sees the same card, updated.",
            _BEFORE[3],
        ),
    ),
    Step(
        name=("Afsluiten", "Close"),
        says=(
            "De beheerder sluit af. Iedereen leest hoe het afliep.",
            "The coordinator closes the alert. Everybody reads how it ended.",
        ),
        column=3,
        columns=(
            "The reporter knows what became of it.",
            "The same card now says that it is over.",
            "The coordinator chose the outcome.",
            "Everything said is stored and chained. The mail goes at 06:30.",
        ),
    ),
    Step(
        name=("06:30", "Police mail"),
        says=(
            "De politie krijgt het verslag. Niemand moest eraan denken.",
            "The police receive the report with its photos. Nobody had to think of it.",
        ),
        column=4,
        columns=(
            "The reporter knows what became of it.",
            "The same card says that it is over.",
            "The coordinator reads that the mail was accepted.",
            "One mail, one PDF, readable in a minute.",
        ),
    ),
    Step(
        name=("Nagekeken", "Verified"),
        says=(
            "Het pakket is nagekeken: niets veranderd sinds het vertrok.",
            "The package was checked: nothing changed since it left the house.",
        ),
        column=4,
        columns=(
            "That was the whole night.",
            "Press “from the start” to see it again.",
            "Or go on by yourself: every phone works.",
            "Log, photos and hashes. It can be checked without Saarbot.",
        ),
    ),
)

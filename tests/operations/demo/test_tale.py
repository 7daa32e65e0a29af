"""What the page says follows what was seen on the phones, whoever holds them and in any order."""

from __future__ import annotations

from typing import Any

import pytest

from bot.journal.kinds import KINDS
from bot.operations.demo.happening import POLICE, Happening, Kind, Reading
from bot.operations.demo.logbook import WORDS
from bot.operations.demo.story import BEHEERDER, BUUR, CAPTIONS, LINES, MELDER, QUIET, STEPS
from bot.operations.demo.tale import Tale
from tests.words import words

TEXTS = words().texts


class Street:
    """Phones that show what the bot says, and the tale of it."""

    def __init__(self) -> None:
        self.tale = Tale()
        self._reading = Reading(TEXTS)
        self._number = 0

    def says(self, who: str, text: str = "") -> None:
        self.tale.speaks(who)
        self._shows(who, {"from": "me", "text": text})

    def reads(self, who: str, key: str, lang: str = "nl", **values: Any) -> None:
        self._shows(who, {"from": "bot", "text": TEXTS.say(lang, key, **values)})

    def asks(self, who: str) -> None:
        self._shows(who, {"from": "bot", "text": "?", "panel": {"kind": "gate"}})

    def shows_card(self, who: str, state: str, body: str = "", number: str = "M-2026-0001") -> None:
        card = {"title": f"MELDING {number}", "state": state, "body": body}
        self._shows(who, {"from": "bot", "text": "", "card": card})

    def _shows(self, who: str, item: dict[str, Any]) -> None:
        self._number += 1
        for happening in self._reading.happenings(who, {"id": str(self._number), **item}):
            self.tale.sees(happening)


@pytest.fixture
def street() -> Street:
    return Street()


def test_nothing_is_said_before_it_is_seen(street: Street) -> None:
    """Typing alone moves no caption; the bot's question does, and the answer's next question."""
    street.says(MELDER, "meld")
    assert (street.tale.step, street.tale.says) == (0, QUIET)
    street.asks(MELDER)
    assert street.tale.step == 1
    assert street.tale.says[1].startswith("The reporter wants to report")
    street.reads(MELDER, "report.what")
    street.reads(MELDER, "report.where")
    assert street.tale.step == 2
    street.reads(MELDER, "report.confirm", n=19, card="Kloosterstraat: iemand")
    assert (street.tale.step, street.tale.told) == (2, 2)


def test_an_alert_is_told_once_and_with_its_reach(street: Street) -> None:
    """However many phones show the card; the neighbour's is looked at, whoever was first."""
    street.shows_card(BEHEERDER, "open")
    street.shows_card(BUUR, "open")
    assert (street.tale.step, street.tale.column, street.tale.told) == (3, 2, 1)
    street.reads(MELDER, "alerts.reach", number="M-2026-0001", sent=18, n=19)
    assert "18 of 19" in street.tale.says[1]
    assert "18 van 19" in street.tale.says[0]
    assert street.tale.column == 2


def test_a_phone_that_speaks_english_tells_the_same(street: Street) -> None:
    """Messages are known by their key, in every language that is shipped."""
    street.reads(MELDER, "alerts.reach", lang="en", number="M-2026-0001", sent=18, n=19)
    assert "18 van 19" in street.tale.says[0]
    street.reads(BUUR, "alerts.reach", number="M-2026-0002", n=1)  # told without a number
    assert street.tale.told == 1


@pytest.mark.parametrize(
    ("outcome", "english"),
    [("police", "the police have been there"), ("double", "reported twice")],
)
def test_the_end_is_told_as_it_came(street: Street, outcome: str, english: str) -> None:
    """With the outcome that was chosen, by whoever chose it."""
    street.shows_card(BUUR, "open")
    street.says(BEHEERDER, "sluit")
    street.shows_card(BUUR, "closed", TEXTS.say("nl", f"alerts.outcome.{outcome}"))
    street.shows_card(BEHEERDER, "closed", TEXTS.say("nl", f"alerts.outcome.{outcome}"))
    assert street.tale.says[1].startswith("The coordinator closed it")
    assert english in street.tale.says[1]
    assert (street.tale.step, street.tale.column, street.tale.told) == (5, 3, 2)


def test_what_is_opened_again_is_said_again(street: Street) -> None:
    """A card that goes back to open is no old news; one that was only edited is."""
    street.shows_card(BUUR, "open")
    street.shows_card(BUUR, "open")
    assert street.tale.told == 1
    street.shows_card(BUUR, "rectified")
    assert street.tale.says[1].startswith("Corrected")
    street.shows_card(BUUR, "open")
    assert street.tale.step == 3
    street.shows_card(BUUR, "no_news")
    assert "by itself" in street.tale.says[1]


def test_a_second_report_begins_the_steps_anew(street: Street) -> None:
    """What was seen stays marked; what goes on now is the caption."""
    street.asks(BUUR)
    street.reads(BUUR, "report.cancelled", emergency="101")
    assert "stopped" in street.tale.says[1]
    street.asks(BEHEERDER)
    assert street.tale.says[1].startswith("The coordinator")
    street.reads(BEHEERDER, "report.what")
    assert street.tale.step == 2
    street.reads(BEHEERDER, "report.recorded")
    assert "No alert" in street.tale.says[1]
    assert street.tale.done == {1, 2}


def test_the_morning_says_what_really_came(street: Street) -> None:
    """A report, silence, or a week of it; a package counts as checked only after its own mail."""

    def police(kind: Kind, about: str, **values: str) -> str:
        street.tale.sees(Happening(kind=kind, who=POLICE, about=about, values=values))
        return street.tale.says[1]

    assert "no mail goes out" in police(Kind.SILENT, "2026-11-13")
    told = police(Kind.MAILED, "1", cases="2", pictures="1")
    assert told.startswith("The police have the report: 2 reports, 1 picture.")
    assert police(Kind.VERIFIED, "1").startswith("The package was checked: no file")
    assert "Seven quiet days" in police(Kind.MAILED, "2", cases="0", pictures="0", nil="1")
    assert "no mail goes out" in police(Kind.SILENT, "2026-11-14")
    assert "no mail goes out" in police(Kind.VERIFIED, "2")
    assert "was changed" in police(Kind.BROKEN, "2")


def test_every_kind_of_entry_has_words_in_both_languages() -> None:
    """Nothing raw stands in the log."""
    assert set(WORDS) == set(KINDS)
    assert all(dutch and english for dutch, english in WORDS.values())


def test_every_caption_is_short_and_in_two_languages() -> None:
    """Each belongs to one of the seven steps; everything that can be seen has a line."""
    assert len(STEPS) == 7
    assert all(dutch and english for dutch, english in STEPS)
    for caption in CAPTIONS.values():
        assert all(0 < len(text.split()) <= 16 for text in caption.says)
        assert caption.step in range(1, 8)
    assert set(LINES) == set(Kind)

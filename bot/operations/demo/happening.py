"""What was seen to happen: on a phone, in the mailbox, or by the clock. Pure.

The captions follow this and nothing else, so that they are true whoever holds the phones: the
played story, or a visitor who does everything in another order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from bot.operations.demo.saying import patterns
from bot.operations.demo.visitor import words

if TYPE_CHECKING:
    import re

    from bot.dialogue.texts import Texts

POLICE: Final = "politie"
OUTCOMES: Final = ("police", "gone", "false_alarm", "double", "mistaken", "unknown")


class Kind(StrEnum):
    """What can be seen to happen."""

    ASKED = "asked"  # somebody reports: the bot asks about 101
    ANSWERED = "answered"  # and goes on to ask what and where
    STOPPED = "stopped"  # a report thrown away before it was sent
    RECORDED = "recorded"  # kept for the police, no alert
    WAITING = "waiting"  # the alert waits until somebody called
    ALERTED = "alerted"  # the card is out
    REACHED = "reached"  # and to how many
    MISSED = "missed"  # the coordinator reads whom it did not reach
    DESCRIBED = "described"
    PICTURED = "pictured"
    RELEASED = "released"  # a coordinator let the neighbours see a picture
    SIGHTED = "sighted"
    COUNTED = "counted"  # the card counts a sighting
    CLOSED = "closed"
    FADED = "faded"  # closed by itself, without news
    RECTIFIED = "rectified"
    TOLD = "told"  # the end, as a message
    MAILED = "mailed"
    SILENT = "silent"  # the hour passed with nothing to mail
    ACCEPTED = "accepted"  # the coordinator reads that the mail server took it
    VERIFIED = "verified"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One thing seen. `about` is the message, alert or mail it belongs to; seen once for each."""

    kind: Kind
    who: str
    about: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


# The words by which a message is known, where nothing else in it says what it is.
_SAID: Final = {
    Kind.ANSWERED: ("report.what", "report.where", "report.confirm"),
    Kind.STOPPED: ("report.cancelled", "report.discarded"),
    Kind.RECORDED: ("report.recorded", "report.recorded_alone"),
    Kind.WAITING: ("alerts.waiting",),
    Kind.REACHED: ("alerts.reach", "alerts.reach_all", "alerts.reach_so_far"),
    Kind.MISSED: ("alerts.reach_missing",),
    Kind.DESCRIBED: ("alerts.signalement",),
    Kind.RELEASED: ("alerts.released",),
    Kind.SIGHTED: ("alerts.sighting",),
    Kind.TOLD: ("alerts.closed", "alerts.rectification"),
    Kind.ACCEPTED: ("status.mail_accepted",),
}


class Reading:
    """Reads a phone as a person would, in whichever language it speaks."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._said = {
            kind: [pattern for key in keys for pattern in patterns(texts, key)]
            for kind, keys in _SAID.items()
        }
        self._counted = patterns(texts, "alerts.card.sightings")
        keys = [f"alerts.outcome.{name}" for name in OUTCOMES]
        self._outcomes = {key: patterns(texts, key) for key in keys}

    def happenings(self, who: str, item: Mapping[str, Any]) -> Iterator[Happening]:
        """What `item`, just shown on the phone of `who`, tells."""
        its_own = f"{who} {item['id']}"
        if item.get("from") == "me":
            if item.get("media"):
                yield Happening(kind=Kind.PICTURED, who=who, about=its_own)
            return
        if (item.get("panel") or {}).get("kind") == "gate":
            yield Happening(kind=Kind.ASKED, who=who, about=its_own)
        if card := item.get("card"):
            yield from self._card(who, card, words(item))
            return
        for kind, written in self._said.items():
            values = _found(written, words(item))
            if values is None or (kind is Kind.REACHED and "sent" not in values):
                continue  # one neighbour is told of without a number
            about = _about(kind, who, values, item) or its_own
            yield Happening(kind=kind, who=who, about=about, values=values)

    def _card(self, who: str, card: Mapping[str, Any], text: str) -> Iterator[Happening]:
        about = str(card["title"]).split()[-1]
        state = card["state"]
        if state in {"open", "unsure"}:
            yield Happening(kind=Kind.ALERTED, who=who, about=about)
            if counted := _found(self._counted, text):
                about = f"{about} {counted['n']}"
                yield Happening(kind=Kind.COUNTED, who=who, about=about, values=counted)
        elif state == "rectified":
            yield Happening(kind=Kind.RECTIFIED, who=who, about=about)
        elif state == "no_news":
            yield Happening(kind=Kind.FADED, who=who, about=about)
        elif state == "closed":
            yield Happening(kind=Kind.CLOSED, who=who, about=about, values=self._outcome(text))

    def _outcome(self, text: str) -> dict[str, str]:
        """How it ended, in Dutch and in English."""
        found = (
            key for key, written in self._outcomes.items() if _found(written, text) is not None
        )
        key = next(found, "alerts.outcome.unknown")
        return {
            "outcome_dutch": self._texts.say("nl", key),
            "outcome_english": self._texts.say("en", key),
        }


def _found(written: Sequence[re.Pattern[str]], text: str) -> dict[str, str] | None:
    """The values in the first of these that `text` says; the sentence's own person left out."""
    for pattern in written:
        if match := pattern.search(text):
            return {name: value for name, value in match.groupdict().items() if name != "who"}
    return None


def _about(kind: Kind, who: str, values: Mapping[str, str], item: Mapping[str, Any]) -> str:
    """A sighting is not the alert's only one; a count that grows is told again."""
    if kind is Kind.ANSWERED:
        return who  # once for each report, however it went
    if kind in {Kind.SIGHTED, Kind.REACHED}:
        return str(item["text"])
    return values.get("number", "")

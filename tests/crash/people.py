"""People who report: they read what is asked, answer it, wait, and try once more when all is silent."""

from __future__ import annotations

import re
import secrets
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tests.crash.lines import PICTURE

if TYPE_CHECKING:
    from tests.crash.lines import Line

MARK: Final = "(mogelijk dubbel) "
PATIENCE_S: Final = 15.0
PHOTO: Final = "(foto)"
CLOSE: Final = "(einde)"

# What a question says, and what this person answers to it; the first that fits counts.
ANSWERS: Final = (
    ("Wat klopt voor jou?", "1"),
    ("Wat zie of zag je?", "man voelt aan autodeuren"),
    ("Waar is het?", "{street} 12"),
    ("ligt misschien buiten", "1"),
    ("Hoort het daarbij?", "2"),
    ("Klopt het?", "1"),
    ("Hoeveel personen", "0"),
    ("Persoon 1.", "klaar"),
    ("Hoe oud, ongeveer?", "klaar"),
    ("Hoe groot?", "klaar"),
    ("Welke kleur?", "klaar"),
    ("Was er een voertuig?", "0"),
    ("Welke kant op", "0"),
    ("Foto of video?", PHOTO),
    ("ontvangen. Stuur er nog een", "klaar"),
    ("Typ klaar als dat alles is", "klaar"),
    ("Alles is bewaard bij melding", CLOSE),
    ("Hoe is de melding afgelopen?", "2"),
    ("Wat wil je aanpassen?", "3"),
    ("Dit kun je hier typen", "meld"),
    ("Dit gesprek is voorbij", "meld"),
)
OVER: Final = "Goed, dank je."
NUMBER: Final = re.compile(r"M-\d{4}-(\d{4})")
# Which of one's own reports is out, or was kept: whoever begins anew halfway reads no end.
OWN: Final = re.compile(
    r"(?:Melding |bij melding )(M-\d{4}-\d{4})(?= gaat nu| is verstuurd naar| is nog niet bij|[.,])"
)


@dataclass(slots=True, kw_only=True)
class Reporter:
    """One person, who makes `reports` reports one after another; `closes` says which end them.
    `asks`: before each they ask for help, and begin when they have read it.
    """

    line: Line
    street: str
    reports: int
    closes: bool = True
    shows: bool = True
    asks: bool = False
    pause_s: float = 0.0
    patience_s: float = PATIENCE_S
    done: int = 0
    nudges: int = 0
    sent: list[str] = field(default_factory=list)
    own: set[str] = field(default_factory=set)
    _read: int = 0
    _recent: set[str] = field(default_factory=set)
    _waiting_since: float | None = None
    _rests_until: float = 0.0
    _finished: bool = False

    @property
    def finished(self) -> bool:
        """Nothing more to say, and nothing to wait for."""
        return self._finished and self._waiting_since is None

    def stops(self) -> None:
        """Begin no other report."""
        self.reports = min(self.reports, self.done + (not self._idle))

    @property
    def _idle(self) -> bool:
        return self._waiting_since is None

    def step(self) -> None:
        """Read what came; answer it, or go on waiting."""
        self.line.repeats()
        answer = self._next_answer()
        if answer is not None:
            self._say(answer)
        elif self._waiting_since is None and not self._finished:
            self._begin()
        elif self._waiting_since and time.monotonic() - self._waiting_since > self.patience_s:
            self.nudges += 1
            self._say("hulp")

    def _begin(self) -> None:
        if self.done >= self.reports:
            self._finished = True
            return
        if time.monotonic() < self._rests_until:
            return
        self._recent.clear()
        self._say("hulp" if self.asks else "meld")

    def _say(self, text: str) -> None:
        self._waiting_since = time.monotonic()
        if text == PHOTO:
            self.line.shows(PICTURE + secrets.token_bytes(8))
        else:
            self.line.says(text.format(street=self.street))

    def _next_answer(self) -> str | None:
        """What the newest question that wasn't seen yet wants to hear."""
        found = None
        heard = self.line.heard()
        for message in heard[self._read :]:
            found = self._answer_to(message.text) or found
        self._read = len(heard)
        return found

    def _answer_to(self, text: str) -> str | None:
        """A marked repetition of what was read already is no new question."""
        plain = text.removeprefix(MARK)
        self.own.update(OWN.findall(plain))
        if text != plain and plain in self._recent:
            return None
        self._recent.add(plain)
        if OVER in plain:
            self._rest()
            return None
        answer = next((answer for words, answer in ANSWERS if words in plain), None)
        if answer == CLOSE:
            return self._reported(plain)
        if answer == PHOTO and not self.shows:
            return "klaar"
        return answer

    def _reported(self, text: str) -> str | None:
        match = NUMBER.search(text)
        assert match, text
        if match[0] in self.sent:
            return None
        self.sent.append(match[0])
        if self.closes:
            return f"einde {int(match[1])}"
        self._rest()
        return None

    def _rest(self) -> None:
        self.done += 1
        self._waiting_since = None
        self._rests_until = time.monotonic() + self.pause_s

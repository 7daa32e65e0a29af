"""How the report says things: the zone's language, local times, sizes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.police import clean
from bot.police.case import COORDINATOR, NONE, SELF, Case, Gate

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from bot.dialogue.texts import Texts
    from bot.settings import NeighbourhoodSettings

_GATES = {name: name for name in (SELF, COORDINATOR, NONE)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """Texts in one language, on one neighbourhood's clock; `emergency` is its number to call."""

    texts: Texts
    lang: str
    zone: tzinfo
    emergency: str = "101"

    def say(self, key: str, **values: Any) -> str:
        """One text of the police's room."""
        return self.texts.say(self.lang, f"police.{key}", emergency=self.emergency, **values)

    def has(self, key: str) -> bool:
        """Whether there is such a text."""
        return self.texts.find(self.lang, f"police.{key}") is not None

    @classmethod
    def of(cls, place: NeighbourhoodSettings, texts: Texts, zone: tzinfo) -> Wording:
        """For one neighbourhood's police: the zone's language, where its texts are shipped."""
        wanted = place.police.language
        shipped = bool(texts.variants(wanted, "police.about"))
        return cls(
            texts=texts, lang=wanted if shipped else "nl", zone=zone, emergency=place.emergency
        )

    # --- times --------------------------------------------------------------------------------

    def local(self, at: datetime) -> datetime:
        return at.astimezone(self.zone)

    def hour(self, at: datetime | None) -> str:
        """`23:14`."""
        return self.say("unknown") if at is None else f"{self.local(at):%H:%M}"

    def day(self, at: datetime) -> str:
        """`do 12 nov`."""
        here = self.local(at)
        return f"{self._name('days', here.weekday())} {here.day} {self._name('months', here.month - 1)}"

    def day_hour(self, at: datetime | None) -> str:
        """`do 12 nov, 23:13`."""
        return self.say("unknown") if at is None else f"{self.day(at)}, {self.hour(at)}"

    def weekday_hour(self, at: datetime | None) -> str:
        """`do 23:15`."""
        if at is None:
            return self.say("unknown")
        return f"{self._name('days', self.local(at).weekday())} {self.hour(at)}"

    def full(self, at: datetime) -> str:
        """`do 12 nov 2026 06:30`."""
        return f"{self.day(at)} {self.local(at).year} {self.hour(at)}"

    def period(self, since: datetime, until: datetime) -> str:
        return self.say("period", since=self.full(since), until=self.full(until))

    def offset(self, moments: Iterable[datetime]) -> str:
        """`UTC+01:00`, or both offsets where the clock changed in between."""
        found = sorted({f"UTC{self.local(at):%z}" for at in moments})
        return " / ".join(f"{text[:-2]}:{text[-2:]}" for text in found)

    def _name(self, key: str, index: int) -> str:
        return self.say(key).split()[index]

    # --- numbers ------------------------------------------------------------------------------

    def size(self, size: int | None) -> str:
        """`1,4 MB`, as people say it: thousands, not 1,024s."""
        if size is None:
            return self.say("unknown")
        if size < 1000:
            return f"{size} B"
        value, unit = (size / 1e6, "MB") if size >= 100_000 else (size / 1e3, "kB")
        digits = 1 if value < 10 else 0
        return f"{value:.{digits}f} {unit}".replace(".", self.say("decimal"))

    def tally(self, cases: int, pictures: int, urgent: int = 0) -> str:
        """`3 meldingen, 1 dringend, 4 beelden`."""
        if not cases:
            return self.say("count.no_cases")
        parts = [self.say("count.cases", n=cases)]
        if urgent:
            parts.append(self.say("count.urgent", n=urgent))
        key = "count.pictures" if pictures else "count.no_pictures"
        return ", ".join([*parts, self.say(key, n=pictures)])

    # --- a case in words ----------------------------------------------------------------------

    def where(self, case: Case) -> str:
        """Where it was, exactly: the house number is for the police."""
        return clean.line(case.place or case.street) or self.say("unknown")

    def what(self, case: Case) -> str:
        """What the reporter saw: their words, else the choice they made."""
        return (
            clean.paragraph(case.what) or self.coded("happened", case.kind) or self.say("unknown")
        )

    def coded(self, group: str, code: str) -> str:
        """The words for a choice of a dialogue; what isn't one is somebody's own words."""
        key = f"{group}.{code}"
        return self.say(key) if code.isidentifier() and self.has(key) else clean.paragraph(code)

    def gate(self, gate: Gate, style: str) -> str:
        """Who said that the call was made; `style` is a group of texts."""
        by = _GATES.get(gate.by, "someone")
        return self.say(f"{style}{by}", at=self.hour(gate.at))

    def outcome(self, case: Case) -> str:
        """What became of it, as far as the stretch tells."""
        if case.state == "withdrawn":
            return self.say("outcome.withdrawn")
        ended = self.ending(case.outcome) if case.state == "closed" else ""
        if case.urgency == "cold" or (case.state == "closed" and not case.relayed):
            return self._recorded(case, ended)
        return ended or self.say("outcome.open")

    def _recorded(self, case: Case, ended: str) -> str:
        told = ended and case.outcome not in ("unknown", "no_news")
        return self.say("outcome.recorded_closed" if told else "outcome.recorded", outcome=ended)

    def ending(self, outcome: str) -> str:
        """An outcome as the coordinator chose it."""
        key = f"outcome.{outcome}"
        return self.say(key) if outcome and self.has(key) else clean.line(outcome)

    def kind(self, kind: str) -> str:
        """What a file is."""
        return self.say(f"kind.{kind}" if self.has(f"kind.{kind}") else "kind.file")

"""What the page says, from what was seen: the newest thing is the caption. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.operations.demo.happening import Happening, Kind
from bot.operations.demo.story import (
    BEFORE,
    BEHEERDER,
    BUUR,
    CAPTIONS,
    COLUMNS,
    COORDINATOR_CARD,
    LINES,
    NIL,
    QUIET,
    WHO,
)

if TYPE_CHECKING:
    from bot.operations.demo.stage import Both

# How a card stands; it may stand so again.
_STATES = frozenset({Kind.ALERTED, Kind.CLOSED, Kind.FADED, Kind.RECTIFIED})
# Not the phone on which it is read acts, but the one that spoke last.
_BY_SPEAKER = frozenset({Kind.SIGHTED, Kind.COUNTED, Kind.CLOSED, Kind.RECTIFIED})


class Tale:
    """One night as it was seen so far."""

    def __init__(self) -> None:
        self._seen: set[tuple[Kind, str]] = set()
        self._cards: dict[tuple[str, str], Kind] = {}
        self._speaker = ""
        self._newest: tuple[Kind, str] | None = None
        self._lines = dict(zip(COLUMNS, BEFORE, strict=True))
        self.step = 0
        self.done: frozenset[int] = frozenset()
        self.says: Both = QUIET
        self.column = 0
        self.told = 0

    @property
    def lines(self) -> tuple[str, str, str, str]:
        """The English lines above the four columns."""
        one, two, three, four = self._lines.values()
        return one, two, three, four

    def speaks(self, who: str) -> None:
        """Somebody said something on this phone."""
        self._speaker = who

    def explains(self, who: str, line: str) -> None:
        """What this phone shows now, in English."""
        self._lines[who] = line

    def sees(self, happening: Happening) -> None:
        """Take in what was seen."""
        kind, who = happening.kind, happening.who
        line = COORDINATOR_CARD if (kind, who) == (Kind.ALERTED, BEHEERDER) else LINES[kind]
        if not self._is_new_here(happening):
            return
        self.explains(who, line)
        if kind in CAPTIONS and self._is_new(happening):
            self._caption(happening)
        elif self._newest == (kind, happening.about) and who == BUUR and kind not in _BY_SPEAKER:
            self.column = COLUMNS[BUUR]  # whoever's phone was first, the neighbour's is looked at

    def _is_new_here(self, happening: Happening) -> bool:
        """Whether this phone shows it for the first time; each edit tells the card's state anew."""
        return self._cards.get((happening.who, happening.about)) is not happening.kind

    def _is_new(self, happening: Happening) -> bool:
        """Whether the caption should say it."""
        kind, about = happening.kind, happening.about
        if kind is Kind.ASKED:
            self._seen.discard((Kind.ANSWERED, happening.who))
        if kind is Kind.VERIFIED and self._newest != (Kind.MAILED, about):
            self.done |= {CAPTIONS[kind].step}  # something else goes on already
            return False
        elsewhere = {state for (_, card), state in self._cards.items() if card == about}
        if kind in _STATES:
            self._cards[happening.who, about] = kind
            return kind not in elsewhere
        known = (kind, about) in self._seen
        self._seen.add((kind, about))
        return not known

    def _caption(self, happening: Happening) -> None:
        caption = CAPTIONS[happening.kind]
        actor = happening.who
        if happening.kind in _BY_SPEAKER and self._speaker:
            actor = self._speaker
        dutch, english = NIL if happening.values.get("nil") else caption.says
        values = [_values(happening, actor, language) for language in (0, 1)]
        self.says = (dutch.format(**values[0]), english.format(**values[1]))
        self.step = caption.step
        self.done |= {caption.step}
        if happening.kind is not Kind.REACHED:  # the reporter reads it; the neighbours still act
            self.column = COLUMNS[actor]
        self.told += 1
        self._newest = (happening.kind, happening.about)


def _values(happening: Happening, actor: str, language: int) -> dict[str, str]:
    values = {"who": WHO[actor][language], **happening.values}
    if happening.kind is Kind.MAILED:
        values["counted"] = _counted(int(values["cases"]), int(values["pictures"]), language)
    return values


_ONE_AND_MORE = (
    (("melding", "meldingen"), ("beeld", "beelden")),
    (("report", "reports"), ("picture", "pictures")),
)


def _counted(cases: int, pictures: int, language: int) -> str:
    """`1 melding, 2 beelden`"""
    case, picture = _ONE_AND_MORE[language]
    told = [f"{cases} {case[cases != 1]}"]
    if pictures:
        told.append(f"{pictures} {picture[pictures != 1]}")
    return ", ".join(told)

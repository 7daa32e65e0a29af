"""The members' names of one neighbourhood, as a neighbour may type them: found, none is passed on.

A name counts as it was told, with the surname first, with first name and surname alone, and with an
initial and its dot; small letters, accents and hyphens make no difference. A first name or a surname
by itself doesn't: too many are ordinary words. Nor does a surname of several words ("De Bakker").
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from bot.dialogue.letters import flat

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_WORD: Final = re.compile(r"[^\W\d_]+")
_BETWEEN: Final = re.compile(r"[\s.'-]{1,3}")
_LEAST: Final = 2  # letters of a surname
_LINKS: Final = frozenset(("de", "den", "der", "van", "von", "le", "la", "du", "ter", "ten", "het"))


class Roster:
    """Learns names, for as long as the process lives, and finds them in what was typed."""

    def __init__(self) -> None:
        self._ways: dict[str, set[tuple[str, ...]]] = {}

    def begin(self, names: Iterable[str]) -> None:
        """Know these and no others."""
        fresh = Roster()
        for name in names:
            fresh.learn(name)
        self._ways = fresh._ways  # at once, for whoever is looking just now

    def learn(self, name: str) -> None:
        """Somebody here is called `name`."""
        words = _WORD.findall(flat(name))
        links = next((at for at, word in enumerate(words) if word not in _LINKS), len(words))
        if links and len(words) - links > 1:  # "Van den Broeck Els"
            words = [words[-1], *words[:-1]]
        elif links:
            return
        first, *rest = words or [""]
        if not rest or len(rest[-1]) < _LEAST:
            return
        for way in ((first, *rest), (*rest, first), (first, rest[-1]), (first[0], *rest)):
            self._ways.setdefault(way[0], set()).add(way)

    def find(self, compared: str) -> Iterator[tuple[int, int]]:
        """Where such names stand in a text, as `letters.flat` makes it."""
        if not self._ways:
            return
        words = list(_WORD.finditer(compared))
        for at, word in enumerate(words):
            for way in self._ways.get(word.group(), ()):
                here = words[at : at + len(way)]
                if _says(here, way) and _joined(compared, here, dotted=len(way[0]) == 1):
                    yield here[0].start(), here[-1].end()


def _says(here: Sequence[re.Match[str]], way: tuple[str, ...]) -> bool:
    return tuple(word.group() for word in here) == way


def _joined(compared: str, here: Sequence[re.Match[str]], *, dotted: bool) -> bool:
    """Whether nothing but a blank, a hyphen or a dot stands between the words."""
    gaps = [compared[a.end() : b.start()] for a, b in pairwise(here)]
    return all(map(_BETWEEN.fullmatch, gaps)) and (not dotted or gaps[0].startswith("."))

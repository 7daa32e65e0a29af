"""Keeping a flood out, kindly.

A bucket a person that refills evenly. Words about an emergency number have a bucket of their
own, so that ordinary chatter never stands in their way.

Whoever is no member has two limits more: one for the origin they come from, so that nobody uses up
what is there for all, and one for all together, so that the disk stays free. Neither is asked
about a member.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass

_PEOPLE_MAX = 10_000
_HOUR = 3600.0
STRANGERS_WORDS = 1_000_000  # characters an hour of all who are no members: what they say is kept
_AN_ORIGINS_WORDS = 400_000
_AN_ORIGINS_NEWCOMERS = 60  # a hall full of neighbours behind one address comes in within minutes


@dataclass(slots=True)
class _Level:
    left: float
    at: float


class Buckets:
    """At most `count` at once, refilled over `seconds`; one bucket a key."""

    def __init__(self, *, count: int, seconds: float) -> None:
        self._count = count
        self._pace = count / seconds
        self._levels: OrderedDict[str, _Level] = OrderedDict()

    def has_some(self, key: str) -> bool:
        """Whether one could be taken now."""
        return self._level(key).left >= 1

    def is_full(self, key: str) -> bool:
        """Whether nothing was taken, or it has almost come back."""
        return self._level(key).left > self._count - 0.5

    def _level(self, key: str) -> _Level:
        now = time.monotonic()
        level = self._levels.pop(key, None) or _Level(float(self._count), now)
        level.left = min(self._count, level.left + (now - level.at) * self._pace)
        level.at = now
        self._levels[key] = level
        if len(self._levels) > _PEOPLE_MAX:
            self._levels.popitem(last=False)
        return level

    def wait_s(self, key: str, amount: int = 1) -> float:
        """0.0 and so much taken, or how long until it may come."""
        level = self._level(key)
        if level.left < amount:
            return (amount - level.left) / self._pace
        level.left -= amount
        return 0.0


class Shared:
    """A limit for each origin within one for all of them; whoever is over theirs takes none of it."""

    def __init__(self, *, an_origin: int, of_all: int, seconds: float) -> None:
        self._an_origin = Buckets(count=an_origin, seconds=seconds)
        self._of_all = Buckets(count=of_all, seconds=seconds)

    def wait_s(self, origin: str, amount: int = 1) -> float:
        """0.0 and so much taken, or how long until it may come."""
        return self._an_origin.wait_s(origin, amount) or self._of_all.wait_s("", amount)

    def may(self, origin: str) -> bool:
        """Whether one more could be taken; from who took none yet, also when all is used up."""
        if self._of_all.has_some(""):
            return self._an_origin.has_some(origin)
        return self._an_origin.is_full(origin)


class Flood:
    """How much one page, and one origin, may send."""

    def __init__(self) -> None:
        self._messages = Buckets(count=30, seconds=60)
        self._urgent = Buckets(count=60, seconds=60)
        self._uploads = Buckets(count=20, seconds=300)
        self._newcomers = Shared(an_origin=_AN_ORIGINS_NEWCOMERS, of_all=200, seconds=60)
        self._openings = Buckets(count=120, seconds=60)
        self._strangers = Shared(an_origin=_AN_ORIGINS_WORDS, of_all=STRANGERS_WORDS, seconds=_HOUR)
        self._wrong_codes = Shared(an_origin=60, of_all=1000, seconds=_HOUR)

    def message(self, person: str, text: str, emergency: str) -> float:
        """Seconds to wait before `text` may be sent; 0.0 if it may be sent now."""
        urgent = emergency in text or "112" in text
        return (self._urgent if urgent else self._messages).wait_s(person)

    def strangers_words(self, origin: str, text: str) -> float:
        """Seconds to wait before somebody who is no member may say this from there."""
        return self._strangers.wait_s(origin, len(text))

    def upload(self, person: str) -> float:
        """Seconds to wait before the next file; 0.0 if it may come now."""
        return self._uploads.wait_s(person)

    def newcomer(self, origin: str) -> float:
        """Seconds to wait before one more new browser from there may be remembered."""
        return self._newcomers.wait_s(origin)

    def opening(self, person: str) -> float:
        """Seconds to wait before this person's page may listen once more."""
        return self._openings.wait_s(person)

    def may_guess(self, origin: str) -> bool:
        """Whether a wrong invitation may be told from a right one: not where many are tried. While
        many are tried everywhere, only to who has tried no wrong one: the right one is known to them.
        """
        return self._wrong_codes.may(origin)

    def wrong_code(self, origin: str) -> None:
        """An invitation was wrong."""
        self._wrong_codes.wait_s(origin)

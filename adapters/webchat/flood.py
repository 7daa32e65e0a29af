"""Keeping a flood out, kindly.

A bucket a person that refills evenly. Words about an emergency number have a bucket of their
own, so that ordinary chatter never stands in their way.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass

_PEOPLE_MAX = 10_000
STRANGERS_WORDS = 1_000_000  # characters an hour of all who are no members: what they say is kept


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


class Flood:
    """How much one page may send."""

    def __init__(self) -> None:
        self._messages = Buckets(count=30, seconds=60)
        self._urgent = Buckets(count=60, seconds=60)
        self._uploads = Buckets(count=20, seconds=300)
        self._newcomers = Buckets(count=200, seconds=60)
        self._openings = Buckets(count=120, seconds=60)
        self._strangers = Buckets(count=STRANGERS_WORDS, seconds=3600)
        self._wrong_codes = Buckets(count=60, seconds=3600)

    def message(self, person: str, text: str, emergency: str, *, member: bool) -> float:
        """Seconds to wait before `text` may be sent; 0.0 if it may be sent now."""
        urgent = emergency in text or "112" in text
        wait = (self._urgent if urgent else self._messages).wait_s(person)
        return wait if wait or member else self._strangers.wait_s("", len(text))

    def upload(self, person: str) -> float:
        """Seconds to wait before the next file; 0.0 if it may come now."""
        return self._uploads.wait_s(person)

    def newcomer(self) -> float:
        """Seconds to wait before one more new browser may be remembered."""
        return self._newcomers.wait_s("")

    def opening(self, person: str) -> float:
        """Seconds to wait before this person's page may listen once more."""
        return self._openings.wait_s(person)

    def may_guess(self) -> bool:
        """Whether a wrong invitation may still be told from a right one: not while many are tried."""
        return self._wrong_codes.has_some("")

    def wrong_code(self) -> None:
        """An invitation was wrong."""
        self._wrong_codes.wait_s("")

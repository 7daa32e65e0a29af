"""Keeping a messenger's limits: pure, with the time handed in as milliseconds.

Messengers publish limits of two kinds. "Twenty a minute" is a window: the times of the last sends
are kept, so that no window, wherever it begins, ever holds more. "About one a second, short bursts
are tolerated" is a bucket: a few may go at once after a pause, then one at a time as it refills.
A chat or an account may have several; each must have room. Campaigns have a third of each for
themselves and never touch the rest. A pause that the messenger asks for rules over all of them, and
ends with empty buckets: who was just told to slow down doesn't begin with a burst.
"""

from __future__ import annotations

from collections import deque
from math import ceil
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.messaging.capabilities import Rate


class Limit(Protocol):
    """One limit, of either kind."""

    def ready_at(self, now: int) -> int:
        """The earliest time for one more; `now` or before if there is room."""

    def spend(self, now: int) -> None:
        """One more went out."""

    def pause(self, until: int) -> None:
        """Nothing goes until then."""

    def idle(self, now: int) -> bool:
        """Whether nothing remembered matters any more."""


class Window:
    """At most `count` in any `span` milliseconds."""

    __slots__ = ("_span", "_times")

    def __init__(self, count: int, span: float) -> None:
        self._span = max(1, round(span))
        self._times: deque[int] = deque(maxlen=max(1, count))

    def ready_at(self, now: int) -> int:
        """The earliest time for one more; `now` or before if there is room."""
        times = self._times
        if len(times) < (times.maxlen or 1):
            return now
        if times[-1] > now + self._span:  # the clock was set back: start afresh
            times.clear()
            return now
        return times[0] + self._span

    def spend(self, now: int) -> None:
        """One more went out."""
        self._times.append(now)

    def pause(self, until: int) -> None:
        """A window is as full as it is."""

    def idle(self, now: int) -> bool:
        """Whether nothing remembered matters any more."""
        return not self._times or self._times[-1] + self._span <= now


class Bucket:
    """Holds `burst`; one comes back each `gap` milliseconds."""

    __slots__ = ("_full_at", "_gap", "_last", "_slack")

    def __init__(self, burst: int, gap: float) -> None:
        self._gap = max(1.0, gap)
        self._slack = self._gap * (max(1, burst) - 1)
        self._full_at = 0.0
        self._last = 0

    def ready_at(self, now: int) -> int:
        """The earliest time for one more; `now` or before if there is room."""
        if self._last > now + self._gap:  # the clock was set back: start afresh
            self._full_at = self._last = 0
        return ceil(self._full_at - self._slack)

    def spend(self, now: int) -> None:
        """One more went out."""
        self._full_at = max(self._full_at, now) + self._gap
        self._last = now

    def pause(self, until: int) -> None:
        """Empty until then, but for one."""
        self._full_at = max(self._full_at, until + self._slack)

    def idle(self, now: int) -> bool:
        """Whether it is full again."""
        return self._full_at <= now


class Budget:
    """The limits of a chat or an account, with the campaigns' share, and pauses asked for."""

    __slots__ = ("_all", "_campaigns", "_paused_until")

    def __init__(self, rates: Iterable[Rate]) -> None:
        rates = tuple(rates)
        self._all = [_limit(rate) for rate in rates]
        self._campaigns = [_third(rate) for rate in rates]
        self._paused_until = 0

    def ready_at(self, now: int, *, campaign: bool) -> int:
        """The earliest time for one more message."""
        when = max(now, self._paused_until)
        for limit in self._all:
            when = max(when, limit.ready_at(now))
        if campaign:
            for limit in self._campaigns:
                when = max(when, limit.ready_at(now))
        return when

    def spend(self, now: int, *, campaign: bool, times: int = 1) -> None:
        """Messages went out; one of ours may have become several."""
        for _ in range(times):
            for limit in self._all:
                limit.spend(now)
            if campaign:
                for limit in self._campaigns:
                    limit.spend(now)

    def pause(self, until: int) -> None:
        """The messenger asked for silence until then."""
        self._paused_until = max(self._paused_until, until)
        for limit in (*self._all, *self._campaigns):
            limit.pause(until)

    def idle(self, now: int) -> bool:
        """Whether it can be forgotten without breaking a limit."""
        return self._paused_until <= now and all(limit.idle(now) for limit in self._all)


def _limit(rate: Rate) -> Limit:
    if rate.burst:
        return Bucket(rate.burst, rate.seconds * 1000 / rate.count)
    return Window(rate.count, rate.seconds * 1000)


def _third(rate: Rate) -> Limit:
    if rate.burst:
        return Bucket(rate.burst // 3, rate.seconds * 3000 / rate.count)
    if rate.count >= 3:
        return Window(rate.count // 3, rate.seconds * 1000)
    return Window(1, rate.seconds * 3000 / rate.count)

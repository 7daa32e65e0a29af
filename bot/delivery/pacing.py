"""Keeping a messenger's limits: pure, with the time handed in as milliseconds.

A published limit says at most so many in any so many seconds. The times of the last `count` sends
are kept, so that no window, wherever it begins, ever holds more; a burst up to the limit goes out
at once. Campaigns have a third of each limit for themselves and never touch the rest.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.messaging.capabilities import Rate


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

    def idle(self, now: int) -> bool:
        """Whether nothing remembered matters any more."""
        return not self._times or self._times[-1] + self._span <= now


class Budget:
    """One limit, of a chat or an account, with the campaigns' share, and pauses asked for."""

    __slots__ = ("_all", "_campaigns", "_paused_until")

    def __init__(self, rate: Rate | None) -> None:
        self._all = None if rate is None else Window(rate.count, rate.seconds * 1000)
        self._campaigns = None if rate is None else _third(rate)
        self._paused_until = 0

    def ready_at(self, now: int, *, campaign: bool) -> int:
        """The earliest time for one more message."""
        when = max(now, self._paused_until)
        if self._all is not None:
            when = max(when, self._all.ready_at(now))
        if campaign and self._campaigns is not None:
            when = max(when, self._campaigns.ready_at(now))
        return when

    def spend(self, now: int, *, campaign: bool, times: int = 1) -> None:
        """Messages went out; one of ours may have become several."""
        for _ in range(times):
            if self._all is not None:
                self._all.spend(now)
            if campaign and self._campaigns is not None:
                self._campaigns.spend(now)

    def pause(self, until: int) -> None:
        """The messenger asked for silence until then."""
        self._paused_until = max(self._paused_until, until)

    def idle(self, now: int) -> bool:
        """Whether it can be forgotten without breaking the limit."""
        return self._paused_until <= now and (self._all is None or self._all.idle(now))


def _third(rate: Rate) -> Window:
    if rate.count >= 3:
        return Window(rate.count // 3, rate.seconds * 1000)
    return Window(1, rate.seconds * 3000 / rate.count)

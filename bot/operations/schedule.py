"""The alarm clock. It only wakes: what is due is always worked out from the store.

So a wake that comes late, twice or not at all changes nothing but the moment.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import UTC
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

log = logging.getLogger(__name__)

Act = Callable[[], Awaitable[None] | None]


class Schedule:
    """Wakes others until `stop`. An act that fails is logged, and woken again next time."""

    def __init__(self) -> None:
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    def each_minute(self, name: str, act: Act) -> None:
        """Wake at every whole minute, which is where mail falls due."""
        self._add(name, act, CronTrigger(second=0, timezone=UTC))

    def every(self, seconds: float, name: str, act: Act) -> None:
        """Wake again and again."""
        self._add(name, act, IntervalTrigger(seconds=seconds, timezone=UTC))

    def start(self) -> None:
        """Begin, in the running loop."""
        self._scheduler.start()

    def stop(self) -> None:
        """Wake nobody any more; acts under way go on."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def _add(self, name: str, act: Act, trigger: Any) -> None:
        self._scheduler.add_job(_guarded, trigger, args=(name, act), id=name, name=name)


async def _guarded(name: str, act: Act) -> None:
    try:
        result = act()
        if result is not None:
            await result
    except Exception:
        log.exception("a scheduled act failed: %s", name)

"""The story that plays by itself: goes on, waits when asked, and stops when somebody takes over.

Whoever touches a phone or the clock while it plays goes on by hand. The story never does half an
act twice and never fights with a hand: it says that it stopped, and *play again* begins a new
night.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import requests

from bot.errors import SaarbotError
from bot.operations.demo.stage import Button
from bot.operations.demo.story import ENDED, STUCK

if TYPE_CHECKING:
    from bot.operations.demo.script import Beat
    from bot.operations.demo.stage import Both

# A new caption is read before the story goes on.
READING: Final = 3

log = logging.getLogger(__name__)


class Player:
    """Plays `beats` one after the other. `told` counts the captions so far."""

    def __init__(
        self,
        beats: Sequence[Beat],
        *,
        act: Callable[[Beat], Awaitable[None]],
        end: Callable[[], Awaitable[None]],
        told: Callable[[], int],
        breath_s: Callable[[], float],
    ) -> None:
        self._left = list(beats)
        self._act = act
        self._end = end
        self._told = told
        self._breath_s = breath_s
        self._task: asyncio.Task[None] | None = None
        self._wanted = False
        self._begun = False
        self._over = False
        self._rest = asyncio.Event()
        self.notice: Both | None = None

    @property
    def button(self) -> Button:
        """What a press of its button would do."""
        if self._over:
            return Button.AGAIN if self._begun else Button.ANEW
        return Button.PAUSE if self._wanted else Button.PLAY

    @property
    def plays(self) -> bool:
        """Whether the story is the played one: it began, and nobody took over."""
        return self._begun and (not self._over or self.notice == ENDED)

    def play(self) -> None:
        """Go on from where it is."""
        if self._over:
            return
        self._wanted = self._begun = True
        self._rest.clear()
        if self._task is None:
            self._task = asyncio.create_task(self._play(), name="demonstration")

    def pause(self) -> None:
        """Stop after what is being said now."""
        self._wanted = False
        self._rest.set()

    def give_up(self, notice: Both) -> None:
        """Somebody took over; a story that has not begun leaves without a word."""
        if self._over:
            return
        self._over, self._wanted = True, False
        self.notice = notice if self._begun else None
        if self._task is not None and self._task is not asyncio.current_task():
            self._task.cancel()

    async def close(self) -> None:
        """Stop for good."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _play(self) -> None:
        try:
            while self._left and self._wanted:
                before = self._told()
                await self._act(self._left[0])
                del self._left[0]
                await self._breathes(READING if self._told() != before else 1)
            if self._wanted:
                await self._end()
                self._over, self._wanted, self.notice = True, False, ENDED
        except (SaarbotError, requests.RequestException) as error:
            log.warning("the played story stopped: %s", error)
            self.give_up(STUCK)
        finally:
            if self._task is asyncio.current_task():
                self._task = None

    async def _breathes(self, breaths: int) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self._breath_s() * breaths):
                await self._rest.wait()

"""Killed at random while a whole neighbourhood reports.

`make test` kills 25 times, `make crash` a hundred times. A kill costs the start that follows, most
of which is loading Python's modules: in `make test` a launcher that has them forks each life, in
`make crash` each is a process of its own.
"""

from __future__ import annotations

import os
import random
import time
from functools import partial
from typing import TYPE_CHECKING

import pytest

from tests.crash.launched import Launched, Launcher
from tests.crash.people import Reporter
from tests.crash.process import Bot
from tests.crash.promises import check
from tests.crash.town import town

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.crash.town import Town

KILLS = int(os.environ.get("CRASH_KILLS", "25"))  # `make crash` sets a hundred
FRESH = bool(os.environ.get("CRASH_FRESH"))  # `make crash` sets it
# Of the lives that end before they are ready: how long they last.
EARLY_S = (0.1, 0.8) if FRESH else (0.02, 0.3)
LIVES_S = (0.0, 0.7)  # after it was ready; one life in ten ends before that
TURN_S = 15.0
REST_S = 180.0
SIGNALS_BURST = 60  # what a process may send at once; after that it waits a second for each
PAUSE_S = 8.0  # between two reports of one person: the outsider's chat takes one card a second
CLOSING = 3  # one reporter in three closes what they reported, which sends a mail
DELAY_S = (0.005, 0.06)
STREETS = ("Kerk", "Rozen", "Klooster", "Station", "Molen", "Dorps", "Beek", "Linden")


def _reporters(here: Town) -> list[Reporter]:
    return [
        Reporter(
            line=line,
            street=f"{STREETS[n % 8]}{'aeiou'[n // 8]}straat",
            reports=99,
            closes=n % CLOSING == 0,
            pause_s=PAUSE_S,
        )
        for n, line in enumerate(here.reporters)
    ]


def _live(people: list[Reporter], until: float) -> None:
    while time.monotonic() < until:
        for one in people:
            one.step()
        time.sleep(0.01)


def _one_life(here: Town, people: list[Reporter], chance: random.Random) -> None:
    here.bot.start()
    if chance.random() < 0.1:
        _live(people, time.monotonic() + chance.uniform(*EARLY_S))
    else:
        while not here.bot.port:
            assert here.bot.alive(), here.bot.log.read_text()
            _live(people, time.monotonic() + 0.02)
        _live(people, time.monotonic() + chance.uniform(*LIVES_S))
    here.bot.kill()


def _come_to_rest(here: Town, people: list[Reporter]) -> None:
    """Nobody is killed any more: everybody ends what they began, says one thing more, all is sent.

    Signal takes sixty messages a minute, counted by each process for itself: once they are spent
    the bot is told to finish and starts afresh, which must lose nothing either.
    """
    for one in people:
        one.stops()
    here.bot.start()
    here.bot.until_ready()

    def quiet() -> bool:
        for one in people:
            one.step()
        return all(one.finished for one in people)

    _in_turns(here, quiet, what="everybody has an answer to everything")
    for one in people:
        one.line.says("hulp")
    _in_turns(here, lambda: _idle(here), what="all is sent")
    here.bot.stop()


def _in_turns(here: Town, done: Callable[[], bool], *, what: str) -> None:
    last = time.monotonic() + REST_S
    while time.monotonic() < last:
        end, before = time.monotonic() + TURN_S, here.signal.asked
        while time.monotonic() < end and here.signal.asked - before < SIGNALS_BURST:
            if done():
                return
            time.sleep(0.01)
        here.bot.stop()
        here.bot.start()
        here.bot.until_ready()
    raise AssertionError(f"not in {REST_S:g} s: {what}")


def _idle(here: Town) -> bool:
    for line in here.reporters:
        line.repeats()
    return not (
        here.telegram.waiting
        or here.count("SELECT count(*) FROM outbox WHERE state IN ('waiting', 'sending')")
        or here.count("SELECT count(*) FROM digest WHERE state <> 'accepted'")
        or here.count("SELECT count(*) FROM media WHERE state = 'wanted'")
    )


@pytest.mark.crash
@pytest.mark.timeout(600)
def test_killed_at_random_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    """Every message has its effect, every report its readers, every mail its one number."""
    chance = random.Random(20261112)
    bytecode = tmp_path / "bytecode"
    with (
        Launcher(bytecode) as launcher,
        town(
            tmp_path,
            partial(Bot, bytecode=bytecode)
            if FRESH
            else partial(Launched, bytecode=bytecode, launcher=launcher, limits=True),
            telegram=10,
            signal=2,
            web=2,
            delay=DELAY_S,
        ) as here,
    ):
        people = _reporters(here)
        for _ in range(KILLS):
            _one_life(here, people, chance)
        _come_to_rest(here, people)
        found = check(here)
        print(found.table(f"{KILLS} kills at random"))
        print(f"  asked again after silence     {sum(one.nudges for one in people):>7}")
        assert not found.broken, "\n".join(found.broken)
        assert found.alerts == len(set().union(*(one.own | set(one.sent) for one in people)))

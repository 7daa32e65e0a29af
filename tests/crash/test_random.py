"""Killed at random while a whole neighbourhood reports.

`make test` kills 25 times, `make crash` a hundred times: each kill costs more than a second, most
of which is the start that follows.
"""

from __future__ import annotations

import os
import random
import time
from typing import TYPE_CHECKING

import pytest

from tests.crash.people import Reporter
from tests.crash.process import Bot
from tests.crash.promises import check
from tests.crash.town import town

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.crash.town import Town

KILLS = int(os.environ.get("CRASH_KILLS", "25"))  # `make crash` sets a hundred
LIVES_S = (0.0, 0.7)  # after it was ready; one life in ten ends before that
LAST_PATIENCE_S = 45.0  # what waits for Signal's limit is not silence
TURN_S = 15.0
TURNS = 12
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
        _live(people, time.monotonic() + chance.uniform(0.1, 0.8))
    else:
        while not here.bot.port:
            assert here.bot.alive(), here.bot.log.read_text()
            _live(people, time.monotonic() + 0.02)
        _live(people, time.monotonic() + chance.uniform(*LIVES_S))
    here.bot.kill()


def _come_to_rest(here: Town, people: list[Reporter]) -> None:
    """Nobody is killed any more: everybody ends what they began, says one thing more, all is sent.

    Signal takes sixty messages a minute, counted by each process for itself: now and then the bot
    is told to finish and starts afresh, which must lose nothing either.
    """
    for one in people:
        one.stops()
        one.patience_s = LAST_PATIENCE_S
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
    for _ in range(TURNS):
        end = time.monotonic() + TURN_S
        while time.monotonic() < end:
            if done():
                return
            time.sleep(0.01)
        here.bot.stop()
        here.bot.start()
        here.bot.until_ready()
    raise AssertionError(f"not in {TURNS} turns: {what}")


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

    def make(config: Path) -> Bot:
        return Bot(config, bytecode=tmp_path / "bytecode")

    with town(tmp_path, make, telegram=10, signal=2, web=2, delay=DELAY_S) as here:
        people = _reporters(here)
        for _ in range(KILLS):
            _one_life(here, people, chance)
        _come_to_rest(here, people)
        found = check(here)
        print(found.table(f"{KILLS} kills at random"))
        print(f"  asked again after silence     {sum(one.nudges for one in people):>7}")
        assert not found.broken, "\n".join(found.broken)
        assert found.alerts == len(set().union(*(one.own | set(one.sent) for one in people)))

"""Killed at every commit point of one report, from the first tap to the police mail.

The points are those that a first, undisturbed telling of the story passes: before and after each
commit, call of a messenger, file, and SMTP DATA. They are shared out over many tellings. In each
the bot kills itself at a few points, one after another, and is started again each time: points far
apart, and never two about the same words, so that each kill meets a bot that has recovered.

`make crash` tells them all; `make test` every fourth, since all of them take minutes, and always
those in which the answer to a command is under way.
"""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import count
from queue import SimpleQueue
from typing import TYPE_CHECKING

import pytest

from tests.crash.launched import Launched, Launcher
from tests.crash.people import Reporter
from tests.crash.promises import Account, check
from tests.crash.town import town

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from tests.crash.town import Town

EACH = int(os.environ.get("CRASH_EACH", "4"))  # `make crash` sets 1
APART = 8  # points between two deaths of one telling
AT_ONCE = 3
DELAY_S = (0.0, 0.005)
PATIENCE_S = 45.0  # whoever asks again makes a second report: a slow machine is no silence
ANSWER = "send answer to reporter: Dit kun je hier typen"


@contextmanager
def _story(folder: Path, bytecode: Path, launcher: Launcher) -> Iterator[tuple[Town, Launched]]:
    folder.mkdir(exist_ok=True)
    make = partial(Launched, bytecode=bytecode, launcher=launcher)
    with town(folder, make, telegram=1, signal=1, web=1, delay=DELAY_S) as here:
        bot = here.bot
        assert isinstance(bot, Launched)
        names = ("reporter", "neighbour in the Signal group", "neighbour on the page")
        bot.people = {line.chat: name for line, name in zip(here.reporters, names, strict=True)}
        bot.people |= dict(zip(here.groups, ("Telegram group", "Signal group"), strict=True))
        bot.people |= {here.outsiders[0]: "Telegram outsider", here.outsiders[1]: "Signal outsider"}
        yield here, bot


def _tell(here: Town, bot: Launched, *, seconds: float) -> None:
    """Play the report to its end; start the bot again each time it has killed itself."""
    reporter = Reporter(
        line=here.reporters[0], street="Kerkstraat", reports=1, asks=True, patience_s=PATIENCE_S
    )
    end = time.monotonic() + seconds
    bot.start()
    while not (_told(here, bot, reporter) and bot.finishes()):
        assert time.monotonic() < end, f"after {bot.deaths}: {reporter.line.heard()[-1:]}"
        if bot.killed:
            bot.at.remove(bot.deaths[-1])
            bot.start()
        if bot.port:
            reporter.step()
        time.sleep(0.02)


def _told(here: Town, bot: Launched, reporter: Reporter) -> bool:
    """Whether the story has come to its end, and to rest."""
    return bot.alive() and bot.port > 0 and reporter.finished and _idle(here)


def _idle(here: Town) -> bool:
    return not (
        here.telegram.waiting
        or here.count("SELECT count(*) FROM outbox WHERE state IN ('waiting', 'sending')")
        or here.count("SELECT count(*) FROM media WHERE state = 'wanted'")
        or here.count("SELECT count(*) FROM digest WHERE state <> 'accepted'")
    )


def _undisturbed(folder: Path, bytecode: Path, launcher: Launcher) -> list[str]:
    """The points of a telling in which nothing happens, each once, in their order."""
    with _story(folder, bytecode, launcher) as (here, bot):
        _tell(here, bot, seconds=60)
        found = check(here)
        assert not found.broken, "\n".join(found.broken)
        assert (found.alerts, found.mails, found.repeats) == (1, 1, 0)
        return list(dict.fromkeys(bot.points))


def _shared_out(points: list[str]) -> list[list[str]]:
    """Tellings: each point in the first that has room for it."""
    tellings: list[list[str]] = []
    ends: list[int] = []
    for place, point in enumerate(points):
        words = _words(point)
        for number in count():
            if number == len(tellings):
                tellings.append([])
                ends.append(-APART)
            near = place - ends[number] < APART
            if not near and words not in map(_words, tellings[number]):
                tellings[number].append(point)
                ends[number] = place
                break
    return tellings


def _words(point: str) -> str:
    return point.partition(": ")[2] or point


class _Stage:
    """Where tellings are played, a few at a time, each with a launcher that is free."""

    def __init__(self, folder: Path, bytecode: Path, launchers: Iterable[Launcher]) -> None:
        self._folder = folder
        self._bytecode = bytecode
        self._free: SimpleQueue[Launcher] = SimpleQueue()
        for launcher in launchers:
            self._free.put(launcher)
        self._told = 0

    def play(self, tellings: Sequence[Sequence[str]]) -> tuple[Account, list[str]]:
        """What was found in all of them, and the points that none came to."""
        folders = [self._folder / f"telling-{self._told + n}" for n in range(len(tellings))]
        self._told += len(tellings)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            played = list(pool.map(self._play, folders, tellings))
        return sum((found for found, _ in played), Account()), [
            p for _, left in played for p in left
        ]

    def _play(self, folder: Path, points: Sequence[str]) -> tuple[Account, list[str]]:
        launcher = self._free.get()
        try:
            with _story(folder, self._bytecode, launcher) as (here, bot):
                bot.at = list(points)
                _tell(here, bot, seconds=90 + 10 * len(points))
                found = check(here)
                if (found.alerts, found.mails) != (1, 1):
                    found.broken.append(f"{found.alerts} alerts, {found.mails} mails")
                found.broken = [f"{folder.name}: {one}" for one in found.broken]
                return found, [point for point in points if point not in bot.deaths]
        finally:
            self._free.put(launcher)


@pytest.mark.crash
@pytest.mark.timeout(900)
def test_killed_at_each_point_of_a_report(tmp_path: Path) -> None:
    """The report arrives whole, the reporter is answered, the police get one mail."""
    bytecode = tmp_path / "bytecode"
    with ExitStack() as stack:
        launchers = [stack.enter_context(Launcher(bytecode)) for _ in range(AT_ONCE)]
        points = _undisturbed(tmp_path / "undisturbed", bytecode, launchers[0])
        tellings = [
            telling
            for number, telling in enumerate(_shared_out(points))
            if number % EACH == 0 or any(ANSWER in point for point in telling)
        ]
        stage = _Stage(tmp_path, bytecode, launchers)
        found, left = stage.play(tellings)
        # An earlier death may have settled what a later point is about: those get a story alone.
        alone, never = stage.play([[point] for point in left])
        found += alone
    wanted = sum(map(len, tellings))
    print(found.table(f"{wanted} of {len(points)} points, {len(tellings) + len(left)} stories"))
    assert not found.broken, "\n".join(found.broken)
    assert not never, "\n".join(never)
    assert found.kills == wanted

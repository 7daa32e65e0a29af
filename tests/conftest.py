"""What every test may ask for, and the rule that a missing program fails the run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from bot.clock import SettableClock
from bot.store.engine import Store
from tests.tables import store_in
from tests.tools import MISSING, packages

pytest_plugins = ["bot.testkit.plugin", "tests.browser"]

# A slow machine is no failure: pytest's own timeout ends a test that hangs.
settings.register_profile("any-machine", deadline=None)
settings.load_profile("any-machine")

_missing = pytest.StashKey[set[str]]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first, by the time that each is given: a short one fills every gap at the end."""
    items.sort(key=_given_s, reverse=True)


def _given_s(item: pytest.Item) -> float:
    given = item.get_closest_marker("timeout")
    return float(given.args[0]) if given is not None else 0.0


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_missing] = set()
    config.pluginmanager.register(_MissingPrograms(config), "missing-programs")


class _MissingPrograms:
    """Counts tests left out for want of a program, and fails the run for them once."""

    def __init__(self, config: pytest.Config) -> None:
        self._found = config.stash[_missing]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else ""
        _, found, program = reason.partition(MISSING)
        if report.skipped and found:
            self._found.add(program)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self._found and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self._found:
            known = packages()
            names = " ".join(sorted({known.get(program, program) for program in self._found}))
            terminalreporter.section("not run for want of a program", red=True)
            terminalreporter.line(f"Cure: apt install {names}", red=True)


@pytest.fixture
def store(tmp_path: Path, clock: SettableClock) -> Iterator[Store]:
    """A real store in a folder of its own, under the clock that the test turns."""
    store = store_in(tmp_path / "var", clock)
    yield store
    store.close()

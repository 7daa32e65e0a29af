"""What is half made lies among the data, for the bot's user alone, and a crash's rest is cleared."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.store.engine import open_store
from tests.cli.command import SAARBOT, installed, running, saarbot, with_a_night

ROOT = Path(__file__).parents[2]


def everything(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*"))


def wait_for(found: Path, pattern: str, seconds: float = 20) -> Path:
    """The first file below `found` that fits."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        for path in found.glob(pattern):
            return path
        time.sleep(0.002)
    raise AssertionError(f"no {pattern} below {found}")


@pytest.fixture
def village(tmp_path: Path) -> Path:
    return with_a_night(installed(tmp_path))


def test_killed_while_it_draws_it_leaves_nothing_outside_its_data(
    village: Path, tmp_path: Path
) -> None:
    """`kill -9` in the middle of a report: the system's temporary folder stays empty, the child
    ends too, and the next command clears away what lay half made."""
    elsewhere = tmp_path / "system"
    elsewhere.mkdir()
    work = village / "var" / "tmp"
    command = subprocess.Popen(
        [*SAARBOT, "export", "--format", "pdf"],
        cwd=village,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(elsewhere)},
    )
    job = wait_for(work, "*/report/job.json")
    command.send_signal(signal.SIGKILL)
    command.wait(10)
    assert everything(elsewhere) == []
    assert all(stat.S_IMODE(path.stat().st_mode) & 0o077 == 0 for path in everything(work))
    assert job.exists()
    if sys.platform == "linux":
        until_nobody_draws(job.parent)
        assert not (job.parent / "rapport.pdf").exists()

    assert saarbot("export", cwd=village).returncode == 0
    assert everything(work) == []


def until_nobody_draws(folder: Path, seconds: float = 20) -> None:
    """Return when no process works in that folder."""
    deadline = time.monotonic() + seconds
    while any(str(folder).encode() in read(one) for one in Path("/proc").glob("[0-9]*/cmdline")):
        assert time.monotonic() < deadline, "a child still draws"
        time.sleep(0.02)


def read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:  # it has just ended
        return b""


def test_beside_a_running_bot_nobody_clears_away_its_work(village: Path) -> None:
    """Commands that ask the running bot leave its half-made files alone; its next start doesn't."""
    with running(village) as (bot, _port):
        half = village / "var" / "tmp" / "half" / "job.json"
        half.parent.mkdir(parents=True)
        half.write_text("{}")
        for command in (("export", "--format", "jsonl"), ("status",), ("digest", "--dry-run")):
            assert saarbot(*command, cwd=village).returncode == 0
        assert half.exists()
        bot.stop(signal.SIGKILL)
    with running(village):
        assert not half.exists()


def with_open_hands(*args: str, cwd: Path) -> None:
    """A command of somebody whose umask hides nothing."""
    subprocess.run(
        [*SAARBOT, *args],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        umask=0,
        stdout=subprocess.DEVNULL,
        check=True,
    )


def open_to_others(path: Path) -> bool:
    return stat.S_IMODE(path.stat().st_mode) & 0o077 != 0


def test_whatever_the_umask_the_data_are_for_the_bots_user_alone(tmp_path: Path) -> None:
    """A whole report, from first message to police mail: every file and folder is private."""
    with_open_hands("demo", "--headless", cwd=tmp_path)
    found = everything(tmp_path)
    assert {"saarbot.db", "P-0001.eml"} <= {path.name for path in found}
    assert [path for path in found if open_to_others(path)] == []


def test_an_export_is_private_where_it_is_put_too(village: Path) -> None:
    """`-o` a new file, `-o` over one that others could read, and the current folder."""
    old = village / "old.csv"
    old.touch(mode=0o644)
    for target in (["-o", "new.csv"], ["-o", "old.csv"], []):
        with_open_hands("export", "--format", "csv", *target, cwd=village)
    found = list(village.glob("*.csv"))
    assert len(found) == 3
    assert [path for path in found if open_to_others(path)] == []


def test_only_the_locks_holder_clears(tmp_path: Path) -> None:
    """Opening a store to read touches nothing; taking its lock does."""
    left = tmp_path / "var" / "tmp" / "left"
    left.mkdir(parents=True)
    store = open_store("sqlite", tmp_path / "var", SystemClock())
    assert left.exists()
    store.lock()
    assert not left.exists()
    with store.workspace() as folder:
        (folder / "x").write_text("x")
    assert not folder.exists()
    store.close()

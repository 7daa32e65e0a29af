"""The bench is a program like any other: it runs, and tells every figure."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
WITHOUT_THE_REST = """
import re, sys
from importlib.metadata import packages_distributions
locked = {*sys.argv[1:], "saarbot"}
for module, owners in packages_distributions().items():
    if not {re.sub(r"[-_.]+", "-", owner).lower() for owner in owners} & locked:
        sys.modules[module] = None  # as if it were not installed
import bench.__main__, bench.peers.ptb_idle
"""
FIGURES = (
    "1 peer: ConversationHandler, messages/s",
    "1 ratio ours : peer",
    "1 one commit a message, messages/s",
    "1 the disk's own sync, ms",
    "2 ratio with 100 other dialogues open : 1",
    "2 ratio with 1,000 entries in the log : none",
    "3 accepted to first relay call, alone, p99 ms",
    "4 ratio ready ours : peer",
    "4 ratio idle memory ours : peer",
    "4 saarbot demo --headless, s",
)


@pytest.mark.process
@pytest.mark.timeout(300)
def test_the_quick_bench_tells_every_figure() -> None:
    """`python -m bench --quick` ends with 0 and prints a row for each figure."""
    done = subprocess.run(
        [sys.executable, "-m", "bench", "--quick"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    missing = [figure for figure in FIGURES if figure not in done.stdout]
    assert not missing, done.stdout


@pytest.mark.process
def test_what_the_bench_imports_is_in_its_own_lock() -> None:
    """`make bench` has an environment of its own, without the tools that tests have."""
    lock = (ROOT / "requirements-bench.lock").read_text()
    locked = re.findall(r"^([a-z0-9._-]+)==", lock, re.MULTILINE)
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_THE_REST, *locked],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr

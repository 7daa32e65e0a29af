"""The bench is a program like any other: it runs, and tells every figure."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

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
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    missing = [figure for figure in FIGURES if figure not in done.stdout]
    assert not missing, done.stdout

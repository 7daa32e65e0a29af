"""Programs of the machine that tests drive; tests/system-packages.txt says which and whence."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

MISSING = "needs the program "


def packages() -> dict[str, str]:
    """Each program that tests may need, and the Debian package that brings it."""
    lines = (Path(__file__).parent / "system-packages.txt").read_text().splitlines()
    return dict(line.split() for line in lines if line and not line.startswith("#"))


def tool(name: str) -> str:
    """The program's path.

    Where it is missing the test is left out for now; the run fails at its end and names the
    package, so that nobody takes such a run for a whole one.
    """
    path = shutil.which(name)
    if path is None:
        pytest.skip(MISSING + name)
    return path

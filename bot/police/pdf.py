"""Draws the report in a child process with a time limit.

If the child dies or is too slow, it is tried once more without pictures: a picture may spoil the
preview, never the report. The same sheet and pictures give the same bytes.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from shutil import rmtree
from typing import Any, Final

from bot.errors import PackageError

TIME_LIMIT_S: Final = 90.0
_KEPT: Final = ("PATH", "PYTHONPATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV")


def render(
    sheet: Mapping[str, Any],
    pictures: Mapping[str, Path],
    folder: Path,
    *,
    time_limit: float = TIME_LIMIT_S,
) -> bytes:
    """The PDF of `sheet`; `pictures` gives the bytes of files named in it.

    `folder` is where the half-made report lies. Blocks for as long as the drawing takes. Raises
    PackageError where no report can be drawn.
    """
    why = _draw(sheet, pictures, folder / "report", time_limit)
    if isinstance(why, str) and pictures:
        why = _draw(sheet, {}, folder / "report", time_limit)
    if isinstance(why, str):
        raise PackageError(f"the report can't be drawn: {why}")
    return why


def _draw(
    sheet: Mapping[str, Any], pictures: Mapping[str, Path], folder: Path, time_limit: float
) -> bytes | str:
    """The PDF's bytes, or in words why there is none."""
    folder.mkdir(mode=0o700)
    try:
        job = {"sheet": sheet, "pictures": {k: str(v.resolve()) for k, v in pictures.items()}}
        (folder / "job.json").write_text(json.dumps(job, ensure_ascii=False), "utf-8")
        why = _run(folder, time_limit)
        file = folder / "rapport.pdf"
        return why or (file.read_bytes() if file.exists() else "no file came out")
    finally:
        rmtree(folder, ignore_errors=True)


def _run(folder: Path, time_limit: float) -> str:
    # The child needs no token and no password, so it gets none.
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    command = [sys.executable, "-m", "bot.police.render", str(folder), str(os.getpid())]
    try:
        done = subprocess.run(  # noqa: S603  # our own module, no shell
            command, env=environment, capture_output=True, timeout=time_limit, check=False
        )
    except subprocess.TimeoutExpired:
        return f"not done within {time_limit:.0f} s"
    if done.returncode == 0:
        return ""
    return f"the drawing process ended with {done.returncode} ({_error(done.stderr)})"


def _error(stderr: bytes) -> str:
    """The kind of error only: its text may quote what people wrote."""
    last = stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
    return last.partition(":")[0][:80] or "no message"

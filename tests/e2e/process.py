"""The real `saarbot` process, as an operator starts it, and what it says on its error stream."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Self

ROOT: Final = Path(__file__).parents[2]
SAARBOT: Final = (sys.executable, "-m", "bot")
PATIENCE_S: Final = 30.0
SLOW: Final = "a work held up the store"


def wait_until(true: Callable[[], object], *, told: Callable[[], str], seconds: float = 10) -> None:
    """Return when `true()` is; AssertionError with `told()` if it never is."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"waited {seconds:g} s in vain; {told()}"
        time.sleep(0.01)


class Saarbot:
    """One configuration; `start` and `stop` its `run`, and give commands beside it.

    `before` stands before the command line (`unshare`, say), `environ` is added to ours.
    """

    def __init__(
        self,
        folder: Path,
        config: str,
        *,
        environ: Mapping[str, str] | None = None,
        before: Sequence[str] = (),
    ) -> None:
        self.folder = folder
        self.file = folder / "saarbot.yaml"
        self.file.write_text(config, "utf-8")
        self.log = folder / "run.log"
        self._environ = {**os.environ, "PYTHONPATH": str(ROOT), **(environ or {})}
        self._before = tuple(before)
        self._process: subprocess.Popen[bytes] | None = None

    # --- the running one -------------------------------------------------------------------

    def start(self, *command: str) -> Self:
        """Start `run`, or another command that serves, and go on at once."""
        words = command or ("run", "-c", str(self.file))
        with self.log.open("ab") as out:
            self._process = subprocess.Popen(
                [*self._before, *SAARBOT, *words],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env=self._environ,
            )
        return self

    def ready(self) -> Self:
        """Return when it says that every part of it is usable."""
        wait_until(self._is_ready, told=self.said, seconds=PATIENCE_S)
        return self

    def _is_ready(self) -> bool:
        assert self.process.poll() is None, f"it ended by itself: {self.said()}"
        return any(line.get("event") == "ready" for line in self.lines())

    @property
    def process(self) -> subprocess.Popen[bytes]:
        assert self._process is not None
        return self._process

    @property
    def port(self) -> int:
        """The port of its HTTP server."""
        return next(int(one["port"]) for one in self.lines() if one.get("event") == "ready")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def said(self) -> str:
        """Everything it wrote, on both streams."""
        return self.log.read_text("utf-8") if self.log.exists() else ""

    def lines(self) -> list[dict[str, Any]]:
        """Its log, line by line; a last one that isn't whole yet is left out."""
        whole = self.said().rpartition("\n")[0]
        return [json.loads(line) for line in whole.splitlines() if line.startswith("{")]

    def complaints(self) -> list[dict[str, Any]]:
        """What it logged above `info`, but for works that took long: a busy machine makes those."""
        return [
            line
            for line in self.lines()
            if line["level"] != "info" and not line["event"].startswith(SLOW)
        ]

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to finish; its exit status."""
        self.process.send_signal(how)
        return self.process.wait(PATIENCE_S)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    # --- beside it -------------------------------------------------------------------------

    def command(self, *words: str, status: int = 0) -> str:
        """Give another command; what it printed. AssertionError if it exits otherwise."""
        done = self.try_command(*words)
        assert done.returncode == status, f"{words}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout if status == 0 else done.stdout + done.stderr

    def try_command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Give another command beside it, whatever comes of it."""
        return subprocess.run(
            [*SAARBOT, *words],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            env=self._environ,
            check=False,
        )

    def configured(self, command: str, *words: str, status: int = 0) -> str:
        """`command` with this configuration."""
        return self.command(command, "-c", str(self.file), *words, status=status)

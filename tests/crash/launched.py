"""The bot under the launcher: it kills itself at the points it is told."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any, Self

from tests.crash.process import ROOT, Bot, environment

if TYPE_CHECKING:
    from pathlib import Path


class Launcher:
    """The parent of all lives of one bot at a time: it has imported everything, and forks."""

    def __init__(self, bytecode: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(ROOT / "tests/crash/launcher.py")],
            cwd=ROOT,
            env=environment(bytecode),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._told: queue.SimpleQueue[int] = queue.SimpleQueue()
        self._listener = threading.Thread(target=self._listen, daemon=True)

    def __enter__(self) -> Self:
        self._listener.start()
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._listener.join(30)
        self._process.wait(30)

    def start(self, life: dict[str, Any]) -> int:
        """Begin a life; the process's number."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(life) + "\n")
        self._process.stdin.flush()
        return self._told.get(timeout=60)

    def ended(self) -> int | None:
        """How the life ended, or None while it goes on."""
        return None if self._told.empty() else self._told.get()

    def wait(self) -> int:
        """The same, when it has ended."""
        return self._told.get(timeout=30)

    def _listen(self) -> None:
        said = self._process.stdout
        assert said is not None
        with said:
            for line in said:
                self._told.put(int(line))


class Launched(Bot):
    """A bot whose lives `launcher` begins."""

    def __init__(
        self, config: Path, *, bytecode: Path, launcher: Launcher, limits: bool = False
    ) -> None:
        super().__init__(config, bytecode=bytecode)
        self.at: list[str] = []
        self.limits = limits
        self.people: dict[str, str] = {}
        self.trail = config.parent / "trail.txt"
        self._launcher = launcher
        self._number = 0
        self._status: int | None = 0

    def _passed(self, how: str) -> list[str]:
        lines = self.trail.read_text().splitlines() if self.trail.exists() else []
        return [line.partition(" ")[2] for line in lines if line.startswith(how)]

    @property
    def points(self) -> list[str]:
        """Every point passed so far, in every life."""
        return self._passed("")

    @property
    def deaths(self) -> list[str]:
        """The points at which it killed itself."""
        return self._passed("DIES")

    def start(self) -> None:
        self.log_begins()
        life = {"log": self.log, "config": self.config, "trail": self.trail}
        self._number = self._launcher.start(
            {name: str(file) for name, file in life.items()}
            | {"at": self.at, "people": self.people, "limits": self.limits}
        )
        self._status = None

    def log_begins(self) -> None:
        """A new life with an empty log."""
        self.lives += 1
        self._port = 0
        self.log.touch()
        self.starts.append(time.monotonic())

    def alive(self) -> bool:
        if self._status is None:
            self._status = self._launcher.ended()
            if self._status is not None:
                self._over()
        return self._status is None

    @property
    def killed(self) -> bool:
        """Whether the last life ended by SIGKILL."""
        return not self.alive() and self._status == -signal.SIGKILL

    def kill(self) -> None:
        """SIGKILL, whatever it is doing."""
        assert self.alive(), f"it ended by itself: {self.log.read_text()}"
        os.kill(self._number, signal.SIGKILL)
        self._status = self._launcher.wait()
        self._over()

    def stop(self) -> None:
        """SIGTERM; it must finish cleanly."""
        assert self.finishes(), self.log.read_text()

    def finishes(self) -> bool:
        """Ask it to; False where it killed itself before it had."""
        if self.alive():
            os.kill(self._number, signal.SIGTERM)
            self._status, self._port = self._launcher.wait(), 0
            if self.killed:
                self._over()
        assert self._status in (0, -signal.SIGKILL), self.log.read_text()
        return self._status == 0

    def abandon(self) -> None:
        if self.alive():
            os.kill(self._number, signal.SIGKILL)
            self._status = self._launcher.wait()

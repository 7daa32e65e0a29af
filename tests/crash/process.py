"""The real process: started, killed without a word, started again on the same data."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

SILENT_S = 0.15  # Python itself needs about that long before anything of ours runs
ROOT = Path(__file__).parent.parent.parent


def environment(bytecode: Path) -> dict[str, str]:
    """What a process of ours needs; `bytecode` spares all but the first the compiling."""
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": str(bytecode)}


class Bot:
    """`python -m bot run`, over several lives."""

    def __init__(self, config: Path, *, bytecode: Path) -> None:
        self.config = config
        self.lives = 0
        self.starts: list[float] = []
        self.kills: list[float] = []
        self._process: subprocess.Popen[bytes] | None = None
        self._port = 0
        self._environment = environment(bytecode)

    @property
    def log(self) -> Path:
        """What this life has said so far."""
        return self.config.parent / f"life-{self.lives:03d}.log"

    def start(self) -> None:
        """Begin a life; return at once."""
        self.lives += 1
        self.starts.append(time.monotonic())
        self._port = 0
        with self.log.open("wb") as out:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot", "run", "-c", str(self.config)],
                cwd=ROOT,
                env=self._environment,
                stdout=out,
                stderr=out,
            )

    @property
    def port(self) -> int:
        """Where its page is; 0 while it is not ready."""
        if not self._port:
            self._port = next((line["port"] for line in self.lines() if "port" in line), 0)
        return self._port

    def until_ready(self, *, seconds: float = 60) -> None:
        """Return when everything is usable."""
        end = time.monotonic() + seconds
        while not self.port:
            assert self.alive(), f"it ended by itself: {self.log.read_text()}"
            assert time.monotonic() < end, f"not ready in {seconds} s: {self.log.read_text()}"
            time.sleep(0.01)

    def life_at(self, moment: float) -> int:
        """Whose deed came then: a server may still be at a dead process's last request."""
        return sum(start + SILENT_S < moment for start in self.starts)

    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """SIGKILL, whatever it is doing."""
        assert self._process is not None
        assert self._process.poll() is None, f"it ended by itself: {self.log.read_text()}"
        self._process.kill()
        self._process.wait()
        self._over()

    def _over(self) -> None:
        self._port = 0
        self.kills.append(time.monotonic())

    def stop(self) -> None:
        """SIGTERM; it must finish cleanly."""
        assert self._process is not None
        self._process.terminate()
        status = self._process.wait(30)
        assert status == 0, f"it ended with {status}: {self.log.read_text()}"
        self._port = 0

    def abandon(self) -> None:
        """However the test ends, no process is left."""
        if self._process is not None and self.alive():
            self._process.kill()
            self._process.wait()

    def lines(self, life: int | None = None) -> list[dict[str, Any]]:
        """What a life has logged; the line at which it was killed may be half."""
        file = self.log if life is None else self.log.with_name(f"life-{life:03d}.log")
        whole = file.read_text().split("\n")[:-1] if file.exists() else []
        return [_read(line) for line in whole]

    def complaints(self) -> list[str]:
        """Everything of level error or worse that any life has logged, and what is no log line."""
        return [
            f"life {life}: {line}"
            for life in range(1, self.lives + 1)
            for line in self.lines(life)
            if line.get("level") not in ("debug", "info", "warning")
        ]

    def runs(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Another command on the same configuration, to its end."""
        return subprocess.run(
            [sys.executable, "-m", "bot", *arguments],
            cwd=ROOT,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


def _read(line: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        return {"unreadable": line}
    return found if isinstance(found, dict) else {"unreadable": line}

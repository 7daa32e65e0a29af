"""The command line as the operator has it: real processes, their words and their exit status."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bot.clock import SettableClock
from tests.police.story import Story, local, photo
from tests.tables import store_in

SAARBOT = [sys.executable, "-m", "bot"]


SECRET = "123456789:AAHfiqksKZ8WmR2zSjiQ7_v4TMAKdiHm9T0"


def saarbot(
    *args: str, cwd: Path, stdin: str = "", env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """One command, to its end."""
    return subprocess.run(
        [*SAARBOT, *args],
        cwd=cwd,
        input=stdin,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), **(env or {})},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def installed(tmp_path: Path, smtp_port: int = 9, *, more: str = "") -> Path:
    """A folder with a configuration in its usual place."""
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "saarbot.yaml").write_text(
        "data_dir: ../var\n"
        "http: {listen: 127.0.0.1:0}\n"
        "adapters:\n  webchat: {}\n"
        "mail:\n  from: saar@buurt.test\n"
        f"  smtp: {{host: 127.0.0.1, port: {smtp_port}, security: none}}\n"
        "neighbourhoods:\n  munsterbilzen:\n    name: Munsterbilzen\n    preset: bilzen\n"
        f"    police: {{mailbox: [wijk@politie.test]}}\n{more}"
    )
    return tmp_path


def with_a_night(folder: Path) -> Path:
    """One report with a picture in the log, from a night in November."""
    clock = SettableClock(local(12, 23, 14))
    store = store_in(folder / "var", clock)
    story = Story(store, clock)
    story.report("M-2026-0117")
    story.picture("M-2026-0117", photo())
    story.log("case.closed", "M-2026-0117", outcome="police", by="Buur 7")
    store.close()
    return folder


class Running:
    """A `saarbot run` and what it has said."""

    def __init__(self, folder: Path, *args: str) -> None:
        self.log = folder / "run.log"
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [*SAARBOT, "run", *args],
                cwd=folder,
                stderr=output,
                stdout=output,
                env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
            )

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def wait_until_ready(self) -> int:
        """The port it serves on."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self.log.read_text()
            text = self.log.read_text()
            if '"ready"' in text and text.endswith("\n"):
                return next(int(one["port"]) for one in self.lines() if one["event"] == "ready")
            time.sleep(0.05)
        raise AssertionError(f"not ready: {self.log.read_text()}")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        return self.process.wait(30)


@contextmanager
def running(folder: Path) -> Iterator[tuple[Running, int]]:
    bot = Running(folder)
    try:
        yield bot, bot.wait_until_ready()
    finally:
        if bot.process.poll() is None:
            bot.process.kill()
            bot.process.wait()

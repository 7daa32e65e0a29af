"""Whole processes: how soon `saarbot run` is ready, what it holds when idle, beside the peer.

The peer is a bare python-telegram-bot `Application` that polls. Both poll the same Bot API server
on loopback; ours also has a Signal server there, the web chat and everything else.

Both are started once before anything is measured: every start but the first after an installation
finds its modules compiled and its tables made. (Without that first start, ours would need about
0.1 s and 11 MB more, for Alembic; and compiling takes seconds where the shell forbids bytecode.)
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.adapters.signal.restapi import SignalServer
from tests.adapters.telegram.botapi import TOKEN, BotApiServer

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parent.parent
PATIENCE_S = 30.0
_CONFIG = """
data_dir: {data}
http: {{listen: "127.0.0.1:{port}"}}
adapters:
  telegram: {{token: "{token}", api_url: "{telegram}"}}
  signal: {{api_url: "{signal}", number: "{number}"}}
  webchat: {{}}
mail: {{from: saarbot@example.org, smtp: {{host: 127.0.0.1, port: 1, security: none}}}}
neighbourhoods:
  munsterbilzen: {{name: Munsterbilzen, preset: bilzen, police: {{mailbox: [wijk@politie.example]}}}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Idle:
    """Seconds from start to ready, and resident memory in MB once it has been idle."""

    ready_s: float
    rss_mb: float


def pairs(runs: int, *, rest_s: float, bytecode: Path) -> list[tuple[Idle, Idle]]:
    """Ours and the peer, in turns, on the same servers; once more before, unmeasured."""
    environment = _environment(bytecode)
    with (
        tempfile.TemporaryDirectory() as folder,
        BotApiServer() as telegram,
        SignalServer() as signal,
    ):

        def pair(rest_s: float) -> tuple[Idle, Idle]:
            ours = _ours(Path(folder), telegram, signal, rest_s, environment)
            return ours, _peer(telegram, rest_s, environment)

        pair(0)
        return [pair(rest_s) for _ in range(runs)]


def _environment(bytecode: Path) -> dict[str, str]:
    """Compiled modules are kept in `bytecode`."""
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": str(bytecode)}


def _ours(
    folder: Path,
    telegram: BotApiServer,
    signal: SignalServer,
    rest_s: float,
    environment: dict[str, str],
) -> Idle:
    port, file = _free_port(), folder / "saarbot.yaml"
    text = _CONFIG.format(
        data=folder / "data",
        port=port,
        token=TOKEN,
        telegram=telegram.url,
        signal=signal.url,
        number=signal.number,
    )
    file.write_text(text, "utf-8")
    command = [sys.executable, "-m", "bot", "run", "-c", str(file)]
    return _watch(command, lambda _process: _ready(port), rest_s, environment)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=1) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _peer(telegram: BotApiServer, rest_s: float, environment: dict[str, str]) -> Idle:
    script = str(ROOT / "bench" / "peers" / "ptb_idle.py")
    return _watch([sys.executable, script, telegram.url, TOKEN], _said_ready, rest_s, environment)


def _said_ready(process: subprocess.Popen[bytes]) -> bool:
    return process.stdout is not None and process.stdout.readline().strip() == b"ready"


def _watch(
    command: list[str],
    ready: Callable[[subprocess.Popen[bytes]], bool],
    rest_s: float,
    environment: dict[str, str],
) -> Idle:
    began = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603  # our own command
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    try:
        while not ready(process):
            if time.perf_counter() - began > PATIENCE_S or process.poll() is not None:
                raise RuntimeError(f"{' '.join(command)} was never ready")
            time.sleep(0.01)
        took = time.perf_counter() - began
        time.sleep(rest_s)
        return Idle(ready_s=took, rss_mb=_resident_mb(process.pid))
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE_S)


def _resident_mb(process: int) -> float:
    for line in Path(f"/proc/{process}/status").read_text("ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("this system doesn't tell a process's memory")


def demonstration(bytecode: Path) -> float:
    """Seconds that `saarbot demo --headless` takes, with its exit status 0."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "bot", "demo", "--headless"],
            cwd=folder,
            env=_environment(bytecode),
            check=True,
            stdout=subprocess.DEVNULL,
            timeout=120,
        )
        return time.perf_counter() - began

"""How `run` and `demo` begin, refuse to begin, and end."""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from tests.e2e.process import Saarbot, wait_until
from tests.e2e.web import WebPerson

pytestmark = pytest.mark.process

CONFIG = """
data_dir: data
http: {{listen: "127.0.0.1:{port}"}}
adapters: {{webchat: {{}}}}
mail:
  from: saarbot@example.org
  smtp: {{host: 127.0.0.1, port: 9, security: none}}
neighbourhoods:
  munsterbilzen:
    name: Munsterbilzen
    preset: bilzen
    invite_code: rozenstraat
    police: {{mailbox: [wijk@politie.example]}}
"""


@contextmanager
def taken_port() -> Iterator[int]:
    """A port on which somebody else listens."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def demo_runs(folder: Path) -> Iterator[tuple[Saarbot, str]]:
    """A demonstration that is served, and its address."""
    port = free_port()
    with Saarbot(folder, CONFIG.format(port=port)) as demo:
        demo.start("demo", "-c", str(demo.file))
        wait_until(lambda: "Open http" in demo.said(), told=demo.said, seconds=30)
        yield demo, f"http://127.0.0.1:{port}"


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly(tmp_path: Path, how: signal.Signals) -> None:
    """With a page open, exit 0; what was accepted is there after the next start."""
    with Saarbot(tmp_path, CONFIG.format(port=0)) as saarbot:
        saarbot.start().ready()
        person = WebPerson("Anna", saarbot.url)
        person.opens()
        person.says("/start rozenstraat").raise_for_status()
        person.reads("huisregels")
        assert saarbot.stop(how) == 0
        events = [line["event"] for line in saarbot.lines()]
        assert events[-1] == "saarbot has finished"
        assert saarbot.complaints() == []
        saarbot.log.unlink()
        saarbot.start().ready()
        person.url = saarbot.url
        person.opens()
        assert person.shows("huisregels")
        assert saarbot.stop(how) == 0


def test_a_second_run_on_the_same_data_is_refused(tmp_path: Path) -> None:
    """Exit 1 with a sentence that names the folder; the first goes on."""
    with Saarbot(tmp_path, CONFIG.format(port=0)) as saarbot:
        saarbot.start().ready()
        told = saarbot.configured("run", status=1)
        assert str(tmp_path / "data") in told
        assert "already works in" in told
        assert "Traceback" not in told
        assert requests.get(f"{saarbot.url}/readyz", timeout=10).ok
        assert saarbot.stop() == 0


def test_a_second_demonstration_leaves_the_first_alone(tmp_path: Path) -> None:
    """It is refused before it empties the folder in which the first one plays."""
    with demo_runs(tmp_path) as (demo, url):
        told = demo.configured("demo", status=1)
        assert str(tmp_path / "data") in told
        assert "Traceback" not in told
        assert "already works in" in demo.configured("demo", "--headless", status=1)
        assert "already works in" in demo.configured("run", status=1)
        assert requests.get(f"{url}/demo/state", timeout=10).json()["time"].startswith("23:")
        assert (tmp_path / "data" / "saarbot.db").exists()
        assert demo.stop() == 0


def test_a_demonstration_beside_a_run_is_refused(tmp_path: Path) -> None:
    """The real data stay."""
    with Saarbot(tmp_path, CONFIG.format(port=0)) as saarbot:
        saarbot.start().ready()
        assert "already works in" in saarbot.configured("demo", "--headless", status=1)
        assert saarbot.stop() == 0
        refused = saarbot.configured("demo", "--headless", status=2)
        assert "no demonstration" in refused
        assert (tmp_path / "data" / "saarbot.db").exists()


@pytest.mark.parametrize("command", ["run", "demo"])
def test_a_taken_port_is_told_with_its_number(tmp_path: Path, command: str) -> None:
    """Exit 1: the file, the key, the address, why, and what to do; no traceback."""
    with taken_port() as port, Saarbot(tmp_path, CONFIG.format(port=port)) as saarbot:
        told = saarbot.configured(command, status=1)
        assert (
            f"{saarbot.file}: http.listen: 127.0.0.1:{port} is taken by another program: " in told
        )
        assert f"or write another port, as {port + 1}" in told
        assert "Traceback" not in told

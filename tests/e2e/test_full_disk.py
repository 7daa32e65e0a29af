"""A disk without room: residents are told to call, the operator reads why, and it recovers.

The data directory is a small disk of its own in a mount namespace. Where such can't be made, the
process is allowed no larger files instead, which stops it writing just as well.
"""

from __future__ import annotations

import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import pytest
import requests

from tests.adapters.telegram.botapi import BotApiServer
from tests.e2e.process import Saarbot, wait_until
from tests.e2e.web import WebPerson

CONFIG = """
data_dir: data
http: {{listen: "127.0.0.1:0"}}
adapters:
  webchat: {{}}
  telegram: {{token: "{token}", api_url: "{url}"}}
neighbourhoods:
  munsterbilzen: {{name: Munsterbilzen, preset: bilzen, invite_code: rozenstraat}}
"""
CRY = "Ik kan nu niet doorgeven. Bel 101."
OWN_DISK = ("unshare", "-rm", "sh", "-c", 'mount -t tmpfs -o size=8m none data && exec "$@"', "sh")


class Disk(Protocol):
    """Where the process writes."""

    @property
    def before(self) -> tuple[str, ...]: ...

    def fills(self, saarbot: Saarbot) -> None: ...
    def has_room(self, saarbot: Saarbot) -> None: ...


class OwnDisk:
    """A disk of eight megabytes that only the process sees; we reach it through /proc."""

    before = OWN_DISK

    def fills(self, saarbot: Saarbot) -> None:
        with self._ballast(saarbot).open("wb", buffering=0) as ballast:
            try:
                while ballast.write(bytes(4096)):
                    continue
            except OSError:
                return

    def has_room(self, saarbot: Saarbot) -> None:
        self._ballast(saarbot).unlink()

    def _ballast(self, saarbot: Saarbot) -> Path:
        folder = saarbot.folder / "data" / "ballast"
        return Path(f"/proc/{saarbot.process.pid}/root{folder}")


class NoLargerFiles:
    """A limit on the size of any file that the process writes."""

    before = ()

    def fills(self, saarbot: Saarbot) -> None:
        largest = max(file.stat().st_size for file in (saarbot.folder / "data").iterdir())
        self._limit(saarbot, largest)

    def has_room(self, saarbot: Saarbot) -> None:
        self._limit(saarbot, resource.RLIM_INFINITY)

    def _limit(self, saarbot: Saarbot, size: int) -> None:
        limits = (size, resource.RLIM_INFINITY)
        resource.prlimit(saarbot.process.pid, resource.RLIMIT_FSIZE, limits)


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    (tmp_path / "data").mkdir(mode=0o700)
    tried = subprocess.run([*OWN_DISK, "true"], cwd=tmp_path, check=False, capture_output=True)
    return OwnDisk() if tried.returncode == 0 else NoLargerFiles()


@contextmanager
def running(folder: Path, disk: Disk) -> Iterator[tuple[Saarbot, BotApiServer]]:
    with BotApiServer() as telegram:
        config = CONFIG.format(token=telegram.token, url=telegram.url)
        with Saarbot(folder, config, before=disk.before) as saarbot:
            yield saarbot.start().ready(), telegram
            assert saarbot.stop() == 0
        assert telegram.violations == []


def usable(saarbot: Saarbot) -> bool:
    """What `/readyz` says of the store."""
    answer = requests.get(f"{saarbot.url}/readyz", timeout=10)
    well = bool(answer.json()["store"] == "ok")
    assert well or answer.status_code == 503
    return well


@pytest.mark.process
def test_a_full_disk_is_told_to_whoever_writes_and_to_the_operator(
    tmp_path: Path, disk: Disk
) -> None:
    """Nothing is lost: Telegram keeps the message, the page too, and both are answered later."""
    with running(tmp_path, disk) as (saarbot, telegram):
        anna, rita = telegram.user("Anna"), WebPerson("Rita", saarbot.url)
        rita.opens()
        anna.says("dag")
        telegram.wait_until(lambda: "Ik ken je nog niet" in "".join(anna.texts), seconds=30)

        disk.fills(saarbot)
        anna.says("/start rozenstraat")
        telegram.wait_until(lambda: CRY in anna.texts, seconds=30)
        refused = rita.says("/start rozenstraat")
        assert refused.status_code == 503
        assert refused.json()["text"] == CRY
        assert not any("huisregels" in text for text in anna.texts)
        why = [line["event"] for line in saarbot.lines() if line["level"] == "error"]
        assert any("nothing was written" in event for event in why), why
        assert telegram.waiting
        wait_until(lambda: not usable(saarbot), told=saarbot.said, seconds=30)

        disk.has_room(saarbot)
        telegram.wait_until(lambda: "huisregels" in anna.last.text, seconds=60)
        rita.says("/start rozenstraat").raise_for_status()
        rita.reads("huisregels")
        wait_until(lambda: not telegram.waiting, told=saarbot.said)
        wait_until(lambda: usable(saarbot), told=saarbot.said, seconds=30)

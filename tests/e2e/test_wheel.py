"""The wheel is whole: in an empty folder, with nothing of the checkout, the demonstration plays."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.e2e.process import ROOT

pytestmark = pytest.mark.process

HOLDS = (
    "config/commands.yaml",
    "config/demo.yaml",
    "config/saarbot.example.yaml",
    "config/presets/bilzen.yaml",
    "config/dialogues/report.yaml",
    "config/texts/nl/dialogue.yaml",
    "config/texts/en/alerts.yaml",
    "bot/police/rapport.typ",
    "bot/police/fonts/IBMPlexSans_400Regular.ttf",
    "bot/police/fonts/OFL.txt",
    "bot/store/migrations/env.py",
    "bot/store/migrations/versions/0001_first_tables.py",
    "bot/operations/demo/static/stage.html",
    "bot/operations/demo/static/stage.js",
    "adapters/webchat/static/page.html",
    "adapters/webchat/static/style.css",
    "adapters/webchat/static/js/main.js",
    "adapters/webchat/static/text/nl.json",
    "adapters/webchat/static/fonts/ibm-plex-sans-latin-400-normal.woff2",
    "adapters/webchat/static/fonts/OFL.txt",
    "bot/py.typed",
)


def done(words: Sequence[str], folder: Path, **environ: str) -> str:
    """What a command printed; AssertionError if it failed."""
    ended = subprocess.run(
        words,
        cwd=folder,
        env={**os.environ, **environ},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, f"{words}: {ended.returncode}\n{ended.stdout}{ended.stderr}"
    return ended.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built by the locked build backend, with no look-ups."""
    folder = tmp_path_factory.mktemp("wheel")
    done([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], ROOT)
    (made,) = folder.glob("saarbot-*-py3-none-any.whl")
    return made


def test_the_wheel_holds_everything_that_is_no_python(wheel: Path) -> None:
    """Scripts, texts, presets, fonts with their licence, migrations and pages; no tests."""
    with zipfile.ZipFile(wheel) as packed:
        names = set(packed.namelist())
    assert set(HOLDS) - names == set()
    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if ".dist-info" not in top} == {"bot", "adapters", "config"}
    assert "config/saarbot.yaml" not in names
    ours = {
        str(file.relative_to(ROOT))
        for top in ("bot", "adapters", "config")
        for file in (ROOT / top).rglob("*")
        if file.is_file() and file.parent.name != "__pycache__" and file.name != "saarbot.yaml"
    }
    assert ours - names == set()


def test_the_demonstration_plays_from_the_wheel(wheel: Path, tmp_path: Path) -> None:
    """In an empty folder: exit 0, a transcript with times, and a package that verifies."""
    installed, empty = tmp_path / "installed", tmp_path / "empty"
    empty.mkdir()
    pip = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    done([*pip, "--no-deps", "--no-index", "--target", str(installed), str(wheel)], empty)
    here = {"PYTHONPATH": str(installed)}
    look = "import bot, adapters, config; print(bot.__file__, adapters.__file__, config.__file__)"
    found = done([sys.executable, "-c", look], empty, **here).split()
    assert all(Path(each).is_relative_to(installed) for each in found), found
    saarbot = [sys.executable, "-m", "bot"]
    assert "saarbot" in done([*saarbot, "--version"], empty, **here)
    played = done([*saarbot, "demo", "--headless"], empty, **here)
    assert re.search(r"^23:15:\d\d +buur +Saarbot: MELDING M-2026-0001", played, re.MULTILINE)
    assert played.rstrip().endswith("Everything holds.")
    (mail,) = (empty / "var" / "demo" / "police-mailbox").glob("*.eml")
    done([*saarbot, "verify", str(mail)], empty, **here)
    assert [one.name for one in empty.iterdir()] == ["var"]

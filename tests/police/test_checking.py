"""VERIFY.txt is true where it lies, and its commands run as written."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from bot.police.export import Exporter
from tests.police.issued import packed
from tests.police.story import Story
from tests.police.test_export import exporter, made
from tests.tools import tool

__all__ = ["exporter"]

ROOT = Path(__file__).parents[2]
PROGRAMS = ("sha256sum", "shasum", "openssl", "saarbot")


async def package(kind: str, story: Story, exporter: Exporter, folder: Path) -> Path:
    """The zip as somebody gets it: from a mail, or as an export of a case or of everything."""
    story.night()
    if kind == "mail":
        return packed(story, folder / "made").file
    return await made(exporter, "zip", case="117" if kind == "case" else None)


def commands(text: str) -> list[str]:
    """Every line that names a program of a shell, once."""
    lines = [line.strip() for line in text.splitlines()]
    return list(dict.fromkeys(one for one in lines if one.split(" ")[0] in PROGRAMS))


def run(command: str, folder: Path, bin_: Path) -> subprocess.CompletedProcess[str]:
    """In a shell that stands in the unpacked folder, as the text says."""
    bin_.mkdir(exist_ok=True)
    starter = bin_ / "saarbot"
    starter.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m bot "$@"\n')
    starter.chmod(0o755)
    return subprocess.run(
        ["sh", "-c", command],
        cwd=folder,
        env={**os.environ, "PATH": f"{bin_}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("kind", ["mail", "case", "period"])
async def test_every_command_runs_as_written(
    story: Story, exporter: Exporter, tmp_path: Path, kind: str
) -> None:
    """From the unpacked folder, one after the other: each is content; after one changed byte each
    that looks at that file is not."""
    tool("sha256sum")
    tool("shasum")
    file = await package(kind, story, exporter, tmp_path)
    with zipfile.ZipFile(file) as archive:
        archive.extractall(tmp_path / "unpacked")
    folder = tmp_path / "unpacked" / file.stem
    text = (folder / "VERIFY.txt").read_text()
    found = commands(text)
    assert [one.split()[0] for one in found] == [
        *("sha256sum", "sha256sum", "shasum", "shasum", "saarbot"),
    ]
    for command in found:
        done = run(command, folder, tmp_path / "bin")
        assert done.returncode == 0, (command, done.stdout, done.stderr)
    log = folder / "data/log.jsonl"
    log.write_bytes(log.read_bytes().replace(b"Kloosterstraat", b"Kerkstraat"))
    for command in (found[0], found[2], found[4]):
        assert run(command, folder, tmp_path / "bin").returncode != 0, command


@pytest.mark.parametrize("kind", ["case", "period"])
async def test_an_export_speaks_of_no_mail_of_its_own(
    story: Story, exporter: Exporter, tmp_path: Path, kind: str
) -> None:
    """Made on request, never mailed, no number: nothing says otherwise, in either language."""
    file = await package(kind, story, exporter, tmp_path)
    with zipfile.ZipFile(file) as archive:
        told = {Path(name).name: archive.read(name).decode("utf-8", "replace")
                for name in archive.namelist() if name.endswith(".txt")}  # fmt: skip
    for words in ("die in de mail", "those in the mail", "dit pakket dat verstuurd"):
        assert words not in told["VERIFY.txt"]
    assert "Dit is een export" in told["VERIFY.txt"]
    assert "This is an export" in told["VERIFY.txt"]
    assert "Ze staat op elk blad van het rapport en in keten/head.json." in told["toelichting.txt"]
    assert "in de mail" not in told["toelichting.txt"]
    pdf = tmp_path / "rapport.pdf"
    with zipfile.ZipFile(file) as archive:
        pdf.write_bytes(archive.read(f"{file.stem}/data/rapport.pdf"))
    text = subprocess.run(
        [tool("pdftotext"), "-layout", pdf, "-"], capture_output=True, text=True, check=True
    ).stdout
    assert "sinds deze export het huis verliet" in " ".join(text.split())
    assert "Ze staat ook in de mail" not in " ".join(text.split())


async def test_the_report_alone_promises_nothing_that_does_not_come_along(
    story: Story, exporter: Exporter, tmp_path: Path
) -> None:
    """An export as PDF has no zip beside it: it says where log and files are to be had."""
    story.night()
    file = await made(exporter, "pdf", case="117")
    text = subprocess.run(
        [tool("pdftotext"), "-layout", file, "-"], capture_output=True, text=True, check=True
    ).stdout
    flat = " ".join(text.split())
    assert "de bestanden zelf zitten in de export als zip" in flat
    assert "log.jsonl zit in de export als zip" in flat
    assert "zie VERIFY.txt in het zipbestand" not in flat


async def test_the_mail_that_holds_an_exports_last_entry_has_the_same_value(
    story: Story, exporter: Exporter, tmp_path: Path
) -> None:
    """What VERIFY.txt of an export says about the police's own log is so."""
    import json

    file = await package("case", story, exporter, tmp_path)
    mail = packed(story, tmp_path / "mail").file

    def read(zipped: Path, name: str) -> str:
        with zipfile.ZipFile(zipped) as archive:
            return archive.read(f"{zipped.stem}/{name}").decode()

    head = json.loads(read(file, "keten/head.json"))
    lines = [json.loads(line) for line in read(mail, "data/log.jsonl").splitlines()]
    (same,) = [line for line in lines if line["n"] == head["last"]]
    assert same["hash"] == head["head"]
    assert f"regel {head['last']}" in read(file, "VERIFY.txt")

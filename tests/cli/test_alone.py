"""Commands with nobody running: they take the store themselves."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest

from tests.cli.command import installed, saarbot, with_a_night


def test_init_then_check_then_status(tmp_path: Path) -> None:
    """The first five minutes of an operator, without a network."""
    begun = saarbot("init", cwd=tmp_path, stdin="\n" * 9)
    assert begun.returncode == 0
    assert re.search(r"/start beheer-[A-Z2-9]{8}", begun.stdout)
    assert "Next: `saarbot check`, then `saarbot run`." in begun.stdout
    assert re.search(r"the web chat is at http://127.0.0.1:80\d\d/", begun.stdout)
    elsewhere = saarbot("-c", "my own.yaml", "init", cwd=tmp_path, stdin="\n" * 9).stdout
    assert (
        "Next: `saarbot -c 'my own.yaml' check`, then `saarbot -c 'my own.yaml' run`." in elsewhere
    )

    checked = saarbot("check", "--offline", cwd=tmp_path)
    assert "configuration  " in checked.stdout
    assert "left out (--offline)" in checked.stdout

    status = saarbot("status", cwd=tmp_path)
    assert status.returncode == 0
    assert status.stdout.startswith("Saarbot is not running.")


def test_status_before_the_first_run_says_so(tmp_path: Path) -> None:
    """No database is made by looking for it."""
    done = saarbot("status", cwd=installed(tmp_path))
    assert done.returncode == 1
    assert "there is no database in" in done.stderr
    assert not (tmp_path / "var").exists()


def test_an_export_is_made_here_and_verifies(tmp_path: Path) -> None:
    """A zip in the current folder, accepted by `verify`, also with its head given."""
    folder = with_a_night(installed(tmp_path))
    done = saarbot("export", "--case", "117", cwd=folder)
    assert done.returncode == 0, done.stderr
    file = Path(done.stdout.strip())

    assert file.parent == folder
    assert zipfile.ZipFile(file).testzip() is None
    verified = saarbot("verify", str(file), cwd=folder)
    assert verified.returncode == 0
    assert verified.stdout.endswith("Everything holds.\n")
    assert not list((folder / "var" / "exports").iterdir())


@pytest.mark.parametrize("kind", ["csv", "jsonl", "pdf"])
def test_an_export_goes_where_it_is_asked(tmp_path: Path, kind: str) -> None:
    """`-o` may name a file or a folder; a period covers its last day whole."""
    folder = with_a_night(installed(tmp_path))
    period = ("--since", "2026-11-12", "--until", "2026-11-12", "--format", kind)
    named = saarbot("export", *period, "-o", f"out.{kind}", cwd=folder)
    (folder / "into").mkdir()
    inside = saarbot("export", *period, "-o", "into", cwd=folder)

    assert (named.returncode, inside.returncode) == (0, 0), named.stderr + inside.stderr
    assert (folder / f"out.{kind}").stat().st_size > 100
    assert [one.suffix for one in (folder / "into").iterdir()] == [f".{kind}"]


def test_an_export_of_nothing_is_exit_1_and_says_why(tmp_path: Path) -> None:
    """A case that isn't there, and a folder that can't be written."""
    folder = with_a_night(installed(tmp_path))
    absent = saarbot("export", "--case", "999", cwd=folder)
    nowhere = saarbot("export", "-o", "no/such/folder.zip", cwd=folder)

    assert (absent.returncode, nowhere.returncode) == (1, 1)
    assert absent.stderr == "saarbot: there is no case 999\n"
    assert "can't be written" in nowhere.stderr


def test_verify_finds_a_changed_byte_and_names_it(tmp_path: Path) -> None:
    """Exit 1, and which file was changed."""
    folder = with_a_night(installed(tmp_path))
    file = Path(saarbot("export", cwd=folder).stdout.strip())
    forged = folder / "forged.zip"
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(forged, "w") as new:
        for info in old.infolist():
            data = old.read(info)
            new.writestr(
                info, data[:-9] + b"X" + data[-8:] if "log.jsonl" in info.filename else data
            )
    done = saarbot("verify", str(forged), cwd=folder)

    assert done.returncode == 1
    assert "log.jsonl was changed" in done.stdout
    assert "It doesn't hold." in done.stdout


def test_verify_of_something_else(tmp_path: Path) -> None:
    """What isn't there is a wrong call; what is no package fails."""
    (tmp_path / "x.txt").write_text("x")
    (tmp_path / "x.eml").write_text("Subject: x\n\nx\n")

    assert saarbot("verify", "absent.zip", cwd=tmp_path).returncode == 2
    plain = saarbot("verify", "x.txt", cwd=tmp_path)
    assert (plain.returncode, "neither a package nor" in plain.stderr) == (1, True)
    mail = saarbot("verify", "x.eml", cwd=tmp_path)
    assert (mail.returncode, "carries no package" in mail.stderr) == (1, True)


def test_verify_reads_the_stores_own_chain(tmp_path: Path) -> None:
    """A data directory is checked entry by entry, and its pictures byte by byte."""
    folder = with_a_night(installed(tmp_path))
    done = saarbot("verify", "var", cwd=folder)
    assert done.returncode == 0
    assert "Chain munsterbilzen: all " in done.stdout

    picture = next(one for one in (folder / "var" / "vault").rglob("*") if one.is_file())
    picture.chmod(0o600)
    picture.write_bytes(b"another")
    damaged = saarbot("verify", "var", cwd=folder)
    assert damaged.returncode == 1
    assert "is damaged" in damaged.stdout

"""How `saarbot` is called: help, wrong calls, configurations, and what a mistake is told."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.command import installed, saarbot, with_a_night


def test_help_names_every_command_and_loads_nothing_heavy(tmp_path: Path) -> None:
    """`--help` answers at once: no database, no web server, no YAML is imported for it."""
    script = (
        "import sys; sys.argv = ['saarbot', '--help']\n"
        "from bot.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print(sorted({'yaml', 'sqlalchemy', 'starlette', 'telegram', 'typst'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.endswith("[]\n")
    for name in ("run", "demo", "check", "init", "export", "digest", "verify", "status"):
        assert re.search(rf"^    {name} ", done.stdout, re.MULTILINE)


def test_help_says_where_the_configuration_comes_from(tmp_path: Path) -> None:
    """Every command looks at SAARBOT_CONFIG but the demonstration, which has its own."""
    for name in ("run", "check", "status"):
        said = " ".join(saarbot(name, "--help", cwd=tmp_path).stdout.split())
        assert "(default: SAARBOT_CONFIG, else config/saarbot.yaml)" in said
    said = " ".join(saarbot("demo", "--help", cwd=tmp_path).stdout.split())
    assert "(default: the demonstration's own; SAARBOT_CONFIG is not looked at)" in said


def test_the_version_is_the_packages(tmp_path: Path) -> None:
    """`--version` is what a bug report begins with."""
    done = saarbot("--version", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "saarbot 0.1.0\n")


@pytest.mark.parametrize(
    "args",
    [
        (),
        ("fly",),
        ("purge",),
        ("import", "whatsapp", "x.zip"),
        ("run", "--fast"),
        ("verify",),
    ],
)
def test_a_wrong_call_is_exit_2(tmp_path: Path, args: tuple[str, ...]) -> None:
    """Unknown commands and options, and commands of later versions, are a wrong call."""
    done = saarbot(*args, cwd=tmp_path)
    assert done.returncode == 2
    assert "usage:" in done.stderr


def test_an_export_lists_the_formats_that_there_are(tmp_path: Path) -> None:
    """`--help` names each format that can be made, and none that can't."""
    told = " ".join(saarbot("export", "--help", cwd=tmp_path).stdout.split())
    assert "one of zip, pdf, csv, jsonl (default: zip)" in told
    for later in ("geojson", "kml", "cap,"):
        assert later not in told


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (
            ("--format", "kml"),
            "--format kml is not in this version; there are zip, pdf, csv, jsonl",
        ),
        (("--format", "docx"), "--format docx is not in this version; there are zip, pdf,"),
        (("--redact", "plates"), "--redact is not in this version"),
        (("--since", "yesterday"), "--since 'yesterday': write a date as 2026-11-01"),
        (("--since", "2026-11-02", "--until", "2026-11-01"), "--since must lie before --until"),
        (("--case", "1", "--since", "2026-11-02"), "--case and --since or --until exclude"),
        (("--neighbourhood", "x"), "--neighbourhood x is none of munsterbilzen"),
    ],
)
def test_an_export_that_is_not_clear_is_exit_2(
    tmp_path: Path, args: tuple[str, ...], words: str
) -> None:
    """The message says what would be right, before anything is opened."""
    done = saarbot("export", *args, cwd=installed(tmp_path))
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr


@pytest.mark.parametrize("command", ["run", "status", "digest", "export", "check", "init"])
def test_an_unknown_key_is_exit_2_with_file_line_and_the_nearest(
    tmp_path: Path, command: str
) -> None:
    """Every command reads the configuration first, and says all that is wrong with it."""
    installed(tmp_path, more="    gate101: strict\ntimezon: Europe/Brussels\n")
    done = saarbot(command, cwd=tmp_path)
    told = done.stdout + done.stderr

    assert done.returncode == 2
    assert (
        "config/saarbot.yaml:13: neighbourhoods.munsterbilzen.gate101: unknown key; did you "
        in (told)
    )
    assert "config/saarbot.yaml:14: timezon: unknown key; did you mean timezone?" in told
    assert "Traceback" not in told


def test_no_configuration_names_the_cure(tmp_path: Path) -> None:
    """Whoever starts in an empty folder learns of `init`."""
    done = saarbot("status", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr == (
        "saarbot: config/saarbot.yaml: there is no such file; `saarbot init` writes one\n"
    )


def test_the_configuration_is_found_by_option_and_by_environment(tmp_path: Path) -> None:
    """`-c` before or behind the command wins over SAARBOT_CONFIG, which wins over the default."""
    for name in ("env", "option"):
        (tmp_path / f"{name}.yaml").write_text(f"{name}: 1\n")
    env = {"SAARBOT_CONFIG": "env.yaml"}

    assert "env.yaml:1" in saarbot("status", cwd=tmp_path, env=env).stderr
    assert "option.yaml:1" in saarbot("-c", "option.yaml", "status", cwd=tmp_path, env=env).stderr
    assert "option.yaml:1" in saarbot("status", "-c", "option.yaml", cwd=tmp_path, env=env).stderr


def test_a_reader_that_leaves_early_is_no_traceback(tmp_path: Path) -> None:
    """`saarbot status | head -1` ends quietly."""
    folder = with_a_night(installed(tmp_path))
    command = f"{sys.executable} -m bot status | true"
    root = str(Path(__file__).parents[2])
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": root},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["run", "status", "digest", "export", "init", "verify"])
def test_a_damaged_database_is_a_sentence(tmp_path: Path, command: str) -> None:
    """Which file, and the cure; no command shows a traceback."""
    file = installed(tmp_path) / "var" / "saarbot.db"
    file.parent.mkdir(mode=0o700)
    file.write_bytes(b"no database " * 1000)
    done = saarbot(command, *(["var"] if command == "verify" else []), cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.endswith("saarbot.db is damaged: put the last backup back\n")
    assert done.stderr.count("\n") == 1


def test_a_mistake_of_its_own_is_a_line_of_the_log(tmp_path: Path) -> None:
    """Where it happened, never the error's words: they may quote what somebody wrote."""
    folder = installed(tmp_path)
    (folder / "var").mkdir(mode=0o700)
    sqlite3.connect(folder / "var" / "saarbot.db").execute("CREATE TABLE other (a)").close()
    done = saarbot("status", cwd=folder)
    told = json.loads(done.stderr)
    assert done.returncode == 1
    assert told["event"] == "saarbot ended by a mistake of its own"
    assert told["error"] == "OperationalError"
    assert "no such table" not in done.stderr


def test_a_data_directory_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    """A file in its place, and `run` says which."""
    folder = installed(tmp_path)
    (folder / "var").write_text("in the way")
    done = saarbot("run", cwd=folder)

    assert done.returncode == 1
    assert done.stderr == (
        f"saarbot: config/saarbot.yaml: data_dir: {folder / 'var'} can't be made, and nothing can be "
        f"kept: {folder / 'var'} is no folder: move that away, or name another folder\n"
    )

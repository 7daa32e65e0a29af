"""deploy/saarbot.service: every claim of the unit that the code must keep, and the other way round."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from bot import app, cli
from bot.operations import http, running
from bot.operations.init import _usual_folder
from bot.police import smtp
from tests.tools import tool

ROOT = Path(__file__).parents[2]
FILE = ROOT / "deploy" / "saarbot.service"
FENCE = Path(__file__).with_name("fence.py")


def unit() -> dict[str, list[str]]:
    """The values of each key, in order."""
    found: dict[str, list[str]] = defaultdict(list)
    for line in FILE.read_text("utf-8").splitlines():
        if line and not line.startswith(("#", "[")):
            key, _, value = line.partition("=")
            found[key].append(value)
    return found


def only(key: str) -> str:
    (value,) = unit()[key]
    return value


def comments() -> str:
    lines = FILE.read_text("utf-8").splitlines()
    return "\n".join(line.removeprefix("#").strip() for line in lines if line.startswith("#"))


def test_systemd_finds_nothing_wrong_with_it(tmp_path: Path) -> None:
    """No unknown key, no value that would be ignored; only the program isn't where it will be."""
    program = tmp_path / "saarbot"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    copy = tmp_path / FILE.name
    copy.write_text(
        FILE.read_text("utf-8").replace("/opt/saarbot/bin/saarbot run", f"{program} run")
    )
    done = subprocess.run(
        [tool("systemd-analyze"), "verify", copy], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_it_starts_what_the_readme_installs() -> None:
    """The program's place, and a command that the front door knows."""
    program, *words = shlex.split(only("ExecStart"))
    readme = (ROOT / "README.md").read_text("utf-8")
    assert f"python3 -m venv {Path(program).parents[1]}" in readme
    assert cli._parser().parse_args(words).command is cli._run


def test_the_configuration_is_where_the_program_looks() -> None:
    """The unit's variable is ours, its comment's `init` writes there, and both mean one folder."""
    variable, _, file = only("Environment").partition("=")
    assert variable == cli.VARIABLE
    assert f"saarbot init -c {file} " in comments()
    assert only("EnvironmentFile") == f"-{Path(file).parent}/environment"


def test_the_only_folder_that_may_be_written_is_the_one_that_init_proposes() -> None:
    """`ProtectSystem=strict` leaves the state directory; a data_dir elsewhere could not be written."""
    file = Path(only("Environment").partition("=")[2])
    state = f"/var/lib/{only('StateDirectory')}"
    assert only("ProtectSystem") == "strict"
    assert _usual_folder(file) == state == only("WorkingDirectory")
    assert f"data_dir: {state}" in comments()
    assert only("StateDirectoryMode") == "0700"  # else `check` names it as open to others
    assert only("UMask") == "0077"
    assert not any(key.startswith("ReadWritePaths") for key in unit())


def test_a_wrong_configuration_is_not_started_again_and_all_else_is() -> None:
    """Exit 2 waits for somebody; a taken port or a server that isn't there yet may mend itself."""
    assert only("Restart") == "on-failure"
    assert only("RestartPreventExitStatus") == str(cli.WRONG)
    assert cli.FAILED not in (0, cli.WRONG)


def test_it_is_told_to_stop_as_the_program_expects_and_given_the_time() -> None:
    """Longer than the program itself waits, and than a mail server may keep a sent mail waiting."""
    assert only("KillSignal") == signal.SIGTERM.name
    assert "signal.SIGTERM" in Path(running.__file__).read_text("utf-8")
    patience = float(only("TimeoutStopSec"))
    # Tasks, web server, adapters and store, one after the other.
    assert patience > 4 * app.END_S + app.AGAIN_S
    assert patience > smtp.TIMEOUT_S + app.END_S


def test_it_waits_for_no_word_that_the_program_never_says() -> None:
    """The program tells systemd nothing: a unit that waits for it would never be up."""
    assert only("Type") == "exec"
    assert "WatchdogSec" not in unit()
    sources = [*(ROOT / "bot").rglob("*.py"), *(ROOT / "adapters").rglob("*.py")]
    assert not [one for one in sources if "NOTIFY_SOCKET" in one.read_text("utf-8")]


def test_it_may_open_as_many_files_as_the_program_would_take() -> None:
    assert int(only("LimitNOFILE")) == http._FILES


def calls() -> list[str]:
    """The system calls that stay: the first set, without the later ones that begin with ~."""
    allowed: set[str] = set()
    for value in unit()["SystemCallFilter"]:
        some = set().union(*(_in(name) for name in value.removeprefix("~").split()))
        allowed = allowed - some if value.startswith("~") else allowed | some
    return sorted(allowed)


def _in(name: str) -> set[str]:
    """The calls of a set, and of those within it."""
    if not name.startswith("@"):
        return {name}
    done = subprocess.run(
        [tool("systemd-analyze"), "syscall-filter", name],
        capture_output=True,
        text=True,
        check=True,
    )
    found = re.findall(r"^ +([@a-z0-9_]\S*)$", done.stdout, re.MULTILINE)
    return set().union(*(_in(one) for one in found))


@pytest.mark.process
def test_the_whole_story_plays_within_the_fence(tmp_path: Path) -> None:
    """From the first tap to the police mail and its PDF, without a call, a kind of socket or memory
    that the unit forbids. In the same fence what it forbids is refused.
    """
    fence = tmp_path / "fence.json"
    told = {
        "calls": calls(),
        "families": [socket.AddressFamily[one] for one in only("RestrictAddressFamilies").split()],
        "writable_code": only("MemoryDenyWriteExecute") != "yes",
    }
    fence.write_text(json.dumps(told))

    def within(*command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, str(FENCE), str(fence), sys.executable, *command],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=110,
            check=False,
        )

    for forbidden in ("os.chown('.', 0, 0)", "os.nice(1)", "mmap.mmap(-1, 9, prot=6)"):
        outside = within("-c", f"import mmap, os; {forbidden}")
        assert "PermissionError" in outside.stderr, forbidden
    netlink = within("-c", "import socket; socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)")
    assert "Address family not supported" in netlink.stderr

    played = within("-m", "bot", "demo", "--headless")
    assert played.returncode == 0, played.stderr
    (mail,) = (tmp_path / "var" / "demo" / "police-mailbox").glob("*.eml")
    assert b"rapport.pdf" in mail.read_bytes()

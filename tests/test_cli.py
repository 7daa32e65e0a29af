"""The command line as the operator has it: real processes, their words and their exit status."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

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
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent), **(env or {})},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


class Mailbox:
    """A mail server that keeps what it gets, or refuses it."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []
        self.answer = "250 ok"

    async def handle_DATA(self, _s: Any, _x: Any, envelope: Any) -> str:  # noqa: N802
        if self.answer.startswith("250"):
            self.mails.append(envelope.content)
        return self.answer


class _FreePort(Controller):
    """A controller that knocks at the port it was given for 0."""

    def _trigger_server(self) -> None:
        server: Any = self.server
        self.port = server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]  # aiosmtpd has no types here


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    handler = Mailbox()
    controller = _FreePort(handler, hostname="127.0.0.1", port=0)
    controller.start()
    yield handler, controller.port
    controller.stop()


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
                env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)},
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


# --- the call --------------------------------------------------------------------------------


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
        cwd=Path(__file__).parent.parent,
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
    root = str(Path(__file__).parent.parent)
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


# --- with nobody running ---------------------------------------------------------------------


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


# --- beside a running bot --------------------------------------------------------------------


@pytest.mark.process
def test_a_bot_serves_and_finishes_cleanly(tmp_path: Path) -> None:
    """It is healthy and ready, tells its figures, and ends with 0 at SIGTERM and SIGINT."""
    folder = installed(tmp_path)
    for how in (signal.SIGTERM, signal.SIGINT):
        with running(folder) as (bot, port):
            for path, words in (
                ("healthz", "ok"),
                ("readyz", '"store":"ok"'),
                ("metrics", "saarbot_build_info"),
                ("", "<html"),
            ):
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}") as answer:
                    assert words in answer.read().decode()
            assert bot.stop(how) == 0
            assert bot.lines()[-1]["event"] == "saarbot has finished"
            assert f"web chat: http://127.0.0.1:{port}" in [line["event"] for line in bot.lines()]


@pytest.mark.process
def test_a_second_bot_on_the_same_data_is_refused(tmp_path: Path) -> None:
    """Only a second `run` is refused; it says which folder is taken."""
    folder = installed(tmp_path)
    with running(folder) as (bot, _):
        second = saarbot("run", cwd=folder)
        assert second.returncode == 1
        assert f"another saarbot already works in {folder / 'var'}" in second.stderr
        assert "Traceback" not in second.stderr
        assert bot.process.poll() is None


@pytest.mark.process
def test_every_command_works_beside_a_running_bot(
    tmp_path: Path, mailbox: tuple[Mailbox, int]
) -> None:
    """status, check, init, export, digest and verify, all while the bot runs on."""
    handler, smtp_port = mailbox
    folder = with_a_night(installed(tmp_path, smtp_port))
    with running(folder) as (bot, _):
        status = json.loads(saarbot("status", "--json", cwd=folder).stdout)
        assert status["running"]
        assert status["parts"]["webchat"] == {"ok": True, "detail": "connected"}
        assert status["chains"][0]["chain"] == "munsterbilzen"

        checked = saarbot("check", cwd=folder)
        assert "saarbot is running" in checked.stdout
        assert "taken by the mail server" in checked.stdout

        assert "beheer-" in saarbot("init", cwd=folder).stdout

        exported = saarbot("export", "--case", "117", cwd=folder)
        assert exported.returncode == 0, exported.stderr
        assert saarbot("verify", exported.stdout.strip(), cwd=folder).returncode == 0

        would = saarbot("digest", "--now", "--dry-run", cwd=folder)
        assert would.stdout == ("munsterbilzen P-0001 to wijk@politie.test: would be sent\n")
        assert not handler.mails

        sent = saarbot("digest", "--now", cwd=folder)
        assert sent.returncode == 0, sent.stdout + sent.stderr
        assert sent.stdout == "munsterbilzen P-0001 to wijk@politie.test: accepted\n"
        assert len(handler.mails) == 1

        (folder / "mail.eml").write_bytes(handler.mails[0])
        mail = saarbot("verify", "mail.eml", cwd=folder)
        assert mail.returncode == 0, mail.stdout
        assert saarbot("verify", "var", cwd=folder).returncode == 0

        words = saarbot("status", cwd=folder).stdout
        assert "Police mail munsterbilzen: P-0001 accepted" in words
        assert bot.process.poll() is None
        assert bot.stop() == 0


@pytest.mark.process
def test_a_digest_that_the_server_refuses_is_exit_1_with_its_words(
    tmp_path: Path, mailbox: tuple[Mailbox, int]
) -> None:
    """The command returns when the server has answered, and tells the answer."""
    handler, smtp_port = mailbox
    handler.answer = "554 5.7.1 rejected by policy"
    folder = with_a_night(installed(tmp_path, smtp_port))
    with running(folder):
        done = saarbot("digest", "--now", cwd=folder)
    assert done.returncode == 1
    assert "munsterbilzen P-0001 to wijk@politie.test: refused: " in done.stdout
    assert "rejected by policy" in done.stdout


@pytest.mark.process
def test_the_logs_of_a_run_hold_no_secret_number_or_text(tmp_path: Path) -> None:
    """A messenger that fails all the time, a mailbox, a token: none of it stands in the log."""
    folder = with_a_night(installed(tmp_path))
    file = folder / "config" / "saarbot.yaml"
    file.write_text(
        file.read_text().replace(
            "  webchat: {}\n",
            "  webchat: {}\n"
            f"  telegram: {{token: '{SECRET}', api_url: 'http://127.0.0.1:9'}}\n"
            "  signal: {number: '+32470123456', api_url: 'http://127.0.0.1:9'}\n",
        )
        + "    coordinators: ['signal:+32470000001', 'telegram:111111111']\n"
    )
    bot = Running(folder)
    try:
        deadline = time.monotonic() + 30
        while not all(f'"{name}: ' in bot.log.read_text() for name in ("telegram", "signal")):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        saarbot("digest", "--now", cwd=folder)
        assert bot.stop() == 0
    finally:
        if bot.process.poll() is None:
            bot.process.kill()
            bot.process.wait()
    text = bot.log.read_text()

    assert all({"time", "level", "room", "event"} <= line.keys() for line in bot.lines())
    for personal in (SECRET, "32470", "111111111", "wijk@politie", "Kloosterstraat", "autodeuren"):
        assert personal not in text


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

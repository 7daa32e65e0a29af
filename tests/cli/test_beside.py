"""Commands beside a running bot: handed to it, waited for, and told."""

from __future__ import annotations

import json
import signal
import time
import urllib.request
from pathlib import Path

import pytest

from tests.cli.command import SECRET, Running, installed, running, saarbot, with_a_night
from tests.cli.conftest import Mailbox


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
def test_a_bot_without_a_messenger_runs_and_ends_cleanly(tmp_path: Path) -> None:
    """`check` says that nobody can reach it; mails and commands still go, and nothing breaks."""
    folder = installed(tmp_path)
    file = folder / "config" / "saarbot.yaml"
    file.write_text(file.read_text().replace("adapters:\n  webchat: {}\n", ""))
    with running(folder) as (bot, _):
        assert bot.stop() == 0


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

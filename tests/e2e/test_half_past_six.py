"""The police's mail leaves at 06:30 without anyone thinking of it."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from datetime import time
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.faked import BRUSSELS, FakedTime
from tests.e2e.mailserver import mail_server
from tests.e2e.process import Saarbot, wait_until
from tests.e2e.web import WebPerson

CONFIG = """
data_dir: data
timezone: Europe/Brussels
http: {{listen: "127.0.0.1:0"}}
adapters: {{webchat: {{}}}}
mail:
  from: saarbot@example.org
  smtp: {{host: 127.0.0.1, port: {port}, security: none}}
neighbourhoods:
  munsterbilzen:
    name: Munsterbilzen
    preset: bilzen
    invite_code: rozenstraat
    streets: [Kerkstraat, Rozenstraat]
    police: {{mailbox: [wijk@politie.example], at: "06:30", on_close: false, empty: weekly}}
"""


def coordinator_code(saarbot: Saarbot) -> str:
    """The line that `saarbot init` prints for the first coordinator."""
    printed = saarbot.configured("init")
    return next(line.strip() for line in printed.splitlines() if "/start beheer-" in line)


@pytest.mark.process
def test_the_mail_leaves_at_half_past_six_untouched_by_anyone(tmp_path: Path) -> None:
    """The real process over 06:30 local time: one mail, of what was said before, at that minute."""
    faked = FakedTime(tmp_path)
    faked.turn_to(time(6, 28))
    with mail_server(tmp_path / "mailbox") as mailbox:
        config = CONFIG.format(port=mailbox.port)
        with Saarbot(tmp_path, config, environ=faked.environ) as saarbot:
            line = coordinator_code(saarbot)
            saarbot.start().ready()
            els = WebPerson("Els", saarbot.url)
            els.opens()
            els.says(line).raise_for_status()
            els.reads("Welkom")
            reports(els)
            assert mailbox.mails() == []

            faked.turn_to(time(6, 29, 57))
            wait_until(mailbox.mails, told=saarbot.said, seconds=15)
            els.reads("Mail P-0001 is verstuurd")

            (mail,) = mailbox.mails()
            message: Any = message_from_bytes(mail.read_bytes(), policy=default)
            sent = message["Date"].datetime.astimezone(BRUSSELS)
            assert (sent.hour, sent.minute) == (6, 30)
            assert message["Subject"].startswith("[SAAR Munsterbilzen P-0001 1/1]")
            assert message["Auto-Submitted"] == "auto-generated"
            assert "KERKSTRAAT 12" in message.get_body(("plain",)).get_content()
            assert "Everything holds" in saarbot.command("verify", str(mail))
            assert saarbot.stop() == 0
            assert mailbox.mails() == [mail]


@pytest.mark.process
def test_why_a_mail_waits_is_told_to_the_operator(tmp_path: Path) -> None:
    """With no mail server there: in the log, by `digest` and by `status`, without an address."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        # Nothing was reported yet: only where silence is always told is there a mail to send.
        config = CONFIG.format(port=nobody.getsockname()[1]).replace("weekly", "always")
        with Saarbot(tmp_path, config) as saarbot:
            saarbot.start().ready()
            why = "no connection: Connection refused"
            assert why in saarbot.configured("digest", "--now", status=1)
            assert why in saarbot.said()
            assert "wijk@politie.example" not in saarbot.said()
            assert why in saarbot.configured("status")
            assert saarbot.stop() == 0


@pytest.mark.process
def test_a_mail_server_that_says_nothing_holds_up_no_end(tmp_path: Path) -> None:
    """It takes the connection and is silent: a stop, and a start after it, don't wait a minute for
    it; the mail stands in the ledger and goes again.
    """
    with socket.create_server(("127.0.0.1", 0)) as silent, ThreadPoolExecutor(1) as beside:
        config = CONFIG.format(port=silent.getsockname()[1]).replace("weekly", "always")
        with Saarbot(tmp_path, config) as saarbot:
            saarbot.start().ready()
            asked = beside.submit(saarbot.try_command, "digest", "-c", str(saarbot.file), "--now")
            connection, _ = silent.accept()
            assert saarbot.stop() == 0
            connection.close()
            silent.close()
            assert "P-0001 to wijk@politie.example: waits" in asked.result().stdout


def reports(person: WebPerson) -> None:
    """One report, from the first word to the answer that it is out."""
    person.says("meld").raise_for_status()
    person.presses("Ik heb 101 gebeld")
    person.reads("Wat zie of zag je")
    person.says("man voelt aan autodeuren").raise_for_status()
    person.reads("Waar is het")
    person.says("Kerkstraat 12").raise_for_status()
    person.presses("Versturen")
    person.reads("M-")

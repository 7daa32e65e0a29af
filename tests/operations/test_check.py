"""`saarbot check`: one table, everything in it, against real servers on this machine."""

from __future__ import annotations

import asyncio
import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

import config
from bot.clock import SystemClock
from bot.errors import ConfigurationError
from bot.operations.check import Result, check, words
from bot.operations.findings import Mark, Row, as_table
from bot.operations.health import Health
from bot.operations.http import HttpServer
from bot.operations.metrics import Metrics
from bot.settings import SettingsError, load
from bot.settings.model import HttpSettings
from bot.store import places
from bot.store.datadir import FILE
from bot.store.engine import open_store
from bot.store.tx import Tx
from bot.words import Words
from tests.adapters.telegram.botapi import TOKEN, BotApiServer
from tests.tables import store_in
from tests.tools import tool


class Server:
    """A mail server that knows one mailbox."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def handle_MAIL(  # noqa: N802  # aiosmtpd's name
        self, _s: SMTP, _x: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith("forged"):
            return "550 5.7.1 not yours"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 ok"

    async def handle_RCPT(  # noqa: N802
        self, _s: SMTP, _x: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        self.asked.append(address)
        if address.startswith("slow"):
            return "450 4.2.0 greylisted"
        if not address.startswith("wijk"):
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, *_: Any) -> str:  # noqa: N802
        raise AssertionError("check must send nothing")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for localhost in one folder."""
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        [
            *(tool("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-keyout", "key.pem", "-out", "cert.pem", "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"),
        ],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    return folder


def login(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    good = data.password == b"right"
    return AuthResult(success=good, handled=good)


class _FreePort(Controller):
    """A controller that knocks at the port it was given for 0."""

    def _trigger_server(self) -> None:
        server: Any = self.server
        self.port = server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]  # aiosmtpd has no types here


@contextmanager
def mail_server(folder: Path | None = None, **options: Any) -> Iterator[tuple[Server, int]]:
    handler = Server()
    if folder is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
        options |= {"tls_context": context}
    controller = _FreePort(handler, hostname="127.0.0.1", port=0, **options)
    controller.start()
    try:
        yield handler, controller.port
    finally:
        controller.stop()


def configuration(
    tmp_path: Path,
    smtp: str,
    *,
    mailbox: str = "wijk@politie.test",
    sender: str = "saar@buurt.test",
    listen: str = "127.0.0.1:0",
) -> Path:
    file = tmp_path / "saarbot.yaml"
    file.write_text(
        f"data_dir: var\nhttp: {{listen: '{listen}'}}\nadapters: {{webchat: {{}}}}\n"
        f"mail:\n  from: {sender}\n  smtp: {smtp}\n"
        f"neighbourhoods:\n  a:\n    name: A\n    police: {{mailbox: [{mailbox}]}}\n"
    )
    return file


def row(result: Result, subject: str) -> Row:
    """The first row about `subject`."""
    return next(one for one in result.rows if one.subject.startswith(subject))


def red(result: Result) -> list[Row]:
    """What fails in the installation itself; what ships is judged by one test of its own."""
    shipped = ("texts", "words", "scripts")
    return [one for one in result.rows if one.mark is Mark.FAIL and one.subject not in shipped]


def test_what_ships_is_right() -> None:
    """Every script, text and word in the package passes its own check."""
    assert [one for one in words(None) if one.mark is Mark.FAIL] == []


async def test_a_good_installation_has_nothing_red(tmp_path: Path) -> None:
    """Configuration, scripts, texts, disk, store, web page, mail server and mailbox are right."""
    with mail_server() as (server, port):
        file = configuration(tmp_path, f"{{host: 127.0.0.1, port: {port}, security: none}}")
        result = await check(file, {}, offline=False)

    assert red(result) == []
    assert {"configuration", "texts", "scripts", "time", "disk", "store"} <= {
        one.subject for one in result.rows
    }
    assert row(result, "mail server").detail == "reached without TLS"
    assert row(result, "mailbox wijk").detail == "taken by the mail server"
    assert server.asked == ["wijk@politie.test"]


async def test_a_check_changes_nothing(tmp_path: Path) -> None:
    """No data directory, no database, no mail: looking is not touching."""
    file = configuration(tmp_path, "{host: 127.0.0.1, port: 9}")
    await check(file, {}, offline=True)

    assert [one.name for one in tmp_path.iterdir()] == ["saarbot.yaml"]


async def test_offline_leaves_the_network_out_and_says_so(tmp_path: Path) -> None:
    """No server is asked, and nobody takes the table for a whole one."""
    with mail_server() as (server, port):
        file = configuration(tmp_path, f"{{host: 127.0.0.1, port: {port}, security: none}}")
        result = await check(file, {}, offline=True)

    assert row(result, "network").mark is Mark.NOTE
    assert server.asked == []


async def test_a_wrong_configuration_and_wrong_texts_are_told_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three mistakes in three places are three rows of one table."""
    texts = tmp_path / "texts"
    for lang in ("nl", "en"):
        (texts / lang).mkdir(parents=True)
        (texts / lang / "a.yaml").write_text("greeting: x\n")
    (texts / "nl" / "b.yaml").write_text("only_dutch: y\n")
    dialogues = tmp_path / "dialogues"
    dialogues.mkdir()
    (dialogues / "report.yaml").write_text("begin: nowhere\n")
    monkeypatch.setattr(config, "TEXTS", texts)
    monkeypatch.setattr(config, "DIALOGUES", dialogues)
    file = tmp_path / "saarbot.yaml"
    file.write_text("data_dri: var\n")
    result = await check(file, {}, offline=False)

    table = as_table(result.rows, 200)
    assert result.misconfigured
    assert f"{file}:1: data_dri: unknown key; did you mean data_dir?" in table
    assert "b.yaml:1: 'only_dutch' has no text in 'en'" in table
    assert "report.yaml:" in table


async def test_whatever_is_wrong_anywhere_is_told_at_once(tmp_path: Path) -> None:
    """An unknown key, a missing token, a server that isn't there, a mailbox that the mail server
    refuses, a step that leads nowhere and a text that only one language has: one table."""
    own = tmp_path / "words"
    mistakes = (("texts/nl", "pause.nothing: x {y}\n"), ("dialogues", "begin: nowhere\n"))
    for folder, text in mistakes:
        (own / folder).mkdir(parents=True)
        (own / folder / "report.yaml").write_text(text)
    with socket.create_server(("127.0.0.1", 0)) as free:
        closed = free.getsockname()[1]
    with mail_server() as (_, port):
        smtp = f"{{host: 127.0.0.1, port: {port}, security: none}}"
        file = configuration(tmp_path, smtp, mailbox="wjik@politie.test, nobody")
        adapters = (
            "{webchat: {}, telegram: {}, "
            f"signal: {{api_url: http://127.0.0.1:{closed}, number: '+32470123456'}}}}"
        )
        text = file.read_text().replace("{webchat: {}}", adapters)
        file.write_text(f"timezon: Europe/Brussels\nown_words: words\n{text}")
        result = await check(file, {}, offline=False)

    table = as_table(result.rows, 200)
    assert result.misconfigured
    for told in (
        f"{file}:1: timezon: unknown key; did you mean timezone?",
        "adapters.telegram.token: is missing",
        "mailbox[2]: is no e-mail address",
        "signal-cli-rest-api can't be reached",
        "550 5.1.1 no such user",
        "'pause.nothing' doesn't use {y}, which another language does",
        "dialogues/report.yaml:",
    ):
        assert told in table
    assert row(result, "disk").mark is Mark.OK
    assert not any(one.subject.startswith("telegram") for one in result.rows)


async def test_a_configuration_without_a_data_directory_is_looked_at_no_further_there(
    tmp_path: Path,
) -> None:
    """No row tells of a folder that nobody named; the rest of the table is there."""
    file = configuration(tmp_path, "{host: 127.0.0.1, port: 9, security: none}")
    file.write_text(file.read_text().replace("data_dir: var", "data_dri: var"))
    result = await check(file, {}, offline=False)

    assert not {"store", "disk"} & {one.subject for one in result.rows}
    assert row(result, "webchat").mark is Mark.OK
    assert row(result, "mail server").mark is Mark.FAIL


async def test_a_mail_server_that_is_not_there_is_named(tmp_path: Path) -> None:
    """Which server, which port, why, and where to look."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    file = configuration(tmp_path, f"{{host: 127.0.0.1, port: {port}, security: none}}")
    result = await check(file, {}, offline=False)

    found = row(result, "mail server")
    assert (found.mark, found.subject) == (Mark.FAIL, f"mail server 127.0.0.1:{port}")
    assert "Connection refused" in found.detail
    assert "mail.smtp.host and port" in found.cure


async def test_a_server_without_starttls_is_not_used_in_the_clear(tmp_path: Path) -> None:
    """TLS is required by default; a server without it is a red row."""
    with mail_server() as (server, port):
        file = configuration(tmp_path, f"{{host: 127.0.0.1, port: {port}}}")
        result = await check(file, {}, offline=False)

    assert row(result, "mail server").mark is Mark.FAIL
    assert "STARTTLS" in row(result, "mail server").detail
    assert server.asked == []


async def test_a_certificate_nobody_vouches_for_is_refused(
    tmp_path: Path, certificate: Path
) -> None:
    """A stranger's certificate is told as such; with `ca_file` the same server is right."""
    with mail_server(certificate, require_starttls=True) as (_, port):
        file = configuration(tmp_path, f"{{host: localhost, port: {port}}}")
        wrong = await check(file, {}, offline=False)
        ca_file = certificate / "cert.pem"
        file = configuration(tmp_path, f"{{host: localhost, port: {port}, ca_file: '{ca_file}'}}")
        right = await check(file, {}, offline=False)

    assert "its certificate is not trusted" in row(wrong, "mail server").detail
    assert row(right, "mail server").detail == "reached with STARTTLS"


@pytest.mark.parametrize(("password", "mark"), [("right", Mark.OK), ("wrong", Mark.FAIL)])
async def test_the_password_is_tried_and_never_shown(
    tmp_path: Path, certificate: Path, password: str, mark: Mark
) -> None:
    """A refused login is a row of its own kind, without the password."""
    options = {"authenticator": login, "auth_required": True, "require_starttls": True}
    with mail_server(certificate, **options) as (_, port):
        smtp = (
            f"{{host: localhost, port: {port}, username: saar, password: {password}, "
            f"ca_file: '{certificate / 'cert.pem'}'}}"
        )
        result = await check(configuration(tmp_path, smtp), {}, offline=False)

    found = row(result, "mail server")
    assert found.mark is mark
    assert ("logged in" if mark is Mark.OK else "refuses the user name") in found.detail
    assert password not in as_table(result.rows, 200).replace("All", "").replace(" are right", "")


async def test_a_wrong_mailbox_is_found_before_the_first_digest(tmp_path: Path) -> None:
    """The server is asked for each mailbox; what it says is shown."""
    with mail_server() as (_, port):
        smtp = f"{{host: 127.0.0.1, port: {port}, security: none}}"
        boxes = "wijk@politie.test, wjik@politie.test, slow@politie.test"
        result = await check(configuration(tmp_path, smtp, mailbox=boxes), {}, offline=False)

    assert row(result, "mailbox wijk").mark is Mark.OK
    assert row(result, "mailbox wjik").mark is Mark.FAIL
    assert "550 5.1.1 no such user" in row(result, "mailbox wjik").detail
    assert row(result, "mailbox slow").mark is Mark.NOTE


async def test_a_sender_the_server_refuses_is_found(tmp_path: Path) -> None:
    """Not every server sends for every address."""
    with mail_server() as (_, port):
        smtp = f"{{host: 127.0.0.1, port: {port}, security: none}}"
        file = configuration(tmp_path, smtp, sender="forged@elsewhere.test")
        result = await check(file, {}, offline=False)

    found = [(one.subject, "550 5.7.1" in one.detail) for one in red(result)]
    assert found == [("mail.from", True)]


async def test_a_server_with_a_smaller_limit_is_told(tmp_path: Path) -> None:
    """A mail that the server would refuse for its size is found beforehand."""
    with mail_server(data_size_limit=1_000_000) as (_, port):
        smtp = f"{{host: 127.0.0.1, port: {port}, security: none}}"
        result = await check(configuration(tmp_path, smtp), {}, offline=False)

    assert row(result, "mail server").cure == "set mail.max_message_bytes: 1000000"


async def test_an_examples_address_is_not_taken_for_a_mailbox(tmp_path: Path) -> None:
    """`.example` belongs to nobody: whoever left it there learns so."""
    file = configuration(tmp_path, "{host: smtp.buurt.be}", mailbox="wijk@politie.example")
    result = await check(file, {}, offline=True)

    assert row(result, "police a").mark is Mark.FAIL
    assert "nobody reads it" in row(result, "police a").detail


async def test_no_mailbox_is_worth_a_note(tmp_path: Path) -> None:
    """A neighbourhood may begin without; the operator knows that nothing is mailed."""
    file = tmp_path / "saarbot.yaml"
    file.write_text(
        "data_dir: var\nhttp: {listen: 127.0.0.1:0}\nadapters: {webchat: {}}\nneighbourhoods: {a: {name: A}}\n"
    )
    result = await check(file, {}, offline=True)

    assert row(result, "police a").mark is Mark.NOTE
    assert red(result) == []


async def test_what_comes_later_is_named(tmp_path: Path) -> None:
    """Keys of later parts are noted with their line."""
    file = configuration(tmp_path, "{host: 127.0.0.1, port: 9, security: none}")
    file.write_text(file.read_text() + "timestamp: {url: https://tsa.example.org}\n")
    result = await check(file, {}, offline=True)

    details = [one.detail for one in result.rows if one.mark is Mark.NOTE]
    assert f"{file}:11: timestamp: comes later, not used yet" in details


async def test_no_adapter_is_a_bot_that_nobody_reaches(tmp_path: Path) -> None:
    """It would start and hear nothing."""
    file = tmp_path / "saarbot.yaml"
    file.write_text("data_dir: var\nneighbourhoods: {a: {name: A}}\n")
    result = await check(file, {}, offline=True)

    assert "no adapter is configured: nobody can reach the bot" in as_table(result.rows, 200)
    assert len(red(result)) == 1


async def test_a_database_is_read_and_a_damaged_one_told(tmp_path: Path) -> None:
    """An existing store is opened for reading; garbage is a row, not a traceback."""
    file = configuration(tmp_path, "{host: 127.0.0.1, port: 9, security: none}")
    folder = tmp_path / "var"
    store = store_in(folder, SystemClock())
    store.lock()
    good = await check(file, {}, offline=True)
    store.close()
    for one in folder.iterdir():
        one.unlink()
    (folder / FILE).write_bytes(b"no database" * 1000)
    bad = await check(file, {}, offline=True)

    assert "0 log entries; saarbot is running" in row(good, "store").detail
    assert row(bad, "store").mark is Mark.FAIL
    assert "can't be read" in row(bad, "store").detail


async def test_a_taken_port_is_found_before_the_first_start(tmp_path: Path) -> None:
    """Somebody else listens there: the address, and what to do; free, it is right."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        file = configuration(tmp_path, "{host: 127.0.0.1}", listen=f"127.0.0.1:{port}")
        taken = row(await check(file, {}, offline=True), "http.listen")
    free = row(await check(file, {}, offline=True), "http.listen")

    assert (taken.mark, taken.detail) == (
        Mark.FAIL,
        f"127.0.0.1:{port} is taken by another program",
    )
    assert "write another port" in taken.cure
    assert (free.mark, free.detail) == (Mark.OK, f"http://127.0.0.1:{port} is free")


async def test_the_port_of_the_running_bot_is_its_own(tmp_path: Path) -> None:
    """`check` beside `run` finds nothing wrong; a stranger's port stays wrong beside it too."""
    server = HttpServer(HttpSettings(port=0), Health(), Metrics())
    await server.start()
    where = f"127.0.0.1:{server.address[1]}"
    file = configuration(tmp_path, "{host: 127.0.0.1}", listen=where)
    store = open_store("sqlite", tmp_path / "var", SystemClock())
    store.migrate()
    alone = await asyncio.to_thread(lambda: asyncio.run(check(file, {}, offline=True)))
    store.lock()
    ours = await asyncio.to_thread(lambda: asyncio.run(check(file, {}, offline=True)))
    store.close()
    await server.stop()

    assert row(alone, "http.listen").mark is Mark.FAIL
    assert row(ours, "http.listen").detail.endswith("the running saarbot listens there")


async def test_an_address_that_is_not_this_machine_s_is_named(tmp_path: Path) -> None:
    file = configuration(tmp_path, "{host: 127.0.0.1}", listen="192.0.2.1:8080")
    found = row(await check(file, {}, offline=True), "http.listen")
    assert found.mark is Mark.FAIL
    assert "192.0.2.1:8080 is no address of this machine" in found.detail
    assert found.cure.startswith("write 127.0.0.1:8080")


@pytest.mark.parametrize(("rights", "who"), [(0o755, "everybody"), (0o750, "its whole group")])
async def test_a_data_directory_that_others_can_read_is_named(
    tmp_path: Path, rights: int, who: str
) -> None:
    """The folder, who may look into it, and the command that closes it."""
    file = tmp_path / "saarbot.yaml"
    file.write_text(
        "data_dir: var\nhttp: {listen: 127.0.0.1:0}\nadapters: {webchat: {}}\nneighbourhoods: {a: {name: A}}\n"
    )
    folder = tmp_path / "var"
    folder.mkdir(mode=0o700)
    assert "data_dir" not in {row.subject for row in (await check(file, {}, offline=True)).rows}
    folder.chmod(rights)
    result = await check(file, {}, offline=True)
    (row,) = [row for row in result.rows if row.subject == "data_dir"]
    assert row.mark is Mark.FAIL
    assert who in row.detail
    assert row.cure == f"chmod 700 {folder}"


async def test_a_data_directory_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """A file in the way of the folder is told with the path."""
    file = configuration(tmp_path, "{host: 127.0.0.1, port: 9, security: none}")
    (tmp_path / "var").write_text("in the way")
    result = await check(file, {}, offline=True)

    assert row(result, "store").mark is Mark.FAIL
    assert f"{tmp_path / 'var'} is no folder" in row(result, "store").detail


async def test_a_full_disk_is_seen_coming(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Less than half a gigabyte is not enough for photos and videos."""
    usage = shutil.disk_usage(tmp_path)._replace(free=100_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    file = configuration(tmp_path, "{host: 127.0.0.1, port: 9, security: none}")
    result = await check(file, {}, offline=True)

    assert (row(result, "disk").mark, row(result, "disk").cure) == (
        Mark.FAIL,
        "make room: photos and videos need it",
    )


async def test_a_messenger_that_is_not_there_is_named(tmp_path: Path) -> None:
    """A remote adapter's own probe is part of the table: here a server that doesn't listen."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    file = tmp_path / "saarbot.yaml"
    file.write_text(
        "data_dir: var\nhttp: {listen: 127.0.0.1:0}\nadapters:\n"
        f"  telegram: {{token: '1:{'x' * 35}', api_url: http://127.0.0.1:{port}}}\n"
        "neighbourhoods: {a: {name: A}}\n"
    )
    result = await check(file, {}, offline=False)

    assert row(result, "telegram").mark is Mark.FAIL
    assert "x" * 35 not in as_table(result.rows, 200)


def test_the_table_is_aligned_wraps_and_counts() -> None:
    """Readable at eighty columns, with the cure beneath and the sum at the end."""
    rows = [
        Row(subject="store", mark=Mark.OK, detail="fine"),
        Row(subject="mail server x:25", mark=Mark.FAIL, detail="can't " * 12, cure="check it"),
        Row(subject="later", mark=Mark.NOTE, detail="not yet"),
    ]
    lines = as_table(rows, 80).splitlines()

    assert lines[0] == "ok    store             fine"
    assert lines[1].startswith("FAIL  mail server x:25  can't")
    assert max(len(line) for line in lines) <= 80
    assert "                        > check it" in lines
    assert lines[-1] == "1 of 3 need your attention, 1 to know."
    assert as_table(rows[:1], 80).endswith("All 1 are right.")


# --- own words ---------------------------------------------------------------------------------


def own_words(tmp_path: Path) -> Path:
    """A configuration with a folder of its own texts and scripts."""
    for folder in ("texts/nl", "texts/en", "dialogues"):
        (tmp_path / "own" / folder).mkdir(parents=True)
    file = tmp_path / "saarbot.yaml"
    file.write_text(
        "data_dir: var\nhttp: {listen: 127.0.0.1:0}\nown_words: own\nadapters: {webchat: {}}\n"
        "neighbourhoods: {m: {name: M, preset: bilzen}}\n"
    )
    return file


def test_own_words_replace_the_shipped_ones(tmp_path: Path) -> None:
    """Whoever installed a wheel changes a text and a question without touching what is installed."""
    file = own_words(tmp_path)
    (tmp_path / "own/texts/nl/mine.yaml").write_text("pause.nothing: Goed zo.\n")
    script = (config.DIALOGUES / "pause.yaml").read_text("utf-8")
    (tmp_path / "own/dialogues/pause.yaml").write_text(script.replace("after: 1h", "after: 2h"))
    settings = load(file, {})
    words = Words.load(settings.texts, settings.dialogues)

    assert words.texts.say("nl", "pause.nothing") == "Goed zo."
    assert words.texts.say("nl", "pause.left").startswith("Goed, je bent geen lid meer")
    (waits,) = words.engine.scripts["pause"].steps["ask"].alarms.values()
    assert waits.after_s == 2 * 3600
    result = asyncio.run(check(file, {}, offline=True))
    assert not [row.detail for row in result.rows if row.mark is Mark.FAIL]
    assert row(result, "own_words").detail == f"{tmp_path / 'own'}: 1 text (nl), 1 script (pause)"


def test_what_was_read_of_own_words_is_counted(tmp_path: Path) -> None:
    """Texts by language, the files of words, the scripts: whoever wrote them sees that they count."""
    file = own_words(tmp_path)
    for lang in ("nl", "en"):
        text = "pause.nothing: x\npause.left: x\n"
        (tmp_path / f"own/texts/{lang}/mine.yaml").write_text(text)
    (tmp_path / "own/texts/nl/words.yaml").write_text("yes: [zekers]\n")
    result = asyncio.run(check(file, {}, offline=True))

    found = row(result, "own_words")
    assert (found.mark, found.detail) == (
        Mark.OK,
        f"{tmp_path / 'own'}: 4 texts (nl, en), words (nl)",
    )


def test_a_key_in_own_words_that_nobody_says_is_named_and_nothing_starts(tmp_path: Path) -> None:
    """Misspelt in every language, a text would silently never be said."""
    file = own_words(tmp_path)
    for lang in ("nl", "en"):
        (tmp_path / f"own/texts/{lang}/mine.yaml").write_text("\npause.noting: Goed zo.\n")
    settings = load(file, {})
    result = asyncio.run(check(file, {}, offline=True))

    told = "mine.yaml:2: nobody says the text 'pause.noting'; did you mean 'pause.nothing'?"
    failed = [one.detail for one in result.rows if one.mark is Mark.FAIL]
    assert [one.endswith(told) for one in failed] == [True, True]
    with pytest.raises(ConfigurationError, match=r"'pause\.noting'"):
        Words.load(settings.texts, settings.dialogues)


def test_a_text_of_one_s_own_script_is_no_mistake(tmp_path: Path) -> None:
    """A question that the city added says texts that don't ship."""
    file = own_words(tmp_path)
    script = (config.DIALOGUES / "pause.yaml").read_text("utf-8")
    script = script.replace("pause.nothing", "pause.as_you_like")
    (tmp_path / "own/dialogues/pause.yaml").write_text(script)
    for lang in ("nl", "en"):
        (tmp_path / f"own/texts/{lang}/mine.yaml").write_text("pause.as_you_like: Goed.\n")
    settings = load(file, {})

    assert not red(asyncio.run(check(file, {}, offline=True)))
    Words.load(settings.texts, settings.dialogues)


@pytest.mark.parametrize(
    "name", ["text/nl/mine.yaml", "texts/mine.yaml", "texts/nl/mine.yml", "dialogue/pause.yaml"]
)
def test_a_file_of_own_words_that_is_not_read_is_named(tmp_path: Path, name: str) -> None:
    """In a folder or under a name that nobody looks at: the file, and where it belongs."""
    file = own_words(tmp_path)
    stray = tmp_path / "own" / name
    stray.parent.mkdir(parents=True, exist_ok=True)
    stray.write_text("pause.nothing: Goed zo.\n")
    result = asyncio.run(check(file, {}, offline=True))

    (found,) = [one for one in result.rows if one.subject == "own_words"]
    assert (found.mark, found.detail) == (Mark.FAIL, f"{stray} is not read")
    assert found.cure == "texts belong in texts/<language>/*.yaml, scripts in dialogues/*.yaml"


def test_an_empty_folder_of_own_words_is_told(tmp_path: Path) -> None:
    file = own_words(tmp_path)
    result = asyncio.run(check(file, {}, offline=True))
    assert row(result, "own_words").mark is Mark.NOTE
    assert "nothing in it yet" in row(result, "own_words").detail


def test_a_script_of_own_words_that_nobody_begins_is_named(tmp_path: Path) -> None:
    """`pauze.yaml` would stand beside `pause.yaml` and never be asked."""
    file = own_words(tmp_path)
    wrong = tmp_path / "own/dialogues/pauze.yaml"
    wrong.write_text((config.DIALOGUES / "pause.yaml").read_text("utf-8"))
    rows = asyncio.run(check(file, {}, offline=True)).rows
    told = f"{wrong}:1: nobody begins the script 'pauze'; did you mean 'pause'?"
    assert told in [one.detail for one in rows if one.mark is Mark.FAIL]


def test_a_mistake_in_own_words_is_named_and_nothing_starts(tmp_path: Path) -> None:
    """With file and line, by `check` and at the start."""
    file = own_words(tmp_path)
    wrong = tmp_path / "own/texts/nl/mine.yaml"
    wrong.write_text("pause.nothing: Goed zo.\npause.more: Nog iets {name}?\n")
    settings = load(file, {})
    told = f"{wrong}:2: nobody says the text 'pause.more'"

    with pytest.raises(ConfigurationError, match=re.escape(told)):
        Words.load(settings.texts, settings.dialogues)
    rows = asyncio.run(check(file, {}, offline=True)).rows
    assert any(row.detail.startswith(told) for row in rows if row.mark is Mark.FAIL)


def test_a_folder_of_own_words_must_be_there(tmp_path: Path) -> None:
    file = own_words(tmp_path)
    file.write_text(file.read_text("utf-8").replace("own_words: own", "own_words: elders"))
    with pytest.raises(SettingsError, match="own_words: there is no folder"):
        load(file, {})


# --- native groups -------------------------------------------------------------------------------


async def test_who_may_post_in_a_group_is_told_as_advice(tmp_path: Path) -> None:
    """Configured and linked groups; chatter there is no failure."""
    with BotApiServer() as telegram:
        open_to_all, quiet = telegram.group("Kerkstraat"), telegram.group("Rozenstraat")
        quiet.members_may_post = False
        file = tmp_path / "saarbot.yaml"
        file.write_text(
            f'data_dir: var\nhttp: {{listen: 127.0.0.1:0}}\nadapters: {{telegram: {{token: "{TOKEN}", api_url: {telegram.url}}}}}\n'
            f'neighbourhoods: {{m: {{name: Munster, groups: ["{open_to_all.address}"]}}}}\n'
        )
        settings = load(file, {})
        store = store_in(settings.data_dir, SystemClock())

        def linked(tx: Tx) -> None:
            places.put_place(tx, "m", name="Munster", invite_code="roos")
            places.link_group(tx, quiet.address, "m", by="Beheerder 1")
            places.link_group(tx, "telegram:-1009", "m", by="Beheerder 1")

        store.writer.call(linked)
        store.close()
        result = await check(file, {}, offline=False)

    rows = {r.detail.split(": ")[1]: r for r in result.rows if r.subject == "telegram group"}
    assert {detail: row.mark for detail, row in rows.items()} == {
        "every member may post": Mark.NOTE,
        "only administrators may post": Mark.OK,
        "who may post there can't be told": Mark.NOTE,
    }
    assert "let only administrators post" in rows["every member may post"].cure
    assert f"Munster, {quiet.id}: " in rows["only administrators may post"].detail
    assert not [row for row in result.rows if row.mark is Mark.FAIL]

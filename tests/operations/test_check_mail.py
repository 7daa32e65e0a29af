"""`saarbot check` and the mail server: tried as it will be used, and nothing sent."""

from __future__ import annotations

import socket
import subprocess
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult

from bot.operations.check import check
from bot.operations.findings import Mark, as_table
from tests.operations.installation import configuration, mail_server, red, row
from tests.tools import tool


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

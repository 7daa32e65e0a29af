"""An installation to be checked, and a mail server that must not be sent anything."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from bot.operations.check import Result
from bot.operations.findings import Mark, Row


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

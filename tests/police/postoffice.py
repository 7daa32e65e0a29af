"""A real mail server on loopback that can be told to refuse, to put off, and to die."""

from __future__ import annotations

import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.police.sink import MailboxSink
from tests.tools import tool

DIE = "die"


@dataclass(frozen=True)
class Authority:
    """A certificate for 127.0.0.1 that is its own authority."""

    certificate: Path
    key: Path

    def server(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        return context


def authority(folder: Path, *, names: str = "IP:127.0.0.1,DNS:localhost") -> Authority:
    folder.mkdir(parents=True, exist_ok=True)
    made = Authority(folder / "ca.pem", folder / "ca.key")
    subprocess.run(
        [
            *(tool("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3"),
            *("-subj", "/CN=Saarbot test", "-addext", f"subjectAltName={names}"),
            *("-addext", "keyUsage=critical,digitalSignature,keyCertSign"),
            *("-keyout", str(made.key), "-out", str(made.certificate)),
        ],
        check=True,
        capture_output=True,
    )
    return made


class PostOffice(MailboxSink):
    """Answers RCPT and DATA as told, one answer a mail; without orders it takes everything."""

    def __init__(self, directory: Path, **options: Any) -> None:
        super().__init__(directory, **options)
        self.at_rcpt: list[str] = []
        self.at_data: list[str] = []
        self.refused: dict[str, str] = {}
        self.attempts = 0

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        self.attempts += 1
        answer = self.at_rcpt.pop(0) if self.at_rcpt else self.refused.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        order = self.at_data.pop(0) if self.at_data else ""
        if order and order != DIE:
            return order
        answer = await super().handle_DATA(server, session, envelope)
        if order == DIE:
            server.transport.abort()
        return answer

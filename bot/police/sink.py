"""A real SMTP server on loopback that keeps every mail as a file: the demonstration's mailbox.

It runs in the event loop that starts it, needs no thread, and never sends anything on.
"""

from __future__ import annotations

import asyncio
import os
import re
import ssl
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from aiosmtpd.smtp import SMTP, Envelope, Session

LARGEST = 100_000_000


class MailboxSink:
    """Keeps what it is sent as `0001-P-0118.eml`, `0002-…` in `directory`."""

    def __init__(
        self,
        directory: Path,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        tls: ssl.SSLContext | None = None,
        largest: int = LARGEST,
    ) -> None:
        self.directory = directory
        self.host = host
        self.port = port
        self._tls = tls
        self._largest = largest
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Return when it listens; `port` is then the real one."""
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._session, self.host, self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
            self._server = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def mails(self) -> list[Path]:
        """What was kept, oldest first."""
        return sorted(self.directory.glob("*.eml"))

    def _session(self) -> SMTP:
        from aiosmtpd.smtp import SMTP

        return SMTP(
            self,
            hostname="localhost",
            ident="Saarbot mailbox",
            data_size_limit=self._largest,
            tls_context=self._tls,
            require_starttls=self._tls is not None,
            loop=asyncio.get_running_loop(),
        )

    async def handle_DATA(  # noqa: N802  # aiosmtpd's name
        self, _server: Any, _session: Session, envelope: Envelope
    ) -> str:
        """Keep one mail, byte for byte."""
        data = envelope.original_content or b""
        await asyncio.to_thread(self._keep, data)
        return "250 OK kept"

    def _keep(self, data: bytes) -> None:
        label = re.search(r"P-\d+", str(message_from_bytes(data, policy=default)["Subject"]))
        name = label[0] if label else "mail"
        place = self.directory / f"{len(self.mails()) + 1:04d}-{name}.eml"
        half = place.with_suffix(".part")
        with half.open("wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        half.rename(place)

"""The line between a browser and the server: it can be cut, and it can go dead without a sound."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from types import SimpleNamespace
from typing import Any, Self

from tests.adapters.webchat.house import House

_CHUNK = 65536


class Line:
    """A forwarder on loopback in front of a house."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._open = asyncio.Event()
        self._open.set()
        self._calls: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._call, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *error: object) -> None:
        self._server.close()
        self.cut()
        await asyncio.gather(*self._calls, return_exceptions=True)

    def as_house(self) -> Any:
        """The house as it is reached over this line."""
        return SimpleNamespace(url=f"http://127.0.0.1:{self.port}", core=self._house.core)

    def freeze(self) -> None:
        """From now on nothing comes through, and nobody is told."""
        self._open.clear()

    def thaw(self) -> None:
        self._open.set()

    def cut(self) -> None:
        """Break every connection; new ones are possible."""
        for call in self._calls:
            call.cancel()

    def _call(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        call = asyncio.create_task(self._connect(reader, writer))
        self._calls.add(call)
        call.add_done_callback(self._calls.discard)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._house.port)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._carry(reader, far_writer))
                both.create_task(self._carry(far_reader, writer))
        finally:
            for end in (writer, far_writer):
                end.close()
            for end in (writer, far_writer):
                with suppress(OSError, asyncio.CancelledError):
                    await end.wait_closed()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while chunk := await reader.read(_CHUNK):
                await self._open.wait()
                writer.write(chunk)
                await writer.drain()
            writer.close()

"""A small HTTP/1.1 server on 127.0.0.1 in a thread of its own, which can also behave badly."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file in a form."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request, its form read."""

    path: str
    fields: dict[str, Any] = field(default_factory=dict)
    files: dict[str, Upload] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What goes back; `drop` closes the connection instead."""

    status: int = 200
    body: bytes = b""
    kind: str = "application/json"
    drop: bool = False


Handler = Callable[[Request], Awaitable[Answer]]
_REASONS: Final = {200: "OK"}


class Listener:
    """Serves `handler`; `start` returns when it can be reached, `stop` when it is gone."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._thread: threading.Thread | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.loop: asyncio.AbstractEventLoop | None = None
        self.port = 0

    def start(self) -> None:
        """Listen on a free port, or, when started again, on the same one."""
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        self._thread.start()
        if not ready.wait(10):
            raise RuntimeError("the loopback server did not start")

    def stop(self) -> None:
        """Close every connection."""
        if self.loop is None or self._thread is None:
            return
        self.loop.call_soon_threadsafe(self._halt.set)
        self._thread.join(10)
        self._thread = self.loop = None

    def _run(self, ready: threading.Event) -> None:
        asyncio.run(self._serve(ready))

    async def _serve(self, ready: threading.Event) -> None:
        self.loop = asyncio.get_running_loop()
        self._halt = asyncio.Event()
        server = await asyncio.start_server(self._connected, "127.0.0.1", self.port)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        await self._halt.wait()
        server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            while await self._exchange(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)
            writer.transport.abort() if writer.transport.is_closing() else writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        request = await _read(reader)
        if request is None:
            return False
        answer = await self._answered(request, reader)
        if answer is None or answer.drop:
            return False
        writer.write(
            f"HTTP/1.1 {answer.status} {_REASONS.get(answer.status, 'Refused')}\r\n"
            f"Content-Type: {answer.kind}\r\nContent-Length: {len(answer.body)}\r\n\r\n".encode()
        )
        writer.write(answer.body)
        await writer.drain()
        return True

    async def _answered(self, request: Request, reader: asyncio.StreamReader) -> Answer | None:
        """The handler's answer, or None when the client went away while waiting for it."""
        work = asyncio.ensure_future(self._handler(request))
        gone = asyncio.ensure_future(reader.read(1))
        try:
            await asyncio.wait({work, gone}, return_when=asyncio.FIRST_COMPLETED)
            return work.result() if work.done() else None
        finally:
            for task in (work, gone):
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError, ConnectionError):
                    await task


async def _read(reader: asyncio.StreamReader) -> Request | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    first, _, rest = head.partition(b"\r\n")
    headers = BytesParser().parsebytes(rest, headersonly=True)
    target = urlsplit(first.split()[1].decode())
    fields, files = _form(headers, await _body(reader, headers))
    return Request(
        path=target.path,
        fields={**dict(parse_qsl(target.query, keep_blank_values=True)), **fields},
        files=files,
    )


async def _body(reader: asyncio.StreamReader, headers: Message) -> bytes:
    if headers.get("Transfer-Encoding", "").lower() != "chunked":
        return await reader.readexactly(int(headers.get("Content-Length", 0)))
    body = bytearray()
    while size := int(await reader.readline(), 16):
        body += await reader.readexactly(size)
        await reader.readline()
    await reader.readline()
    return bytes(body)


def _form(headers: Message, body: bytes) -> tuple[dict[str, Any], dict[str, Upload]]:
    kind = headers.get_content_type()
    if not body:
        return {}, {}
    if kind == "application/json":
        return json.loads(body), {}
    if kind == "multipart/form-data":
        return _multipart(str(headers.get_boundary()).encode(), body)
    return dict(parse_qsl(body.decode(), keep_blank_values=True)), {}


def _multipart(boundary: bytes, body: bytes) -> tuple[dict[str, Any], dict[str, Upload]]:
    fields: dict[str, Any] = {}
    files: dict[str, Upload] = {}
    for part in (b"\r\n" + body).split(b"\r\n--" + boundary)[1:-1]:
        head, _, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        headers = BytesParser().parsebytes(head, headersonly=True)
        name = str(headers.get_param("name", header="Content-Disposition"))
        file = headers.get_filename()
        if file is None:
            fields[name] = content.decode()
        else:
            files[name] = Upload(name=file, content=content)
    return fields, files

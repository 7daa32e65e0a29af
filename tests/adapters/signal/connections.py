"""The loopback server's HTTP connections: an exchange each, or a websocket."""

from __future__ import annotations

import json
import socket
import sys
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from tests.adapters.signal.reader import Reader

if TYPE_CHECKING:
    from tests.adapters.signal.restapi import SignalServer


class Listener(ThreadingHTTPServer):
    """Threads that end with the process; a hanging request must not keep it alive."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], world: SignalServer) -> None:
        self.world = world
        super().__init__(address, _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Let a test see the server's own mistakes; a client that went away is none."""
        error = sys.exception()
        if not isinstance(error, OSError):
            self.world.errors.append(repr(error))


class _Handler(BaseHTTPRequestHandler):
    """One connection: an exchange, or a websocket."""

    protocol_version = "HTTP/1.1"
    server: Listener

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (its name there)
        """Say nothing."""

    def do_GET(self) -> None:
        if self.headers.get("Upgrade", "").lower() == "websocket":
            self._socket()
        else:
            self._exchange()

    def do_POST(self) -> None:
        self._exchange()

    do_DELETE = do_POST  # noqa: N815 (its name there)

    def _exchange(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        answer = self.server.world.answer(self.command, self.path, body)
        if answer is None:
            self._cut()
            return
        status, content = answer
        raw = content if isinstance(content, bytes) else json.dumps(content).encode()
        if status == 204:
            raw = b""
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def _cut(self) -> None:
        self.close_connection = True
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def _socket(self) -> None:
        """Read the account's frames; in the other modes there is no websocket."""
        world, path = self.server.world, urlsplit(self.path).path
        world.requests["GET /v1/receive/{number}"] += 1
        if world.mode != "json-rpc" or unquote(path) != f"/v1/receive/{world.number}":
            self.send_error(400)
            return
        self.close_connection = True
        reader = Reader(self.connection)
        if reader.open(self.path, list(self.headers.items())):
            world.attach(reader)
            reader.serve()
            world.detach(reader)

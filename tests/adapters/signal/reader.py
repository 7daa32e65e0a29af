"""The server's end of one websocket, on the protocol part of the websockets library."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

from websockets.http11 import Request
from websockets.protocol import State
from websockets.server import ServerProtocol


class Reader:
    """One open websocket; `send` may be called from any thread."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._protocol = ServerProtocol()
        self._lock = threading.Lock()

    def open(self, path: str, headers: list[tuple[str, str]]) -> bool:
        """Answer the handshake whose request was read already."""
        lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers)]
        self._protocol.receive_data("\r\n".join([*lines, "", ""]).encode())
        request = next(e for e in self._protocol.events_received() if isinstance(e, Request))
        self._protocol.send_response(self._protocol.accept(request))
        self._flush()
        return self._protocol.state is State.OPEN

    def serve(self) -> None:
        """Answer pings and the closing handshake until the connection ends."""
        with suppress(OSError):
            while data := self._connection.recv(65536):
                with self._lock:
                    self._protocol.receive_data(data)
                    self._flush()
                if self._protocol.close_expected():
                    break

    def send(self, text: str) -> bool:
        """Hand over one frame; False if nobody is there any more."""
        with self._lock:
            if self._protocol.state is not State.OPEN:
                return False
            self._protocol.send_text(text.encode())
            try:
                self._flush()
            except OSError:
                return False
        return True

    def cut(self) -> None:
        """End the connection without a word."""
        with suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)

    def _flush(self) -> None:
        for data in self._protocol.data_to_send():
            if data:
                self._connection.sendall(data)

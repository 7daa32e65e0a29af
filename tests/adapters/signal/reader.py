"""The server's end of one websocket, on the protocol part of the websockets library."""

from __future__ import annotations

import logging
import socket
import threading
from contextlib import suppress

from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import State
from websockets.server import ServerProtocol

# A test that looks for numbers in the log looks for the adapter's, not for ours.
_SILENT = logging.Logger("silent", level=logging.CRITICAL + 1)  # noqa: LOG001


class Reader:
    """One open websocket; `send` may be called from any thread."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._protocol = ServerProtocol(logger=_SILENT)
        self._lock = threading.Lock()
        self.frozen = False
        self.pings = 0

    def open(self, path: str, headers: list[tuple[str, str]]) -> bool:
        """Write the answer to the handshake, whose request was read already; `serve` sends it.

        Between the two the reader can be made known, so that nobody who saw the answer is unknown.
        """
        lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers)]
        self._protocol.receive_data("\r\n".join([*lines, "", ""]).encode())
        request = next(e for e in self._protocol.events_received() if isinstance(e, Request))
        self._protocol.send_response(self._protocol.accept(request))
        return self._protocol.state is State.OPEN

    def serve(self) -> None:
        """Open, then answer pings and the closing handshake until the connection ends."""
        with suppress(OSError):
            with self._lock:
                self._flush()
            while data := self._connection.recv(65536):
                if self.frozen:
                    continue
                with self._lock:
                    self._protocol.receive_data(data)
                    self.pings += sum(_is_ping(event) for event in self._protocol.events_received())
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


def _is_ping(event: object) -> bool:
    return isinstance(event, Frame) and event.opcode is Opcode.PING

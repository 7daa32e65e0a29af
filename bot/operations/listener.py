"""The address that the bot listens at: taking it, trying it, and the cure where it can't be had."""

from __future__ import annotations

import errno
import http.client
import socket
from typing import Final

from bot.errors import Unusable

KEY: Final = "http.listen"
_LOOK_S: Final = 2.0
# Where a listener that takes any address is reached from this machine.
_EVERYWHERE: Final = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104  # compared


def take(host: str, port: int) -> socket.socket:
    """A socket bound to the address; port 0 takes a free one. Raises Unusable."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise _unusable(host, port, error) from None
    listener.set_inheritable(False)
    return listener


def try_out(host: str, port: int) -> None:
    """Raise Unusable where `take` would; takes nothing."""
    take(host, port).close()


def url(host: str, port: int) -> str:
    """The address as a browser on this machine wants it, without a slash at the end."""
    return f"http://{_written(_EVERYWHERE.get(host, host), port)}"


def is_saarbot(host: str, port: int) -> bool:
    """Whether what listens there says that it lives, as a Saarbot does."""
    line = http.client.HTTPConnection(_EVERYWHERE.get(host, host), port, timeout=_LOOK_S)
    try:
        line.request("GET", "/healthz")
        return line.getresponse().read(16) == b"ok\n"
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()


def _unusable(host: str, port: int, error: OSError) -> Unusable:
    where = _written(host, port)
    if error.errno == errno.EADDRINUSE:
        return Unusable(
            KEY,
            f"{where} is taken by another program",
            cure=f"end that one (`ss -ltnp` names it), or write another port, as {port + 1}",
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return Unusable(
            KEY,
            f"{where} is not for this user: ports below 1024 are the system's",
            cure="write a port from 1024 up, and put a web server in front",
        )
    return Unusable(
        KEY,
        f"{where} is no address of this machine ({error.strerror or 'unknown host'})",
        cure=f"write 127.0.0.1:{port}, or 0.0.0.0:{port} to be reached from every network",
    )


def _written(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

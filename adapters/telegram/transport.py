"""python-telegram-bot's HTTP requests, with three habits changed.

A flood answer keeps its time as a value (the library's own error only warns of a coming change);
an answer that is no JSON isn't copied into the log; a file comes in pieces.
"""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any, Final

import httpx
from telegram.error import InvalidToken, NetworkError, TelegramError, TimedOut
from telegram.request import HTTPXRequest, RequestData

_DEFAULT: Final = HTTPXRequest.DEFAULT_NONE
_PIECE: Final = 64 * 1024

# These write addresses (with the token) at INFO and whole messages at DEBUG.
_TALKATIVE: Final = ("httpx", "httpcore", "telegram")


class Flooded(TelegramError):
    """Telegram asks for a pause of `after` (HTTP 429, `parameters.retry_after`)."""

    def __init__(self, after: timedelta) -> None:
        super().__init__("too many requests")
        self.after = after


class Transport(HTTPXRequest):
    """One pool of connections to a Bot API server."""

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = _DEFAULT,
        write_timeout: Any = _DEFAULT,
        connect_timeout: Any = _DEFAULT,
        pool_timeout: Any = _DEFAULT,
    ) -> tuple[int, bytes]:
        """As the library's; raises Flooded for status 429."""
        code, payload = await super().do_request(
            url,
            method,
            request_data,
            read_timeout,
            write_timeout,
            connect_timeout,
            pool_timeout,
        )
        if code == httpx.codes.TOO_MANY_REQUESTS:
            raise Flooded(_pause(payload))
        return code, payload

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """As the library's, without copying a strange answer into the log."""
        try:
            answer = json.loads(payload.decode(errors="replace"))
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise TelegramError("the answer is not from a Bot API server")
        return answer

    async def pieces(self, url: str) -> AsyncGenerator[bytes, None]:
        """A file's bytes, as they come; raises the library's errors."""
        try:
            async with self._client.stream("GET", url) as answer:
                _accept_file(answer.status_code)
                async for piece in answer.aiter_bytes(_PIECE):
                    yield piece
        except httpx.TimeoutException as error:
            raise TimedOut from error
        except httpx.HTTPError as error:
            raise NetworkError(type(error).__name__) from error


def quiet() -> None:
    """Keep tokens and messages out of the log, whatever level the operator chose."""
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


def _pause(payload: bytes) -> timedelta:
    try:
        seconds = float(json.loads(payload)["parameters"]["retry_after"])
    except (ValueError, KeyError, TypeError):
        seconds = 1.0
    return timedelta(seconds=max(seconds, 1.0))


def _accept_file(code: int) -> None:
    if code == httpx.codes.UNAUTHORIZED:
        raise InvalidToken
    if code == httpx.codes.TOO_MANY_REQUESTS:
        raise Flooded(timedelta(seconds=1))
    if code != httpx.codes.OK:
        raise NetworkError(f"file not given ({code})")

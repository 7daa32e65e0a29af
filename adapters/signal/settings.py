"""The adapter's section of the configuration."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote, urlsplit

from bot.errors import ConfigurationError
from bot.messaging import Setting

if TYPE_CHECKING:
    from collections.abc import Mapping

RECEIVE = ("auto", "websocket", "polling")
_NUMBER = re.compile(r"\+[1-9]\d{6,14}")  # E.164

SETTINGS: dict[str, Setting] = {
    "api_url": Setting(
        kind=str,
        default="http://127.0.0.1:8081",
        help="where signal-cli-rest-api listens",
    ),
    "number": Setting(
        kind=str,
        required=True,
        secret=True,
        help="the bot's own number, international, in quotes: '+32470123456'",
    ),
    "receive": Setting(
        kind=str,
        default="auto",
        choices=RECEIVE,
        help="auto asks the server for its mode; websocket needs MODE=json-rpc",
    ),
    "timeout_s": Setting(
        kind=float,
        default=60.0,
        help="how long signal-cli may take over one request before its outcome counts as unknown",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalSettings:
    """Checked settings. The number stands in neither `repr` nor any message."""

    api_url: str
    number: str
    receive: str = "auto"
    timeout_s: float = 60.0

    @classmethod
    def read(cls, section: Mapping[str, Any]) -> Self:
        """Take a checked section; raises ConfigurationError for what only this adapter can judge."""
        values = {key: section.get(key, setting.default) for key, setting in SETTINGS.items()}
        url, number = str(values["api_url"]).rstrip("/"), str(values["number"] or "")
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ConfigurationError("signal.api_url: write http://host:port, without a path")
        if not _NUMBER.fullmatch(number):
            raise ConfigurationError(
                "signal.number: write the bot's number as +, country code and number, "
                "in quotes and without spaces"
            )
        return cls(
            api_url=url,
            number=number,
            receive=str(values["receive"]),
            timeout_s=float(values["timeout_s"]),
        )

    def __repr__(self) -> str:
        return f"SignalSettings(receive={self.receive!r})"

    @property
    def socket_url(self) -> str:
        """Where the json-rpc mode hands out what comes in."""
        scheme, _, rest = self.api_url.partition("://")
        return (
            f"{scheme.replace('http', 'ws', 1)}://{rest}/v1/receive/{quote(self.number, safe='')}"
        )
